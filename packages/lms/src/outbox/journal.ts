import { readOlderEntry } from './older-journal.js';
import { isObject, NEWEST_VERSION, RECORD_VERSION, type OutboxRecord, type RecordVersion } from './record.js';

const PREFIX = 'lectern.journal.v1.';
const MARK = 'lectern.order.v1.';

/** A line is this, the body as it is, and `}`: JSON, which has no line ends, written and read without quoting the body twice. */
function headOf({ v, kind, order, id }: Omit<OutboxRecord, 'queue' | 'body'>): string {
  return `{"v":${v},"kind":"${kind}","order":${order},"id":${JSON.stringify(id)},"body":`;
}

/**
 * Positions taken in advance, so that the mark need not be written for each record of a burst: five milliseconds' worth. No more, for they put
 * the next page ahead of the clock, and a killed browser forgets its last marks: when it is open again, the clock must be ahead of all of them.
 */
const RESERVE = 5_000;

/** The part of `Storage` that the journal needs. */
export type JournalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** One key of the storage: a record, or all that a burst has brought, a line each. */
export interface JournalEntry {
  readonly storageKey: string;
  readonly text: string;
  /** In order. */
  readonly records: readonly OutboxRecord[];
  /** The whole of it, where something in it is ours and cannot be understood. */
  readonly unreadable?: OutboxRecord;
}

/** The synchronous write-ahead journal: what is here outlives a closed tab and a crashed renderer. */
export interface Journal {
  /**
   * Writes records as one entry: writing costs by the entry, hardly by its length.
   * @param replaces its place is taken
   * @returns false when it could not be written: no storage, storage full, over the cap. What was there is still there then.
   */
  write(records: readonly OutboxRecord[], replaces?: OutboxRecord): boolean;
  /** The record is safe elsewhere, or stands for nothing any more. Its entry goes with the last of its records, and never when a later save has its place. */
  remove(record: OutboxRecord): void;
  /** As `remove`, and at once: the record must not come back with the rest of its entry. */
  erase(record: OutboxRecord): void;
  /** What dead pages of this queue have left, and what living ones have; not what this page has here itself. */
  read(): JournalEntry[];
  /** The records of an entry are safe elsewhere. Nothing happens when its page lives and has written there since. */
  clear(entry: JournalEntry): void;
  /** They are not, and this page sends them from memory: `remove` takes them out as it does its own. */
  adopt(entry: JournalEntry): void;
  /** Takes out everything of this queue, of all pages. */
  wipe(): void;
  /** Takes out the mark of the positions that were used. */
  unmark(): void;
  /** The first of `count` positions, higher than any that a page of this queue has used. */
  allocate(count: number, now: number): number;
}

export interface JournalOptions {
  readonly queue: string;
  /** Absent where the browser has none or forbids it. */
  readonly storage: JournalStorage | undefined;
  /** UTF-16 units that one page may keep there; browsers give an origin about 5 million in all. */
  readonly maxUnits: number;
}

/** A queue's name inside a storage key, where a dot separates the parts. */
export function encodeQueue(queue: string): string {
  return encodeURIComponent(queue).replaceAll('.', '%2E');
}

