import type { Localizer } from '../internal/localize.js';

const STEPS = [
  ['second', 1_000, 60_000],
  ['minute', 60_000, 3_600_000],
  ['hour', 3_600_000, 86_400_000],
  ['day', 86_400_000, 7 * 86_400_000],
] as const;

/** `3 minutes ago`; empty for what is a week from now or more. */
export function relativeTime(at: number, now: number, words: Localizer): string {
  const passed = now - at;
  const step = STEPS.find(([, , below]) => Math.abs(passed) < below);
  if (!step) return '';
  const [unit, length] = step;
  const format = new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto', style: 'long' });
  // Seconds change too often to be worth reading.
  return unit === 'second' ? format.format(0, 'second') : format.format(-Math.trunc(passed / length), unit);
}

/** As short as can be told apart: the time of today, the day and time of this week, else the day. */
export function localTime(at: number, now: number, words: Localizer): string {
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return words.date(at, time);
  if (Math.abs(now - at) < 7 * 86_400_000) return words.date(at, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  return words.date(at, { dateStyle: 'medium' });
}

/** To the second, with its zone. */
export const exactTime = (at: number, words: Localizer): string =>
  words.date(at, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });

/** Within what `Date` can say. */
export const isDate = (at: number | undefined): at is number => at !== undefined && Math.abs(at) <= 8.64e15;
