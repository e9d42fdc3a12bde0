import { getUnit, isLaunchedUnit, listUnits, type LaunchProblem, type LaunchedUnitState, type Score, type UnitOutcome } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { sql } from 'kysely';
import * as v from 'valibot';
import { recordAudit } from '../audit/audit.js';
import type { Authenticator } from '../auth/authenticate.js';
import { requireKey, requireLearner } from '../auth/principal.js';
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
import type { Log } from '../log.js';
import type { LtiPlatform } from '../lti-platform/lti-platform.js';
import type { StatementWriter } from '../lrs/statement-writer.js';
import { abandonSession } from './abandon-session.js';
import { httpUrl } from './launch-routes.js';
import { launchUnit } from './launch-unit.js';
import { isUnitSatisfied, unitOutcomes } from './satisfaction.js';
import { unitCredentials } from './unit-credentials.js';
import { waiveUnit } from './waive-unit.js';

export interface UnitServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly log: Log;
  readonly authenticate: Authenticator;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly courses: CourseStore;
  readonly writer: StatementWriter;
  readonly authorityHome: string;
  readonly originsOf: (request: Request) => Origins;
  readonly ltiPlatform: LtiPlatform;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const unitId = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const launchSchema = v.object({ unit: unitId, returnUrl: v.optional(httpUrl), embedded: v.optional(v.boolean()), ownWindow: v.optional(v.boolean()) });
const waiverSchema = v.object({
  registration: v.pipe(v.string(), v.uuid(), v.toLowerCase()),
  unit: unitId,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)),
});

const NO_STORE = { 'Cache-Control': 'no-store' };

/** What a learner has come to in a unit, over all of its sessions in the registration. */
const summaryOf = (outcome: UnitOutcome | undefined, satisfied: boolean): object => ({
  completed: outcome?.completed ?? false,
  ...(outcome?.success === undefined ? {} : { success: outcome.success }),
  progress: outcome?.completed ? 1 : (outcome?.progress ?? 0),
  satisfied,
  ...(outcome?.waived ? { waived: true } : {}),
});

/** `/launches/units`: units that a server must launch (cmi5, Tin Can, LTI), for the learner of the token. */
export function unitRoutes(services: UnitServices): Hono {
  const { config, db, authenticate, courses, originsOf, ltiPlatform } = services;
  const app = new Hono();
  app.use(allowAnyOrigin);

  app.post('/', async (c) => {
    const learner = requireLearner(await authenticate(c));
    const { unit: wanted, returnUrl, embedded, ownWindow } = readShape(launchSchema, await readJson(c.req.raw, config.limits.jsonBody));
    const { courseId, registration } = learner;
    if (courseId === undefined || registration === undefined) throw new ServerError('forbidden', 'This token was not launched for a course.');
    const { course } = await courses.get(courseId, learner.tenantId);
    const unit = getUnit(course, wanted);
    if (!isLaunchedUnit(unit)) throw new ServerError('parameter-invalid', `The unit "${wanted}" is run by the player itself.`, { field: 'unit' });
    const origins = originsOf(c.req.raw);
    const launched = { learner: { ...learner, courseId, registration }, course, origins };
    const languages = languagesOf(c.req.header('accept-language'));
    if (unit.kind === 'lti') {
      // Tools speak to a player by the platform's origin (LTI Client Side postMessages, 4): one on another host's page cannot answer for it.
      const keepsData = embedded === true && c.req.header('origin') === origins.public;
      return c.json(await ltiPlatform.launch({ ...launched, unit, languages: tagsOf(languages), ownWindow: ownWindow ?? false, keepsData }, origins), 201, NO_STORE);
    }
    return c.json(await launchUnit(services, { ...launched, unit, returnUrl, embedded, languages }), 201, NO_STORE);
  });

  // What the learner has come to in each launched unit of the registration, on whatever device, waivers included.
  app.get('/', async (c) => {
    const learner = requireLearner(await authenticate(c));
    const { courseId, registration } = learner;
    if (courseId === undefined || registration === undefined) throw new ServerError('forbidden', 'This token was not launched for a course.');
    const { course } = await courses.get(courseId, learner.tenantId);
    const outcomes = await unitOutcomes(db, learner.tenantId, registration);
    const launched = listUnits(course).filter(isLaunchedUnit);
    return c.json({ units: Object.fromEntries(launched.map((unit) => [unit.id, summaryOf(outcomes.get(unit.id), isUnitSatisfied(unit, outcomes))])) }, 200, NO_STORE);
  });

  // cmi5 9.3.7: the institution says that a unit need not be done.
  app.post('/waivers', async (c) => {
    const { tenantId, key } = requireKey(await authenticate(c), 'launch');
    const { registration, unit, reason } = readShape(waiverSchema, await readJson(c.req.raw, config.limits.jsonBody));
    return c.json(await waiveUnit(services, { tenantId, registration, unitId: unit, reason, by: key }), 201, NO_STORE);
  });

  app.get('/:sessionId', async (c) => {
    const learner = requireLearner(await authenticate(c));
    const row = await findSession(db, learner.tenantId, c.req.param('sessionId'), learner.actorKey);
    const { course } = await courses.get(row.course_id, learner.tenantId);
    const outcomes = await unitOutcomes(db, learner.tenantId, row.registration);
    const problem = row.kind === 'lti' ? await problemOf(db, row) : undefined;
    return c.json({
      initialized: row.initialized_at !== null,
      terminated: row.terminated_at !== null || row.abandoned_at !== null,
      completed: row.completed,
      satisfied: isUnitSatisfied(getUnit(course, row.unit_id), outcomes),
      ...(row.abandoned_at === null ? {} : { abandoned: true }),
      ...(row.success === null ? {} : { success: row.success ? 'passed' : 'failed' }),
      ...(row.score === null ? {} : { score: JSON.parse(row.score) as Score }),
      ...(row.progress === null ? {} : { progress: row.progress }),
      ...(problem ? { problem } : {}),
    } satisfies LaunchedUnitState, 200, NO_STORE);
  });

  // cmi5 9.3.6: by the host, or by the learner whose session it is.
  app.post('/:sessionId/abandon', async (c) => {
    const principal = await authenticate(c);
    const { tenantId } = principal.kind === 'learner' ? principal : requireKey(principal, 'launch');
    const row = await findSession(db, tenantId, c.req.param('sessionId'), principal.kind === 'learner' ? principal.actorKey : undefined);
    if (row.kind !== 'cmi5') throw new ServerError('parameter-invalid', 'Only a cmi5 session is abandoned.', { field: 'sessionId' });
    const abandoned = await abandonSession(services, tenantId, row.id);
    if (abandoned && principal.kind === 'key') await recordAudit(db, tenantId, { actor: principal.key, action: 'unit.abandon', subject: row.registration, details: { unit: row.unit_id, session: row.id } });
    return c.json({ abandoned }, 200, NO_STORE);
  });

  app.post('/:sessionId/fetch', async (c) => c.json(await exchange(services, c), 200, NO_STORE));
  return app;
}

