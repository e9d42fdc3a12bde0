import type { ProcedureState, Score, StepState } from '@lectern/core';
import type { SimulationViewerError } from './simulation-viewer-error.js';

/** A step is done, or was cut off by the time limit. */
export class SimulationStepEvent extends Event {
  static readonly type = 'simulation-step';
  /** The step's id, its points, tries and time. */
  readonly step: StepState;

  constructor(step: StepState) {
    super(SimulationStepEvent.type, { bubbles: true, composed: true });
    this.step = step;
  }
}

/** The procedure is over. */
export class SimulationEndEvent extends Event {
  static readonly type = 'simulation-end';
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

/** Something is wrong; the element shows it. Where only the 3D picture is missing, the procedure goes on without it. */
export class SimulationErrorEvent extends Event {
  static readonly type = 'simulation-error';
  readonly error: SimulationViewerError;

  constructor(error: SimulationViewerError) {
    super(SimulationErrorEvent.type, { bubbles: true, composed: true });
    this.error = error;
  }
}

declare global {
  interface HTMLElementEventMap {
    'simulation-step': SimulationStepEvent;
    'simulation-end': SimulationEndEvent;
    'simulation-error': SimulationErrorEvent;
  }
}
