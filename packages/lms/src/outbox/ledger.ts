import type { DeliveryState, Receipt, ReceiptControl, ReceiptStatus } from '@lectern/core';
import type { DeliveryError } from './delivery-error.js';
import type { OutboxRecord } from './record.js';

/** A record that this page made and that is not yet stored. */
export interface LiveRecord {
  readonly record: OutboxRecord;
  /** More than one where a later save of a document took the place of earlier ones: it takes over their list, and adds to it. */
  readonly controls: ReceiptControl[];
  /** How much it matters when the page is left; 0 the most. */
  readonly rank: number;
  /** Handed to the network: it can no longer be changed. */
  sending: boolean;
  /** Another record stands for it now. */
  superseded: boolean;
  /** Handed to IndexedDB. */
  written: boolean;
}

/** Keeps the receipts of this page, and the sums that people see. */
export interface Ledger {
  add(live: LiveRecord): void;
  get(id: string): LiveRecord | undefined;
  /** What this page made and still waits, in order. */
  live(): LiveRecord[];
  advance(id: string, status: ReceiptStatus, error?: DeliveryError): void;
  /** Takes a record out without moving its receipts: another has them now. */
  drop(id: string): void;
  /** A receipt that was failed from the start. */
  countFailed(): void;
  /** A record of another page, sent by this one. */
  countStored(count: number): void;
  /** Whether it is known that nothing of other pages waits, but for these. */
  isAlone(except: ReadonlySet<string>): boolean;
  /** Of other pages. */
  setOthers(waiting: readonly string[]): void;
  setFailed(count: number): void;
  hold(held: DeliveryState['held']): void;
  getState(): DeliveryState;
  subscribe(listener: (state: DeliveryState) => void): () => void;
}

export function createLedger(): Ledger {
  const records = new Map<string, LiveRecord>();
  const listeners = new Set<(state: DeliveryState) => void>();
  /** Unknown until the store has been read. */
  let others: Set<string> | undefined;
  let stored = 0;
  let failed = 0;
  let held: DeliveryState['held'];
  let state: DeliveryState = Object.freeze({ waiting: 0, unsafe: 0, stored: 0, failed: 0 });
  let stale = false;
  let scheduled = false;

  function changed(): void {
    stale = true;
    if (scheduled || listeners.size === 0) return;
    scheduled = true;
    // Once for a burst, however many records it moved.
    queueMicrotask(() => {
      scheduled = false;
      const before = state;
      const now = ledger.getState();
      if (now !== before) for (const listener of [...listeners]) listener(now);
    });
  }

  const statusOf = (live: LiveRecord): ReceiptStatus => (live.controls.at(-1) as ReceiptControl).receipt.status;

  const ledger: Ledger = {
    add(live) {
      records.set(live.record.id, live);
      changed();
    },
    get: (id) => records.get(id),
    live: () => [...records.values()],
    advance(id, status, error) {
      others?.delete(id);
      const live = records.get(id);
      if (live) {
        for (const control of live.controls) control.advance(status, error);
        if (status === 'stored' || status === 'failed') records.delete(id);
        if (status === 'stored') stored++;
      }
      if (status === 'failed') failed++;
      changed();
    },
    drop(id) {
      records.delete(id);
    },
    countFailed() {
      failed++;
      changed();
    },
    countStored(count) {
      stored += count;
      changed();
    },
    isAlone: (except) => others !== undefined && [...others].every((id) => except.has(id)),
    setOthers(waiting) {
      others = new Set(waiting.filter((id) => !records.has(id)));
      changed();
    },
    setFailed(count) {
      failed = count;
      changed();
    },
    hold(next) {
      if (held === next) return;
      held = next;
      changed();
    },
    getState() {
      if (!stale) return state;
      stale = false;
      let unsafe = 0;
      for (const live of records.values()) if (statusOf(live) === 'pending') unsafe++;
      const waiting = records.size + (others?.size ?? 0);
      const next = { waiting, unsafe, stored, failed, ...(waiting > 0 && held ? { held } : {}) };
      if (sameState(state, next)) return state;
      state = Object.freeze(next);
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return ledger;
}

function sameState(a: DeliveryState, b: DeliveryState): boolean {
  return a.waiting === b.waiting && a.unsafe === b.unsafe && a.stored === b.stored && a.failed === b.failed && a.held === b.held;
}

/** The receipts of a record as its caller sees them. */
export const receiptOf = (live: LiveRecord): Receipt => (live.controls.at(-1) as ReceiptControl).receipt;
