import { RECORD_VERSION, compareRecords, isObject, type OutboxRecord } from './record.js';

const PREFIX = 'lectern.journal.v1.';
const MARK = 'lectern.order.v1.';

/** An entry is this, the body as it is, and `}`: JSON as a whole, written and read without quoting the body twice. */
function headOf({ kind, order, id }: Pick<OutboxRecord, 'kind' | 'order' | 'id'>): string {
  return `{"v":${RECORD_VERSION},"kind":"${kind}","order":${order},"id":${JSON.stringify(id)},"body":`;
}

/** Positions taken in advance, so that the mark need not be written with every record: ten seconds' worth. */
const RESERVE = 10_000_000;

/** The part of `Storage` that the journal needs. */
export type JournalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface JournalEntry {
  readonly record: OutboxRecord;
  readonly storageKey: string;
}

export interface JournalLeftovers {
  readonly entries: readonly JournalEntry[];
  /** Entries that are ours and cannot be understood. */
  readonly unreadable: readonly JournalEntry[];
}

/** The synchronous write-ahead journal: what is here outlives a closed tab and a crashed renderer. */
export interface Journal {
  /** Where the entry of a record is, if it has one of its own. */
  keyOf(record: Pick<OutboxRecord, 'order' | 'id'>): string;
  /** @returns false when it could not be written: no storage, storage full, over the cap. What was there is still there then. */
  write(record: OutboxRecord, storageKey: string): boolean;
  remove(storageKey: string): void;
  /** Removes the entry if it is still this record's: a page that lives may have put a later save of the document in its place. */
  removeIf(storageKey: string, record: OutboxRecord): void;
  /** What this queue has in the journal, in order; of all pages, the living ones too. */
  read(): JournalLeftovers;
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
  const sizes = new Map<string, number>();
  let used = 0;
  let last = 0;
  let reserved = 0;

  function remove(storageKey: string): void {
    used -= sizes.get(storageKey) ?? 0;
    sizes.delete(storageKey);
    try {
      storage?.removeItem(storageKey);
    } catch {
      // Storage that went away keeps nothing that needs removing.
    }
  }

  return {
    keyOf: ({ order, id }) => `${prefix}${order}.${id}`,
    write(record, storageKey) {
      const text = `${headOf(record)}${record.body}}`;
      const size = storageKey.length + text.length;
      const before = sizes.get(storageKey) ?? 0;
      if (!storage || used - before + size > maxUnits) return false;
      try {
        storage.setItem(storageKey, text);
      } catch {
        return false;
      }
      sizes.set(storageKey, size);
      used += size - before;
      return true;
    },
    remove,
    removeIf(storageKey, record) {
      try {
        if (storage?.getItem(storageKey)?.startsWith(headOf(record))) remove(storageKey);
      } catch {
        // As in remove.
      }
    },
    read() {
      const entries: JournalEntry[] = [];
      const unreadable: JournalEntry[] = [];
      for (const storageKey of keysOf(storage, prefix)) {
        const text = storage?.getItem(storageKey);
        if (text == null) continue; // Another tab has just removed it.
        const entry = readEntry(text);
        if (entry === 'newer') continue;
        const record: OutboxRecord = { v: RECORD_VERSION, queue, ...(entry ?? { order: 0, id: storageKey, kind: 'statement', body: text }) };
        (entry ? entries : unreadable).push({ record, storageKey });
      }
      return { entries: entries.sort((a, b) => compareRecords(a.record, b.record)), unreadable };
    },
    allocate(count, now) {
      let mark = 0;
      try {
        mark = Number(storage?.getItem(markKey)) || 0;
      } catch {
        // Without storage the clock alone orders the pages.
      }
      const others = mark === reserved || !Number.isSafeInteger(mark) ? 0 : mark + 1;
      // Thousandths of a millisecond, so that a burst stays near its time; below 2^53 until the year 2255.
      const first = Math.max(Math.floor(now * 1000), last + 1, others);
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

function readEntry(text: string): Pick<OutboxRecord, 'kind' | 'order' | 'id' | 'body'> | 'newer' | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    if (!isObject(entry)) return undefined;
    const { v, kind, order, id } = entry;
    if (typeof v === 'number' && v > RECORD_VERSION) return 'newer';
    if ((kind !== 'statement' && kind !== 'state') || !Number.isSafeInteger(order) || typeof id !== 'string') return undefined;
    const known = { kind, order: order as number, id } as const;
    const head = headOf(known);
    return text.startsWith(head) ? { ...known, body: text.slice(head.length, -1) } : undefined;
  } catch {
    return undefined;
  }
}
