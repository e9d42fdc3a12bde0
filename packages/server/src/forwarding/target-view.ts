import { sql } from 'kysely';
import type { Db } from '../database/database.js';
import { formatMicros } from '../lrs/timestamp.js';
import type { ForwardingTarget } from './target.js';

/** How far a target is behind. */
export interface ForwardingLag {
  /** Statements after its cursor, before any filter; more than 100,000 are not counted. */
  readonly statements: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
  /** Statements that the target would not take. */
  readonly setAside: number;
}

const COUNTED = 100_000;

export async function lagOf(db: Db, { tenantId, id, cursor }: ForwardingTarget): Promise<ForwardingLag> {
  const { rows } = await sql<ForwardingLag>`
    select (select count(*) from (select 1 from statements where tenant_id = ${tenantId} and seq > ${cursor} limit ${COUNTED}) waiting) as statements,
      coalesce((select greatest(0, extract(epoch from clock_timestamp()) - min(seq) / 1000000.0) from statements where tenant_id = ${tenantId} and seq > ${cursor}), 0)::float8 as seconds,
      (select count(*) from forwarding_set_aside where tenant_id = ${tenantId} and target_id = ${id}) as "setAside"`.execute(db);
  return rows[0]!;
}

/** What is shown of a target: everything but its secrets. */
export async function viewOf(db: Db, target: ForwardingTarget): Promise<object> {
  const { setAside, ...lag } = await lagOf(db, target);
  const { id, name, endpoint, version, auth, filter, pseudonyms, attachments, paused, failures, cursor, delivered, filtered, lastError, lastSuccessAt, nextAttemptAt, createdAt } = target;
  return {
    id, name, endpoint, version, auth, filter, pseudonyms: pseudonyms ?? null, attachments,
    status: paused ? 'paused' : failures > 0 ? 'waiting' : 'running',
    ...(paused ? { pauseReason: paused } : {}),
    ...(failures > 0 && !paused ? { nextAttemptAt: nextAttemptAt.toISOString(), failures } : {}),
    lag, delivered, filtered, setAside,
    forwardedThrough: formatMicros(cursor),
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastError: lastError ?? null,
    createdAt: createdAt.toISOString(),
  };
}
