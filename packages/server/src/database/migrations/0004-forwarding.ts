import { sql, type Kysely } from 'kysely';

/**
 * Statement forwarding. The queue is the statements table itself: a target's `cursor` is the last `seq` that it has, or that its filter
 * left out. Only what a target would not take has rows of its own.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // `number` names the target in an advisory lock, which takes no UUID. `secret` and `salt` are sealed (auth/seal.ts).
  `create table forwarding_targets (
    tenant_id integer not null references tenants(id),
    id uuid not null default gen_random_uuid(),
    number integer generated always as identity,
    name text not null,
    endpoint text not null,
    version text not null,
    auth json not null,
    secret bytea not null,
    filter json not null,
    pseudonyms json,
    salt bytea,
    attachments boolean not null,
    cursor bigint not null,
    paused text,
    failures integer not null default 0,
    refused_in_a_row integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    delivered bigint not null default 0,
    filtered bigint not null default 0,
    last_error json,
    last_success_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id))`,
  'create unique index forwarding_targets_name on forwarding_targets (tenant_id, name)',

  `create table forwarding_set_aside (
    tenant_id integer not null,
    target_id uuid not null,
    seq bigint not null,
    statement_id uuid not null,
    reason text not null,
    status integer,
    detail text not null,
    retry boolean not null default false,
    at timestamptz not null default now(),
    primary key (tenant_id, target_id, seq),
    foreign key (tenant_id, target_id) references forwarding_targets (tenant_id, id) on delete cascade)`,
  'create index forwarding_set_aside_retry on forwarding_set_aside (tenant_id, target_id) where retry',
];
