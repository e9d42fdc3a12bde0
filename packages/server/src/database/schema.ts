import type { Generated } from 'kysely';
import type { At, AtDefault, AtOptional, JsonText } from './columns.js';
import type { DispatchesTable, DispatchLearnersTable } from '../dispatches/dispatch-tables.js';
import type { PlatformTables } from '../lti-platform/tables.js';
import type { LtiToolTables } from '../lti-tool/tables.js';
import type { UnitSatisfactionsTable, UnitSessionsTable, UnitWaiversTable } from './unit-tables.js';

export type { JsonText, UnitSatisfactionsTable, UnitSessionsTable, UnitWaiversTable };

export interface TenantsTable {
  id: Generated<number>;
  name: string;
  created_at: AtDefault;
  suspended_at: AtOptional;
}

export interface ApiKeysTable {
  key: string;
  tenant_id: number;
  /** scrypt; see `auth/secret.ts`. */
  secret_hash: string;
  scopes: string[];
  label: Generated<string>;
  created_at: AtDefault;
  /** The key that made it. */
  created_by: Generated<string>;
  expires_at: AtOptional;
  revoked_at: AtOptional;
  rotated_at: AtOptional;
  /** The secret before the last rotation, good until `previous_until`. */
  previous_hash: string | null;
  previous_until: AtOptional;
}

export interface CoursesTable {
  tenant_id: number;
  id: string;
  activity_id: string;
  activity_key: string;
  format: string;
  title: JsonText;
  units: number;
  course: JsonText;
  warnings: JsonText;
  content_hash: string;
  created_at: AtDefault;
}

export interface RegistrationsTable {
  tenant_id: number;
  id: string;
  course_id: string | null;
  actor_key: string;
  actor: JsonText;
  launch_mode: string;
  return_url: string | null;
  created_at: AtDefault;
  satisfied_at: AtOptional;
}

/** In partitions by `actor_key`. Written by the function `store_statements`. */
export interface StatementsTable {
  tenant_id: number;
  actor_key: string;
  /** `stored`, in microseconds since 1970; strictly growing within the tenant. */
  seq: number;
  id: string;
  verb_key: string;
  activity_key: string | null;
  registration: string | null;
  /** Who vouches, as an agent. */
  authority_agent: string;
  /** Other agents that `agent` finds: the object, members of groups. Few statements have any. */
  agent_keys: string[] | null;
  /** What `related_agents` finds besides the columns above. */
  related_agents: string[] | null;
  /** What `related_activities` finds besides `activity_key`. */
  related_activities: string[] | null;
  voids: boolean;
  voided: boolean;
  /** But for `stored`, which is `seq`. */
  document: JsonText;
  /** The host's key that wrote it; none where the server vouches itself. */
  authority_key: string | null;
}

/** Each id once in a tenant, and where its statement is. */
export interface StatementIdsTable {
  tenant_id: number;
  id: string;
  actor_key: string;
  seq: number;
  /** Whether it came with a timestamp. */
  dated: boolean;
}

export interface StatementClocksTable {
  tenant_id: number;
  /** The last that was given out. */
  seq: number;
}

export interface StatementTargetsTable {
  tenant_id: number;
  source_id: string;
  target_id: string;
  voids: Generated<boolean>;
}

export interface AttachmentsTable {
  tenant_id: number;
  sha2: string;
  content_type: string;
  bytes: Buffer;
}

export interface ActivitiesTable {
  tenant_id: number;
  key: string;
  id: string;
  definition: JsonText;
  updated_at: AtDefault;
}

export interface AgentsTable {
  tenant_id: number;
  key: string;
  identifier: JsonText;
  names: string[];
}

export interface DocumentsTable {
  tenant_id: number;
  kind: 'state' | 'activity-profile' | 'agent-profile';
  activity_key: string;
  agent_key: string;
  registration: string;
  document_key: string;
  document_id: string;
  content_type: string;
  etag: string;
  bytes: Buffer;
  updated_at: At;
}

export interface CreditPoliciesTable {
  tenant_id: number;
  id: string;
  position: Generated<number>;
  policy: JsonText;
  updated_at: AtDefault;
}

export interface CreditGoalsTable {
  tenant_id: number;
  goal: JsonText;
}

export interface ConferralsTable {
  tenant_id: number;
  id: string;
  policy_id: string;
  actor_key: string;
  actor: JsonText;
  credits: number;
  scheme: string;
  authority: JsonText;
  statement_id: string;
  evidence: string[];
  conferred_at: At;
  revoked_at: AtOptional;
  revoke_statement_id: string | null;
  reason: string | null;
}

export interface AuditTable {
  tenant_id: number;
  id: Generated<string>;
  at: AtDefault;
  actor: string;
  action: string;
  subject: string;
  details: Generated<JsonText>;
}

export interface ForwardingTargetsTable {
  tenant_id: number;
  id: Generated<string>;
  /** Names the target in an advisory lock. */
  number: Generated<number>;
  name: string;
  endpoint: string;
  version: string;
  auth: JsonText;
  /** Sealed; see `auth/seal.ts`. */
  secret: Buffer;
  filter: JsonText;
  pseudonyms: JsonText | null;
  /** Sealed. */
  salt: Buffer | null;
  attachments: boolean;
  /** The last `seq` that the target has or was not to have. */
  cursor: number;
  /** Why it waits for somebody; null while it runs. */
  paused: string | null;
  failures: Generated<number>;
  refused_in_a_row: Generated<number>;
  next_attempt_at: AtDefault;
  delivered: Generated<number>;
  filtered: Generated<number>;
  last_error: JsonText | null;
  last_success_at: AtOptional;
  created_at: AtDefault;
  updated_at: AtDefault;
}

export interface ForwardingSetAsideTable {
  tenant_id: number;
  target_id: string;
  seq: number;
  statement_id: string;
  reason: string;
  /** HTTP; null where there was no answer. */
  status: number | null;
  detail: string;
  /** Whether somebody asked to send it again. */
  retry: Generated<boolean>;
  at: AtDefault;
}

export interface Schema extends PlatformTables, LtiToolTables {
  tenants: TenantsTable;
  api_keys: ApiKeysTable;
  courses: CoursesTable;
  registrations: RegistrationsTable;
  unit_sessions: UnitSessionsTable;
  unit_waivers: UnitWaiversTable;
  dispatches: DispatchesTable;
  dispatch_learners: DispatchLearnersTable;
  unit_satisfactions: UnitSatisfactionsTable;
  statements: StatementsTable;
  statement_ids: StatementIdsTable;
  statement_clocks: StatementClocksTable;
  statement_targets: StatementTargetsTable;
  attachments: AttachmentsTable;
  activities: ActivitiesTable;
  agents: AgentsTable;
  documents: DocumentsTable;
  credit_policies: CreditPoliciesTable;
  credit_goals: CreditGoalsTable;
  conferrals: ConferralsTable;
  audit: AuditTable;
  forwarding_targets: ForwardingTargetsTable;
  forwarding_set_aside: ForwardingSetAsideTable;
}
