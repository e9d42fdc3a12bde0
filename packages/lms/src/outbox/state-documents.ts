import { createReceipt, type ConflictFeed, type DocumentKey, type Receipt, type SaveStateOptions, type StateContent } from '@lectern/core';
import { createConflicts, type Judgement } from './conflicts.js';
import { DeliveryError } from './delivery-error.js';
import { fingerprint } from './fingerprint.js';
import { receiptOf, type LiveRecord } from './ledger.js';
import { RANK_STATE } from './leaving.js';
import {
  applySave, compareRecords, documentName, isObject, isProfile, PROFILE_VERSION, RECORD_VERSION, readStateSave,
  type KnownDocument, type OutboxRecord, type StateSave,
} from './record.js';
import type { LayeredStore } from './record-store.js';
import type { Transport } from './transport.js';

/** Milliseconds to wait for the LRS when there is a document here to go on with, and when there is none. */
const LOAD_TIMEOUT = { known: 5_000, unknown: 20_000 };

export interface StateDocuments {
  save(key: DocumentKey, content: StateContent, options?: SaveStateOptions): Receipt;
  load(key: DocumentKey): Promise<StateContent | undefined>;
  /** Hands a save to the LRS, and remembers what is there now. @throws DeliveryError `conflict` when it is not for us to overwrite what is there */
  send(save: StateSave): Promise<void>;
  /** As `send`, for a page that is being left. */
  sendNow(save: StateSave): Promise<void>;
  readonly conflicts: ConflictFeed;
  /** The saves so far are given up, and an answer still under way is not kept; nor, `forGood`, is any that comes later. */
  forget(options?: { readonly forGood?: boolean }): void;
}

/** The save of a document that is still to be changed by the next: kept property by property, so that only what is new is written out anew. */
interface Written extends Omit<StateSave, 'key' | 'content'> {
  readonly properties: ReadonlyMap<string, string>;
  readonly live: LiveRecord;
}

export interface StateDocumentsOptions {
  readonly queue: string;
  readonly store: LayeredStore;
  readonly transport: Transport;
  /** Unique among pages; the first part of the records' ids. */
  readonly page: string;
  readonly allocate: () => number;
  /** What this page made and still waits. */
  readonly live: () => readonly LiveRecord[];
  /** Takes a new record in; `superseded` is what it stands for now. */
  readonly accept: (live: LiveRecord, superseded?: LiveRecord) => void;
}

