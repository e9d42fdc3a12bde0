import type { Principal } from '../auth/principal.js';
import { ServerError } from '../errors.js';

export interface RateOptions {
  /** How many a second on average. */
  readonly rate: number;
  /** How many may come at once after a rest. Default ten seconds' worth. */
  readonly burst?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

interface Bucket {
  left: number;
  at: number;
}

/** A token bucket for each name, in this process: behind n processes a limit is n times as high. */
export interface Buckets {
  /** Takes one. @returns seconds to wait, where none is left */
  take(name: string): number | undefined;
  /** Gives one back. */
  giveBack(name: string): void;
}

/** Names that are remembered; a full bucket need not be. */
const MOST = 100_000;

export function createBuckets({ rate, burst = rate * 10, now = () => performance.now() }: RateOptions): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(name) {
      const at = now();
      const before = buckets.get(name);
      const left = before ? Math.min(burst, before.left + ((at - before.at) / 1000) * rate) : burst;
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / rate));
      if (!before && buckets.size >= MOST) forgetFull(buckets, burst, rate, at);
      buckets.set(name, { left: left - 1, at });
      return undefined;
    },
    giveBack(name) {
      const bucket = buckets.get(name);
      if (bucket) bucket.left = Math.min(burst, bucket.left + 1);
    },
  };
}

/**
 * Requests of one key, learner or unit.
 * @throws ServerError `too-many-requests`, with the seconds to wait
 */
export function createRateLimit(options: RateOptions): (principal: Principal) => void {
  const buckets = createBuckets(options);
  return (principal) => {
    const retryAfter = buckets.take(nameOf(principal));
    if (retryAfter !== undefined) throw new ServerError('too-many-requests', 'These credentials have made too many requests; wait.', { retryAfter, clause: 'xAPI Communication 3.2' });
  };
}

/** Guesses of one address. */
export interface FailureLimit {
  /**
   * Counts a guess before it is looked at, so that many at once are not all looked at.
   * @returns takes it back, for a guess that was none
   * @throws ServerError `too-many-requests`, with the seconds to wait
   */
  attempt(address: string): () => void;
}

export function createFailureLimit(options: RateOptions): FailureLimit {
  const buckets = createBuckets(options);
  return {
    attempt(address) {
      const retryAfter = buckets.take(address);
      if (retryAfter !== undefined) throw new ServerError('too-many-requests', 'Too many wrong credentials came from this address; wait.', { retryAfter });
      return () => buckets.giveBack(address);
    },
  };
}

function forgetFull(buckets: Map<string, Bucket>, burst: number, rate: number, at: number): void {
  for (const [name, bucket] of buckets) if (bucket.left + ((at - bucket.at) / 1000) * rate >= burst) buckets.delete(name);
  // All of them busy: forget the oldest rather than grow without end.
  for (const name of buckets.keys()) {
    if (buckets.size < MOST) return;
    buckets.delete(name);
  }
}

const nameOf = (principal: Principal): string =>
  `${principal.tenantId} ${principal.kind} ${principal.kind === 'key' ? principal.key : principal.kind === 'unit' ? principal.sessionId : principal.actorKey}`;
