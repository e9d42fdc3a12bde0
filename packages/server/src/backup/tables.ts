import type { Client } from 'pg';
import { MIGRATION_NAMES, MIGRATION_TABLE } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import { BackupError } from './backup-error.js';
import type { BackupHeader } from './backup-format.js';

/** Every table of Lectern's, in an order in which rows can come: what is referred to before what refers. A test holds it against the migrations. */
export const TABLES: readonly (keyof Schema)[] = [
  'tenants', 'api_keys', 'courses', 'registrations', 'unit_sessions', 'unit_satisfactions', 'unit_waivers', 'statement_clocks', 'statement_ids', 'statements', 'statement_targets', 'attachments', 'activities',
  'agents', 'documents', 'credit_policies', 'credit_goals', 'conferrals', 'audit', 'forwarding_targets', 'forwarding_set_aside', 'dispatches', 'dispatch_learners',
  'platform_keys', 'platform_tools', 'platform_users', 'platform_line_items', 'platform_launches', 'platform_scores', 'platform_assertions',
  'lti_platforms', 'lti_nonces', 'lti_links', 'lti_scores', 'lti_invitations',
];

/** Every function of Lectern's; held against the migrations, too. */
export const FUNCTIONS: readonly string[] = ['merge_definitions', 'link_statement', 'store_statements', 'begin_store', 'remember_names', 'lectern_audit_only_grows'];

/** The tables that are there. Others may share the database with Lectern; they are not looked at. */
export async function listTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname = any($1)`, [[...TABLES]]);
  const found = new Set(rows.map(({ name }) => name));
  return TABLES.filter((name) => found.has(name));
}

/** The columns that hold something of their own, in their order. */
export async function listColumns(client: Client, tables: readonly string[]): Promise<BackupHeader['tables']> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relname = any($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' group by 1`, [tables]);
  const columns = new Map(rows.map((row) => [row.table, row.columns]));
  return tables.map((name) => ({ name, columns: columns.get(name)! }));
}

/** What counts the rows of a table. */
export interface Identity {
  readonly table: string;
  readonly column: string;
  readonly sequence: string;
}

export async function listIdentities(client: Client, tables: readonly string[]): Promise<Identity[]> {
  const { rows } = await client.query<Identity>(
    `select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relname = any($1) and a.attidentity <> '' order by 1, 2`, [tables]);
  return rows;
}

/**
 * The migrations that the database has had, in order; none where it is not Lectern's.
 * @throws BackupError `database-newer`
 */
export async function readMigrations(client: Client): Promise<string[]> {
  const { rows: [there] } = await client.query<{ found: string | null }>('select to_regclass($1) as found', [MIGRATION_TABLE]);
  if (!there?.found) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by name`);
  const names = rows.map(({ name }) => name);
  if (!isPrefix(names)) throw new BackupError('database-newer', 'The database was changed by a newer Lectern than this one; use that one.', { field: 'DATABASE_URL' });
  return names;
}

/** Whether a database with these migrations can be brought up to date by this Lectern. */
export const isPrefix = (names: readonly string[]): boolean => names.every((name, index) => MIGRATION_NAMES[index] === name);
