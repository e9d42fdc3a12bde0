import type { QueueChannel } from './channel.js';
import { DeliveryError, fromReason, toReason, type DeliveryReason } from './delivery-error.js';
import type { GivingUp } from './giving-up.js';
import type { Journal } from './journal.js';
import type { Ledger } from './ledger.js';
import type { LayeredStore } from './record-store.js';
import type { StateDocuments } from './state-documents.js';
import type { Writer } from './writer.js';

/** Gives up what a queue holds, in every page of it and for good. */
export interface Clearing {
  /**
   * Takes out what waits, what was set aside and the known documents. Receipts fail with the error; those of records on their way to the LRS, which
   * nobody can call back, tell what becomes of them, unless the page is done with them (`force`).
   */
  clear(error: DeliveryError, options?: { readonly force?: boolean }): Promise<void>;
  /** Another page has done so. */
  hear(until: number, reason: DeliveryReason): void;
  /** Lets go of what another page has given up while this one was frozen, or while it was on its way. */
  sweep(): void;
  /** Takes out of the store what a page that died has still put there. */
  settle(): Promise<void>;
}

export interface ClearingOptions {
  readonly givingUp: GivingUp;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly store: LayeredStore;
  readonly documents: StateDocuments;
  readonly writer: Writer;
  readonly channel: QueueChannel;
  readonly allocate: (count: number) => number;
  readonly count: () => Promise<void>;
}

export function createClearing(options: ClearingOptions): Clearing {
  const { givingUp, ledger, journal, store, documents, writer, channel, allocate, count } = options;
  let why = new DeliveryError('discarded', 'Given up by another page of this site.');

  /** Positions grow over all pages: whatever lies before this one was recorded before it was given up. */
  function letGo(until: number, force: boolean): void {
    for (const live of ledger.live()) {
      if (live.record.order >= until || (live.sending && !force)) continue;
      live.superseded = true;
      journal.erase(live.record);
      ledger.drop(live.record.id);
      for (const control of live.controls) control.advance('failed', why);
    }
  }

  return {
    async clear(error, { force = false } = {}) {
      why = error;
      const until = allocate(1);
      givingUp.set(until);
      documents.forget();
      letGo(until, force);
      journal.wipe();
      channel.post({ type: 'purged', until, reason: toReason(error) });
      await writer.settled();
      await store.giveUp(until);
      await store.forget('everything');
      await count();
    },
    hear(until, reason) {
      why = fromReason(reason);
      givingUp.hear(until);
      documents.forget();
      letGo(until, false);
      void writer
        .settled()
        .then(() => store.giveUp(until))
        .then(count);
    },
    sweep() {
      const until = givingUp.until();
      if (until > 0) letGo(until, false);
    },
    async settle() {
      if (givingUp.known > 0) await store.giveUp(givingUp.known);
    },
  };
}
