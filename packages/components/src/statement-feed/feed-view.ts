import { parseTimestamp } from '@lectern/core/statement/validate';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { str } from '../internal/localize.js';
import { renderExport, type ExportView } from './export-view.js';
import type { FeedEntry } from './feed-entry.js';
import { MOST } from './feed-store.js';
import { renderFiltered, renderFilters, type FilterView } from './filter-view.js';
import { FILTER_NAMES, isFiltered } from './filters.js';
import { icons } from './icons.js';
import { divide } from './lrs-query.js';
import type { LrsSource } from './lrs-source.js';
import { renderRow, type RowsView } from './row-view.js';
import type { Rows } from './rows.js';
import { countWords, renderFault, renderLoading, renderNothing, type Count } from './state-view.js';

/** All that the feed draws from, and how it asks for something. */
export interface FeedView extends RowsView, Pick<FilterView, 'values' | 'criteria' | 'seen' | 'range' | 'set' | 'clear'>, Pick<ExportView, 'all' | 'progress' | 'outcome' | 'setAll' | 'run' | 'cancel'> {
  /** What is asked for, in order. */
  readonly entries: readonly FeedEntry[];
  readonly loaded: number;
  readonly rows: Rows;
  readonly lrs: LrsSource | undefined;
  /** There is nothing that statements could come from. */
  readonly noSource: boolean;
  readonly following: boolean;
  readonly panel: 'filters' | 'export' | undefined;
  readonly open: (panel: 'filters' | 'export') => void;
  readonly follow: () => void;
  readonly refresh: () => void;
  readonly loadMore: () => void;
}

/** What a store has not looked for itself is looked for in what is loaded. */
export function countOf({ entries, loaded, criteria, lrs }: Pick<FeedView, 'entries' | 'loaded' | 'criteria' | 'lrs'>): Count {
  const partial = lrs ? divide(criteria).here.length > 0 : isFiltered(criteria);
  return { shown: entries.length, loaded, partial, hasMore: lrs?.hasMore ?? false };
}

export function renderHead(view: FeedView): TemplateResult {
  const { words, entries, loaded, values, lrs, following, panel, open } = view;
  const { msg } = words;
  const hasMore = lrs?.hasMore ?? false;
  const active = FILTER_NAMES.filter((name) => name !== 'registration' && values[name] !== '').length;
  const filters = active > 0 ? msg(str`Filters (${words.number(active)})`) : msg('Filters');
  const filter = { ...view, scope: { hasStore: lrs !== undefined, hasMore, loaded } };
  return html`<header part="header">
      <p class="count" part="count">${countWords(countOf(view), words)}</p>
      <div class="tools">
        ${lrs
          ? html`<button type="button" class="plain" part="follow" aria-pressed=${following} @click=${view.follow}>${icons.follow}<span>${msg('Follow')}</span></button>
              <button type="button" class="plain icon ${lrs.busy ? 'busy' : ''}" part="refresh" aria-label=${msg('Refresh')} title=${msg('Refresh')} @click=${view.refresh}>${icons.refresh}</button>`
          : nothing}
        <button type="button" class="plain opener" part="filter-button" aria-expanded=${panel === 'filters'} aria-controls="filters" @click=${() => open('filters')}>${icons.filter}<span>${filters}</span></button>
        <button type="button" class="plain" part="export-button" aria-expanded=${panel === 'export'} aria-controls="export" @click=${() => open('export')}>${icons.save}<span>${msg('Export')}</span></button>
      </div>
    </header>
    <div class="panel ${panel === 'filters' ? 'open' : ''}">${renderFilters(filter)}</div>
    ${renderFiltered(filter)}
    ${panel === 'export' ? renderExport({ ...view, count: entries.length, hasMore }) : html`<div id="export" hidden></div>`}`;
}

export function renderBody(view: FeedView): TemplateResult {
  const { words, entries, loaded, lrs, rows } = view;
  const error = lrs?.error;
  return html`${error ? renderFault(error, words, view.refresh) : nothing}
    ${entries.length > 0
      ? html`<div class="scroll" part="list">
          <ol aria-label=${words.msg('Statements')} @keydown=${rows.onKey} @focusin=${rows.onFocus}>
            ${repeat(entries.slice(0, rows.limit), ({ key }) => key, (entry) => renderRow(entry, view))}
          </ol>
          ${renderMore(view)}
        </div>`
      : renderAbsence(view, loaded, error !== undefined)}`;
}

function renderAbsence(view: FeedView, loaded: number, failed: boolean): TemplateResult | typeof nothing {
  const { words, lrs, criteria } = view;
  if (lrs && !lrs.loaded && !failed) return renderLoading(words);
  if (isFiltered(criteria)) return html`${renderNothing('filtered', words, view.clear)}${renderMore(view)}`;
  if (failed && loaded === 0) return nothing;
  return renderNothing(view.noSource ? 'no-source' : 'empty', words, view.clear);
}

/** First the rest of what is here, then the next page. */
function renderMore({ words, entries, loaded, rows, lrs, loadMore }: FeedView): TemplateResult | typeof nothing {
  if (entries.length > rows.limit) {
    return html`<p class="grow"><button type="button" @click=${() => rows.grow()}>${words.msg(str`Show more: ${words.number(entries.length - rows.limit)} are left`)}</button></p>`;
  }
  if (!lrs?.hasMore) return nothing;
  if (loaded >= MOST) return html`<p class="more muted">${words.msg('No more fit in here. Narrow the filters, or export all pages.')}</p>`;
  return html`<p class="more"><button type="button" part="more" aria-disabled=${lrs.busy} @click=${loadMore}>${lrs.busy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}${words.msg('Load more')}</button></p>`;
}

/** Milliseconds behind the clock from which it is worth saying how far the record store can see. */
const BEHIND = 60_000;

/** How far what is shown can be relied on. */
export function renderFoot({ words, times, lrs, now }: FeedView): TemplateResult | typeof nothing {
  const through = lrs?.consistentThrough === undefined ? undefined : parseTimestamp(lrs.consistentThrough);
  if (through === undefined || !lrs?.loaded || now - through < BEHIND || lrs.seenAt - through < BEHIND) return nothing;
  return html`<p class="muted foot">${words.msg(str`The record store shows what was stored until ${times.exact(through)}; later statements may be missing.`)}</p>`;
}
