import type { Statement, SubStatement } from '@lectern/core';
import { authorityKeyOf, hasScope, type LearnerPrincipal, type Principal, type UnitPrincipal } from '../auth/principal.js';
import { agentKey } from '../database/keys.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { RESERVED_VERBS, VOIDED, type PreparedStatement } from './prepare-statement.js';

/**
 * A token writes for its own learner and registration, and never what only an institution may say: in the statement, and in the
 * SubStatement that it may hold.
 * @throws ServerError `forbidden` with the member in `field`
 */
export function guardWrite(principal: Principal, { statement }: PreparedStatement, where: string): void {
  if (principal.kind === 'key') return;
  if (principal.registration === undefined) throw new ServerError('forbidden', 'This token is for reading; it was not launched for a course.');
  // Tin Can content may leave the registration out; a SubStatement is of the statement that holds it.
  guardPart(principal, statement, where, principal.kind === 'unit' && principal.unitKind === 'xapi');
  if (statement.object.objectType === 'SubStatement') guardPart(principal, statement.object, where ? `${where}.object` : 'object', true);
}

function guardPart(principal: LearnerPrincipal | UnitPrincipal, part: Statement | SubStatement, where: string, mayLackRegistration: boolean): void {
  const isCmi5 = principal.kind === 'unit' && principal.unitKind === 'cmi5';
  const place = (name: string, clause: string): { field: string; clause?: string } => ({ field: where ? `${where}.${name}` : name, ...(isCmi5 ? { clause: `cmi5 ${clause}` } : {}) });
  const { actor, verb, context } = part;
  // A group of the learner's own name would put the statement into the records of its members.
  if (actor.objectType === 'Group' || agentKey(principal.tenantId, actor) !== principal.actorKey) {
    throw new ServerError('forbidden', 'This token may not write for another learner.', place('actor', '9.2'));
  }
  const registration = context?.registration?.toLowerCase();
  if (registration !== principal.registration && !(mayLackRegistration && registration === undefined)) {
    throw new ServerError('forbidden', 'This token may not write for another registration.', place('context.registration', '9.6.1'));
  }
  if (verb.id === VOIDED || RESERVED_VERBS.has(verb.id)) throw new ServerError('forbidden', 'Only the LMS or the institution may say that.', place('verb.id', verb.id === VOIDED ? '6.3' : '9.3'));
}

/**
 * A key that may only write voids what it wrote itself (Data 2.3.2: an LRS refuses voiding by those it does not authorize to).
 * @throws ServerError `forbidden`
 */
export async function guardVoiding(db: Db, principal: Principal, prepared: readonly PreparedStatement[]): Promise<void> {
  if (principal.kind !== 'key' || hasScope(principal, 'all')) return;
  const targets = prepared.flatMap(({ voids, target }) => (voids && target !== undefined ? [target] : []));
  if (targets.length === 0) return;
  const rows = await db.selectFrom('statement_ids as i')
    .innerJoin('statements as s', (join) => join.onRef('s.tenant_id', '=', 'i.tenant_id').onRef('s.actor_key', '=', 'i.actor_key').onRef('s.seq', '=', 'i.seq'))
    .select(['i.id', 's.authority_key']).where('i.tenant_id', '=', principal.tenantId).where('i.id', 'in', targets).execute();
  const writers = new Map(rows.map(({ id, authority_key: writer }) => [id, writer]));
  const own = authorityKeyOf(principal)!;
  const arriving = new Map(prepared.map(({ id }) => [id, own]));
  if (targets.some((target) => (writers.has(target) ? writers.get(target) : arriving.get(target)) !== own)) {
    throw new ServerError('forbidden', 'This key may void only statements that it wrote.', { field: 'object.id', clause: 'xAPI Data 2.3.2' });
  }
}
