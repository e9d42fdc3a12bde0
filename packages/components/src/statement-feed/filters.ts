import { VERBS, type Text } from '@lectern/core';
import { parseTimestamp } from '@lectern/core/statement/validate';
import { agentFacts } from './agent-facts.js';
import { relatesTo } from './facts.js';
import { STATUSES, type FeedEntry, type FeedStatus } from './feed-entry.js';
import { oneLine } from './safe-text.js';
import type { Seen, SeenItem } from './seen.js';

/** What may be asked for, as attributes and the controls have it. An empty string asks for nothing. */
export interface FilterValues {
  /** A part of a name or identifier, or an Agent as JSON. */
  readonly learner: string;
  /** A verb's IRI, its name in the standards (`completed`), or a part of its words. */
  readonly verb: string;
  /** An activity's IRI, or a part of its name. */
  readonly activity: string;
  /** A UUID. */
  readonly registration: string;
  /** Stored after; RFC 3339. What is not stored yet counts by when it happened. */
  readonly since: string;
  /** Stored at or before; RFC 3339. */
  readonly until: string;
  readonly receipt: FeedStatus | '';
}

export type FilterName = keyof FilterValues;

export const NO_FILTERS: FilterValues = Object.freeze({ learner: '', verb: '', activity: '', registration: '', since: '', until: '', receipt: '' });

export const FILTER_NAMES = Object.keys(NO_FILTERS) as readonly FilterName[];

/** One of them for certain, which a record store can look for; or words that can be looked for only in what is here. */
export type Wanted = { readonly exact: string } | { readonly part: string };

/** What is asked for, understood. */
export interface Criteria {
  /** `exact` is the agent's key. */
  readonly learner?: Wanted & { readonly identifier?: string | undefined };
  readonly verb?: Wanted;
  readonly activity?: Wanted;
  readonly registration?: string;
  readonly since?: number;
  readonly until?: number;
  readonly receipt?: FeedStatus;
  readonly relatedActivities: boolean;
  /** What cannot be understood, and so is not applied. */
  readonly faults: readonly FilterName[];
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const IRI = /^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`]+$/i;

export function readCriteria(values: FilterValues, relatedActivities: boolean, seen: Seen): Criteria {
  const faults: FilterName[] = [];
  const read = <T>(name: FilterName, parse: (text: string) => T | undefined): { [K in string]?: T } => {
    const text = values[name].trim();
    if (text === '') return {};
    const value = parse(text);
    if (value === undefined) faults.push(name);
    return value === undefined ? {} : { [name]: value };
  };
  const instant = (text: string): number | undefined => parseTimestamp(text);
  return {
    ...read('learner', (text) => readLearner(text, seen)),
    ...read('verb', readVerb),
    ...read('activity', (text) => readActivity(text, seen)),
    ...read('registration', (text) => (UUID.test(text) ? text.toLowerCase() : undefined)),
    ...read('since', instant),
    ...read('until', instant),
    ...read('receipt', (text) => STATUSES.find((status) => status === text)),
    relatedActivities,
    faults,
  };
}

function readLearner(text: string, seen: Seen): NonNullable<Criteria['learner']> | undefined {
  if (text.startsWith('{')) {
    let agent: unknown;
    try {
      agent = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { key, identifier } = agentFacts(agent);
    return identifier === undefined ? undefined : { exact: key, identifier };
  }
  const found = seen.learners.filter((item) => item.id === text || isCalled(item, text));
  const [only] = found;
  return found.length === 1 && only?.identifier !== undefined ? { exact: only.id, identifier: only.identifier } : { part: text.toLowerCase() };
}

/** In any language: the page may have changed its own since the name was chosen. */
const isCalled = ({ text }: SeenItem, name: string): boolean => (typeof text === 'object' ? Object.values(text) : [text]).some((words) => words !== undefined && oneLine(words) === name);

function readVerb(text: string): Wanted {
  if (IRI.test(text)) return { exact: text };
  return Object.hasOwn(VERBS, text) ? { exact: VERBS[text as keyof typeof VERBS].id } : { part: text.toLowerCase() };
}

function readActivity(text: string, seen: Seen): Wanted {
  if (IRI.test(text)) return { exact: text };
  const found = seen.activities.filter((item) => isCalled(item, text));
  return found.length === 1 ? { exact: found[0]!.id } : { part: text.toLowerCase() };
}

export function isFiltered(criteria: Criteria): boolean {
  return FILTER_NAMES.some((name) => criteria[name] !== undefined);
}

/** Whether an entry is what is asked for. Everything is looked at here again, whatever the record store has looked at before. */
export function matches(entry: FeedEntry, criteria: Criteria): boolean {
  const { facts } = entry;
  const { learner, verb, activity, registration, since, until, receipt } = criteria;
  if (receipt !== undefined && entry.status !== receipt) return false;
  if (registration !== undefined && facts.registration !== registration) return false;
  if (verb && !matchesVerb(entry, verb)) return false;
  if (learner && !matchesLearner(entry, learner)) return false;
  if (activity && !matchesActivity(entry, activity, criteria.relatedActivities)) return false;
  if (since === undefined && until === undefined) return true;
  const at = facts.stored?.time ?? facts.time;
  return at !== undefined && (since === undefined || at > since) && (until === undefined || at <= until);
}

const contains = (text: string | undefined, part: string): boolean => text !== undefined && text.toLowerCase().includes(part);
const anyContains = (text: Text | undefined, part: string): boolean => (typeof text === 'object' ? Object.values(text).some((words) => contains(words, part)) : contains(text, part));

function matchesVerb({ facts: { verb } }: FeedEntry, wanted: Wanted): boolean {
  if ('exact' in wanted) return verb.id === wanted.exact;
  return contains(verb.id.split('/').at(-1), wanted.part) || anyContains(verb.display, wanted.part);
}

function matchesLearner({ facts: { learner, object } }: FeedEntry, wanted: Wanted): boolean {
  if ('part' in wanted) return contains(learner.name, wanted.part) || contains(learner.key, wanted.part);
  return learner.key === wanted.exact || learner.members.includes(wanted.exact) || (object.kind === 'agent' && object.id === wanted.exact);
}

function matchesActivity({ facts: { object }, value }: FeedEntry, wanted: Wanted, related: boolean): boolean {
  if ('exact' in wanted) return (object.kind === 'activity' && object.id === wanted.exact) || (related && relatesTo(value, wanted.exact));
  return anyContains(object.name, wanted.part) || contains(object.id, wanted.part) || (object.inner !== undefined && anyContains(object.inner.object.name, wanted.part));
}
