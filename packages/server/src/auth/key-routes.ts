import { Hono } from 'hono';
import * as v from 'valibot';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import { readBody, parseJson, readJson } from '../http/body.js';
import { readShape } from '../http/read-shape.js';
import { createKey, listKeys, revokeKey, rotateKey } from './api-keys.js';
import type { Authenticator } from './authenticate.js';
import { requireAdmin, SCOPES } from './principal.js';

export interface KeyServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly authenticate: Authenticator;
}

/** Seconds that an old secret stays good, unless the rotation says otherwise: a day to bring the new one out. */
const OVERLAP = 24 * 3_600;
const LONGEST_OVERLAP = 30 * 24 * 3_600;

const keySchema = v.strictObject({
  scopes: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1), v.maxLength(SCOPES.length)),
  // eslint-disable-next-line no-control-regex -- what is printed in a terminal holds no control characters
  label: v.optional(v.pipe(v.string(), v.maxLength(200), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'))),
  expiresAt: v.optional(v.pipe(
    v.string(), v.isoTimestamp(), v.transform((text) => new Date(text)), v.check((at) => at.getTime() > Date.now(), 'must be in the future'),
  )),
});

const rotationSchema = v.strictObject({ overlapSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LONGEST_OVERLAP)), OVERLAP) });

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** `/keys`: the keys of the tenant that the administrator's key belongs to. */
export function keyRoutes({ config, db, authenticate }: KeyServices): Hono {
  const app = new Hono();

  app.get('/', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    return c.json({ keys: await listKeys(db, tenantId) }, 200, FRESH);
  });

  app.post('/', async (c) => {
    const by = requireAdmin(await authenticate(c));
    return c.json(await createKey(db, by, readShape(keySchema, await readJson(c.req.raw, config.limits.jsonBody))), 201, FRESH);
  });

  app.post('/:key/rotate', async (c) => {
    const by = requireAdmin(await authenticate(c));
    const text = new TextDecoder().decode(await readBody(c.req.raw, config.limits.jsonBody));
    const { overlapSeconds } = readShape(rotationSchema, text === '' ? {} : parseJson(text));
    return c.json(await rotateKey(db, by, c.req.param('key'), overlapSeconds), 200, FRESH);
  });

  app.delete('/:key', async (c) => {
    const by = requireAdmin(await authenticate(c));
    await revokeKey(db, by, c.req.param('key'));
    return c.body(null, 204);
  });

  return app;
}
