import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import { MIGRATION_LOCK_TABLE, MIGRATION_TABLE, migrate, onConnection } from '../database/database.js';
import { BackupError } from './backup-error.js';
import type { BackupHeader, EntryPlace } from './backup-format.js';
import type { ReadEntry } from './archive-reader.js';
import { FUNCTIONS, listColumns, listIdentities, listTables, TABLES } from './tables.js';

/** Takes away everything of Lectern's, and nothing else. In a transaction. */
export async function dropAll(client: Client): Promise<void> {
  const names = [...TABLES, MIGRATION_TABLE, MIGRATION_LOCK_TABLE].map((name) => `"${name}"`);
  await client.query(`drop table if exists ${names.join(', ')}`);
  const { rows } = await client.query<{ name: string }>('select oid::regprocedure::text as name from pg_proc where pronamespace = current_schema()::regnamespace and proname = any($1)', [[...FUNCTIONS]]);
  for (const { name } of rows) await client.query(`drop function ${name}`);
}

/** The rows of a backup on their way into tables as they were when it was made. */
export class RowsRestore {
  readonly #client: Client;
  readonly #header: BackupHeader;
  readonly #file: string;
  readonly #rows: Record<string, number> = {};
  #current: { readonly name: string; readonly stream: CopyStreamQuery; readonly done: Promise<void> } | undefined;
  #part = 0;
  #indexes: readonly string[] = [];

  constructor(client: Client, header: BackupHeader, file: string) {
    this.#client = client;
    this.#header = header;
    this.#file = file;
  }

  /**
   * Makes the tables as they were.
   * @throws BackupError `backup-invalid` when the backup speaks of others
   */
  async open(): Promise<void> {
    await migrate(onConnection(this.#client), { to: this.#header.migrations.at(-1)!, within: true });
    const made = await listColumns(this.#client, await listTables(this.#client));
    const said = new Map(this.#header.tables.map(({ name, columns }) => [name, columns]));
    if (said.size !== this.#header.tables.length || said.size !== made.length) throw this.#invalid('It does not hold the tables of its schema.', 'tables');
    for (const { name, columns } of made) {
      if ([...(said.get(name) ?? [])].sort().join() !== [...columns].sort().join()) throw this.#invalid('It does not hold the columns of its schema.', `tables: ${name}`);
    }
    // Keys that are unique stay, and find what comes twice; other indexes are made at once, later, which takes a fraction of the time.
    const { rows } = await this.#client.query<{ name: string; definition: string }>(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class t on t.oid = i.indrelid
       where t.relnamespace = current_schema()::regnamespace and t.relname = any($1) and not i.indisunique
         and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid) order by 1`, [made.map(({ name }) => name)]);
    for (const { name } of rows) await this.#client.query(`drop index ${name}`);
    // Of a table in partitions it says ONLY, which would leave the partitions without.
    this.#indexes = rows.map(({ definition }) => definition.replace(/ ON ONLY /, ' ON '));
  }

  /** Tables come one after the other, their parts in order. */
  async add({ table, part }: Extract<EntryPlace, { kind: 'rows' }>, { name, chunks }: ReadEntry): Promise<void> {
    const found = this.#header.tables.find((one) => one.name === table);
    if (!found) throw this.#invalid('It holds rows of no table of its own.', name);
    if (this.#current?.name !== table) {
      await this.#endTable();
      if (found.name in this.#rows) throw this.#invalid('The rows of a table lie in two places.', name);
      this.#begin(found);
    }
    if (part !== ++this.#part) throw this.#invalid('A part of a table is missing.', name);
    const { stream, done } = this.#current!;
    for await (const chunk of chunks) if (!stream.write(chunk)) await Promise.race([new Promise((drained) => stream.once('drain', drained)), done]);
  }

  #begin({ name, columns }: BackupHeader['tables'][number]): void {
    const stream = this.#client.query(copyFrom(`copy "${name}" (${columns.map((column) => `"${column}"`).join(', ')}) from stdin (format text, encoding 'UTF8')`));
    const done = finished(stream).catch((cause: unknown) => {
      const { code, message } = cause as { code?: string; message: string };
      // Class 22: data exception; 23: integrity constraint violation.
      throw /^2[23]/.test(code ?? '') ? this.#invalid(`The database does not take its rows: ${message}.`, name, cause) : cause;
    });
    done.catch(() => undefined); // whoever adds or ends hears of it
    this.#current = { name, stream, done };
    this.#part = 0;
  }

  async #endTable(): Promise<void> {
    if (!this.#current) return;
    const { name, stream, done } = this.#current;
    this.#current = undefined;
    stream.end();
    await done;
    this.#rows[name] = stream.rowCount;
  }

  /** Ends a COPY that is under way, so that the connection can be used. */
  async abort(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    current?.stream.destroy();
    await current?.done.catch(() => undefined);
  }

  /**
   * Completes the tables and brings them up to date.
   * @throws BackupError `backup-invalid` when there are not as many rows as there were
   */
  async finish(rows: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    await this.#endTable();
    for (const { name } of this.#header.tables) {
      if ((this.#rows[name] ?? 0) !== rows[name]) throw this.#invalid('It does not hold as many rows as it says.', `rows: ${name}`);
    }
    for (const definition of this.#indexes) await this.#client.query(definition);
    const tables = this.#header.tables.map(({ name }) => name);
    for (const { table, column, sequence } of await listIdentities(this.#client, tables)) {
      const last = this.#header.identities.find((one) => one.table === table && one.column === column)?.last ?? 0;
      await this.#client.query(`select setval($1, greatest($2, coalesce(max("${column}"), 0)) + 1, false) from "${table}"`, [sequence, last]);
    }
    await migrate(onConnection(this.#client), { within: true });
    for (const name of await listTables(this.#client)) await this.#client.query(`analyze "${name}"`);
    return rows;
  }

  #invalid(message: string, field: string, cause?: unknown): BackupError {
    return new BackupError('backup-invalid', message, { file: this.#file, field, cause });
  }
}
