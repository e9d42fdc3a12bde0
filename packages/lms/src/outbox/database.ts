import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { DeliveryError } from './delivery-error.js';
import type { FailedRecord, KnownDocument, OutboxRecord } from './record.js';
import type { Timers } from './environment.js';

type RecordKey = [queue: string, order: number, id: string];

export interface OutboxSchema extends DBSchema {
  /** What waits, in the order of sending. */
  records: { key: RecordKey; value: OutboxRecord };
  /** What was set aside. */
  failed: { key: RecordKey; value: FailedRecord };
  /** The last known state documents, so that a learner can resume offline. */
  documents: { key: [queue: string, name: string]; value: KnownDocument };
}

/** Grows by one with each change of the schema; `upgrade` goes through all of them in order. */
const SCHEMA_VERSION = 1;

/** WebKit has let `open` wait for ever; past this we go on without IndexedDB. */
const OPEN_TIMEOUT = 5_000;

export interface OutboxDatabase {
  /** It is opening for longer than anyone waits: what it holds is there, and cannot be read yet. */
  readonly slow: boolean;
  /** Opens it when needed, again after the browser closed it. @throws DeliveryError `storage-unavailable` */
  open(): Promise<IDBPDatabase<OutboxSchema>>;
  close(): void;
}

/**
 * @param name `undefined` where there is to be none
 * @param killed once aborted, nothing is opened, read or written any more: not even what was waiting for the database to open
 */
export function createDatabase(name: string | undefined, timers: Timers, killed?: AbortSignal): OutboxDatabase {
  let opening: Promise<IDBPDatabase<OutboxSchema>> | undefined;
  let opened: IDBPDatabase<OutboxSchema> | undefined;

  let slow = false;

  const forget = (): void => {
    opening = undefined;
    opened = undefined;
  };

  async function connect(database: string): Promise<IDBPDatabase<OutboxSchema>> {
    opened = await openDB<OutboxSchema>(database, SCHEMA_VERSION, {
      upgrade(db, oldVersion) {
        if (oldVersion < 1) {
          db.createObjectStore('records', { keyPath: ['queue', 'order', 'id'] });
          db.createObjectStore('failed', { keyPath: ['queue', 'order', 'id'] });
          db.createObjectStore('documents', { keyPath: ['queue', 'name'] });
        }
      },
      // A page with a newer version waits for us: give way, and open again when there is something to write.
      blocking() {
        opened?.close();
        forget();
      },
      terminated: forget,
    });
    if (killed?.aborted) opened.close();
    return opened;
  }

  return {
    get slow() {
      return slow;
    },
    async open() {
      if (name === undefined || typeof indexedDB === 'undefined' || killed?.aborted) throw unavailable(undefined);
      opening ??= connect(name).finally(() => (slow = false));
      let timer: unknown;
      const late = new Promise<never>((_resolve, reject) => {
        timer = timers.set(() => {
          slow = true;
          reject(unavailable(undefined));
        }, OPEN_TIMEOUT);
      });
      try {
        const database = await Promise.race([opening, late]);
        killed?.throwIfAborted();
        return database;
      } catch (error) {
        if (!(error instanceof DeliveryError)) forget();
        throw unavailable(error);
      } finally {
        timers.clear(timer);
      }
    },
    close() {
      opened?.close();
      forget();
    },
  };
}

const unavailable = (cause: unknown): DeliveryError =>
  new DeliveryError('storage-unavailable', 'IndexedDB is not available.', cause === undefined ? {} : { cause });
