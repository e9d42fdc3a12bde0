import type { ProcedureState, Score, StepState } from '@lectern/core';

/** A step is done, or was cut off by the time limit. */
export class SimulationStepEvent extends Event {
  static readonly type = 'lectern-simulation-step';
  /** The step's id, its points, tries and time. */
  readonly step: StepState;

  constructor(step: StepState) {
    super(SimulationStepEvent.type, { bubbles: true, composed: true });
    this.step = step;
  }
}

/** The procedure is over. */
export class SimulationEndEvent extends Event {
  static readonly type = 'lectern-simulation-end';
  /** `timed-out`: the time limit ended it. */
  readonly outcome: NonNullable<ProcedureState['outcome']>;
  readonly passed: boolean;
  readonly score: Score;

  constructor({ outcome, passed, score }: ProcedureState) {
    super(SimulationEndEvent.type, { bubbles: true, composed: true });
    this.outcome = outcome ?? 'completed';
    this.passed = passed ?? false;
    this.score = score;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-simulation-step': SimulationStepEvent;
    'lectern-simulation-end': SimulationEndEvent;
  }
}
