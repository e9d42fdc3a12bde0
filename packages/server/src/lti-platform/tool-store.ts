import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, importSPKI, type JSONWebKeySet } from 'jose';
import type { Selectable } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { ALGORITHM } from './platform-keys.js';
import type { ToolScope } from './lti-terms.js';
import type { PlatformToolsTable } from './tables.js';
import { originsOfTool, type Tool } from './tool.js';
import type { AddTool, EditTool } from './tool-schemas.js';

/** PostgreSQL's unique_violation: two administrators give two tools one name at once. */
const UNIQUE = '23505';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The tools of all tenants. */
export class ToolStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** @throws ServerError `conflict` when the name is taken, `body-invalid` for a key that is none */
  async add(tenantId: number, { name, loginUrl, redirectUris, targetLinkUri, jwksUrl, jwks, publicKey, scopes, identity }: AddTool, by: string): Promise<Tool> {
    const keys = publicKey === undefined ? jwks : await readPem(publicKey);
    return this.#db.transaction().execute(async (tx) => {
      const row = await tx.insertInto('platform_tools').values({
        id: randomUUID(), tenant_id: tenantId, name, client_id: randomBytes(15).toString('base64url'), deployment_id: randomBytes(6).toString('base64url'),
        login_url: loginUrl, redirect_uris: [...redirectUris], target_link_uri: targetLinkUri ?? null, jwks_url: jwksUrl ?? null, jwks: keys ? JSON.stringify(keys) : null,
        scopes: [...scopes], identity, created_by: by,
      }).onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()).returningAll().executeTakeFirst();
      if (!row) throw new ServerError('conflict', `There is a tool "${name}" already.`, { field: 'name' });
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-tool.add', subject: row.id, details: { name, clientId: row.client_id, scopes, identity } });
      return toTool(row);
    });
  }

  async list(tenantId: number): Promise<Tool[]> {
    return (await this.#db.selectFrom('platform_tools').selectAll().where('tenant_id', '=', tenantId).orderBy('name').execute()).map(toTool);
  }

  /** By name, `client_id` or id. */
  async find(tenantId: number, named: string): Promise<Tool | undefined> {
    if (named.includes('\u0000')) return undefined;
    const row = await this.#db.selectFrom('platform_tools').selectAll().where('tenant_id', '=', tenantId)
      .where((where) => where.or([where('name', '=', named), where('client_id', '=', named), ...(UUID.test(named) ? [where('id', '=', named)] : [])])).orderBy('created_at').executeTakeFirst();
    return row && toTool(row);
  }

  /** Of whatever tenant that is not suspended: what tools say of themselves. */
  async byClientId(clientId: string): Promise<Tool | undefined> {
    if (clientId.includes('\u0000')) return undefined;
    const row = await this.#db.selectFrom('platform_tools as t').innerJoin('tenants', 'tenants.id', 't.tenant_id').selectAll('t').where('client_id', '=', clientId).where('suspended_at', 'is', null).executeTakeFirst();
    return row && toTool(row);
  }

  /** As `byClientId`. */
  async byId(id: string): Promise<Tool | undefined> {
    const row = await this.#db.selectFrom('platform_tools as t').innerJoin('tenants', 'tenants.id', 't.tenant_id').selectAll('t').where('t.id', '=', id).where('suspended_at', 'is', null).executeTakeFirst();
    return row && toTool(row);
  }

  /** The tool whose pages an address is one of; of several, the one whose own address it continues the furthest. */
  async byAddress(tenantId: number, address: string): Promise<Tool | undefined> {
    const { origin } = new URL(address);
    const shared = ({ targetLinkUri }: Tool): number => (targetLinkUri !== undefined && address.startsWith(targetLinkUri.replace(/[?#].*$/, '')) ? targetLinkUri.length : 0);
    return (await this.list(tenantId)).filter((tool) => originsOfTool(tool).includes(origin)).sort((a, b) => shared(b) - shared(a))[0];
  }

  /**
   * Changes what is there of a tool; its ids stay, so that its own settings need not be touched.
   * @throws ServerError `not-found`, `conflict` when the name is taken, `body-invalid` for a key that is none
   */
  async edit(tenantId: number, named: string, { name, loginUrl, redirectUris, targetLinkUri, jwksUrl, jwks, publicKey, scopes, identity }: EditTool, by: string): Promise<Tool> {
    const keys = publicKey === undefined ? jwks : await readPem(publicKey);
    const tool = await this.find(tenantId, named);
    if (!tool) throw new ServerError('not-found', 'There is no such tool.', { field: 'tool' });
    const set = {
      ...(name === undefined ? {} : { name }),
      ...(loginUrl === undefined ? {} : { login_url: loginUrl }),
      ...(redirectUris === undefined ? {} : { redirect_uris: [...redirectUris] }),
      ...(targetLinkUri === undefined ? {} : { target_link_uri: targetLinkUri }),
      ...(jwksUrl === undefined ? {} : { jwks_url: jwksUrl, jwks: null }),
      ...(keys === undefined ? {} : { jwks_url: null, jwks: JSON.stringify(keys) }),
      ...(scopes === undefined ? {} : { scopes: [...scopes] }),
      ...(identity === undefined ? {} : { identity }),
    };
    // Addresses and rights for the audit; of keys, that they are others.
    const given = { name, loginUrl, redirectUris, targetLinkUri, jwksUrl, scopes, identity, ...(keys === undefined ? {} : { keys: 'replaced' }) };
    const details = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return this.#db.transaction().execute(async (tx) => {
      const taken = name === undefined ? undefined : await tx.selectFrom('platform_tools').select('id').where('tenant_id', '=', tenantId).where('name', '=', name).where('id', '<>', tool.id).executeTakeFirst();
      const conflict = (cause?: unknown): ServerError => new ServerError('conflict', `There is a tool "${name}" already.`, { field: 'name', ...(cause === undefined ? {} : { cause }) });
      if (taken) throw conflict();
      const row = await tx.updateTable('platform_tools').set(set).where('id', '=', tool.id).where('tenant_id', '=', tenantId).returningAll().executeTakeFirst().catch((error: unknown) => {
        throw (error as { readonly code?: string }).code === UNIQUE ? conflict(error) : error;
      });
      if (!row) throw new ServerError('not-found', 'There is no such tool.', { field: 'tool' });
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-tool.edit', subject: tool.id, details: { tool: tool.name, ...details } });
      return toTool(row);
    });
  }

  /** With what it knew of learners: scores that were recorded stay. @throws ServerError `not-found` */
  async remove(tenantId: number, named: string, by: string): Promise<Tool> {
    const tool = await this.find(tenantId, named);
    if (!tool) throw new ServerError('not-found', 'There is no such tool.', { field: 'tool' });
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('platform_tools').where('id', '=', tool.id).where('tenant_id', '=', tenantId).execute();
      await recordAudit(tx, tenantId, { actor: by, action: 'lti-tool.remove', subject: tool.id, details: { name: tool.name, clientId: tool.clientId } });
    });
    return tool;
  }
}

async function readPem(pem: string): Promise<JSONWebKeySet> {
  try {
    const { kty, n, e } = await exportJWK(await importSPKI(pem, ALGORITHM, { extractable: true }));
    if (kty !== 'RSA' || n === undefined || e === undefined) throw new TypeError('no RSA key');
    return { keys: [{ kty, n, e }] };
  } catch (cause) {
    throw new ServerError('body-invalid', 'The key is no RSA public key in PEM (-----BEGIN PUBLIC KEY-----).', { field: 'publicKey', cause });
  }
}

function toTool(row: Selectable<PlatformToolsTable>): Tool {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    clientId: row.client_id,
    deploymentId: row.deployment_id,
    loginUrl: row.login_url,
    redirectUris: row.redirect_uris,
    targetLinkUri: row.target_link_uri ?? undefined,
    jwksUrl: row.jwks_url ?? undefined,
    jwks: row.jwks === null ? undefined : (JSON.parse(row.jwks) as JSONWebKeySet),
    scopes: row.scopes as ToolScope[],
    identity: row.identity,
    createdAt: row.created_at.toISOString(),
  };
}
