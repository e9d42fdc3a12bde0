import { getUnit, unitActivity, VERBS, type Agent, type Course, type LtiUnit, type Score, type Statement, type Verb } from '@lectern/core';
import type { Selectable } from 'kysely';
import type { UnitSessionsTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import { tellLmsStatements } from '../launches/lms-statement.js';
import { derivedUuid } from '../launches/registrations.js';
import { recordSatisfaction, type SatisfactionServices } from '../launches/satisfaction.js';
import { voidSatisfied } from '../launches/withdraw-satisfaction.js';
import type { Tx } from '../lrs/statement-writer.js';
import { EXTENSIONS } from './lti-terms.js';
import type { AgsScore } from './score.js';
import type { PlatformLineItemsTable } from './tables.js';

export type LineItem = Selectable<PlatformLineItemsTable>;

type Session = Selectable<UnitSessionsTable>;

/** What a score makes of a unit. */
interface Outcome {
  readonly completed: boolean;
  readonly success: boolean | null;
  readonly score: Score | null;
  readonly progress: number | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes a score: it becomes the outcome of the learner's unit, and what the LMS says of it. Sent twice, it counts once.
 * @throws ServerError `not-found` for a learner whom the tool has not had in this unit; `conflict` for a score that is not newer than the last (AGS 2.0, 3.4.4)
 */
export async function recordScore(services: SatisfactionServices, lineItem: LineItem, score: AgsScore): Promise<void> {
  const { db, courses } = services;
  const { tenant_id: tenantId, course_id: courseId, unit_id: unitId } = lineItem;
  const session = UUID.test(score.userId) ? await lastSession(services, lineItem, score.userId) : undefined;
  if (!session) throw new ServerError('not-found', 'The tool has had no such learner in this unit.', { field: 'userId', clause: 'AGS 2.0, 3.4.2' });
  const { course } = await courses.get(courseId, tenantId);
  const unit = getUnit(course, unitId);
  if (unit.kind !== 'lti') throw new ServerError('not-found', 'The unit is no tool’s any more.', { field: 'lineitem' });
  const outcome = outcomeOf(score, unit, session);
  const statements = statementsOf(score, { lineItem, session, course, unit, outcome });
  const keep = async (tx: Tx): Promise<void> => {
    if (!(await keepScore(tx, lineItem, score))) return;
    await tx.updateTable('unit_sessions').set({ ...outcome, score: outcome.score ? JSON.stringify(outcome.score) : null, seen_at: new Date() })
      .where('tenant_id', '=', tenantId).where('registration', '=', session.registration).where('unit_id', '=', unitId).where('kind', '=', 'lti').execute();
  };
  if (statements.length > 0) await tellLmsStatements(services, tenantId, statements, keep);
  else await db.transaction().execute(keep);
  await recordSatisfaction(services, session);
  if (outcome.success !== true) await voidSatisfied(services, tenantId, session.registration);
}

/** The last launch that counts: a score is of the learner's newest registration with the tool. */
async function lastSession({ db }: SatisfactionServices, { id, tenant_id: tenantId }: LineItem, sub: string): Promise<Session | undefined> {
  return db.selectFrom('platform_launches as l').innerJoin('unit_sessions as s', (join) => join.onRef('s.tenant_id', '=', 'l.tenant_id').onRef('s.id', '=', 'l.session_id')).selectAll('s')
    .where('l.tenant_id', '=', tenantId).where('l.line_item_id', '=', id).where('l.sub', '=', sub).where('s.launch_mode', '=', 'Normal').where('s.initialized_at', 'is not', null)
    .orderBy('l.launched_at', 'desc').limit(1).executeTakeFirst();
}

function outcomeOf({ given, activityProgress, gradingProgress }: AgsScore, { masteryScore }: LtiUnit, before: Session): Outcome {
  const completed = before.completed || activityProgress === 'Completed';
  const scaled = given && Math.min(1, given.score / given.maximum);
  // Until it is fully graded a score may still change, so it decides nothing; and whether one is a pass, only the course can say.
  const decides = scaled !== undefined && gradingProgress === 'FullyGraded';
  return {
    completed,
    success: decides && masteryScore !== undefined ? scaled >= masteryScore : null,
    score: decides ? scoreOf(given!) : null,
    progress: completed ? 1 : before.progress,
  };
}

/** xAPI Data 2.4.5.1: neither may be above its bound. Extra credit stays in the results that the tool can read. */
const scoreOf = ({ score, maximum }: NonNullable<AgsScore['given']>): Score => ({ scaled: Math.min(1, score / maximum), raw: Math.min(score, maximum), min: 0, max: maximum });

interface Telling {
  readonly lineItem: LineItem;
  readonly session: Session;
  readonly course: Course;
  readonly unit: LtiUnit;
  readonly outcome: Outcome;
}

/** Ids are made of what is told, so that a score that is sent again tells nothing twice. */
function statementsOf(score: AgsScore, { lineItem, session, course, unit, outcome }: Telling): Statement[] {
  const say = (verb: Verb, result: Statement['result']): Statement => ({
    id: derivedUuid(`lti score\n${lineItem.id}\n${score.userId}\n${score.timestamp.getTime()}\n${verb.id}`),
    actor: JSON.parse(session.actor) as Agent,
    verb,
    object: unitActivity(course, unit),
    ...(result ? { result } : {}),
    context: {
      registration: session.registration,
      contextActivities: { grouping: [{ objectType: 'Activity', id: course.id }] },
      extensions: { [EXTENSIONS.activityProgress]: score.activityProgress, [EXTENSIONS.gradingProgress]: score.gradingProgress },
    },
    timestamp: score.timestamp.toISOString(),
  });
  const completes = score.activityProgress === 'Completed';
  return [
    ...(completes && !session.completed ? [say(VERBS.completed, { completion: true })] : []),
    ...(outcome.score === null ? [] : [
      say(outcome.success === null ? VERBS.scored : outcome.success ? VERBS.passed : VERBS.failed, {
        score: outcome.score, ...(outcome.success === null ? {} : { success: outcome.success }), ...(completes ? { completion: true } : {}),
      }),
    ]),
  ];
}

/** @returns whether it is news; what was sent before is not @throws ServerError `conflict` */
async function keepScore(tx: Tx, { id }: LineItem, { userId: sub, timestamp, given, activityProgress, gradingProgress, comment, digest }: AgsScore): Promise<boolean> {
  const values = {
    timestamp, digest, score_given: given?.score ?? null, score_maximum: given?.maximum ?? null, activity_progress: activityProgress, grading_progress: gradingProgress, comment: comment ?? null, received_at: new Date(),
  };
  const { numInsertedOrUpdatedRows } = await tx.insertInto('platform_scores').values({ line_item_id: id, sub, ...values }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return true;
  const before = await tx.selectFrom('platform_scores').select(['timestamp', 'digest']).where('line_item_id', '=', id).where('sub', '=', sub).forUpdate().executeTakeFirstOrThrow();
  if (before.timestamp.getTime() === timestamp.getTime() && before.digest.equals(digest)) return false;
  if (before.timestamp.getTime() >= timestamp.getTime()) throw new ServerError('conflict', 'A score of that time or a later one is there already.', { field: 'timestamp', clause: 'AGS 2.0, 3.4.4' });
  await tx.updateTable('platform_scores').set(values).where('line_item_id', '=', id).where('sub', '=', sub).execute();
  return true;
}
