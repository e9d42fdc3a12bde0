import type { LaunchedUnitState, LearningEventBody } from '@lectern/core';

/** Milliseconds between two looks, while the page is seen; longer after failures. */
const INTERVAL = 4_000;
const LONGEST = 60_000;

/** Intervals after which a unit that has said nothing is likely not to be there. */
const PATIENCE = 3;

export interface LaunchWatchOptions {
  observe(): Promise<LaunchedUnitState>;
  dispatch(event: LearningEventBody): unknown;
  /** What each look has found, before it is told. */
  seen?(state: LaunchedUnitState): void;
  /** The unit has terminated; or its session was abandoned. */
  ended(abandoned: boolean): void;
  /** The unit has said nothing for a while: perhaps it does not show. Once. */
  silent?(): void;
  /** Before each look that nobody asked for. */
  beforeLook?(): void;
}

/** Looks at what a launched unit has recorded, and tells the difference as events. */
export class LaunchWatch {
  readonly #options: LaunchWatchOptions;
  #known: LaunchedUnitState = { initialized: false, completed: false, satisfied: false, terminated: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = INTERVAL;
  #turns = 0;
  #wasSilent = false;
  #over = false;

  constructor(options: LaunchWatchOptions) {
    this.#options = options;
  }

  begin(): void {
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#schedule();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  /** Looks now. A look that fails changes nothing; the next one comes later. */
  async look(): Promise<void> {
    try {
      this.#tell(await this.#options.observe());
      this.#delay = INTERVAL;
    } catch {
      this.#delay = Math.min(LONGEST, this.#delay * 2);
    }
  }

  /** Whoever comes back from the unit's own window sees at once what it has done. */
  readonly #onVisible = (): void => {
    if (document.visibilityState !== 'visible' || this.#over) return;
    clearTimeout(this.#timer);
    this.#turn();
  };

  #schedule(): void {
    this.#timer = setTimeout(() => this.#turn(), this.#delay);
  }

  #turn(): void {
    this.#turns += 1;
    this.#options.beforeLook?.();
    const looked = document.visibilityState === 'visible' ? this.look() : Promise.resolve();
    void looked.then(() => {
      if (!this.#over) this.#schedule();
    });
  }

  #tell(now: LaunchedUnitState): void {
    const known = this.#known;
    if (this.#over || known.terminated) return;
    this.#known = now;
    const { dispatch, ended, silent, seen } = this.#options;
    seen?.(now);
    if (now.initialized && !known.initialized) dispatch({ type: 'initialized' });
    if (now.progress !== undefined && now.progress > (known.progress ?? 0)) dispatch({ type: 'progressed', progress: now.progress });
    if (now.completed && !known.completed) dispatch({ type: 'completed' });
    if (now.success && now.success !== known.success) dispatch({ type: now.success, ...(now.score ? { score: now.score } : {}) });
    if (!now.initialized && this.#turns >= PATIENCE && !this.#wasSilent) {
      this.#wasSilent = true;
      silent?.();
    }
    if (!now.terminated) return;
    dispatch({ type: 'terminated' });
    this.end();
    ended(now.abandoned ?? false);
  }
}
