import type { StateContent, StateKey } from '@lectern/core';
import type { DeliveryReason } from './delivery-error.js';

/** The version of what is kept in the journal and in IndexedDB. A reader leaves what a newer version wrote alone. */
export const RECORD_VERSION = 1;

/** One thing that waits to be sent: the same in the journal, in IndexedDB and in an export. */
export interface OutboxRecord {
  readonly v: typeof RECORD_VERSION;
  readonly queue: string;
  /** Position in the queue: grows with every record of every page, even when the clock is set back. */
  readonly order: number;
  /** The statement's id; of a state document a UUID of its own. */
  readonly id: string;
  readonly kind: 'statement' | 'state';
  /** The statement, or a {@link StateSave}, as JSON. Text, so that it is serialised once and cheap to copy. */
  readonly body: string;
}

/** A record set aside: it will not be sent unless someone retries it by hand. */
export interface FailedRecord extends OutboxRecord {
  readonly reason: DeliveryReason;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

/** What a record of kind `state` asks for. */
export interface StateSave {
  readonly key: StateKey;
  readonly mode: 'merge' | 'replace';
  readonly content: StateContent;
}

/** The last document the LRS is known to have. */
export interface KnownDocument {
  readonly v: typeof RECORD_VERSION;
  readonly queue: string;
  /** See {@link stateName}. */
  readonly name: string;
  /** `null`: there is no such document. */
  readonly content: StateContent | null;
}

/** One string for a state key; the `id` of its receipts. */
export function stateName({ activityId, stateId }: StateKey): string {
  return JSON.stringify([activityId, stateId]);
}

export function compareRecords(a: OutboxRecord, b: OutboxRecord): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The document after a save. */
export function applySave(document: StateContent | null | undefined, save: StateSave): StateContent {
  return save.mode === 'replace' ? save.content : { ...document, ...save.content };
}

/** Reads a state record's body; it was written by us, but storage is not a safe place. */
export function readStateSave(body: string): StateSave | undefined {
  try {
    const { key, mode, content } = JSON.parse(body) as StateSave;
    const sound =
      typeof key.activityId === 'string' && typeof key.stateId === 'string' && isObject(content) && (mode === 'merge' || mode === 'replace');
    return sound ? { key, mode, content } : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
