import { isWithin } from './parse-simulation.js';
import { readSnapshot } from './procedure-snapshot.js';
import {
  deriveState,
  freshRecord,
  pointsOf,
  type Judgement,
  type ProcedureAction,
  type ProcedureRecord,
  type ProcedureState,
  type StepRecord,
} from './procedure-state.js';
import type { Simulation, SimulationStep } from './simulation.js';

export interface ProcedureOptions {
  /** Epoch milliseconds. Should it run backwards, no time passes. */
  readonly clock: { now(): number };
  /**
   * What {@link toSnapshot} gave, perhaps long ago on another device. A procedure that was running comes back suspended.
   */
  readonly resume?: unknown;
}

/** One learner's run through a simulation's steps. */
export interface Procedure {
  /** Applies an action and returns the state after it. An action that does not fit changes nothing and tells nobody. */
  dispatch(action: ProcedureAction): ProcedureState;
  getState(): ProcedureState;
  /** Calls back after every change. The returned function ends that. */
  subscribe(listener: (state: ProcedureState, previous: ProcedureState) => void): () => void;
}

type PartAction = Extract<ProcedureAction, { readonly part: string }>;

/**
 * Runs a simulation's steps in order: judges what the learner does, counts errors and tries, takes time and points.
 *
 * @throws CoreError `snapshot-invalid` when `resume` is not a snapshot of this simulation
 */
