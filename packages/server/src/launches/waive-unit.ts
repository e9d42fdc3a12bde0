import { listUnits, newUuid, unitActivityId, VERBS, type Agent, type Cmi5Unit, type Statement } from '@lectern/core';
import { recordAudit } from '../audit/audit.js';
import { ServerError } from '../errors.js';
import { CMI5 } from './cmi5-terms.js';
import { tellLmsStatement } from './lms-statement.js';
import { isUnitSatisfied, recordSatisfaction, unitOutcomes, type SatisfactionServices } from './satisfaction.js';

export interface WaiverRequest {
  readonly tenantId: number;
  readonly registration: string;
  readonly unitId: string;
  /** cmi5 9.5.5.2: `Tested Out`, `Equivalent AU`, `Equivalent Outside Activity`, `Administrative`, or other words. */
  readonly reason: string;
  /** The key that asks, for the audit. */
  readonly by: string;
}

export interface Waiver {
  /** Id of the waived statement. */
  readonly statement: string;
  readonly sessionId: string;
}

/**
 * Waives a unit in a registration (cmi5 9.3.7), and says what is satisfied by it.
 * @throws ServerError `not-found`, `parameter-invalid` for a unit of another kind, `conflict` when the unit is waived or satisfied already
 */
export async function waiveUnit(services: SatisfactionServices, { tenantId, registration, unitId, reason, by }: WaiverRequest): Promise<Waiver> {
  const { db, courses } = services;
  const row = await db.selectFrom('registrations').select(['course_id', 'actor']).where('tenant_id', '=', tenantId).where('id', '=', registration).executeTakeFirst();
  if (!row?.course_id) throw new ServerError('not-found', 'There is no such registration.', { field: 'registration' });
  const { course } = await courses.get(row.course_id, tenantId);
  const unit = listUnits(course).find(({ id }) => id === unitId);
  if (!unit) throw new ServerError('not-found', 'The course has no such unit.', { field: 'unit' });
  if (unit.kind !== 'cmi5') throw new ServerError('parameter-invalid', `The unit "${unitId}" is not a cmi5 AU.`, { field: 'unit' });
  const outcomes = await unitOutcomes(db, tenantId, registration);
  if (outcomes.get(unitId)?.waived) throw alreadyWaived();
  if (isUnitSatisfied(unit, outcomes)) throw new ServerError('conflict', 'The unit is satisfied already; there is nothing to waive.', { field: 'unit', clause: 'cmi5 9.3.7' });
  const sessionId = newUuid();
  const statement = waivedStatement(unit, unitActivityId(course, unit), { registration, actor: row.actor, sessionId, reason });
  await tellLmsStatement(services, tenantId, statement, async (tx) => {
    const { numInsertedOrUpdatedRows } = await tx.insertInto('unit_waivers').values({
      tenant_id: tenantId, registration, unit_id: unitId, session_id: sessionId, statement_id: statement.id, reason, by_key: by,
    }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) throw alreadyWaived();
    await recordAudit(tx, tenantId, { actor: by, action: 'unit.waive', subject: registration, details: { unit: unitId, reason } });
  });
  await recordSatisfaction(services, { tenant_id: tenantId, id: sessionId, registration, course_id: row.course_id, actor: row.actor });
  return { statement: statement.id, sessionId };
}

const alreadyWaived = (): ServerError => new ServerError('conflict', 'The unit was waived in this registration already.', { field: 'unit', clause: 'cmi5 9.3.7' });

interface Circumstances {
  readonly registration: string;
  /** JSON. */
  readonly actor: string;
  readonly sessionId: string;
  readonly reason: string;
}

function waivedStatement(unit: Cmi5Unit, activityId: string, { registration, actor, sessionId, reason }: Circumstances): Statement {
  return {
    id: newUuid(), // a waiver may be voided, and given again
    actor: JSON.parse(actor) as Agent,
    verb: VERBS.waived,
    object: { objectType: 'Activity', id: activityId },
    result: { success: true, completion: true, extensions: { [CMI5.reason]: reason } },
    context: {
      registration,
      contextActivities: {
        grouping: [{ objectType: 'Activity', id: unit.publisherId }],
        category: [{ objectType: 'Activity', id: CMI5.category }, { objectType: 'Activity', id: CMI5.moveOnCategory }],
      },
      extensions: { [CMI5.sessionId]: sessionId },
    },
    timestamp: new Date().toISOString(),
  };
}
