import { newUuid, type ConflictFeed, type Delivery, type DocumentKey, type Receipt, type SaveStateOptions, type StateContent, type Statement } from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { adoptJournal } from './adoption.js';
import { createCensus } from './census.js';
import { openChannel, type QueueMessage } from './channel.js';
import type { OutboxDatabase } from './database.js';
import { DeliveryError, fromReason, toReason } from './delivery-error.js';
import { deliverDocument, deliverStatements, nextBatch, type Outcome } from './deliver.js';
import type { Environment } from './environment.js';
import { heldBy } from './held.js';
import { createIntake } from './intake.js';
import { createInspection, type OutboxInspection } from './inspection.js';
import { createJournal } from './journal.js';
import { createJournaling } from './journaling.js';
import { createLeaver } from './leaving.js';
import { createLedger, receiptOf, type LiveRecord } from './ledger.js';
import type { OutboxRecord } from './record.js';
import { createLayeredStore } from './record-store.js';
import { createSender } from './sender.js';
import { createSenderLock } from './sender-lock.js';
import { createStateDocuments } from './state-documents.js';
import type { Transport } from './transport.js';
import { createWriter } from './writer.js';

export interface QueueOptions {
  /** Names the queue among all pages of the origin: one per LRS and registration. Pages that use the same name share its records. */
  readonly queue: string;
  readonly transport: Transport;
  /** What statements are held against. Default `1.0.3`. */
  readonly version?: XapiVersion;
}

/** Records on their way to one place, safe until they are there. */
export interface OutboxQueue {
  readonly queue: string;
  readonly delivery: Delivery;
  readonly inspection: OutboxInspection;
  /** @see LmsConnection.record */
  record(statements: readonly Statement[]): Receipt[];
  /** @see LmsConnection.saveState, LmsConnection.saveProfile */
  saveState(key: DocumentKey, content: StateContent, options?: SaveStateOptions): Receipt;
  /** @see LmsConnection.loadState, LmsConnection.loadProfile. @throws DeliveryError when neither the LRS nor this browser knows */
  loadState(key: DocumentKey): Promise<StateContent | undefined>;
  /** @see LmsConnection.conflicts */
  readonly conflicts: ConflictFeed;
  /** Lets go. What waits is handed to the browser as when the page is left, and is sent by another page or at the next visit. */
  close(): Promise<void>;
}

/** Records read at once while sending. */
const READ = 400;

/** Milliseconds that another page has to send what it told us of, before we do. */
const COURTESY = 3_000;

