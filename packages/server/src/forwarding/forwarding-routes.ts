import { Hono, type Context } from 'hono';
import { sql } from 'kysely';
import { recordAudit, type AuditAction } from '../audit/audit.js';
import type { Authenticator } from '../auth/authenticate.js';
import { requireAdmin, type KeyPrincipal } from '../auth/principal.js';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import { readShape } from '../http/read-shape.js';
import { formatMicros } from '../lrs/timestamp.js';
import type { EndpointGuard } from './endpoint-guard.js';
import type { ForwardingTarget, TargetAuth } from './target.js';
import { addSchema, changeSchema, readFrom, type AddTarget } from './target-schema.js';
import type { TargetStore } from './target-store.js';
import { viewOf } from './target-view.js';

export interface ForwardingServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly authenticate: Authenticator;
  readonly targets: TargetStore;
  readonly guard: EndpointGuard;
  /** Told after a change that gives the forwarder something to do. */
  readonly nudge: () => void;
}

const PAGE = 100;

type ForwardingAct = AuditAction extends infer Action ? (Action extends `forwarding.${infer Act}` ? Act : never) : never;

/** `/forwarding`: where an administrator says which other LRSs get this tenant's statements, and sees how they do. */
export function forwardingRoutes(services: ForwardingServices): Hono {
  const { config, db, authenticate, targets, guard, nudge } = services;
  const app = new Hono();
  const admin = async (c: Context): Promise<KeyPrincipal> => requireAdmin(await authenticate(c));
  const shown = async (c: Context, target: ForwardingTarget, status: 200 | 201 = 200): Promise<Response> => c.json(await viewOf(db, target), status, { 'Cache-Control': 'no-store' });
  const find = async ({ tenantId }: KeyPrincipal, idOrName: string): Promise<ForwardingTarget> => {
    const target = await targets.find(tenantId, idOrName);
    if (!target) throw new ServerError('not-found', 'There is no such target.', { field: 'id' });
    return target;
  };
  const audit = async ({ tenantId, key }: KeyPrincipal, action: ForwardingAct, { id, name }: ForwardingTarget, details: object = {}): Promise<void> => {
    await recordAudit(db, tenantId, { actor: key, action: `forwarding.${action}`, subject: id, details: { name, ...details } });
  };

  app.get('/', async (c) => {
    const { tenantId } = await admin(c);
    return c.json({ targets: await Promise.all((await targets.list(tenantId)).map((target) => viewOf(db, target))) }, 200, { 'Cache-Control': 'no-store' });
  });

  app.post('/', async (c) => {
    const principal = await admin(c);
    const { name, endpoint, auth, version = '1.0.3', filter = {}, pseudonyms, attachments, paused, from = 'now' } = readShape(addSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const target = await targets.add(principal.tenantId, {
      name, endpoint: guard.check(endpoint), version, filter, ...credentials(auth), ...splitSalt(pseudonyms ?? undefined),
      // What is attached may name anybody: with pseudonyms it goes along only where somebody says so.
      attachments: attachments ?? !pseudonyms,
      cursor: readFrom(from) ?? (await lastSeq(db, principal.tenantId)),
      ...(paused ? { paused: 'by-hand' } : {}),
    });
    await audit(principal, 'add', target, { endpoint: target.endpoint, pseudonyms: target.pseudonyms !== undefined, from });
    nudge();
    return shown(c, target, 201);
  });

  app.get('/:id', async (c) => shown(c, await find(await admin(c), c.req.param('id'))));

  app.patch('/:id', async (c) => {
    const principal = await admin(c);
    const { auth, pseudonyms, from, endpoint, paused, ...rest } = readShape(changeSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const target = await find(principal, c.req.param('id'));
    const address = endpoint === undefined ? undefined : guard.check(endpoint);
    // Else whoever may change a target could have the credentials sent to a server of their own.
    if (address !== undefined && !auth && new URL(address).origin !== new URL(target.endpoint).origin) {
      throw new ServerError('body-invalid', 'Another host needs its own credentials: give "auth" with it.', { field: 'auth' });
    }
    const changed = await targets.change(target, {
      ...rest,
      ...(address === undefined ? {} : { endpoint: address }),
      ...(auth ? credentials(auth) : {}),
      ...(pseudonyms === undefined ? {} : pseudonyms === null ? { pseudonyms } : splitSalt(pseudonyms)),
      ...(from === undefined ? {} : { cursor: readFrom(from) ?? (await lastSeq(db, principal.tenantId)) }),
      ...(paused === undefined ? {} : { paused: paused ? 'by-hand' : null }),
      // As in a new target: with pseudonyms, files go along only where somebody says so.
      ...(pseudonyms && !target.pseudonyms && rest.attachments === undefined ? { attachments: false } : {}),
      // New credentials answer what it waits for.
      ...(auth && paused === undefined && (target.paused === 'unauthorized' || target.paused === 'secret-unreadable') ? { paused: null } : {}),
    });
    await audit(principal, 'change', changed, { changed: Object.keys({ ...rest, ...(endpoint ? { endpoint } : {}), ...(auth ? { auth } : {}), ...(pseudonyms === undefined ? {} : { pseudonyms }), ...(from ? { from } : {}), ...(paused === undefined ? {} : { paused }) }) });
    nudge();
    return shown(c, changed);
  });

  app.delete('/:id', async (c) => {
    const principal = await admin(c);
    const target = await find(principal, c.req.param('id'));
    await targets.remove(target);
    await audit(principal, 'remove', target);
    return c.body(null, 204);
  });

  for (const [action, paused] of [['pause', 'by-hand'], ['resume', null]] as const) {
    app.post(`/:id/${action}`, async (c) => {
      const principal = await admin(c);
      const target = await targets.change(await find(principal, c.req.param('id')), { paused });
      await audit(principal, action, target);
      nudge();
      return shown(c, target);
    });
  }

  /** What the target would not take, and why; `after` is the `next` of the page before. */
  app.get('/:id/set-aside', async (c) => {
    const { tenantId, id } = await find(await admin(c), c.req.param('id'));
    const after = Number(c.req.query('after') ?? 0);
    if (!Number.isSafeInteger(after)) throw new ServerError('parameter-invalid', 'This is not the "next" of a page.', { field: 'after' });
    const rows = await db.selectFrom('forwarding_set_aside').selectAll().where('tenant_id', '=', tenantId).where('target_id', '=', id).where('seq', '>', after).orderBy('seq').limit(PAGE + 1).execute();
    const statements = rows.slice(0, PAGE).map(({ statement_id, seq, reason, status, detail, retry, at }) => ({ id: statement_id, stored: formatMicros(seq), reason, status, detail, retrying: retry, at: at.toISOString() }));
    return c.json({ statements, ...(rows.length > PAGE ? { next: rows[PAGE - 1]!.seq } : {}) }, 200, { 'Cache-Control': 'no-store' });
  });

  /** Sends what was set aside once more: all of it, after what was wrong has been put right. */
  app.post('/:id/retry', async (c) => {
    const principal = await admin(c);
    const target = await find(principal, c.req.param('id'));
    const { numUpdatedRows } = await db.updateTable('forwarding_set_aside').set({ retry: true }).where('tenant_id', '=', target.tenantId).where('target_id', '=', target.id).executeTakeFirst();
    const retrying = Number(numUpdatedRows);
    await audit(principal, 'retry', target, { statements: retrying });
    nudge();
    return c.json({ retrying }, 202);
  });

  return app;
}

function credentials(auth: AddTarget['auth']): { auth: TargetAuth; secret: string } {
  return auth.type === 'bearer' ? { auth: { type: 'bearer' }, secret: auth.token } : { auth: { type: 'basic', username: auth.username }, secret: auth.password };
}

function splitSalt(given: { readonly homePage: string; readonly salt?: string | undefined } | undefined): { pseudonyms?: { homePage: string }; salt?: string } {
  if (!given) return {};
  return { pseudonyms: { homePage: given.homePage }, ...(given.salt === undefined ? {} : { salt: given.salt }) };
}

/** Whatever is stored from now on has a later number. */
async function lastSeq(db: Db, tenantId: number): Promise<number> {
  const { rows } = await sql<{ last: number }>`select coalesce(max(seq), 0) as last from statements where tenant_id = ${tenantId}`.execute(db);
  return rows[0]!.last;
}
