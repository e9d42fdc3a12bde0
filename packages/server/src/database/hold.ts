import pg from 'pg';
import { ServerError } from '../errors.js';

const LOCK = 0x4c454354; // "LECT"

/**
 * Sees to it that one server uses a data folder: a lock of the database, which ends with the process that holds it, however it ends.
 * @returns what releases it
 * @throws ServerError `data-in-use`
 */
export async function holdDataFolder(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url, application_name: 'lectern-hold' });
  client.on('error', () => undefined); // the database went away; the pool reports that
  await client.connect();
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [LOCK]);
  if (!rows[0]?.held) {
    await client.end();
    throw new ServerError('data-in-use', 'Another Lectern server uses this data folder. Stop it, or set LECTERN_DATA to another folder.', { field: 'LECTERN_DATA' });
  }
  return () => client.end();
}
