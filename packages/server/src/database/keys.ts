import { createHash } from 'node:crypto';
import type { Actor } from '@lectern/core';

/** Stands where a key has no value. */
export const NO_KEY = '00000000-0000-0000-0000-000000000000';

/** A 16-byte hash of any text, as the database indexes it. Salted by the tenant: equal names of two tenants do not meet in one index. */
export function keyOf(tenantId: number, kind: 'activity' | 'agent' | 'authority' | 'verb' | 'document', text: string): string {
  const hex = createHash('sha256').update(`${tenantId}\n${kind}\n${text}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
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
export function agentKey(tenantId: number, actor: Actor): string | undefined {
  const identifier = identifierOf(actor);
  return identifier === undefined ? undefined : keyOf(tenantId, 'agent', identifier);
}
