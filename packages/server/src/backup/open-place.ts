import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '../config.js';
import { startEmbedded } from '../database/embedded.js';
import { holdDataFolder } from '../database/hold.js';
import { ServerError } from '../errors.js';
import { BackupError } from './backup-error.js';

export interface OpenPlace {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Stops the embedded PostgreSQL, unless a server uses it. */
  close(): Promise<void>;
}

/**
 * Opens where a server keeps everything, whether the server runs or not.
 * @param options.alone keeps servers out until it is closed
 * @throws BackupError `database-empty`; ServerError `data-in-use`, `database-unavailable`
 */
export async function openPlace({ dataDir, databaseUrl }: Pick<ServerConfig, 'dataDir' | 'databaseUrl'>, { alone }: { readonly alone: boolean }): Promise<OpenPlace> {
  if (databaseUrl !== undefined) return { databaseUrl, dataDir, close: () => Promise.resolve() };
  if (!alone && !(await stat(join(dataDir, 'postgres.json')).catch(() => undefined))) {
    throw new BackupError('database-empty', 'This data folder has no database. Name it with --data, or the database with DATABASE_URL.', { file: dataDir, field: 'LECTERN_DATA' });
  }
  const postgres = await startEmbedded(dataDir);
  const release = alone ? await holdDataFolder(postgres.url) : undefined;
  return {
    databaseUrl: postgres.url,
    dataDir,
    async close() {
      const held = release ?? (await holdDataFolder(postgres.url).catch((error: unknown) => {
        if (error instanceof ServerError && error.code === 'data-in-use') return undefined;
        throw error;
      }));
      if (!held) return;
      await held();
      await postgres.stop();
    },
  };
}
