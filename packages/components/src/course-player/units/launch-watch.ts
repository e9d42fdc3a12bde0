import type { LaunchedUnitState, LearningEventBody } from '@lectern/core';

/** Milliseconds between two looks, while the page is seen; longer after failures. */
const INTERVAL = 4_000;
const LONGEST = 60_000;

export interface LaunchWatchOptions {
  observe(): Promise<LaunchedUnitState>;
  dispatch(event: LearningEventBody): unknown;
  /** The unit has terminated. */
  ended(): void;
}

/** Looks at what a launched unit has recorded, and tells the difference as events. */
export class LaunchWatch {
  readonly #options: LaunchWatchOptions;
  #known: LaunchedUnitState = { initialized: false, completed: false, satisfied: false, terminated: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = INTERVAL;
  #over = false;

  constructor(options: LaunchWatchOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#schedule();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
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

  #schedule(): void {
    this.#timer = setTimeout(() => {
      const looked = document.visibilityState === 'visible' ? this.look() : Promise.resolve();
      void looked.then(() => {
        if (!this.#over) this.#schedule();
      });
    }, this.#delay);
  }

  #tell(now: LaunchedUnitState): void {
    const known = this.#known;
    if (this.#over || known.terminated) return;
    this.#known = now;
    const { dispatch } = this.#options;
    if (now.initialized && !known.initialized) dispatch({ type: 'initialized' });
    if (now.progress !== undefined && now.progress > (known.progress ?? 0)) dispatch({ type: 'progressed', progress: now.progress });
    if (now.completed && !known.completed) dispatch({ type: 'completed' });
    if (now.success && now.success !== known.success) dispatch({ type: now.success, ...(now.score ? { score: now.score } : {}) });
    if (!now.terminated) return;
    dispatch({ type: 'terminated' });
    this.end();
    this.#options.ended();
  }
}
