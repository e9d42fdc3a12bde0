import { CATEGORIES, VERBS, type LaunchMode, type Score, type Statement } from '@lectern/core';
import { ServerError } from '../errors.js';
import type { PreparedStatement } from '../lrs/prepare-statement.js';
import { checkResult } from './cmi5-result.js';
import { CMI5 } from './cmi5-terms.js';

/** What the LMS knows of a session when a statement of it comes. */
export interface Cmi5Session {
  readonly id: string;
  /** The AU's activity id, the LMS's own (8.1.5). */
  readonly activityId: string;
  readonly publisherId: string | undefined;
  readonly launchMode: LaunchMode;
  /** 0 to 1. */
  readonly masteryScore: number | undefined;
  /** The unit has asked for `cmi5LearnerPreferences` (11). */
  readonly preferencesRead: boolean;
  readonly initialized: boolean;
  /** Milliseconds since 1970: the timestamp of `initialized`. */
  readonly initializedAt: number | undefined;
  readonly terminated: boolean;
  readonly abandoned: boolean;
  /** Defined verbs it has sent. */
  readonly verbs: readonly string[];
  /** In other sessions of the registration. */
  readonly completedBefore: boolean;
  readonly passedBefore: boolean;
  readonly completed: boolean;
  readonly success: boolean | undefined;
  readonly score: Score | undefined;
  /** Fraction, 0 to 1. */
  readonly progress: number | undefined;
}

export type DefinedVerb = 'initialized' | 'completed' | 'passed' | 'failed' | 'terminated';

/** A statement, and what only its first reading tells. */
export type ToldStatement = Pick<PreparedStatement, 'statement' | 'idGiven' | 'timestampGiven' | 'inUtc'>;

/** Refuses a statement for what is in one of its members. */
export type Refuse = (name: string, clause: string, message: string) => never;

const DEFINED: ReadonlyMap<string, DefinedVerb> = new Map(
  (['initialized', 'completed', 'passed', 'failed', 'terminated'] as const).map((name) => [VERBS[name].id, name]),
);

/**
 * Holds a statement against the rules of its cmi5 session, and says what the session is after it.
 * @throws ServerError `session-rule` (403: the session's credentials do not let it be said) with the clause
 */
export function applyCmi5Rules(session: Cmi5Session, told: ToldStatement, where = ''): Cmi5Session {
  const refuse: Refuse = (name, clause, message) => {
    throw new ServerError('session-rule', message, { field: where ? `${where}.${name}` : name, clause: `cmi5 ${clause}` });
  };
  const { statement } = told;
  const { context, verb } = statement;
  const isDefined = hasCategory(statement, CATEGORIES.cmi5);
  const name = isDefined ? DEFINED.get(verb.id) : undefined;
  if (session.abandoned) refuse('verb.id', '9.3.6', 'The session was abandoned; it takes no statements.');
  if (session.terminated) refuse('verb.id', '9.3.8', 'The session has ended with its terminated statement.');
  if (isDefined && !name) refuse('verb.id', '9.3', 'The cmi5 category belongs to the verbs that cmi5 defines for an AU.');
  if (!session.initialized && name !== 'initialized') refuse('verb.id', '9.3.2', 'The first statement of a session is initialized.');
  if (!told.idGiven) refuse('id', '9.1', 'The AU gives each statement its id.');
  checkTimestamp(session, told, refuse);
  checkTemplate(session, statement, refuse);
  if (!name) return checkAllowed(session, statement, refuse);
  if (!session.preferencesRead) refuse('verb.id', '11.0', 'The AU retrieves cmi5LearnerPreferences from the Agent Profile before it says that it is initialized.');
  if (session.launchMode !== 'Normal' && name !== 'initialized' && name !== 'terminated') {
    refuse('verb.id', '10.2.2', `In the launch mode ${session.launchMode} only initialized and terminated are recorded.`);
  }
  if (!('id' in statement.object) || statement.object.objectType === 'StatementRef' || statement.object.id !== session.activityId) {
    refuse('object.id', '9.4', 'The object of a cmi5-defined statement is the AU, by the activityId of its launch.');
  }
  checkOrder(session, name, refuse);
  checkResult(session, name, statement, refuse);
  if (hasCategory(statement, CMI5.moveOnCategory) !== (statement.result?.success !== undefined || statement.result?.completion !== undefined)) {
    refuse('context.contextActivities.category', '9.6.2.2', 'The moveOn category goes with a success or a completion, and with nothing else.');
  }
  const mastery = context?.extensions?.[CMI5.masteryScore];
  if (mastery === undefined ? needsMastery(session, name, statement) : session.masteryScore !== undefined && mastery !== session.masteryScore) {
    refuse(`context.extensions["${CMI5.masteryScore}"]`, '9.6.3.2', 'A verdict on a score names the masteryScore of the launch.');
  }
  return advance(session, name, statement);
}