/** What a browser says of its reader, where it is that and no more. */
const languagesOf = (header: string | undefined): string | undefined => (header !== undefined && /^[A-Za-z0-9 ,;=.*-]{2,200}$/.test(header) && !header.startsWith('*') ? header : undefined);

/** The same as BCP 47 tags, the preferred first (RFC 9110, 12.5.4). */
function tagsOf(header: string | undefined): string[] {
  const weighed = (header ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().split(';');
    const quality = Number(parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean) ?? 1);
    return { tag: tag.trim(), quality };
  });
  return weighed.filter(({ tag, quality }) => /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && quality > 0).sort((a, b) => b.quality - a.quality).map(({ tag }) => tag).slice(0, 10);
}

async function problemOf(db: Db, { tenant_id: tenantId, id }: { readonly tenant_id: number; readonly id: string }): Promise<LaunchProblem | undefined> {
  const row = await db.selectFrom('platform_launches').select('problem').where('tenant_id', '=', tenantId).where('session_id', '=', id).executeTakeFirst();
  return row?.problem ? (JSON.parse(row.problem) as LaunchProblem) : undefined;
}

async function findSession(db: Db, tenantId: number, id: string, actorKey: string | undefined) {
  const sessionId = id.toLowerCase();
  let query = db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', tenantId).where('id', '=', sessionId);
  if (actorKey !== undefined) query = query.where('actor_key', '=', actorKey);
  const row = UUID.test(sessionId) ? await query.executeTakeFirst() : undefined;
  if (!row) throw new ServerError('not-found', 'There is no such session.', { field: 'sessionId' });
  return row;
}

type Fault = { readonly 'error-code': '1' | '2' | '3'; readonly 'error-text': string };

const fault = (code: Fault['error-code'], text: string): Fault => ({ 'error-code': code, 'error-text': text });

/** cmi5 8.2: the AU exchanges the fetch URL for its credentials, once. Every fault is answered with 200 and a code (8.2.3.2). */
async function exchange({ db, log, failures, addressOf }: UnitServices, c: Context): Promise<Fault | { readonly 'auth-token': string }> {
  const sessionId = (c.req.param('sessionId') ?? '').toLowerCase();
  const token = new URL(c.req.url).searchParams.get('token') ?? '';
  try {
    const row = UUID.test(sessionId)
      ? await db.selectFrom('unit_sessions').innerJoin('tenants', 'tenants.id', 'unit_sessions.tenant_id').select(['tenant_id', 'fetch_hash', 'expires_at', 'suspended_at', 'terminated_at', 'abandoned_at']).where('unit_sessions.id', '=', sessionId).executeTakeFirst()
      : undefined;
    if (!row?.fetch_hash || !sameDigest(row.fetch_hash, digestOf(token))) {
      failures.attempt(addressOf(c));
      return fault('2', 'The fetch address is not one of this server’s.');
    }
    if (row.suspended_at) return fault('2', suspendedTenant().message);
    if (row.terminated_at || row.abandoned_at || row.expires_at.getTime() < Date.now()) return fault('1', 'The session is over; launch the unit again.');
    const secret = newSecret();
    const { numUpdatedRows } = await db.updateTable('unit_sessions').set({ fetched_at: sql<Date>`now()`, secret_hash: digestOf(secret) })
      .where('tenant_id', '=', row.tenant_id).where('id', '=', sessionId).where('fetched_at', 'is', null).executeTakeFirst();
    if (numUpdatedRows === 0n) return fault('1', 'The authorization token was fetched already.');
    return { 'auth-token': unitCredentials(row.tenant_id, sessionId, secret) };
  } catch (error) {
    if (error instanceof ServerError) return fault('2', error.message);
    log.error('fetch failed', { sessionId, error });
    return fault('3', 'The token could not be made; launch the unit again.');
  }
}
