import type { Agent, OutcomeReport, Text } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { verifyToken, type Authenticator } from '../auth/authenticate.js';
import { requireAdmin } from '../auth/principal.js';
import { requireOpenTenant } from '../auth/tenants.js';
import type { LearnerTokens } from '../auth/tokens.js';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import type { Origins } from '../http/origins.js';
import type { FailureLimit } from '../http/rate-limit.js';
import { readShape } from '../http/read-shape.js';
import { makeGrant } from '../launches/grant.js';
import { ensureRegistration } from '../launches/registrations.js';
import { changeSchema, createSchema, launchSchema, outcomeSchema, PSEUDONYM } from './dispatch-schemas.js';
import type { Dispatch, DispatchStore } from './dispatch-store.js';

export interface DispatchServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly tokens: LearnerTokens;
  readonly authenticate: Authenticator;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly courses: CourseStore;
  readonly originsOf: (request: Request) => Origins;
  readonly authorityHome: string;
  readonly dispatches: DispatchStore;
}

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** `/dispatches`: an administrator's licences for other institutions, and what came of them. */
export function dispatchRoutes({ config, authenticate, courses, originsOf, dispatches }: DispatchServices): Hono {
  const app = new Hono();

  const view = async (c: Context, dispatch: Dispatch): Promise<object> => {
    const { public: to } = originsOf(c.req.raw);
    const { course } = await courses.get(dispatch.courseId);
    return { ...dispatch, title: course.title as Text, language: course.language, to, url: `${to}/dispatch/${dispatch.id}` };
  };

  app.post('/', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const { course, ...licence } = readShape(createSchema, await readJson(c.req.raw, config.limits.jsonBody));
    await courses.get(course, tenantId);
    return c.json(await view(c, await dispatches.create(tenantId, course, licence, key)), 201, FRESH);
  });

  app.get('/', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    const found = await dispatches.list(tenantId, c.req.query('institution'));
    return c.json({ dispatches: await Promise.all(found.map((dispatch) => view(c, dispatch))) }, 200, FRESH);
  });

  app.get('/:id', async (c) => {
    const { tenantId } = requireAdmin(await authenticate(c));
    const dispatch = await dispatches.get(c.req.param('id'), tenantId);
    return c.json({ ...(await view(c, dispatch)), learners: await dispatches.seats(dispatch.id) }, 200, FRESH);
  });

  app.patch('/:id', async (c) => {
    const { tenantId, key } = requireAdmin(await authenticate(c));
    const changes = readShape(changeSchema, await readJson(c.req.raw, config.limits.jsonBody));
    return c.json(await view(c, await dispatches.change(tenantId, c.req.param('id'), changes as Parameters<DispatchStore['change']>[2], key)), 200, FRESH);
  });

  return app;
}

/** `/dispatch/:id/…`: what the page in another LMS's frame asks. Whoever has the id may launch; what they launch is held to the licence. */
export function dispatchedRoutes(services: DispatchServices): Hono {
  const { config, db, tokens, failures, addressOf, courses, originsOf, authorityHome, dispatches } = services;
  const app = new Hono();

  app.post('/:id/launch', async (c) => {
    const { learner, launchMode } = readShape(launchSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const dispatch = await dispatches.get(c.req.param('id'));
    const { tenantId, courseId, institution } = dispatch;
    await requireOpenTenant(db, tenantId);
    if (dispatch.identity !== 'account' && !PSEUDONYM.test(learner)) throw new ServerError('body-invalid', 'Under this licence learners are named by pseudonyms only: 64 hexadecimal digits.', { field: 'learner' });
    const { course } = await courses.get(courseId, tenantId);
    const { registration } = await dispatches.seat(dispatch.id, learner, launchMode);
    // Of the institution and not of the dispatch, whose id is as good as a key.
    const actor: Agent = { objectType: 'Agent', account: { homePage: `${authorityHome}/institutions/${encodeURIComponent(institution)}`, name: learner } };
    await ensureRegistration(db, { tenantId, actor, courseId, launchMode, registration });
    const claims = { tenantId, actor, registration, courseId, launchMode };
    const origins = originsOf(c.req.raw);
    const launch = await tokens.issue('launch', claims);
    return c.json({ ...(await makeGrant(tokens, claims, origins)), launch: launch.token, course: `${origins.public}/courses/${encodeURIComponent(courseId)}/course.json`, title: course.title }, 201, FRESH);
  });

  app.post('/:id/outcome', async (c) => {
    const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const { registration } = await verifyToken(tokens, failures, token, ['lrs'], addressOf(c));
    if (registration === undefined) throw new ServerError('forbidden', 'The token names no registration.', { field: 'Authorization' });
    const outcome = readShape(outcomeSchema, await readJson(c.req.raw, config.limits.jsonBody)) as OutcomeReport;
    if (outcome.unitId === undefined) await dispatches.outcome(c.req.param('id'), registration, outcome);
    return c.body(null, 204);
  });

  return app;
}
