import { parseDuration, type Activity, type InteractionComponent, type Statement } from '@lectern/core';
import { identifier, sessionTime, type Elements } from './outcome-elements.js';
import type { ScormVersion } from './scorm-calls.js';

/** SCORM 1.2's types (RTE 3.4.4 `interactions.n.type`); what it does not know is the nearest that it does. */
const TYPES_12: Readonly<Record<string, string>> = { 'long-fill-in': 'fill-in', other: 'performance' };

/** Whether a statement tells of an answer to a question. */
export function isAnswer({ verb, object }: Statement): boolean {
  return /\/(answered|responded)$/.test(verb.id) && (object as Activity).definition?.interactionType !== undefined;
}

/** An answer as the LMS's interaction number `index`: a journal of what was answered (SCORM 2004 RTE 4.2.9.2), as every LMS keeps it. */
export function interactionElements({ object, result, timestamp }: Statement, index: number, version: ScormVersion): Elements {
  const { id, definition = {} } = object as Activity;
  const type = definition.interactionType!;
  const at = `cmi.interactions.${index}`;
  const set: (readonly [string, string])[] = [[`${at}.id`, identifier(id, version)], [`${at}.type`, version === '1.2' ? (TYPES_12[type] ?? type) : type]];
  const letters = version === '1.2' ? shortNames(definition.choices, definition.source, definition.target, definition.steps) : undefined;
  const write = (pattern: string): string => (version === '1.2' ? pattern12(pattern, type, letters) : pattern);
  definition.correctResponsesPattern?.slice(0, 10).forEach((pattern, number) => set.push([`${at}.correct_responses.${number}.pattern`, write(pattern)]));
  if (result?.response !== undefined) set.push([`${at}.${version === '1.2' ? 'student_response' : 'learner_response'}`, write(result.response)]);
  if (result?.success !== undefined) set.push([`${at}.result`, result.success ? 'correct' : version === '1.2' ? 'wrong' : 'incorrect']);
  const latency = result?.duration === undefined ? undefined : parseDuration(result.duration);
  if (latency !== undefined) set.push([`${at}.latency`, sessionTime(latency, version)[0]![1]]);
  const time = new Date(timestamp);
  // 1.2 CMITime: of the learner's day. 2004 `time(second,10,0)`.
  if (version === '1.2') set.push([`${at}.time`, [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')]);
  else set.push([`${at}.timestamp`, time.toISOString().replace(/\.\d+Z$/, 'Z')]);
  return set;
}

/** SCORM 1.2 names a choice by one letter or digit (CMIFeedback, RTE 3.4.3): in the order they are declared. */
function shortNames(...lists: readonly (readonly InteractionComponent[] | undefined)[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const list of lists) {
    list?.forEach(({ id }, index) => {
      if (!names.has(id)) names.set(id, '0123456789abcdefghijklmnopqrstuvwxyz'[(index + 10) % 36]!);
    });
  }
  return names;
}

/** A response in xAPI's encoding (Data 2.4.4.1) as SCORM 1.2 writes it: `a,b`, `a.1,b.2`, free text of 255 characters. */
function pattern12(pattern: string, type: string, names: ReadonlyMap<string, string> | undefined): string {
  const short = (id: string): string => names?.get(id) ?? (/^[a-z\d]$/i.test(id) ? id.toLowerCase() : id.replace(/[^\w-]/g, '_').slice(0, 20));
  switch (type) {
    case 'true-false':
      return pattern === 'true' ? 't' : 'f';
    case 'choice':
    case 'sequencing':
      return pattern.split('[,]').map(short).join(',');
    case 'matching':
      return pattern.split('[,]').map((pair) => pair.split('[.]').map(short).join('.')).join(',');
    case 'numeric':
      return pattern.split('[:]')[0] || pattern;
    default:
      return pattern.replace(/^\{[a-z_]+=[^}]*\}/, '').replaceAll('[,]', ',').slice(0, 255);
  }
}
