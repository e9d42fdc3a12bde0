import type { Agent } from '@lectern/core';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { verifyToken, type Authenticator } from '../auth/authenticate.js';
import { requireKey } from '../auth/principal.js';
import { requireOpenTenant } from '../auth/tenants.js';
import type { LearnerTokens } from '../auth/tokens.js';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { readBody, readJson, parseJson } from '../http/body.js';
import { allowAnyOrigin } from '../http/cors.js';
import type { Origins } from '../http/origins.js';
import type { FailureLimit } from '../http/rate-limit.js';
import { readShape } from '../http/read-shape.js';
import type { StatementWriter } from '../lrs/statement-writer.js';
import { makeGrant } from './grant.js';
import { ensureRegistration } from './registrations.js';
import { evaluateRegistration } from './satisfaction.js';

export interface LaunchServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly tokens: LearnerTokens;
  readonly authenticate: Authenticator;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly courses: CourseStore;
  readonly originsOf: (request: Request) => Origins;
  readonly writer: StatementWriter;
  readonly authorityHome: string;
  /** Whether a registration's outcomes go to a platform's gradebook. */
  readonly reports: (tenantId: number, registration: string | undefined) => Promise<boolean>;
}

export const httpUrl = v.pipe(v.string(), v.url(), v.check((text) => /^https?:/.test(text), 'must be an http(s) URL'));

/** An account by itself, or the xAPI Agent around it. */
const accountOf = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'account' in value ? value.account : value);

const account = v.object({ homePage: httpUrl, name: v.pipe(v.string(), v.minLength(1), v.maxLength(500)) });

/** cmi5 9.2: an account with an opaque name; by itself, or as the Agent it makes. */
export const learnerSchema = v.pipe(
  v.unknown(),
  v.transform((value) => (typeof value === 'object' && value !== null && 'account' in value ? value.account : value)),
  account,
);

const launchSchema = v.object({
  course: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  /** cmi5 9.2: an account, with an opaque name. */
  learner: v.pipe(v.unknown(), v.transform(accountOf), v.object({ homePage: httpUrl, name: v.pipe(v.string(), v.minLength(1), v.maxLength(500)) })),
  registration: v.optional(v.pipe(v.string(), v.uuid())),
  returnUrl: v.optional(httpUrl),
  launchMode: v.optional(v.picklist(['Normal', 'Browse', 'Review'])),
});

/** `POST /launches`: a host's backend starts a learner's session. `POST /launches/token`: the launched page asks for its next token. */
export function launchRoutes(services: LaunchServices): Hono {
  const { config, db, tokens, authenticate, failures, addressOf, courses, originsOf } = services;
  const app = new Hono();
  app.use(allowAnyOrigin);

  app.post('/', async (c) => {
    const principal = requireKey(await authenticate(c), 'launch');
    const { course: courseId, learner, registration: wanted, returnUrl, launchMode = 'Normal' } = readShape(launchSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const { tenantId } = principal;
    await courses.get(courseId, tenantId);
    const actor: Agent = { objectType: 'Agent', account: learner };
    const registration = await ensureRegistration(db, { tenantId, actor, courseId, launchMode, registration: wanted, returnUrl, by: principal.key });
    await evaluateRegistration(services, { tenant_id: tenantId, registration, course_id: courseId, actor: JSON.stringify(actor) });
    const claims = { tenantId, actor, registration, courseId, launchMode, returnUrl };
    const origins = originsOf(c.req.raw);
    const launch = await tokens.issue('launch', claims);
    // The fragment: it is never sent, so no log along the way ever has it.
    return c.json({ url: `${origins.public}/play/${encodeURIComponent(courseId)}#launch=${launch.token}`, ...(await makeGrant(tokens, claims, origins)) }, 201);
  });

  app.post('/token', async (c) => {
    const token = await launchTokenOf(c.req.raw, config.limits.jsonBody);
    const claims = await verifyToken(tokens, failures, token, ['launch'], addressOf(c));
    await requireOpenTenant(db, claims.tenantId);
    if (claims.courseId !== undefined) await courses.get(claims.courseId, claims.tenantId);
    const origins = originsOf(c.req.raw);
    const outcomesUrl = claims.launchMode === 'Normal' && (await services.reports(claims.tenantId, claims.registration)) ? `${origins.public}/lti/outcome` : undefined;
    return c.json(await makeGrant(tokens, claims, origins, outcomesUrl), 200, { 'Cache-Control': 'no-store' });
  });

  return app;
}

/** In the `Authorization` header, or as `{launch}` in the body. */
async function launchTokenOf(request: Request, limit: number): Promise<string> {
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (bearer) return bearer;
  const text = new TextDecoder().decode(await readBody(request, limit));
  if (text === '') throw new ServerError('unauthorized', 'The launch’s token is missing.', { field: 'Authorization' });
  return readShape(v.object({ launch: v.pipe(v.string(), v.minLength(1)) }), parseJson(text)).launch;
}
