import { pickText, type Text } from '@lectern/core';
import type { FeedEntry } from './feed-entry.js';

/** How a verb is called in the reader's language. */
export type SayVerb = (verb: { readonly id: string; readonly display?: Text | undefined }) => string;

type Cell = string | number | boolean | undefined;

/** The columns, in their order; docs/statement-feed.md describes them. The names stay, whatever the reader's language. */
const COLUMNS: Readonly<Record<string, (entry: FeedEntry, languages: readonly string[], sayVerb: SayVerb) => Cell>> = {
  id: ({ facts }) => facts.id,
  timestamp: ({ facts }) => iso(facts.time),
  stored: ({ facts }) => facts.stored?.text,
  learner: ({ facts }) => facts.learner.name,
  learner_id: ({ facts }) => facts.learner.key,
  verb: ({ facts }, _languages, sayVerb) => (facts.verb.id === '' ? '' : sayVerb(facts.verb)),
  verb_id: ({ facts }) => facts.verb.id,
  activity: ({ facts: { object } }, languages) => pickText(object.name, languages),
  activity_id: ({ facts }) => facts.object.id,
  activity_type: ({ facts }) => facts.object.type,
  success: ({ facts }) => facts.result.success,
  completion: ({ facts }) => facts.result.completion,
  score_scaled: ({ facts }) => facts.result.score?.scaled,
  score_raw: ({ facts }) => facts.result.score?.raw,
  score_min: ({ facts }) => facts.result.score?.min,
  score_max: ({ facts }) => facts.result.score?.max,
  duration: ({ facts }) => facts.result.duration?.text,
  duration_seconds: ({ facts }) => facts.result.duration?.seconds,
  response: ({ facts }) => facts.result.response,
  registration: ({ facts }) => facts.registration,
  receipt: ({ status }) => status,
  receipt_error: ({ reason }) => reason && `${reason.code}: ${reason.message}`,
};

/** Excel takes a file without it for the machine's own code page, and Chinese for noise. */
const BYTE_ORDER_MARK = '\ufeff';

/** RFC 4180, with a byte order mark, and no cell that a spreadsheet would calculate. */
export function toCsv(entries: readonly FeedEntry[], languages: readonly string[], sayVerb: SayVerb): string {
  const columns = Object.values(COLUMNS);
  const lines = entries.map((entry) => columns.map((read) => cell(read(entry, languages, sayVerb))).join(','));
  return `${BYTE_ORDER_MARK}${[Object.keys(COLUMNS).join(','), ...lines].join('\r\n')}\r\n`;
}

/** What a spreadsheet takes for the beginning of a formula, in the half-width and the full-width forms, behind blanks too; and what may hide one. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

function cell(value: Cell): string {
  if (value === undefined) return '';
  // A number is no formula, also where it is below zero.
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const iso = (time: number | undefined): string | undefined => (time === undefined || Math.abs(time) > 8.64e15 ? undefined : new Date(time).toISOString());
