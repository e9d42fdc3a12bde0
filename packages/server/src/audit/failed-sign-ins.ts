import type { Db } from '../database/database.js';
import type { Log } from '../log.js';
import { recordAudit } from './audit.js';

/** Keeps wrong secrets of keys that exist: a line for the first, and one a minute for however many follow. */
export interface FailedSignIns {
  /** @param reason why it was refused */
  note(tenantId: number, key: string, address: string, reason: string): void;
  /** Writes what is still being counted. */
  close(): Promise<void>;
}

interface Window {
  count: number;
  readonly addresses: Set<string>;
  readonly timer: NodeJS.Timeout;
}

/** Milliseconds. */
const WINDOW = 60_000;
/** Addresses named in one entry, at most. */
const MOST_ADDRESSES = 10;

/** There are no more windows at once than keys, so an attacker fills neither the table nor the memory; names of no key are not kept, since people paste secrets there. */
export function createFailedSignIns(db: Db, log: Log, window = WINDOW): FailedSignIns {
  const windows = new Map<string, Window>();
  const writing = new Set<Promise<void>>();

  function write(tenantId: number, key: string, details: Readonly<Record<string, unknown>>): void {
    const done = recordAudit(db, tenantId, { actor: 'server', action: 'auth.failed', subject: key, details })
      .catch((error: unknown) => log.error('the audit could not be written', { error }))
      .finally(() => writing.delete(done));
    writing.add(done);
  }

  function end(tenantId: number, key: string): void {
    const name = `${tenantId} ${key}`;
    const ended = windows.get(name);
    windows.delete(name);
    if (!ended) return;
    clearTimeout(ended.timer);
    if (ended.count > 0) write(tenantId, key, { count: ended.count, addresses: [...ended.addresses] });
  }

  return {
    note(tenantId, key, address, reason) {
      const name = `${tenantId} ${key}`;
      const open = windows.get(name);
      if (open) {
        open.count++;
        if (open.addresses.size < MOST_ADDRESSES) open.addresses.add(address);
        return;
      }
      windows.set(name, { count: 0, addresses: new Set(), timer: setTimeout(() => end(tenantId, key), window).unref() });
      write(tenantId, key, { count: 1, addresses: [address], reason });
    },
    async close() {
      for (const name of [...windows.keys()]) {
        const [tenant = '', ...key] = name.split(' ');
        end(Number(tenant), key.join(' '));
      }
      await Promise.all(writing);
    },
  };
}
