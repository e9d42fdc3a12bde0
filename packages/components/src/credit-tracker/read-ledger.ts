import type {
  Conferral,
  CreditEntry,
  CreditLedger,
  CreditPolicy,
  CreditProgress,
  Evidence,
  Requirement,
  RequirementProgress,
  Score,
  Text,
} from '@lectern/core';
import { CreditTrackerError } from './credit-tracker-error.js';
import { LedgerReader } from './ledger-reader.js';

/** Entries, requirements, pieces of evidence: more than a person can have, few enough to show. */
const MAX = 1000;

/**
 * Reads a credit ledger from outside. Only fields of the format are taken over, each checked; what a newer server adds is left out.
 * @throws CreditTrackerError `ledger-invalid` with the path of the fault in `field`
 */
export function readLedger(json: unknown, file?: string): CreditLedger {
  const root = new LedgerReader(json, '', file);
  const learner = root.object('learner');
  return {
    learner: { account: learner.string('account'), ...learner.maybe('name', () => learner.string('name')) },
    ...root.maybe('goal', () => readGoal(root.object('goal'))),
    entries: root.list('entries', MAX, readEntry),
    at: root.time('at'),
  };
}

function readGoal(goal: LedgerReader): NonNullable<CreditLedger['goal']> {
  return { title: goal.text('title'), credits: goal.number('credits'), scheme: goal.string('scheme') };
}

function readEntry(entry: LedgerReader): CreditEntry {
  return {
    progress: readProgress(entry.object('progress')),
    ...entry.maybe('conferral', () => readConferral(entry.object('conferral'))),
  };
}

function readProgress(progress: LedgerReader): CreditProgress {
  return {
    policy: readPolicy(progress.object('policy')),
    status: progress.oneOf('status', ['notStarted', 'inProgress', 'earned']),
    progress: progress.number('progress', 1),
    hours: progress.number('hours'),
    requirements: progress.list('requirements', MAX, readRequirementProgress),
    ...progress.maybe('mark', () => progress.number('mark', 1)),
  };
}

function readPolicy(policy: LedgerReader): CreditPolicy {
  const institution = policy.object('institution');
  return {
    id: policy.string('id'),
    title: policy.text('title'),
    courseId: policy.string('courseId'),
    institution: { name: institution.text('name'), ...institution.maybe('homePage', () => institution.string('homePage')) },
    scheme: policy.string('scheme'),
    credits: policy.number('credits'),
    requirements: policy.list('requirements', MAX, readRequirement),
    ...policy.maybe('hoursPerCredit', () => policy.number('hoursPerCredit')),
    ...policy.maybe('passMark', () => policy.number('passMark', 1)),
  };
}

function readRequirement(requirement: LedgerReader): Requirement {
  return {
    id: requirement.string('id'),
    title: requirement.text('title'),
    activityId: requirement.string('activityId'),
    kind: requirement.oneOf('kind', ['completed', 'passed', 'score', 'seconds']),
    ...requirement.maybe('minimum', () => requirement.number('minimum')),
    ...requirement.maybe('weight', () => requirement.number('weight')),
  };
}

function readRequirementProgress(item: LedgerReader): RequirementProgress {
  return {
    requirement: readRequirement(item.object('requirement')),
    met: item.boolean('met'),
    progress: item.number('progress', 1),
    evidence: item.list('evidence', MAX, readEvidence),
  };
}

function readEvidence(item: LedgerReader): Evidence {
  const verb = item.object('verb');
  return {
    statementId: item.string('statementId'),
    activityId: item.string('activityId'),
    verb: { id: verb.string('id'), ...verb.maybe('display', () => verb.languageMap('display')) },
    timestamp: item.time('timestamp'),
    ...item.maybe('completed', () => item.boolean('completed')),
    ...item.maybe('success', () => item.boolean('success')),
    ...item.maybe('score', () => readScore(item.object('score'))),
    ...item.maybe('seconds', () => item.number('seconds')),
    ...item.maybe('authority', () => item.string('authority')),
  };
}

function readScore(score: LedgerReader): Score {
  const part = (name: keyof Score): { readonly [Key in keyof Score]?: number } => score.maybe(name, () => score.anyNumber(name));
  return { ...part('scaled'), ...part('raw'), ...part('min'), ...part('max') };
}

function readConferral(conferral: LedgerReader): Conferral {
  const by: { name: Text } = { name: conferral.object('by').text('name') };
  return {
    id: conferral.string('id'),
    policyId: conferral.string('policyId'),
    credits: conferral.number('credits'),
    scheme: conferral.string('scheme'),
    by,
    at: conferral.time('at'),
    statementId: conferral.string('statementId'),
    ...conferral.maybe('revokedAt', () => conferral.time('revokedAt')),
    ...conferral.maybe('reason', () => conferral.string('reason')),
  };
}

/** @throws CreditTrackerError `ledger-invalid` */
export function parseLedger(text: string, file: string): CreditLedger {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CreditTrackerError('ledger-invalid', 'The ledger is not JSON.', { file, cause });
  }
  return readLedger(json, file);
}
