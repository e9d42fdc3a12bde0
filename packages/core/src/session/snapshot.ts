import type { UnitOutcome } from '../course/roll-up.js';
import { CoreError } from '../errors/core-error.js';
import type { Score } from './events.js';
import { MAX_PLACE } from './rules.js';
import { toUnion, type Segment } from './segments.js';
import { UNTOUCHED, type StepOutcome, type UnitSession, type UnitState } from './state.js';

/** The id of the State document that keeps a session: one property a unit, so that merging it never loses another unit's news. */
export const SESSION_STATE_ID = 'lectern.session';

const PREFIX = 'unit:';

/** Session ids go into every statement. */
const isId = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 100;

export type SessionDocument = Readonly<Record<string, unknown>>;

/** The document of some units and of where the learner is. */
export function toDocument(units: Readonly<Record<string, UnitState>>, currentUnitId: string | undefined): SessionDocument {
  const out: Record<string, unknown> = {}; // the prefix keeps `__proto__` an ordinary name
  for (const [id, state] of Object.entries(units)) out[PREFIX + id] = state;
  if (currentUnitId !== undefined) out['current'] = currentUnitId;
  return out;
}

export interface Resumed {
  /** Without a prototype: a unit may be named `constructor`. */
  readonly units: Record<string, UnitState>;
  readonly currentUnitId?: string;
}

/**
 * Reads a document back. It comes from outside (an LRS, another version, another tool), so each property is taken for what it is
 * worth: what cannot be understood is left out, never trusted.
 * @throws CoreError `snapshot-invalid` when it is no object at all
 */
export function fromDocument(document: unknown): Resumed {
  if (!isRecord(document)) throw new CoreError('snapshot-invalid', 'The saved session is not an object.', { field: SESSION_STATE_ID });
  const units = dictionary<UnitState>();
  for (const [key, value] of Object.entries(document)) {
    if (key.startsWith(PREFIX) && isRecord(value)) units[key.slice(PREFIX.length)] = readUnit(value);
  }
  const current = document['current'];
  return typeof current === 'string' ? { units, currentUnitId: current } : { units };
}

/** What was saved, with what the LMS knows of launched units: on whatever device, and what was waived. */
export function withOutcomes(saved: Resumed | undefined, outcomes: Readonly<Record<string, UnitOutcome>>): Resumed {
  const units = Object.assign(dictionary<UnitState>(), saved?.units);
  for (const [id, { completed, success, progress, waived }] of Object.entries(outcomes)) {
    if (!completed && !success && !waived && !(progress > 0)) continue;
    const before = units[id] ?? UNTOUCHED;
    const verdict = before.success === 'passed' ? before.success : (success ?? before.success);
    units[id] = {
      ...before,
      completed: before.completed || completed,
      progress: Math.max(before.progress, progress),
      ...(verdict ? { success: verdict } : {}),
      ...(waived ? { waived } : {}),
    };
  }
  return { ...saved, units };
}

function readUnit(raw: Record<string, unknown>): UnitState {
  const score = readScore(raw['score']);
  const left = readSession(raw['session']) ?? readSession(raw['left']);
  const success = raw['success'] === 'passed' || raw['success'] === 'failed' ? raw['success'] : undefined;
  const length = positive(raw['length']);
  const position = positive(raw['position']);
  const segments = Array.isArray(raw['segments']) ? toUnion(raw['segments'].flatMap(readSegment)) : [];
  const attempt = raw['attempt'];
  const place = raw['place'];
  return {
    ...UNTOUCHED,
    completed: raw['completed'] === true,
    progress: Math.min(1, positive(raw['progress']) ?? 0),
    seatSeconds: positive(raw['seatSeconds']) ?? 0,
    sessions: Math.floor(positive(raw['sessions']) ?? 0),
    suspended: raw['suspended'] === true,
    segments,
    steps: readSteps(raw['steps']),
    ...(success ? { success } : {}),
    ...(score ? { score } : {}),
    ...(left ? { left } : {}),
    ...(isId(attempt) ? { attempt } : {}),
    ...(length === undefined ? {} : { length }),
    ...(position === undefined ? {} : { position }),
    ...(typeof place === 'string' && place.length <= MAX_PLACE ? { place } : {}),
  };
}

function readSegment(raw: unknown): Segment[] {
  const [from, to] = Array.isArray(raw) ? (raw as unknown[]) : [];
  return typeof from === 'number' && typeof to === 'number' ? [[from, to]] : [];
}

function readSteps(raw: unknown): Record<string, StepOutcome> {
  const steps = dictionary<StepOutcome>();
  if (!isRecord(raw)) return steps;
  for (const [id, value] of Object.entries(raw)) {
    if (!isRecord(value)) continue;
    const score = readScore(value['score']);
    steps[id] = {
      seconds: positive(value['seconds']) ?? 0,
      count: Math.floor(positive(value['count']) ?? 1),
      ...(score ? { score } : {}),
      ...(typeof value['success'] === 'boolean' ? { success: value['success'] } : {}),
    };
  }
  return steps;
}

function readSession(raw: unknown): UnitSession | undefined {
  if (!isRecord(raw) || !isId(raw['id'])) return undefined;
  const startedAt = positive(raw['startedAt']);
  if (startedAt === undefined) return undefined;
  const toldAt = positive(raw['toldAt']);
  return {
    id: raw['id'],
    startedAt,
    seenAt: Math.max(startedAt, positive(raw['seenAt']) ?? startedAt),
    seconds: positive(raw['seconds']) ?? 0,
    ...(toldAt === undefined ? {} : { toldAt }),
    ...(raw['failed'] === true ? { failed: true } : {}),
  };
}

function readScore(raw: unknown): Score | undefined {
  if (!isRecord(raw)) return undefined;
  const score: { -readonly [K in keyof Score]: number } = {};
  for (const key of ['scaled', 'raw', 'min', 'max'] as const) {
    const value = raw[key];
    if (typeof value === 'number' && Number.isFinite(value)) score[key] = value;
  }
  return Object.keys(score).length ? score : undefined;
}

/** Not below zero and not beyond what a `Date` can hold, which is more than any length or count here comes to. */
const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= 8.64e15 ? value : undefined;

const dictionary = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
