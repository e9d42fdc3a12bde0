import { CoreError } from '../errors/core-error.js';
import { activity } from './validate/activity.js';
import { actor, agent, authority, group } from './validate/actor.js';
import { isRfc3339, parseTimestamp } from './validate/formats.js';
import { format, Judge, own, shape, type Check, type Fields, type StatementFault, type XapiVersion } from './validate/judge.js';
import { attachments, context, result, statementRef, uuid, verb } from './validate/parts.js';

export { parseTimestamp } from './validate/formats.js';
export type { StatementFault, XapiVersion } from './validate/judge.js';

export interface ValidateOptions {
  /** The version of xAPI to hold the statement against. Default `1.0.3`. */
  readonly version?: XapiVersion;
  /**
   * Judge as an LRS must judge what it receives: any `1.0.x` version (under 2.0 also any `2.0.x`), and under 1.0.3 any ISO 8601 timestamp.
   * Otherwise as a provider must write: the version, if any, is `1.0.0` (2.4.10) or `2.0.0`, and timestamps are those of RFC 3339.
   */
  readonly asReceived?: boolean;
}

const VOIDED = 'http://adlnet.gov/expapi/verbs/voided';

const timestamp = format(
  '4.5',
  (value, judge) =>
    judge.asReceived && judge.version === '1.0.3' ? parseTimestamp(value) !== undefined : isRfc3339(value),
  'a timestamp with a date, a time and a known zone',
);

const version = format(
  '2.4.10',
  (value, judge) => {
    if (!judge.asReceived) return value === (judge.version === '2.0.0' ? '2.0.0' : '1.0.0');
    return (judge.version === '2.0.0' ? /^[12]\.0(?:\.\d+)?$/ : /^1\.0(?:\.\d+)?$/).test(value);
  },
  'a version that goes with this one of xAPI',
);

/** What the kinds of object are judged by; an absent objectType means Activity (2.4.4). */
const nestedObjects: Readonly<Record<string, Check>> = { Activity: activity, Agent: agent, Group: group, StatementRef: statementRef };

const objectIn =
  (kinds: Readonly<Record<string, Check>>): Check =>
  (value, path, judge) => {
    const objectType = typeof value === 'object' && value !== null ? (own(value as Fields, 'objectType') ?? 'Activity') : 'Activity';
    if (typeof objectType === 'string' && Object.hasOwn(kinds, objectType)) kinds[objectType]!(value, path, judge);
    else judge.add(`${path}.objectType`, '2.4.4', `must be one of ${Object.keys(kinds).join(', ')}`);
  };

/** Rules between the parts of a statement. */
function whole(record: Fields, path: string, judge: Judge): void {
  const object = own(record, 'object');
  const kind = typeof object === 'object' && object !== null ? (own(object as Fields, 'objectType') ?? 'Activity') : undefined;
  const prefix = path && `${path}.`;
  const done = own(record, 'verb');
  if (typeof done === 'object' && done !== null && own(done as Fields, 'id') === VOIDED && kind !== 'StatementRef') {
    judge.add(`${prefix}object.objectType`, '2.3.2', 'must be "StatementRef": only a statement can be voided');
  }
  const around = own(record, 'context');
  if (typeof around !== 'object' || around === null || kind === undefined || kind === 'Activity') return;
  for (const key of ['revision', 'platform']) {
    if (own(around as Fields, key) !== undefined) judge.add(`${prefix}context.${key}`, '2.4.6', 'is only allowed where the object is an activity');
  }
}

const common = { actor, verb, result, context, timestamp, attachments };
const REQUIRED = ['actor', 'verb', 'object'];

/** Is chosen by its objectType, so that the type itself is already right. It lacks id, stored, version and authority (2.4.4.3). */
const subStatement = shape('2.4.4', { ...common, objectType: () => {}, object: objectIn(nestedObjects) }, REQUIRED, whole);

const statement = shape(
  '2.4',
  { ...common, id: uuid, object: objectIn({ ...nestedObjects, SubStatement: subStatement }), stored: timestamp, authority, version },
  REQUIRED,
  whole,
);

/**
 * Holds a value against the data rules of xAPI: Part Two, 2 to 4, of 1.0.3, or IEEE 9274.1.1 for 2.0. Whatever needs storage or the request
 * (references, signatures, the octets of attachments, future timestamps) is not judged.
 *
 * Pure, linear in the size of the value, and safe on hostile ones.
 * @returns the faults in the order of the value's properties, at most a hundred; empty for a statement
 */
export function validateStatement(value: unknown, options: ValidateOptions = {}): StatementFault[] {
  const judge = new Judge(options.version ?? '1.0.3', options.asReceived ?? false);
  statement(value, '', judge);
  return judge.faults;
}

/**
 * Like {@link validateStatement}, for those who want a statement or nothing.
 * @throws CoreError `statement-invalid`; `field` is the path of the first fault, `clause` what it breaks
 */
export function assertStatement(value: unknown, options?: ValidateOptions): void {
  const [fault] = validateStatement(value, options);
  if (!fault) return;
  const { path, message, clause } = fault;
  throw new CoreError('statement-invalid', `The statement is not valid: ${path || 'it'} ${message}.`, { field: path, clause });
}
