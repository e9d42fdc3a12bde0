import type { At, AtDefault, AtOptional } from '../database/columns.js';

/** A course that an institution may show in its own LMS. */
export interface DispatchesTable {
  /** Unguessable: whoever has it can launch under the licence. */
  id: string;
  tenant_id: number;
  course_id: string;
  institution: string;
  seats: number | null;
  until: AtOptional;
  /** Of pages that may frame it; empty: any. */
  origins: string[];
  identity: 'pseudonym' | 'account' | 'browser';
  /** Of the pseudonyms. */
  salt: string;
  created_at: AtDefault;
  created_by: string;
  revoked_at: AtOptional;
}

/** A seat. */
export interface DispatchLearnersTable {
  dispatch_id: string;
  learner: string;
  registration: string;
  first_at: AtDefault;
  last_at: At;
  completed: boolean;
  success: 'passed' | 'failed' | null;
  /** Scaled. */
  score: number | null;
  progress: number;
  seconds: number;
}
