import type { Generated } from 'kysely';
import type { At, AtDefault, AtOptional, JsonText } from './columns.js';

export interface UnitSessionsTable {
  tenant_id: number;
  id: string;
  kind: 'cmi5' | 'xapi' | 'lti';
  registration: string;
  course_id: string;
  unit_id: string;
  activity_id: string;
  actor_key: string;
  actor: JsonText;
  launch_mode: string;
  move_on: string;
  mastery_score: number | null;
  publisher_id: string | null;
  context_template: JsonText;
  fetch_hash: Buffer | null;
  secret_hash: Buffer;
  fetched_at: AtOptional;
  expires_at: At;
  launched_at: AtDefault;
  initialized_at: AtOptional;
  terminated_at: AtOptional;
  abandoned_at: AtOptional;
  /** When the unit asked for `cmi5LearnerPreferences`. */
  preferences_read_at: AtOptional;
  /** The timestamp of its initialized statement. */
  initialized_timestamp: AtOptional;
  /** When its last statement was stored. */
  seen_at: AtOptional;
  /** Names of the cmi5-defined verbs the session has sent. */
  verbs: Generated<string[]>;
  completed: Generated<boolean>;
  success: boolean | null;
  score: JsonText | null;
  progress: number | null;
}

/** Units that need not be done (cmi5 9.3.7). */
export interface UnitWaiversTable {
  tenant_id: number;
  registration: string;
  unit_id: string;
  /** Of the waived statement, and of the satisfied ones that follow from it. */
  session_id: string;
  statement_id: string;
  reason: string;
  by_key: string;
  at: AtDefault;
}

export interface UnitSatisfactionsTable {
  tenant_id: number;
  registration: string;
  activity_key: string;
  statement_id: string;
  at: AtDefault;
}
