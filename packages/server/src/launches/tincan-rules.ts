import { VERBS } from '@lectern/core';
import type { Cmi5Session, ToldStatement } from './cmi5-rules.js';

/** A Tin Can unit has no rules; what it says of itself is taken for what it is. */
export function observeTincan(session: Cmi5Session, { statement: { verb, object, result } }: Pick<ToldStatement, 'statement'>): Cmi5Session {
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
