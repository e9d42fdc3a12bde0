/** Milliseconds between looks after faults, at most. */
const LONGEST = 300_000;

export interface PollerOptions {
  /** Looks once. Resolves with the milliseconds that the other side asks to be left alone for, or `failed`. */
  readonly look: () => Promise<{ readonly failed: boolean; readonly wait?: number | undefined }>;
  /** Milliseconds between looks. */
  readonly interval: () => number;
}

/** Looks again and again while somebody can see the page and there is a network; after faults ever more seldom. */
export class Poller {
  readonly #options: PollerOptions;
  #life: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #faults = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    this.#faults = 0;
    const { signal } = this.#life;
    const again = (): void => {
      if (isAwake()) void this.#look();
    };
    document.addEventListener('visibilitychange', again, { signal });
    addEventListener('online', again, { signal });
    this.#later(this.#options.interval());
  }

  stop(): void {
    this.#life?.abort();
    this.#life = undefined;
    clearTimeout(this.#timer);
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#life) this.#timer = setTimeout(() => void this.#look(), delay);
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    // Asleep: the event that wakes us starts it again.
    if (!this.#life || this.#looking || !isAwake()) return;
    this.#looking = true;
    const { failed, wait = 0 } = await this.#options.look().finally(() => (this.#looking = false));
    this.#faults = failed ? this.#faults + 1 : 0;
    this.#later(Math.max(wait, Math.min(LONGEST, this.#options.interval() * 2 ** Math.min(this.#faults, 10))));
  }
}

const isAwake = (): boolean => document.visibilityState === 'visible' && navigator.onLine;
