import type { Score } from './events.js';

/** A score as a fraction from -1 to 1: `scaled`, else raw against its true range (16 of 16 is 1, not 0.16); `undefined` where the most that can be had is not known. */
export function scaledScore(score: Score | undefined): number | undefined {
  if (!score) return undefined;
  const { scaled, raw, min = 0, max } = score;
  if (scaled !== undefined) return Math.min(1, Math.max(-1, scaled));
  if (raw === undefined || max === undefined || max <= min) return undefined;
  return Math.min(1, Math.max(-1, (raw - min) / (max - min)));
}
