import type { Course, LaunchMode } from '../course/course.js';
import { rollUp } from '../course/roll-up.js';
import { listUnits } from '../course/tree.js';
import { CoreError } from '../errors/core-error.js';
import type { LmsConnection } from '../plugin/connection.js';
import type { Receipt } from '../plugin/receipt.js';
import type { Statement } from '../statement/statement.js';
import { toStatement, type StatementContext } from '../statement/to-statements.js';
import { newUuid, systemClock, type Clock } from './clock.js';
import type { LearningEvent } from './events.js';
import { accrue, applyEvent, type Refusal, type RuledEvent } from './rules.js';
import { fromDocument, SESSION_STATE_ID, toDocument, type Resumed } from './snapshot.js';
import type { SessionState, UnitState } from './state.js';

/** One thing that was recorded. */
export interface Recorded {
  readonly statement: Statement;
  readonly receipt: Receipt;
}

/** What a dispatch did. */
export interface Dispatched {
  /** Present when the event changed nothing, and why. */
  readonly refusal?: Refusal;
  /** What was recorded, in order. */
  readonly recorded: readonly Recorded[];
}

export type SessionListener = (state: SessionState, change: { readonly event: LearningEvent; readonly recorded: readonly Recorded[] }) => void;

/** One learner, one registration, one course. */
export interface Session {
  readonly course: Course;
  readonly connection: LmsConnection;
  /** Applies an event, records what follows from it, and saves the state. */
  dispatch(event: LearningEvent): Dispatched;
  /** Counts the learner's presence in an open unit; call it every few seconds while the page is visible. */
  tick(unitId: string): void;
  /** A frozen snapshot; the same object until something changes. */
  getState(): SessionState;
  subscribe(listener: SessionListener): () => void;
  /** Saves what has not been saved since the last statement. */
  save(): void;
}

export interface SessionOptions {
  readonly course: Course;
  readonly connection: LmsConnection;
  readonly resume?: Resumed;
  readonly clock?: Clock;
  readonly newId?: () => string;
}

/** Positions and seat time are saved at most this often, in milliseconds; what is recorded is saved at once. */
const SAVE_INTERVAL = 5_000;

/** Loads what the learner did before, then makes the session. Where the saved state cannot be read, the session starts without it. */
export async function openSession(options: Omit<SessionOptions, 'resume'>): Promise<Session> {
  const { course, connection } = options;
  const document = connection.capabilities.state
    ? await connection.loadState({ activityId: course.id, stateId: SESSION_STATE_ID })
    : undefined;
  return createSession(document === undefined ? options : { ...options, resume: fromDocument(document) });
}

/** @see Session */
export function createSession(options: SessionOptions): Session {
  const { course, connection, clock = systemClock, newId = newUuid } = options;
  const unitsById = new Map(listUnits(course).map((unit) => [unit.id, unit]));
  const listeners = new Set<SessionListener>();
  const tenths = new Map<string, number>();
  const dirty = new Set<string>();
  let savedAt = 0;
  let lastTimestamp = 0;
  let state = freeze(course, {
    registration: connection.registration,
    launchMode: connection.launchMode,
    units: options.resume?.units ?? {},
    ...(options.resume?.currentUnitId === undefined ? {} : { currentUnitId: options.resume.currentUnitId }),
  });
  for (const [id, unit] of Object.entries(state.units)) tenths.set(id, Math.floor(unit.progress * 10));

  const context: StatementContext = {
    actor: connection.learner,
    registration: connection.registration,
    course,
    template: connection.contextTemplate,
    newId,
    timestamp(at) {
      lastTimestamp = Math.max(Math.floor(at), lastTimestamp + 1);
      return new Date(lastTimestamp).toISOString();
    },
  };

  const session: Session = {
    course,
    connection,
    dispatch(event) {
      const unit = unitsById.get(event.unitId);
      if (!unit) throw new CoreError('unit-unknown', `The course has no unit "${event.unitId}".`, { field: 'unitId' });
      const before = state.units[unit.id];
      const ruling = applyEvent(before, event, { unit, now: clock.now(), sessionId: newId });
      if (ruling.refusal) return { refusal: ruling.refusal, recorded: [] };
      const statements = ruling.events
        .filter((ruled) => counts(ruled, state.launchMode) && isNews(ruled))
        .flatMap((ruled) => toStatement(ruled, unit, context) ?? []);
      commit(unit.id, ruling.state, event.type === 'initialized');
      // The record first: should the page die between the two, a completion may be told twice, but is never lost.
      const receipts = statements.length > 0 ? connection.record(statements) : [];
      if (statements.length > 0 || clock.now() - savedAt >= SAVE_INTERVAL) session.save();
      const recorded = statements.map((statement, index) => ({ statement, receipt: receipts[index]! }));
      for (const listener of [...listeners]) listener(state, { event, recorded });
      return { recorded };
    },
    tick(unitId) {
      const unit = state.units[unitId];
      if (!unit?.session) return;
      commit(unitId, accrue(unit, clock.now()), false);
      if (clock.now() - savedAt >= SAVE_INTERVAL) session.save();
    },
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    save() {
      savedAt = clock.now();
      if (dirty.size === 0 || !connection.capabilities.state || state.launchMode !== 'Normal') return;
      const changed = Object.fromEntries([...dirty].map((id) => [id, state.units[id]!]));
      dirty.clear();
      connection.saveState({ activityId: course.id, stateId: SESSION_STATE_ID }, toDocument(changed, state.currentUnitId), {
        mode: 'merge',
      });
    },
  };

  function commit(unitId: string, unit: UnitState, opened: boolean): void {
    if (unit === state.units[unitId] && !opened) return;
    dirty.add(unitId);
    state = freeze(course, {
      ...state,
      units: { ...state.units, [unitId]: Object.freeze(unit) },
      ...(opened ? { currentUnitId: unitId } : {}),
    });
  }

  /** Progress is recorded when it grows by a whole tenth, once. */
  function isNews({ event, state: unit }: RuledEvent): boolean {
    if (event.type !== 'progressed') return true;
    const tenth = Math.floor(unit.progress * 10 + 1e-9);
    if (tenth <= (tenths.get(event.unitId) ?? 0)) return false;
    tenths.set(event.unitId, tenth);
    return true;
  }

  return session;
}

/** cmi5 10.2.2: in Browse and Review only initialized and terminated are recorded. */
function counts({ event }: RuledEvent, mode: LaunchMode): boolean {
  return mode === 'Normal' || event.type === 'initialized' || event.type === 'terminated';
}

function freeze(course: Course, state: Omit<SessionState, 'rollUp'>): SessionState {
  return Object.freeze({
    ...state,
    units: Object.freeze(state.units),
    rollUp: Object.freeze(rollUp(course.children, (id) => state.units[id])),
  });
}
