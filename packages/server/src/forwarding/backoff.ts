/** Milliseconds before the first try again, doubled with each failure. */
const BASE = 1_000;
const LONGEST = 15 * 60_000;
/** What a target may ask for at most. */
const LONGEST_ASKED = 60 * 60_000;

/**
 * Milliseconds until the next try: full jitter, so that many servers do not come back to a target at one moment, and never before the
 * time it asked for.
 * @param failures in a row, at least 1
 * @param asked milliseconds, as `Retry-After` said
 * @param random from 0 to 1
 */
export function backoff(failures: number, asked: number | undefined, random: () => number): number {
  const ceiling = Math.min(LONGEST, BASE * 2 ** Math.min(failures - 1, 20));
  return Math.min(asked ?? 0, LONGEST_ASKED) + random() * ceiling;
}

/** `Retry-After` in either form (RFC 9110, 10.2.3), in milliseconds; `undefined` where it says nothing sensible. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
