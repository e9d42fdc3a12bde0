import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Localizer } from '../internal/localize.js';
import { renderDetails } from './details-view.js';
import { learnerWords, objectWords, resultWords, statusWords, verbOf } from './entry-words.js';
import type { FeedEntry } from './feed-entry.js';
import { icons } from './icons.js';
import { oneLine } from './safe-text.js';
import { isDate, type TimeWords } from './time-words.js';

/** What the rows draw from, and how they ask for something. */
export interface RowsView {
  readonly words: Localizer;
  readonly times: TimeWords;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly opened: ReadonlySet<string>;
  /** The row that Tab leads to. */
  readonly current: string | undefined;
  readonly toggle: (entry: FeedEntry, open: boolean) => void;
  /** The row whose JSON has just been copied. */
  readonly copied: string | undefined;
  readonly copy: (key: string, json: string, pre: Element) => void;
}

/** One statement. Closed it is one sentence and how safe it is; it opens to all there is. */
export function renderRow(entry: FeedEntry, view: RowsView): TemplateResult {
  const { words, times, now, opened, current, copied } = view;
  const at = entry.facts.time ?? entry.facts.stored?.time;
  const when = isDate(at) ? { local: times.local(at, now), ago: times.relative(at, now) } : undefined;
  const open = opened.has(entry.key);
  // A thousand rows are drawn anew with every change of one: only what looks different is.
  const parts = [entry.version, entry.status, open, current === entry.key, copied === entry.key, words.locale, words.languages[0], when?.local, when?.ago];
  return html`<li part="row" data-key=${entry.key} class=${entry.status}>${guard(parts, () => drawRow(entry, view, when, open))}</li>`;
}

function drawRow(entry: FeedEntry, view: RowsView, when: { readonly local: string; readonly ago: string } | undefined, open: boolean): TemplateResult {
  const { words, times, current } = view;
  const { facts, status, reason } = entry;
  const at = facts.time ?? facts.stored?.time;
  const result = resultWords(facts.result, words);
  const onToggle = (event: Event): void => view.toggle(entry, (event.currentTarget as HTMLDetailsElement).open);
  return html`<details .open=${open} @toggle=${onToggle}>
    <summary tabindex=${current === entry.key ? 0 : -1}>
      <span class="chevron">${icons.open}</span>
      ${isDate(at) && when
        ? html`<time datetime=${new Date(at).toISOString()} title=${times.exact(at)}>${when.local} ${when.ago ? html`<span class="ago">${when.ago}</span>` : nothing}</time>`
        : html`<span class="time">${words.msg('no time')}</span>`}
      <span class="line">
        <bdi class="learner">${learnerWords(facts, words)}</bdi>
        <b class="verb"><bdi>${verbOf(facts, words)}</bdi></b>
        <bdi class="object">${objectWords(facts.object, words)}</bdi>
        ${result.length > 0 ? html`<span class="result">${result.join(' · ')}</span>` : nothing}
      </span>
      <span class="status" part="receipt">${icons[status]}${statusWords(status, words)}</span>
      ${reason ? html`<span class="why" lang="en"><bdi>${oneLine(String(reason.code), 60)}</bdi></span>` : nothing}
    </summary>
    ${open ? renderDetails(entry, view) : nothing}
  </details>`;
}
