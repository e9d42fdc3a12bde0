import { isObject } from '../outbox/record.js';

/** What a tab has to know of its session when it is loaded again: after a crash, say. The token cannot be fetched twice (cmi5 8.2). */
export interface RememberedSession {
  readonly authorization: string;
  /** `initialized` was said. */
  readonly begun: boolean;
  /** `terminated` was said: nothing may follow (cmi5 9.3.8). */
  readonly ended: boolean;
}

export interface SessionMemory {
  read(): RememberedSession | undefined;
  write(session: RememberedSession): void;
}

/**
 * In the tab's own storage, by the address of the token: it ends with the tab, and no other tab sees it.
 * @param storage `undefined`: nothing is remembered
 */
export function createSessionMemory(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined, fetchUrl: string): SessionMemory {
  const key = `lectern.cmi5.session ${fetchUrl}`;
  return {
    read() {
      try {
        const value: unknown = JSON.parse(storage?.getItem(key) ?? 'null');
        if (!isObject(value) || typeof value['authorization'] !== 'string') return undefined;
        return { authorization: value['authorization'], begun: value['begun'] === true, ended: value['ended'] === true };
      } catch {
        return undefined;
      }
    },
    write(session) {
      try {
        storage?.setItem(key, JSON.stringify(session));
      } catch {
        // A tab that is loaded again then has to be opened from the LMS.
      }
    },
  };
}
