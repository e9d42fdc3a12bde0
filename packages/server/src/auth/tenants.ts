import { recordAudit, type AuditAction } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { createKey, type MadeKey } from './api-keys.js';

export interface Tenant {
  readonly id: number;
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly suspendedAt?: string;
}

/** The tenant that an installation has from the start. */
export async function ensureTenant(db: Db, name = 'default'): Promise<number> {
  await db.insertInto('tenants').values({ name }).onConflict((conflict) => conflict.column('name').doNothing()).execute();
  return (await db.selectFrom('tenants').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}

/** @throws ServerError `tenant-suspended` */
export async function requireOpenTenant(db: Db, tenantId: number): Promise<void> {
  const row = await db.selectFrom('tenants').select('suspended_at').where('id', '=', tenantId).executeTakeFirst();
  if (!row) throw new ServerError('unauthorized', 'The token’s tenant is gone.', { field: 'Authorization' });
  if (row.suspended_at) throw suspendedTenant();
}

export const suspendedTenant = (): ServerError => new ServerError('tenant-suspended', 'The tenant is suspended; its installation’s administrator can resume it.');

export async function listTenants(db: Db): Promise<Tenant[]> {
  return (await db.selectFrom('tenants').selectAll().orderBy('id').execute()).map(toTenant);
}

/** Who administers the installation: acts on tenants are kept in the tenant's audit and in the installation's. */
export interface InstallationActor {
  readonly tenantId: number;
  readonly key: string;
}

/**
 * A tenant with its first administrator's key, whose secret nobody can read again.
 * @throws ServerError `conflict` when the name is taken
 */
export async function createTenant(db: Db, by: InstallationActor, name: string): Promise<{ tenant: Tenant; key: MadeKey }> {
  return db.transaction().execute(async (tx) => {
    const row = await tx.insertInto('tenants').values({ name }).onConflict((conflict) => conflict.column('name').doNothing()).returningAll().executeTakeFirst();
    if (!row) throw new ServerError('conflict', 'There is a tenant of this name already.', { field: 'name' });
    await recordOnBoth(tx, by, row.id, 'tenant.create', { name });
    return { tenant: toTenant(row), key: await createKey(tx, { tenantId: row.id, key: by.key }, { scopes: ['admin'], label: 'administrator' }) };
  });
}

/** Lets nothing of the tenant in, or lets it in again. What is stored stays. @throws ServerError `not-found`, `conflict` */
export async function setSuspended(db: Db, by: InstallationActor, tenantId: number, suspend: boolean): Promise<Tenant> {
  if (tenantId === by.tenantId) throw new ServerError('conflict', 'The installation’s own tenant cannot be suspended.', { field: 'id' });
  return db.transaction().execute(async (tx) => {
    const before = await tx.selectFrom('tenants').selectAll().where('id', '=', tenantId).forUpdate().executeTakeFirst();
    if (!before) throw new ServerError('not-found', 'There is no such tenant.', { field: 'id' });
    if ((before.suspended_at !== null) === suspend) return toTenant(before);
    const row = await tx.updateTable('tenants').set({ suspended_at: suspend ? new Date() : null }).where('id', '=', tenantId).returningAll().executeTakeFirstOrThrow();
    await recordOnBoth(tx, by, tenantId, suspend ? 'tenant.suspend' : 'tenant.resume', { name: row.name });
    return toTenant(row);
  });
}

/** Another administrator's key, where a tenant has lost its own. @throws ServerError `not-found` */
export async function createTenantKey(db: Db, by: InstallationActor, tenantId: number): Promise<MadeKey> {
  return db.transaction().execute(async (tx) => {
    if (!(await tx.selectFrom('tenants').select('id').where('id', '=', tenantId).executeTakeFirst())) throw new ServerError('not-found', 'There is no such tenant.', { field: 'id' });
    const made = await createKey(tx, { tenantId, key: by.key }, { scopes: ['admin'], label: 'administrator' });
    if (tenantId !== by.tenantId) await recordAudit(tx, by.tenantId, { actor: by.key, action: 'key.create', subject: made.key, details: { tenant: tenantId } });
    return made;
  });
}

async function recordOnBoth(db: Db, by: InstallationActor, tenantId: number, action: AuditAction, details: Readonly<Record<string, unknown>>): Promise<void> {
  for (const tenant of new Set([by.tenantId, tenantId])) await recordAudit(db, tenant, { actor: by.key, action, subject: String(tenantId), details });
}

const toTenant = (row: { readonly id: number; readonly name: string; readonly created_at: Date; readonly suspended_at: Date | null }): Tenant => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
  ...(row.suspended_at ? { suspendedAt: row.suspended_at.toISOString() } : {}),
});
