import { Hono } from 'hono';
import * as v from 'valibot';
import type { Authenticator } from '../auth/authenticate.js';
import { requireAdmin, requireLearner } from '../auth/principal.js';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { readJson } from '../http/body.js';
import { allowAnyOrigin } from '../http/cors.js';
import { readShape } from '../http/read-shape.js';
import { acceptedLanguages } from '../lrs/statement-format.js';
import { learnerSchema } from '../launches/launch-routes.js';
import type { StatementWriter } from '../lrs/statement-writer.js';
import { confer, revoke } from './conferrals.js';
import { buildLedger } from './ledger.js';

export interface CreditServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly authenticate: Authenticator;
  readonly writer: StatementWriter;
  readonly courses: CourseStore;
  readonly authorityHome: string;
}

const words = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000));

const conferralSchema = v.object({
  policy: words,
  learner: learnerSchema,
  /** Who confers. Absent: the policy's institution. */
  by: v.optional(v.object({ name: v.union([words, v.record(v.string(), words)]) })),
});

/** `/credits`: a learner's ledger. `/credits/conferrals`: what only the institution's server does. */
export function creditRoutes(services: CreditServices): Hono {
  const { config, db, authenticate } = services;
  const app = new Hono();
  app.use(allowAnyOrigin);

  app.get('/', async (c) => {
    const { tenantId, actor } = requireLearner(await authenticate(c));
    return c.json(await buildLedger(db, tenantId, actor, acceptedLanguages(c.req.header('accept-language'))), 200, { 'Cache-Control': 'no-store' });
  });

  app.post('/conferrals', async (c) => {
    const principal = requireAdmin(await authenticate(c));
    const { policy, learner: account, by } = readShape(conferralSchema, await readJson(c.req.raw, config.limits.jsonBody));
    return c.json(await confer(services, principal, { policyId: policy, actor: { objectType: 'Agent', account }, by }), 201);
  });

  app.post('/conferrals/:id/revoke', async (c) => {
    const principal = requireAdmin(await authenticate(c));
    const { reason } = readShape(v.object({ reason: words }), await readJson(c.req.raw, config.limits.jsonBody));
    return c.json(await revoke(services, principal, c.req.param('id'), reason));
  });

  return app;
}
