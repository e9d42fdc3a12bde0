import { isObject } from './record.js';
import { encodeQueue, type JournalStorage } from './journal.js';

const PREFIX = 'lectern.given-up.v1.';

/** Milliseconds after which no page is still open that has not heard. */
const MEMORY = 30 * 24 * 60 * 60_000;

/** The position up to which everything in a queue has been given up: no page brings it back, not one that was frozen meanwhile or died while it wrote. */
export interface GivingUp {
  /** 0: nothing was given up. Looks into the storage. */
  until(): number;
  /** As `until` said last. */
  readonly known: number;
  set(position: number): void;
  /** Another page has done it. */
  hear(position: number): void;
}

/** Kept under a fingerprint, so that what stays behind after a learner has signed out names neither a learner nor a registration. */
export function createGivingUp(queue: string, storage: JournalStorage | undefined, now: number): GivingUp {
  const key = PREFIX + fingerprint(queue);
  let known = 0;

  function until(): number {
    try {
      const stored: unknown = JSON.parse(storage?.getItem(key) ?? 'null');
      const position = isObject(stored) ? stored['until'] : undefined;
      if (typeof position === 'number' && Number.isSafeInteger(position)) known = Math.max(known, position);
    } catch {
      // What cannot be read gives nothing up.
    }
    return known;
  }

  forgetOld(storage, now);
  until();
  return {
    until,
    get known() {
      return known;
    },
    set(position) {
      known = Math.max(known, position);
      try {
        storage?.setItem(key, JSON.stringify({ until: known, at: now }));
      } catch {
        // The other pages are told by message.
      }
    },
    hear(position) {
      known = Math.max(known, position);
    },
  };
}

function forgetOld(storage: JournalStorage | undefined, now: number): void {
  try {
    const keys = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? '');
    for (const key of keys) {
      if (!key.startsWith(PREFIX)) continue;
      const { at } = JSON.parse(storage?.getItem(key) ?? '{}') as { at?: unknown };
      if (typeof at !== 'number' || now - at > MEMORY) storage?.removeItem(key);
    }
  } catch {
    // Another time.
  }
}

/** 64 bits of FNV-1a: synchronous, and one way for names that hold a random UUID. */
function fingerprint(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(encodeQueue(name))) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
