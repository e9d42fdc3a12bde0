import type { Clock } from '@lectern/core';
import { DeliveryError, type DeliveryErrorCode } from './delivery-error.js';
import type { LiveRecord } from './ledger.js';
import { compareRecords, RECORD_VERSION, type FailedRecord, type OutboxRecord } from './record.js';
import type { LayeredStore } from './record-store.js';
import { isSealed } from './sealer.js';

/** Everything of a queue that has not arrived, for a file. */
export interface OutboxExport {
  readonly format: 'lectern.outbox';
  readonly v: typeof RECORD_VERSION;
  readonly queue: string;
  /** RFC 3339. */
  readonly exportedAt: string;
  readonly waiting: readonly OutboxRecord[];
  readonly failed: readonly FailedRecord[];
}

/** The outbox by hand: what waits, what was set aside, and what to do about it. */
export interface OutboxInspection {
  /** What waits, of every page, in the order of sending. */
  waiting(): Promise<OutboxRecord[]>;
  /** What was set aside, with the reason. */
  failed(): Promise<FailedRecord[]>;
  /** Lets what was set aside wait again, where it was in the order. @param ids absent: all. @returns how many */
  retry(ids?: readonly string[]): Promise<number>;
  /** All of it, as JSON that a person can keep or send to support. It holds the learner's records. */
  export(): Promise<OutboxExport>;
  /** Takes records out for good, whether they wait or were set aside. @returns how many */
  discard(ids: readonly string[]): Promise<number>;
}

const HOPELESS: readonly string[] = ['statement-invalid', 'redaction-failed', 'journal-unreadable', 'record-tampered'] satisfies DeliveryErrorCode[];

export interface InspectionOptions {
  readonly queue: string;
  readonly clock: Clock;
  readonly store: LayeredStore;
  readonly live: () => readonly LiveRecord[];
  /** Sends what waits again. */
  readonly resend: () => void;
  readonly onDiscarded: (record: OutboxRecord, error: DeliveryError) => void;
  readonly onChanged: () => Promise<void>;
}

export function createInspection(options: InspectionOptions): OutboxInspection {
  const { queue, clock, store, live, resend, onDiscarded, onChanged } = options;

  const inspection: OutboxInspection = {
    async waiting() {
      const records = new Map((await store.read()).map((record) => [record.id, record]));
      for (const { record } of live()) records.set(record.id, record);
      return [...records.values()].sort(compareRecords);
    },
    failed: () => store.failed(),
    async retry(ids) {
      const chosen = (await store.failed()).filter(({ id, body, reason }) => {
        // What breaks the specification, or cannot be read, will not be better next time.
        return !HOPELESS.includes(reason.code) && !isSealed(body) && (ids?.includes(id) ?? true);
      });
      if (chosen.length === 0) return 0;
      await store.put(chosen.map(({ reason: _reason, failedAt: _failedAt, ...record }) => record));
      await store.removeFailed(chosen);
      await onChanged();
      resend();
      return chosen.length;
    },
    async export() {
      return {
        format: 'lectern.outbox',
        v: RECORD_VERSION,
        queue,
        exportedAt: new Date(clock.now()).toISOString(),
        waiting: await inspection.waiting(),
        failed: await inspection.failed(),
      };
    },
    async discard(ids) {
      const waiting = (await inspection.waiting()).filter(({ id }) => ids.includes(id));
      const failed = (await store.failed()).filter(({ id }) => ids.includes(id));
      await store.remove(waiting);
      await store.removeFailed(failed);
      for (const record of waiting) onDiscarded(record, new DeliveryError('discarded', 'Taken out of the outbox by hand.'));
      await onChanged();
      return waiting.length + failed.length;
    },
  };
  return inspection;
}
