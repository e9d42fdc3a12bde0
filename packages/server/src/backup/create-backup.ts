import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { openArchiveWriter, type ArchiveWriter, type WrittenArchive } from './archive-writer.js';
import { BackupError } from './backup-error.js';
import { FORMAT, FORMAT_VERSION, HEADER_NAME, KEY_FILES, type BackupHeader } from './backup-format.js';
import { connect } from './connect.js';
import { snapshotContent, type ContentSnapshot } from './content-snapshot.js';
import { BACKUP_LOCK, CONTENT_LOCK } from './locks.js';
import { listColumns, listIdentities, listTables, readMigrations } from './tables.js';

/** What is being done, for people who wait. */
export interface BackupProgress {
  readonly step: 'content' | 'database' | 'check' | 'restore' | 'indexes';
  /** The table, or the file. */
  readonly name: string;
  /** From 0 to 1; an estimate while a backup is made. */
  readonly done: number;
}

export interface CreateOptions {
  readonly databaseUrl: string;
  /** Absolute. */
  readonly dataDir: string;
  /** A file, which appears whole or not at all; or a stream. */
  readonly to: string | Writable;
  /** Whether a file of that name is replaced. */
  readonly force?: boolean;
  /** Whether the data folder's keys go with it. */
  readonly keys?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BackupSummary extends WrittenArchive {
  readonly id: string;
  /** When the snapshot was taken: RFC 3339. */
  readonly createdAt: string;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly courses: number;
  readonly contentFiles: number;
  /** The files of keys that are in it. */
  readonly keys: readonly string[];
}

/** Octets of rows in one entry, about. */
const PART = 4 * 1024 * 1024;

/**
 * Writes everything a server has into one archive, as it was at one moment, while the server goes on.
 * @throws BackupError
 */
export async function createBackup({ databaseUrl, dataDir, to, force = false, keys = true, onProgress = () => undefined, signal }: CreateOptions): Promise<BackupSummary> {
  const client = await connect(databaseUrl, 'lectern-backup');
  let content: ContentSnapshot | undefined;
  let writer: ArchiveWriter | undefined;
  try {
    const { header, courses, octets, ...taken } = await takeSnapshot(client, join(dataDir, 'content'), keys);
    content = taken.content;
    writer = await openArchiveWriter(to, { force });
    const archive = stopsWith(writer, signal);
    await addJson(archive, HEADER_NAME, header);
    const keyFiles = keys ? await addKeys(archive, dataDir) : [];
    const contentFiles = await addContent(archive, content, onProgress);
    if (!content.isKept) await unlockContent(client);
    const rows = await addRows(client, archive, header, (name, done) => onProgress({ step: 'database', name, done: Math.min(0.99, done / octets) }));
    await client.query('commit');
    const written = await writer.finish({ rows, contentFiles, courses: courses.length });
    await tellAudit(client, header, written);
    return { ...written, id: header.id, createdAt: header.createdAt, rows, courses: courses.length, contentFiles, keys: keyFiles };
  } catch (error) {
    await writer?.abort();
    throw error;
  } finally {
    await content?.remove();
    await client.end().catch(() => undefined);
  }
}

interface Snapshot {
  readonly header: BackupHeader;
  readonly courses: readonly string[];
  readonly content: ContentSnapshot;
  /** How much the rows are, about. */
  readonly octets: number;
}

/** Begins the transaction that sees one moment, and keeps the files of the courses as they are in that moment. */
async function takeSnapshot(client: pg.Client, contentRoot: string, keys: boolean): Promise<Snapshot> {
  const { rows: [alone] } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [BACKUP_LOCK]);
  if (!alone?.held) throw new BackupError('backup-running', 'Another backup or restore is at work.');
  const tables = await listTables(client);
  if (tables.length === 0) throw new BackupError('database-empty', 'The database holds nothing of Lectern’s.', { field: 'DATABASE_URL' });
  await client.query('select pg_advisory_lock($1)', [CONTENT_LOCK]);
  await client.query('begin isolation level repeatable read read only');
  await client.query("set local statement_timeout = 0; set local lock_timeout = '60s'; set local idle_in_transaction_session_timeout = 0; set local datestyle = 'ISO'; set local extra_float_digits = 3; set local bytea_output = 'hex'");
  // Before the first look, which is what fixes the moment: no table may go away or change while it is read.
  await client.query(`lock table ${tables.map((name) => `"${name}"`).join(', ')} in access share mode`);
  const { rows: [moment] } = await client.query<{ at: Date; version: string }>("select clock_timestamp() as at, current_setting('server_version') as version");
  const migrations = await readMigrations(client);
  const { rows: courseRows } = await client.query<{ id: string }>('select id from courses order by id');
  const courses = courseRows.map(({ id }) => id);
  const content = await snapshotContent(contentRoot, courses);
  if (content.isKept) await unlockContent(client);
  const identities: BackupHeader['identities'] = [];
  for (const { table, column, sequence } of await listIdentities(client, tables)) {
    const { rows: [one] } = await client.query<{ last: string }>(`select case when is_called then last_value else last_value - 1 end as last from ${sequence}`);
    identities.push({ table, column, last: Number(one!.last) });
  }
  // A table in partitions has nothing itself.
  const { rows: [size] } = await client.query<{ octets: string }>(
    'select sum(pg_table_size(coalesce(i.inhrelid, c.oid))) as octets from pg_class c left join pg_inherits i on i.inhparent = c.oid where c.relnamespace = current_schema()::regnamespace and c.relname = any($1)', [tables]);
  const header: BackupHeader = {
    format: FORMAT, version: FORMAT_VERSION, id: randomUUID(), createdAt: moment!.at.toISOString(), postgres: moment!.version, migrations, tables: await listColumns(client, tables), identities, keys,
  };
  return { header, courses, content, octets: Math.max(1, Number(size!.octets)) };
}

