/** What is used of foliate-js, which brings no types. */
declare module 'foliate-js/view.js' {
  export class View extends HTMLElement {
    readonly book: import('./foliate-book.js').FoliateBook;
    readonly renderer: HTMLElement & { setStyles?(css: string): void; next(): Promise<void>; prev(): Promise<void> };
    readonly isFixedLayout: boolean;
    open(book: unknown): Promise<void>;
    init(options: { lastLocation?: string; showTextStart?: boolean }): Promise<void>;
    close(): void;
    goTo(target: string | number): Promise<unknown>;
    goToFraction(fraction: number): Promise<void>;
    goLeft(): Promise<void>;
    goRight(): Promise<void>;
    next(): Promise<void>;
    prev(): Promise<void>;
    search(options: { query: string }): AsyncIterable<unknown>;
    clearSearch(): void;
  }
}
declare module 'foliate-js/epub.js' {
  export class EPUB {
    constructor(loader: {
      loadText(name: string): Promise<string | null> | null;
      loadBlob(name: string, type?: string): Promise<Blob | null> | null;
      getSize(name: string): number;
    });
    init(): Promise<import('./foliate-book.js').FoliateBook>;
  }
}
declare module 'foliate-js/paginator.js';
declare module 'foliate-js/fixed-layout.js';
declare module 'foliate-js/search.js';
