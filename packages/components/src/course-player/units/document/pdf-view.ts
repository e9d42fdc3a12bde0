import { pickText, type DocumentSource, type DocumentUnit, type UnitState } from '@lectern/core';
import { html, nothing, render } from 'lit';
import { base } from '../../../internal/base.styles.js';
import { str } from '../../../internal/localize.js';
import { createViewRoot } from '../../../internal/view-root.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { askPassword } from './ask-password.js';
import { followPages } from './follow-pages.js';
import { onReaderKey } from './pdf-keys.js';
import { openPdf, type OpenPdf, type PdfEngine } from './pdf-document.js';
import { resolveDestination } from './pdf-links.js';
import { renderOutline, type OutlineItem } from './pdf-outline.js';
import { FULL_SIZE, type Zoom } from './page-layout.js';
import { PdfPages } from './pdf-pages.js';
import { MAX_PRINT, printPdf } from './pdf-print.js';
import { PdfSearch } from './pdf-search.js';
import { renderFindBar, renderPrintBar, renderToolbar } from './pdf-toolbar.js';
import { barStyles, pdfStyles } from './pdf.styles.js';

/** What one step of `+` or `-` does to the size. */
const STEP = 1.2;

/** Shows a PDF, page below page. It completes by the pages that were read. */
export async function open(context: UnitContext<DocumentUnit>, source: DocumentSource, engine: PdfEngine): Promise<UnitView> {
  const { host, words, signal } = context;
  const url = new URL(source.src, context.base).href;
  const root = createViewRoot(host, [base, barStyles, pdfStyles]);
  host.setAttribute('exportparts', 'document-toolbar, document-pages');
  render(
    html`<div class="reader">
      <div class="ask-place"></div>
      <div class="tools"></div>
      <div class="panels"></div>
      <div class="pages" part="document-pages" role="region" aria-label=${pickText(context.unit.title, context.languages)} aria-busy="true" tabindex="0"></div>
      <p class="reading"></p>
    </div>`,
    root,
  );
  const part = (name: string): HTMLElement => root.querySelector<HTMLElement>(`.${name}`)!;
  const opened = await openPdf({
    ...engine,
    url,
    assets: context.pdfAssets,
    signal,
    askPassword: (wrong) => askPassword(part('ask-place'), words, wrong, signal),
  });
  const view = new PdfView(context, source, url, root, opened);
  try {
    await view.start();
  } catch (error) {
    await view.close();
    throw error;
  }
  return view;
}

class PdfView implements UnitView {
  readonly #context: UnitContext<DocumentUnit>;
  readonly #source: DocumentSource;
  readonly #url: string;
  readonly #root: ShadowRoot;
  readonly #opened: OpenPdf;
  readonly #pages: PdfPages;
  readonly #search: PdfSearch;
  readonly #scroller: HTMLElement;
  #outline: readonly OutlineItem[] = [];
  #panel: 'outline' | 'find' | 'print' | undefined;
  #says = '';
  #state: UnitState | undefined;
  #moved: ((page: number) => void) | undefined;

