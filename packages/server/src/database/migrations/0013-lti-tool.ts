import { sql, type Kysely } from 'kysely';

/** What an LTI 1.3 tool knows: the platforms that launch it, nonces that were used, places its learners came from, and scores on their way. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table lti_platforms (
    id uuid primary key,
    tenant_id integer not null references tenants(id),
    name text not null,
    issuer text not null,
    client_id text not null,
    deployments text[] not null,
    authorization_url text not null,
    token_url text not null,
    token_audience text,
    jwks_url text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    unique (tenant_id, name),
    unique (issuer, client_id))`,

  `create table lti_nonces (
    digest bytea primary key,
    expires_at timestamptz not null)`,
  'create index lti_nonces_expiry on lti_nonces (expires_at)',

  // A registration, and the resource link whose gradebook it is told to.
  `create table lti_links (
    tenant_id integer not null references tenants(id),
    registration uuid not null,
    platform_id uuid not null references lti_platforms(id) on delete cascade,
    deployment_id text not null,
    context_id text,
    resource_link_id text not null,
    sub text not null,
    course_id text not null,
    unit_id text,
    label text not null,
    line_item text,
    line_items text,
    memberships text,
    scopes text[] not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    primary key (tenant_id, registration))`,
  'create index lti_links_place on lti_links (platform_id, resource_link_id)',

  `create table lti_scores (
    tenant_id integer not null,
    registration uuid not null,
    outcome json not null,
    happened_at timestamptz not null,
    revision integer not null,
    sent_revision integer not null default 0,
    due_at timestamptz,
    attempts integer not null default 0,
    problem text,
    primary key (tenant_id, registration),
    foreign key (tenant_id, registration) references lti_links(tenant_id, registration) on delete cascade)`,
  'create index lti_scores_due on lti_scores (due_at) where due_at is not null',

  // One-time invitations to register by dynamic registration.
  `create table lti_invitations (
    digest bytea primary key,
    tenant_id integer not null references tenants(id),
    name text not null,
    created_by text not null,
    expires_at timestamptz not null)`,
];
