import type { At, AtDefault, JsonText } from '../database/columns.js';

/** A key that the platform signs with, or has signed with. */
export interface PlatformKeysTable {
  kid: string;
  /** JWK. */
  public_key: JsonText;
  /** JWK, sealed; see `auth/seal.ts`. */
  private_key: Buffer;
  created_at: AtDefault;
}

/** A tool that a tenant's courses may launch. */
export interface PlatformToolsTable {
  id: string;
  tenant_id: number;
  name: string;
  client_id: string;
  deployment_id: string;
  login_url: string;
  redirect_uris: string[];
  target_link_uri: string | null;
  jwks_url: string | null;
  /** JWK set, where the tool has no address for it. */
  jwks: JsonText | null;
  scopes: string[];
  identity: 'pseudonym' | 'account';
  created_at: AtDefault;
  created_by: string;
}

/** A learner as a tool knows them. */
export interface PlatformUsersTable {
  tool_id: string;
  actor_key: string;
  /** Random: nothing can be told from it. */
  sub: string;
  actor: JsonText;
}

/** A unit's place in the gradebook. Of a tool and a unit there is one. */
export interface PlatformLineItemsTable {
  id: string;
  tool_id: string;
  tenant_id: number;
  course_id: string;
  unit_id: string;
  resource_link_id: string;
  label: string;
  created_at: AtDefault;
}

/** What a session of `unit_sessions` is when the unit is a tool's. */
export interface PlatformLaunchesTable {
  tenant_id: number;
  session_id: string;
  tool_id: string;
  line_item_id: string;
  sub: string;
  target_link_uri: string;
  document_target: 'iframe' | 'window';
  /** BCP 47 tags of the reader, the preferred first. */
  languages: string[];
  launched_at: AtDefault;
  /** `LaunchProblem` of core. */
  problem: JsonText | null;
}

/** The last score of a learner (AGS 2.0, 3.4). */
export interface PlatformScoresTable {
  line_item_id: string;
  sub: string;
  timestamp: At;
  /** Of the score as it was sent: the same once more is no other. */
  digest: Buffer;
  score_given: number | null;
  score_maximum: number | null;
  activity_progress: string;
  grading_progress: string;
  comment: string | null;
  received_at: AtDefault;
}

export interface PlatformAssertionsTable {
  tool_id: string;
  /** Of its `jti`. */
  digest: Buffer;
  expires_at: At;
}

export interface PlatformTables {
  platform_keys: PlatformKeysTable;
  platform_tools: PlatformToolsTable;
  platform_users: PlatformUsersTable;
  platform_line_items: PlatformLineItemsTable;
  platform_launches: PlatformLaunchesTable;
  platform_scores: PlatformScoresTable;
  platform_assertions: PlatformAssertionsTable;
}
