import { openBook, type BookDress, type BookHeading, type BookNews, type BookTheme, type OpenBook } from '@lectern/courseware/frame';
import { pickText, type DocumentSource, type DocumentUnit, type Session, type UnitState } from '@lectern/core';
import { css, html, nothing, render, type TemplateResult } from 'lit';
import { base } from '../../../internal/base.styles.js';
import { str } from '../../../internal/localize.js';
import { createViewRoot } from '../../../internal/view-root.js';
import { frameStyles } from '../frame.styles.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { followPages, type FollowedPages } from './follow-pages.js';
import { onReaderKey } from './pdf-keys.js';
import { renderOutline, type OutlineItem } from './pdf-outline.js';
import { tool } from './pdf-toolbar.js';
import { barStyles } from './pdf.styles.js';
import { glyph } from './glyphs.js';

/** Milliseconds that opening waits for where the learner was. */
const PATIENCE = 4_000;

type Moved = Extract<BookNews, { type: 'moved' }>;
type Found = Extract<BookNews, { type: 'found' }>;

const epubStyles = css`
  .content {
    block-size: clamp(20rem, 78vh, 70rem);
  }
  .find-results {
    max-block-size: 30vh;
    margin: 0;
    padding: 0;
    overflow: auto;
    list-style: none;
  }
  .find-results button {
    display: block;
    inline-size: 100%;
    text-align: start;
    font-weight: 400;
  }
  mark {
    background: rgb(255 200 0 / 0.4);
    color: inherit;
  }
`;

/** Shows an EPUB in the courseware frame, where no script of it runs. It completes by the locations that were read. */
export async function open(context: UnitContext<DocumentUnit>, source: DocumentSource): Promise<UnitView> {
  const { host, languages, course, unit, signal, session } = context;
  const root = createViewRoot(host, [base, frameStyles, barStyles, epubStyles]);
  host.setAttribute('exportparts', 'document-toolbar, document-book');
  render(html`<div class="reader"><div class="tools"></div><div class="panels"></div><div class="content" part="document-book"></div><p class="reading"></p></div>`, root);
  const before = await Promise.race([session, new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined))]);
  const place = (before as Session | undefined)?.getState().units[unit.id]?.place;
  const dark = getComputedStyle(host).colorScheme.split(' ')[0] === 'dark' || (matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(host).colorScheme.includes('light dark'));
  const dress: BookDress = { theme: dark ? 'dark' : 'light', size: 100, flow: 'paginated' };
  const view = new EpubView(context, source, root, dress);
  const language = source.lang ?? course.language;
  view.book = await openBook({
    frame: course.frame,
    href: source.src,
    base: context.base,
    title: pickText(unit.title, languages),
    host: root.querySelector<HTMLElement>('.content')!,
    signal,
    package: context.feed,
    ...(context.trusted ? { trusted: true } : {}),
    dress,
    ...(place === undefined ? {} : { place }),
    ...(language === undefined ? {} : { language }),
    news: (news) => view.hear(news),
    fail: (error) => context.fail(error),
  });
  return view;
}

class EpubView implements UnitView {
  book: OpenBook | undefined;
  readonly #context: UnitContext<DocumentUnit>;
  readonly #source: DocumentSource;
  readonly #root: ShadowRoot;
  #dress: BookDress;
  #toc: readonly BookHeading[] = [];
  #fixed = false;
  #at: Moved | undefined;
  #found: Found | undefined;
  #panel: 'outline' | 'find' | undefined;
  #state: UnitState | undefined;
  #followed: FollowedPages | undefined;

