import pg from 'pg';
import { ServerError } from '../errors.js';

/** One connection. @throws ServerError `database-unavailable` */
export async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name, connectionTimeoutMillis: 15_000 });
  client.on('error', () => undefined); // its queries report that
  await client.connect().catch((cause: unknown) => {
    throw new ServerError('database-unavailable', `The database does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { field: 'DATABASE_URL', cause });
  });
  return client;
}
