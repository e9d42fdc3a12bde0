import type { Writable } from 'node:stream';
import type pg from 'pg';
import { BinaryRows } from './binary-rows.js';
import type { PreparedStatement } from './prepare-statement.js';
import type { NewNames, RecentNames } from './recent-names.js';

/** Octets of a row but for its document. */
const ROW = 500;

const IDS = 'copy statement_ids (tenant_id, id, actor_key, seq, dated) from stdin (format binary)';
const STATEMENTS = 'copy statements (tenant_id, actor_key, seq, id, verb_key, activity_key, registration, authority_key, authority_agent, agent_keys, related_agents, related_activities, voids, voided, document) from stdin (format binary)';
const REMEMBER = { name: 'remember_names', text: 'select remember_names($1, $2, $3, $4, $5, $6, $7, $8)' };

/** Whether nothing in these statements asks for more than a row each. */
export const isPlain = (statements: readonly PreparedStatement[]): boolean => statements.every(({ target }) => target === undefined);

/**
 * Stores many statements of which none refers to another, as `store_statements` does, in two round trips: the first takes the tenant's lock and
 * the numbers, the second brings the rows as PostgreSQL's own binary copy and commits. A row costs the database half of what it costs as
 * parameters of a query.
 * @returns the `seq` of the last; `undefined`, and nothing is stored, where some are there already or were voided before they came
 */
export async function copyStatements(pool: pg.Pool, tenantId: number, requests: readonly (readonly PreparedStatement[])[], names: RecentNames): Promise<number | undefined> {
  const statements = requests.flat();
  const client = await pool.connect();
  try {
    const begun = (await client.query(
      `begin; select through, clear from begin_store(${tenantId}, '{${statements.map(({ id }) => id).join(',')}}'::uuid[])`)) as unknown as pg.QueryResult<{ through: number; clear: boolean }>[];
    const { through, clear } = begun[1]!.rows[0]!;
    if (!clear) {
      await client.query('rollback');
      client.release();
      return undefined;
    }
    const { activities, people } = names.take(requests);
    if (activities.length + people.length > 0) await client.query({ ...REMEMBER, values: valuesOf(tenantId, { activities, people }) });
    await copy(client, `${IDS}; ${STATEMENTS}; commit`, rowsOf(tenantId, statements, through - statements.length));
    client.release();
    return through;
  } catch (error) {
    const whole = await client.query('rollback').then(() => true, () => false);
    client.release(!whole); // or the transaction ends with its connection
    throw error;
  }
}

const valuesOf = (tenantId: number, { activities, people }: NewNames): unknown[] => [
  tenantId, activities.map(({ key }) => key), activities.map(({ id }) => id), activities.map(({ definition }) => definition), activities.map(({ onlyNew }) => onlyNew),
  people.map(({ key }) => key), people.map(({ identifier }) => identifier), people.map(({ name }) => name ?? null),
];

function rowsOf(tenantId: number, statements: readonly PreparedStatement[], before: number): Buffer {
  const rows = new BinaryRows(statements.reduce((octets, { document }) => octets + document.length + ROW, 1_000));
  let seq = before;
  rows.begin();
  for (const { id, actorKey, timestampGiven } of statements) {
    rows.row(5);
    rows.integer(tenantId);
    rows.uuid(id);
    rows.uuid(actorKey);
    rows.bigint(++seq);
    rows.boolean(timestampGiven);
  }
  rows.finish();
  seq = before;
  rows.begin();
  for (const one of statements) {
    rows.row(15);
    rows.integer(tenantId);
    rows.uuid(one.actorKey);
    rows.bigint(++seq);
    rows.uuid(one.id);
    rows.uuid(one.verbKey);
    rows.uuid(one.activityKey);
    rows.uuid(one.statement.context?.registration);
    rows.uuid(one.authorityKey);
    rows.uuid(one.authorityAgent);
    rows.uuids(one.agentKeys);
    rows.uuids(one.relatedAgents);
    rows.uuids(one.relatedActivities);
    rows.boolean(one.voids);
    rows.boolean(false);
    rows.text(one.document);
  }
  rows.finish();
  return rows.bytes();
}

/** What `pg` calls while a query runs on a connection; see `client.js` there. */
interface Connection {
  query(text: string): void;
  readonly stream: Writable;
}

/**
 * Sends a text with several copies, `commit` at its end, and behind it what they read: PostgreSQL takes each from where the one before ended, and passes
 * over what is left when one of them fails.
 */
function copy(client: pg.PoolClient, text: string, rows: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let last = '';
    client.query({
      submit(connection: Connection): void {
        connection.stream.cork(); // one write
        connection.query(text);
        connection.stream.write(rows);
        connection.stream.uncork();
      },
      handleCopyInResponse: () => undefined, // the rows are on their way
      handleCommandComplete: ({ text: tag }: { readonly text: string }) => void (last = tag),
      handleError: reject,
      handleReadyForQuery: () => (last === 'COMMIT' ? resolve() : reject(new Error(`The transaction ended with ${last}.`))),
    } as unknown as pg.Submittable);
  });
}
