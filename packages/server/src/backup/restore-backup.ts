import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { onConnection, type Db } from '../database/database.js';
import { readArchive } from './archive-reader.js';
import { BackupError } from './backup-error.js';
import { placeOf } from './backup-format.js';
import { checkBackup, type CheckedBackup } from './check-backup.js';
import type { BackupProgress } from './create-backup.js';
import { connect } from './connect.js';
import { BACKUP_LOCK } from './locks.js';
import { finishRestore, listPlaced, StagedFiles } from './place-files.js';
import { dropAll, RowsRestore } from './restore-rows.js';
import { listTables, readMigrations } from './tables.js';

export interface RestoreOptions {
  readonly file: string;
  readonly databaseUrl: string;
  /** Absolute. */
  readonly dataDir: string;
  /** What {@link checkBackup} said of the file, where it was asked before. */
  readonly checked?: CheckedBackup;
  /** Whether what is there is replaced. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RestoreSummary {
  /** Of the backup. */
  readonly id: string;
  readonly createdAt: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly courses: number;
  readonly contentFiles: number;
  /** Whether keys of a data folder came with it. */
  readonly keys: boolean;
  /** The migrations that were applied to bring it up to date. */
  readonly migrated: readonly string[];
}

/**
 * Puts a backup in place: all of it or, whenever it ends before its end, nothing of it.
 * @throws BackupError
 */
export async function restoreBackup({ file, databaseUrl, dataDir, checked, replace = false, onProgress = () => undefined, signal }: RestoreOptions): Promise<RestoreSummary> {
  const { header, end } = checked ?? (await checkBackup(file, { onProgress, signal }));
  const client = await connect(databaseUrl, 'lectern-restore');
  const id = randomUUID();
  try {
    await holdAlone(client);
    await mkdir(dataDir, { recursive: true });
    await finishRestore(dataDir, (other) => isRestored(client, other));
    const before = await readMigrations(client);
    if (!replace) await requireEmpty(client, dataDir);
    const rows = new RowsRestore(client, header, file);
    const staged = new StagedFiles(dataDir, id);
    await staged.open();
    let [keys, files] = [false, 0];
    try {
      await client.query('begin');
      await client.query("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local datestyle = 'ISO'; set local maintenance_work_mem = '256MB'");
      if (replace) await dropAll(client);
      await rows.open();
      const again = await readArchive(file, {
        header: () => undefined,
        entry: async (entry) => {
          const place = placeOf(entry.name)!; // checked
          if (place.kind === 'rows') return rows.add(place, entry);
          await staged.add(place, entry, file);
          if (place.kind === 'key') keys = true;
          else files++;
        },
        progress: (done, total) => onProgress({ step: 'restore', name: file, done: done / total }),
        signal,
      });
      if (again.sha256 !== end.sha256) throw new BackupError('backup-damaged', 'The file changed while it was read.', { file });
      if (files !== end.contentFiles) throw new BackupError('backup-invalid', 'It does not hold as many files as it says.', { file, field: 'contentFiles' });
      onProgress({ step: 'indexes', name: 'indexes', done: 0 });
      await rows.finish(end.rows);
      if (signal?.aborted) throw new BackupError('interrupted', 'Stopped; nothing was changed.');
      await tellAudit(client, id, header.id, before.length > 0);
      await staged.writePlan();
      await client.query('commit');
    } catch (error) {
      await rows.abort();
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
    return { id: header.id, createdAt: header.createdAt, rows: end.rows, courses: end.courses, contentFiles: end.contentFiles, keys, migrated: (await readMigrations(client)).slice(header.migrations.length) };
  } finally {
    // Where even this cannot be asked, the next start of the server asks.
    await finishRestore(dataDir, (other) => isRestored(client, other)).catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}

/** Servers would go on with what they remember of what was there. */
async function holdAlone(client: pg.Client): Promise<void> {
  const { rows: [alone] } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [BACKUP_LOCK]);
  if (!alone?.held) throw new BackupError('backup-running', 'Another backup or restore is at work.');
  const { rows: [others] } = await client.query<{ servers: number }>("select count(*)::int as servers from pg_stat_activity where datname = current_database() and application_name = 'lectern'");
  if (others!.servers > 0) throw new BackupError('not-empty', 'A Lectern server uses the database. Stop every one of them first.', { field: 'DATABASE_URL' });
}

async function requireEmpty(client: pg.Client, dataDir: string): Promise<void> {
  const again = 'Restore into an empty place, or say --replace, which removes what is there.';
  if ((await listTables(client)).length > 0) throw new BackupError('not-empty', `The database has something of Lectern’s already. ${again}`, { field: 'DATABASE_URL' });
  const [placed] = await listPlaced(dataDir);
  if (placed !== undefined) throw new BackupError('not-empty', `The data folder has something already: ${placed}. ${again}`, { field: 'LECTERN_DATA' });
}

/** Is committed with the rows: what tells whoever comes after a crash that files belong in place. */
async function tellAudit(client: pg.Client, id: string, backup: string, replaced: boolean): Promise<void> {
  await client.query("insert into audit (tenant_id, actor, action, subject, details) select min(id), 'server', 'data.restore', $1, $2 from tenants having min(id) is not null", [backup, JSON.stringify({ restore: id, replaced })]);
}

async function isRestored(client: pg.Client, id: string): Promise<boolean> {
  return (await listTables(client)).length > 0 && hasRestored(onConnection(client), id);
}

/** Whether the rows of a restore are there. */
export async function hasRestored(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('audit').select('id').where('action', '=', 'data.restore').where(sql<string>`details ->> 'restore'`, '=', id).executeTakeFirst();
  return row !== undefined;
}