export function createProcedure(simulation: Simulation, { clock, resume }: ProcedureOptions): Procedure {
  const partIds = new Set(simulation.parts.map((part) => part.id));
  const listeners = new Set<(state: ProcedureState, previous: ProcedureState) => void>();
  let record = resume === undefined ? freshRecord(simulation, 1) : readSnapshot(simulation, resume);
  let state = deriveState(simulation, record);
  let lastNow = clock.now();

  const dispatch = (action: ProcedureAction): ProcedureState => {
    const now = Math.max(lastNow, clock.now());
    const advanced = advance(simulation, record, now, now - lastNow);
    lastNow = now;
    // Once the time is up, an action that comes too late only brings the news.
    const next = advanced.status === record.status ? reduce(simulation, partIds, advanced, action, now) : advanced;
    // Passing time is news for a tick alone: a click that does not fit must not look like a change.
    if (next === record) return state;
    if (next === advanced && advanced.status === record.status && action.type !== 'tick') {
      record = next;
      return state;
    }
    record = next;
    const previous = state;
    state = deriveState(simulation, record);
    notify([...listeners], state, previous);
    return state;
  };

  return {
    dispatch,
    getState: () => state,
    subscribe(listener) {
      // A wrapper of its own, so that the same function subscribed twice is ended once at a time.
      const entry: typeof listener = (after, before) => listener(after, before);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

/** One listener's fault must not keep the others from the news; it surfaces after they have heard it. */
function notify(
  listeners: readonly ((state: ProcedureState, previous: ProcedureState) => void)[],
  state: ProcedureState,
  previous: ProcedureState,
): void {
  const faults: unknown[] = [];
  for (const listener of listeners) {
    try {
      listener(state, previous);
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}

/** Lets time pass. */
function advance(simulation: Simulation, record: ProcedureRecord, now: number, delta: number): ProcedureRecord {
  if (record.status !== 'running') return record;
  const limit = (simulation.timeLimitSeconds ?? Infinity) * 1000;
  const left = Math.max(0, limit - record.elapsedMs);
  const spent = Math.min(delta, left);
  const index = currentIndex(record);
  const timed = withStep(record, index, { elapsedMs: record.steps[index]!.elapsedMs + spent });
  const elapsedMs = record.elapsedMs + spent;
  if (delta < left) return delta === 0 ? record : { ...timed, elapsedMs };
  const endedAt = now - (delta - left);
  return {
    ...withStep(timed, index, { endedAt, opened: false }),
    elapsedMs,
    status: 'finished',
    outcome: 'timed-out',
    endedAt,
    judgement: undefined,
  };
}

function reduce(
  simulation: Simulation,
  partIds: ReadonlySet<string>,
  record: ProcedureRecord,
  action: ProcedureAction,
  now: number,
): ProcedureRecord {
  const { status } = record;
  switch (action.type) {
    case 'start':
      return status === 'ready' ? withStep({ ...record, status: 'running', startedAt: now }, 0, { startedAt: now }) : record;
    case 'pause':
      return status === 'running' ? { ...record, status: 'paused' } : record;
    case 'suspend':
      return status === 'running' || status === 'paused' ? { ...record, status: 'suspended' } : record;
    case 'resume':
      return status === 'paused' || status === 'suspended' ? { ...record, status: 'running', judgement: undefined } : record;
    case 'restart':
      return status === 'ready' ? record : freshRecord(simulation, record.attempt + 1);
    case 'tick':
      return record;
    case 'hint': {
      const index = currentIndex(record);
      const hinted = record.steps[index]?.hinted ?? true;
      if (status !== 'running' || hinted || simulation.steps[index]!.hint === undefined) return record;
      return withStep(record, index, { hinted: true });
    }
    default:
      // A part that the simulation does not have was not meant for it: nobody's error.
      return status === 'running' && partIds.has(action.part) ? attempt(simulation, record, action, now) : record;
  }
}

function attempt(simulation: Simulation, record: ProcedureRecord, action: PartAction, now: number): ProcedureRecord {
  const index = currentIndex(record);
  const step = simulation.steps[index]!;
  const before = record.steps[index]!;
  const { hintPenalty } = simulation.scoring;
  const fault = judge(step, action);

  if (fault === 'opened') {
    const judgement: Judgement = { verdict: 'opened', step: step.id, part: action.part };
    return { ...withStep(record, index, { opened: true }), judgement };
  }
  if (fault !== undefined) {
    const after = { ...before, tries: before.tries + 1, errors: before.errors + 1 };
    const judgement: Judgement = {
      verdict: 'wrong',
      step: step.id,
      part: action.part,
      reason: fault,
      ...(action.type === 'choose' ? { option: action.option } : {}),
      pointsLost: pointsOf(step, before, hintPenalty) - pointsOf(step, after, hintPenalty),
    };
    return { ...withStep(record, index, after), judgement };
  }

  const points = pointsOf(step, before, hintPenalty);
  const done = withStep(record, index, { done: true, opened: false, tries: before.tries + 1, endedAt: now });
  const judged: ProcedureRecord = { ...done, judgement: { verdict: 'right', step: step.id, part: action.part, points } };
  return index + 1 < simulation.steps.length
    ? withStep(judged, index + 1, { startedAt: now })
    : { ...judged, status: 'finished', outcome: 'completed', endedAt: now };
}

/** What is wrong with an attempt; `opened` when it only opens the control; nothing when it is right. */
function judge(step: SimulationStep, action: PartAction): 'opened' | Extract<Judgement, { verdict: 'wrong' }>['reason'] | undefined {
  const wanted = step.action;
  if (action.part !== wanted.part) return 'wrong-part';
  if (action.type === 'activate' && wanted.type !== 'activate') return 'opened';
  if (action.type !== wanted.type) return 'wrong-action';
  if (action.type === 'set' && wanted.type === 'set') {
    return Number.isFinite(action.value) && isWithin(action.value, wanted.target, wanted.tolerance) ? undefined : 'wrong-value';
  }
  if (action.type === 'choose' && wanted.type === 'choose') {
    return wanted.options.some((option) => option.id === action.option && option.correct) ? undefined : 'wrong-option';
  }
  return undefined;
}

function currentIndex(record: ProcedureRecord): number {
  return record.steps.findIndex((step) => !step.done);
}

function withStep(record: ProcedureRecord, index: number, change: Partial<StepRecord>): ProcedureRecord {
  return { ...record, steps: record.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) };
}
