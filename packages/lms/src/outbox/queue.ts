import {
  newUuid, type ConflictFeed, type Consent, type Delivery, type DocumentKey, type LocalVault, type Receipt, type SaveStateOptions, type SignOutOptions, type SignOutResult,
  type StateContent, type Statement,
} from '@lectern/core';
import type { XapiVersion } from '@lectern/core/statement/validate';
import { adoptJournal } from './adoption.js';
import { createCensus } from './census.js';
import { openChannel, type QueueMessage } from './channel.js';
import { createClearing } from './clearing.js';
import { createConsent, deniedError, gateTransport } from './consent.js';
import type { OutboxDatabase } from './database.js';
import { DeliveryError, fromReason, toReason } from './delivery-error.js';
import { createDispatch } from './dispatch.js';
import type { Environment } from './environment.js';
import { createGivingUp } from './giving-up.js';
import { heldBy } from './held.js';
import { createIntake } from './intake.js';
import { createInspection, type OutboxInspection } from './inspection.js';
import { createJournal } from './journal.js';
import { createJournaling } from './journaling.js';
import { createLeaver } from './leaving.js';
import { createLedger, receiptOf, type LiveRecord } from './ledger.js';
import { documentName, type OutboxRecord } from './record.js';
import { createDatabaseStore, createLayeredStore } from './record-store.js';
import { createRedaction, type Redact } from './redaction.js';
import { createRefusal } from './refusal.js';
import { openStore, sealDisk, sealJournal } from './sealed-store.js';
import { createSealer, vaultOf } from './sealer.js';
import { createSender } from './sender.js';
import { createSenderLock } from './sender-lock.js';
import { takeLeave } from './sign-out.js';
import { createStateDocuments } from './state-documents.js';
import type { Transport } from './transport.js';
import { createWriter } from './writer.js';

export interface QueueOptions {
  /** Names the queue among all pages of the origin: one per LRS and registration. Pages that use the same name share its records. */
  readonly queue: string;
  readonly transport: Transport;
  /** What statements are held against. Default `1.0.3`. */
  readonly version?: XapiVersion;
  /** What is known of the learner's consent. Absent: what was said last in this browser for this queue, else `granted`. */
  readonly consent?: Consent | undefined;
  /** Takes out of statements what must not be kept or sent. */
  readonly redact?: Redact | undefined;
  /** Says who people are, in what was redacted. */
  readonly identify?: ((statement: Statement) => Statement) | undefined;
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
  /** Present where what waits is sealed: for what else is kept in this browser. */
  readonly vault: LocalVault | undefined;
  /** The learner's consent, as the last page of this queue was told. */
  readonly consent: Consent;
  /** For all pages of this queue. @see LmsConnection.setConsent */
  setConsent(consent: Consent, waiting?: 'drop' | 'keep'): Promise<void>;
  /** Sends what it can, keeps or clears the rest, forgets the known documents, and lets go. @see LmsConnection.signOut */
  signOut(options?: SignOutOptions): Promise<SignOutResult>;
  /** Lets go. What waits is handed to the browser as when the page is left, and is sent by another page or at the next visit. */
  close(): Promise<void>;
}

/** Milliseconds that a request on its way has in all when someone wants all sent at once: a slow link needs that long, and a person waits no longer. */
const PATIENCE = 10_000;

/** Milliseconds that another page has to send what it told us of, before we do. */
const COURTESY = 3_000;

