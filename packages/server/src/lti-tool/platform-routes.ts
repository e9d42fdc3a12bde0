import { randomBytes } from 'node:crypto';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { recordAudit } from '../audit/audit.js';
import { requireAdmin } from '../auth/principal.js';
import { digestOf } from '../auth/secret.js';
import { readJson } from '../http/body.js';
import { readShape } from '../http/read-shape.js';
import { createAddressRules } from '../lti-platform/tool-address.js';
import { toolAddresses } from './addresses.js';
import type { Platform } from './platform.js';
import { addPlatformSchema, changePlatformSchema } from './platform-schemas.js';
import type { LtiToolServices } from './services.js';
import { toolConfiguration } from './tool-configuration.js';

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** Seconds that an invitation is good for. */
const INVITATION = 7 * 86_400;

const inviteSchema = v.strictObject({ name: addPlatformSchema.entries.name });

/** `/lti/platforms`: the platforms that may launch a tenant's courses, and what each is to be told of this tool. */
export function platformRoutes({ config, db, authenticate, originsOf, platforms }: LtiToolServices): Hono {
  const app = new Hono();
  const rules = createAddressRules(config);
  const view = (c: Context, { tenantId: _, ...platform }: Platform): object => ({ ...platform, tool: toolAddresses(originsOf(c.req.raw)) });

  app.post('/platforms', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const draft = readShape(addPlatformSchema, await readJson(c.req.raw, config.limits.jsonBody));
    rules.checkPage(draft.authorizationUrl, 'authorizationUrl');
    rules.checkKeys(draft.tokenUrl, 'tokenUrl');
    rules.checkKeys(draft.jwksUrl, 'jwksUrl');
    return c.json(view(c, await platforms.add(tenantId, draft, key)), 201, FRESH);
  });

  app.get('/platforms', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    return c.json({ platforms: (await platforms.list(tenantId)).map((platform) => view(c, platform)) }, 200, FRESH);
  });

  app.get('/platforms/:platform', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    const platform = await platforms.get(tenantId, c.req.param('platform'));
    const scores = await db.selectFrom('lti_links as l').leftJoin('lti_scores as s', (join) => join.onRef('s.tenant_id', '=', 'l.tenant_id').onRef('s.registration', '=', 'l.registration'))
      .select((count) => [count.fn.countAll<string>().as('learners'), count.fn.count<string>('s.due_at').as('waiting'), count.fn.count<string>('s.problem').as('troubled'), count.fn.max('s.problem').as('problem')])
      .where('l.platform_id', '=', platform.id).executeTakeFirstOrThrow();
    const { learners, waiting, troubled, problem } = scores;
    return c.json({ ...view(c, platform), learners: Number(learners), scores: { waiting: Number(waiting), troubled: Number(troubled), ...(problem === null ? {} : { problem }) } }, 200, FRESH);
  });

  app.patch('/platforms/:platform', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const changes = readShape(changePlatformSchema, await readJson(c.req.raw, config.limits.jsonBody));
    return c.json(view(c, await platforms.change(tenantId, c.req.param('platform'), changes, key)), 200, FRESH);
  });

  app.delete('/platforms/:platform', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    await platforms.remove(tenantId, c.req.param('platform'), key);
    return c.body(null, 204);
  });

  /** An address that a platform's administrator pastes, by which it registers itself, once. */
  app.post('/invitations', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const { name } = readShape(inviteSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const secret = randomBytes(24).toString('base64url');
    const expires = new Date(Date.now() + INVITATION * 1000);
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom('lti_invitations').where('expires_at', '<', new Date()).execute();
      await tx.insertInto('lti_invitations').values({ digest: digestOf(secret), tenant_id: tenantId, name, created_by: key, expires_at: expires }).execute();
      await recordAudit(tx, tenantId, { actor: key, action: 'lti-platform.invite', subject: name });
    });
    return c.json({ url: `${toolAddresses(originsOf(c.req.raw)).register}?invitation=${secret}`, expires: expires.toISOString() }, 201, FRESH);
  });

  /** For platforms that are set up by a file (Canvas). */
  app.get('/configuration.json', (c) => c.json(toolConfiguration(originsOf(c.req.raw)), 200, { 'Cache-Control': 'no-cache' }));

  return app;
}
