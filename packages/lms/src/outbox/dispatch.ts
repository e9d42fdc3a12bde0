import type { QueueChannel } from './channel.js';
import type { Clearing } from './clearing.js';
import type { ConsentGate } from './consent.js';
import { toReason, type DeliveryError } from './delivery-error.js';
import { deliverDocument, deliverStatements, nextBatch, type Outcome } from './deliver.js';
import type { Environment } from './environment.js';
import type { Journal } from './journal.js';
import type { Ledger } from './ledger.js';
import type { OutboxRecord } from './record.js';
import type { LayeredStore } from './record-store.js';
import type { StateDocuments } from './state-documents.js';
import type { Transport } from './transport.js';

/** Records read at once while sending. */
const READ = 400;

/** Sends what waits, and sees to it that everybody hears what became of each record. */
export interface Dispatch {
  /**
   * Everything that waits, in order.
   * @param progressed called after each request
   * @throws DeliveryError when the way is blocked
   */
  send(progressed: () => void): Promise<void>;
  /** The LRS has them. */
  stored(records: readonly OutboxRecord[]): Promise<void>;
  /** It is not here any more, and will not be sent. */
  fail(record: OutboxRecord, error: DeliveryError): void;
}

export interface DispatchOptions {
  readonly environment: Environment;
  /** The queue ends: nothing more is begun. */
  readonly signal: AbortSignal;
  readonly store: LayeredStore;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly transport: Transport;
  readonly documents: StateDocuments;
  readonly consent: ConsentGate;
  readonly clearing: Clearing;
  readonly channel: QueueChannel;
  readonly takeOut: (records: readonly OutboxRecord[]) => Promise<void>;
  readonly count: () => Promise<void>;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { environment, signal, store, ledger, journal, transport, documents, consent, clearing, channel, takeOut, count } = options;
  const { clock, limits, signal: killed } = environment;

  async function send(progressed: () => void): Promise<void> {
    consent.check();
    clearing.sweep();
    await clearing.settle();
    const removals: Promise<void>[] = [];
    // Taken out of the store already, though the transaction may not have completed.
    const done = new Set<string>();
    for (let reading = store.readToSend(READ); ; ) {
      const found = await reading;
      const records = found.filter(({ id }) => !done.has(id));
      for (let from = 0; from < records.length && !signal.aborted; ) {
        const batch = nextBatch(records, from, limits);
        from += batch.length;
        const sending = sendBatch(batch, done, removals);
        // The next ones are read while the last of these are on their way.
        if (from >= records.length) {
          reading = store.readToSend(READ);
          reading.catch(() => undefined); // It is heard where it is awaited, unless sending fails before.
        }
        await sending;
        progressed();
      }
      if (signal.aborted || found.length === 0) break;
      if (records.length === 0) {
        await Promise.all(removals);
        reading = store.readToSend(READ);
        if ((await reading).every(({ id }) => done.has(id))) break;
      }
    }
    await Promise.all(removals);
    await count();
  }

  async function sendBatch(batch: readonly OutboxRecord[], done: Set<string>, removals: Promise<void>[]): Promise<void> {
    const lives = batch.flatMap(({ id }) => ledger.get(id) ?? []);
    for (const live of lives) live.sending = true;
    const outcome: Outcome = {
      stored(records) {
        for (const { id } of records) done.add(id);
        removals.push(stored(records));
      },
      async setAside(record, error) {
        done.add(record.id);
        await setAside(record, error);
      },
      async drop(record, error) {
        done.add(record.id);
        await drop(record, error);
      },
    };
    try {
      const [first] = batch;
      if (first?.kind === 'state') await deliverDocument(first, documents.send, outcome);
      else await deliverStatements(batch, transport, outcome);
    } finally {
      for (const live of lives) live.sending = false;
      clearing.sweep();
    }
  }

  async function stored(records: readonly OutboxRecord[]): Promise<void> {
    if (killed?.aborted) return;
    let others = 0;
    for (const record of records) {
      const live = ledger.get(record.id);
      if (!live) others++;
      ledger.advance(record.id, 'stored');
      journal.remove(record);
    }
    ledger.countStored(others);
    channel.post({ type: 'stored', ids: records.map(({ id }) => id) });
    await takeOut(records);
  }

  async function setAside(record: OutboxRecord, error: DeliveryError): Promise<void> {
    if (killed?.aborted) return;
    await store.setAside([{ ...record, reason: toReason(error), failedAt: clock.now() }]);
    fail(record, error);
  }

  async function drop(record: OutboxRecord, error: DeliveryError): Promise<void> {
    if (killed?.aborted) return;
    fail(record, error);
    await takeOut([record]);
  }

  function fail(record: OutboxRecord, error: DeliveryError): void {
    journal.erase(record);
    ledger.advance(record.id, 'failed', error);
    channel.post({ type: 'failed', id: record.id, reason: toReason(error) });
  }

  return { send, stored, fail };
}
