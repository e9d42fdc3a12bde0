import { isMediaUnit, type Unit } from '../course/units.js';
import type { LearningEvent } from './events.js';
import { addSegment, coveredFraction } from './segments.js';
import { UNTOUCHED, type UnitSession, type UnitState } from './state.js';

/** Why an event changed nothing. None is an error: content repeats itself. */
export type Refusal =
  | 'not-initialized' // cmi5 9.3: nothing before initialized, nothing after terminated
  | 'already-initialized'
  | 'already-completed' // cmi5 9.3: once per registration
  | 'already-passed'
  | 'already-failed' // cmi5 9.3: no verb twice in a session
  | 'failed-after-passed' // cmi5 9.3
  | 'not-a-number'; // a time or a number that content got wrong says nothing

export interface Ruling {
  readonly state: UnitState;
  /** What to record, in order: the event, and what follows from it. Empty when refused. */
  readonly events: readonly RuledEvent[];
  readonly refusal?: Refusal;
}

/** An event together with the unit's state right after it, and the session it belongs to. */
export interface RuledEvent {
  readonly event: LearningEvent;
  readonly state: UnitState;
  readonly session: UnitSession;
}

/** What the rules need from outside. `sessionId` is used when a session begins. */
export interface RuleInput {
  readonly unit: Unit;
  readonly now: number;
  readonly sessionId: () => string;
}

/** No sign of life for longer than this many seconds is absence, not learning. */
export const MAX_GAP_SECONDS = 60;

/** A tick further than this many seconds from the last is a jump, not watching. */
const MAX_TICK_SECONDS = 5;

/** Characters of a place in a document. */
export const MAX_PLACE = 2_000;

/** The fraction of a video that must be watched, or of a document that must be read, where its unit does not say. */
export const DEFAULT_COMPLETION_THRESHOLD = 0.9;

/** Counts time up to `now`: seat time is the sum of short gaps, so counting twice adds nothing. */
export function accrue(state: UnitState, now: number): UnitState {
  if (!state.session) return state;
  const gap = (now - state.session.seenAt) / 1000;
  // The clock was put back, or put right: no more than a minute of what follows is lost by it.
  if (gap < -MAX_GAP_SECONDS) return { ...state, session: { ...state.session, seenAt: now } };
  if (!(gap > 0)) return state;
  const seconds = Math.min(gap, MAX_GAP_SECONDS);
  return {
    ...state,
    seatSeconds: state.seatSeconds + seconds,
    session: { ...state.session, seenAt: now, seconds: state.session.seconds + seconds },
  };
}

/** Applies one event to a unit's state by the rules of order and once-only. Pure. */
export function applyEvent(before: UnitState | undefined, event: LearningEvent, input: RuleInput): Ruling {
  const previous = before ?? UNTOUCHED;
  if (event.type === 'initialized') return initialize(previous, event, input);
  if (!previous.session) return refuse(previous, 'not-initialized');
  const state = accrue(previous, input.now);
  const refusal = refusalOf(state, event);
  if (refusal) return refuse(state, refusal);
  const session = state.session ?? previous.session;
  const next = advance(state, event, session);
  return settle(next, { event, state: next, session }, input);
}

function refuse(state: UnitState, refusal: Refusal): Ruling {
  return { state, events: [], refusal };
}

/** A session left open by a killed page ends where it was last seen, as a suspension, before the new one begins. */
function initialize(previous: UnitState, event: LearningEvent & { type: 'initialized' }, input: RuleInput): Ruling {
  if (previous.session) return refuse(previous, 'already-initialized');
  const events: RuledEvent[] = [];
  const { unitId } = event;
  const { left, playhead: _playhead, ...rest } = previous;
  let state: UnitState = rest;
  if (left) {
    state = { ...state, suspended: true };
    const at = Math.max(left.seenAt, left.toldAt ?? 0);
    events.push({ event: { type: 'suspended', unitId, at }, state, session: left });
    events.push({ event: { type: 'terminated', unitId, at }, state, session: left });
  }
  const resumes = state.suspended;
  const session: UnitSession = { id: input.sessionId(), startedAt: input.now, seenAt: input.now, seconds: 0 };
  state = {
    ...state,
    suspended: false,
    sessions: state.sessions + 1,
    session,
    attempt: resumes && state.attempt !== undefined ? state.attempt : session.id,
    ...(event.length !== undefined && Number.isFinite(event.length) ? { length: event.length } : {}),
  };
  events.push({ event, state, session });
  if (resumes) events.push({ event: { type: 'resumed', unitId }, state, session });
  return { state, events };
}

function refusalOf(state: UnitState, event: LearningEvent): Refusal | undefined {
  switch (event.type) {
    case 'played':
    case 'paused':
    case 'ticked':
    case 'interacted':
      return Number.isFinite(event.time) ? undefined : 'not-a-number';
    case 'seeked':
      return Number.isFinite(event.from) && Number.isFinite(event.to) ? undefined : 'not-a-number';
    case 'progressed':
      return Number.isFinite(event.progress) ? undefined : 'not-a-number';
    case 'located':
      return Number.isFinite(event.position) && (event.length === undefined || Number.isFinite(event.length)) ? undefined : 'not-a-number';
    case 'read':
      return Number.isFinite(event.from) && Number.isFinite(event.to) && event.length > 0 && Number.isFinite(event.length) ? undefined : 'not-a-number';
    case 'stepEnded':
      return Number.isFinite(event.seconds) ? undefined : 'not-a-number';
    case 'completed':
      return state.completed ? 'already-completed' : undefined;
    case 'passed':
      // After a failure in the same session too: the learner has passed, and what cmi5 calls this statement is for its table to say.
      return state.success === 'passed' ? 'already-passed' : undefined;
    case 'failed':
      if (state.success === 'passed') return 'failed-after-passed';
      return state.session?.failed ? 'already-failed' : undefined;
    default:
      return undefined;
  }
}

