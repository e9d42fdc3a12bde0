import type { Agent } from '@lectern/core';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { Principal, Scope, UnitPrincipal } from './principal.js';
import { digestOf, hashSecret, sameDigest, type SecretChecker } from './secret.js';
import { learnerOf, type LearnerTokens } from './tokens.js';

/** How the `Authorization` header becomes a principal. */
export interface Authenticator {
  /** @throws ServerError `unauthorized` */
  (header: string | undefined): Promise<Principal>;
}

/** Names of unit sessions' credentials begin with this; no key may. */
export const UNIT_KEY_PREFIX = 'unit.';

export function createAuthenticator(db: Db, tokens: LearnerTokens, secrets: SecretChecker): Authenticator {
  // Checked when the key is unknown, so that the time of the answer does not tell which keys exist.
  const decoy = hashSecret('decoy');
  return async (header) => {
    const [, scheme, credentials] = /^(\S+)\s+(\S+)$/.exec(header?.trim() ?? '') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && credentials) return learnerOf(await tokens.verify(credentials, ['lrs']));
    if (scheme?.toLowerCase() !== 'basic' || !credentials) {
      throw new ServerError('unauthorized', 'An Authorization header is needed: Basic with key and secret, or Bearer with a learner’s token.', { field: 'Authorization' });
    }
    const pair = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    const key = pair.slice(0, Math.max(0, colon));
    const secret = pair.slice(colon + 1);
    if (key.startsWith(UNIT_KEY_PREFIX)) return findUnit(db, key.slice(UNIT_KEY_PREFIX.length), secret);
    if (key.includes('\u0000')) throw wrongKey();
    const row = await db.selectFrom('api_keys').selectAll().where('key', '=', key).where('revoked_at', 'is', null).executeTakeFirst();
    const right = await secrets.matches(secret, row?.secret_hash ?? (await decoy));
    if (!row || !right) throw wrongKey();
    return { kind: 'key', tenantId: row.tenant_id, key: row.key, scopes: row.scopes as Scope[] };
  };
}

const wrongKey = (): ServerError => new ServerError('unauthorized', 'The key or the secret is wrong.', { field: 'Authorization' });

async function findUnit(db: Db, name: string, secret: string): Promise<UnitPrincipal> {
  const [, tenant, sessionId] = /^(\d{1,9})\.([0-9a-f-]{36})$/.exec(name) ?? [];
  const row = tenant && sessionId
    ? await db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', Number(tenant)).where('id', '=', sessionId).executeTakeFirst()
    : undefined;
  if (!row || !sameDigest(digestOf(secret), row.secret_hash)) throw wrongKey();
  if (row.expires_at.getTime() < Date.now()) throw new ServerError('unauthorized', 'The unit’s session has expired; launch it again.', { field: 'Authorization' });
  return {
    kind: 'unit',
    tenantId: row.tenant_id,
    unitKind: row.kind,
    sessionId: row.id,
    actor: JSON.parse(row.actor) as Agent,
    actorKey: row.actor_key,
    registration: row.registration,
    activityId: row.activity_id,
  };
}
