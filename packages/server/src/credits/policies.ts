import { evaluateCredit, type CreditLedger, type CreditPolicy } from '@lectern/core';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';

export type CreditGoal = NonNullable<CreditLedger['goal']>;

/**
 * Keeps policies, in their order, and what their credits count towards.
 * @param by who changes them, for the audit
 * @throws CoreError `policy-invalid` before anything is written
 */
export async function savePolicies(db: Db, tenantId: number, policies: readonly CreditPolicy[], goal: CreditGoal | undefined, by: string): Promise<void> {
  for (const policy of policies) evaluateCredit(policy, []);
  await db.transaction().execute(async (tx) => {
    const before = new Map((await tx.selectFrom('credit_policies').select(['id', 'policy']).where('tenant_id', '=', tenantId).execute()).map((row) => [row.id, row.policy]));
    for (const [position, policy] of policies.entries()) {
      const text = JSON.stringify(policy);
      if (before.get(policy.id) !== text) await recordAudit(tx, tenantId, { actor: by, action: 'credit.policy', subject: policy.id, details: { credits: policy.credits, courseId: policy.courseId, isNew: !before.has(policy.id) } });
      const values = { policy: text, position, updated_at: new Date() };
      await tx.insertInto('credit_policies').values({ tenant_id: tenantId, id: policy.id, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(values)).execute();
    }
    if (!goal) return;
    const text = JSON.stringify(goal);
    await tx.insertInto('credit_goals').values({ tenant_id: tenantId, goal: text }).onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ goal: text })).execute();
  });
}

export async function loadPolicies(db: Db, tenantId: number): Promise<CreditPolicy[]> {
  const rows = await db.selectFrom('credit_policies').select('policy').where('tenant_id', '=', tenantId).orderBy('position').orderBy('id').execute();
  return rows.map(({ policy }) => JSON.parse(policy) as CreditPolicy);
}

export async function loadGoal(db: Db, tenantId: number): Promise<CreditGoal | undefined> {
  const row = await db.selectFrom('credit_goals').select('goal').where('tenant_id', '=', tenantId).executeTakeFirst();
  return row && (JSON.parse(row.goal) as CreditGoal);
}
