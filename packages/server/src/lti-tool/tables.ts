import type { At, AtDefault, AtOptional, JsonText } from '../database/columns.js';

/** A platform that a tenant lets launch its courses. */
export interface LtiPlatformsTable {
  id: string;
  tenant_id: number;
  name: string;
  issuer: string;
  client_id: string;
  deployments: string[];
  authorization_url: string;
  token_url: string;
  token_audience: string | null;
  jwks_url: string;
  created_at: AtDefault;
  created_by: string;
}

/** What may not come twice: nonces of launches, and tickets. */
export interface LtiNoncesTable {
  digest: Buffer;
  expires_at: At;
}

/** Where a registration was launched from. */
export interface LtiLinksTable {
  tenant_id: number;
  registration: string;
  platform_id: string;
  deployment_id: string;
  context_id: string | null;
  resource_link_id: string;
  sub: string;
  course_id: string;
  /** Absent: the whole course. */
  unit_id: string | null;
  label: string;
  line_item: string | null;
  line_items: string | null;
  memberships: string | null;
  scopes: string[];
  first_at: AtDefault;
  last_at: AtDefault;
}

/** What a registration has come to, for the platform's gradebook: the newest alone. */
export interface LtiScoresTable {
  tenant_id: number;
  registration: string;
  outcome: JsonText;
  happened_at: At;
  revision: number;
  sent_revision: number;
  /** When it is to be sent; `null`: it need not, or cannot. */
  due_at: AtOptional;
  attempts: number;
  problem: string | null;
}

export interface LtiInvitationsTable {
  digest: Buffer;
  tenant_id: number;
  name: string;
  created_by: string;
  expires_at: At;
}

export interface LtiToolTables {
  lti_platforms: LtiPlatformsTable;
  lti_nonces: LtiNoncesTable;
  lti_links: LtiLinksTable;
  lti_scores: LtiScoresTable;
  lti_invitations: LtiInvitationsTable;
}
