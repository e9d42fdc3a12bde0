import { unwrap } from 'idb';
import type { OutboxDatabase } from './database.js';
import { compareRecords, type FailedRecord, type KnownDocument, type OutboxRecord } from './record.js';

/** Where the records of one queue are. */
export interface RecordStore {
  /** Adds, and removes what the new ones stand for, in one step. The same record twice is there once. */
  put(records: readonly OutboxRecord[], superseded?: readonly OutboxRecord[]): Promise<void>;
  /** Puts those of them anew that are still there. */
  replace(records: readonly OutboxRecord[]): Promise<void>;
  /** The first ones that wait, in order. */
  read(limit?: number): Promise<OutboxRecord[]>;
  /** The ids of all that wait. */
  ids(): Promise<string[]>;
  remove(records: readonly OutboxRecord[]): Promise<void>;
  /** Moves records out of the way. */
  setAside(records: readonly FailedRecord[]): Promise<void>;
  failed(): Promise<FailedRecord[]>;
  removeFailed(records: readonly FailedRecord[]): Promise<void>;
  document(name: string): Promise<KnownDocument | undefined>;
  putDocument(document: KnownDocument): Promise<void>;
  /** The known documents of the queue. */
  documents(): Promise<KnownDocument[]>;
  /** Takes out what waits up to a position. */
  giveUp(until: number): Promise<void>;
  /** Takes out what was set aside, and the known documents. */
  forget(what: 'documents' | 'everything'): Promise<void>;
}

type Key = [queue: string, order: number, id: string];
const keyOf = ({ queue, order, id }: OutboxRecord): Key => [queue, order, id];

/** Of everything in the queue, and of no other queue. */
const whole = (queue: string): IDBKeyRange => IDBKeyRange.bound([queue], [queue, []]);

/** A record promised to be there is there once the transaction has completed, never before. */
export function createDatabaseStore(queue: string, database: OutboxDatabase): RecordStore {
  return {
    async put(records, superseded = []) {
      const transaction = (await database.open()).transaction('records', 'readwrite');
      // A promise for each request would cost more than the request; `done` tells of all of them.
      const waiting = unwrap(transaction.store);
      for (const record of records) waiting.put(record);
      for (const record of superseded) waiting.delete(keyOf(record));
      await transaction.done;
    },
    async replace(records) {
      const transaction = (await database.open()).transaction('records', 'readwrite');
      for (const record of records) {
        if ((await transaction.store.getKey(keyOf(record))) !== undefined) void transaction.store.put(record).catch(ignored);
      }
      await transaction.done;
    },
    async read(limit) {
      return (await database.open()).getAll('records', whole(queue), limit);
    },
    async ids() {
      return (await (await database.open()).getAllKeys('records', whole(queue))).map(([, , id]) => id);
    },
    async remove(unsorted) {
      const records = [...unsorted].sort(compareRecords);
      const [first, last] = [records[0], records.at(-1)];
      if (!first || !last) return;
      const transaction = (await database.open()).transaction('records', 'readwrite');
      const range = IDBKeyRange.bound(keyOf(first), keyOf(last));
      const there = await transaction.store.getAllKeys(range);
      // One request for a batch, where nothing that another page has just put lies between its records.
      if (there.length === records.length && there.every(([, , id], index) => id === records[index]?.id)) void transaction.store.delete(range);
      else for (const record of records) unwrap(transaction.store).delete(keyOf(record));
      await transaction.done;
    },
    async setAside(records) {
      const transaction = (await database.open()).transaction(['records', 'failed'], 'readwrite');
      for (const record of records) {
        void transaction.objectStore('failed').put(record).catch(ignored);
        void transaction.objectStore('records').delete(keyOf(record)).catch(ignored);
      }
      await transaction.done;
    },
    async failed() {
      return (await database.open()).getAll('failed', whole(queue));
    },
    async removeFailed(records) {
      const transaction = (await database.open()).transaction('failed', 'readwrite');
      for (const record of records) void transaction.store.delete(keyOf(record)).catch(ignored);
      await transaction.done;
    },
    async document(name) {
      return (await database.open()).get('documents', [queue, name]);
    },
    async putDocument(document) {
      await (await database.open()).put('documents', document);
    },
    async documents() {
      return (await database.open()).getAll('documents', whole(queue));
    },
    async giveUp(until) {
      await (await database.open()).delete('records', IDBKeyRange.bound([queue], [queue, until]));
    },
    async forget(what) {
      const stores = what === 'documents' ? (['documents'] as const) : (['documents', 'failed'] as const);
      const transaction = (await database.open()).transaction(stores, 'readwrite');
      for (const name of stores) void transaction.objectStore(name).delete(whole(queue)).catch(ignored);
      await transaction.done;
    },
  };
}

