import { sql, type Kysely } from 'kysely';

/** What an LTI 1.3 platform knows: its keys, the tools it launches, their learners, line items and scores. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table platform_keys (
    kid text primary key,
    public_key json not null,
    private_key bytea not null,
    created_at timestamptz not null default now())`,

  `create table platform_tools (
    id uuid primary key,
    tenant_id integer not null references tenants(id),
    name text not null,
    client_id text not null unique,
    deployment_id text not null,
    login_url text not null,
    redirect_uris text[] not null,
    target_link_uri text,
    jwks_url text,
    jwks json,
    scopes text[] not null,
    identity text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    unique (tenant_id, name))`,

  // Names that a tool knows learners by: of each tool its own, so that two cannot compare.
  `create table platform_users (
    tool_id uuid not null references platform_tools(id) on delete cascade,
    actor_key uuid not null,
    sub uuid not null,
    actor json not null,
    primary key (tool_id, actor_key),
    unique (tool_id, sub))`,

  `create table platform_line_items (
    id uuid primary key,
    tool_id uuid not null references platform_tools(id) on delete cascade,
    tenant_id integer not null references tenants(id),
    course_id text not null,
    unit_id text not null,
    resource_link_id uuid not null,
    label text not null,
    created_at timestamptz not null default now())`,
  'create index platform_line_items_context on platform_line_items (tool_id, course_id, id)',

  `create table platform_launches (
    tenant_id integer not null references tenants(id),
    session_id uuid not null,
    tool_id uuid not null references platform_tools(id) on delete cascade,
    line_item_id uuid not null references platform_line_items(id) on delete cascade,
    sub uuid not null,
    target_link_uri text not null,
    document_target text not null,
    languages text[] not null,
    launched_at timestamptz not null default now(),
    problem json,
    primary key (tenant_id, session_id))`,
  'create index platform_launches_user on platform_launches (line_item_id, sub, launched_at)',

  `create table platform_scores (
    line_item_id uuid not null references platform_line_items(id) on delete cascade,
    sub uuid not null,
    timestamp timestamptz not null,
    digest bytea not null,
    score_given double precision,
    score_maximum double precision,
    activity_progress text not null,
    grading_progress text not null,
    comment text,
    received_at timestamptz not null default now(),
    primary key (line_item_id, sub))`,

  // Ids of client assertions that were used; kept until they could not be used again anyway.
  `create table platform_assertions (
    tool_id uuid not null references platform_tools(id) on delete cascade,
    digest bytea not null,
    expires_at timestamptz not null,
    primary key (tool_id, digest))`,
  'create index platform_assertions_expiry on platform_assertions (expires_at)',
];
