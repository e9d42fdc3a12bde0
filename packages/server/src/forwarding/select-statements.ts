import type { Statement } from '@lectern/core';
import { sql } from 'kysely';
import { loadPolicies } from '../credits/policies.js';
import type { Db } from '../database/database.js';
import type { JsonText } from '../database/schema.js';
import { VOIDED } from '../lrs/prepare-statement.js';
import { findStatement } from '../lrs/statement-query.js';
import { isFiltering, matchesFilter, type CourseScope, type FilterScopes } from './matches-filter.js';
import type { ForwardingTarget } from './target.js';

export interface StoredStatement {
  readonly seq: number;
  readonly statement: Statement;
}

/** What was looked at, in the order of `seq`, and which of it the target is to have. */
export interface Selection {
  readonly seqs: readonly number[];
  readonly chosen: readonly StoredStatement[];
}

/** Rows looked at in one go, and octets of their documents. */
const WINDOW = 500;
const WINDOW_SIZE = 4 * 1024 * 1024;

/**
 * The next statements after a target's cursor. A tenant's statements become visible in the order of `seq`, so what comes after the last
 * one seen misses nothing. Voided ones are among them: the statement that voids follows.
 */
export async function selectNext(db: Db, target: ForwardingTarget): Promise<Selection> {
  const { rows } = await sql<{ seq: number; document: JsonText }>`
    select seq, document from (
      select seq, document, sum(octet_length(document::text)) over (order by seq) - octet_length(document::text) as before
      from (select seq, document from statements where tenant_id = ${target.tenantId} and seq > ${target.cursor} order by seq limit ${WINDOW}) next
    ) sized where before < ${WINDOW_SIZE} order by seq`.execute(db);
  const read = rows.map(({ seq, document }): StoredStatement => ({ seq, statement: JSON.parse(document) as Statement }));
  return { seqs: rows.map(({ seq }) => seq), chosen: await choose(db, target, read) };
}

async function choose(db: Db, { tenantId, filter }: ForwardingTarget, read: readonly StoredStatement[]): Promise<readonly StoredStatement[]> {
  if (!isFiltering(filter) || read.length === 0) return read;
  const referring = read.filter(({ statement }) => statement.object.objectType === 'StatementRef').map(({ statement }) => statement.id);
  const reached = await reachedBy(db, tenantId, referring);
  const all = [...read.map(({ statement }) => statement), ...[...reached.values()].flat()];
  const scopes = await loadScopes(db, tenantId, filter, all);
  return read.filter(({ statement }) => {
    if (matchesFilter(statement, filter, scopes)) return true;
    // As in GET statements (Communication 2.1.3): what refers to a matching statement matches.
    const targets = reached.get(statement.id);
    if (targets?.some((one) => matchesFilter(one, filter, scopes))) return true;
    // What it voids is not here yet, or never will be: told for safety's sake, since it says nothing else.
    return statement.verb.id === VOIDED && targets?.length === 0;
  });
}

/** Statements that others refer to, through any number of references. One by one: they are few, and storing needs the connections. */
async function reachedBy(db: Db, tenantId: number, ids: readonly string[]): Promise<Map<string, Statement[]>> {
  const reached = new Map(ids.map((id): [string, Statement[]] => [id, []]));
  if (ids.length === 0) return reached;
  const rows = await db.selectFrom('statement_targets').select(['source_id', 'target_id']).where('tenant_id', '=', tenantId).where('source_id', 'in', ids).execute();
  const found = new Map<string, Statement | undefined>();
  for (const { source_id: source, target_id: target } of rows) {
    if (!found.has(target)) {
      const row = (await findStatement(db, tenantId, target, false)) ?? (await findStatement(db, tenantId, target, true));
      found.set(target, row && (JSON.parse(row.document) as Statement));
    }
    const statement = found.get(target);
    if (statement) reached.get(source)?.push(statement);
  }
  return reached;
}

async function loadScopes(db: Db, tenantId: number, { courses, creditBearing }: ForwardingTarget['filter'], statements: readonly Statement[]): Promise<FilterScopes> {
  if (!courses && !creditBearing) return {};
  const known = await db.selectFrom('courses').select(['id', 'activity_id']).where('tenant_id', '=', tenantId).execute();
  const registrations = [...new Set(statements.flatMap(({ context }) => context?.registration?.toLowerCase() ?? []))];
  const rows = registrations.length === 0 ? [] : await db.selectFrom('registrations').select(['id', 'course_id'])
    .where('tenant_id', '=', tenantId).where('id', 'in', registrations).execute();
  const courseOf = new Map(rows.map(({ id, course_id }) => [id, course_id]));
  const scopeOf = (ids: ReadonlySet<string>, activities: ReadonlySet<string>): CourseScope => ({ activities, hasRegistration: (registration) => ids.has(courseOf.get(registration) ?? '') });
  const scopes: { courses?: CourseScope; creditBearing?: CourseScope } = {};
  if (courses) scopes.courses = scopeOf(new Set(courses), new Set(known.filter(({ id }) => courses.includes(id)).map(({ activity_id }) => activity_id)));
  if (creditBearing) {
    const activities = new Set((await loadPolicies(db, tenantId)).map(({ courseId }) => courseId));
    scopes.creditBearing = scopeOf(new Set(known.filter(({ activity_id }) => activities.has(activity_id)).map(({ id }) => id)), activities);
  }
  return scopes;
}

/** Statements that were set aside and shall be tried again. What is no longer kept here is forgotten there too. */
export async function selectRetries(db: Db, { tenantId, id }: ForwardingTarget): Promise<readonly StoredStatement[]> {
  await sql`
    delete from forwarding_set_aside a where a.tenant_id = ${tenantId} and a.target_id = ${id} and a.retry
      and not exists (select 1 from statements s where s.tenant_id = a.tenant_id and s.seq = a.seq)`.execute(db);
  const rows = await db.selectFrom('forwarding_set_aside as a')
    .innerJoin('statements as s', (join) => join.onRef('s.tenant_id', '=', 'a.tenant_id').onRef('s.seq', '=', 'a.seq'))
    .select(['s.seq', 's.document']).where('a.tenant_id', '=', tenantId).where('a.target_id', '=', id).where('a.retry', '=', true).orderBy('a.seq').limit(50).execute();
  return rows.map(({ seq, document }) => ({ seq, statement: JSON.parse(document) as Statement }));
}