/** A request that fails aborts its transaction, and `done` tells. */
const ignored = (): void => undefined;

/** For what IndexedDB would not take: it is sent from here while the page lives. */
export function createMemoryStore(): RecordStore & { readonly size: number } {
  const waiting = new Map<string, OutboxRecord>();
  const aside = new Map<string, FailedRecord>();
  const documents = new Map<string, KnownDocument>();
  return {
    get size() {
      return waiting.size;
    },
    async put(records, superseded = []) {
      for (const record of superseded) waiting.delete(record.id);
      for (const record of records) waiting.set(record.id, record);
    },
    async replace() {
      // There is nothing to make better in memory.
    },
    async read(limit) {
      return [...waiting.values()].sort(compareRecords).slice(0, limit);
    },
    async ids() {
      return [...waiting.keys()];
    },
    async remove(records) {
      for (const { id } of records) waiting.delete(id);
    },
    async setAside(records) {
      for (const record of records) {
        waiting.delete(record.id);
        aside.set(record.id, record);
      }
    },
    async failed() {
      return [...aside.values()].sort(compareRecords);
    },
    async removeFailed(records) {
      for (const { id } of records) aside.delete(id);
    },
    async document(name) {
      return documents.get(name);
    },
    async putDocument(document) {
      documents.set(document.name, document);
    },
    async documents() {
      return [...documents.values()];
    },
    async giveUp(until) {
      for (const { id, order } of waiting.values()) if (order < until) waiting.delete(id);
    },
    async forget(what) {
      documents.clear();
      if (what === 'everything') aside.clear();
    },
  };
}

/** IndexedDB, with memory behind it for the time that IndexedDB refuses: full, forbidden, or broken. */
export interface LayeredStore extends Omit<RecordStore, 'put'> {
  /** @returns whether the records are durable now */
  put(records: readonly OutboxRecord[], superseded?: readonly OutboxRecord[]): Promise<boolean>;
  /**
   * As `read`, for sending: what lies in a database that only opens slowly is older than what is in memory, so it is waited for, though
   * not for ever.
   * @throws DeliveryError `storage-unavailable` to try again
   */
  readToSend(limit?: number): Promise<OutboxRecord[]>;
}

/** Tries for which what is in memory waits for a database that opens slowly. */
const PATIENCE = 5;

/** @param database where `disk` is */
export function createLayeredStore(disk: RecordStore, database: Pick<OutboxDatabase, 'slow'>): LayeredStore {
  const memory = createMemoryStore();

  let patience = PATIENCE;

  const either = async <T>(onDisk: Promise<T>, otherwise: T): Promise<T> => onDisk.catch(() => otherwise);

  async function withMemory(onDisk: OutboxRecord[], limit?: number): Promise<OutboxRecord[]> {
    if (memory.size === 0) return onDisk;
    return [...onDisk, ...(await memory.read(limit))].sort(compareRecords).slice(0, limit);
  }

  return {
    async put(records, superseded) {
      try {
        await disk.put(records, superseded);
        if (memory.size > 0) await memory.remove([...records, ...(superseded ?? [])]);
        return true;
      } catch {
        await memory.put(records, superseded);
        return false;
      }
    },
    async replace(records) {
      await either(disk.replace(records), undefined);
    },
    async read(limit) {
      return withMemory(await either(disk.read(limit), []), limit);
    },
    async readToSend(limit) {
      let onDisk: OutboxRecord[] = [];
      try {
        onDisk = await disk.read(limit);
        patience = PATIENCE;
      } catch (error) {
        if (database.slow && patience-- > 0) throw error;
      }
      return withMemory(onDisk, limit);
    },
    async ids() {
      return [...(await either(disk.ids(), [])), ...(await memory.ids())];
    },
    async remove(records) {
      if (memory.size > 0) await memory.remove(records);
      await either(disk.remove(records), undefined);
    },
    async setAside(records) {
      await memory.remove(records);
      await disk.setAside(records).catch(() => memory.setAside(records));
    },
    async failed() {
      return [...(await either(disk.failed(), [])), ...(await memory.failed())].sort(compareRecords);
    },
    async removeFailed(records) {
      await memory.removeFailed(records);
      await either(disk.removeFailed(records), undefined);
    },
    async document(name) {
      return (await memory.document(name)) ?? either(disk.document(name), undefined);
    },
    async putDocument(document) {
      await disk.putDocument(document).catch(() => memory.putDocument(document));
    },
    async documents() {
      return [...(await either(disk.documents(), [])), ...(await memory.documents())];
    },
    async giveUp(until) {
      await memory.giveUp(until);
      await either(disk.giveUp(until), undefined);
    },
    async forget(what) {
      await memory.forget(what);
      await either(disk.forget(what), undefined);
    },
  };
}
