import { CATEGORIES, VERBS, type LaunchMode, type Score, type Statement } from '@lectern/core';
import { ServerError } from '../errors.js';
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
  readonly initialized: boolean;
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

type DefinedVerb = 'initialized' | 'completed' | 'passed' | 'failed' | 'terminated';

const DEFINED: ReadonlyMap<string, DefinedVerb> = new Map(
  (['initialized', 'completed', 'passed', 'failed', 'terminated'] as const).map((name) => [VERBS[name].id, name]),
);

/**
 * Holds a statement against the rules of its cmi5 session, and says what the session is after it.
 * @throws ServerError `session-rule` with the clause: 403 for what comes at the wrong time, 400 for what is wrong in itself
 */
export function applyCmi5Rules(session: Cmi5Session, statement: Statement, where = ''): Cmi5Session {
  const field = (name: string): string => (where ? `${where}.${name}` : name);
  const malformed = (name: string, clause: string, message: string): never => {
    throw new ServerError('session-rule', message, { field: field(name), clause: `cmi5 ${clause}` });
  };
  const mistimed = (clause: string, message: string): never => {
    throw new ServerError('session-rule', message, { status: 403, field: field('verb.id'), clause: `cmi5 ${clause}` });
  };
  const { context, result, verb } = statement;
  const isDefined = context?.contextActivities?.category?.some(({ id }) => id === CATEGORIES.cmi5) ?? false;
  const name = isDefined ? DEFINED.get(verb.id) : undefined;

  if (session.abandoned) mistimed('9.3.6', 'The session was abandoned when another began; it takes no statements.');
  if (session.terminated) mistimed('9.3.8', 'The session has ended with its terminated statement.');
  if (isDefined && !name) malformed('verb.id', '9.3', 'The cmi5 category belongs to the verbs that cmi5 defines for an AU.');
  if (!session.initialized && name !== 'initialized') mistimed('9.3.2', 'The first statement of a session is initialized.');
  checkTemplate(session, statement, malformed);
  if (session.launchMode !== 'Normal' && name !== 'initialized' && name !== 'terminated') {
    mistimed('10.2.2', `In the launch mode ${session.launchMode} only initialized and terminated are recorded.`);
  }
  if (!name) return observe(session, statement);

  if (!('id' in statement.object) || statement.object.id !== session.activityId) malformed('object.id', '9.4', 'The object of a cmi5-defined statement is the AU, by the activityId of its launch.');
  if (session.verbs.includes(name)) mistimed('9.3', `A session says "${name}" once.`);
  if (name === 'completed' && session.completedBefore) mistimed('9.3.3', 'The AU was completed in this registration already.');
  if (name === 'passed' && session.passedBefore) mistimed('9.3.4', 'The AU was passed in this registration already.');
  if (name === 'failed' && (session.passedBefore || session.success === true)) mistimed('9.3.5', 'An AU that was passed in this registration cannot be failed.');
  if (name === 'passed' && session.success === false) mistimed('9.3', 'A session passes or fails, not both.');
  checkResult(session, name, result, context, malformed);
  return advance(session, name, result?.score);
}

type Refuse = (name: string, clause: string, message: string) => never;

/** 10.2.1: the context template of the launch is in every statement. */
function checkTemplate(session: Cmi5Session, { context, timestamp }: Statement, malformed: Refuse): void {
  if (context?.extensions?.[CMI5.sessionId] !== session.id) malformed(`context.extensions["${CMI5.sessionId}"]`, '9.6.3.1', 'The session id of the context template is missing or another’s.');
  const { publisherId } = session;
  if (publisherId !== undefined && !context?.contextActivities?.grouping?.some(({ id }) => id === publisherId)) {
    malformed('context.contextActivities.grouping', '9.6.2.3', 'The publisher’s id of the AU is missing from the grouping, where the context template has it.');
  }
  if (!/(Z|[+-]00:?00)$/i.test(timestamp)) malformed('timestamp', '9.7', 'Timestamps are in UTC.');
}

/** 9.5: what a result may and must hold, by verb. */
function checkResult(session: Cmi5Session, name: DefinedVerb, result: Statement['result'], context: Statement['context'], malformed: Refuse): void {
  const decides = name === 'passed' || name === 'failed';
  if (result?.score && !decides) malformed('result.score', '9.5.1', 'A score goes with passed and failed only.');
  if (decides ? result?.success !== (name === 'passed') : result?.success !== undefined) {
    malformed('result.success', '9.5.2', decides ? `"success" of ${name} is ${name === 'passed'}.` : '"success" goes with passed and failed only.');
  }
  if (name === 'completed' ? result?.completion !== true : result?.completion !== undefined) {
    malformed('result.completion', '9.5.3', name === 'completed' ? '"completion" of completed is true.' : '"completion" goes with completed only.');
  }
  if (name !== 'initialized' && result?.duration === undefined) malformed('result.duration', '9.5.4', `A duration goes with ${name}.`);
  if (decides || name === 'completed') {
    const hasMoveOn = context?.contextActivities?.category?.some(({ id }) => id === CMI5.moveOnCategory) ?? false;
    if (!hasMoveOn) malformed('context.contextActivities.category', '9.6.2.2', 'A statement with success or completion has the moveOn category.');
  }
  const scaled = result?.score?.scaled;
  const { masteryScore } = session;
  if (decides && scaled !== undefined && masteryScore !== undefined && (name === 'passed') !== scaled >= masteryScore) {
    malformed('result.score.scaled', name === 'passed' ? '9.3.4' : '9.3.5', `With a score of ${scaled} against a mastery score of ${masteryScore} the AU is ${name === 'passed' ? 'not passed' : 'passed'}.`);
  }
}

function advance(session: Cmi5Session, name: DefinedVerb, score: Score | undefined): Cmi5Session {
  return {
    ...session,
    verbs: [...session.verbs, name],
    initialized: true,
    terminated: name === 'terminated',
    ...(name === 'completed' ? { completed: true, progress: 1 } : {}),
    ...(name === 'passed' || name === 'failed' ? { success: name === 'passed' } : {}),
    ...(score ? { score } : {}),
  };
}

/** What an allowed statement tells of the unit without deciding anything: its progress (9.5.5.1, an integer from 0 to 100). */
function observe(session: Cmi5Session, { result, object }: Statement): Cmi5Session {
  const percent = result?.extensions?.[CMI5.progress];
  if (!('id' in object) || object.id !== session.activityId || typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) return session;
  return { ...session, progress: Math.max(session.progress ?? 0, percent / 100) };
}

/** A Tin Can unit has no rules; what it says of itself is taken for what it is. */
export function observeTincan(session: Cmi5Session, { verb, object, result }: Statement): Cmi5Session {
  if (!('id' in object) || object.id !== session.activityId) return session;
  const completed = session.completed || verb.id === VERBS.completed.id || result?.completion === true;
  const success = verb.id === VERBS.passed.id ? true : verb.id === VERBS.failed.id ? false : (result?.success ?? session.success);
  return {
    ...session,
    initialized: true,
    terminated: verb.id === VERBS.terminated.id,
    completed,
    success,
    score: result?.score ?? session.score,
    progress: completed ? 1 : session.progress,
  };
}
