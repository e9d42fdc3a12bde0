import type { Statement } from '@lectern/core';
import { sql } from 'kysely';
import { poolOf, type Db } from '../database/database.js';
import { contentHash } from './content-hash.js';
import { copyStatements, isPlain } from './copy-statements.js';
import type { PreparedStatement } from './prepare-statement.js';
import type { RecentNames } from './recent-names.js';

/** What `store_statements` did. */
export interface Stored {
  /** Microseconds since 1970: `stored` of the last statement; whatever was or will be stored up to then can be seen now. */
  readonly through: number;
  readonly count: number;
  /** The requests, by their place, that were not stored because some of their ids are there already. */
  readonly waiting: readonly number[];
}

/** Statements from which on copying, which takes one round trip more, is cheaper. */
const MANY = 12;

/**
 * Stores the statements of one or more requests. No id may come twice.
 * Outside a transaction all of it is committed when this resolves.
 */
export async function storeStatements(db: Db, tenantId: number, requests: readonly (readonly PreparedStatement[])[], names: RecentNames): Promise<Stored> {
  const pool = poolOf(db);
  const count = requests.reduce((sum, statements) => sum + statements.length, 0);
  if (pool && count >= MANY && requests.every(isPlain)) {
    const through = await copyStatements(pool, tenantId, requests, names);
    if (through !== undefined) return { through, count, waiting: [] };
  }
  return callStore(db, tenantId, requests, names);
}

/** In one round trip, whatever they are (migration 0005). */
async function callStore(db: Db, tenantId: number, requests: readonly (readonly PreparedStatement[])[], names: RecentNames): Promise<Stored> {
  const all = requests.flat();
  const places = requests.flatMap((statements, index) => statements.map(() => index));
  const links = all.flatMap(({ id, target, voids }, index) => (target === undefined ? [] : [{ request: places[index]!, id, target, voids }]));
  const { activities, people } = names.take(requests);
  const { rows } = await sql<{ through: number; stored: number; waiting: number[] }>`
    select through, stored, waiting from store_statements(
      ${tenantId}, ${list(places)}, ${list(all.map(({ id }) => id))}, ${list(all.map(({ timestampGiven }) => timestampGiven))},
      ${list(all.map(({ actorKey }) => actorKey))}, ${list(all.map(({ verbKey }) => verbKey))}, ${list(all.map(({ activityKey }) => activityKey))},
      ${list(all.map(({ statement }) => statement.context?.registration))}, ${list(all.map(({ authorityKey }) => authorityKey))}, ${list(all.map(({ authorityAgent }) => authorityAgent))},
      ${nested(all.map(({ agentKeys }) => agentKeys))}, ${nested(all.map(({ relatedAgents }) => relatedAgents))}, ${nested(all.map(({ relatedActivities }) => relatedActivities))},
      ${list(all.map(({ voids }) => voids))}, ${lines(all.map(({ document }) => document))},
      ${list(links.map(({ request }) => request))}, ${list(links.map(({ id }) => id))}, ${list(links.map(({ target }) => target))}, ${list(links.map(({ voids }) => voids))},
      ${list(activities.map(({ request }) => request))}, ${list(activities.map(({ key }) => key))}, ${activities.map(({ id }) => id)}, ${activities.map(({ definition }) => definition)}, ${list(activities.map(({ onlyNew }) => onlyNew))},
      ${list(people.map(({ request }) => request))}, ${list(people.map(({ key }) => key))}, ${people.map(({ identifier }) => identifier)}, ${people.map(({ name }) => name ?? null)})`.execute(db);
  const { through, stored, waiting } = rows[0]!;
  if (waiting.length > 0) names.clear(); // what was not stored has told nothing
  return { through, count: stored, waiting };
}

/**
 * Leaves out what is stored already. What is stored never changes, so the answer stays right.
 * @returns the rest; or the id of one that says something else than what is stored (Communication 2.1.1)
 */
export async function withoutKnown(db: Db, tenantId: number, statements: readonly PreparedStatement[]): Promise<{ readonly fresh: readonly PreparedStatement[]; readonly taken?: string }> {
  const { rows } = await sql<{ id: string; dated: boolean; document: string }>`
    select i.id, i.dated, s.document from statement_ids i join statements s on s.tenant_id = i.tenant_id and s.actor_key = i.actor_key and s.seq = i.seq
    where i.tenant_id = ${tenantId} and i.id = any(${list(statements.map(({ id }) => id))}::uuid[])`.execute(db);
  if (rows.length === 0) return { fresh: statements };
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const prepared of statements) {
    const row = known.get(prepared.id);
    if (row && !isSame(prepared, JSON.parse(row.document) as Statement, row.dated)) return { fresh: [], taken: prepared.id };
  }
  return { fresh: statements.filter(({ id }) => !known.has(id)) };
}

function isSame({ statement, timestampGiven }: PreparedStatement, stored: Statement, dated: boolean): boolean {
  return contentHash(statement) === contentHash(stored)
    && (!timestampGiven || !dated || Math.abs(Date.parse(statement.timestamp) - Date.parse(stored.timestamp)) <= 1);
}

/** An array as PostgreSQL writes it, of values that need no quotes: the driver would look through each of them for what to escape. */
const list = (values: readonly (string | number | boolean | undefined)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`;
const nested = (values: readonly (readonly string[])[]): string => `{${values.map((keys) => (keys.length === 0 ? 'NULL' : `"{${keys.join(',')}}"`)).join(',')}}`;
/** JSON.stringify never writes a line break. */
const lines = (values: readonly string[]): string => values.join('\n');
