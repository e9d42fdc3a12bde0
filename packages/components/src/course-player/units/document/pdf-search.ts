import type { PDFDocumentProxy } from 'pdfjs-dist';
import { findInItems, foldQuery } from './page-text.js';
import { textOf } from './pdf-text.js';

/** One match: a page from 0, and which of the page's. */
export interface Found {
  readonly page: number;
  readonly index: number;
}

export interface SearchState {
  /** As it is compared. */
  readonly query: string;
  readonly found: readonly Found[];
  /** Which of `found` is shown; -1: none. */
  readonly current: number;
  /** All pages have been looked through. */
  readonly done: boolean;
}

const NOTHING: SearchState = { query: '', found: [], current: -1, done: true };

/** Looks for words through all pages, from the one being read on; a new query ends the one before. */
export class PdfSearch {
  state: SearchState = NOTHING;
  readonly #document: PDFDocumentProxy;
  readonly #changed: (shown: Found | undefined) => void;
  #turn = 0;

  /** @param changed another match is to be shown, or (without one) only the count has grown */
  constructor(document: PDFDocumentProxy, changed: (shown: Found | undefined) => void) {
    this.#document = document;
    this.#changed = changed;
  }

  clear(): void {
    this.#turn += 1;
    this.state = NOTHING;
    this.#changed(undefined);
  }

  async find(words: string, from: number): Promise<void> {
    const query = foldQuery(words);
    if (query === this.state.query) return;
    if (query === '') return this.clear();
    const turn = ++this.#turn;
    this.state = { query, found: [], current: -1, done: false };
    this.#changed(undefined);
    const { numPages } = this.#document;
    const byPage: Found[][] = new Array<Found[]>(numPages);
    let told = performance.now();
    for (let step = 0; step < numPages; step++) {
      const page = (from + step) % numPages;
      const items = await this.#itemsOf(page);
      if (turn !== this.#turn) return;
      byPage[page] = findInItems(items, query).map((_, index) => ({ page, index }));
      if (byPage[page].length === 0 && performance.now() - told < 200) continue;
      told = performance.now();
      this.#count(byPage, page);
    }
    this.state = { ...this.state, done: true };
    this.#changed(undefined);
  }

  /** The next match, or the one before; after the last comes the first. */
  step(by: 1 | -1): void {
    const { found, current } = this.state;
    if (found.length === 0) return;
    const next = (current + by + found.length) % found.length;
    this.state = { ...this.state, current: next };
    this.#changed(found[next]);
  }

  #count(byPage: readonly (readonly Found[] | undefined)[], page: number): void {
    const before = this.state.found[this.state.current];
    const found = byPage.flatMap((each) => each ?? []);
    const shown = before ?? byPage[page]?.[0];
    const current = shown ? found.findIndex((each) => each.page === shown.page && each.index === shown.index) : -1;
    this.state = { ...this.state, found, current };
    this.#changed(before ? undefined : shown);
  }

  async #itemsOf(page: number): Promise<string[]> {
    try {
      const proxy = await this.#document.getPage(page + 1);
      const { items } = await textOf(proxy);
      return items.flatMap((item) => ('str' in item ? [item.str] : []));
    } catch {
      return []; // The page says itself that it cannot be read.
    }
  }
}
