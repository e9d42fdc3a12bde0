import type { Course, LaunchMode } from '../course/course.js';
import { rollUp } from '../course/roll-up.js';
import { listUnits } from '../course/tree.js';
import { isLaunchedUnit } from '../course/units.js';
import { CoreError } from '../errors/core-error.js';
import type { LmsConnection } from '../plugin/connection.js';
import type { Receipt } from '../plugin/receipt.js';
import type { Statement } from '../statement/statement.js';
import { toStatement, type StatementContext } from '../statement/to-statements.js';
import { newUuid, systemClock, type Clock } from './clock.js';
import type { LearningEvent } from './events.js';
import { accrue, applyEvent, type Refusal, type RuledEvent } from './rules.js';
import { createStamper } from './stamper.js';
import { fromDocument, SESSION_STATE_ID, toDocument, withOutcomes, type Resumed } from './snapshot.js';
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
  /** Applies an event, records what follows from it, and saves the state before the turn ends. */
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
  /** Default: the connection's, else the page's. */
  readonly clock?: Clock;
  readonly newId?: () => string;
}

/** Positions and seat time are saved at most this often, in milliseconds; what is recorded is saved at once. */
const SAVE_INTERVAL = 5_000;

/**
 * Loads what the learner did before, then makes the session. Where the saved document makes no sense, the session starts without it.
 * @throws what `loadState` throws: to start without a past that exists would tell a completion twice
 */
export async function openSession(options: Omit<SessionOptions, 'resume'>): Promise<Session> {
  const { course, connection } = options;
  const [document, outcomes] = await Promise.all([
    connection.capabilities.state ? connection.loadState({ activityId: course.id, stateId: SESSION_STATE_ID }) : undefined,
    // Not to know what units recorded elsewhere is no reason not to learn.
    listUnits(course).some(isLaunchedUnit) ? connection.outcomes?.().catch(() => undefined) : undefined,
  ]);
  const saved = document === undefined ? undefined : resumed(document);
  const resume = outcomes ? withOutcomes(saved, outcomes) : saved;
  return createSession(resume ? { ...options, resume } : options);
}

