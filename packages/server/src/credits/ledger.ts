import { evaluateCredit, pickText, toEvidence, type Agent, type Conferral, type CreditEntry, type CreditLedger, type CreditPolicy, type Evidence, type Statement } from '@lectern/core';
import type { Selectable } from 'kysely';
import type { Db } from '../database/database.js';
import { agentKey, identifierOf, keyOf } from '../database/keys.js';
import type { ConferralsTable } from '../database/schema.js';
import { DEMO_LEARNERS, isDemoActor } from '../launches/demo-learners.js';
import { loadGoal, loadPolicies } from './policies.js';

/** What a learner has and still needs: the policies held against what the LRS has of the learner. */
export async function buildLedger(db: Db, tenantId: number, actor: Agent, languages: readonly string[] = []): Promise<CreditLedger> {
  const key = agentKey(tenantId, actor)!;
  const policies = await loadPolicies(db, tenantId);
  const goal = await loadGoal(db, tenantId);
  const evidence = await loadEvidence(db, tenantId, key, policies);
  const conferrals = await loadConferrals(db, tenantId, key);
  const entries = policies.map((policy): CreditEntry => {
    const conferral = conferrals.get(policy.id);
    return { progress: evaluateCredit(policy, evidence), ...(conferral ? { conferral } : {}) };
  });
  const name = nameOf(actor, languages);
  return {
    learner: { account: actor.account?.name ?? identifierOf(actor) ?? '', ...(name === undefined ? {} : { name }) },
    ...(goal ? { goal } : {}),
    entries,
    at: new Date().toISOString(),
  };
}

/** The learner's own statements about what the policies ask for, that were not voided. */
export async function loadEvidence(db: Db, tenantId: number, actorKey: string, policies: readonly CreditPolicy[]): Promise<Evidence[]> {
  const activities = [...new Set(policies.flatMap(({ requirements }) => requirements.map(({ activityId }) => keyOf(tenantId, 'activity', activityId))))];
  if (activities.length === 0) return [];
  const rows = await db.selectFrom('statements').select('document').where('tenant_id', '=', tenantId).where('actor_key', '=', actorKey)
    .where('activity_key', 'in', activities).where('voided', '=', false).execute();
  return rows.flatMap(({ document }) => {
    const statement = JSON.parse(document) as Statement;
    const evidence = toEvidence(statement);
    const authority = statement.authority && 'account' in statement.authority ? statement.authority.account?.name : undefined;
    if (!evidence) return [];
    // The learner's own page vouches for nothing; anybody else is named.
    return authority === undefined || authority === 'lectern:learner' ? [evidence] : [{ ...evidence, authority }];
  });
}

/** The standing conferral of each policy, else the last that was taken back. */
async function loadConferrals(db: Db, tenantId: number, actorKey: string): Promise<Map<string, Conferral>> {
  const rows = await db.selectFrom('conferrals').selectAll().where('tenant_id', '=', tenantId).where('actor_key', '=', actorKey).orderBy('conferred_at').execute();
  const byPolicy = new Map<string, Conferral>();
  for (const row of rows) {
    const before = byPolicy.get(row.policy_id);
    if (!before || before.revokedAt) byPolicy.set(row.policy_id, toConferral(row));
  }
  return byPolicy;
}

export function toConferral(row: Selectable<ConferralsTable>): Conferral {
  return {
    id: row.id,
    policyId: row.policy_id,
    credits: row.credits,
    scheme: row.scheme,
    by: JSON.parse(row.authority) as Conferral['by'],
    at: row.conferred_at.toISOString(),
    statementId: row.statement_id,
    ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}

function nameOf(actor: Agent, languages: readonly string[]): string | undefined {
  if (actor.name !== undefined) return actor.name;
  const known = isDemoActor(actor) ? DEMO_LEARNERS.find(({ id }) => id === actor.account?.name) : undefined;
  return known && pickText(known.name, languages);
}
