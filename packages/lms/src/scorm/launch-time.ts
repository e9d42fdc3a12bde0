/** Milliseconds of silence that no longer count as time spent: the machine slept. */
const MAX_GAP = 60_000;

/** Seconds by which an LMS's total may differ from what it was told: some keep whole ones. */
export const ROUNDING = 1;

/** The time of one launch, and what an LMS's total should come to with it. */
export class LaunchTime {
  /** Seconds of this launch. */
  seconds = 0;
  #told = 0;
  #before: number | undefined;
  #seenAt: number;
  readonly #now: () => number;

  /**
   * @param before seconds that the LMS counted before this launch; `undefined` where it does not say
   * @param expected what its total should be, if a launch was not finished. A killed launch's time was not counted: it counts with this one.
   * @param now milliseconds; monotonic
   */
  constructor(before: number | undefined, expected: number | undefined, now: () => number) {
    this.#before = before;
    this.#now = now;
    this.#seenAt = now();
    const uncounted = (expected ?? 0) - (before ?? Infinity);
    if (uncounted > ROUNDING) this.seconds = uncounted;
  }

  /** Seconds that the LMS has not been told of. */
  get untold(): number {
    return this.seconds - this.#told;
  }

  /** Seconds that the LMS's total should come to; `undefined` where it does not say any. */
  get expected(): number | undefined {
    return this.#before === undefined ? undefined : this.#before + this.seconds;
  }

  count(): void {
    const now = this.#now();
    this.seconds += Math.min(MAX_GAP, Math.max(0, now - this.#seenAt)) / 1000;
    this.#seenAt = now;
  }

  told(): void {
    this.#told = this.seconds;
  }

  /** A second communication session of the same page. */
  again(): void {
    this.#before = this.expected;
    this.seconds = this.#told = 0;
    this.#seenAt = this.#now();
  }
}
