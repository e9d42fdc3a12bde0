import { FeedStore } from './feed-store.js';
import type { LrsAccess } from './lrs-client.js';
import { LrsSource } from './lrs-source.js';
import { Poller } from './poller.js';
import { Seen } from './seen.js';
import type { StatementFeedError } from './statement-feed-error.js';

export interface FeedSourcesOptions {
  readonly onChange: () => void;
  readonly onError: (error: StatementFeedError) => void;
  /** So many have come by themselves. */
  readonly onNews: (count: number) => void;
  /** Seconds between looks at the record store, while it is followed. */
  readonly seconds: () => number;
}

/** What is asked of which record store. */
export interface Question {
  /** Resolves to `undefined` where there is no record store to read from. */
  readonly open: () => Promise<LrsAccess | undefined>;
  /** Changes with what `open` opens. */
  readonly store: unknown;
  readonly query: URLSearchParams;
}

/** Milliseconds after the last change of a filter until the record store is asked. */
const PATIENCE = 300;

/** Gathers what this page records and what a record store has into one {@link FeedStore}. */
export class FeedSources {
  readonly store: FeedStore;
  readonly seen = new Seen();
  readonly #options: FeedSourcesOptions;
  readonly #poller: Poller;
  #lrs: LrsSource | undefined;
  #question: Question | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paused = false;

  constructor(options: FeedSourcesOptions) {
    this.#options = options;
    this.store = new FeedStore(options.onChange);
    this.#poller = new Poller({
      interval: () => Math.max(2, options.seconds() || 0) * 1000,
      look: async () => {
        await this.#lrs?.refresh();
        return { failed: this.#lrs?.error !== undefined, wait: this.#lrs?.error?.retryAfter };
      },
    });
  }

  /** The record store under the present question; absent where none is asked. */
  get lrs(): LrsSource | undefined {
    return this.#lrs?.absent ? undefined : this.#lrs;
  }

  /** Something was recorded on this page. */
  readonly record = (event: Event): void => {
    const { statement, receipt } = event as Event & { statement?: unknown; receipt?: never };
    if (statement === undefined) return;
    const entry = this.store.addLive(statement, receipt);
    if (!entry) return;
    this.seen.add([entry]);
    this.#options.onNews(1);
  };

  /** Asks the record store, soon; what was asked before is forgotten. `undefined`: asks none. */
  ask(question: Question | undefined): void {
    const before = this.#question;
    if (!this.#paused && before?.store === question?.store && before?.query.toString() === question?.query.toString()) return;
    this.#question = question;
    this.#paused = false;
    clearTimeout(this.#timer);
    if (before?.store !== question?.store) {
      this.#end();
      if (before) this.#forget();
    }
    if (question) this.#timer = setTimeout(() => this.#begin(question), this.#lrs ? PATIENCE : 0);
  }

  /** Looks again and again, or not. */
  follow(wanted: boolean): void {
    if (wanted) this.#poller.start();
    else this.#poller.stop();
  }

  async refresh(): Promise<void> {
    await this.#lrs?.refresh();
  }

  async loadMore(): Promise<void> {
    await this.#lrs?.loadMore();
  }

  disconnect(): void {
    clearTimeout(this.#timer);
    this.#poller.stop();
    this.#end();
    // It may come back to the same place, or to another learner's.
    this.#paused = true;
    this.store.disconnect();
  }

  /** Another learner's statements are nobody's business here. What is not stored yet stays: whoever sits here must know of it. */
  #forget(): void {
    this.store.dropStored();
    this.seen.clear();
    this.seen.add(this.store.entries);
  }

  #end(): void {
    this.#lrs?.dispose();
    this.#lrs = undefined;
  }

  #begin({ open, query }: Question): void {
    this.#end();
    const { onChange, onError, onNews } = this.#options;
    this.#lrs = new LrsSource({
      open,
      query,
      onChange,
      onError,
      onStatements: (statements, kind) => {
        if (kind === 'first') this.store.dropQuery();
        const news = this.store.addStored(statements);
        this.seen.add(news);
        if (kind === 'news') onNews(news.length);
      },
    });
    void this.#lrs.refresh();
  }
}