export const hasCategory = ({ context }: Statement, id: string): boolean => context?.contextActivities?.category?.some((activity) => activity.id === id) ?? false;

/** A verdict is one on the masteryScore where there is a score to hold against it. */
const needsMastery = ({ masteryScore }: Cmi5Session, name: DefinedVerb, { result }: Statement): boolean =>
  masteryScore !== undefined && (name === 'passed' || name === 'failed') && result?.score?.scaled !== undefined;

/** 9.7, and 9.3: what comes first is a matter of timestamps. */
function checkTimestamp(session: Cmi5Session, { statement, timestampGiven, inUtc }: ToldStatement, refuse: Refuse): void {
  if (!timestampGiven) refuse('timestamp', '9.7', 'Every statement has a timestamp.');
  if (!inUtc) refuse('timestamp', '9.7', 'Timestamps are in UTC.');
  if (session.initializedAt !== undefined && Date.parse(statement.timestamp) < session.initializedAt) {
    refuse('timestamp', '9.3', 'By its timestamp the statement is from before initialized, which is the first of a session.');
  }
}

/** 10.2.1: the context template of the launch is in every statement. */
function checkTemplate(session: Cmi5Session, { context }: Statement, refuse: Refuse): void {
  if (context?.extensions?.[CMI5.sessionId] !== session.id) refuse(`context.extensions["${CMI5.sessionId}"]`, '9.6.3.1', 'The session id of the context template is missing or another’s.');
  const { publisherId } = session;
  if (publisherId !== undefined && !context?.contextActivities?.grouping?.some(({ id }) => id === publisherId)) {
    refuse('context.contextActivities.grouping', '9.6.2.3', 'The publisher’s id of the AU is missing from the grouping, where the context template has it.');
  }
}

/** A cmi5-allowed statement decides nothing (7.1.3); it may tell of progress (9.5.5.1, an integer from 0 to 100). */
function checkAllowed(session: Cmi5Session, statement: Statement, refuse: Refuse): Cmi5Session {
  if (hasCategory(statement, CMI5.moveOnCategory)) refuse('context.contextActivities.category', '9.6.2.2', 'The moveOn category belongs to cmi5-defined statements.');
  const { object, result } = statement;
  const percent = result?.extensions?.[CMI5.progress];
  if (!('id' in object) || object.id !== session.activityId || typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) return session;
  return { ...session, progress: Math.max(session.progress ?? 0, percent / 100) };
}

/** 9.3, within the session and within the registration. */
function checkOrder(session: Cmi5Session, name: DefinedVerb, refuse: Refuse): void {
  if (session.verbs.includes(name)) refuse('verb.id', '9.3', `A session says "${name}" once.`);
  if (name === 'completed' && session.completedBefore) refuse('verb.id', '9.3.3', 'The AU was completed in this registration already.');
  if (name === 'passed' && session.passedBefore) refuse('verb.id', '9.3.4', 'The AU was passed in this registration already.');
  if (name === 'failed' && (session.passedBefore || session.success === true)) refuse('verb.id', '9.3.5', 'An AU that was passed in this registration cannot be failed.');
  if (name === 'passed' && session.success === false) refuse('verb.id', '9.3', 'A session passes or fails, not both.');
}

function advance(session: Cmi5Session, name: DefinedVerb, { result, timestamp }: Statement): Cmi5Session {
  const percent = result?.extensions?.[CMI5.progress];
  return {
    ...session,
    verbs: [...session.verbs, name],
    initialized: true,
    initializedAt: name === 'initialized' ? Date.parse(timestamp) : session.initializedAt,
    terminated: name === 'terminated',
    ...(typeof percent === 'number' ? { progress: Math.max(session.progress ?? 0, percent / 100) } : {}),
    ...(name === 'completed' ? { completed: true, progress: 1 } : {}),
    ...(name === 'passed' || name === 'failed' ? { success: name === 'passed' } : {}),
    ...(result?.score ? { score: result.score } : {}),
  };
}
