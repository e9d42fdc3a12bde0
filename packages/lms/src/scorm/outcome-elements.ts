import { formatDuration, parseDuration, scaledScore, type OutcomeReport, type Score } from '@lectern/core';
import type { ScormVersion } from './scorm-calls.js';

/** Elements to set, in this order. */
export type Elements = readonly (readonly [element: string, value: string])[];

const number = (value: number, digits: number): string => String(Math.round(value * 10 ** digits) / 10 ** digits);

/**
 * A score on the hundred: SCORM 1.2 allows no other (RTE 3.4.4, `score.raw`: 0 to 100), and gradebooks that read only `raw` take it for percent in 2004 as well.
 * `undefined` where the most that can be had is not known: points without a range would be read as percent.
 */
function hundred(score: Score | undefined): { readonly scaled: number; readonly raw: string } | undefined {
  const scaled = scaledScore(score);
  return scaled === undefined ? undefined : { scaled, raw: number(Math.max(0, scaled) * 100, 2) };
}

/** The course's outcome in the words of the LMS. SCORM 1.2 RTE 3.4.4; SCORM 2004 4th Ed. RTE 4.2.4, 4.2.18, 4.2.20, 4.2.22. */
export function courseElements({ completed, success, score, progress }: OutcomeReport, version: ScormVersion): Elements {
  const points = hundred(score);
  if (version === '1.2') {
    const status = success ?? (completed ? 'completed' : 'incomplete');
    const scores: Elements = points ? [['cmi.core.score.raw', points.raw], ['cmi.core.score.min', '0'], ['cmi.core.score.max', '100']] : [];
    return [...scores, ['cmi.core.lesson_status', status]];
  }
  return [
    ...(points
      ? ([['cmi.score.scaled', number(points.scaled, 7)], ['cmi.score.raw', points.raw], ['cmi.score.min', '0'], ['cmi.score.max', '100']] as const)
      : []),
    ['cmi.progress_measure', number(Math.min(1, Math.max(0, progress)), 7)],
    ['cmi.completion_status', completed ? 'completed' : 'incomplete'],
    ...(success ? ([['cmi.success_status', success]] as const) : []),
  ];
}

/** A unit's outcome as an objective. SCORM 1.2 RTE 3.4.4 `cmi.objectives`; SCORM 2004 RTE 4.2.17. Without the id, which is set once. */
export function objectiveElements({ completed, success, score, progress }: OutcomeReport, index: number, version: ScormVersion): Elements {
  const at = `cmi.objectives.${index}`;
  const points = hundred(score);
  const scores: Elements = points ? [[`${at}.score.raw`, points.raw], [`${at}.score.min`, '0'], [`${at}.score.max`, '100']] : [];
  if (version === '1.2') return [...scores, [`${at}.status`, success ?? (completed ? 'completed' : 'incomplete')]];
  return [
    ...(points ? ([[`${at}.score.scaled`, number(points.scaled, 7)]] as const) : []),
    ...scores,
    [`${at}.progress_measure`, number(Math.min(1, Math.max(0, progress)), 7)],
    [`${at}.completion_status`, completed ? 'completed' : 'incomplete'],
    ...(success ? ([[`${at}.success_status`, success]] as const) : []),
  ];
}

/** The time of this launch. 1.2 CMITimespan `HHHH:MM:SS.SS` (RTE 3.4.3); 2004 `timeinterval(second,10,2)` (RTE 4.1.1.7). */
export function sessionTime(seconds: number, version: ScormVersion): Elements {
  if (version === '2004') return [['cmi.session_time', formatDuration(seconds)]];
  const hundredths = Math.min(Math.round(seconds * 100), 3_599_999_999);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const hours = String(Math.floor(hundredths / 360_000)).padStart(4, '0');
  return [['cmi.core.session_time', `${hours}:${two((hundredths % 360_000) / 6000)}:${two((hundredths % 6000) / 100)}.${two(hundredths % 100)}`]];
}

/** Seconds of `cmi.core.total_time` or `cmi.total_time`. `undefined` where the LMS does not say. */
export function totalSeconds(value: string, version: ScormVersion): number | undefined {
  if (version === '2004') return parseDuration(value);
  const [, hours, minutes, seconds] = /^(\d{1,6}):(\d{1,2}):(\d{1,2}(?:\.\d{1,3})?)$/.exec(value) ?? [];
  return seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** An identifier that any LMS takes: 1.2's CMIIdentifier (RTE 3.4.3) has no spaces and 255 characters; 2004's is an IRI or so of 4,000. */
export function identifier(id: string, version: ScormVersion): string {
  if (version === '2004') return id.slice(0, 4000);
  return encodeURIComponent(id).replace(/[^\w.-]/g, '_').slice(0, 255);
}
