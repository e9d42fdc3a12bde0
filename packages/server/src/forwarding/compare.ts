import { contentHash } from '../lrs/content-hash.js';
import type { OutgoingStatement } from './outgoing.js';
import { askTarget, type Outcome, type TargetLine } from './post-statements.js';

/**
 * After a 409: whether the target has this very statement, perhaps voided. Some say 409 to whatever they have already; only another
 * meaning under the same id is a conflict (xAPI Communication 2.1.1).
 */
export async function compareWithTarget(line: TargetLine, outgoing: OutgoingStatement, conflict: Outcome): Promise<Outcome> {
  for (const parameter of ['statementId', 'voidedStatementId']) {
    const outcome = await askTarget(line, `statements?${parameter}=${outgoing.id}`, { method: 'GET', headers: {} }, ({ status, body }) => {
      if (status === 200) return isSame(body, outgoing) ? { kind: 'taken' } : conflict;
      // A key that may only write cannot look: then the target's word stands.
      return status >= 400 && status < 500 && status !== 404 && status !== 429 ? conflict : status === 404 ? NOT_THERE : undefined;
    });
    if (outcome !== NOT_THERE) return outcome;
  }
  return conflict;
}

const NOT_THERE: Outcome = { kind: 'refused', fault: { code: 'conflict', message: 'not there' } };

function isSame(body: Buffer, { statement }: OutgoingStatement): boolean {
  try {
    const theirs = JSON.parse(body.toString('utf8')) as OutgoingStatement['statement'];
    return contentHash(theirs) === contentHash(statement);
  } catch {
    return false;
  }
}
