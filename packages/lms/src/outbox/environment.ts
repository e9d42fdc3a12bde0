import { systemClock, type Clock } from '@lectern/core';
import type { JournalStorage } from './journal.js';
import type { EncryptionOptions } from './sealer.js';

/** Timers, injected so that tests own time. */
export interface Timers {
  /** @param delay milliseconds */
  set(callback: () => void, delay: number): unknown;
  clear(timer: unknown): void;
}

export const systemTimers: Timers = {
  set: (callback, delay) => setTimeout(callback, delay),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
};

/** `hidden`: perhaps the last chance to send. `visible`: back again. `online`: the network came back. */
export type PageMoment = 'hidden' | 'visible' | 'online';

/** What the page lives through. */
export interface PageLifecycle {
  /** False where the browser is sure to be offline. */
  online(): boolean;
  subscribe(listener: (moment: PageMoment) => void): () => void;
}

/** The page we are in. Never `unload`: it is not fired on phones, and blocks the back-forward cache. */
export function browserPage(): PageLifecycle {
  return {
    online: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    subscribe(listener) {
      if (typeof document === 'undefined') return () => undefined;
      const ending = new AbortController();
      const { signal } = ending;
      document.addEventListener('visibilitychange', () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible'), { signal });
      addEventListener('pagehide', () => listener('hidden'), { signal });
      addEventListener('pageshow', (event) => event.persisted && listener('visible'), { signal });
      addEventListener('online', () => listener('online'), { signal });
      return () => ending.abort();
    },
  };
}

export interface OutboxLimits {
  /** Statements in one request. */
  readonly batchCount: number;
  /** Bytes of statements in one request. */
  readonly batchBytes: number;
  /** Milliseconds that a lone record waits for company before it is sent. */
  readonly linger: number;
  /** UTF-16 units of the journal that one page and queue may use. */
  readonly journalUnits: number;
  /** Bytes that may be on their way when the page is left; browsers allow 64 KiB, of which headers of others take some. */
  readonly keepaliveBytes: number;
  /** Milliseconds: the first back-off, and the longest. */
  readonly backOffBase: number;
  readonly backOffCap: number;
}

export const DEFAULT_LIMITS: OutboxLimits = {
  batchCount: 200,
  batchBytes: 512 * 1024,
  linger: 50,
  journalUnits: 2_000_000,
  keepaliveBytes: 60 * 1024,
  backOffBase: 1_000,
  backOffCap: 5 * 60_000,
};

/** What the outbox takes from around it. Everything has the browser's as its default. */
export interface OutboxOptions {
  /** Name of the IndexedDB database. `null`: none is used. */
  readonly database?: string | null;
  /** Where the journal is kept. `null`: there is none. */
  readonly storage?: JournalStorage | null;
  /** Web Locks. `null`: a lease in `storage` stands in, as on plain-http pages, where browsers have no locks. */
  readonly locks?: Pick<LockManager, 'request'> | null;
  readonly page?: PageLifecycle;
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly limits?: Partial<OutboxLimits>;
  /** Seals what is kept in this browser. Absent: it is kept as it is, in the site's own storage. */
  readonly encryption?: EncryptionOptions;
  /** Stops everything at once as a killed page would: nothing more is written or sent. */
  readonly signal?: AbortSignal;
}

export interface Environment {
  readonly database: string | undefined;
  readonly storage: JournalStorage | undefined;
  readonly locks: Pick<LockManager, 'request'> | undefined;
  readonly page: PageLifecycle;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: () => number;
  readonly limits: OutboxLimits;
  readonly encryption: EncryptionOptions | undefined;
  readonly signal: AbortSignal | undefined;
}

export function environmentOf(options: OutboxOptions): Environment {
  return {
    database: options.database === null ? undefined : (options.database ?? 'lectern.outbox'),
    storage: options.storage === undefined ? browserStorage() : (options.storage ?? undefined),
    locks: options.locks === undefined ? browserLocks() : (options.locks ?? undefined),
    page: options.page ?? browserPage(),
    clock: options.clock ?? systemClock,
    timers: options.timers ?? systemTimers,
    random: options.random ?? Math.random,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    encryption: options.encryption,
    signal: options.signal,
  };
}

/** Reading `localStorage` throws where the user or a sandbox forbids it. */
function browserStorage(): JournalStorage | undefined {
  try {
    return typeof localStorage === 'undefined' ? undefined : localStorage;
  } catch {
    return undefined;
  }
}

/** Absent on plain-http pages and in old browsers. */
function browserLocks(): Pick<LockManager, 'request'> | undefined {
  return typeof navigator === 'undefined' ? undefined : (navigator as { readonly locks?: LockManager }).locks;
}
