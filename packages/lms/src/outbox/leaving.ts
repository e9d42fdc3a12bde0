import { VERBS, type Statement } from '@lectern/core';
import { byteLength } from './deliver.js';
import type { Ledger, LiveRecord } from './ledger.js';
import { compareRecords, readStateSave, type OutboxRecord, type StateSave } from './record.js';
import type { Transport } from './transport.js';

/**
 * What the learner has earned, and `initialized`, which it must not overtake. Never what ends a session: whoever has taken that (cmi5 9.3.8)
 * takes nothing more of it, and what was left behind would be refused.
 */
const DECISIVE: readonly string[] = [VERBS.initialized, VERBS.completed, VERBS.passed, VERBS.failed].map(({ id }) => id);

export const RANK_STATE = 1;

/** How much a statement matters when there is room for some only; 0 the most. */
export function rankOf(statement: Statement): number {
  return DECISIVE.includes(statement.verb.id) ? 0 : 2;
}

/** Chooses what goes when the page is left: the most important that fit in `budget` bytes, in their order. What does not fit waits for the next visit. */
export function chooseForLeaving(waiting: readonly LiveRecord[], budget: number): LiveRecord[] {
  const byWeight = [...waiting].sort((a, b) => a.rank - b.rank || compareRecords(a.record, b.record));
  const chosen: LiveRecord[] = [];
  let bytes = 0;
  for (const candidate of byWeight) {
    const size = sizeOf(candidate);
    if (bytes + size > budget) {
      if (candidate.rank > RANK_STATE) break; // The rest keeps its order for the next visit.
      continue;
    }
    chosen.push(candidate);
    bytes += size;
  }
  return chosen.sort((a, b) => compareRecords(a.record, b.record));
}

/** With the comma or bracket beside it. */
const sizeOf = ({ record }: LiveRecord): number => byteLength(record.body) + 1;

export interface Leaver {
  /** The page is being left: hands over what fits, with no time for IndexedDB or for turns. May be called again and again. */
  leave(): void;
}

export interface LeaverOptions {
  readonly ledger: Ledger;
  readonly transport: Transport;
  /** Bytes on their way at once. */
  readonly budget: number;
  readonly stored: (records: readonly OutboxRecord[]) => Promise<void>;
  readonly sendDocument: (save: StateSave) => Promise<void>;
  /** What no key here opens: it cannot go first. */
  readonly locked: () => ReadonlySet<string>;
}

export function createLeaver({ ledger, transport, budget, stored, sendDocument, locked }: LeaverOptions): Leaver {
  /** What each request took along that has not been answered. */
  const requests = new Set<readonly LiveRecord[]>();

  const onTheirWay = (): LiveRecord[] => [...requests].flat();

  /** A document that waits here must not overtake one that is locked: of two saves the later one wins. */
  const isFree = ({ record }: LiveRecord): boolean => record.kind === 'statement' || locked().size === 0;

  /** Should the page live on, it hears what became of them. A failure is no news: they still wait, and the sender will meet it. */
  function follow(lives: readonly LiveRecord[], sent: Promise<void>): void {
    requests.add(lives);
    for (const live of lives) live.sending = true;
    void sent
      // What another request has brought meanwhile is known already.
      .then(() => stored(lives.flatMap(({ record }) => (ledger.get(record.id) ? [record] : []))))
      .catch(() => undefined)
      .finally(() => {
        requests.delete(lives);
        for (const live of lives) live.sending = false;
      });
  }

  return {
    leave() {
      // What earlier pages have left goes first, and it is not here.
      if (!ledger.isAlone(locked())) return;
      const taken = new Set(onTheirWay());
      const room = budget - onTheirWay().reduce((bytes, live) => bytes + sizeOf(live), 0);
      // Two requests may arrive in any order. So a later one takes along what an earlier one has not brought yet: storing it twice stores it once.
      const waiting = ledger.live().filter((live) => isFree(live) && (live.record.kind === 'statement' || !taken.has(live)));
      const chosen = chooseForLeaving(waiting, room);
      const statements = chosen.filter(({ record }) => record.kind === 'statement');
      if (statements.some((live) => !taken.has(live))) {
        const bodies = statements.map(({ record }) => record.body);
        const ids = statements.map(({ record }) => record.id);
        follow(statements, transport.sendStatements(bodies, ids, { keepalive: true }));
      }
      for (const live of chosen) {
        const save = live.record.kind === 'state' ? readStateSave(live.record.body) : undefined;
        if (save) follow([live], sendDocument(save));
      }
    },
  };
}
