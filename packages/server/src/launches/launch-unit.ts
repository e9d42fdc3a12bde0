import { newUuid, unitActivityId, VERBS, type Cmi5Unit, type Context, type Course, type Statement, type UnitLaunch, type XapiUnit } from '@lectern/core';
import type { Insertable } from 'kysely';
import type { LearnerPrincipal } from '../auth/principal.js';
import { digestOf, newSecret } from '../auth/secret.js';
import type { Db } from '../database/database.js';
import type { UnitSessionsTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { Origins } from '../http/origins.js';
import { abandonOpenSessions } from './abandon-session.js';
import { CMI5 } from './cmi5-terms.js';
import { withoutParameters, withParameters } from './launch-address.js';
import { writeLaunchData } from './launch-data.js';
import { tellLmsStatement } from './lms-statement.js';
import { evaluateRegistration } from './satisfaction.js';
import { unitCredentials } from './unit-credentials.js';
import type { UnitServices } from './unit-routes.js';

export interface UnitLaunchRequest {
  readonly learner: LearnerPrincipal & { readonly courseId: string; readonly registration: string };
  readonly course: Course;
  readonly unit: Cmi5Unit | XapiUnit;
  readonly origins: Origins;
  /** Where the AU goes when it ends (cmi5 10.2.6). Absent: the registration's address, or a page of the content origin that says so. */
  readonly returnUrl?: string | undefined;
  /** The learner's `Accept-Language`, for Tin Can. */
  readonly languages?: string | undefined;
  /** The unit is shown by a player, which stays where it is: the registration's address is not for it. */
  readonly embedded?: boolean | undefined;
}

/** Milliseconds that a launched unit's credentials are good for. */
const LIFETIME = 24 * 3_600_000;

/** Launches at once of one registration that are sorted out. */
const ATTEMPTS = 20;

/** Begins a session of a unit and says where to navigate. Whatever session of the registration was still open is abandoned. */
export async function launchUnit(services: UnitServices, request: UnitLaunchRequest): Promise<UnitLaunch> {
  const { db } = services;
  const { learner, course, unit, origins } = request;
  const sessionId = newUuid();
  const secret = newSecret();
  const activityId = unitActivityId(course, unit);
  const address = new URL(unit.url, `${origins.content}/c/${encodeURIComponent(learner.courseId)}/`);
  const session = {
    tenant_id: learner.tenantId,
    id: sessionId,
    kind: unit.kind,
    registration: learner.registration,
    course_id: learner.courseId,
    unit_id: unit.id,
    activity_id: activityId,
    publisher_id: unit.kind === 'cmi5' ? unit.publisherId : null,
    actor_key: learner.actorKey,
    actor: JSON.stringify(learner.actor),
    launch_mode: learner.launchMode,
    move_on: unit.moveOn,
    mastery_score: unit.masteryScore ?? null,
    expires_at: new Date(Date.now() + LIFETIME),
  };
  if (unit.kind === 'xapi') {
    await db.insertInto('unit_sessions').values({ ...session, context_template: '{}', secret_hash: digestOf(secret) }).execute();
    return { url: withParameters(address, tincanParameters(request, activityId, sessionId, secret)), method: 'AnyWindow', sessionId };
  }
  // Units that need nothing may satisfy a block, or everything, from the start. Also says what a crash has kept from being said.
  await evaluateRegistration(services, session);
  const template = contextTemplate(unit, sessionId);
  // The secret is made when the AU fetches it; until then nothing opens the session.
  await beginSession(services, { ...session, context_template: JSON.stringify(template), fetch_hash: digestOf(secret), secret_hash: digestOf(newSecret()) });
  const returnUrl = request.returnUrl ?? (request.embedded ? undefined : await returnUrlOf(db, learner)) ?? `${origins.content}/returned`;
  await writeLaunchData(services, request, unit, { sessionId, activityId, template, returnUrl });
  await tellLmsStatement(services, learner.tenantId, launchedStatement(request, unit, { activityId, template, address }));
  const fetchUrl = `${origins.public}/launches/units/${sessionId}/fetch?token=${secret}`;
  const parameters = [['endpoint', `${origins.public}/xapi/`], ['fetch', fetchUrl], ['actor', JSON.stringify(learner.actor)], ['registration', learner.registration], ['activityId', activityId]] as const;
  return { url: withParameters(address, parameters), method: unit.launchMethod, sessionId };
}

/** Ends the registration's open session and begins another; the table lets only one be open (9.3.6). */
async function beginSession(services: UnitServices, session: Insertable<UnitSessionsTable>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await abandonOpenSessions(services, session.tenant_id, session.registration);
    const { numInsertedOrUpdatedRows } = await services.db.insertInto('unit_sessions').values(session).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return;
  }
  throw new ServerError('conflict', 'The course is being launched too often at once; try again.', { field: 'unit' });
}

async function returnUrlOf(db: Db, { tenantId, registration }: UnitLaunchRequest['learner']): Promise<string | undefined> {
  const row = await db.selectFrom('registrations').select('return_url').where('tenant_id', '=', tenantId).where('id', '=', registration).executeTakeFirst();
  return row?.return_url ?? undefined;
}

/** 10.2.1 */
function contextTemplate(unit: Cmi5Unit, sessionId: string): Context {
  return {
    contextActivities: { grouping: [{ objectType: 'Activity', id: unit.publisherId }] },
    extensions: { [CMI5.sessionId]: sessionId },
  };
}

/** 9.3.1 */
function launchedStatement({ learner }: UnitLaunchRequest, unit: Cmi5Unit, { activityId, template, address }: { readonly activityId: string; readonly template: Context; readonly address: URL }): Statement {
  return {
    id: newUuid(),
    actor: learner.actor,
    verb: VERBS.launched,
    object: { objectType: 'Activity', id: activityId },
    context: {
      ...template,
      registration: learner.registration,
      contextActivities: { ...template.contextActivities, category: [{ objectType: 'Activity', id: CMI5.category }] },
      extensions: {
        ...template.extensions,
        [CMI5.launchMode]: learner.launchMode,
        [CMI5.launchUrl]: withoutParameters(address), // the fetch address is a secret
        [CMI5.moveOn]: unit.moveOn,
        ...(unit.launchParameters === undefined ? {} : { [CMI5.launchParameters]: unit.launchParameters }),
        ...(unit.masteryScore === undefined ? {} : { [CMI5.masteryScore]: unit.masteryScore }),
      },
    },
    timestamp: new Date().toISOString(),
  };
}

/** The Tin Can launch, as Rustici described it: credentials of the session's own in the address. */
function tincanParameters({ learner, course, origins, languages }: UnitLaunchRequest, activityId: string, sessionId: string, secret: string): [string, string][] {
  return [
    ['endpoint', `${origins.public}/xapi/`],
    ['auth', `Basic ${unitCredentials(learner.tenantId, sessionId, secret)}`],
    ['actor', JSON.stringify(learner.actor)],
    ['registration', learner.registration],
    ['activity_id', activityId],
    ['activity_platform', 'Lectern'],
    ['grouping', course.id],
    ...(languages === undefined ? [] : [['Accept-Language', languages] satisfies [string, string]]),
  ];
}