export function openQueue({ queue, transport, version = '1.0.3' }: QueueOptions, environment: Environment, database: OutboxDatabase): OutboxQueue {
  const { clock, page, limits, signal: killed } = environment;
  const scope = `${environment.database ?? 'memory'}/${queue}`;
  const ending = new AbortController();
  const { signal } = ending;
  const owner = newUuid();
  const journal = createJournal({ queue, storage: environment.storage, maxUnits: limits.journalUnits });
  const journaling = createJournaling({ journal, signal: killed });
  const store = createLayeredStore(queue, database);
  const ledger = createLedger();
  const { count, takeOut } = createCensus(store, ledger);
  const channel = openChannel(`lectern.outbox.v1.${scope}`, hear);
  const lock = createSenderLock(scope, owner, environment);

  const writer = createWriter({ store, signal: killed, onWritten });
  const sender = createSender({ environment, lock, signal, work: send, onHold });
  const documents = createStateDocuments({
    queue,
    store,
    transport,
    page: owner,
    allocate: () => journal.allocate(1, clock.now()),
    live: () => ledger.live(),
    accept: (live, superseded) => accept([live], superseded),
  });
  let told = -Infinity;
  const leaver = createLeaver({ ledger, transport, budget: limits.keepaliveBytes, stored, sendDocument: documents.sendNow });
  const intake = createIntake({
    queue,
    version,
    ledger,
    allocate: (count) => journal.allocate(count, clock.now()),
    accept,
    refuse(record, error) {
      ledger.countFailed();
      if (!signal.aborted) void store.setAside([{ ...record, reason: toReason(error), failedAt: clock.now() }]);
    },
  });

  const stopListening = page.subscribe((moment) => {
    if (moment === 'hidden') leave();
    else void lookAround(moment === 'online');
  });
  if (killed) killed.addEventListener('abort', end, { once: true });
  const ready = adopt();
  void ready.then(() => sender.request(0));

  function leave(): void {
    journaling.flush();
    leaver.leave();
  }

  function end(): void {
    stopListening();
    ending.abort();
    channel.close();
  }

  /** Journals records, and has them written. */
  function accept(lives: readonly LiveRecord[], superseded?: LiveRecord): void {
    if (killed?.aborted) return;
    journaling.take(lives, superseded);
    if (superseded) {
      superseded.superseded = true;
      ledger.drop(superseded.record.id);
    }
    for (const live of lives) {
      ledger.add(live);
      if (!signal.aborted) writer.enqueue(live, superseded);
    }
  }

  function onWritten(written: readonly LiveRecord[], durable: boolean): void {
    const gone: OutboxRecord[] = [];
    for (const live of written) {
      const { record, superseded } = live;
      // What was replaced meanwhile: its journal entry holds the new one now, and its place in the store is the new one's to clear.
      if (superseded) continue;
      if (durable) journal.remove(record);
      if (ledger.get(record.id) !== live) gone.push(record); // It arrived, or was replaced, while it was being written.
      else if (durable) ledger.advance(record.id, 'durable');
      else if (receiptOf(live).status === 'pending') {
        ledger.advance(record.id, 'pending', new DeliveryError('storage-unavailable', 'Neither the journal nor IndexedDB takes the record.'));
      }
    }
    if (gone.length > 0) void takeOut(gone);
    if (clock.now() - told >= 1_000) {
      told = clock.now();
      channel.post({ type: 'waiting' });
    }
    sender.request(ledger.getState().waiting < limits.batchCount ? limits.linger : 0);
  }

  async function adopt(): Promise<void> {
    await adoptJournal({ journal, store, clock, signal: killed });
    await count();
  }

  async function send(progressed: () => void): Promise<void> {
    await ready;
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

  /** It is not here any more, and will not be sent. */
  function fail(record: OutboxRecord, error: DeliveryError): void {
    journal.erase(record);
    ledger.advance(record.id, 'failed', error);
    channel.post({ type: 'failed', id: record.id, reason: toReason(error) });
  }

  function onHold(error: DeliveryError | undefined, until: number): void {
    ledger.hold(error && heldBy(error, page));
    if (error?.retryAfter !== undefined) channel.post({ type: 'busy', until });
    // A receipt says what it is waiting for.
    if (error) for (const live of ledger.live()) ledger.advance(live.record.id, receiptOf(live).status, error);
  }

  function hear(message: QueueMessage): void {
    if (signal.aborted) return;
    if (message.type === 'stored') {
      for (const id of message.ids) {
        const live = ledger.get(id);
        if (live) journal.remove(live.record);
        ledger.advance(id, 'stored');
      }
    } else if (message.type === 'failed') ledger.advance(message.id, 'failed', fromReason(message.reason));
    else if (message.type === 'busy') sender.holdUntil(message.until);
    else sender.request(COURTESY);
  }

  /** Back after an absence: others may have died, and someone may have cleared the site's data. */
  async function lookAround(atOnce: boolean): Promise<void> {
    await ready;
    await writer.settled();
    const before = ledger.live().filter((live) => receiptOf(live).status === 'durable');
    const there = new Set(await store.ids());
    if (signal.aborted) return;
    // Gone from the store without a word: sending it again is safe, believing that it arrived is not.
    for (const live of before) if (!there.has(live.record.id) && ledger.get(live.record.id) === live) writer.enqueue(live);
    await adopt();
    // An LRS that asked for time gets it, however often the learner comes back to the tab.
    if (atOnce) await sender.now();
    else sender.request(0);
  }

  return {
    queue,
    delivery: { getState: () => ledger.getState(), subscribe: (listener) => ledger.subscribe(listener), flush: () => lookAround(true) },
    inspection: createInspection({
      queue,
      clock,
      store,
      live: () => ledger.live(),
      resend: () => sender.request(0),
      onDiscarded: fail,
      onChanged: count,
    }),
    record: (statements) => intake(statements),
    conflicts: documents.conflicts,
    saveState: (key, content, options) => documents.save(key, content, options),
    async loadState(key) {
      await ready;
      return documents.load(key);
    },
    async close() {
      if (!killed?.aborted) leave();
      await writer.settled();
      end();
    },
  };
}
