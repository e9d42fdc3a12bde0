import { html, nothing, type TemplateResult } from 'lit';
import { str, type Localizer } from '../internal/localize.js';
import type { ExportFormat } from './export-statements.js';
import { icons } from './icons.js';

export interface ExportView {
  readonly words: Localizer;
  /** Statements that are here and asked for. */
  readonly count: number;
  /** The record store has more pages. */
  readonly hasMore: boolean;
  readonly all: boolean;
  /** How many have been read of an export of all pages, while one runs. */
  readonly progress: number | undefined;
  /** What has become of the last one. */
  readonly outcome: string;
  readonly setAll: (all: boolean) => void;
  readonly run: (format: ExportFormat) => void;
  readonly cancel: () => void;
}

export function renderExport(view: ExportView): TemplateResult {
  const { words, count, hasMore, all, progress, outcome, setAll, run, cancel } = view;
  const { msg } = words;
  if (progress !== undefined) {
    return html`<div class="export" part="export" id="export" role="group" aria-label=${msg('Export')}>
      <p class="progress"><span class="spinner" aria-hidden="true"></span>${msg(str`Reading all pages: ${words.number(progress)} so far`)}</p>
      <button type="button" @click=${cancel}>${msg('Cancel')}</button>
    </div>`;
  }
  const choice = (value: boolean, label: string): TemplateResult =>
    html`<label class="choice"><input type="radio" name="scope" .checked=${all === value} @change=${() => setAll(value)} />${label}</label>`;
  return html`<div class="export" part="export" id="export" role="group" aria-label=${msg('Export')}>
    ${hasMore
      ? html`<div class="choices" role="radiogroup" aria-label=${msg('What to export')}>
          ${choice(false, msg(str`The ${words.number(count)} loaded here`))} ${choice(true, msg('All pages that match'))}
        </div>`
      : nothing}
    <button type="button" part="export-json" ?disabled=${count === 0 && !all} @click=${() => run('json')}>${icons.save}JSON</button>
    <button type="button" part="export-csv" ?disabled=${count === 0 && !all} @click=${() => run('csv')}>${icons.save}CSV</button>
    <p class="outcome" role="status">${outcome}</p>
  </div>`;
}
