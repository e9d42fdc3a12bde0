import { Hono } from 'hono';
import { verifyToken } from '../auth/authenticate.js';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import { readOutcome } from './outcome.js';
import type { LtiToolServices } from './services.js';

/** `POST /lti/outcome`: what a learner's page says has come of it. By the page's own token, so nobody tells another's. */
export function outcomeRoutes({ config, db, tokens, failures, addressOf, gradebook }: LtiToolServices): Hono {
  const app = new Hono();
  app.post('/outcome', async (c) => {
    const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const { tenantId, registration, launchMode } = await verifyToken(tokens, failures, token, ['lrs'], addressOf(c));
    if (registration === undefined || launchMode !== 'Normal') throw new ServerError('forbidden', 'The token is for looking, or names no registration.', { field: 'Authorization' });
    const { unitId, ...outcome } = readOutcome(await readJson(c.req.raw, config.limits.jsonBody));
    const link = await db.selectFrom('lti_links').select(['tenant_id', 'registration']).where('tenant_id', '=', tenantId).where('registration', '=', registration).executeTakeFirst();
    if (!link) throw new ServerError('forbidden', 'The registration was not launched by a platform.', { field: 'Authorization' });
    // Gradebooks have one column for what was launched; what its units came to, the record store has.
    if (unitId === undefined) await gradebook.report(link, outcome);
    return c.body(null, 204);
  });
  return app;
}
