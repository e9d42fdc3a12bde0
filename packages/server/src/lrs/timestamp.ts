import { parseTimestamp } from '@lectern/core/statement/validate';

/** Microseconds since 1970 as RFC 3339 in UTC, with all six places, so that `since` with a statement's `stored` is exact. */
export function formatMicros(micros: number): string {
  const whole = Math.floor(micros / 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros - whole * 1000).padStart(3, '0')}Z`;
}

/** @returns `undefined` where the text is no timestamp */
export function parseMicros(text: string): number | undefined {
  const milliseconds = parseTimestamp(text);
  if (milliseconds === undefined) return undefined;
  const rest = /[.,]\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
  return milliseconds * 1000 + Number(rest.padEnd(3, '0'));
}

/** In UTC: xAPI 2.0 asks for the conversion, 1.0.3 (Data 4.5) allows it. */
export function normaliseTimestamp(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text)) return text;
  const milliseconds = parseTimestamp(text);
  return milliseconds === undefined ? text : new Date(milliseconds).toISOString();
}

/** Whether a timestamp, where there is one, is written in UTC: `Z`, or an offset of nothing. */
export const isUtc = (text: string | undefined): boolean => text === undefined || /(Z|[+-]00(:?00)?)$/i.test(text);
