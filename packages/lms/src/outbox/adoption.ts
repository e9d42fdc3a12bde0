import type { Clock } from '@lectern/core';
import { DeliveryError, toReason } from './delivery-error.js';
import type { Journal } from './journal.js';
import type { LayeredStore } from './record-store.js';

export interface AdoptionOptions {
  readonly journal: Journal;
  readonly store: LayeredStore;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** What pages that died have left in the journal joins the rest. What cannot be read is set aside, and keeps nothing else from being sent. */
export async function adoptJournal({ journal, store, clock, signal }: AdoptionOptions): Promise<void> {
  const entries = journal.read();
  for (const { storageKey, unreadable } of entries) {
    if (!unreadable) continue;
    const reason = toReason(new DeliveryError('journal-unreadable', 'The journal entry cannot be read.', { field: storageKey }));
    await store.setAside([{ ...unreadable, reason, failedAt: clock.now() }]);
  }
  const records = entries.flatMap((entry) => entry.records);
  const durable = records.length > 0 && (await store.put(records));
  if (signal?.aborted) return;
  for (const entry of entries) {
    if (durable || entry.records.length === 0) journal.clear(entry);
    else journal.adopt(entry);
  }
}
