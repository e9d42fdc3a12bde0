import type { Simulation, SimulationStep } from './simulation.js';

/** `ready` → `running` ⇄ `paused` or `suspended` → `finished`; a restart leads back to `ready`. */
export type ProcedureStatus = 'ready' | 'running' | 'paused' | 'suspended' | 'finished';

/** What a learner (or the page for them) asks of a procedure. One that does not fit the status changes nothing. */
export type ProcedureAction =
  | { readonly type: 'start' }
  /** Uses a part. On the part of a `set` or `choose` step it opens the control, which costs nothing. */
  | { readonly type: 'activate'; readonly part: string }
  | { readonly type: 'set'; readonly part: string; readonly value: number }
  | { readonly type: 'choose'; readonly part: string; readonly option: string }
  /** Shows the current step's hint. The first time in a step it costs `scoring.hintPenalty`. */
  | { readonly type: 'hint' }
  /** Brings the times up to the clock and ends the procedure when its time is up. */
  | { readonly type: 'tick' }
  /** Stops the time; `suspend` says besides that the learner leaves. `resume` goes on after either. */
  | { readonly type: 'pause' }
  | { readonly type: 'suspend' }
  | { readonly type: 'resume' }
  /** Throws the attempt away and makes the next one ready. */
  | { readonly type: 'restart' };

/** How the last action on a part was judged. A new object for every judgement. */
export type Judgement =
  | { readonly verdict: 'right'; readonly step: string; readonly part: string; readonly points: number }
  | { readonly verdict: 'opened'; readonly step: string; readonly part: string }
  | {
      readonly verdict: 'wrong';
      readonly step: string;
      readonly part: string;
      readonly reason: 'wrong-part' | 'wrong-action' | 'wrong-value' | 'wrong-option';
      /** The option that was picked. */
      readonly option?: string;
      /** Points this attempt cost; 0 once the step has none left. */
      readonly pointsLost: number;
    };

export interface StepState {
  readonly id: string;
  /** `missed`: the time was up before it was done. */
  readonly status: 'waiting' | 'current' | 'done' | 'missed';
  /** Attempts, the right one included. */
  readonly tries: number;
  readonly errors: number;
  readonly hinted: boolean;
  /** The control of a `set` or `choose` step is open. */
  readonly opened: boolean;
  /** Points so far: what a done step earned, what a waiting or current one can still earn, 0 for a missed one. */
  readonly points: number;
  readonly maxScore: number;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Milliseconds spent on it while the procedure was running. */
  readonly elapsedMs: number;
}

/** A frozen snapshot. Times are as of the last action; dispatch `tick` to bring them up. */
export interface ProcedureState {
  readonly simulationId: string;
  readonly status: ProcedureStatus;
  /** Counts from 1. */
  readonly attempt: number;
  /** Index of the current step; the number of steps once all are done. */
  readonly stepIndex: number;
  readonly steps: readonly StepState[];
  /** Sum over the done steps. `scaled` is `raw / max`, 0 to 1. */
  readonly score: { readonly raw: number; readonly min: 0; readonly max: number; readonly scaled: number };
  /** Fraction of the steps done, 0 to 1. */
  readonly progress: number;
  /** How it ended; present once finished. */
  readonly outcome?: 'completed' | 'timed-out';
  /** Present once finished. What the time limit cut off is never passed. */
  readonly passed?: boolean;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Milliseconds running, pauses not counted. */
  readonly elapsedMs: number;
  /** Milliseconds left; absent where there is no limit. */
  readonly remainingMs?: number;
  readonly judgement?: Judgement;
}

/** What a state is derived from: everything else is computed, so that the two never disagree. */
export interface ProcedureRecord {
  readonly attempt: number;
  readonly status: ProcedureStatus;
  readonly outcome?: 'completed' | 'timed-out' | undefined;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly elapsedMs: number;
  readonly steps: readonly StepRecord[];
  readonly judgement?: Judgement | undefined;
}

export interface StepRecord {
  readonly done: boolean;
  readonly tries: number;
  readonly errors: number;
  readonly hinted: boolean;
  readonly opened: boolean;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly elapsedMs: number;
}

const FRESH_STEP: StepRecord = Object.freeze({ done: false, tries: 0, errors: 0, hinted: false, opened: false, elapsedMs: 0 });

export function freshRecord(simulation: Simulation, attempt: number): ProcedureRecord {
  return { attempt, status: 'ready', elapsedMs: 0, steps: simulation.steps.map(() => FRESH_STEP) };
}

/** The points a step still has: its maximum less what errors and the hint cost, never below 0. */
export function pointsOf(step: SimulationStep, record: StepRecord, hintPenalty: number): number {
  return tidy(Math.max(0, step.maxScore - record.errors * step.penalty - (record.hinted ? hintPenalty : 0)));
}

export function deriveState(simulation: Simulation, record: ProcedureRecord): ProcedureState {
  const { steps, scoring, passingScore, timeLimitSeconds } = simulation;
  const firstOpen = record.steps.findIndex((step) => !step.done);
  const stepIndex = firstOpen === -1 ? steps.length : firstOpen;
  const finished = record.status === 'finished';
  const stepStates = steps.map((step, index): StepState => {
    const { done, startedAt, endedAt, ...counts } = record.steps[index]!;
    const status = done ? 'done' : finished ? 'missed' : index === stepIndex && record.status !== 'ready' ? 'current' : 'waiting';
    return Object.freeze({
      id: step.id,
      status,
      ...counts,
      points: status === 'missed' ? 0 : pointsOf(step, record.steps[index]!, scoring.hintPenalty),
      maxScore: step.maxScore,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
    });
  });
  const raw = tidy(stepStates.reduce((sum, step) => sum + (step.status === 'done' ? step.points : 0), 0));
  const max = tidy(steps.reduce((sum, step) => sum + step.maxScore, 0));
  const score = Object.freeze({ raw, min: 0 as const, max, scaled: tidy(raw / max) });
  return Object.freeze({
    simulationId: simulation.id,
    status: record.status,
    attempt: record.attempt,
    stepIndex,
    steps: Object.freeze(stepStates),
    score,
    progress: record.steps.filter((step) => step.done).length / steps.length,
    ...(finished ? { outcome: record.outcome ?? 'completed', passed: record.outcome !== 'timed-out' && score.scaled >= passingScore } : {}),
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    elapsedMs: record.elapsedMs,
    ...(timeLimitSeconds === undefined ? {} : { remainingMs: Math.max(0, timeLimitSeconds * 1000 - record.elapsedMs) }),
    ...(record.judgement === undefined ? {} : { judgement: Object.freeze(record.judgement) }),
  });
}

/** Rounds to a millionth: 0.1 three times must be 0.3, or a bar at 0.3 is missed. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
