import { newUuid, VERBS, type Agent, type Statement } from '@lectern/core';
import { sql } from 'kysely';
import type { Db } from '../database/database.js';
import { VOIDED } from '../lrs/prepare-statement.js';
import type { Tx } from '../lrs/statement-writer.js';
import { CMI5 } from './cmi5-terms.js';
import { tellLmsStatement } from './lms-statement.js';
import { satisfiedKeys, type SatisfactionServices } from './satisfaction.js';

const VERDICTS: ReadonlyMap<string, 'completed' | 'passed' | 'failed'> = new Map([[VERBS.completed.id, 'completed'], [VERBS.passed.id, 'passed'], [VERBS.failed.id, 'failed']]);

/**
 * An institution has voided statements. What an AU said there has not been said, so its unit may be done again; a waiver is taken back; and what is
 * not satisfied without them was never satisfied: the LMS voids its own `satisfied`. (cmi5 6.3 knows voiding; what follows from it is ours.)
 * @param targets ids of the voided statements
 */
export async function withdrawSatisfaction(services: SatisfactionServices, tenantId: number, targets: readonly string[]): Promise<void> {
  const { db } = services;
  const registrations = new Set<string>();
  for (const statement of await voidedStatements(db, tenantId, targets)) {
    const registration = await db.transaction().execute((tx) => takeBack(tx, tenantId, statement));
    if (registration !== undefined) registrations.add(registration);
  }
  for (const registration of registrations) await voidSatisfied(services, tenantId, registration);
}

async function voidedStatements(db: Db, tenantId: number, ids: readonly string[]): Promise<Statement[]> {
  const { rows } = await sql<{ document: string }>`
    select s.document from statement_ids i join statements s on s.tenant_id = i.tenant_id and s.actor_key = i.actor_key and s.seq = i.seq
    where i.tenant_id = ${tenantId} and i.id = any(${[...ids]}::uuid[]) and s.voided`.execute(db);
  return rows.map(({ document }) => JSON.parse(document) as Statement);
}

/** @returns the registration whose satisfaction may have changed */
async function takeBack(tx: Tx, tenantId: number, { id, verb, context }: Statement): Promise<string | undefined> {
  if (verb.id === VERBS.waived.id) {
    const waiver = await tx.deleteFrom('unit_waivers').where('tenant_id', '=', tenantId).where('statement_id', '=', id).returning('registration').executeTakeFirst();
    return waiver?.registration;
  }
  const said = VERDICTS.get(verb.id);
  const sessionId = context?.extensions?.[CMI5.sessionId];
  if (!said || typeof sessionId !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sessionId)) return undefined;
  const row = await tx.selectFrom('unit_sessions').select(['registration', 'verbs']).where('tenant_id', '=', tenantId).where('id', '=', sessionId).where('kind', '=', 'cmi5').forUpdate().executeTakeFirst();
  // An allowed statement with the verb decided nothing.
  if (!row?.verbs.includes(said) || !context?.contextActivities?.category?.some((category) => category.id === CMI5.category)) return undefined;
  await tx.updateTable('unit_sessions').set({
    verbs: row.verbs.filter((name) => name !== said),
    ...(said === 'completed' ? { completed: false, progress: null } : { success: null, score: null }),
  }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).execute();
  return row.registration;
}

/** Takes back what is said to be satisfied and is not any more. */
export async function voidSatisfied(services: SatisfactionServices, tenantId: number, registration: string): Promise<void> {
  const { db, authorityHome } = services;
  const row = await db.selectFrom('registrations').select('course_id').where('tenant_id', '=', tenantId).where('id', '=', registration).executeTakeFirst();
  const still = row?.course_id ? await satisfiedKeys(services, tenantId, registration, row.course_id) : undefined;
  if (!still) return;
  const said = await db.selectFrom('unit_satisfactions').selectAll().where('tenant_id', '=', tenantId).where('registration', '=', registration).execute();
  const lms: Agent = { objectType: 'Agent', account: { homePage: authorityHome, name: 'lectern' } };
  for (const { activity_key: key, statement_id: statementId } of said.filter(({ activity_key: known }) => !still.has(known))) {
    const statement: Statement = {
      id: newUuid(), actor: lms, verb: { id: VOIDED, display: { en: 'voided' } }, object: { objectType: 'StatementRef', id: statementId }, context: { registration }, timestamp: new Date().toISOString(),
    };
    await tellLmsStatement(services, tenantId, statement, async (tx) => {
      await tx.deleteFrom('unit_satisfactions').where('tenant_id', '=', tenantId).where('registration', '=', registration).where('activity_key', '=', key).execute();
      await tx.updateTable('registrations').set({ satisfied_at: null }).where('tenant_id', '=', tenantId).where('id', '=', registration).execute();
    });
  }
}