export function openQueue(options: QueueOptions, environment: Environment, database: OutboxDatabase): OutboxQueue {
  const { queue, version = '1.0.3' } = options;
  const { clock, page, limits, signal: killed } = environment;
  const scope = `${environment.database ?? 'memory'}/${queue}`;
  const ending = new AbortController();
  const { signal } = ending;
  const owner = newUuid();
  let halted = false;
  const consent = createConsent({ queue, storage: environment.storage, initial: options.consent });
  const transport = gateTransport(options.transport, consent);
  const givingUp = createGivingUp(queue, environment.storage, clock.now());
  const sealer = createSealer(environment.encryption, queue, environment.timers, secure);
  const journal = sealJournal(createJournal({ queue, storage: environment.storage, maxUnits: limits.journalUnits }), sealer);
  const journaling = createJournaling({ journal, signal: killed });
  const store = openStore(createLayeredStore(sealDisk(createDatabaseStore(queue, database), sealer), database), sealer, clock);
  const ledger = createLedger();
  const { count, takeOut } = createCensus(store, ledger);
  const channel = openChannel(`lectern.outbox.v1.${scope}`, hear);
  const lock = createSenderLock(scope, owner, environment);

  const refusal = createRefusal(consent, () => halted);
  const writer = createWriter({ store, signal: killed, onWritten });
  const sender = createSender({ environment, lock, signal, work: async (progressed) => (await ready, dispatch.send(progressed)), onHold });
  const documents = createStateDocuments({
    queue,
    store,
    transport,
    page: owner,
    allocate: () => allocate(1),
    live: () => ledger.live(),
    accept: (live, superseded) => accept([live], superseded),
  });
  const clearing = createClearing({ givingUp, ledger, journal, store, documents, writer, channel, allocate, count });
  const dispatch = createDispatch({ environment, signal, store, ledger, journal, transport, documents, consent, clearing, channel, takeOut, count });
  let told = -Infinity;
  const leaver = createLeaver({ ledger, transport, budget: limits.keepaliveBytes, stored: dispatch.stored, sendDocument: documents.sendNow, locked: () => store.locked });
  const intake = createIntake({
    queue,
    version,
    ledger,
    redact: options.redact && createRedaction(options.redact, version),
    identify: options.identify,
    allocate,
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
  if (options.consent) channel.post({ type: 'consent', consent: options.consent });
  if (consent.consent !== 'granted') ledger.hold('consent');
  if (environment.encryption) void sealer.ready().catch(() => undefined);

  function allocate(count: number): number {
    // What was given up may lie in the future, where the clock was set back.
    return journal.allocate(count, Math.max(clock.now(), givingUp.known / 1000 + 1));
  }

  function leave(): void {
    journaling.flush();
    leaver.leave();
  }

  function halt(): void {
    halted = true;
    ending.abort();
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
    await clearing.settle();
    await count();
  }

  /** The key has come: what waited for it in memory is made safe, and what lies here as earlier pages left it is sealed. */
  function secure(): void {
    if (signal.aborted) return;
    for (const live of ledger.live()) {
      if (receiptOf(live).status !== 'pending') continue;
      // One by one: a document's entry must be its own.
      journaling.take([live]);
      writer.enqueue(live);
    }
    void store.reseal();
  }

  function onConsent(): void {
    if (consent.consent !== 'granted') ledger.hold('consent');
    else {
      ledger.hold(undefined);
      void sender.now();
    }
  }

  function onHold(error: DeliveryError | undefined, until: number): void {
    ledger.hold(error ? heldBy(error, page) : store.locked.size > 0 ? 'locked' : undefined);
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
    else if (message.type === 'purged') clearing.hear(message.until, message.reason);
    else if (message.type === 'consent') {
      consent.hear(message.consent);
      onConsent();
    }
    else sender.request(COURTESY);
  }

  /** Back after an absence: others may have died, and someone may have cleared the site's data. */
  async function lookAround(atOnce: boolean): Promise<void> {
    await ready;
    await writer.settled();
    clearing.sweep();
    if (environment.encryption) {
      sealer.retry();
      await sealer.ready().catch(() => undefined);
    }
    if (atOnce) transport.giveUp?.(PATIENCE);
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

  async function close(): Promise<void> {
    if (!killed?.aborted) leave();
    await writer.settled();
    end();
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
      onDiscarded: dispatch.fail,
      onChanged: count,
    }),
    record: (statements) => refusal.statements(statements) ?? intake(statements),
    saveState: (key, content, options) => refusal.document(documentName(key)) ?? documents.save(key, content, options),
    conflicts: documents.conflicts,
    async loadState(key) {
      await ready;
      return documents.load(key);
    },
    vault: environment.encryption && vaultOf(sealer, queue),
    get consent() {
      return consent.consent;
    },
    async setConsent(next, waiting = 'drop') {
      consent.decide(next);
      channel.post({ type: 'consent', consent: next });
      onConsent();
      if (next === 'denied' && waiting === 'drop') await clearing.clear(deniedError());
    },
    signOut: (leaving = {}) =>
      takeLeave(leaving, { scope, environment, ledger, store, journal, documents, consent, clearing, flush: () => lookAround(true), halt, close, end }),
    close,
  };
}
