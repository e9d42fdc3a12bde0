import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
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

/** Sees to it that the key opens the tenant: a changed secret replaces the old one. */
export async function ensureAdminKey(db: Db, tenantId: number, { key, secret }: AdminKey, secrets: SecretChecker): Promise<void> {
  const row = await db.selectFrom('api_keys').select(['secret_hash', 'tenant_id']).where('key', '=', key).executeTakeFirst();
  if (row && row.tenant_id === tenantId && (await secrets.matches(secret, row.secret_hash))) return;
  const secretHash = await hashSecret(secret);
  await db.insertInto('api_keys').values({ key, tenant_id: tenantId, secret_hash: secretHash, scopes: ['admin', 'all'], label: 'administrator' })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ secret_hash: secretHash, tenant_id: tenantId })).execute();
  await db.insertInto('audit').values({ tenant_id: tenantId, actor: 'server', action: 'key.set', subject: key }).execute();
}

/** The tenant that a single installation serves. */
export async function ensureTenant(db: Db, name = 'default'): Promise<number> {
  await db.insertInto('tenants').values({ name }).onConflict((conflict) => conflict.column('name').doNothing()).execute();
  return (await db.selectFrom('tenants').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}
