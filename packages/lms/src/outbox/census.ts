import type { Ledger } from './ledger.js';
import type { OutboxRecord } from './record.js';
import type { LayeredStore } from './record-store.js';

export interface Census {
  /** Counts what waits and what was set aside, of every page. */
  count(): Promise<void>;
  /** Takes out what has arrived. It is not counted from now on. */
  takeOut(records: readonly OutboxRecord[]): Promise<void>;
}

/** Keeps the sums of the ledger true to the store, also while records are being taken out of it. */
export function createCensus(store: LayeredStore, ledger: Ledger): Census {
  const departing = new Set<string>();
  return {
    async count() {
      ledger.setFailed((await store.failed()).length);
      // Read last, and without what is being taken out: what arrives while we look must not be counted until the next look.
      ledger.setOthers((await store.ids()).filter((id) => !departing.has(id)));
    },
    async takeOut(records) {
      for (const { id } of records) departing.add(id);
      await store.remove(records);
      for (const { id } of records) departing.delete(id);
    },
  };
}
