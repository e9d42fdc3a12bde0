import { RECORD_VERSION, compareRecords, isObject, type OutboxRecord } from './record.js';

const PREFIX = 'lectern.journal.v1.';
const MARK = 'lectern.order.v1.';

/** An entry is `{"v":1,"kind":…,"body":…}` with the body as it is: JSON as a whole, written and read without quoting it twice. */
const HEADS: Readonly<Record<OutboxRecord['kind'], string>> = {
  statement: `{"v":${RECORD_VERSION},"kind":"statement","body":`,
  state: `{"v":${RECORD_VERSION},"kind":"state","body":`,
};

/** Positions taken in advance, so that the mark need not be written with every record: ten seconds' worth. */
const RESERVE = 10_000_000;

/** The part of `Storage` that the journal needs. */
export type JournalStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface JournalLeftovers {
  readonly records: readonly OutboxRecord[];
  /** Entries that are ours and cannot be understood. */
  readonly unreadable: readonly { readonly record: OutboxRecord; readonly storageKey: string }[];
}

/** The synchronous write-ahead journal: what is here outlives a closed tab and a crashed renderer. */
export interface Journal {
  /** @returns false when it could not be written: no storage, storage full, over the cap */
  write(record: OutboxRecord): boolean;
  remove(record: Pick<OutboxRecord, 'order' | 'id'>): void;
  removeKey(storageKey: string): void;
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

  const keyOf = (record: Pick<OutboxRecord, 'order' | 'id'>): string => `${prefix}${record.order}.${record.id}`;

  function removeKey(storageKey: string): void {
    used -= sizes.get(storageKey) ?? 0;
    sizes.delete(storageKey);
    try {
      storage?.removeItem(storageKey);
    } catch {
      // Storage that went away keeps nothing that needs removing.
    }
  }

  return {
    write(record) {
      const storageKey = keyOf(record);
      const text = `${HEADS[record.kind]}${record.body}}`;
      const size = storageKey.length + text.length;
      if (!storage || used + size > maxUnits) return false;
      try {
        storage.setItem(storageKey, text);
      } catch {
        return false;
      }
      sizes.set(storageKey, size);
      used += size;
      return true;
    },
    remove: (record) => removeKey(keyOf(record)),
    removeKey,
    read() {
      const records: OutboxRecord[] = [];
      const unreadable: { record: OutboxRecord; storageKey: string }[] = [];
      for (const storageKey of keysOf(storage, prefix)) {
        const text = storage?.getItem(storageKey);
        if (text == null) continue; // Another tab has just removed it.
        const [, order = '', id = ''] = /^(\d+)\.(.+)$/s.exec(storageKey.slice(prefix.length)) ?? [];
        const entry = readEntry(text);
        if (entry === 'newer') continue;
        const base = { v: RECORD_VERSION, queue, order: Number(order), id: id || storageKey } as const;
        if (entry && order) records.push({ ...base, ...entry });
        else unreadable.push({ record: { ...base, kind: 'statement', body: text }, storageKey });
      }
      return { records: records.sort(compareRecords), unreadable };
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

function readEntry(text: string): Pick<OutboxRecord, 'kind' | 'body'> | 'newer' | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    if (!isObject(entry)) return undefined;
    const { v, kind } = entry;
    if (typeof v === 'number' && v > RECORD_VERSION) return 'newer';
    if ((kind !== 'statement' && kind !== 'state') || !text.startsWith(HEADS[kind])) return undefined;
    return { kind, body: text.slice(HEADS[kind].length, -1) };
  } catch {
    return undefined;
  }
}
