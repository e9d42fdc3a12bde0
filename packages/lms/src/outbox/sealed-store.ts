import type { Clock, StateContent } from '@lectern/core';
import { DeliveryError, toReason, type DeliveryReason } from './delivery-error.js';
import type { Journal } from './journal.js';
import type { FailedRecord, KnownDocument, OutboxRecord } from './record.js';
import type { LayeredStore, RecordStore } from './record-store.js';
import { isSealed, type Sealer } from './sealer.js';

/** The property of a sealed document's content. */
const CONTENT = 'lectern.sealed';

// What a text is sealed to: moved elsewhere, even into another record of the queue, it does not open.
const placeOf = ({ v, queue, kind, order, id }: OutboxRecord): string => JSON.stringify([v, queue, kind, order, id]);
const placeOfFailed = ({ v, queue, kind, order, id }: OutboxRecord): string => JSON.stringify([v, queue, 'failed', kind, order, id]);
const placeOfDocument = ({ v, queue, name }: KnownDocument): string => JSON.stringify([v, queue, 'document', name]);

/** Journals sealed records only. While they cannot be sealed, nothing is journaled, and nothing is called so. */
export function sealJournal(journal: Journal, sealer: Sealer): Journal {
  return {
    ...journal,
    write(records, replaces) {
      const sealed: OutboxRecord[] = [];
      for (const record of records) {
        const body = sealer.seal(record.body, placeOf(record));
        if (body === undefined) return false;
        sealed.push({ ...record, body });
      }
      return journal.write(sealed, replaces);
    },
  };
}

/** Writes nothing to disk that is not sealed; without a key it takes nothing, and memory stands in. What routes a record (queue, order, id, kind) stays readable. */
export function sealDisk(disk: RecordStore, sealer: Sealer): RecordStore {
  /** @throws DeliveryError `locked`, `key-invalid` */
  async function seal(text: string, place: string): Promise<string> {
    if (isSealed(text)) return text;
    await sealer.ready();
    const sealed = sealer.seal(text, place);
    if (sealed === undefined) throw new DeliveryError('locked', 'The records cannot be sealed.');
    return sealed;
  }
  const sealAll = (records: readonly OutboxRecord[]): Promise<OutboxRecord[]> =>
    Promise.all(records.map(async (record) => ({ ...record, body: await seal(record.body, placeOf(record)) })));
  return {
    ...disk,
    put: async (records, superseded) => disk.put(await sealAll(records), superseded),
    replace: async (records) => disk.replace(await sealAll(records)),
    async setAside(records) {
      await disk.setAside(await Promise.all(records.map((record) => sealFailed(record, seal))));
    },
    async putDocument(document) {
      const { ours, ...named } = document;
      // A fingerprint tells whoever guesses the content that they are right.
      const text = await seal(JSON.stringify([document.content, ours]), placeOfDocument(document));
      await disk.putDocument(isSealed(text) ? { ...named, content: { [CONTENT]: text } } : document);
    },
  };
}

/** The reason may quote the record. */
async function sealFailed(record: FailedRecord, seal: (text: string, place: string) => Promise<string>): Promise<FailedRecord> {
  if (isSealed(record.body)) return record;
  const body = await seal(JSON.stringify([record.body, record.reason]), placeOfFailed(record));
  return isSealed(body) ? { ...record, body, reason: { code: record.reason.code, message: '' } } : record;
}

export interface OpeningStore extends LayeredStore {
  /** The ids of what waits and no key here opens, as far as was read. */
  readonly locked: ReadonlySet<string>;
  /** Seals anew what lies here plain, or under a key of before. */
  reseal(): Promise<void>;
}

/** Opens what is read. What does not open is kept, and not handed out; what was changed is set aside. */
export function openStore(store: LayeredStore, sealer: Sealer, clock: Clock): OpeningStore {
  let locked: ReadonlySet<string> = new Set();

  async function readOpen(read: (limit?: number) => Promise<OutboxRecord[]>, limit?: number): Promise<OutboxRecord[]> {
    const found = await read(limit);
    const opened = await Promise.all(found.map(({ body, ...record }) => sealer.open(body, placeOf({ body, ...record }))));
    locked = new Set(found.flatMap(({ id }, index) => (opened[index] === 'locked' ? [id] : [])));
    // Behind many that are locked there may be some that are not.
    if (locked.size > 0 && limit !== undefined) return (await readOpen(read)).slice(0, limit);
    let documentsWait = false;
    const open: OutboxRecord[] = [];
    for (const [index, record] of found.entries()) {
      const answer = opened[index] as Awaited<ReturnType<Sealer['open']>>;
      if (answer === 'tampered') await setAside(record);
      else if (answer === 'locked') documentsWait ||= record.kind === 'state';
      // A statement says when it happened. Of two saves of a document the later one must win, so none overtakes one that is locked.
      else if (record.kind === 'statement' || !documentsWait) open.push({ ...record, body: answer.text });
    }
    return open;
  }

  async function setAside(record: OutboxRecord): Promise<void> {
    const reason = toReason(new DeliveryError('record-tampered', 'The sealed record has been changed.', { field: record.id }));
    await store.setAside([{ ...record, reason, failedAt: clock.now() }]);
  }

  async function openFailed(record: FailedRecord): Promise<{ readonly record: FailedRecord; readonly outdated: boolean }> {
    const answer = await sealer.open(record.body, placeOfFailed(record));
    if (typeof answer === 'string') return { record, outdated: false };
    if (!isSealed(record.body)) return { record, outdated: answer.outdated };
    const [body, reason] = JSON.parse(answer.text) as [string, DeliveryReason];
    return { record: { ...record, body, reason }, outdated: answer.outdated };
  }

  async function openDocument(document: KnownDocument): Promise<{ readonly document: KnownDocument; readonly outdated: boolean } | undefined> {
    const sealed = document.content?.[CONTENT];
    const answer = await sealer.open(typeof sealed === 'string' ? sealed : '', placeOfDocument(document));
    if (typeof answer === 'string') return undefined;
    if (typeof sealed !== 'string') return { document, outdated: answer.outdated };
    const [content, ours] = JSON.parse(answer.text) as [StateContent | null, string | null];
    return { document: { ...document, content, ...(ours === null ? {} : { ours }) }, outdated: answer.outdated };
  }

  return {
    ...store,
    get locked() {
      return locked;
    },
    read: (limit) => readOpen((most) => store.read(most), limit),
    readToSend: (limit) => readOpen((most) => store.readToSend(most), limit),
    failed: async () => (await Promise.all((await store.failed()).map(openFailed))).map(({ record }) => record),
    async document(name) {
      const found = await store.document(name);
      return found && (await openDocument(found))?.document;
    },
    async reseal() {
      const records: OutboxRecord[] = [];
      for (const record of await store.read()) {
        const answer = await sealer.open(record.body, placeOf(record));
        if (typeof answer === 'object' && answer.outdated) records.push({ ...record, body: answer.text });
      }
      if (records.length > 0) await store.replace(records);
      const failed = (await Promise.all((await store.failed()).map(openFailed))).flatMap(({ record, outdated }) => (outdated ? [record] : []));
      if (failed.length > 0) await store.setAside(failed);
      for (const found of await store.documents()) {
        const opened = await openDocument(found);
        if (opened?.outdated) await store.putDocument(opened.document);
      }
    },
  };
}