function resumed(document: unknown): Resumed | undefined {
  try {
    return fromDocument(document);
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}

/** @see Session */
export function createSession(options: SessionOptions): Session {
  const { course, connection, newId = newUuid } = options;
  const recordClock = options.clock ? undefined : connection.clock;
  const clock = options.clock ?? recordClock ?? systemClock;
  const unitsById = new Map(listUnits(course).map((unit) => [unit.id, unit]));
  const listeners = new Set<SessionListener>();
  const tenths = new Map<string, number>();
  const dirty = new Set<string>();
  const units = dictionary(options.resume?.units ?? {});
  let savedAt = 0;
  let saving = false;
  const stamper = createStamper(clock);
  let state = freeze(course, {
    registration: connection.registration,
    launchMode: connection.launchMode,
    units,
    ...(options.resume?.currentUnitId === undefined ? {} : { currentUnitId: options.resume.currentUnitId }),
  });
  for (const [id, unit] of Object.entries(state.units)) tenths.set(id, tenthsOf(unit));

  const context: StatementContext = {
    actor: connection.learner,
    registration: connection.registration,
    course,
    template: connection.contextTemplate,
    newId,
    timestamp: (at) => stamper.stamp(at),
  };

  const session: Session = {
    course,
    connection,
    dispatch(given) {
      const unit = unitsById.get(given.unitId);
      if (!unit) throw new CoreError('unit-unknown', `The course has no unit "${given.unitId}".`, { field: 'unitId' });
      // Content tells the time by the page's clock.
      const event = recordClock && given.at !== undefined ? { ...given, at: recordClock.correct(given.at) } : given;
      const before = state.units[unit.id];
      const ruling = applyEvent(before, event, { unit, now: clock.now(), sessionId: newId });
      if (ruling.refusal) return { refusal: ruling.refusal, recorded: [] };
      // What is told of a session that an earlier page left open keeps the time of that session.
      const past: StatementContext = { ...context, timestamp: createStamper(clock).stamp };
      const statements = ruling.events
        .filter((ruled) => counts(ruled, state.launchMode) && isNews(ruled))
        .flatMap((ruled) => toStatement(ruled, unit, ruled.session === before?.left ? past : context) ?? []);
      const previous = state;
      commit(unit.id, told(ruling.state, stamper.last()), event.type === 'initialized');
      // The record first: should the page die between the two, a completion may be told twice, but is never lost.
      const receipts = statements.length > 0 ? recordOr(() => (state = previous), statements) : [];
      if (statements.length > 0 && ruling.events.some((ruled) => ruled.event.type === 'progressed')) tenths.set(unit.id, tenthsOf(ruling.state));
      if (statements.length > 0) saveThisTurn();
      else if (clock.now() - savedAt >= SAVE_INTERVAL) session.save();
      const recorded = statements.map((statement, index) => ({ statement, receipt: receipts[index]! }));
      for (const listener of [...listeners]) listener(state, { event, recorded });
      return { recorded };
    },
    tick(unitId) {
      const unit = state.units[unitId];
      if (!unit?.session) return;
      commit(unitId, told(accrue(unit, clock.now()), stamper.last()), false);
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

  /** Once for all that is recorded in one turn: still before anything else runs, and a burst writes one document. */
  function saveThisTurn(): void {
    if (saving) return;
    saving = true;
    savedAt = clock.now();
    void Promise.resolve().then(() => {
      saving = false;
      session.save();
    });
  }

  function commit(unitId: string, unit: UnitState, opened: boolean): void {
    if (unit === state.units[unitId] && !opened) return;
    dirty.add(unitId);
    state = freeze(course, {
      ...state,
      units: dictionary({ ...state.units, [unitId]: unit }),
      ...(opened ? { currentUnitId: unitId } : {}),
    });
  }

  /** What could not be recorded has not happened: the same event may come again. */
  function recordOr(undo: () => void, statements: readonly Statement[]): readonly Receipt[] {
    try {
      return connection.record(statements);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Progress is recorded when it grows by a whole tenth, once, and not after completion, which says all of it (cmi5 9.5.5.1). */
  function isNews({ event, state: unit }: RuledEvent): boolean {
    return event.type !== 'progressed' || (!unit.completed && tenthsOf(unit) > (tenths.get(event.unitId) ?? 0));
  }

  return session;
}

const tenthsOf = (unit: UnitState): number => Math.floor(unit.progress * 10 + 1e-9);

/** Without a prototype: a unit may be named `constructor`, and `__proto__` is then a name like any other. */
function dictionary(units: Readonly<Record<string, UnitState>>): Record<string, UnitState> {
  return Object.assign(Object.create(null) as Record<string, UnitState>, units);
}

/** Statements may be stamped after the clock: in a burst, or when it was put back. Should the page die now, its session ends after all of them. */
function told(unit: UnitState, timestamp: number): UnitState {
  if (!unit.session || unit.session.seenAt >= timestamp || unit.session.toldAt === timestamp) return unit;
  return { ...unit, session: { ...unit.session, toldAt: timestamp } };
}

/** cmi5 10.2.2: in Browse and Review only initialized and terminated are recorded. */
function counts({ event }: RuledEvent, mode: LaunchMode): boolean {
  return mode === 'Normal' || event.type === 'initialized' || event.type === 'terminated';
}

function freeze(course: Course, state: Omit<SessionState, 'rollUp'>): SessionState {
  for (const unit of Object.values(state.units)) {
    if (Object.isFrozen(unit)) continue;
    for (const part of [unit.session, unit.left, unit.score, unit.segments, unit.steps]) Object.freeze(part);
    Object.freeze(unit);
  }
  return Object.freeze({
    ...state,
    units: Object.freeze(state.units),
    rollUp: Object.freeze(rollUp(course.children, (id) => state.units[id])),
  });
}
