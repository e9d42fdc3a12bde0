import { scaledScore } from '../session/scaled-score.js';
import { CoreError } from '../errors/core-error.js';
import type { Evidence } from './evidence.js';
import { DEFAULT_HOURS_PER_CREDIT, type CreditPolicy, type Requirement } from './policy.js';

export interface RequirementProgress {
  readonly requirement: Requirement;
  readonly met: boolean;
  /** Fraction, 0 to 1. */
  readonly progress: number;
  /** What proves it, the newest first. */
  readonly evidence: readonly Evidence[];
}

/** `earned`: the evidence meets the policy. Only an institution's server confers (see `Conferral`). */
export type CreditStatus = 'notStarted' | 'inProgress' | 'earned';

export interface CreditProgress {
  readonly policy: CreditPolicy;
  readonly status: CreditStatus;
  /** Fraction of the requirements, 0 to 1. */
  readonly progress: number;
  /** Weighted mean of the best scores, 0 to 1; absent while no weighted requirement has one. */
  readonly mark?: number;
  readonly hours: number;
  readonly requirements: readonly RequirementProgress[];
}

/**
 * Holds the evidence against the policy. Pure: the same evidence in any order, or twice, gives the same progress.
 * @throws CoreError `policy-invalid` where the policy makes no sense
 */
export function evaluateCredit(policy: CreditPolicy, evidence: readonly Evidence[]): CreditProgress {
  checkPolicy(policy);
  // The id breaks ties: the order in which a store answers must not decide anything.
  const unique = [...new Map(evidence.map((item) => [item.statementId, item])).values()].sort(
    (a, b) => timeOf(b) - timeOf(a) || (a.statementId < b.statementId ? -1 : 1),
  );
  const requirements = policy.requirements.map((requirement) => judge(requirement, unique));
  const weighted = requirements.filter(({ requirement }) => (requirement.weight ?? 0) > 0);
  const total = weighted.reduce((sum, { requirement }) => sum + requirement.weight!, 0);
  const marked = weighted.reduce((sum, item) => sum + item.requirement.weight! * markOf(item), 0);
  const mark = total > 0 && weighted.some(({ evidence: proof }) => proof.length > 0) ? marked / total : undefined;
  const met = requirements.every((item) => item.met) && (policy.passMark === undefined || (mark ?? 0) >= policy.passMark);
  const started = requirements.some((item) => item.evidence.length > 0);
  return {
    policy,
    status: met ? 'earned' : started ? 'inProgress' : 'notStarted',
    progress: requirements.reduce((sum, item) => sum + item.progress, 0) / requirements.length,
    hours: policy.credits * (policy.hoursPerCredit ?? DEFAULT_HOURS_PER_CREDIT),
    requirements,
    ...(mark === undefined ? {} : { mark }),
  };
}

/** Epoch milliseconds: timestamps of several zones do not sort as text. */
const timeOf = ({ timestamp }: Evidence): number => Date.parse(timestamp) || 0;

function judge(requirement: Requirement, evidence: readonly Evidence[]): RequirementProgress {
  const own = evidence.filter((item) => item.activityId === requirement.activityId);
  const proof = own.filter((item) => proves(requirement, item));
  switch (requirement.kind) {
    case 'completed':
    case 'passed':
      return { requirement, met: proof.length > 0, progress: proof.length > 0 ? 1 : own.length > 0 ? 0.5 : 0, evidence: proof.length ? proof : own };
    case 'score': {
      const best = Math.max(0, ...own.map((item) => scaledScore(item.score) ?? 0));
      const minimum = requirement.minimum ?? 0;
      const met = proof.length > 0;
      return { requirement, met, progress: met ? 1 : minimum > 0 ? Math.min(1, best / minimum) : 0, evidence: proof.length ? proof : own };
    }
    case 'seconds': {
      const seconds = own.reduce((sum, item) => sum + (item.seconds ?? 0), 0);
      const minimum = requirement.minimum ?? 0;
      return { requirement, met: seconds >= minimum, progress: minimum > 0 ? Math.min(1, seconds / minimum) : 1, evidence: own };
    }
  }
}

function proves(requirement: Requirement, item: Evidence): boolean {
  switch (requirement.kind) {
    case 'completed':
      return item.completed === true;
    case 'passed':
      return item.success === true;
    case 'score':
      return (scaledScore(item.score) ?? -1) >= (requirement.minimum ?? 0);
    case 'seconds':
      return item.seconds !== undefined;
  }
}

/** The share of the mark a requirement has earned: its best score, or all of it when it has no score and is met. */
function markOf({ evidence, met }: RequirementProgress): number {
  const scores = evidence.flatMap((item) => scaledScore(item.score) ?? []);
  return scores.length > 0 ? Math.max(0, Math.min(1, Math.max(...scores))) : met ? 1 : 0;
}

function checkPolicy(policy: CreditPolicy): void {
  const fail = (field: string, message: string): never => {
    throw new CoreError('policy-invalid', message, { field });
  };
  if (policy.requirements.length === 0) fail('requirements', 'A credit policy without requirements would give credit for nothing.');
  if (!(policy.credits > 0 && policy.credits < Infinity)) fail('credits', 'Credits must be a number above zero.');
  if (policy.hoursPerCredit !== undefined && !(policy.hoursPerCredit > 0 && policy.hoursPerCredit < Infinity)) {
    fail('hoursPerCredit', 'Hours per credit must be a number above zero.');
  }
  if (policy.passMark !== undefined && !(policy.passMark >= 0 && policy.passMark <= 1)) fail('passMark', 'The pass mark is a fraction from 0 to 1.');
  if (policy.passMark && !policy.requirements.some(({ weight = 0 }) => weight > 0)) {
    fail('passMark', 'A pass mark needs a requirement with a weight: without one there is no mark, and nobody could pass.');
  }
  const ids = new Set<string>();
  policy.requirements.forEach((requirement, index) => {
    if (ids.has(requirement.id)) fail(`requirements[${index}].id`, `Two requirements have the id "${requirement.id}".`);
    ids.add(requirement.id);
    if (requirement.weight !== undefined && !(requirement.weight >= 0 && requirement.weight < Infinity)) {
      fail(`requirements[${index}].weight`, 'A weight is a number from zero up.');
    }
    if (requirement.kind === 'score' && requirement.minimum! > 1) fail(`requirements[${index}].minimum`, 'The minimum of a score is a fraction from 0 to 1.');
    if ((requirement.kind === 'score' || requirement.kind === 'seconds') && !(requirement.minimum! >= 0)) {
      fail(`requirements[${index}].minimum`, `A requirement of kind "${requirement.kind}" needs a minimum.`);
    }
  });
}
