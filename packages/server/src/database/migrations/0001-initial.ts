import { sql, type Kysely } from 'kysely';

/**
 * The first tables. Every row belongs to a tenant, and every key begins with it, so that a PostgreSQL-compatible distributed
 * engine can spread tenants. Long names (IRIs, agents) are indexed by 16-byte hashes (`*_key`), which hold any length.
 *
 * A statement's `seq` is its `stored` time in microseconds since 1970, strictly growing within the tenant: one column orders,
 * pages and answers `since` and `until`, and needs no sequence that machines would have to share.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table tenants (
    id integer generated always as identity primary key,
    name text not null unique,
    created_at timestamptz not null default now())`,

  `create table api_keys (
    key text primary key,
    tenant_id integer not null references tenants(id),
    secret_hash text not null,
    scopes text[] not null,
    label text not null default '',
    created_at timestamptz not null default now(),
    revoked_at timestamptz)`,

  `create table courses (
    tenant_id integer not null references tenants(id),
    id text not null,
    activity_id text not null,
    activity_key uuid not null,
    format text not null,
    title json not null,
    units integer not null,
    course json not null,
    warnings json not null,
    content_hash text not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id))`,
  'create index courses_activity on courses (tenant_id, activity_key)',

  `create table registrations (
    tenant_id integer not null references tenants(id),
    id uuid not null,
    course_id text,
    actor_key uuid not null,
    actor json not null,
    launch_mode text not null,
    return_url text,
    created_at timestamptz not null default now(),
    satisfied_at timestamptz,
    primary key (tenant_id, id))`,
  'create index registrations_actor on registrations (tenant_id, actor_key, course_id)',

  `create table unit_sessions (
    tenant_id integer not null references tenants(id),
    id uuid not null,
    kind text not null,
    registration uuid not null,
    course_id text not null,
    unit_id text not null,
    activity_id text not null,
    actor_key uuid not null,
    actor json not null,
    launch_mode text not null,
    move_on text not null,
    mastery_score double precision,
    publisher_id text,
    context_template json not null,
    fetch_hash bytea,
    secret_hash bytea not null,
    fetched_at timestamptz,
    expires_at timestamptz not null,
    launched_at timestamptz not null default now(),
    initialized_at timestamptz,
    terminated_at timestamptz,
    abandoned_at timestamptz,
    seen_at timestamptz,
    verbs text[] not null default '{}',
    completed boolean not null default false,
    success boolean,
    score json,
    progress double precision,
    primary key (tenant_id, id))`,
  'create index unit_sessions_unit on unit_sessions (tenant_id, registration, unit_id, launched_at)',

  `create table unit_satisfactions (
    tenant_id integer not null,
    registration uuid not null,
    activity_key uuid not null,
    statement_id uuid not null,
    at timestamptz not null default now(),
    primary key (tenant_id, registration, activity_key))`,

  // `document` is json, not jsonb: it comes back as it was sent, and costs nothing to parse.
  `create table statements (
    tenant_id integer not null references tenants(id),
    id uuid not null,
    seq bigint not null,
    actor_key uuid not null,
    verb_key uuid not null,
    activity_key uuid,
    registration uuid,
    agent_keys uuid[],
    related_agents uuid[] not null,
    related_activities uuid[] not null,
    timestamp timestamptz not null,
    timestamp_given boolean not null,
    voided boolean not null default false,
    voids boolean not null default false,
    content_hash bytea not null,
    version text not null,
    document json not null,
    primary key (tenant_id, id))`,
  'create unique index statements_seq on statements (tenant_id, seq)',
  'create index statements_actor on statements (tenant_id, actor_key, seq)',
  'create index statements_verb on statements (tenant_id, verb_key, seq)',
  'create index statements_activity on statements (tenant_id, activity_key, seq) where activity_key is not null',
  'create index statements_registration on statements (tenant_id, registration, seq) where registration is not null',
  // Agents of the statement other than its actor: objects and members of groups. Few statements have any.
  'create index statements_agents on statements using gin (agent_keys) where agent_keys is not null',
  'create index statements_related_agents on statements using gin (related_agents)',
  'create index statements_related_activities on statements using gin (related_activities)',

  // A statement that refers to another also answers the filters the other answers (xAPI Communication 2.1.3): every
  // statement it reaches, through any number of references. The target need not exist yet.
  `create table statement_targets (
    tenant_id integer not null,
    source_id uuid not null,
    target_id uuid not null,
    voids boolean not null default false,
    primary key (tenant_id, source_id, target_id))`,
  'create index statement_targets_target on statement_targets (tenant_id, target_id)',

  `create table attachments (
    tenant_id integer not null references tenants(id),
    sha2 text not null,
    content_type text not null,
    bytes bytea not null,
    primary key (tenant_id, sha2))`,

  `create table activities (
    tenant_id integer not null references tenants(id),
    key uuid not null,
    id text not null,
    definition json not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, key))`,

  `create table agents (
    tenant_id integer not null references tenants(id),
    key uuid not null,
    identifier json not null,
    names text[] not null default '{}',
    primary key (tenant_id, key))`,

  // State, activity profiles and agent profiles. Keys that a kind does not have are the zero UUID.
  `create table documents (
    tenant_id integer not null references tenants(id),
    kind text not null,
    activity_key uuid not null,
    agent_key uuid not null,
    registration uuid not null,
    document_key uuid not null,
    document_id text not null,
    content_type text not null,
    etag text not null,
    bytes bytea not null,
    updated_at timestamptz not null,
    primary key (tenant_id, kind, activity_key, agent_key, registration, document_key))`,

  `create table credit_policies (
    tenant_id integer not null references tenants(id),
    id text not null,
    position integer not null default 0,
    policy json not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id))`,

  `create table credit_goals (
    tenant_id integer primary key references tenants(id),
    goal json not null)`,

  `create table conferrals (
    tenant_id integer not null references tenants(id),
    id uuid not null,
    policy_id text not null,
    actor_key uuid not null,
    actor json not null,
    credits double precision not null,
    scheme text not null,
    authority json not null,
    statement_id uuid not null,
    evidence uuid[] not null,
    conferred_at timestamptz not null,
    revoked_at timestamptz,
    revoke_statement_id uuid,
    reason text,
    primary key (tenant_id, id))`,
  'create index conferrals_actor on conferrals (tenant_id, actor_key)',
  'create unique index conferrals_standing on conferrals (tenant_id, actor_key, policy_id) where revoked_at is null',

  `create table audit (
    tenant_id integer not null references tenants(id),
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    details json not null default '{}',
    primary key (tenant_id, id))`,
  'create index audit_at on audit (tenant_id, at)',
];
