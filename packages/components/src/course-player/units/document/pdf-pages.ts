import type { PDFDocumentProxy } from 'pdfjs-dist';
import type * as PdfJs from 'pdfjs-dist/legacy/build/pdf.mjs';
import { GAP, PageLayout, type Zoom } from './page-layout.js';
import { PdfPage, type PageWords } from './pdf-page.js';

/** Pages drawn before and after those in sight, and kept beyond. */
const AHEAD = 1;
const KEPT = 2;

export interface PdfPagesOptions {
  readonly pdf: typeof PdfJs;
  readonly document: PDFDocumentProxy;
  /** Scrolls; the pages are put into it. */
  readonly scroller: HTMLElement;
  readonly words: PageWords;
  readonly signal: AbortSignal;
  /** Another page is the one being read, or all are shown otherwise. */
  onChange(): void;
  follow(dest: unknown): void;
}

/** All pages one below the other; only those near the window are drawn, whatever their number. */
export class PdfPages {
  readonly layout: PageLayout;
  readonly #options: PdfPagesOptions;
  readonly #pages: PdfPage[];
  readonly #sheet = document.createElement('div');
  #current = 0;
  #drawing = false;
  #scheduled = false;
  #find = { query: '', page: -1, index: -1 };
  /** Resolves when the first page has been drawn. */
  readonly first: Promise<void>;
  #drawnFirst!: () => void;

