import type { Clock } from '@lectern/core';
import type { Environment, Timers } from './environment.js';
import { encodeQueue, type JournalStorage } from './journal.js';

/** Lets one page of the origin at a time send a queue. */
export interface SenderLock {
  /**
   * Waits for its turn, works, lets go.
   * @param work calls `renew` at least every {@link LEASE} ÷ 2 milliseconds while it goes on
   * Rejects with an AbortError when `signal` ends the wait.
   */
  run<T>(signal: AbortSignal, work: (renew: () => void) => Promise<T>): Promise<T>;
}

/** Milliseconds after which a lease that was not renewed belongs to nobody: its page has died. */
const LEASE = 60_000;

/** Milliseconds between two looks at a lease that another page holds. */
const POLL = 500;

/** Milliseconds for two pages that take a lease at once to see each other. */
const SETTLE = 25;

const PREFIX = 'lectern.lease.v1.';

/** Where the lease of a queue is, where there are no Web Locks. */
export const leaseKey = (queue: string): string => PREFIX + encodeQueue(queue);

export function createSenderLock(queue: string, owner: string, environment: Environment): SenderLock {
  const { locks, storage, clock, timers } = environment;
  if (locks) return webLock(locks, `lectern.outbox.${queue}`);
  return leaseLock({ key: leaseKey(queue), owner, storage, clock, timers });
}

function webLock(locks: Pick<LockManager, 'request'>, name: string): SenderLock {
  return {
    run: (signal, work) => locks.request(name, { signal }, () => untilAborted(signal, work(() => undefined))) as ReturnType<typeof work>,
  };
}

/** A page that was stopped must not keep the others waiting for an answer that it will not hear. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(abortError());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    done.abort();
  }
}

const abortError = (): DOMException => new DOMException('The outbox was closed.', 'AbortError');

interface LeaseOptions {
  readonly key: string;
  readonly owner: string;
  readonly storage: JournalStorage | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** For pages without Web Locks. Two senders at once would do no harm but extra work, since statement ids make sending idempotent. */
function leaseLock({ key, owner, storage, clock, timers }: LeaseOptions): SenderLock {
  const pause = (delay: number): Promise<void> => new Promise((resolve) => void timers.set(resolve, delay));

  function holder(): string | undefined {
    try {
      const { by, until } = JSON.parse(storage?.getItem(key) ?? '{}') as { by?: unknown; until?: unknown };
      // A lease that ends too far ahead was written under another clock.
      const valid = typeof until === 'number' && until > clock.now() && until <= clock.now() + LEASE;
      return valid && typeof by === 'string' ? by : undefined;
    } catch {
      return undefined;
    }
  }

  function take(): void {
    try {
      storage?.setItem(key, JSON.stringify({ by: owner, until: clock.now() + LEASE }));
    } catch {
      // Without storage each page sends what it has.
    }
  }

  return {
    async run(signal, work) {
      for (;;) {
        if (signal.aborted) throw abortError();
        const other = holder();
        if (other !== undefined && other !== owner) {
          await pause(POLL);
          continue;
        }
        take();
        await pause(SETTLE);
        const settled = holder();
        if (settled === undefined || settled === owner) break;
      }
      try {
        return await untilAborted(signal, work(take));
      } finally {
        // A page that is stopped as if killed leaves its lease to run out, unless it can still give it back.
        if (holder() === owner) {
          try {
            storage?.removeItem(key);
          } catch {
            // It runs out.
          }
        }
      }
    },
  };
}
