import { formatDuration, newUuid, unitActivityId, VERBS, type Agent, type Cmi5Unit, type Context, type Course, type Statement, type UnitLaunch, type XapiUnit } from '@lectern/core';
import type { LearnerPrincipal } from '../auth/principal.js';
import { digestOf, newSecret } from '../auth/secret.js';
import { keyOf, NO_KEY } from '../database/keys.js';
import { ServerError } from '../errors.js';
import type { Origins } from '../http/origins.js';
import { writeDocument } from '../lrs/document-store.js';
import { CMI5 } from './cmi5-terms.js';
import { writeLmsStatement } from './lms-statement.js';
import { recordSatisfaction } from './satisfaction.js';
import { unitCredentials } from './unit-credentials.js';
import type { UnitServices } from './unit-routes.js';

export interface UnitLaunchRequest {
  readonly learner: LearnerPrincipal & { readonly courseId: string; readonly registration: string };
  readonly course: Course;
  readonly unit: Cmi5Unit | XapiUnit;
  readonly origins: Origins;
}

/** Milliseconds that a launched unit's credentials are good for. */
const LIFETIME = 24 * 3_600_000;

/** Begins a session of a unit and says where to navigate. Whatever session of the registration was still open is abandoned. */
export async function launchUnit(services: UnitServices, request: UnitLaunchRequest): Promise<UnitLaunch> {
  const { db, writer, authorityHome } = services;
  const { learner, course, unit, origins } = request;
  await abandonOpenSessions(services, learner);
  const sessionId = newUuid();
  const secret = newSecret();
  const activityId = unitActivityId(course, unit);
  const url = new URL(unit.url, `${origins.content}/c/${encodeURIComponent(learner.courseId)}/`);
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
    for (const [name, value] of tincanParameters(request, activityId, sessionId, secret)) url.searchParams.set(name, value);
    return { url: url.href, method: 'AnyWindow', sessionId };
  }
  const template = contextTemplate(unit, sessionId);
  // The secret is made when the AU fetches it; until then nothing opens the session.
  await db.insertInto('unit_sessions').values({ ...session, context_template: JSON.stringify(template), fetch_hash: digestOf(secret), secret_hash: digestOf(newSecret()) }).execute();
  await writeLaunchData(services, request, activityId, template);
  const fetchUrl = `${origins.public}/launches/units/${sessionId}/fetch?token=${secret}`;
  // 8.1: these five, beside whatever the AU's own address has.
  const parameters = { endpoint: `${origins.public}/xapi/`, fetch: fetchUrl, actor: JSON.stringify(learner.actor), registration: learner.registration, activityId };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  await writeLmsStatement(writer, learner.tenantId, authorityHome, launchedStatement(request, activityId, template));
  await recordSatisfaction(services, session); // units whose moveOn is NotApplicable may satisfy a block from the start
  return { url: url.href, method: unit.launchMethod, sessionId };
}

/** 10.2.1 */
function contextTemplate(unit: Cmi5Unit, sessionId: string): Context {
  return {
    contextActivities: { grouping: [{ objectType: 'Activity', id: unit.publisherId }] },
    extensions: { [CMI5.sessionId]: sessionId },
  };
}

