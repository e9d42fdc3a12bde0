import type { Localizer } from '../internal/localize.js';
import type { FilterValues } from './filters.js';

/** Ranges of time that people ask for; `own` is one with two ends. */
export type Preset = 'any' | 'hour' | 'today' | 'week' | 'own';

export const PRESETS: readonly Preset[] = ['any', 'hour', 'today', 'week', 'own'];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function presetWords(preset: Preset, { msg }: Localizer): string {
  return { any: msg('Any time'), hour: msg('Last hour'), today: msg('Today'), week: msg('Last 7 days'), own: msg('From … to …') }[preset];
}

/** Where the range begins, RFC 3339; empty for `any`. Cut to the minute, so that the same choice asks the same question. */
export function startOf(preset: Exclude<Preset, 'own'>, now: number): string {
  if (preset === 'any') return '';
  const start = new Date(preset === 'hour' ? now - HOUR : preset === 'week' ? now - 7 * DAY : now);
  if (preset === 'today') start.setHours(0, 0, 0, 0);
  else start.setSeconds(0, 0);
  return start.toISOString();
}

/** A range as it was chosen by name, and where it began then: time goes on, and it stays the last hour for who has chosen it. */
export interface ChosenRange {
  readonly preset: Preset;
  readonly since: string;
}

/** The range that a filter's values are: the one that was chosen, if it still is; whatever has other ends is one of its own. */
export function presetOf({ since, until }: Pick<FilterValues, 'since' | 'until'>, chosen: ChosenRange | undefined): Preset {
  if (chosen?.preset === 'own') return 'own';
  if (until === '' && chosen?.since === since) return chosen.preset;
  return since === '' && until === '' ? 'any' : 'own';
}

/** A moment as `<input type="datetime-local">` wants it: in the reader's zone, to the minute. */
export function localInput(instant: string): string {
  const at = new Date(instant);
  if (instant === '' || Number.isNaN(at.getTime())) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
