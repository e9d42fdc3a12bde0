import { Hono } from 'hono';
import * as v from 'valibot';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import { readShape } from '../http/read-shape.js';
import type { KeyServices } from './key-routes.js';
import { requireKey } from './principal.js';
import { createTenant, createTenantKey, listTenants, setSuspended } from './tenants.js';

const tenantSchema = v.strictObject({ name: v.pipe(v.string(), v.regex(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._ -]{0,99}$/u, 'must be 1 to 100 letters, digits, spaces, dots, hyphens or underscores')) });

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** `/tenants`: for the administrator of the installation alone. */
export function tenantRoutes({ config, db, authenticate }: KeyServices): Hono {
  const app = new Hono();

  app.get('/', async (c) => {
    requireKey(await authenticate(c), 'installation');
    return c.json({ tenants: await listTenants(db) }, 200, FRESH);
  });

  app.post('/', async (c) => {
    const by = requireKey(await authenticate(c), 'installation');
    const { name } = readShape(tenantSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const { tenant, key } = await createTenant(db, by, name);
    return c.json({ ...tenant, key }, 201, FRESH);
  });

  app.post('/:id/keys', async (c) => {
    const by = requireKey(await authenticate(c), 'installation');
    return c.json(await createTenantKey(db, by, idOf(c.req.param('id'))), 201, FRESH);
  });

  for (const [act, suspend] of [['suspend', true], ['resume', false]] as const) {
    app.post(`/:id/${act}`, async (c) => {
      const by = requireKey(await authenticate(c), 'installation');
      return c.json(await setSuspended(db, by, idOf(c.req.param('id')), suspend), 200, FRESH);
    });
  }

  return app;
}

function idOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ServerError('not-found', 'There is no such tenant.', { field: 'id' });
  return Number(text);
}
