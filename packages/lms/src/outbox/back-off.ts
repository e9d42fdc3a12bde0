/** Never sooner than this many milliseconds, however the dice fall. */
const FLOOR = 50;

/**
 * Exponential back-off with full jitter: a whole lecture hall must not come back at the same moment.
 * @param attempt failures so far, from 1
 * @param random from 0 to below 1
 * @returns milliseconds
 */
export function backOff(attempt: number, random: number, base: number, cap: number): number {
  const ceiling = Math.min(cap, base * 2 ** Math.min(attempt - 1, 30));
  return Math.max(FLOOR, Math.round(random * ceiling));
}
