import { parseDuration, soundScore, type Score, type Text } from '@lectern/core';
import { parseTimestamp } from '@lectern/core/statement/validate';
import { agentFacts, NOBODY, type AgentFacts } from './agent-facts.js';
import { booleanOf, fieldsOf, isFields, listOf, numberOf, stringOf } from './plain-value.js';
import { textOf, type SafeText } from './safe-text.js';

/** What a person may want to know of a statement, read from whatever was sent as one. Nothing of it is sure to be there. */
export interface Facts {
  /** Lower case; absent where there is none. */
  readonly id: string | undefined;
  /** When it happened, epoch milliseconds. */
  readonly time: number | undefined;
  /** When the LRS stored it, as it was written, and in epoch milliseconds. */
  readonly stored: { readonly text: string; readonly time: number } | undefined;
  readonly learner: AgentFacts;
  readonly verb: { readonly id: string; readonly display: SafeText | undefined };
  readonly object: ObjectFacts;
  readonly result: ResultFacts;
  readonly registration: string | undefined;
}

export interface ObjectFacts {
  readonly kind: 'activity' | 'agent' | 'statement' | 'substatement' | 'unknown';
  /** IRI of an activity, id of a statement, key of an agent. */
  readonly id: string;
  readonly name: Text | undefined;
  readonly type: string | undefined;
  /** Who and what a substatement is about. */
  readonly inner?: { readonly verb: Facts['verb']; readonly object: ObjectFacts } | undefined;
}

export interface ResultFacts {
  readonly score: Score | undefined;
  readonly success: boolean | undefined;
  readonly completion: boolean | undefined;
  /** ISO 8601 as written, and in seconds. */
  readonly duration: { readonly text: string; readonly seconds: number } | undefined;
  readonly response: string | undefined;
}

/** @returns `undefined` for what is no object at all */
export function readFacts(value: unknown): Facts | undefined {
  if (!isFields(value)) return undefined;
  const result = fieldsOf(value, 'result');
  const stored = timeOf(stringOf(value, 'stored'));
  return {
    id: stringOf(value, 'id')?.toLowerCase(),
    time: timeOf(stringOf(value, 'timestamp'))?.time,
    stored,
    learner: agentFacts(fieldsOf(value, 'actor')),
    verb: verbFacts(fieldsOf(value, 'verb')),
    object: objectFacts(fieldsOf(value, 'object')),
    result: resultFacts(result),
    registration: stringOf(fieldsOf(value, 'context'), 'registration')?.toLowerCase(),
  };
}

/** Whether the statement is about the activity, or names it in its context (`related_activities`, xAPI Communication 2.1.3). */
export function relatesTo(value: unknown, activityId: string): boolean {
  if (aboutActivity(value, activityId)) return true;
  const object = fieldsOf(value, 'object');
  return stringOf(object, 'objectType') === 'SubStatement' && aboutActivity(object, activityId);
}

function aboutActivity(value: unknown, activityId: string): boolean {
  if (stringOf(fieldsOf(value, 'object'), 'id') === activityId) return true;
  const activities = fieldsOf(fieldsOf(value, 'context'), 'contextActivities');
  return ['parent', 'grouping', 'category', 'other'].some((kind) => {
    const single = fieldsOf(activities, kind);
    return (single ? [single] : listOf(activities, kind)).some((activity) => stringOf(activity, 'id') === activityId);
  });
}

function timeOf(text: string | undefined): Facts['stored'] {
  const time = text === undefined || text.length > 64 ? undefined : parseTimestamp(text);
  return text === undefined || time === undefined || Number.isNaN(time) ? undefined : { text, time };
}

function verbFacts(verb: unknown): Facts['verb'] {
  return { id: stringOf(verb, 'id') ?? '', display: textOf(fieldsOf(verb, 'display')) };
}

function objectFacts(object: unknown): ObjectFacts {
  const id = stringOf(object, 'id') ?? '';
  switch (stringOf(object, 'objectType') ?? (object === undefined ? '' : 'Activity')) {
    case 'Activity': {
      const definition = fieldsOf(object, 'definition');
      return { kind: 'activity', id, name: textOf(fieldsOf(definition, 'name')), type: stringOf(definition, 'type') };
    }
    case 'Agent':
    case 'Group': {
      const { key, name } = agentFacts(object);
      return { kind: 'agent', id: key, name, type: undefined };
    }
    case 'StatementRef':
      return { kind: 'statement', id, name: undefined, type: undefined };
    case 'SubStatement': {
      const inner = { verb: verbFacts(fieldsOf(object, 'verb')), object: innerObject(fieldsOf(object, 'object')) };
      return { kind: 'substatement', id: inner.object.id, name: undefined, type: undefined, inner };
    }
    default:
      return { kind: 'unknown', id, name: undefined, type: undefined };
  }
}

/** A substatement has none of its own (xAPI Data 2.4.4.3): what says so all the same is not entered, however deep it goes. */
function innerObject(object: unknown): ObjectFacts {
  return stringOf(object, 'objectType') === 'SubStatement' ? { kind: 'unknown', id: '', name: undefined, type: undefined } : objectFacts(object);
}

function resultFacts(result: unknown): ResultFacts {
  const given = fieldsOf(result, 'score');
  const part = (name: keyof Score): { readonly [Key in keyof Score]?: number } => {
    const value = numberOf(given, name);
    return value === undefined ? {} : { [name]: value };
  };
  const text = stringOf(result, 'duration');
  const seconds = text === undefined || text.length > 64 ? undefined : parseDuration(text);
  return {
    score: given && soundScore({ ...part('scaled'), ...part('raw'), ...part('min'), ...part('max') }),
    success: booleanOf(result, 'success'),
    completion: booleanOf(result, 'completion'),
    duration: text === undefined || seconds === undefined ? undefined : { text, seconds },
    response: stringOf(result, 'response'),
  };
}

/** What there is to know of something that is no object. */
export const NO_FACTS: Facts = {
  id: undefined,
  time: undefined,
  stored: undefined,
  learner: NOBODY,
  verb: { id: '', display: undefined },
  object: { kind: 'unknown', id: '', name: undefined, type: undefined },
  result: { score: undefined, success: undefined, completion: undefined, duration: undefined, response: undefined },
  registration: undefined,
};
