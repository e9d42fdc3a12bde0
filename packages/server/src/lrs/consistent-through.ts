import type { MiddlewareHandler } from 'hono';
import { sql } from 'kysely';
import type { Db } from '../database/database.js';
import type { LrsEnv } from './lrs-env.js';
import { WRITE_LOCK } from './statement-writer.js';
import { formatMicros } from './timestamp.js';

/**
 * The time, in microseconds since 1970, up to which what is stored can be seen (Communication 2.1.3): now, unless somebody is writing at
 * this moment; then the time of the last statement that can be seen. Ask before the query it is said of.
 */
export async function consistentThrough(db: Db, tenantId: number): Promise<number> {
  const { rows } = await sql<{ now: number; last: number | null; idle: boolean }>`
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now,
           pg_try_advisory_xact_lock_shared(${WRITE_LOCK}::int, ${tenantId}::int) as idle,
           (select seq from statement_clocks where tenant_id = ${tenantId}) as last`.execute(db);
  const { now, last, idle } = rows[0]!;
  return idle ? Math.max(now, last ?? 0) : (last ?? now - 60_000_000);
}

/**
 * Says on every answer of the statements resource, refusals included, up to when answers are complete (Communication 2.1.3). A route
 * that knows the time leaves it; to a stranger, whose tenant is unknown, the beginning of time is as true, and tells nothing.
 */
export function tellConsistentThrough(db: Db): MiddlewareHandler<LrsEnv> {
  return async (c, next) => {
    await next();
    const tenantId = c.get('principal')?.tenantId;
    const through = c.get('consistentThrough') ?? (tenantId === undefined ? 0 : await consistentThrough(db, tenantId).catch(() => 0));
    c.res.headers.set('X-Experience-API-Consistent-Through', formatMicros(through));
  };
}
