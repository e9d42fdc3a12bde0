import type { DocumentKey, ProfileKey, StateContent } from '@lectern/core';
import type { DeliveryReason } from './delivery-error.js';

/** The version of what is kept in the journal and in IndexedDB, as all code can read it. */
export const RECORD_VERSION = 1;

/** Since this version there are profile documents and policies. The rest is still written as before, for a page with older code that is open beside ours. */
export const PROFILE_VERSION = 2;

/** A reader leaves what a newer version wrote alone. */
export const NEWEST_VERSION = PROFILE_VERSION;

export type RecordVersion = typeof RECORD_VERSION | typeof PROFILE_VERSION;

/** One thing that waits to be sent: the same in the journal, in IndexedDB and in an export. */
export interface OutboxRecord {
  readonly v: RecordVersion;
  readonly queue: string;
  /** Position in the queue: grows with every record of every page, even when the clock is set back. */
  readonly order: number;
  /** The statement's id; of a document one of its own. */
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
  readonly key: DocumentKey;
  readonly mode: 'merge' | 'replace';
  readonly content: StateContent;
  /** Of a save that replaces. Absent: `last-write-wins`. */
  readonly policy?: 'merge' | 'last-write-wins' | 'ask';
  /** The fingerprint of the document that it was made from; `null`: there was none. Absent: nobody had looked. */
  readonly base?: string | null;
}

/** The last document the LRS is known to have. */
export interface KnownDocument {
  readonly v: typeof RECORD_VERSION;
  readonly queue: string;
  /** See {@link documentName}. */
  readonly name: string;
  /** `null`: there is no such document. */
  readonly content: StateContent | null;
  /** The fingerprint of what this browser last wrote there. */
  readonly ours?: string;
}

export const isProfile = (key: DocumentKey): key is ProfileKey => 'profileId' in key;

/** An LMS may withhold these with a 403, which is then no error (cmi5 11). */
export const isLearnerPreferences = (key: DocumentKey): boolean => isProfile(key) && key.activityId === undefined && key.profileId === 'cmi5LearnerPreferences';

/** One string for a document; the `id` of its receipts. */
export function documentName(key: DocumentKey): string {
  return JSON.stringify(isProfile(key) ? ['profile', key.activityId ?? null, key.profileId] : [key.activityId, key.stateId]);
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
    const { key, mode, content, policy, base } = JSON.parse(body) as StateSave;
    const named = isProfile(key)
      ? typeof key.profileId === 'string' && ['string', 'undefined'].includes(typeof key.activityId)
      : typeof key.activityId === 'string' && typeof key.stateId === 'string';
    if (!named || !isObject(content) || (mode !== 'merge' && mode !== 'replace')) return undefined;
    if (policy !== undefined && !['merge', 'last-write-wins', 'ask'].includes(policy)) return undefined;
    return { key, mode, content, ...(policy === undefined ? {} : { policy }), ...(typeof base === 'string' || base === null ? { base } : {}) };
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
