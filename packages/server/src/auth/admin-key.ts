import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { Scope } from './principal.js';
import { hashSecret, newSecret, type SecretChecker } from './secret.js';

export interface AdminKey {
  readonly key: string;
  readonly secret: string;
}

/** The administrator's key: the environment's, or one made once and kept in the data folder. */
export async function loadAdminKey(config: Pick<ServerConfig, 'dataDir' | 'key' | 'secret'>): Promise<AdminKey> {
  if (config.key !== undefined && config.secret !== undefined) return { key: config.key, secret: config.secret };
  const made: AdminKey = { key: `lectern-${newSecret().slice(0, 8)}`, secret: newSecret() };
  await writeFile(fileOf(config.dataDir), `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readAdminKey(config.dataDir);
}

/** The key that a server keeps in its data folder; rejects where there is none. */
export async function readAdminKey(dataDir: string): Promise<AdminKey> {
  return JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as AdminKey;
}

const fileOf = (dataDir: string): string => join(dataDir, 'key.json');

/** Everything in the installation's own tenant, and the tenants beside it. */
const SCOPES: readonly Scope[] = ['installation', 'admin', 'all'];

/**
 * Sees to it that the key opens the installation: a changed secret replaces the old one.
 * @param options.replaces whether the installation's other keys end: those of a configuration that has changed
 * @throws ServerError `config-invalid` when the key is one that a tenant has
 */
export async function ensureAdminKey(db: Db, tenantId: number, { key, secret }: AdminKey, secrets: SecretChecker, { replaces }: { readonly replaces: boolean }): Promise<void> {
  const row = await db.selectFrom('api_keys').select(['secret_hash', 'tenant_id', 'scopes', 'revoked_at']).where('key', '=', key).executeTakeFirst();
  if (row && (row.tenant_id !== tenantId || !row.scopes.includes('admin'))) {
    throw new ServerError('config-invalid', 'LECTERN_KEY names a key that was made for something else; choose another name.', { field: 'LECTERN_KEY' });
  }
  const isRight = row && !row.revoked_at && SCOPES.every((scope) => row.scopes.includes(scope)) && (await secrets.matches(secret, row.secret_hash));
  const secretHash = isRight ? row.secret_hash : await hashSecret(secret);
  await db.transaction().execute(async (tx) => {
    const ended = !replaces ? [] : await tx.updateTable('api_keys').set({ revoked_at: new Date() })
      .where('key', '<>', key).where(sql<boolean>`'installation' = any(scopes)`).where('revoked_at', 'is', null).returning(['key', 'tenant_id']).execute();
    for (const other of ended) await recordAudit(tx, other.tenant_id, { actor: 'server', action: 'key.revoke', subject: other.key, details: { replacedBy: key } });
    if (isRight) return;
    const values = { secret_hash: secretHash, scopes: [...SCOPES], revoked_at: null, expires_at: null, previous_hash: null, previous_until: null };
    await tx.insertInto('api_keys').values({ ...values, key, tenant_id: tenantId, label: 'installation' }).onConflict((conflict) => conflict.column('key').doUpdateSet(values)).execute();
    await recordAudit(tx, tenantId, { actor: 'server', action: 'key.set', subject: key });
  });
}
