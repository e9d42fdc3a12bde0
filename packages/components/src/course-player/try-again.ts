import type { LecternError } from '@lectern/core';

/** Milliseconds until the first try, doubled with each failure, and the longest pause. */
const PAUSE = { first: 5_000, longest: 60_000 };

/** What time does not heal: the learner, or the page, must do something first. */
const LASTING: readonly string[] = ['attempt-elsewhere', 'unauthorized', 'launch-invalid', 'plugin-invalid', 'session-unconfigured', 'session-no-registration'];

/** Tries something again by itself, later and later, with some jitter: a whole lecture hall must not come back at the same moment. */
export class TryAgain {
  readonly #run: () => void;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** It has failed. Who was asked to wait (`Retry-After`) waits at least as long. */
  after(error: LecternError): void {
    this.cancel();
    if (LASTING.includes(error.code)) return;
    const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** this.#failures++) * (0.75 + Math.random() / 2);
    const { retryAfter } = error as { readonly retryAfter?: unknown };
    this.#timer = setTimeout(this.#run, Math.max(pause, typeof retryAfter === 'number' ? retryAfter : 0));
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  /** It has worked. */
  reset(): void {
    this.cancel();
    this.#failures = 0;
  }
}
