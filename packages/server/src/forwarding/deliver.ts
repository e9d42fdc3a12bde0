import type { Db } from '../database/database.js';
import { attachmentSizes, loadAttachments } from './attachment-rows.js';
import { compareWithTarget } from './compare.js';
import type { OutgoingStatement } from './outgoing.js';
import { postStatements, type Outcome, type Refusal, type TargetLine } from './post-statements.js';

/** Statements of one request at most, and octets it is filled up to, attachments included: below the megabyte that many proxies allow. */
const MOST_STATEMENTS = 100;
const FULL = 768 * 1024;

/** A group's fate: there, or (a single statement) refused for good. */
export type Settle = (group: readonly OutgoingStatement[], fault: Refusal | undefined) => Promise<void>;

/**
 * Delivers in order. What the target refuses is halved until the statements at fault stand alone; what is settled is settled from the
 * first to the last, so that a cursor can follow.
 * @returns what ended it early, `undefined` when all are settled
 */
export async function deliver(db: Db, line: TargetLine, statements: readonly OutgoingStatement[], settle: Settle): Promise<Extract<Outcome, { kind: 'later' | 'stop' }> | undefined> {
  const { tenantId } = line.target;
  const sizes = await attachmentSizes(db, tenantId, [...new Set(statements.flatMap(({ hashes }) => hashes))]);
  const waiting = groupsOf(statements, sizes).reverse();
  while (waiting.length > 0) {
    const group = waiting.pop()!;
    const alone = group.length === 1 ? group[0] : undefined;
    if (alone?.unfit !== undefined) {
      await settle(group, { code: 'unfit', message: alone.unfit });
      continue;
    }
    const attachments = await loadAttachments(db, tenantId, [...new Set(group.flatMap(({ hashes }) => hashes))]);
    let outcome = await postStatements(line, group, attachments);
    if (outcome.kind === 'refused' && outcome.fault.code === 'conflict' && alone) outcome = await compareWithTarget(line, alone, outcome);
    if (outcome.kind === 'taken') await settle(group, undefined);
    else if (outcome.kind !== 'refused') return outcome;
    else if (alone) await settle(group, outcome.fault);
    else waiting.push(group.slice(group.length >> 1), group.slice(0, group.length >> 1));
  }
  return undefined;
}

function groupsOf(statements: readonly OutgoingStatement[], sizes: ReadonlyMap<string, number>): OutgoingStatement[][] {
  const groups: OutgoingStatement[][] = [];
  let size = Infinity; // of the last group: nothing joins it yet
  for (const statement of statements) {
    const own = statement.size + statement.hashes.reduce((sum, hash) => sum + (sizes.get(hash) ?? 0), statement.unfit === undefined ? 0 : Infinity);
    const last = groups.at(-1);
    if (last && last.length < MOST_STATEMENTS && size + own <= FULL) {
      last.push(statement);
      size += own;
    } else {
      groups.push([statement]);
      size = own;
    }
  }
  return groups;
}
