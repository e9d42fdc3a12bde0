import { VERBS, type Statement } from '@lectern/core';
import { byteLength } from './deliver.js';
import type { Ledger, LiveRecord } from './ledger.js';
import { compareRecords, readStateSave, type OutboxRecord, type StateSave } from './record.js';
import type { Transport } from './transport.js';

/** What says how a session ended, and `initialized`, which none of it may overtake. */
const DECISIVE: readonly string[] = [VERBS.initialized, VERBS.terminated, VERBS.completed, VERBS.passed, VERBS.failed, VERBS.suspended].map(
  ({ id }) => id,
);

export const RANK_STATE = 1;

/** How much a statement matters when there is room for some only; 0 the most. */
export function rankOf(statement: Statement): number {
  return DECISIVE.includes(statement.verb.id) ? 0 : 2;
}

/**
 * Chooses what goes when the page is left: the most important that fit in `budget` bytes, in their order.
 * What does not fit waits for the next visit.
 */
export function chooseForLeaving(live: readonly LiveRecord[], budget: number): { chosen: LiveRecord[]; bytes: number } {
  const byWeight = [...live].sort((a, b) => a.rank - b.rank || compareRecords(a.record, b.record));
  const chosen: LiveRecord[] = [];
  let bytes = 0;
  for (const candidate of byWeight) {
    const size = byteLength(candidate.record.body) + 1;
    if (bytes + size > budget) {
      if (candidate.rank > RANK_STATE) break; // The rest keeps its order for the next visit.
      continue;
    }
    chosen.push(candidate);
    bytes += size;
  }
  return { chosen: chosen.sort((a, b) => compareRecords(a.record, b.record)), bytes };
}

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
  readonly arrived: (save: StateSave) => Promise<void>;
}

export function createLeaver({ ledger, transport, budget, stored, arrived }: LeaverOptions): Leaver {
  /** Bytes by id. */
  const onTheirWay = new Map<string, number>();

  /** Should the page live on, it hears what became of them. A failure is no news: they still wait, and the sender will meet it. */
  function follow(lives: readonly LiveRecord[], sent: Promise<void>): void {
    for (const live of lives) {
      onTheirWay.set(live.record.id, byteLength(live.record.body));
      live.sending = true;
    }
    void sent
      .then(() => stored(lives.map(({ record }) => record)))
      .catch(() => undefined)
      .finally(() => {
        for (const live of lives) {
          onTheirWay.delete(live.record.id);
          live.sending = false;
        }
      });
  }

  return {
    leave() {
      let used = 0;
      for (const bytes of onTheirWay.values()) used += bytes;
      const waiting = ledger.live().filter(({ record }) => !onTheirWay.has(record.id));
      const { chosen } = chooseForLeaving(waiting, budget - used);
      const statements = chosen.filter(({ record }) => record.kind === 'statement');
      if (statements.length > 0) {
        const bodies = statements.map(({ record }) => record.body);
        const ids = statements.map(({ record }) => record.id);
        follow(statements, transport.sendStatements(bodies, ids, { keepalive: true }));
      }
      for (const live of chosen) {
        const save = live.record.kind === 'state' ? readStateSave(live.record.body) : undefined;
        if (save) follow([live], transport.sendDocument(save, { keepalive: true }).then(() => arrived(save)));
      }
    },
  };
}