function advance(state: UnitState, event: LearningEvent, session: UnitSession): UnitState {
  switch (event.type) {
    case 'played':
      return { ...state, playhead: event.time, position: event.time };
    case 'ticked':
      return {
        ...watch(state, event.time),
        ...(event.length !== undefined && Number.isFinite(event.length) ? { length: event.length } : {}),
      };
    case 'paused':
      return stop(watch(state, event.time), event.time);
    case 'seeked': {
      const watched = watch(state, event.from);
      return { ...watched, position: event.to, ...(watched.playhead === undefined ? {} : { playhead: event.to }) };
    }
    case 'progressed':
      return { ...state, progress: Math.max(state.progress, clamp(event.progress)) };
    case 'stepEnded': {
      const before = Object.hasOwn(state.steps, event.step.id) ? state.steps[event.step.id]!.count : 0;
      const outcome = {
        seconds: event.seconds,
        count: before + 1,
        ...(event.score ? { score: event.score } : {}),
        ...(event.success === undefined ? {} : { success: event.success }),
      };
      return { ...state, steps: { ...state.steps, [event.step.id]: outcome } };
    }
    case 'scored':
      return { ...state, score: event.score };
    case 'completed':
      return { ...state, completed: true, progress: 1 };
    case 'passed':
      return { ...state, success: 'passed', ...(event.score ? { score: event.score } : {}) };
    case 'failed':
      return {
        ...state,
        success: 'failed',
        session: { ...session, failed: true },
        ...(event.score ? { score: event.score } : {}),
      };
    case 'suspended':
      return { ...stop(state, state.position), suspended: true };
    case 'resumed':
      return { ...state, suspended: false };
    case 'terminated': {
      const { session: _closed, playhead: _playhead, ...closed } = state;
      return closed;
    }
    default:
      return state;
  }
}

/** What follows from an event by itself: media completes by the union of what was watched, never by the slider; a document by the pages that were read. */
function settle(next: UnitState, ruled: RuledEvent, { unit }: RuleInput): Ruling {
  const { event, session } = ruled;
  if (unit.kind === 'document' && event.type === 'located') return locate(next, ruled, event);
  if (unit.kind === 'document' && event.type === 'read') return read(next, ruled, event, unit.completionThreshold);
  if (!isMediaUnit(unit) || !next.session || !next.length) return { state: next, events: [ruled] };
  const fraction = coveredFraction(next.segments, next.length);
  const watched: UnitState = { ...next, progress: Math.max(next.progress, fraction) };
  const events: RuledEvent[] = [{ event, state: watched, session }];
  if (watched.completed || fraction < (unit.completionThreshold ?? DEFAULT_COMPLETION_THRESHOLD)) return { state: watched, events };
  const state: UnitState = { ...watched, completed: true, progress: 1 };
  events.push({ event: { type: 'completed', unitId: event.unitId }, state, session });
  return { state, events };
}

function locate(next: UnitState, ruled: RuledEvent, { position, length, place }: Extract<LearningEvent, { type: 'located' }>): Ruling {
  const { place: _place, ...rest } = next;
  const state: UnitState = {
    ...rest,
    position: Math.max(0, position),
    ...(place !== undefined && place.length <= MAX_PLACE ? { place } : {}),
    ...(length === undefined ? {} : { length }),
  };
  return { state, events: [{ ...ruled, state }] };
}

function read(next: UnitState, ruled: RuledEvent, { unitId, from, to, length }: Extract<LearningEvent, { type: 'read' }>, threshold = DEFAULT_COMPLETION_THRESHOLD): Ruling {
  const segments = addSegment(next.segments, from, Math.min(to, length));
  const fraction = coveredFraction(segments, length);
  // A rounding error is no page: nine of ten are nine tenths.
  const completes = !next.completed && fraction >= threshold - 1e-9;
  const progress = completes ? 1 : Math.max(next.progress, fraction);
  const state: UnitState = { ...next, length, segments, progress, completed: next.completed || completes };
  const events: RuledEvent[] = [{ ...ruled, state }];
  const follows = (event: LearningEvent): number => events.push({ event, state, session: ruled.session });
  if (completes) follows({ type: 'completed', unitId });
  else if (progress > next.progress) follows({ type: 'progressed', unitId, progress });
  return { state, events };
}

function watch(state: UnitState, time: number): UnitState {
  if (state.playhead === undefined) return { ...state, position: time };
  const step = time - state.playhead;
  const segments = step > 0 && step <= MAX_TICK_SECONDS ? addSegment(state.segments, state.playhead, time) : state.segments;
  return { ...state, segments, playhead: time, position: time };
}

function stop(state: UnitState, time: number | undefined): UnitState {
  const { playhead: _playhead, ...rest } = state;
  return time === undefined ? rest : { ...rest, position: time };
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
