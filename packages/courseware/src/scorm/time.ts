import { formatDuration, parseDuration } from '@lectern/core';
import type { ScormVersion } from '../frame/protocol.js';

/** Seconds of a SCORM time span: `HHHH:MM:SS.SS` in 1.2 (3.4.4 CMITimespan), ISO 8601 in 2004. `undefined` where it is none. */
export function spanSeconds(text: unknown, version: ScormVersion): number | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  if (version === '2004') return parseDuration(text);
  const match = /^(\d{1,4}):(\d{1,2}):(\d{1,2}(?:\.\d{1,2})?)$/.exec(text);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined;
}

/** With days, and hours below 24, as SCORM's own examples have it (2004 RTE 4.1.1.7). */
function formatInterval(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  if (seconds === 0) return 'PT0H0M0S';
  const rest = seconds - days * 86_400;
  if (days === 0) return formatDuration(rest);
  return `P${days}D${rest < 0.005 ? '' : formatDuration(rest).slice(1)}`;
}

/** Seconds as a SCORM time span. Hours in 1.2 end at 9999. */
export function formatSpan(seconds: number, version: ScormVersion): string {
  if (version === '2004') return formatInterval(seconds);
  const hundredths = Math.round(Math.min(seconds, 35_999_999) * 100);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = hundredths % 6_000;
  const fraction = rest % 100 ? `.${two(rest % 100)}` : '';
  return `${two(hundredths / 360_000)}:${two((hundredths % 360_000) / 6_000)}:${two(rest / 100)}${fraction}`;
}
