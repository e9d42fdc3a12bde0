import { sql, type Kysely } from 'kysely';

/** Licences for courses that are shown in other LMSs, and who has used them. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table dispatches (
    id text primary key,
    tenant_id integer not null references tenants(id),
    course_id text not null,
    institution text not null,
    seats integer,
    until timestamptz,
    origins text[] not null default '{}',
    identity text not null,
    salt text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    revoked_at timestamptz)`,
  'create index dispatches_of_tenant on dispatches (tenant_id, institution)',

  `create table dispatch_learners (
    dispatch_id text not null references dispatches(id) on delete cascade,
    learner text not null,
    registration uuid not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    completed boolean not null default false,
    success text,
    score double precision,
    progress double precision not null default 0,
    seconds double precision not null default 0,
    primary key (dispatch_id, learner))`,
  'create unique index dispatch_learners_registration on dispatch_learners (registration)',
];
