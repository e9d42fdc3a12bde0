import { sql } from 'kysely';
import type { Db } from '../database/database.js';

/** What is kept of an administrative act. Never a secret. */
export interface AuditEntry {
  /** The key that acted, or `server` for what the server did by itself. */
  readonly actor: string;
  readonly action: AuditAction;
  /** What it was done to: a key, a tenant, a course, a conferral, a policy, a registration, a target of forwarding. */
  readonly subject: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export type AuditAction =
  | 'auth.failed'
  | 'course.import'
  | 'course.remove'
  | 'credit.confer'
  | 'credit.policy'
  | 'credit.revoke'
  | 'data.backup'
  | 'data.restore'
  | 'dispatch.change'
  | 'dispatch.create'
  | 'dispatch.revoke'
  | 'forwarding.add'
  | 'forwarding.change'
  | 'forwarding.pause'
  | 'forwarding.remove'
  | 'forwarding.resume'
  | 'forwarding.retry'
  | 'key.create'
  | 'key.revoke'
  | 'key.rotate'
  | 'key.set'
  | 'lti-platform.add'
  | 'lti-platform.change'
  | 'lti-platform.invite'
  | 'lti-platform.remove'
  | 'lti-tool.add'
  | 'lti-tool.edit'
  | 'lti-tool.remove'
  | 'registration.create'
  | 'tenant.create'
  | 'tenant.resume'
  | 'tenant.suspend'
  | 'unit.abandon'
  | 'unit.waive';

/** An entry as it is read. */
export interface StoredAuditEntry {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** @param db the transaction of the act itself, where it has one: then neither is without the other */
export async function recordAudit(db: Db, tenantId: number, { actor, action, subject, details = {} }: AuditEntry): Promise<void> {
  await db.insertInto('audit').values({ tenant_id: tenantId, actor, action, subject, details: JSON.stringify(details) }).execute();
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  /** A whole action, or its first word: `key` is every act on keys. */
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  /** At or after, in microseconds since 1970. */
  readonly since?: number | undefined;
  /** Before, in microseconds since 1970. */
  readonly until?: number | undefined;
  readonly limit: number;
  /** The last entry of the page before. */
  readonly after?: AuditPosition | undefined;
}

/** Where an entry stands: entries of one microsecond are ordered by their ids. */
export interface AuditPosition {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly id: string;
}

export interface AuditPage {
  readonly entries: readonly StoredAuditEntry[];
  /** Where the next page begins, if there is one. */
  readonly next: AuditPosition | undefined;
}

/** The newest first. What is added while somebody pages is on none of the later pages, and moves nothing. */
export async function queryAudit(db: Db, tenantId: number, { actor, action, subject, since, until, limit, after }: AuditFilter): Promise<AuditPage> {
  const time = (micros: number): ReturnType<typeof sql<Date>> => sql<Date>`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
  let query = db.selectFrom('audit').selectAll().select(sql<number>`(extract(epoch from at) * 1000000)::bigint`.as('micros')).where('tenant_id', '=', tenantId);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action !== undefined) query = query.where((where) => where.or([where('action', '=', action), where(sql`split_part(action, '.', 1)`, '=', action)]));
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (since !== undefined) query = query.where('at', '>=', time(since));
  if (until !== undefined) query = query.where('at', '<', time(until));
  if (after !== undefined) query = query.where(sql<boolean>`(at, id) < (${time(after.at)}, ${after.id}::uuid)`);
  const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit + 1).execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map((row) => ({ id: row.id, at: row.at.toISOString(), actor: row.actor, action: row.action, subject: row.subject, details: JSON.parse(row.details) as Record<string, unknown> })),
    next: rows.length > limit && last ? { at: last.micros, id: last.id } : undefined,
  };
}
