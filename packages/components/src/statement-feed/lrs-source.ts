import { parseTimestamp } from '@lectern/core/statement/validate';
import { fetchStatements, statementsUrl, type LrsAccess, type StatementPage } from './lrs-client.js';
import { stringOf } from './plain-value.js';
import { StatementFeedError } from './statement-feed-error.js';

export interface LrsSourceOptions {
  /** Resolves to `undefined` where there is no record store to read from. */
  readonly open: () => Promise<LrsAccess | undefined>;
  /** Of `GET statements`. */
  readonly query: URLSearchParams;
  /** `first`: these replace what another query brought; `more`: the next page; `news`: stored since. */
  readonly onStatements: (statements: readonly unknown[], kind: 'first' | 'more' | 'news') => void;
  readonly onChange: () => void;
  readonly onError: (error: StatementFeedError) => void;
}

/** Pages that one look for news may take; what is beyond comes with the next. */
const NEWS_PAGES = 20;
const NEWS_LIMIT = '200';

/** One query of a record store: its pages as they are asked for, and what is stored later. */
export class LrsSource {
  readonly #options: LrsSourceOptions;
  readonly #ending = new AbortController();
  #access: LrsAccess | undefined;
  #more: string | undefined;
  /** Stored at the latest, of what has come. */
  #latest: string | undefined;
  #through: string | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** It is certain that there is none. */
  absent = false;
  /** The first page is here. */
  loaded = false;
  busy = false;
  /** Why the last try failed. */
  error: StatementFeedError | undefined;

  constructor(options: LrsSourceOptions) {
    this.#options = options;
  }

  get hasMore(): boolean {
    return this.#more !== undefined;
  }

  /** Up to when what is shown is complete, as the record store says. */
  get consistentThrough(): string | undefined {
    return this.#through;
  }

  /** When it said so, epoch milliseconds. */
  seenAt = 0;

  /** Here, to ask with. */
  get access(): LrsAccess | undefined {
    return this.#access;
  }

  /** Reads the first page, or after it what has been stored since. Never rejects. */
  refresh(): Promise<void> {
    return this.#inTurn(() => (this.loaded ? this.#news() : this.#first()));
  }

  /** Reads the next page. Never rejects. */
  loadMore(): Promise<void> {
    return this.#inTurn(async () => {
      const { access, more } = { access: this.#access, more: this.#more };
      if (access && more !== undefined) this.#take(await this.#fetch(access, more), 'more');
    });
  }

  dispose(): void {
    this.#ending.abort();
  }

  /** One request after another: two at once would both ask for the same page. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#ending;
    const next = this.#turn.then(async () => {
      if (signal.aborted || this.absent) return;
      this.#set({ busy: true });
      try {
        await work();
        if (!signal.aborted) this.#set({ busy: false, error: undefined });
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asFeedError(thrown);
        this.#set({ busy: false, error });
        this.#options.onError(error);
      }
    });
    this.#turn = next;
    return next;
  }

  async #first(): Promise<void> {
    this.#access ??= await this.#options.open();
    if (!this.#access) {
      this.absent = true;
      return;
    }
    const page = await this.#fetch(this.#access, statementsUrl(this.#access.endpoint, this.#options.query));
    this.loaded = true;
    this.#through = page.consistentThrough;
    this.seenAt = Date.now();
    this.#take(page, 'first');
  }

  async #news(): Promise<void> {
    const access = this.#access!;
    const ascending = this.#options.query.get('ascending') === 'true';
    const since = this.#cursor(ascending);
    // In ascending order the pages that are still to come hold the news.
    if (ascending && since === undefined && this.hasMore) return;
    const query = new URLSearchParams(this.#options.query);
    query.set('ascending', 'true');
    query.set('limit', NEWS_LIMIT);
    if (since !== undefined) query.set('since', since);
    let url: string | undefined = statementsUrl(access.endpoint, query);
    let through: string | undefined;
    for (let pages = 0; url !== undefined && pages < NEWS_PAGES; pages++) {
      const page: StatementPage = await this.#fetch(access, url);
      // What is said of the first page holds for all: the later ones were asked for later.
      if (pages === 0) through = page.consistentThrough;
      this.#note(page);
      this.#options.onStatements(page.statements, 'news');
      url = page.more;
    }
    this.seenAt = Date.now();
    // Pages that were left out are later than what came.
    this.#through = url === undefined ? through : earlier(this.#latest, through);
  }

  /**
   * From where to look for news. Not from the latest that was seen, where the store says that it cannot see everything before that
   * yet: what shows up later would be missed. What comes twice is known by its id.
   */
  #cursor(ascending: boolean): string | undefined {
    const asked = this.#options.query.get('since') ?? undefined;
    const seen = ascending && this.hasMore ? this.#through : earlier(this.#latest ?? this.#through, this.#through);
    return later(asked, seen);
  }

  #take(page: StatementPage, kind: 'first' | 'more'): void {
    this.#more = page.more;
    this.#note(page);
    this.#options.onStatements(page.statements, kind);
  }

  #note({ statements }: StatementPage): void {
    for (const statement of statements) {
      const stored = stringOf(statement, 'stored');
      if (stored !== undefined && stored.length <= 64 && timeOf(stored) <= Date.now() + DAY) this.#latest = later(this.#latest, stored);
    }
  }

  async #fetch(access: LrsAccess, url: string): Promise<StatementPage> {
    const page = await fetchStatements(access, url, this.#ending.signal);
    this.#ending.signal.throwIfAborted();
    return page;
  }

  #set(state: { busy: boolean; error?: StatementFeedError | undefined }): void {
    Object.assign(this, state);
    this.#options.onChange();
  }
}

/** Milliseconds: a clock that is wrong by more would end the news for good. */
const DAY = 86_400_000;

const timeOf = (text: string): number => parseTimestamp(text) ?? NaN;

/** Of two timestamps the later one, as it was written; fractions of a millisecond count by their digits. What is none loses. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  return compare(a, b) >= 0 ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || Number.isNaN(timeOf(a))) return b;
  if (b === undefined || Number.isNaN(timeOf(b))) return a;
  return compare(a, b) <= 0 ? a : b;
}

function compare(a: string | undefined, b: string | undefined): number {
  const [left, right] = [timeOf(a ?? ''), timeOf(b ?? '')];
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  return left - right || (a! < b! ? -1 : a! > b! ? 1 : 0);
}

function asFeedError(thrown: unknown): StatementFeedError {
  if (thrown instanceof StatementFeedError) return thrown;
  return new StatementFeedError(navigator.onLine ? 'feed-unreachable' : 'offline', 'The statements could not be read.', { cause: thrown });
}