  constructor(context: UnitContext<DocumentUnit>, source: DocumentSource, url: string, root: ShadowRoot, opened: OpenPdf) {
    const { words, signal } = context;
    this.#context = context;
    this.#source = source;
    this.#url = url;
    this.#root = root;
    this.#opened = opened;
    this.#scroller = root.querySelector<HTMLElement>('.pages')!;
    this.#pages = new PdfPages({
      ...opened,
      scroller: this.#scroller,
      signal,
      words: {
        page: (number) => words.msg(str`Page ${words.number(number)}`),
        externalLink: (site) => words.msg(str`Link to ${site}`),
        internalLink: () => words.msg('Link in this document'),
        failed: () => words.msg('This page cannot be shown.'),
      },
      onChange: () => {
        this.#moved?.(this.#pages.current);
        this.#update();
      },
      follow: (dest) => void this.#follow(dest),
    });
    this.#search = new PdfSearch(opened.document, (shown) => {
      const { query } = this.#search.state;
      if (shown) void this.#pages.find(query, shown.page, shown.index);
      else if (this.#search.state.current < 0) void this.#pages.find(query, -1, -1);
      this.#update();
    });
    root.querySelector('.reader')!.addEventListener('keydown', (event) => this.#onKey(event as KeyboardEvent), { signal });
  }

  async start(): Promise<void> {
    const { context, pages } = { context: this.#context, pages: this.#pages };
    await pages.start();
    await Promise.race([pages.first, new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }))]);
    this.#scroller.setAttribute('aria-busy', 'false');
    const { moved } = followPages({
      context,
      count: pages.count,
      inSight: () => pages.inSight(),
      textOf: (page) => pages.textOf(page),
      resume: (page) => pages.goTo(page),
      onState: (state) => {
        this.#state = state;
        this.#update();
      },
    });
    this.#moved = moved;
    this.#update();
    // People wait for the first page, not for this.
    void this.#opened.document.getOutline().then(
      (outline) => {
        this.#outline = (outline as readonly OutlineItem[] | null) ?? [];
        this.#update();
      },
      () => undefined,
    );
  }

  close(): Promise<void> {
    return this.#opened.close();
  }

  focus(): void {
    this.#scroller.focus({ preventScroll: true });
  }

  #onKey(event: KeyboardEvent): void {
    onReaderKey(event, {
      find: () => this.#toggle('find', true),
      zoomBy: (steps) => this.#zoomBy(steps),
      reset: () => this.#pages.setZoom('width'),
      step: (by) => this.#pages.goTo(this.#pages.current + by),
    });
  }

  #zoomBy(steps: 1 | -1): void {
    const { layout, current } = this.#pages;
    this.#setZoom(layout.scaleOf(current) * STEP ** steps);
  }

  #setZoom(zoom: Zoom): void {
    this.#pages.setZoom(typeof zoom === 'number' ? Math.round((zoom / FULL_SIZE) * 100) * (FULL_SIZE / 100) : zoom);
    this.#update();
  }

  async #follow(dest: unknown): Promise<void> {
    const place = await resolveDestination(this.#opened.document, dest, this.#pages.current);
    if (!place || this.#context.signal.aborted) return;
    this.#pages.goTo(place.page, place.top);
    this.#context.announce(this.#context.words.msg(str`Page ${this.#context.words.number(place.page + 1)}`));
  }

  #toggle(panel: 'outline' | 'find' | 'print', open = this.#panel !== panel): void {
    if (this.#panel === 'find') this.#search.clear();
    this.#panel = open ? panel : undefined;
    this.#says = '';
    this.#update();
    if (open) this.#root.querySelector<HTMLElement>('.panels input, .panels button')?.focus();
    else this.focus();
  }

  async #print(from: number, to: number): Promise<void> {
    const { words, unit, languages, signal, course } = this.#context;
    const say = (says: string): void => {
      this.#says = says;
      this.#update();
    };
    try {
      await printPdf({
        ...this.#opened,
        from,
        to,
        signal,
        title: pickText(unit.title, languages),
        language: this.#source.lang ?? course.language ?? words.locale,
        pageName: (number) => words.msg(str`Page ${words.number(number)}`),
        onProgress: (done, all) => say(words.msg(str`Preparing ${words.number(done)} of ${words.number(all)}`)),
      });
      say('');
    } catch {
      if (!signal.aborted) say(words.msg('It cannot be printed.'));
    }
  }

  #update(): void {
    const { words, unit, signal } = this.#context;
    if (signal.aborted) return;
    const { current: page, count, layout, percent } = this.#pages;
    const into = (name: string): HTMLElement => this.#root.querySelector<HTMLElement>(`.${name}`)!;
    const close = (): void => this.#toggle(this.#panel ?? 'find', false);
    render(
      renderToolbar({
        words,
        page,
        count,
        percent,
        zoom: layout.zoom,
        hasOutline: this.#outline.length > 0,
        outlineOpen: this.#panel === 'outline',
        findOpen: this.#panel === 'find',
        printOpen: this.#panel === 'print',
        download: unit.download ? this.#url : undefined,
        goTo: (to) => {
          this.#pages.goTo(to);
          this.#update();
        },
        setZoom: (zoom) => this.#setZoom(zoom),
        zoomBy: (steps) => this.#zoomBy(steps),
        turn: () => this.#pages.turn(),
        toggle: (panel) => this.#toggle(panel),
      }),
      into('tools'),
    );
    render(
      this.#panel === 'find'
        ? renderFindBar({ words, state: this.#search.state, find: (query) => void this.#search.find(query, page), step: (by) => this.#search.step(by), close })
        : this.#panel === 'print'
          ? renderPrintBar({ words, page, count, max: MAX_PRINT, says: this.#says, print: (from, to) => void this.#print(from, to), close })
          : this.#panel === 'outline'
            ? html`<nav class="outline" aria-label=${words.msg('Outline')}>${renderOutline(this.#outline, (dest) => void this.#follow(dest))}</nav>`
            : nothing,
      into('panels'),
    );
    into('reading').textContent = this.#readingWords();
  }

  #readingWords(): string {
    const { words } = this.#context;
    const { segments = [], completed } = this.#state ?? {};
    const read = segments.reduce((sum, [from, to]) => sum + to - from, 0);
    const [done, all] = [words.number(Math.floor(Math.min(read, this.#pages.count))), words.number(this.#pages.count)];
    return completed ? words.msg(str`${done} of ${all} pages read, completed`) : words.msg(str`${done} of ${all} pages read`);
  }
}
