import { CompiledQuery, Kysely, Migrator, PostgresDialect, type Migration } from 'kysely';
import pg from 'pg';
import { ServerError } from '../errors.js';
import * as initial from './migrations/0001-initial.js';
import * as keysAndAudit from './migrations/0003-keys-and-audit.js';
import * as forwarding from './migrations/0004-forwarding.js';
import * as partitionedStatements from './migrations/0005-partitioned-statements.js';
import * as cmi5Sessions from './migrations/0006-cmi5-sessions.js';
import * as dispatches from './migrations/0010-dispatches.js';
import * as ltiPlatform from './migrations/0012-lti-platform.js';
import * as ltiTool from './migrations/0013-lti-tool.js';
import * as copiedStatements from './migrations/0014-copied-statements.js';
import * as readableDefinitions from './migrations/0015-readable-definitions.js';
import type { Schema } from './schema.js';

export type Db = Kysely<Schema>;

/** Forward only: a name, once released, keeps its content. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0003-keys-and-audit': keysAndAudit,
  '0004-forwarding': forwarding,
  '0005-partitioned-statements': partitionedStatements,
  '0006-cmi5-sessions': cmi5Sessions,
  '0010-dispatches': dispatches,
  '0012-lti-platform': ltiPlatform,
  '0013-lti-tool': ltiTool,
  '0014-copied-statements': copiedStatements,
  '0015-readable-definitions': readableDefinitions,
};

/** In the order in which they are applied. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS).sort();
export const MIGRATION_TABLE = 'lectern_migrations';
export const MIGRATION_LOCK_TABLE = 'lectern_migration_lock';

const INT8 = 20;
const JSON_TYPE = 114;

/**
 * Opens the pool and brings the tables up to date.
 * @throws ServerError `database-unavailable`
 */
export async function openDatabase(url: string): Promise<Db> {
  const pool = new pg.Pool({ connectionString: url, max: 20, types: { getTypeParser }, application_name: 'lectern' });
  // An idle connection may break (the database restarts); the pool replaces it, and a query in flight reports for itself.
  pool.on('error', () => undefined);
  // The pool listens to idle connections alone: one that breaks between two queries of a transaction would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  pools.set(db, pool);
  try {
    await migrate(db);
    return db;
  } catch (cause) {
    await db.destroy();
    throw new ServerError('database-unavailable', `The database cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { field: 'DATABASE_URL', cause });
  }
}

const pools = new WeakMap<object, pg.Pool>();

/** The connections of what `openDatabase` has opened, for what Kysely cannot say; `undefined` within a transaction. */
export const poolOf = (db: Db): pg.Pool | undefined => pools.get(db);

/** Asks in SQL that is ready: what is asked for nearly every request need not be put together for each. */
export async function queryPlainly<T extends object>(db: Db, text: string, values: unknown[]): Promise<T[]> {
  const pool = poolOf(db);
  return pool ? (await pool.query<T>(text, values)).rows : (await db.executeQuery<T>(CompiledQuery.raw(text, values))).rows;
}

/**
 * Brings the tables to where a migration leaves them; absent: up to date.
 * @param within the connection of a transaction that they are to be part of
 */
export async function migrate(db: Kysely<Schema>, { to = MIGRATION_NAMES.at(-1)!, within = false }: { readonly to?: string; readonly within?: boolean } = {}): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };
  const migrator = new Migrator({ db, provider, migrationTableName: MIGRATION_TABLE, migrationLockTableName: MIGRATION_LOCK_TABLE, disableTransactions: within });
  const { error } = await migrator.migrateTo(to);
  if (error) throw error instanceof Error ? error : new Error('The migration failed.', { cause: error });
}

/** Kysely on one connection that somebody else opened and will close. */
export function onConnection(client: pg.Client): Kysely<Schema> {
  const held = { query: client.query.bind(client), release: () => undefined } as unknown as pg.PoolClient;
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: { connect: () => Promise.resolve(held), end: () => Promise.resolve() } }) });
}

/** bigint as number (microseconds since 1970 stay below 2^53 until the year 2255); json as the text it is. */
const getTypeParser = ((oid: number, format?: 'text' | 'binary') => {
  if (format !== 'binary') {
    if (oid === INT8) return Number;
    if (oid === JSON_TYPE) return (text: string) => text;
  }
  return pg.types.getTypeParser(oid, format as 'text');
}) as typeof pg.types.getTypeParser;
