import type { LiveRecord } from './ledger.js';
import type { LayeredStore } from './record-store.js';

/** Records in one transaction: as many as a task may put without being felt. */
const CHUNK = 250;

export interface Writer {
  /** @param superseded what it stands for now, to be taken out in the same transaction */
  enqueue(live: LiveRecord, superseded?: LiveRecord): void;
  /** Resolves when what was queued so far is written, or could not be. */
  settled(): Promise<void>;
}

export interface WriterOptions {
  readonly store: LayeredStore;
  readonly signal: AbortSignal | undefined;
  readonly onWritten: (written: readonly LiveRecord[], durable: boolean) => void;
}

/** Puts what one turn has brought into IndexedDB together: a transaction for each record would take a hundred times as long. */
export function createWriter({ store, signal, onWritten }: WriterOptions): Writer {
  let pending: LiveRecord[] = [];
  let outdated: LiveRecord[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve();
    while (!signal?.aborted) {
      pending = pending.filter(({ superseded }) => !superseded);
      // What was replaced before it was ever written needs no taking out.
      const superseded = outdated.flatMap(({ written, record }) => (written ? [record] : []));
      const chunk = pending.splice(0, CHUNK);
      if (chunk.length === 0) break;
      // The new one may lie in a later chunk: until it is in, the old one stays.
      const last = pending.length === 0;
      if (last) outdated = [];
      for (const live of chunk) live.written = true;
      // Each transaction completes in a task of its own, so a large burst is written in slices.
      const durable = await store.put(
        chunk.map(({ record }) => record),
        last ? superseded : [],
      );
      if (!signal?.aborted) onWritten(chunk, durable);
    }
    running = undefined;
  }

  return {
    enqueue(live, superseded) {
      pending.push(live);
      if (superseded) outdated.push(superseded);
      running ??= run();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