  constructor(options: PdfPagesOptions) {
    const { document: pdf, scroller, words, signal } = options;
    this.#options = options;
    this.layout = new PageLayout(pdf.numPages);
    this.first = new Promise((resolve) => (this.#drawnFirst = resolve));
    this.#pages = Array.from({ length: pdf.numPages }, (_, index) => new PdfPage(index, words));
    this.#sheet.className = 'sheet';
    this.#sheet.append(...this.#pages.map(({ element }) => element));
    scroller.append(this.#sheet);
    scroller.addEventListener('scroll', () => this.#schedule(), { signal, passive: true });
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(scroller);
    signal.addEventListener('abort', () => {
      observer.disconnect();
      for (const page of this.#pages) page.release();
    });
  }

  /** Knows the first page's size, so that nothing jumps, and shows it. */
  async start(): Promise<void> {
    const { width, height } = (await this.#options.document.getPage(1)).getViewport({ scale: 1 });
    this.layout.setSize(0, { width, height });
    this.#resize();
  }

  get count(): number {
    return this.#pages.length;
  }

  /** The page being read, from 0: the one in the middle of the window. */
  get current(): number {
    return this.#current;
  }

  /** Percent, of the page being read. */
  get percent(): number {
    return Math.round(this.layout.scaleOf(this.#current) * 75);
  }

  /** Pages that are drawn and how much of them is in sight. */
  inSight(): ReadonlyMap<number, number> {
    const seen = this.layout.inSight(this.#options.scroller.scrollTop);
    return new Map([...seen].filter(([page]) => this.#pages[page]!.shown));
  }

  /** How many pages hold a picture now. */
  get drawn(): number {
    return this.#pages.filter(({ shown }) => shown).length;
  }

  textOf(page: number): string | undefined {
    return this.#pages[page]?.text;
  }

  /** @param top points from the page's upper edge */
  goTo(page: number, top = 0): void {
    const index = Math.min(this.count - 1, Math.max(0, Math.floor(page) || 0));
    const { scroller } = this.#options;
    scroller.scrollTop = this.layout.topOf(index) - (top > 0 ? 0 : GAP) + top * this.layout.scaleOf(index);
    this.#update();
    // Near the end the window cannot move as far; what was asked for is what is being read.
    this.#setCurrent(index);
  }

  setZoom(zoom: Zoom): void {
    this.#keepPlace(() => (this.layout.zoom = zoom));
  }

  turn(): void {
    this.#keepPlace(() => (this.layout.turned += 90));
  }

  /** Marks all matches; the `index`th on `page` is the one shown. An empty query takes the marks away. */
  async find(query: string, page: number, index: number): Promise<void> {
    this.#find = { query, page, index };
    if (page >= 0 && !this.#pages[page]?.shown) this.goTo(page);
    await this.#settled();
    this.#mark(page >= 0);
  }

  #mark(reveal: boolean): void {
    const { query, page, index } = this.#find;
    const { scroller } = this.#options;
    for (const [number, each] of this.#pages.entries()) {
      if (!each.shown) continue;
      const found = each.mark(query, number === page ? index : undefined);
      if (!found || !reveal) continue;
      const box = scroller.getBoundingClientRect();
      if (found.top < box.top + GAP || found.bottom > box.bottom - GAP) scroller.scrollTop += found.top - box.top - box.height / 3;
      if (found.left < box.left || found.right > box.right) scroller.scrollLeft += found.left - box.left - box.width / 3;
    }
  }

  async #settled(): Promise<void> {
    this.#update();
    while (this.#drawing && !this.#options.signal.aborted) await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  #resize(): void {
    const { scroller } = this.#options;
    const { clientWidth: width, clientHeight: height } = scroller;
    if (width === 0 || height === 0) return;
    this.#keepPlace(() => (this.layout.room = { width, height }));
  }

  /** Whatever changes, the same line of the same page stays at the window's upper edge. */
  #keepPlace(change: () => void): void {
    const { scroller } = this.#options;
    const page = this.layout.pageAt(scroller.scrollTop);
    const part = (scroller.scrollTop - this.layout.topOf(page)) / Math.max(1, this.layout.boxOf(page).height);
    change();
    this.#place();
    scroller.scrollTop = this.layout.topOf(page) + part * this.layout.boxOf(page).height;
    this.#update();
    this.#options.onChange();
  }

  #place(): void {
    for (const [index, { element }] of this.#pages.entries()) {
      const { width, height } = this.layout.boxOf(index);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#update();
    });
  }

  #update(): void {
    const { scroller, signal } = this.#options;
    if (signal.aborted || scroller.clientHeight === 0) return;
    this.#setCurrent(this.layout.pageAt(scroller.scrollTop + scroller.clientHeight / 2));
    // A page that is being drawn far away stops at once: what is in sight is waiting.
    this.#release();
    void this.#draw();
  }

  #setCurrent(page: number): void {
    if (page === this.#current) return;
    this.#current = page;
    this.#options.onChange();
  }

  /** Draws one page after the other, those in sight first, and lets go of those far away. */
  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    const { signal } = this.#options;
    try {
      for (let next = this.#nextToDraw(); next !== undefined && !signal.aborted; next = this.#nextToDraw()) await this.#drawPage(next);
    } finally {
      this.#drawing = false;
    }
    if (this.#find.query !== '' && !signal.aborted) this.#mark(false);
  }

  #window(): { readonly inSight: readonly number[]; readonly first: number; readonly last: number } {
    const inSight = [...this.layout.inSight(this.#options.scroller.scrollTop).keys()];
    const first = inSight[0] ?? this.#current;
    return { inSight, first, last: inSight.at(-1) ?? first };
  }

  #release(): void {
    const { first, last } = this.#window();
    for (const [index, page] of this.#pages.entries()) if (index < first - KEPT || index > last + KEPT) page.release();
  }

  #nextToDraw(): number | undefined {
    this.#release();
    const { inSight, first, last } = this.#window();
    const near = Array.from({ length: 2 * AHEAD }, (_, step) => (step % 2 === 0 ? last + 1 + step / 2 : first - (step + 1) / 2));
    return [...inSight, ...near].find((index) => this.#pages[index]?.isDrawnAs(this.layout.scaleOf(index), this.layout.turned) === false);
  }

  async #drawPage(index: number): Promise<void> {
    const { document: file, pdf, signal, scroller, follow } = this.#options;
    const page = this.#pages[index]!;
    try {
      const proxy = await file.getPage(index + 1);
      if (signal.aborted) return;
      const { width, height } = proxy.getViewport({ scale: 1 });
      const before = this.layout.topOf(this.layout.pageAt(scroller.scrollTop));
      if (this.layout.setSize(index, { width, height })) {
        const anchor = this.layout.pageAt(scroller.scrollTop);
        const offset = scroller.scrollTop - before;
        this.#place();
        if (index < anchor) scroller.scrollTop = this.layout.topOf(anchor) + offset;
      }
      await page.draw(proxy, { pdf, scale: this.layout.scaleOf(index), turned: this.layout.turned, follow });
    } catch {
      // A page that cannot be read is said so in its place; the others can.
      page.fail(this.layout.scaleOf(index), this.layout.turned);
    }
    this.#drawnFirst();
  }
}
