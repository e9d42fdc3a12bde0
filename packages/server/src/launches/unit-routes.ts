import { getUnit, type LaunchedUnitState, type Score } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { Authenticator } from '../auth/authenticate.js';
import { requireLearner } from '../auth/principal.js';
import { digestOf, newSecret, sameDigest } from '../auth/secret.js';
import { suspendedTenant } from '../auth/tenants.js';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { readJson } from '../http/body.js';
import { allowAnyOrigin } from '../http/cors.js';
import type { Origins } from '../http/origins.js';
import type { FailureLimit } from '../http/rate-limit.js';
import { readShape } from '../http/read-shape.js';
import type { StatementWriter } from '../lrs/statement-writer.js';
import { launchUnit } from './launch-unit.js';
import { isUnitSatisfied, unitOutcomes } from './satisfaction.js';
import { unitCredentials } from './unit-credentials.js';

export interface UnitServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly authenticate: Authenticator;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly courses: CourseStore;
  readonly writer: StatementWriter;
  readonly authorityHome: string;
  readonly originsOf: (request: Request) => Origins;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `/launches/units`: units that a server must launch (cmi5, Tin Can), for the learner of the token. */
export function unitRoutes(services: UnitServices): Hono {
  const { config, db, authenticate, failures, addressOf, courses, originsOf } = services;
  const app = new Hono();
  app.use(allowAnyOrigin);

  app.post('/', async (c) => {
    const learner = requireLearner(await authenticate(c));
    const { unit: unitId } = readShape(v.object({ unit: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }), await readJson(c.req.raw, config.limits.jsonBody));
    const { courseId, registration } = learner;
    if (courseId === undefined || registration === undefined) throw new ServerError('forbidden', 'This token was not launched for a course.');
    const { course } = await courses.get(courseId, learner.tenantId);
    const unit = getUnit(course, unitId);
    if (unit.kind !== 'cmi5' && unit.kind !== 'xapi') throw new ServerError('parameter-invalid', `The unit "${unitId}" is run by the player itself.`, { field: 'unit' });
    return c.json(await launchUnit(services, { learner: { ...learner, courseId, registration }, course, unit, origins: originsOf(c.req.raw) }), 201, { 'Cache-Control': 'no-store' });
  });

  app.get('/:sessionId', async (c) => {
    const learner = requireLearner(await authenticate(c));
    const sessionId = c.req.param('sessionId').toLowerCase();
    const row = UUID.test(sessionId)
      ? await db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', learner.tenantId).where('id', '=', sessionId).where('actor_key', '=', learner.actorKey).executeTakeFirst()
      : undefined;
    if (!row) throw new ServerError('not-found', 'There is no such session.', { field: 'sessionId' });
    const { course } = await courses.get(row.course_id, learner.tenantId);
    const outcomes = await unitOutcomes(db, learner.tenantId, row.registration);
    return c.json({
      initialized: row.initialized_at !== null,
      terminated: row.terminated_at !== null || row.abandoned_at !== null,
      completed: row.completed,
      satisfied: isUnitSatisfied(getUnit(course, row.unit_id), outcomes),
      ...(row.success === null ? {} : { success: row.success ? 'passed' : 'failed' }),
      ...(row.score === null ? {} : { score: JSON.parse(row.score) as Score }),
      ...(row.progress === null ? {} : { progress: row.progress }),
    } satisfies LaunchedUnitState, 200, { 'Cache-Control': 'no-store' });
  });

  // cmi5 8.2: the AU exchanges the fetch URL for its credentials, once. Faults are answered with 200 and a code (8.2.3).
  app.post('/:sessionId/fetch', async (c) => {
    const sessionId = c.req.param('sessionId').toLowerCase();
    const refuse = (code: '1' | '2' | '3', text: string): Response => c.json({ 'error-code': code, 'error-text': text }, 200, { 'Cache-Control': 'no-store' });
    const token = new URL(c.req.url).searchParams.get('token') ?? '';
    const row = UUID.test(sessionId) 
      ? await db.selectFrom('unit_sessions').innerJoin('tenants', 'tenants.id', 'unit_sessions.tenant_id').select(['tenant_id', 'fetch_hash', 'expires_at', 'suspended_at']).where('unit_sessions.id', '=', sessionId).executeTakeFirst()
      : undefined;
    if (!row?.fetch_hash || !sameDigest(row.fetch_hash, digestOf(token))) {
      failures.attempt(addressOf(c));
      return refuse('2', 'The fetch address is not one of this server’s.');
    }
    if (row.suspended_at) return refuse('2', suspendedTenant().message);
    if (row.expires_at.getTime() < Date.now()) return refuse('2', 'The session has expired; launch the unit again.');
    const secret = newSecret();
    const { numUpdatedRows } = await db.updateTable('unit_sessions').set({ fetched_at: sql<Date>`now()`, secret_hash: digestOf(secret) })
      .where('tenant_id', '=', row.tenant_id).where('id', '=', sessionId).where('fetched_at', 'is', null).executeTakeFirst();
    if (numUpdatedRows === 0n) return refuse('1', 'The authorization token was fetched already.');
    return c.json({ 'auth-token': unitCredentials(row.tenant_id, sessionId, secret) }, 200, { 'Cache-Control': 'no-store' });
  });

  return app;
}
