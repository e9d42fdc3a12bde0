import { createReceipt, type Receipt, type SaveStateOptions, type StateContent, type StateKey } from '@lectern/core';
import { DeliveryError } from './delivery-error.js';
import { receiptOf, type LiveRecord } from './ledger.js';
import { RANK_STATE } from './leaving.js';
import { applySave, compareRecords, isObject, RECORD_VERSION, readStateSave, stateName, type OutboxRecord, type StateSave } from './record.js';
import type { LayeredStore } from './record-store.js';
import type { Transport } from './transport.js';

/** Milliseconds to wait for the LRS when there is a document here to go on with, and when there is none. */
const LOAD_TIMEOUT = { known: 5_000, unknown: 20_000 };

export interface StateDocuments {
  save(key: StateKey, content: StateContent, options?: SaveStateOptions): Receipt;
  load(key: StateKey): Promise<StateContent | undefined>;
  /** The LRS has this save now. */
  arrived(save: StateSave): Promise<void>;
}

/** The save of a document that is still to be changed by the next: kept property by property, so that only what is new is written out anew. */
interface Written {
  readonly mode: StateSave['mode'];
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

/** State documents on their way out and in: saves of one document become one, and what waits here is already in what is loaded. */
export function createStateDocuments(options: StateDocumentsOptions): StateDocuments {
  const { queue, store, transport, page, allocate, live, accept } = options;
  const latest = new Map<string, Written>();

  async function waiting(name: string): Promise<StateSave[]> {
    const records = new Map<string, OutboxRecord>();
    for (const record of await store.read()) if (record.kind === 'state') records.set(record.id, record);
    for (const { record } of live()) if (record.kind === 'state') records.set(record.id, record);
    return [...records.values()].sort(compareRecords).flatMap(({ body }) => {
      const save = readStateSave(body);
      return save && stateName(save.key) === name ? [save] : [];
    });
  }

  const remember = (name: string, content: StateContent | null): Promise<void> =>
    store.putDocument({ v: RECORD_VERSION, queue, name, content });

  return {
    save(key, content, { mode = 'merge' } = {}) {
      const name = stateName(key);
      const control = createReceipt(name);
      const properties = print(content);
      if (!properties) {
        control.advance('failed', new DeliveryError('document-invalid', 'A state document must be a JSON object.', { field: key.stateId }));
        return control.receipt;
      }
      const previous = latest.get(name);
      const open = previous && !previous.live.sending && !settled(previous.live) ? previous : undefined;
      const written: Omit<Written, 'live'> =
        open && mode === 'merge' ? { mode: open.mode, properties: new Map([...open.properties, ...properties]) } : { mode, properties };
      const order = allocate();
      const record: OutboxRecord = { v: RECORD_VERSION, queue, order, id: `${page}.${order}`, kind: 'state', body: bodyOf(key, written) };
      const controls = open?.live.controls ?? [];
      controls.push(control);
      const live: LiveRecord = { record, controls, rank: RANK_STATE, sending: false, superseded: false, written: false };
      latest.set(name, { ...written, live });
      accept(live, open?.live);
      return control.receipt;
    },
    async load(key) {
      const name = stateName(key);
      const local = await waiting(name);
      const known = await store.document(name);
      let document: StateContent | null;
      try {
        const found = await transport.loadDocument(key, known ? LOAD_TIMEOUT.known : LOAD_TIMEOUT.unknown);
        document = found ?? null;
        await remember(name, document);
      } catch (error) {
        // Offline, the last known document serves; so does one that waits here whole. Otherwise nobody knows what the learner had.
        if (!known && !local.some(({ mode }) => mode === 'replace')) throw error;
        document = known?.content ?? null;
      }
      return local.reduce<StateContent | null>(applySave, document) ?? undefined;
    },
    async arrived(save) {
      const name = stateName(save.key);
      const known = await store.document(name);
      if (known || save.mode === 'replace') await remember(name, applySave(known?.content, save));
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
function bodyOf({ activityId, stateId }: StateKey, { mode, properties }: Omit<Written, 'live'>): string {
  const content = Array.from(properties, ([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');
  return `{"key":${JSON.stringify({ activityId, stateId })},"mode":"${mode}","content":{${content}}}`;
}
