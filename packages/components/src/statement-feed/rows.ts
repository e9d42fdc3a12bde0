import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Rows drawn at first, and added when the reader comes near their end: as many as are drawn without a pause that is felt. */
const STEP = 100;

const summaryOf = (row: Element): HTMLElement | null => row.querySelector('summary');

/** Which rows are drawn, which are open, and which one the keyboard is at. */
export class Rows implements ReactiveController {
  readonly #host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment };
  readonly #observer: IntersectionObserver;
  #watched: Element | undefined;
  /** How many may be drawn. */
  limit = STEP;
  readonly opened = new Set<string>();
  /** The row that Tab leads to. */
  current: string | undefined;

  constructor(host: ReactiveControllerHost & { readonly renderRoot: HTMLElement | DocumentFragment }) {
    this.#host = host;
    host.addController(this);
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) this.grow();
    }, { rootMargin: '600px' });
  }

  hostUpdated(): void {
    const end = this.#host.renderRoot.querySelector('.grow') ?? undefined;
    if (end === this.#watched) return;
    if (this.#watched) this.#observer.unobserve(this.#watched);
    if (end) this.#observer.observe(end);
    this.#watched = end;
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#watched = undefined;
  }

  grow(): void {
    this.limit += STEP;
    // Said once for each end: one that is still in sight is to be seen anew.
    if (this.#watched) this.#observer.unobserve(this.#watched);
    this.#watched = undefined;
    this.#host.requestUpdate();
  }

  /** Something else is asked for: back to the beginning. */
  reset(): void {
    this.limit = STEP;
  }

  readonly onFocus = (event: FocusEvent): void => {
    const row = (event.target as Element).closest?.('summary')?.closest<HTMLElement>('li[data-key]');
    if (!row || row.dataset['key'] === this.current) return;
    this.current = row.dataset['key'];
    this.#host.requestUpdate();
  };

  /** Arrows, Home and End go from row to row (APG, accordion); the browser's own keys open and close. */
  readonly onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target as Element).matches('summary')) return;
    const rows = [...(event.currentTarget as HTMLElement).children];
    const at = rows.indexOf((event.target as Element).closest('li')!);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[to];
    if (!row) return;
    event.preventDefault();
    summaryOf(row)?.focus();
  };
}