/** 10 and 11: what the AU reads before its first statement. */
async function writeLaunchData({ db }: UnitServices, { learner, unit }: UnitLaunchRequest, activityId: string, template: Context): Promise<void> {
  if (unit.kind !== 'cmi5') return;
  const { tenantId, registration } = learner;
  const row = await db.selectFrom('registrations').select('return_url').where('tenant_id', '=', tenantId).where('id', '=', registration).executeTakeFirst();
  const data = {
    contextTemplate: template,
    launchMode: learner.launchMode,
    moveOn: unit.moveOn,
    launchMethod: unit.launchMethod,
    ...(unit.masteryScore === undefined ? {} : { masteryScore: Math.round(unit.masteryScore * 10_000) / 10_000 }),
    ...(unit.launchParameters === undefined ? {} : { launchParameters: unit.launchParameters }),
    ...(unit.entitlementKey === undefined ? {} : { entitlementKey: { courseStructure: unit.entitlementKey } }),
    ...(row?.return_url ? { returnURL: row.return_url } : {}),
  };
  const write = (content: object): { contentType: string; bytes: Uint8Array; mode: 'replace' } => ({ contentType: 'application/json', bytes: Buffer.from(JSON.stringify(content)), mode: 'replace' });
  const key = (id: string): { documentId: string; documentKey: string } => ({ documentId: id, documentKey: keyOf(tenantId, 'document', id) });
  await writeDocument(db, tenantId, {
    kind: 'state', activityKey: keyOf(tenantId, 'activity', activityId), agentKey: learner.actorKey, registration, ...key('LMS.LaunchData'),
  }, write(data), { without: 'allowed' });
  // What the learner has set stays.
  await writeDocument(db, tenantId, {
    kind: 'agent-profile', activityKey: NO_KEY, agentKey: learner.actorKey, registration: NO_KEY, ...key('cmi5LearnerPreferences'),
  }, write({ languagePreference: 'zh-CN,en', audioPreference: 'on' }), { ifNoneMatch: '*', without: 'allowed' }).catch((error: unknown) => {
    if (!(error instanceof ServerError && error.code === 'precondition-failed')) throw error;
  });
}

/** 9.3.1 */
function launchedStatement({ learner, unit, origins }: UnitLaunchRequest, activityId: string, template: Context): Statement {
  const au = unit as Cmi5Unit;
  const launchUrl = new URL(au.url, `${origins.content}/c/${encodeURIComponent(learner.courseId)}/`);
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
        [CMI5.launchUrl]: launchUrl.href, // without the parameters: the fetch address is a secret
        [CMI5.moveOn]: au.moveOn,
        ...(au.launchParameters === undefined ? {} : { [CMI5.launchParameters]: au.launchParameters }),
        ...(au.masteryScore === undefined ? {} : { [CMI5.masteryScore]: au.masteryScore }),
      },
    },
    timestamp: new Date().toISOString(),
  };
}

/** 9.3.6: a session that never said terminated ends when another begins. */
async function abandonOpenSessions({ db, writer, authorityHome }: UnitServices, { tenantId, registration }: UnitLaunchRequest['learner']): Promise<void> {
  const open = await db.updateTable('unit_sessions').set({ abandoned_at: new Date() }).where('tenant_id', '=', tenantId).where('registration', '=', registration)
    .where('kind', '=', 'cmi5').where('terminated_at', 'is', null).where('abandoned_at', 'is', null).returningAll().execute();
  for (const session of open) {
    const seconds = session.initialized_at ? ((session.seen_at ?? session.initialized_at).getTime() - session.initialized_at.getTime()) / 1000 : 0;
    const template = JSON.parse(session.context_template) as Context;
    await writeLmsStatement(writer, tenantId, authorityHome, {
      id: newUuid(),
      actor: JSON.parse(session.actor) as Agent,
      verb: VERBS.abandoned,
      object: { objectType: 'Activity', id: session.activity_id },
      result: { duration: formatDuration(seconds) },
      context: { ...template, registration, contextActivities: { ...template.contextActivities, category: [{ objectType: 'Activity', id: CMI5.category }] } },
      timestamp: new Date().toISOString(),
    });
  }
}

/** The Tin Can launch, as Rustici described it: credentials of the session's own in the address. */
function tincanParameters({ learner, origins }: UnitLaunchRequest, activityId: string, sessionId: string, secret: string): [string, string][] {
  return [
    ['endpoint', `${origins.public}/xapi/`],
    ['auth', `Basic ${unitCredentials(learner.tenantId, sessionId, secret)}`],
    ['actor', JSON.stringify(learner.actor)],
    ['registration', learner.registration],
    ['activity_id', activityId],
  ];
}
