import {
  createProcedure,
  LecternError,
  procedureEvents,
  systemClock,
  toSnapshot,
  type Clock,
  type Procedure,
  type ProcedureAction,
  type ProcedureState,
  type Simulation,
} from '@lectern/core';
import type { SimulationOutlet } from './simulation-outlet.js';

/** Milliseconds. The time shown is in seconds, so a finer tick would be for nothing. */
const TICK_INTERVAL = 500;
/** Milliseconds between saves while nothing but time happens. */
const SAVE_INTERVAL = 10_000;

export interface ProcedureRunOptions {
  readonly simulation: Simulation;
  readonly outlet: SimulationOutlet | undefined;
  /** BCP 47 tags for the titles in statements, the preferred first. */
  readonly languages: () => readonly string[];
  readonly onChange: (state: ProcedureState, previous: ProcedureState) => void;
  readonly clock?: Clock;
}

/** One learner's procedure together with its clockwork: it tells the outlet what happens and keeps how far it got. */
export class ProcedureRun {
  readonly simulation: Simulation;
  readonly #options: ProcedureRunOptions;
  readonly #procedure: Procedure;
  #timer: ReturnType<typeof setInterval> | undefined;
  #savedAt = 0;
  #open = false;

  private constructor(options: ProcedureRunOptions, saved: unknown) {
    this.simulation = options.simulation;
    this.#options = options;
    this.#procedure = resumeOrBegin(options.simulation, options.clock ?? systemClock, saved);
    this.#procedure.subscribe((state, previous) => this.#follow(state, previous));
  }

  /**
   * Reads what the learner did before, and begins where that left off.
   * @throws LecternError where the outlet cannot read it
   */
  static async open(options: ProcedureRunOptions): Promise<ProcedureRun> {
    return new ProcedureRun(options, await options.outlet?.load());
  }

  get state(): ProcedureState {
    return this.#procedure.getState();
  }

  dispatch(action: ProcedureAction): void {
    if (action.type === 'start' || action.type === 'resume' || action.type === 'restart') this.initialize();
    this.#procedure.dispatch(action);
  }

  /** Tells that the unit is open. Starting does so by itself: a page that only shows a simulation opens nothing. */
  initialize(): void {
    if (this.#open) return;
    this.#open = true;
    this.#options.outlet?.dispatch({ type: 'initialized' });
    this.#timer = setInterval(() => this.#tick(), TICK_INTERVAL);
  }

  /** The learner leaves, perhaps for good: tells it, keeps where they are, and closes the unit. */
  leave(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#timer);
    this.#procedure.dispatch({ type: 'suspend' });
    this.#save();
    this.#options.outlet?.dispatch({ type: 'terminated' });
  }

  #tick(): void {
    if (document.visibilityState !== 'visible') return;
    this.#options.outlet?.tick?.();
    if (this.state.status === 'running') this.#procedure.dispatch({ type: 'tick' });
  }

  #follow(state: ProcedureState, previous: ProcedureState): void {
    const { outlet, languages, onChange } = this.#options;
    if (outlet) {
      if (state.status === 'paused' && previous.status !== 'paused') outlet.dispatch({ type: 'suspended' });
      for (const event of procedureEvents(this.simulation, previous, state, languages())) {
        // Leaving during a pause is one suspension, and who comes back to an open unit was told of by `initialized`.
        if (event.type === 'suspended' && previous.status === 'paused') continue;
        if (event.type === 'resumed' && previous.status === 'suspended') continue;
        if (event.type === 'passed' || event.type === 'failed') outlet.dispatch({ type: 'scored', score: state.score });
        outlet.dispatch(event);
      }
    }
    if (isMoreThanTime(state, previous) || Date.now() - this.#savedAt >= SAVE_INTERVAL) this.#save();
    onChange(state, previous);
  }

  #save(): void {
    this.#savedAt = Date.now();
    // Before its first start there is nothing to come back to.
    if (this.state.status !== 'ready' || this.state.attempt > 1) this.#options.outlet?.save(toSnapshot(this.state));
  }
}

/** What was kept may be of another version of the simulation, or damaged: then the learner begins anew. */
function resumeOrBegin(simulation: Simulation, clock: Clock, saved: unknown): Procedure {
  if (saved !== undefined) {
    try {
      return createProcedure(simulation, { clock, resume: saved });
    } catch (fault) {
      if (!(fault instanceof LecternError)) throw fault;
    }
  }
  return createProcedure(simulation, { clock });
}

function isMoreThanTime(state: ProcedureState, previous: ProcedureState): boolean {
  return (
    state.status !== previous.status ||
    state.attempt !== previous.attempt ||
    state.steps.some((step, index) => {
      const before = previous.steps[index]!;
      return step.status !== before.status || step.errors !== before.errors || step.hinted !== before.hinted;
    })
  );
}
