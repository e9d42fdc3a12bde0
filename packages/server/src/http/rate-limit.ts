import type { MiddlewareHandler } from 'hono';
import type { Principal } from '../auth/principal.js';
import { ServerError } from '../errors.js';

export interface RateLimitOptions {
  /** Requests a second that one key, learner or unit may make on average. */
  readonly rate: number;
  /** Requests that may come at once after a rest. Default ten seconds' worth. */
  readonly burst?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

interface Bucket {
  left: number;
  at: number;
}

/** Credentials that are remembered; a full bucket need not be. */
const MOST = 100_000;

/**
 * A token bucket for each set of credentials, in this process: behind n processes the limit is n times as high.
 * @throws ServerError `too-many-requests`, with the seconds to wait
 */
export function createRateLimit({ rate, burst = rate * 10, now = () => performance.now() }: RateLimitOptions): (principal: Principal) => void {
  const buckets = new Map<string, Bucket>();
  return (principal) => {
    const name = nameOf(principal);
    const at = now();
    const before = buckets.get(name);
    const left = before ? Math.min(burst, before.left + ((at - before.at) / 1000) * rate) : burst;
    if (left < 1) throw new ServerError('too-many-requests', 'These credentials have made too many requests; wait.', { retryAfter: Math.max(1, Math.ceil((1 - left) / rate)), clause: 'xAPI Communication 3.2' });
    if (!before && buckets.size >= MOST) forgetFull(buckets, burst, rate, at);
    buckets.set(name, { left: left - 1, at });
  };
}

export function rateLimited(limit: (principal: Principal) => void): MiddlewareHandler<{ Variables: { principal: Principal } }> {
  return async (c, next) => {
    limit(c.get('principal'));
    await next();
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
