import { sql } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import type { OutgoingStatement } from './outgoing.js';
import type { Refusal } from './post-statements.js';
import type { ForwardingFault, ForwardingTarget, PauseReason } from './target.js';

/** Somebody moved the cursor, paused or removed the target meanwhile: what the worker knows of it is old. */
export class TargetMoved extends Error {}

/** Refusals in a row after which it is rather the target that is wrong, or how we speak to it. */
const MOST_REFUSALS = 25;

export interface Step {
  /** The cursor that the target is known to have. */
  readonly from: number;
  readonly to: number;
  readonly delivered: number;
  /** Statements passed over because of the filter. */
  readonly filtered: number;
  readonly setAside?: { readonly statement: OutgoingStatement; readonly fault: Refusal };
}

/**
 * Moves the cursor in one transaction with what else is to be remembered: only after the target's answer, and only from where it was
 * known to be, so that a worker that has lost its lock changes nothing.
 * @throws TargetMoved; also after one refusal too many, for which the target is to be paused
 */
export async function advance(db: Db, target: ForwardingTarget, { from, to, delivered, filtered, setAside }: Step): Promise<void> {
  const inARow = await db.transaction().execute(async (tx) => {
    const row = await tx.updateTable('forwarding_targets').set((eb) => ({
      cursor: to,
      delivered: eb('delivered', '+', delivered),
      filtered: eb('filtered', '+', filtered),
      ...(delivered > 0 ? { failures: 0, refused_in_a_row: 0, last_error: null, last_success_at: sql<Date>`now()` } : {}),
      ...(setAside ? { failures: 0, refused_in_a_row: eb('refused_in_a_row', '+', refusals(setAside.fault)), last_error: faultJson(setAside.fault) } : {}),
    })).where('tenant_id', '=', target.tenantId).where('id', '=', target.id).where('cursor', '=', from).where('paused', 'is', null).returning('refused_in_a_row').executeTakeFirst();
    if (!row) throw new TargetMoved('The target was changed.');
    if (setAside) await keepAside(tx, target, setAside.statement, setAside.fault);
    return row.refused_in_a_row;
  });
  if (setAside && inARow >= MOST_REFUSALS) throw new TargetMoved('The target refuses everything.');
}

/** What was not even sent says nothing of the target. */
const refusals = ({ code }: Refusal): number => (code === 'unfit' ? 0 : 1);

/** What was set aside and is there now, or was refused again. */
export async function settleRetry(db: Db, target: ForwardingTarget, group: readonly OutgoingStatement[], fault: Refusal | undefined): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = await tx.updateTable('forwarding_targets').set((eb) => (fault
      ? { refused_in_a_row: eb('refused_in_a_row', '+', refusals(fault)), last_error: faultJson(fault) }
      : { delivered: eb('delivered', '+', group.length), failures: 0, refused_in_a_row: 0, last_error: null, last_success_at: sql<Date>`now()` }))
      .where('tenant_id', '=', target.tenantId).where('id', '=', target.id).where('paused', 'is', null).returning('id').executeTakeFirst();
    if (!row) throw new TargetMoved('The target was changed.');
    if (fault) return keepAside(tx, target, group[0]!, fault);
    await tx.deleteFrom('forwarding_set_aside').where('tenant_id', '=', target.tenantId).where('target_id', '=', target.id).where('seq', 'in', group.map(({ seq }) => seq)).execute();
  });
}

async function keepAside(db: Pick<Db, 'insertInto'>, { tenantId, id }: ForwardingTarget, { seq, id: statementId }: OutgoingStatement, { code, status, message }: Refusal): Promise<void> {
  const why = { reason: code, status: status ?? null, detail: message, retry: false, at: sql<Date>`now()` };
  await db.insertInto('forwarding_set_aside').values({ tenant_id: tenantId, target_id: id, seq, statement_id: statementId, ...why })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'target_id', 'seq']).doUpdateSet(why)).execute();
}

export const refusesEverything = ({ refusedInARow }: ForwardingTarget): boolean => refusedInARow >= MOST_REFUSALS;

/** Nothing came of it for now; `delay` is in milliseconds. */
export async function postpone(db: Db, { tenantId, id }: ForwardingTarget, fault: Refusal, delay: number): Promise<void> {
  await db.updateTable('forwarding_targets').set((eb) => ({
    failures: eb('failures', '+', 1), last_error: faultJson(fault), next_attempt_at: sql<Date>`now() + ${Math.ceil(delay)} * interval '1 millisecond'`,
  })).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

/** Waits for somebody, and says so in the audit. */
export async function pause(db: Db, { tenantId, id, name }: ForwardingTarget, reason: PauseReason, fault?: Refusal): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const paused = await tx.updateTable('forwarding_targets').set({ paused: reason, ...(fault ? { last_error: faultJson(fault) } : {}) })
      .where('tenant_id', '=', tenantId).where('id', '=', id).where('paused', 'is', null).returning('id').executeTakeFirst();
    if (paused) await recordAudit(tx, tenantId, { actor: 'server', action: 'forwarding.pause', subject: id, details: { name, reason } });
  });
}

const faultJson = ({ code, message, status }: Refusal): string =>
  JSON.stringify({ code, message, ...(status === undefined ? {} : { status }), at: new Date().toISOString() } satisfies ForwardingFault);
