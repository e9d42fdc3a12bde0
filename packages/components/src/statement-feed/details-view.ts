import { html, nothing, type TemplateResult } from 'lit';
import { validateStatement } from '@lectern/core/statement/validate';
import { durationWords, scoreWords } from '../internal/result-words.js';
import { learnerWords, objectWords, statusMeaning, statusWords, verbOf } from './entry-words.js';
import { versionOf } from './export-statements.js';
import type { FeedEntry } from './feed-entry.js';
import { icons } from './icons.js';
import { renderJson } from './json-view.js';
import { fieldsOf, stringOf } from './plain-value.js';
import type { RowsView } from './row-view.js';
import { oneLine } from './safe-text.js';
import { isDate } from './time-words.js';

/** Faults shown, at most: the first tell enough. */
const FAULTS = 5;

/** All there is of one statement: in words, and as it is. */
export function renderDetails(entry: FeedEntry, { words, times, copied, copy }: RowsView): TemplateResult {
  const { facts, status, value } = entry;
  const { msg } = words;
  const { score, success, completion, duration, response } = facts.result;
  const context = fieldsOf(value, 'context');
  const fact = (name: string, text: string, exact = ''): TemplateResult | typeof nothing =>
    text === '' ? nothing : html`<div><dt>${name}</dt><dd><bdi>${text}</bdi>${exact && exact !== text ? html`<small><bdi>${oneLine(exact, 500)}</bdi></small>` : nothing}</dd></div>`;
  const yesOrNo = (truth: boolean | undefined): string => (truth === undefined ? '' : truth ? msg('Yes') : msg('No'));
  return html`<div class="inside" part="details">
    ${renderReceipt(entry, { words })}
    <dl class="facts">
      ${fact(msg('Happened'), isDate(facts.time) ? times.exact(facts.time) : '')}
      ${fact(msg('Stored'), isDate(facts.stored?.time) ? times.exact(facts.stored.time) : '')}
      ${fact(msg('Learner'), learnerWords(facts, words), facts.learner.key)}
      ${fact(msg('Verb'), verbOf(facts, words), facts.verb.id)}
      ${fact(facts.object.kind === 'activity' ? msg('Activity') : msg('Object'), objectWords(facts.object, words), facts.object.id)}
      ${fact(msg('Score'), scoreWords(score, words))}
      ${fact(msg('Successful'), yesOrNo(success))}
      ${fact(msg('Complete'), yesOrNo(completion))}
      ${fact(msg('Duration'), duration ? durationWords(duration.seconds, words) : '', duration?.text)}
      ${fact(msg('Answer'), oneLine(response ?? '', 1000))}
      ${fact(msg('Registration'), oneLine(facts.registration ?? '', 60))}
      ${fact(msg('Platform'), oneLine(stringOf(context, 'platform') ?? ''))}
      ${fact(msg('Vouched for by'), oneLine(authorityOf(value)))}
      ${fact(msg('Receipt'), statusWords(status, words), statusMeaning(status, words))}
    </dl>
    ${renderFaults(value, { words })} ${renderJson(value, words, { copied: copied === entry.key, copy: (json, pre) => copy(entry.key, json, pre) })}
  </div>`;
}

function renderReceipt({ status, reason }: FeedEntry, { words }: Pick<RowsView, 'words'>): TemplateResult | typeof nothing {
  if (!reason) return nothing;
  const said = status === 'failed' ? words.msg('It could not be stored.') : words.msg('It is not stored yet.');
  return html`<div class="note ${status === 'failed' ? 'bad' : 'warn'}">${icons[status]}<p>${said}<small lang="en" dir="ltr"><bdi>${reasonOf(reason)}</bdi></small></p></div>`;
}

/** A receipt comes from outside, and so does its reason. */
function reasonOf({ code, message, field, clause }: NonNullable<FeedEntry['reason']>): string {
  const said = [code, field, clause].filter((part) => typeof part === 'string' && part !== '').join(' · ');
  return oneLine(`${said}: ${String(message)}`, 500);
}

function authorityOf(value: unknown): string {
  const authority = fieldsOf(value, 'authority');
  return stringOf(authority, 'name') ?? stringOf(fieldsOf(authority, 'account'), 'name') ?? stringOf(authority, 'mbox') ?? '';
}

/** Where it is no statement by the rules of xAPI: for whoever made it. */
function renderFaults(value: unknown, { words }: Pick<RowsView, 'words'>): TemplateResult | typeof nothing {
  if (value === undefined) return nothing;
  const faults = validateStatement(value, { asReceived: true, version: versionOf(value) });
  if (faults.length === 0) return nothing;
  return html`<div class="note warn" part="faults">
    ${icons.fault}
    <div>
      <p>${words.msg('This breaks the rules of xAPI.')}</p>
      <ul lang="en" dir="ltr">
        ${faults.slice(0, FAULTS).map(({ path, message, clause }) => html`<li><code>${oneLine(path, 120) || 'statement'}</code> ${oneLine(message)} <small>${clause}</small></li>`)}
      </ul>
    </div>
  </div>`;
}
