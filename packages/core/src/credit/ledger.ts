import type { Text } from '../course/course.js';
import type { CreditProgress } from './evaluate.js';

/** Credit that an authority has given. Only a server writes these, under a policy, with the evidence it saw. */
export interface Conferral {
  readonly id: string;
  readonly policyId: string;
  readonly credits: number;
  readonly scheme: string;
  readonly by: { readonly name: Text };
  /** RFC 3339. */
  readonly at: string;
  /** The `conferred` statement. */
  readonly statementId: string;
  /** RFC 3339; present when it was taken back. */
  readonly revokedAt?: string;
  readonly reason?: string;
}

export interface CreditEntry {
  readonly progress: CreditProgress;
  readonly conferral?: Conferral;
}

/** What one learner has and still needs. */
export interface CreditLedger {
  readonly learner: { readonly name?: string; readonly account: string };
  /** What the credits count towards, e.g. a programme's elective module. */
  readonly goal?: { readonly title: Text; readonly credits: number; readonly scheme: string };
  readonly entries: readonly CreditEntry[];
  /** RFC 3339; when the server looked. */
  readonly at: string;
}

export interface CreditTotals {
  /** Given by an authority and not taken back. */
  readonly conferred: number;
  /** Proven by evidence, not conferred yet. */
  readonly earned: number;
  /** Begun. */
  readonly pending: number;
  /** Still missing to the goal, once what is earned is conferred; 0 without a goal. */
  readonly required: number;
}

/** Sums one scheme; others are left out, because no factor between schemes is official. */
export function totalCredits(ledger: CreditLedger, scheme: string): CreditTotals {
  let conferred = 0;
  let earned = 0;
  let pending = 0;
  for (const { progress, conferral } of ledger.entries) {
    // What was taken back is neither conferred nor earned, whatever the evidence says: it is required again.
    if (conferral?.revokedAt) continue;
    if ((conferral ?? progress.policy).scheme !== scheme) continue;
    if (conferral) conferred += conferral.credits;
    else if (progress.status === 'earned') earned += progress.policy.credits;
    else if (progress.status === 'inProgress') pending += progress.policy.credits;
  }
  const goal = ledger.goal?.scheme === scheme ? ledger.goal.credits : 0;
  return { conferred, earned, pending, required: Math.max(0, goal - conferred - earned) };
}