export function createJournal({ queue, storage, maxUnits }: JournalOptions): Journal {
  const prefix = `${PREFIX}${encodeQueue(queue)}.`;
  const markKey = MARK + encodeQueue(queue);
  /** What this page has in the journal, by storage key. */
  const own = new Map<string, { readonly size: number; readonly ids: Set<string> }>();
  /** Storage keys by record. */
  const places = new Map<string, string>();
  let used = 0;
  let last = 0;
  let reserved = 0;

  const placeOf = ({ order, id }: OutboxRecord): string => `${prefix}${order}.${id}`;

  function put(storageKey: string, text: string, ids: readonly string[]): boolean {
    const size = storageKey.length + text.length;
    const before = own.get(storageKey)?.size ?? 0;
    if (!storage || used - before + size > maxUnits) return false;
    try {
      storage.setItem(storageKey, text);
    } catch {
      return false;
    }
    for (const id of ids) places.set(id, storageKey);
    own.set(storageKey, { size, ids: new Set(ids) });
    used += size - before;
    return true;
  }

  function drop(storageKey: string): void {
    used -= own.get(storageKey)?.size ?? 0;
    own.delete(storageKey);
    try {
      storage?.removeItem(storageKey);
    } catch {
      // Storage that went away keeps nothing that needs removing.
    }
  }

  function textAt(storageKey: string): string | undefined {
    try {
      return storage?.getItem(storageKey) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns the entry, where there are others of this page in it */
  function strike(record: OutboxRecord): string | undefined {
    const storageKey = places.get(record.id) ?? placeOf(record);
    places.delete(record.id);
    const entry = own.get(storageKey);
    if (!entry) {
      // Another page's. It may have put a later save of the document there.
      if (textAt(storageKey)?.startsWith(headOf(record))) drop(storageKey);
      return undefined;
    }
    if (!entry.ids.delete(record.id)) return undefined;
    if (entry.ids.size > 0) return storageKey;
    drop(storageKey);
    return undefined;
  }

  return {
    write(records, replaces) {
      const [first] = records;
      if (!first) return true;
      const taken = replaces && places.get(replaces.id);
      const place = taken ?? (records.length === 1 ? placeOf(first) : `${placeOf(first)}+${records.length - 1}`);
      const written = put(place, records.map(lineOf).join('\n'), records.map(({ id }) => id));
      if (taken) {
        places.delete(replaces.id);
        // What could not be overwritten goes when the new one is safe: it must not come back after it.
        places.set(first.id, taken);
        own.get(taken)?.ids.add(first.id).delete(replaces.id);
      }
      return written;
    },
    remove: (record) => void strike(record),
    erase(record) {
      const storageKey = strike(record);
      const text = storageKey && textAt(storageKey);
      if (!text) return;
      const lines = text.split('\n').filter((line) => !line.startsWith(headOf(record)));
      put(storageKey, lines.join('\n'), [...(own.get(storageKey)?.ids ?? [])]);
    },
    read() {
      return keysOf(storage, prefix).flatMap((storageKey) => {
        const text = own.has(storageKey) ? undefined : textAt(storageKey);
        if (text === undefined) return []; // Ours, or another tab has just removed it.
        const older = readOlderEntry(storageKey.slice(prefix.length), text);
        const lines = older ? [older] : text.split('\n').map(readLine);
        if (lines.includes('newer')) return [];
        const records = lines.flatMap((line): OutboxRecord[] => (typeof line === 'object' ? [{ queue, ...line }] : []));
        if (records.length === lines.length) return [{ storageKey, text, records }];
        const unreadable: OutboxRecord = { v: RECORD_VERSION, queue, order: 0, id: storageKey, kind: 'statement', body: text };
        return [{ storageKey, text, records, unreadable }];
      });
    },
    clear({ storageKey, text }) {
      if (textAt(storageKey) === text) drop(storageKey);
    },
    adopt({ storageKey, text, records }) {
      if (records.length > 1) put(storageKey, text, records.map(({ id }) => id));
      // A single entry may be a document's, which its page, if it lives, writes again; it lies where the first save of the document was.
      else for (const { id } of records) places.set(id, storageKey);
    },
    wipe() {
      for (const storageKey of new Set([...own.keys(), ...keysOf(storage, prefix)])) drop(storageKey);
      places.clear();
    },
    unmark() {
      try {
        storage?.removeItem(markKey);
      } catch {
        // As in drop.
      }
    },
    allocate(count, now) {
      let mark = 0;
      try {
        mark = Number(storage?.getItem(markKey)) || 0;
      } catch {
        // Without storage the clock alone orders the pages.
      }
      // Thousandths of a millisecond, so that a burst stays near its time; below 2^53 until the year 2255.
      const time = Math.floor(now * 1000);
      const others = mark === reserved || !Number.isSafeInteger(mark) ? 0 : mark + 1;
      const first = Math.max(time, last + 1, others);
      last = first + count - 1;
      if (others === 0 && last <= reserved) return first;
      reserved = last + RESERVE;
      try {
        storage?.setItem(markKey, String(reserved));
      } catch {
        // As above.
      }
      return first;
    },
  };
}

function keysOf(storage: JournalStorage | undefined, prefix: string): string[] {
  const keys: string[] = [];
  try {
    for (let index = 0; index < (storage?.length ?? 0); index++) {
      const key = storage?.key(index);
      if (key?.startsWith(prefix)) keys.push(key);
    }
  } catch {
    return [];
  }
  return keys;
}

const lineOf = (record: OutboxRecord): string => `${headOf(record)}${record.body}}`;

function readLine(text: string): Omit<OutboxRecord, 'queue'> | 'newer' | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    if (!isObject(entry)) return undefined;
    const { v, kind, order, id } = entry;
    if (typeof v === 'number' && v > NEWEST_VERSION) return 'newer';
    if (!Number.isInteger(v) || (v as number) < RECORD_VERSION) return undefined;
    if ((kind !== 'statement' && kind !== 'state') || !Number.isSafeInteger(order) || typeof id !== 'string') return undefined;
    const known = { v: v as RecordVersion, kind, order: order as number, id } as const;
    const head = headOf(known);
    return text.startsWith(head) ? { ...known, body: text.slice(head.length, -1) } : undefined;
  } catch {
    return undefined;
  }
}
