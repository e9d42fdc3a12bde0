import type { Journal } from './journal.js';
import type { LiveRecord } from './ledger.js';

/** Calls of one turn whose records are journaled before the call returns, each on its own. The rest of a burst is journaled together. */
const AT_ONCE = 16;

/** Records in one entry. */
const GROUP = 200;

export interface Journaling {
  /**
   * Journals what one call has brought: before it returns, or, where the turn has brought very much, together with the rest of it
   * before the turn ends and anything else runs. Storage takes as long for one record as for a hundred in one entry.
   * @param superseded what the record stands for now
   */
  take(lives: readonly LiveRecord[], superseded?: LiveRecord): void;
  /** What the turn still owes. */
  flush(): void;
}

export interface JournalingOptions {
  readonly journal: Journal;
  readonly signal: AbortSignal | undefined;
}

/** Decides when records are journaled, and says so in their receipts. */
export function createJournaling({ journal, signal }: JournalingOptions): Journaling {
  let calls = 0;
  let owed: LiveRecord[] = [];

  function write(lives: readonly LiveRecord[], superseded?: LiveRecord): void {
    const records = lives.map(({ record }) => record);
    if (journal.write(records, superseded?.record)) {
      for (const { controls } of lives) {
        for (let index = controls.length - 1; controls[index]?.receipt.status === 'pending'; index--) controls[index]?.advance('journaled');
      }
    } else if (lives.length > 1) {
      // As many as there is room for.
      const middle = Math.ceil(lives.length / 2);
      write(lives.slice(0, middle));
      write(lives.slice(middle));
    }
  }

  function writeGroups(lives: readonly LiveRecord[]): void {
    for (let from = 0; from < lives.length; from += GROUP) write(lives.slice(from, from + GROUP));
  }

  function flush(): void {
    if (owed.length === 0 || signal?.aborted) return;
    const lives = owed.filter(({ superseded }) => !superseded);
    owed = [];
    writeGroups(lives);
  }

  return {
    take(lives, superseded) {
      if (calls++ === 0) {
        queueMicrotask(() => {
          calls = 0;
          flush();
        });
      }
      if (lives.length > 1) writeGroups(lives);
      else if (lives[0]?.record.kind === 'state') {
        // A document may say that something was recorded: that comes first, should the page die between the two.
        flush();
        write(lives, superseded);
      } else if (calls <= AT_ONCE) write(lives);
      else owed.push(...lives);
    },
    flush,
  };
}
