import { scaledScore, type Score } from '@lectern/core';
import type { Localizer } from './localize.js';

/** `46 / 50 (92%)`, or as much of it as there is. */
export function scoreWords(score: Score | undefined, words: Localizer): string {
  const scaled = scaledScore(score);
  const percent = scaled === undefined ? '' : words.percent(scaled);
  if (score?.raw === undefined) return percent;
  const raw = score.max === undefined ? words.number(score.raw) : `${words.number(score.raw)} / ${words.number(score.max)}`;
  return percent ? `${raw} (${percent})` : raw;
}

/** A length of time to two units: `1 hour 5 minutes`. */
export function durationWords(seconds: number, words: Localizer): string {
  const unit = (value: number, name: 'hour' | 'minute' | 'second'): string => words.number(value, { style: 'unit', unit: name, unitDisplay: 'long' });
  if (seconds < 60) return unit(Math.round(seconds), 'second');
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? unit(minutes, 'minute') : `${unit(Math.floor(minutes / 60), 'hour')} ${minutes % 60 ? unit(minutes % 60, 'minute') : ''}`.trim();
}