  constructor(context: UnitContext<DocumentUnit>, source: DocumentSource, root: ShadowRoot, dress: BookDress) {
    this.#context = context;
    this.#source = source;
    this.#root = root;
    this.#dress = dress;
    const keys = { find: () => this.#toggle('find'), zoomBy: (steps: 1 | -1) => this.#size(steps), reset: () => this.#wear({ size: 100 }), step: (by: 1 | -1) => this.#step(by) };
    root.querySelector('.reader')!.addEventListener('keydown', (event) => onReaderKey(event as KeyboardEvent, keys), { signal: context.signal });
  }

  /** The frame is foreign: what it says is looked at before it is believed. */
  hear(news: BookNews): void {
    if (this.#context.signal.aborted) return;
    if (news.type === 'opened') {
      this.#toc = Array.isArray(news.toc) ? news.toc : [];
      this.#fixed = news.fixed === true;
    } else if (news.type === 'moved') this.#moved(news);
    else if (news.type === 'found' && Array.isArray(news.matches)) this.#found = news;
    this.#update();
  }

  close(): void {
    this.book?.close();
  }

  focus(): void {
    this.book?.focus();
  }

  #moved(news: Moved): void {
    const { from, to, total, place, words } = news;
    if (![from, to, total].every(Number.isSafeInteger) || from < 0 || to <= from || to > total || typeof place !== 'string' || typeof words !== 'string') return;
    this.#at = news;
    this.#followed ??= followPages({
      context: this.#context,
      count: total,
      first: from,
      firstPlace: place,
      inSight: () => new Map(Array.from({ length: Math.min(200, this.#at!.to - this.#at!.from) }, (_, step) => [this.#at!.from + step, 1])),
      textOf: () => this.#at!.words,
      resume: (page) => {
        if (from === 0) this.book?.command({ do: 'goToFraction', fraction: page / total });
      },
      onState: (state) => {
        this.#state = state;
        this.#update();
      },
    });
    this.#followed.moved(from, place);
  }

  #step(by: 1 | -1): void {
    this.book?.command({ do: by > 0 ? 'next' : 'previous' });
  }

  #size(steps: 1 | -1): void {
    this.#wear({ size: Math.min(300, Math.max(50, this.#dress.size + steps * 10)) });
  }

  #wear(change: Partial<BookDress>): void {
    this.#dress = { ...this.#dress, ...change };
    this.book?.command({ do: 'dress', dress: this.#dress });
    this.#update();
  }

  #toggle(panel: 'outline' | 'find'): void {
    const open = this.#panel !== panel;
    this.#panel = open ? panel : undefined;
    if (this.#found) this.book?.command({ do: 'find', query: '' });
    this.#found = undefined;
    this.#update();
    if (open) this.#root.querySelector<HTMLElement>('.panels input, .panels button')?.focus();
  }

  #update(): void {
    const { words } = this.#context;
    const into = (name: string): HTMLElement => this.#root.querySelector<HTMLElement>(`.${name}`)!;
    render(this.#renderBar(), into('tools'));
    render(this.#panel === 'outline' ? this.#renderToc() : this.#panel === 'find' ? this.#renderFind() : nothing, into('panels'));
    const percent = words.percent(this.#state?.progress ?? 0);
    into('reading').textContent = this.#at ? (this.#state?.completed ? words.msg('Read, completed') : words.msg(str`${percent} read`)) : words.msg('Opening…');
  }

  #renderBar(): TemplateResult {
    const { words, unit, base: from } = this.#context;
    const { msg } = words;
    const { theme, flow } = this.#dress;
    const toggle = (name: string, picture: 'outline' | 'find'): TemplateResult =>
      html`<button type="button" class="plain tool" title=${name} aria-label=${name} aria-expanded=${this.#panel === picture ? 'true' : 'false'} @click=${() => this.#toggle(picture)}>${glyph(picture)}</button>`;
    const choose = (act: (value: string) => void) => (event: Event) => act((event.target as HTMLSelectElement).value);
    const option = (value: string, text: string, chosen: string): TemplateResult => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`;
    return html`<div class="bar" part="document-toolbar" role="group" aria-label=${msg('Document')}>
      ${this.#toc.length > 0 ? toggle(msg('Outline'), 'outline') : nothing}
      <span class="group"
        >${tool(msg('Previous page'), 'up', () => this.#step(-1))}<span class="count">${this.#at ? words.percent(this.#at.fraction) : ''}</span>${tool(msg('Next page'), 'down', () => this.#step(1))}</span
      >
      ${
        this.#fixed
          ? nothing
          : html`<span class="group">${tool(msg('Smaller'), 'out', () => this.#size(-1))}<span class="count">${this.#dress.size}%</span>${tool(msg('Larger'), 'in', () => this.#size(1))}</span>
              <select aria-label=${msg('Colours')} @change=${choose((value) => this.#wear({ theme: value as BookTheme }))}>
                ${option('light', msg('Light'), theme)}${option('sepia', msg('Sepia'), theme)}${option('dark', msg('Dark'), theme)}
              </select>
              <select aria-label=${msg('Layout')} @change=${choose((value) => this.#wear({ flow: value as BookDress['flow'] }))}>
                ${option('paginated', msg('Pages'), flow)}${option('scrolled', msg('Scrolled'), flow)}
              </select>`
      }
      <span class="group"
        >${toggle(msg('Find'), 'find')}
        ${unit.download ? html`<a class="tool" href=${new URL(this.#source.src, from).href} download target="_blank" rel="noopener" title=${msg('Download')} aria-label=${msg('Download')}>${glyph('download')}</a>` : nothing}</span
      >
    </div>`;
  }

  #renderToc(): TemplateResult {
    const items = (level: readonly BookHeading[]): OutlineItem[] => level.map(({ label, href, below }) => ({ title: String(label), dest: String(href), items: items(Array.isArray(below) ? below : []) }));
    return html`<nav class="outline" aria-label=${this.#context.words.msg('Outline')}>
      ${renderOutline(items(this.#toc), (target) => this.book?.command({ do: 'goTo', target: String(target) }))}
    </nav>`;
  }

  #renderFind(): TemplateResult {
    const { msg, number } = { msg: this.#context.words.msg, number: (value: number) => this.#context.words.number(value) };
    const { matches = [], done = true, query = '' } = this.#found ?? {};
    const find = (event: Event): void => {
      event.preventDefault();
      this.book?.command({ do: 'find', query: this.#root.querySelector<HTMLInputElement>('.find-bar input')!.value.trim().slice(0, 200) });
    };
    const count = query === '' ? '' : matches.length === 0 && done ? msg('Not found') : `${number(matches.length)}${done ? '' : '…'}`;
    return html`<form class="find-bar" role="search" @submit=${find}>
        <input type="search" aria-label=${msg('Find in the document')} placeholder=${msg('Find in the document')} maxlength="200" />
        <button type="submit">${msg('Find')}</button><span class="count" role="status">${count}</span> ${tool(msg('Close'), 'close', () => this.#toggle('find'))}
      </form>
      <ul class="find-results">
        ${matches.map(
          ({ cfi, before, match, after }) =>
            html`<li><button type="button" class="plain" @click=${() => this.book?.command({ do: 'goTo', target: String(cfi) })}><bdi>${String(before)}<mark>${String(match)}</mark>${String(after)}</bdi></button></li>`,
        )}
      </ul>`;
  }
}
