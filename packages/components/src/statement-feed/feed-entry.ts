import type { LecternError, Receipt, ReceiptStatus } from '@lectern/core';
import { NO_FACTS, readFacts, type Facts } from './facts.js';

/** How safe a statement is; `unknown` where nobody says. */
export type FeedStatus = ReceiptStatus | 'unknown';

export const STATUSES: readonly FeedStatus[] = ['pending', 'journaled', 'durable', 'stored', 'failed', 'unknown'];

/** One statement of the feed, from this page, the record store, or both. */
export class FeedEntry {
  /** Grows with every change, so that a row knows whether it is still what it shows. */
  version = 0;
  /** What was sent, as JSON carries it; `undefined` where it has no JSON. */
  value: unknown;
  facts: Facts;
  /** It came from the record store, so it is there, whatever the receipt has heard. */
  inStore = false;
  /** Found with the present query of the record store: what another query brings drops it. */
  fromQuery = false;
  receipt: Receipt | undefined;

  constructor(
    readonly key: string,
    /** In which it came; settles the order of what happened at one time. */
    readonly turn: number,
    value: unknown,
  ) {
    this.value = value;
    this.facts = readFacts(value) ?? NO_FACTS;
  }

  /** Recorded on this page. */
  get live(): boolean {
    return this.receipt !== undefined || !this.inStore;
  }

  get status(): FeedStatus {
    if (this.inStore) return 'stored';
    const status: unknown = this.receipt?.status;
    return STATUSES.includes(status as FeedStatus) ? (status as FeedStatus) : 'unknown';
  }

  /** Why it failed, or what it waits for. */
  get reason(): LecternError | undefined {
    return this.status === 'stored' ? undefined : this.receipt?.error;
  }

  /** By which the feed is in order: when it happened, else when it was stored. Epoch milliseconds. */
  get at(): number {
    return this.facts.time ?? this.facts.stored?.time ?? 0;
  }

  replace(value: unknown): void {
    this.value = value;
    this.facts = readFacts(value) ?? NO_FACTS;
    this.version += 1;
  }
}
