import type { LiveRecord } from './ledger.js';
import type { OutboxRecord } from './record.js';
import type { LayeredStore } from './record-store.js';

/** Records in one transaction: as many as a task may put without being felt. */
const CHUNK = 100;

export interface Writer {
  /** @param superseded what it stands for now, to be taken out in the same transaction */
  enqueue(live: LiveRecord, superseded?: OutboxRecord): void;
  /** Resolves when what was queued so far is written, or could not be. */
  settled(): Promise<void>;
}

export interface WriterOptions {
  readonly store: LayeredStore;
  readonly signal: AbortSignal | undefined;
  readonly onWritten: (written: readonly LiveRecord[], superseded: readonly OutboxRecord[], durable: boolean) => void;
}

/** Puts what one turn has brought into IndexedDB together: a transaction for each record would take a hundred times as long. */
export function createWriter({ store, signal, onWritten }: WriterOptions): Writer {
  let pending: { readonly live: LiveRecord; readonly superseded?: OutboxRecord }[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve();
    while (pending.length > 0 && !signal?.aborted) {
      const chunk = pending.slice(0, CHUNK);
      pending = pending.slice(CHUNK);
      const lives = chunk.flatMap(({ live }) => (live.superseded ? [] : [live]));
      const superseded = chunk.flatMap((entry) => entry.superseded ?? []);
      // Each transaction completes in a task of its own, so a large burst is written in slices.
      const durable = await store.put(
        lives.map(({ record }) => record),
        superseded,
      );
      if (!signal?.aborted) onWritten(lives, superseded, durable);
    }
    running = undefined;
  }

  return {
    enqueue(live, superseded) {
      pending.push(superseded ? { live, superseded } : { live });
      running ??= run();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