/** State and profile documents on their way out and in: saves of one document become one, and what waits here is already in what is loaded. */
export function createStateDocuments(options: StateDocumentsOptions): StateDocuments {
  const { queue, store, transport, page, allocate, live, accept } = options;
  const latest = new Map<string, Written>();
  const conflicts = createConflicts();
  /** The fingerprint of each document as it was when it was last loaded here; `null`: there was none. */
  const seen = new Map<string, string | null>();
  /** As kept in the store: what this page knows of it without a turn. */
  const ours = new Map<string, string>();
  let forgotten = 0;

  async function waiting(name: string): Promise<StateSave[]> {
    const records = new Map<string, OutboxRecord>();
    for (const record of await store.read()) if (record.kind === 'state') records.set(record.id, record);
    for (const { record } of live()) if (record.kind === 'state') records.set(record.id, record);
    return [...records.values()].sort(compareRecords).flatMap(({ body }) => {
      const save = readStateSave(body);
      return save && documentName(save.key) === name ? [save] : [];
    });
  }

  /**
   * @param print the fingerprint of what this browser last wrote there
   * @param since `forgotten` when the content was asked for
   */
  async function remember(name: string, content: StateContent | null, print: string | undefined, since: number): Promise<void> {
    if (since !== forgotten || forgotten === Infinity) return;
    if (print !== undefined) ours.set(name, print);
    await store.putDocument({ v: RECORD_VERSION, queue, name, content, ...(print === undefined ? {} : { ours: print }) });
  }

  function judge(save: StateSave, known: KnownDocument | undefined): Judgement {
    const name = documentName(save.key);
    const before = known && save.base === undefined ? fingerprint(known.content) : undefined;
    return conflicts.judge(save, (print) => [save.base, before, known?.ours, ours.get(name)].includes(print));
  }

  /** The LRS has this save now. @param content what is there, where that is known */
  async function arrived(save: StateSave, content: StateContent | undefined, since: number): Promise<void> {
    const name = documentName(save.key);
    const known = await store.document(name);
    if (!known && save.mode !== 'replace') return;
    const document = content ?? applySave(known?.content, save);
    await remember(name, document, fingerprint(document), since);
  }

  async function hand(save: StateSave, judgement: Judgement, keepalive: boolean): Promise<void> {
    const since = forgotten;
    try {
      const content = await transport.sendDocument(save, { keepalive, settle: judgement.settle });
      judgement.tell(content);
      await arrived(save, content, since);
    } catch (error) {
      if (error instanceof DeliveryError && error.code === 'conflict') judgement.tell(undefined);
      throw error;
    }
  }

  return {
    save(key, content, { mode = 'merge', policy = isProfile(key) ? 'ask' : 'last-write-wins' } = {}) {
      const name = documentName(key);
      const control = createReceipt(name);
      const properties = print(content);
      if (!properties) {
        control.advance('failed', new DeliveryError('document-invalid', 'A document must be a JSON object.', { field: name }));
        return control.receipt;
      }
      const previous = latest.get(name);
      const open = previous && !previous.live.sending && !settled(previous.live) ? previous : undefined;
      const base = seen.get(name);
      const written: Omit<Written, 'live'> =
        mode === 'replace'
          ? { mode, properties, policy: conflicts.declare(name, policy), ...(base === undefined ? {} : { base }) }
          : { ...(open ?? { mode }), properties: open ? new Map([...open.properties, ...properties]) : properties };
      const order = allocate();
      // Older code would take a profile for nothing it can read, and overwrite where it should ask.
      const v = isProfile(key) || (written.policy ?? 'last-write-wins') !== 'last-write-wins' ? PROFILE_VERSION : RECORD_VERSION;
      const record: OutboxRecord = { v, queue, order, id: `${page}.${order}`, kind: 'state', body: bodyOf(key, written) };
      const controls = open?.live.controls ?? [];
      controls.push(control);
      const live: LiveRecord = { record, controls, rank: RANK_STATE, sending: false, superseded: false, written: false };
      latest.set(name, { ...written, live });
      accept(live, open?.live);
      return control.receipt;
    },
    async load(key) {
      const name = documentName(key);
      const since = forgotten;
      const local = await waiting(name);
      const known = await store.document(name);
      let document: StateContent | null;
      try {
        const found = await transport.loadDocument(key, known ? LOAD_TIMEOUT.known : LOAD_TIMEOUT.unknown);
        document = found ?? null;
        await remember(name, document, known?.ours, since);
      } catch (error) {
        // Offline, the last known document serves; so does one that waits here whole. Otherwise nobody knows what the learner had.
        if (!known && !local.some(({ mode }) => mode === 'replace')) throw error;
        document = known?.content ?? null;
      }
      seen.set(name, document && fingerprint(document));
      return local.reduce<StateContent | null>(applySave, document) ?? undefined;
    },
    send: async (save) => hand(save, judge(save, await store.document(documentName(save.key))), false),
    sendNow: (save) => hand(save, judge(save, undefined), true),
    conflicts: conflicts.feed,
    forget({ forGood = false } = {}) {
      forgotten = forGood ? Infinity : forgotten + 1;
      latest.clear();
      seen.clear();
      ours.clear();
    },
  };
}

function settled(live: LiveRecord): boolean {
  const { status } = receiptOf(live);
  return status === 'stored' || status === 'failed';
}

/** The properties of a document, each as JSON; `undefined` where it is no object, or not JSON. */
function print(content: unknown): Map<string, string> | undefined {
  if (!isObject(content)) return undefined;
  try {
    const printed = Object.entries(content).map(([name, value]) => [name, JSON.stringify(value) as string | undefined] as const);
    return new Map(printed.filter((entry): entry is [string, string] => entry[1] !== undefined));
  } catch {
    return undefined;
  }
}

/** A {@link StateSave} as JSON. */
function bodyOf(key: DocumentKey, { mode, properties, policy, base }: Omit<Written, 'live'>): string {
  const content = Array.from(properties, ([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');
  const named = isProfile(key) ? { activityId: key.activityId, profileId: key.profileId } : { activityId: key.activityId, stateId: key.stateId };
  return `${JSON.stringify({ key: named, mode, policy, base }).slice(0, -1)},"content":{${content}}}`;
}
