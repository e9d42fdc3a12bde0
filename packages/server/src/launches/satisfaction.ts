import { childId, isSatisfied, listUnits, newUuid, VERBS, type Agent, type Block, type Course, type CourseNode, type Statement, type Unit, type UnitOutcome } from '@lectern/core';
import type { Selectable } from 'kysely';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { keyOf } from '../database/keys.js';
import type { UnitSessionsTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { StatementWriter } from '../lrs/statement-writer.js';
import { CMI5 } from './cmi5-terms.js';
import { tellLmsStatement } from './lms-statement.js';

export interface SatisfactionServices {
  readonly db: Db;
  readonly writer: StatementWriter;
  readonly courses: CourseStore;
  readonly authorityHome: string;
}

type Session = Pick<Selectable<UnitSessionsTable>, 'tenant_id' | 'id' | 'registration' | 'course_id' | 'actor'>;

/** What decides a unit is known to the server: it judges each statement of an AU, and each score of a tool. */
const isJudgedHere = ({ kind }: Unit): boolean => kind === 'cmi5' || kind === 'lti';

/** The outcomes of a registration's AUs and tools, over all of their sessions. */
export async function unitOutcomes(db: Db, tenantId: number, registration: string): Promise<Map<string, UnitOutcome>> {
  const rows = await db.selectFrom('unit_sessions').select(['unit_id', 'completed', 'success', 'progress']).where('tenant_id', '=', tenantId).where('registration', '=', registration).orderBy('launched_at').execute();
  const outcomes = new Map<string, UnitOutcome>();
  for (const row of rows) {
    const before = outcomes.get(row.unit_id);
    // Once passed, always passed (9.3.5); otherwise the last verdict counts.
    const verdict = row.success === null ? before?.success : row.success ? 'passed' : 'failed';
    outcomes.set(row.unit_id, {
      completed: row.completed || (before?.completed ?? false),
      success: before?.success === 'passed' ? 'passed' : verdict,
      progress: Math.max(row.progress ?? 0, before?.progress ?? 0),
    });
  }
  const waived = await db.selectFrom('unit_waivers').select('unit_id').where('tenant_id', '=', tenantId).where('registration', '=', registration).execute();
  for (const { unit_id: unitId } of waived) outcomes.set(unitId, { ...(outcomes.get(unitId) ?? { completed: false, progress: 0 }), waived: true });
  return outcomes;
}

/**
 * Evaluates moveOn where no AU is launched (cmi5 9.6.1: at the time of registration, for units that need nothing). The statements that follow have a
 * session id of their own (9.3.9).
 */
export async function evaluateRegistration(services: SatisfactionServices, registration: Omit<Session, 'id'>): Promise<void> {
  await recordSatisfaction(services, { ...registration, id: newUuid() });
}

/**
 * Says `satisfied` of every block, and of the course, whose AUs and tools all meet their moveOn (cmi5 9.3.9): once a registration. Calling it again
 * says what a crash may have kept from being said.
 */
export async function recordSatisfaction(services: SatisfactionServices, session: Session): Promise<void> {
  const { db, courses } = services;
  const stored = await courses.find(session.course_id);
  if (!stored || !listUnits(stored.course).every(isJudgedHere)) return;
  const { tenant_id: tenantId, registration } = session;
  const outcomes = await unitOutcomes(db, tenantId, registration);
  const said = await db.selectFrom('unit_satisfactions').select('activity_key').where('tenant_id', '=', tenantId).where('registration', '=', registration).execute();
  const known = new Set(said.map(({ activity_key: key }) => key));
  for (const target of satisfiedNodes(stored.course, outcomes)) {
    const key = keyOf(tenantId, 'activity', target.id);
    if (known.has(key)) continue;
    const statement = satisfiedStatement(session, stored.course, target);
    await tellLmsStatement(services, tenantId, statement, async (tx, _fresh, storedAt) => {
      const { numInsertedOrUpdatedRows } = await tx.insertInto('unit_satisfactions').values({ tenant_id: tenantId, registration, activity_key: key, statement_id: statement.id }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) throw new ServerError('conflict', 'It was said at the same moment.');
      if (target.id === stored.course.id) await tx.updateTable('registrations').set({ satisfied_at: storedAt }).where('tenant_id', '=', tenantId).where('id', '=', registration).execute();
    }).catch((error: unknown) => {
      if (!(error instanceof ServerError && error.code === 'conflict')) throw error;
    });
  }
}

/** Keys of the blocks, and of the course, that are satisfied now; `undefined` where that is not the LMS's to say. */
export async function satisfiedKeys({ db, courses }: SatisfactionServices, tenantId: number, registration: string, courseId: string): Promise<ReadonlySet<string> | undefined> {
  const stored = await courses.find(courseId);
  if (!stored || !listUnits(stored.course).every(isJudgedHere)) return undefined;
  return new Set(satisfiedNodes(stored.course, await unitOutcomes(db, tenantId, registration)).map(({ id }) => keyOf(tenantId, 'activity', id)));
}

interface Target {
  readonly id: string;
  readonly type: string;
  readonly publisherId: string | undefined;
}

/** Blocks from the inside out, the course last. */
function satisfiedNodes(course: Course, outcomes: ReadonlyMap<string, UnitOutcome>): Target[] {
  const targets: Target[] = [];
  const visit = (children: readonly CourseNode[]): boolean => {
    let all = true;
    for (const node of children) {
      const satisfied = node.type === 'unit' ? isUnitSatisfied(node, outcomes) : visitBlock(node);
      all &&= satisfied;
    }
    return all;
  };
  const visitBlock = (block: Block): boolean => {
    const satisfied = visit(block.children);
    if (satisfied) targets.push({ id: childId(course.id, 'block', block.id), type: CMI5.blockType, publisherId: block.publisherId });
    return satisfied;
  };
  if (visit(course.children)) targets.push({ id: course.id, type: CMI5.courseType, publisherId: course.publisherId });
  return targets;
}

export const isUnitSatisfied = (unit: Unit, outcomes: ReadonlyMap<string, UnitOutcome>): boolean => isSatisfied(unit.moveOn, outcomes.get(unit.id));

function satisfiedStatement({ id: sessionId, registration, actor }: Session, course: Course, target: Target): Statement {
  return {
    id: newUuid(),
    actor: JSON.parse(actor) as Agent,
    verb: VERBS.satisfied,
    object: { objectType: 'Activity', id: target.id, definition: { type: target.type } },
    context: {
      registration,
      contextActivities: {
        category: [{ objectType: 'Activity', id: CMI5.category }],
        grouping: [{ objectType: 'Activity', id: target.publisherId ?? course.id }],
      },
      extensions: { [CMI5.sessionId]: sessionId },
    },
    timestamp: new Date().toISOString(),
  };
}
