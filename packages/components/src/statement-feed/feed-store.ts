import type { Receipt } from '@lectern/core';
import { FeedEntry } from './feed-entry.js';
import { isFields, snapshot, stringOf } from './plain-value.js';

/** Statements held, at most; who wants more exports them. What is not stored yet is never dropped. */
export const MOST = 10_000;

/** The statements of a feed, each once, however often and by whichever way it comes. */
export class FeedStore {
  readonly #entries = new Map<string, FeedEntry>();
  readonly #ends = new Map<string, () => void>();
  readonly #onChange: () => void;
  #turn = 0;
  #sorted: readonly FeedEntry[] | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The latest first. */
  get entries(): readonly FeedEntry[] {
    this.#sorted ??= [...this.#entries.values()].sort((a, b) => b.at - a.at || b.turn - a.turn);
    return this.#sorted;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Something was recorded on this page. @returns the entry if it is new */
  addLive(statement: unknown, receipt: Receipt | undefined): FeedEntry | undefined {
    const key = keyOf(statement) ?? `live-${this.#turn}`;
    const known = this.#entries.get(key);
    if (known?.receipt) return undefined;
    const entry = known ?? this.#put(key, snapshot(statement));
    if (isFields(receipt)) {
      entry.receipt = receipt;
      entry.version += 1;
      this.#watch(entry, receipt);
    }
    this.#changed();
    return known ? undefined : entry;
  }

  /** Found in the record store. @returns those that are new */
  addStored(values: readonly unknown[]): FeedEntry[] {
    const news: FeedEntry[] = [];
    for (const value of values) {
      const key = keyOf(value) ?? `stored-${this.#turn}`;
      let entry = this.#entries.get(key);
      if (entry) {
        if (!entry.inStore) entry.replace(value);
      } else {
        entry = this.#put(key, value);
        news.push(entry);
      }
      entry.inStore = entry.fromQuery = true;
    }
    this.#changed();
    return news;
  }

  /** Takes out what the record store answered to another query, but for what was also recorded on this page. */
  dropQuery(): void {
    for (const entry of this.#entries.values()) {
      if (entry.receipt) entry.fromQuery = false;
      else if (entry.fromQuery) this.#drop(entry);
    }
    this.#changed();
  }

  /** Takes out all that is stored, so that the next learner does not see it. What still waits, or has failed, stays. */
  dropStored(): void {
    for (const entry of this.#entries.values()) if (entry.status === 'stored') this.#drop(entry);
    this.#changed();
  }

  /** Ends every subscription. */
  disconnect(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
  }

  /** Listens again after `disconnect`. */
  connect(): void {
    for (const entry of this.#entries.values()) {
      if (!entry.receipt || this.#ends.has(entry.key)) continue;
      entry.version += 1;
      this.#watch(entry, entry.receipt);
    }
    this.#changed();
  }

  #put(key: string, value: unknown): FeedEntry {
    const entry = new FeedEntry(key, this.#turn++, value);
    this.#entries.set(key, entry);
    if (this.#entries.size > MOST) this.#dropOldest(entry);
    return entry;
  }

  #dropOldest(newest: FeedEntry): void {
    // The map is in the order in which they came.
    for (const entry of this.#entries.values()) {
      if (entry.status !== 'stored' || entry === newest) continue;
      this.#drop(entry);
      return;
    }
  }

  #drop(entry: FeedEntry): void {
    this.#entries.delete(entry.key);
    this.#ends.get(entry.key)?.();
    this.#ends.delete(entry.key);
  }

  #watch(entry: FeedEntry, receipt: Receipt): void {
    if (typeof receipt.subscribe !== 'function') return;
    const end: unknown = receipt.subscribe(() => {
      entry.version += 1;
      this.#onChange();
    });
    if (typeof end === 'function') this.#ends.set(entry.key, end as () => void);
  }

  #changed(): void {
    this.#sorted = undefined;
    this.#onChange();
  }
}

const keyOf = (value: unknown): string | undefined => stringOf(value, 'id')?.toLowerCase();
