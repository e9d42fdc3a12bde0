import { backOff } from './back-off.js';
import { asDeliveryError, type DeliveryError } from './delivery-error.js';
import type { Environment } from './environment.js';
import type { SenderLock } from './sender-lock.js';

/** `setTimeout` takes 31 bits; and a machine that sleeps for a week should look around when it wakes. */
const LONGEST_WAIT = 60 * 60_000;

export interface Sender {
  /** Sees to it that the work is done `delay` milliseconds from now, or when a hold ends. */
  request(delay: number): void;
  /** At once, whatever holds. Resolves when the work is done, or has failed. Never rejects. */
  now(): Promise<void>;
  /** Nothing before then (epoch milliseconds): another page was told so. */
  holdUntil(until: number): void;
}

export interface SenderOptions {
  readonly environment: Environment;
  readonly lock: SenderLock;
  readonly signal: AbortSignal;
  /** Sends what waits. Calls `progressed` whenever something has arrived. @throws DeliveryError when the way is blocked */
  readonly work: (progressed: () => void) => Promise<void>;
  /** `undefined`: the way is free. */
  readonly onHold: (error: DeliveryError | undefined, until: number) => void;
}

/** Decides when to send: soon after there is something, one page at a time, and later and later while the way is blocked. */
export function createSender({ environment, lock, signal, work, onHold }: SenderOptions): Sender {
  const { clock, timers, random, limits } = environment;
  let timer: unknown;
  let due = Infinity;
  let notBefore = 0;
  let attempts = 0;
  let running: Promise<void> | undefined;
  let again = false;

  function cancel(): void {
    timers.clear(timer);
    due = Infinity;
  }

  function schedule(at: number): void {
    if (signal.aborted || due <= at) return;
    cancel();
    due = at;
    timer = timers.set(
      () => {
        due = Infinity;
        void run();
      },
      Math.min(LONGEST_WAIT, Math.max(0, at - clock.now())),
    );
  }

  async function round(): Promise<void> {
    try {
      await lock.run(signal, (renew) =>
        work(() => {
          attempts = 0;
          renew();
        }),
      );
      attempts = 0;
      notBefore = 0;
      if (!signal.aborted) onHold(undefined, 0);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asDeliveryError(thrown);
      attempts++;
      const wait = error.retryAfter ?? backOff(attempts, random(), limits.backOffBase, limits.backOffCap);
      notBefore = clock.now() + Math.min(wait, LONGEST_WAIT);
      again = false;
      onHold(error, notBefore);
      schedule(notBefore);
    }
  }

  function run(): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await round();
      } while (again && !signal.aborted);
      running = undefined;
    })();
    return running;
  }

  signal.addEventListener('abort', cancel, { once: true });

  return {
    request(delay) {
      if (running) again = true;
      else schedule(Math.max(clock.now() + delay, notBefore));
    },
    async now() {
      // A try under way began before we were asked: its failure is no answer. Several who wait for it share the next one.
      await running;
      cancel();
      notBefore = 0;
      return running ?? run();
    },
    holdUntil(until) {
      notBefore = Math.min(Math.max(notBefore, until), clock.now() + LONGEST_WAIT);
      if (due < notBefore) {
        cancel();
        schedule(notBefore);
      }
    },
  };
}
