/** A heading of the book's contents. */
export interface BookHeading {
  readonly label: string;
  readonly href: string;
  readonly below: readonly BookHeading[];
}

export interface BookMatch {
  readonly cfi: string;
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

export type BookTheme = 'light' | 'sepia' | 'dark';

/** How the book looks. */
export interface BookDress {
  readonly theme: BookTheme;
  /** Percent of the book's own size, 50 to 300. */
  readonly size: number;
  readonly flow: 'paginated' | 'scrolled';
}

/** What the frame tells of a book. */
export type BookNews =
  | { readonly type: 'opened'; readonly toc: readonly BookHeading[]; readonly fixed: boolean; readonly direction: 'ltr' | 'rtl' }
  /** Locations are stretches of 1,500 octets, the same at any size of type. `words`: what is in sight. */
  | { readonly type: 'moved'; readonly from: number; readonly to: number; readonly total: number; readonly place: string; readonly fraction: number; readonly words: string }
  | { readonly type: 'found'; readonly query: string; readonly matches: readonly BookMatch[]; readonly done: boolean }
  | { readonly type: 'failed'; readonly code: 'content-missing' | 'book-damaged' | 'book-protected'; readonly message: string };

/** What the player asks of it. */
export type BookCommand =
  | { readonly do: 'next' | 'previous' }
  | { readonly do: 'goTo'; readonly target: string }
  | { readonly do: 'goToFraction'; readonly fraction: number }
  | { readonly do: 'dress'; readonly dress: BookDress }
  | { readonly do: 'find'; readonly query: string };
