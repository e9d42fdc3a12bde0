import { evaluateCredit, type CreditLedger, type CreditPolicy } from '@lectern/core';
import type { Db } from '../database/database.js';

export type CreditGoal = NonNullable<CreditLedger['goal']>;

/**
 * Keeps policies, in their order, and what their credits count towards.
 * @throws CoreError `policy-invalid` before anything is written
 */
export async function savePolicies(db: Db, tenantId: number, policies: readonly CreditPolicy[], goal?: CreditGoal): Promise<void> {
  for (const policy of policies) evaluateCredit(policy, []);
  await db.transaction().execute(async (tx) => {
    for (const [position, policy] of policies.entries()) {
      const values = { policy: JSON.stringify(policy), position, updated_at: new Date() };
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