const unlockContent = (client: pg.Client): Promise<unknown> => client.query('select pg_advisory_unlock($1)', [CONTENT_LOCK]);

function stopsWith(writer: ArchiveWriter, signal: AbortSignal | undefined): ArchiveWriter {
  return {
    ...writer,
    add: (entry) => (signal?.aborted ? Promise.reject(new BackupError('interrupted', 'Stopped; nothing was written.')) : writer.add(entry)),
  };
}

function addJson(archive: ArchiveWriter, name: string, value: unknown): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return archive.add({ name, size: bytes.byteLength, chunks: [bytes], modifiedAt: new Date() });
}

async function addKeys(archive: ArchiveWriter, dataDir: string): Promise<string[]> {
  const added: string[] = [];
  for (const name of KEY_FILES) {
    const bytes = await readFile(join(dataDir, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // the environment has it
      throw error;
    });
    if (!bytes) continue;
    await archive.add({ name: `keys/${name}`, size: bytes.byteLength, chunks: [bytes], modifiedAt: new Date() });
    added.push(name);
  }
  return added;
}

async function addContent(archive: ArchiveWriter, content: ContentSnapshot, onProgress: (progress: BackupProgress) => void): Promise<number> {
  let count = 0;
  for await (const { course, path, file, size, modifiedAt } of content.files()) {
    onProgress({ step: 'content', name: `${course}/${path}`, done: 0 });
    await archive.add({ name: `content/${course}/${path}`, size, modifiedAt, chunks: createReadStream(file) as AsyncIterable<Buffer> });
    count++;
  }
  return count;
}

async function addRows(client: pg.Client, archive: ArchiveWriter, { tables, createdAt }: BackupHeader, onProgress: (table: string, octets: number) => void): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  const modifiedAt = new Date(createdAt);
  let octets = 0;
  for (const { name, columns } of tables) {
    // A table in partitions cannot be copied by its name.
    const source = client.query(copyTo(`copy (select ${columns.map((column) => `"${column}"`).join(', ')} from "${name}") to stdout (format text, encoding 'UTF8')`));
    let part = 0;
    try {
      for await (const bytes of inParts(source)) {
        octets += bytes.byteLength;
        onProgress(name, octets);
        await archive.add({ name: `database/${name}/${String(++part).padStart(6, '0')}.copy`, size: bytes.byteLength, modifiedAt, chunks: [bytes] });
      }
    } catch (error) {
      source.destroy();
      throw error;
    }
    rows[name] = source.rowCount;
  }
  return rows;
}

/** Cut between rows: a line break within a row is written as `\n`. */
async function* inParts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    const end = size + chunk.byteLength >= PART ? chunk.lastIndexOf(0x0a) + 1 : 0;
    if (end === 0) {
      waiting.push(chunk);
      size += chunk.byteLength;
      continue;
    }
    yield Buffer.concat([...waiting, chunk.subarray(0, end)]);
    waiting = [Buffer.from(chunk.subarray(end))];
    size = waiting[0]!.byteLength;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/** A copy of everything is something to know about. A database that takes no writes cannot be told. */
async function tellAudit(client: pg.Client, { id }: BackupHeader, { sha256, size }: WrittenArchive): Promise<void> {
  await client.query("insert into audit (tenant_id, actor, action, subject, details) select min(id), 'server', 'data.backup', $1, $2 from tenants having min(id) is not null", [id, JSON.stringify({ size, sha256 })]).catch(() => undefined);
}
