import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { Platform } from './platform.js';
import type { AddPlatform } from './platform-schemas.js';
import type { LtiPlatformsTable } from './tables.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Milliseconds for which it is not asked again whether there are platforms: every file of content asks. */
const ANY_AGE = 10_000;

/** The platforms of all tenants. */
export class PlatformStore {
  readonly #db: Db;
  #any: { readonly at: number; readonly found: Promise<boolean> } | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /** @throws ServerError `conflict` when the name is taken, or the client of that issuer */
  async add(tenantId: number, { name, issuer, clientId, deployments, authorizationUrl, tokenUrl, tokenAudience, jwksUrl }: AddPlatform, by: string): Promise<Platform> {
    return this.#db.transaction().execute(async (tx) => {
      const row = await tx.insertInto('lti_platforms').values({
        id: randomUUID(), tenant_id: tenantId, name, issuer, client_id: clientId, deployments: [...new Set(deployments)], authorization_url: authorizationUrl, token_url: tokenUrl,
        token_audience: tokenAudience ?? null, jwks_url: jwksUrl, created_by: by,
      }).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst();
      if (!row) {
        const named = await tx.selectFrom('lti_platforms').select('id').where('tenant_id', '=', tenantId).where('name', '=', name).executeTakeFirst();
        throw named ? new ServerError('conflict', `There is a platform "${name}" already.`, { field: 'name' }) : new ServerError('conflict', 'That client of the issuer is registered already.', { field: 'clientId' });
      }
      this.#any = undefined;
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-platform.add', subject: row.id, details: { name, issuer, clientId, deployments } });
      return toPlatform(row);
    });
  }

  /** Whether anybody has a platform, as of a moment ago. */
  any(): Promise<boolean> {
    const now = Date.now();
    if (!this.#any || now - this.#any.at > ANY_AGE) {
      const found = this.#db.selectFrom('lti_platforms').select('id').limit(1).executeTakeFirst().then((row) => row !== undefined);
      found.catch(() => (this.#any = undefined));
      this.#any = { at: now, found };
    }
    return this.#any.found;
  }

  async list(tenantId: number): Promise<Platform[]> {
    return (await this.#db.selectFrom('lti_platforms').selectAll().where('tenant_id', '=', tenantId).orderBy('name').execute()).map(toPlatform);
  }

  /** By name or id. @throws ServerError `not-found` */
  async get(tenantId: number, named: string): Promise<Platform> {
    const row = named.includes('\u0000') ? undefined : await this.#db.selectFrom('lti_platforms').selectAll().where('tenant_id', '=', tenantId)
      .where((where) => where.or([where('name', '=', named), ...(UUID.test(named) ? [where('id', '=', named)] : [])])).executeTakeFirst();
    if (!row) throw new ServerError('not-found', 'There is no such platform.', { field: 'platform' });
    return toPlatform(row);
  }

  /** Of whatever tenant that is not suspended. */
  async byId(id: string): Promise<Platform | undefined> {
    const row = UUID.test(id) ? await this.#db.selectFrom('lti_platforms as p').innerJoin('tenants', 'tenants.id', 'p.tenant_id').selectAll('p').where('p.id', '=', id).where('suspended_at', 'is', null).executeTakeFirst() : undefined;
    return row && toPlatform(row);
  }

  /** Whom a login is from: by issuer and, where it is said, client (Security Framework 1.1, 5.1.1.1). Several are found where an issuer has many clients and does not say. */
  async byIssuer(issuer: string, clientId: string | undefined): Promise<Platform[]> {
    if (`${issuer}${clientId ?? ''}`.includes('\u0000')) return [];
    const rows = await this.#db.selectFrom('lti_platforms as p').innerJoin('tenants', 'tenants.id', 'p.tenant_id').selectAll('p').where('issuer', '=', issuer).where('suspended_at', 'is', null)
      .$if(clientId !== undefined, (query) => query.where('client_id', '=', clientId!)).limit(2).execute();
    return rows.map(toPlatform);
  }

  /** @throws ServerError `not-found` */
  async change(tenantId: number, named: string, { deployments }: Pick<Platform, 'deployments'>, by: string): Promise<Platform> {
    const { id } = await this.get(tenantId, named);
    await this.#db.transaction().execute(async (tx) => {
      await tx.updateTable('lti_platforms').set({ deployments: [...new Set(deployments)] }).where('id', '=', id).execute();
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-platform.change', subject: id, details: { deployments } });
    });
    return this.get(tenantId, id);
  }

  /** With the places its learners came from and scores that wait; what was recorded stays. @throws ServerError `not-found` */
  async remove(tenantId: number, named: string, by: string): Promise<Platform> {
    const platform = await this.get(tenantId, named);
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('lti_platforms').where('id', '=', platform.id).execute();
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-platform.remove', subject: platform.id, details: { name: platform.name, issuer: platform.issuer } });
    });
    return platform;
  }
}

function toPlatform(row: Selectable<LtiPlatformsTable>): Platform {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    deployments: row.deployments,
    authorizationUrl: row.authorization_url,
    tokenUrl: row.token_url,
    tokenAudience: row.token_audience ?? undefined,
    jwksUrl: row.jwks_url,
    createdAt: row.created_at.toISOString(),
  };
}
