import { createHash } from 'node:crypto';
import type { Actor } from '@lectern/core';

/** Stands where a key has no value. */
export const NO_KEY = '00000000-0000-0000-0000-000000000000';

export type KeyKind = 'activity' | 'agent' | 'authority' | 'verb' | 'document';

/** A 16-byte hash of any text, as the database indexes it. Salted by the tenant: equal names of two tenants do not meet in one index. */
export function keyOf(tenantId: number, kind: KeyKind, text: string): string {
  const hex = createHash('sha256').update(`${tenantId}\n${kind}\n${text}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Entries of one of the two generations. */
const GENERATION = 10_000;

/** How keys are made: anew, or remembered. */
export interface KeyMaker {
  keyOf(tenantId: number, kind: KeyKind, text: string): string;
}

type Memo = Map<number, Map<string, string>>;

const KINDS: readonly KeyKind[] = ['activity', 'agent', 'authority', 'verb', 'document'];

/** Remembers keys: learners say the same few verbs, activities and names all the time, and hashing is what takes long. */
export class KeyMemo implements KeyMaker {
  #recent: Memo = new Map();
  #older: Memo = new Map();
  #size = 0;

  keyOf(tenantId: number, kind: KeyKind, text: string): string {
    const space = tenantId * KINDS.length + KINDS.indexOf(kind);
    let recent = this.#recent.get(space);
    const known = recent?.get(text);
    if (known !== undefined) return known;
    const key = this.#older.get(space)?.get(text) ?? keyOf(tenantId, kind, text);
    if (text.length > 500) return key; // not worth its room
    if (this.#size >= GENERATION) {
      [this.#older, this.#recent, this.#size, recent] = [this.#recent, new Map(), 0, undefined];
    }
    if (!recent) this.#recent.set(space, (recent = new Map()));
    recent.set(text, key);
    this.#size++;
    return key;
  }
}

/** The inverse functional identifier as text (xAPI Data 2.4.2.1), `undefined` for an anonymous group. */
export function identifierOf(actor: Actor): string | undefined {
  if (actor.mbox !== undefined) return `mbox ${actor.mbox.toLowerCase()}`;
  if (actor.mbox_sha1sum !== undefined) return `sha1 ${actor.mbox_sha1sum.toLowerCase()}`;
  if (actor.openid !== undefined) return `openid ${actor.openid}`;
  if (actor.account !== undefined) return `account ${actor.account.homePage} ${actor.account.name}`;
  return undefined;
}

/** `undefined` for an anonymous group. */
export function agentKey(tenantId: number, actor: Actor, keys: KeyMaker = { keyOf }): string | undefined {
  const identifier = identifierOf(actor);
  return identifier === undefined ? undefined : keys.keyOf(tenantId, 'agent', identifier);
}
