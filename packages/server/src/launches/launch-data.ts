import type { Cmi5Unit, Context, UnitLaunch } from '@lectern/core';
import { keyOf, NO_KEY } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { writeDocument, writeDocumentIn, type DocumentWrite } from '../lrs/document-store.js';
import { LEARNER_PREFERENCES } from '../lrs/learner-preferences.js';
import type { UnitServices } from './unit-routes.js';
import type { UnitLaunchRequest } from './launch-unit.js';

const write = (content: object): DocumentWrite => ({ contentType: 'application/json', bytes: Buffer.from(JSON.stringify(content)), mode: 'replace' });

/**
 * What the AU reads before its first statement: `LMS.LaunchData` (cmi5 10) and `cmi5LearnerPreferences` (11).
 * @throws ServerError `conflict` when another launch of the registration has come meanwhile: the document is then that one's
 */
export async function writeLaunchData({ db }: UnitServices, { learner }: UnitLaunchRequest, unit: Cmi5Unit, { sessionId, activityId, template, returnUrl }: LaunchFacts): Promise<void> {
  const { tenantId, registration } = learner;
  const data = {
    contextTemplate: template,
    launchMode: learner.launchMode,
    moveOn: unit.moveOn,
    launchMethod: unit.launchMethod,
    returnURL: returnUrl,
    ...(unit.masteryScore === undefined ? {} : { masteryScore: Math.round(unit.masteryScore * 10_000) / 10_000 }),
    ...(unit.launchParameters === undefined ? {} : { launchParameters: unit.launchParameters }),
    ...(unit.entitlementKey === undefined ? {} : { entitlementKey: { courseStructure: unit.entitlementKey } }),
  };
  const key = (id: string): { documentId: string; documentKey: string } => ({ documentId: id, documentKey: keyOf(tenantId, 'document', id) });
  await db.transaction().execute(async (tx) => {
    const open = await tx.selectFrom('unit_sessions').select('id').where('tenant_id', '=', tenantId).where('id', '=', sessionId).where('abandoned_at', 'is', null).forUpdate().executeTakeFirst();
    if (!open) throw new ServerError('conflict', 'The unit was launched again at the same moment.', { field: 'unit', clause: 'cmi5 9.3.6' });
    await writeDocumentIn(tx, tenantId, {
      kind: 'state', activityKey: keyOf(tenantId, 'activity', activityId), agentKey: learner.actorKey, registration, ...key('LMS.LaunchData'),
    }, write(data), { without: 'allowed' });
  });
  // What the learner has set stays.
  await writeDocument(db, tenantId, {
    kind: 'agent-profile', activityKey: NO_KEY, agentKey: learner.actorKey, registration: NO_KEY, ...key(LEARNER_PREFERENCES),
  }, write({ languagePreference: 'zh-CN,en', audioPreference: 'on' }), { ifNoneMatch: '*', without: 'allowed' }).catch((error: unknown) => {
    if (!(error instanceof ServerError && error.code === 'precondition-failed')) throw error;
  });
}

export interface LaunchFacts extends Pick<UnitLaunch, 'sessionId'> {
  readonly activityId: string;
  readonly template: Context;
  readonly returnUrl: string;
}
