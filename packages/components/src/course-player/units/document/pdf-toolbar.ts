import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { str, type Localizer } from '../../../internal/localize.js';
import { glyph } from './glyphs.js';
import { FULL_SIZE, type Zoom } from './page-layout.js';
import type { SearchState } from './pdf-search.js';

/** Percent to choose from. */
const PERCENTS = [50, 75, 100, 125, 150, 200, 300, 400];

export interface PdfToolbarModel {
  readonly words: Localizer;
  readonly page: number;
  readonly count: number;
  readonly zoom: Zoom;
  readonly percent: number;
  readonly hasOutline: boolean;
  readonly outlineOpen: boolean;
  readonly findOpen: boolean;
  readonly printOpen: boolean;
  /** Address of the file, where the unit offers it. */
  readonly download: string | undefined;
  goTo(page: number): void;
  setZoom(zoom: Zoom): void;
  zoomBy(steps: 1 | -1): void;
  turn(): void;
  toggle(panel: 'outline' | 'find' | 'print'): void;
}

export function renderToolbar(model: PdfToolbarModel): TemplateResult {
  const { words, page, count, hasOutline, download } = model;
  const { msg } = words;
  const onPage = ({ target }: Event): void => model.goTo((target as HTMLInputElement).valueAsNumber - 1);
  return html`<div class="bar" part="document-toolbar" role="group" aria-label=${msg('Document')}>
    ${hasOutline ? toggle(msg('Outline'), 'outline', model.outlineOpen, () => model.toggle('outline')) : nothing}
    <span class="group">
      ${tool(msg('Previous page'), 'up', () => model.goTo(page - 1), page <= 0)}
      <label class="number"
        ><span class="unseen">${msg('Page')}</span
        ><input type="number" inputmode="numeric" min="1" max=${count} .value=${live(String(page + 1))} @change=${onPage} />
        <span>/ ${words.number(count)}</span></label
      >
      ${tool(msg('Next page'), 'down', () => model.goTo(page + 1), page >= count - 1)}
    </span>
    <span class="group">${tool(msg('Smaller'), 'out', () => model.zoomBy(-1))} ${renderZoom(model)} ${tool(msg('Larger'), 'in', () => model.zoomBy(1))}</span>
    <span class="group">
      ${tool(msg('Turn the pages'), 'turn', () => model.turn())} ${toggle(msg('Find'), 'find', model.findOpen, () => model.toggle('find'))}
      ${toggle(msg('Print'), 'print', model.printOpen, () => model.toggle('print'))}
      ${download ? html`<a class="tool" href=${download} download target="_blank" rel="noopener" title=${msg('Download')} aria-label=${msg('Download')}>${glyph('download')}</a>` : nothing}
    </span>
  </div>`;
}

function renderZoom({ words, zoom, percent, setZoom }: PdfToolbarModel): TemplateResult {
  const { msg } = words;
  const value = typeof zoom === 'number' ? String(percent) : zoom;
  const choose = ({ target }: Event): void => {
    const { value: chosen } = target as HTMLSelectElement;
    setZoom(chosen === 'width' || chosen === 'page' ? chosen : (Number(chosen) / 100) * FULL_SIZE);
  };
  const percents = typeof zoom === 'number' && !PERCENTS.includes(percent) ? [...PERCENTS, percent].sort((a, b) => a - b) : PERCENTS;
  const option = (name: string, text: string): TemplateResult => html`<option value=${name} ?selected=${name === value}>${text}</option>`;
  return html`<select aria-label=${msg('Size')} .value=${live(value)} @change=${choose}>
    ${option('width', msg('Fit width'))}${option('page', msg('Fit page'))}${percents.map((each) => option(String(each), `${each}%`))}
  </select>`;
}

/** A button with a picture alone; its words are its name and its hint. */
export function tool(name: string, picture: Parameters<typeof glyph>[0], act: () => void, off = false): TemplateResult {
  return html`<button type="button" class="plain tool" title=${name} aria-label=${name} ?disabled=${off} @click=${act}>${glyph(picture)}</button>`;
}

function toggle(name: string, picture: Parameters<typeof glyph>[0], open: boolean, act: () => void): TemplateResult {
  return html`<button type="button" class="plain tool" title=${name} aria-label=${name} aria-expanded=${open ? 'true' : 'false'} @click=${act}>${glyph(picture)}</button>`;
}

export interface FindBarModel {
  readonly words: Localizer;
  readonly state: SearchState;
  find(query: string): void;
  step(by: 1 | -1): void;
  close(): void;
}

export function renderFindBar({ words, state, find, step, close }: FindBarModel): TemplateResult {
  const { msg } = words;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<form class="find-bar" role="search" @submit=${(event: Event) => event.preventDefault()}>
    <input type="search" aria-label=${msg('Find in the document')} placeholder=${msg('Find in the document')} maxlength="200" @input=${({ target }: Event) => find((target as HTMLInputElement).value)} @keydown=${onKey} />
    <span class="count" role="status">${countWords(state, words)}</span>
    ${tool(msg('Previous match'), 'up', () => step(-1), state.found.length === 0)} ${tool(msg('Next match'), 'down', () => step(1), state.found.length === 0)}
    ${tool(msg('Close'), 'close', close)}
  </form>`;
}

function countWords({ query, found, current, done }: SearchState, words: Localizer): string {
  const { msg } = words;
  if (query === '') return '';
  if (found.length === 0) return done ? msg('Not found') : msg('Looking…');
  return msg(str`Match ${words.number(current + 1)} of ${words.number(found.length)}`) + (done ? '' : '…');
}

export interface PrintBarModel {
  readonly words: Localizer;
  readonly page: number;
  readonly count: number;
  readonly max: number;
  /** What is being done, or why it cannot be. */
  readonly says: string;
  print(from: number, to: number): void;
  close(): void;
}

export function renderPrintBar({ words, count, max, says, print, close }: PrintBarModel): TemplateResult {
  const { msg } = words;
  const submit = (event: Event): void => {
    event.preventDefault();
    const [from, to] = [...(event.target as HTMLFormElement).querySelectorAll('input')].map(({ valueAsNumber }) => valueAsNumber - 1);
    if (from !== undefined && to !== undefined && from >= 0 && to >= from) print(from, to);
  };
  return html`<form class="find-bar" @submit=${submit}>
    <label class="number">${msg('From page')} <input type="number" min="1" max=${count} value="1" required /></label>
    <label class="number">${msg('to')} <input type="number" min="1" max=${count} value=${Math.min(count, max)} required /></label>
    <button type="submit">${msg('Print')}</button>
    <span class="count" role="status">${says || (count > max ? msg(str`${words.number(max)} pages at a time`) : nothing)}</span>
    ${tool(msg('Close'), 'close', close)}
  </form>`;
}
