import type { Score } from '../session/events.js';

const finite = (value: number | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/**
 * What of a score may stand in a statement (xAPI Data 2.4.5.1). Content reports 160 of 100 and a minimum above the maximum; an LRS would
 * refuse the whole statement, so the bounds that the raw score breaks go, and the raw score stays.
 * @returns `undefined` where nothing is left
 */
export function soundScore(score: Score): Score | undefined {
  const scaled = finite(score.scaled);
  const raw = finite(score.raw);
  let min = finite(score.min);
  let max = finite(score.max);
  if (min !== undefined && max !== undefined && min >= max) min = max = undefined;
  if (raw !== undefined && min !== undefined && raw < min) min = undefined;
  if (raw !== undefined && max !== undefined && raw > max) max = undefined;
  const sound: Score = {
    ...(scaled !== undefined && Math.abs(scaled) <= 1 ? { scaled } : {}),
    ...(raw === undefined ? {} : { raw }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
  return Object.keys(sound).length > 0 ? sound : undefined;
}
