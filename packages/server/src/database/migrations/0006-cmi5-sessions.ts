import { sql, type Kysely } from 'kysely';

/** What the rules of cmi5 need to know of a session; one open session a registration (9.3.6); units that were waived (9.3.7). */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  'alter table unit_sessions add column preferences_read_at timestamptz, add column initialized_timestamp timestamptz',

  // Of sessions that overlap, only the last goes on.
  `update unit_sessions s set abandoned_at = now() where kind = 'cmi5' and terminated_at is null and abandoned_at is null and exists (
    select from unit_sessions o where o.tenant_id = s.tenant_id and o.registration = s.registration and o.kind = 'cmi5'
      and o.terminated_at is null and o.abandoned_at is null and (o.launched_at, o.id) > (s.launched_at, s.id))`,
  `create unique index unit_sessions_open on unit_sessions (tenant_id, registration)
    where kind = 'cmi5' and terminated_at is null and abandoned_at is null`,
  `create index unit_sessions_expiry on unit_sessions (expires_at)
    where kind = 'cmi5' and terminated_at is null and abandoned_at is null`,

  `create table unit_waivers (
    tenant_id integer not null references tenants(id),
    registration uuid not null,
    unit_id text not null,
    session_id uuid not null,
    statement_id uuid not null,
    reason text not null,
    by_key text not null,
    at timestamptz not null default now(),
    primary key (tenant_id, registration, unit_id))`,
];
