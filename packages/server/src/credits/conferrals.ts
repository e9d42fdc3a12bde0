import { ACTIVITY_TYPES, evaluateCredit, newUuid, VERBS, type Activity, type Agent, type Conferral, type CreditPolicy, type Extensions } from '@lectern/core';
import { recordAudit } from '../audit/audit.js';
import type { KeyPrincipal } from '../auth/principal.js';
import { agentKey } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { writeLmsStatement } from '../launches/lms-statement.js';
import type { CreditServices } from './credit-routes.js';
import { loadEvidence, toConferral } from './ledger.js';
import { loadPolicies } from './policies.js';

type Services = Pick<CreditServices, 'db' | 'writer' | 'authorityHome'>;

export interface ConferralRequest {
  readonly policyId: string;
  readonly actor: Agent;
  readonly by?: Conferral['by'] | undefined;
}

/** Extensions of our own: no profile has credits yet. */
const EXTENSION = 'https://w3id.org/lectern/credit/extensions/';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Gives the credit of a policy, on the evidence that the LRS has at this moment, and says so in a statement of the institution's.
 * @throws ServerError `not-found` for the policy; `conflict` when the evidence does not meet it, or it was conferred already
 */
export async function confer({ db, writer, authorityHome }: Services, { tenantId, key }: KeyPrincipal, { policyId, actor, by }: ConferralRequest): Promise<Conferral> {
  const policy = (await loadPolicies(db, tenantId)).find(({ id }) => id === policyId);
  if (!policy) throw new ServerError('not-found', `There is no credit policy "${policyId.slice(0, 80)}".`, { field: 'policy' });
  const actorKey = agentKey(tenantId, actor)!;
  const progress = evaluateCredit(policy, await loadEvidence(db, tenantId, actorKey, [policy]));
  if (progress.status !== 'earned') throw new ServerError('conflict', 'The evidence does not meet the policy yet.', { field: 'policy' });
  const evidence = [...new Set(progress.requirements.flatMap((requirement) => requirement.evidence.map(({ statementId }) => statementId)))];
  const authority = by ?? { name: policy.institution.name };
  const at = new Date();
  const statementId = newUuid();
  const row = await db.transaction().execute(async (tx) => {
    const made = await tx.insertInto('conferrals').values({
      tenant_id: tenantId, id: newUuid(), policy_id: policy.id, actor_key: actorKey, actor: JSON.stringify(actor), credits: policy.credits, scheme: policy.scheme,
      authority: JSON.stringify(authority), statement_id: statementId, evidence, conferred_at: at,
    }).onConflict((conflict) => conflict.columns(['tenant_id', 'actor_key', 'policy_id']).where('revoked_at', 'is', null).doNothing()).returningAll().executeTakeFirst();
    if (made) await recordAudit(tx, tenantId, { actor: key, action: 'credit.confer', subject: made.id, details: { policy: policy.id, evidence } });
    return made;
  });
  if (!row) throw new ServerError('conflict', 'This credit was conferred on the learner already.', { field: 'learner' });
  await writeLmsStatement(writer, tenantId, authorityHome, {
    id: statementId,
    actor,
    verb: VERBS.conferred,
    object: policyActivity(policy),
    ...(progress.mark === undefined ? {} : { result: { score: { scaled: progress.mark } } }),
    context: { contextActivities: { grouping: [{ objectType: 'Activity', id: policy.courseId }] }, extensions: { ...creditExtensions(policy), [`${EXTENSION}evidence`]: evidence } },
    timestamp: at.toISOString(),
  });
  return toConferral(row);
}

/** @throws ServerError `not-found`; `conflict` when it was taken back already */
export async function revoke({ db, writer, authorityHome }: Services, { tenantId, key }: KeyPrincipal, id: string, reason: string): Promise<Conferral> {
  const before = UUID.test(id) ? await db.selectFrom('conferrals').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst() : undefined;
  if (!before) throw new ServerError('not-found', 'There is no such conferral.', { field: 'id' });
  const at = new Date();
  const statementId = newUuid();
  const row = await db.transaction().execute(async (tx) => {
    const ended = await tx.updateTable('conferrals').set({ revoked_at: at, revoke_statement_id: statementId, reason })
      .where('tenant_id', '=', tenantId).where('id', '=', id).where('revoked_at', 'is', null).returningAll().executeTakeFirst();
    if (ended) await recordAudit(tx, tenantId, { actor: key, action: 'credit.revoke', subject: id, details: { reason } });
    return ended;
  });
  if (!row) throw new ServerError('conflict', 'This conferral was taken back already.', { field: 'id' });
  await writeLmsStatement(writer, tenantId, authorityHome, {
    id: statementId,
    actor: JSON.parse(row.actor) as Agent,
    verb: VERBS.revoked,
    object: { objectType: 'Activity', id: policyIri(row.policy_id) },
    context: { statement: { objectType: 'StatementRef', id: row.statement_id }, extensions: { [`${EXTENSION}reason`]: reason } },
    timestamp: at.toISOString(),
  });
  return toConferral(row);
}

const policyIri = (id: string): string => `urn:lectern:credit:${encodeURIComponent(id)}`;

function policyActivity(policy: CreditPolicy): Activity {
  const name = typeof policy.title === 'string' ? { und: policy.title } : policy.title;
  return { objectType: 'Activity', id: policyIri(policy.id), definition: { type: ACTIVITY_TYPES.course, name } };
}

function creditExtensions({ credits, scheme, hoursPerCredit, institution }: CreditPolicy): Extensions {
  return {
    [`${EXTENSION}credits`]: credits,
    [`${EXTENSION}scheme`]: scheme,
    ...(hoursPerCredit === undefined ? {} : { [`${EXTENSION}hours-per-credit`]: hoursPerCredit }),
    [`${EXTENSION}institution`]: institution.homePage ?? institution.name,
  };
}

