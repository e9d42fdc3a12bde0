import { characterstring, identifier, language, localized, real, time, timeinterval, vocabulary } from './data-types.js';
import { collection, leaf, struct, textAt, type Collection, type DependencyError, type Stored, type Struct } from './definition.js';
import { INTERACTION_FORMATS, INTERACTION_TYPES } from './interaction-types.js';

/** The run-time data model of SCORM 2004 4th Edition (RTE 4.2), element by element. */

const COMPLETION = vocabulary('completed', 'incomplete', 'not attempted', 'unknown');
const SUCCESS = vocabulary('passed', 'failed', 'unknown');

const readOnly = (value?: string) => leaf('ro', characterstring, value === undefined ? {} : { default: value });

const score = struct({ scaled: leaf('rw', real(-1, 1)), raw: leaf('rw', real()), min: leaf('rw', real()), max: leaf('rw', real()) }, true);

const comment = (access: 'rw' | 'ro'): Struct => struct({ comment: leaf(access, localized), location: leaf(access, characterstring), timestamp: leaf(access, time) });

const entriesOf = (holder: Stored | Stored[] | undefined): Stored[] => (Array.isArray(holder) ? holder : []);

/** An id that no other entry has (RTE 3.1.7.6: 351). */
function uniqueId(value: string, holder: Stored, parents: readonly (Stored | Stored[])[]): DependencyError | undefined {
  return entriesOf(parents.at(-1)).some((entry) => entry !== holder && textAt(entry, 'id') === value) ? 351 : undefined;
}

/** And that stays. */
function lastingId(value: string, holder: Stored, parents: readonly (Stored | Stored[])[]): DependencyError | undefined {
  const known = textAt(holder, 'id');
  return known !== undefined && known !== value ? 351 : uniqueId(value, holder, parents);
}

const objectives: Collection = collection(
  struct({
    id: leaf('rw', identifier, { check: lastingId }),
    score,
    success_status: leaf('rw', SUCCESS, { default: 'unknown' }),
    completion_status: leaf('rw', COMPLETION, { default: 'unknown' }),
    progress_measure: leaf('rw', real(0, 1)),
    description: leaf('rw', localized),
  }),
  { key: 'id', listed: true },
);

/** The interaction around a nested entry. */
const interactionAbove = (parents: readonly (Stored | Stored[])[]): Stored => parents.at(-2) as Stored;

const correctResponses: Collection = collection(
  struct({
    pattern: leaf('rw', characterstring, {
      check(value, holder, parents) {
        const format = INTERACTION_FORMATS[textAt(interactionAbove(parents), 'type') ?? ''];
        if (!format) return 408;
        if (!format.pattern(value)) return 406;
        const { same } = format;
        if (!same) return undefined;
        return entriesOf(parents.at(-1)).some((entry) => entry !== holder && same(textAt(entry, 'pattern') ?? '') === same(value)) ? 351 : undefined;
      },
    }),
  }),
  {
    key: 'pattern',
    add(parents) {
      const interaction = parents.at(-1) as Stored;
      const format = INTERACTION_FORMATS[textAt(interaction, 'type') ?? ''];
      if (!format) return 408;
      return format.patterns !== undefined && entriesOf(interaction['correct_responses'] as Stored[]).length >= format.patterns ? 351 : undefined;
    },
  },
);

const interactions: Collection = collection(
  struct({
    id: leaf('rw', identifier),
    type: leaf('rw', vocabulary(...INTERACTION_TYPES)),
    objectives: collection(struct({ id: leaf('rw', identifier, { check: uniqueId }) }), { key: 'id' }),
    timestamp: leaf('rw', time),
    correct_responses: correctResponses,
    weighting: leaf('rw', real()),
    learner_response: leaf('rw', characterstring, {
      check(value, holder) {
        const format = INTERACTION_FORMATS[textAt(holder, 'type') ?? ''];
        if (!format) return 408;
        return format.response(value) ? undefined : 406;
      },
    }),
    result: leaf('rw', (value) => (['correct', 'incorrect', 'unanticipated', 'neutral'].includes(value) ? undefined : real()(value))),
    latency: leaf('rw', timeinterval),
    description: leaf('rw', localized),
  }),
  { key: 'id', listed: true },
);

/** RTE 4.2.4.1: a threshold overrides what the SCO says of itself; without a measure it cannot be known. */
function completionStatus(cmi: Stored): string {
  const threshold = textAt(cmi, 'completion_threshold');
  const progress = textAt(cmi, 'progress_measure');
  if (threshold === undefined) return textAt(cmi, 'completion_status') ?? 'unknown';
  if (progress === undefined) return 'unknown';
  return Number(progress) >= Number(threshold) ? 'completed' : 'incomplete';
}

/** RTE 4.2.22.1: so does a passing score. */
function successStatus(cmi: Stored): string {
  const passing = textAt(cmi, 'scaled_passing_score');
  const scaled = textAt(cmi['score'] as Stored | undefined, 'scaled');
  if (passing === undefined) return textAt(cmi, 'success_status') ?? 'unknown';
  if (scaled === undefined) return 'unknown';
  return Number(scaled) >= Number(passing) ? 'passed' : 'failed';
}

export const CMI_2004: Struct = struct({
  _version: readOnly('1.0'),
  comments_from_learner: collection(comment('rw'), { listed: true }),
  comments_from_lms: collection(comment('ro'), { listed: true, fixed: true }),
  completion_status: leaf('rw', COMPLETION, { read: completionStatus }),
  completion_threshold: readOnly(),
  credit: readOnly('credit'),
  entry: readOnly(''),
  exit: leaf('wo', vocabulary('time-out', 'suspend', 'logout', 'normal', '')),
  interactions,
  launch_data: readOnly(),
  learner_id: readOnly(),
  learner_name: readOnly(''),
  learner_preference: struct(
    {
      audio_level: leaf('rw', real(0), { default: '1' }),
      language: leaf('rw', language, { default: '' }),
      delivery_speed: leaf('rw', real(0), { default: '1' }),
      audio_captioning: leaf('rw', vocabulary('-1', '0', '1'), { default: '0' }),
    },
    true,
  ),
  location: leaf('rw', characterstring),
  max_time_allowed: readOnly(),
  mode: readOnly('normal'),
  objectives,
  progress_measure: leaf('rw', real(0, 1)),
  scaled_passing_score: readOnly(),
  score,
  session_time: leaf('wo', timeinterval),
  success_status: leaf('rw', SUCCESS, { read: successStatus }),
  suspend_data: leaf('rw', characterstring),
  time_limit_action: readOnly('continue,no message'),
  total_time: readOnly('PT0H0M0S'),
});
