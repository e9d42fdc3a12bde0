/** Milliseconds: what comes in one burst is told as one. */
const BURST = 2_000;
/** Milliseconds between two pieces of news, at least. */
const QUIET = 15_000;

/** Gathers news for people who hear the page, and tells them seldom. */
export class Announcer {
  readonly #tell: (count: number) => void;
  #count = 0;
  #told = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tell is called with how many have come since it was called last */
  constructor(tell: (count: number) => void) {
    this.#tell = tell;
  }

  add(count: number): void {
    if (count <= 0) return;
    this.#count += count;
    this.#timer ??= setTimeout(() => this.#speak(), Math.max(BURST, this.#told + QUIET - performance.now()));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count = 0;
  }

  #speak(): void {
    const count = this.#count;
    this.stop();
    this.#told = performance.now();
    this.#tell(count);
  }
}
