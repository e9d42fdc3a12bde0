import { randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import { queryPlainly, type Db } from '../database/database.js';
import type { ApiKeysTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { Scope } from './principal.js';
import { hashSecret, newSecret } from './secret.js';

/** A key as it is shown: everything but its secret. Times are RFC 3339. */
export interface ApiKey {
  readonly key: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  /** The key that made it; empty for the server itself. */
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly rotatedAt?: string;
  /** Until when the secret before the last rotation is good too. */
  readonly previousSecretUntil?: string;
  readonly revokedAt?: string;
}

/** A key with the secret that is shown this once. */
export interface MadeKey extends ApiKey {
  readonly secret: string;
}

/** Whose keys, and which key acts. */
export interface KeyActor {
  readonly tenantId: number;
  readonly key: string;
}

export interface KeyRequest {
  readonly scopes: readonly Scope[];
  readonly label?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/** What the authenticator needs to know of a key; without hashes where it opens nothing, and why. */
export interface KeySecrets {
  readonly tenantId: number;
  readonly scopes: readonly string[];
  readonly hashes: readonly string[];
  readonly refusal: 'revoked' | 'expired' | undefined;
  readonly suspended: boolean;
}

/** Asked for nearly every request: written out. */
const FIND = 'select k.*, t.suspended_at from api_keys k join tenants t on t.id = k.tenant_id where k.key = $1';

export async function findKeySecrets(db: Db, key: string, now = new Date()): Promise<KeySecrets | undefined> {
  const row = (await queryPlainly<Selectable<ApiKeysTable> & { suspended_at: Date | null }>(db, FIND, [key]))[0];
  if (!row) return undefined;
  const refusal = row.revoked_at ? 'revoked' : row.expires_at && row.expires_at <= now ? 'expired' : undefined;
  const previous = row.previous_hash !== null && row.previous_until !== null && row.previous_until > now ? [row.previous_hash] : [];
  return { tenantId: row.tenant_id, scopes: row.scopes, hashes: refusal ? [] : [row.secret_hash, ...previous], refusal, suspended: row.suspended_at !== null };
}

/** The standing keys first, each group in the order they were made. */
export async function listKeys(db: Db, tenantId: number): Promise<ApiKey[]> {
  const rows = await db.selectFrom('api_keys').selectAll().where('tenant_id', '=', tenantId).orderBy('revoked_at', (order) => order.asc().nullsFirst()).orderBy('created_at').orderBy('key').execute();
  return rows.map(toApiKey);
}

/** A key of a name that the server makes: no two tenants can ask for one name, and a revoked name never comes back. */
export async function createKey(db: Db, { tenantId, key: by }: KeyActor, { scopes, label = '', expiresAt }: KeyRequest): Promise<MadeKey> {
  const secret = newSecret();
  const values = {
    key: `key-${randomBytes(9).toString('base64url').replace(/[-_]/g, '0').toLowerCase()}`,
    tenant_id: tenantId, secret_hash: await hashSecret(secret), scopes: [...new Set(scopes)], label, created_by: by, expires_at: expiresAt ?? null,
  };
  return inTransaction(db, async (tx) => {
    const row = await tx.insertInto('api_keys').values(values).returningAll().executeTakeFirstOrThrow();
    await recordAudit(tx, tenantId, { actor: by, action: 'key.create', subject: row.key, details: { scopes: row.scopes, label, ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}) } });
    return { ...toApiKey(row), secret };
  });
}

/**
 * Ends a key at once. A key that has ended stays so, and is no fault.
 * @throws ServerError `not-found` for another tenant's too; `conflict` for the acting key itself and the installation's
 */
export async function revokeKey(db: Db, by: KeyActor, key: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const row = await lockKey(tx, by, key);
    if (key === by.key) throw new ServerError('conflict', 'A key cannot revoke itself; use another administrator’s.', { field: 'key' });
    if (row.revoked_at) return;
    await tx.updateTable('api_keys').set({ revoked_at: new Date(), previous_hash: null, previous_until: null }).where('key', '=', key).execute();
    await recordAudit(tx, by.tenantId, { actor: by.key, action: 'key.revoke', subject: key });
  });
}

/**
 * Gives a key a new secret; the old one is good for a while longer, so that nothing stops while the new one is brought out.
 * @param overlap seconds
 * @throws ServerError `not-found`; `conflict` for a revoked key and the installation's
 */
export async function rotateKey(db: Db, by: KeyActor, key: string, overlap: number): Promise<MadeKey> {
  const secret = newSecret();
  const secretHash = await hashSecret(secret);
  return inTransaction(db, async (tx) => {
    const before = await lockKey(tx, by, key);
    if (before.revoked_at) throw new ServerError('conflict', 'The key was revoked.', { field: 'key' });
    const at = new Date();
    const until = overlap > 0 ? new Date(at.getTime() + overlap * 1000) : null;
    const row = await tx.updateTable('api_keys').set({
      secret_hash: secretHash, rotated_at: at, previous_hash: until ? before.secret_hash : null, previous_until: until,
    }).where('key', '=', key).returningAll().executeTakeFirstOrThrow();
    await recordAudit(tx, by.tenantId, { actor: by.key, action: 'key.rotate', subject: key, details: { overlapSeconds: overlap } });
    return { ...toApiKey(row), secret };
  });
}

async function lockKey(tx: Db, { tenantId }: KeyActor, key: string): Promise<Selectable<ApiKeysTable>> {
  const row = key.includes('\u0000') ? undefined : await tx.selectFrom('api_keys').selectAll().where('tenant_id', '=', tenantId).where('key', '=', key).forUpdate().executeTakeFirst();
  if (!row) throw new ServerError('not-found', 'There is no such key.', { field: 'key' });
  if (row.scopes.includes('installation')) throw new ServerError('conflict', 'The installation’s key is changed where it is configured: LECTERN_KEY and LECTERN_SECRET.', { field: 'key' });
  return row;
}

/** Its own transaction, or the one it is in already. */
const inTransaction = <T>(db: Db, act: (tx: Db) => Promise<T>): Promise<T> => (db.isTransaction ? act(db) : db.transaction().execute(act));

function toApiKey(row: Selectable<ApiKeysTable>): ApiKey {
  const overlaps = row.previous_until !== null && row.previous_until > new Date();
  return {
    key: row.key,
    label: row.label,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    ...(row.expires_at ? { expiresAt: row.expires_at.toISOString() } : {}),
    ...(row.rotated_at ? { rotatedAt: row.rotated_at.toISOString() } : {}),
    ...(overlaps ? { previousSecretUntil: row.previous_until!.toISOString() } : {}),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
  };
}
