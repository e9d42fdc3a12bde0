import { Hono } from 'hono';
import { sql } from 'kysely';
import type { Authenticator } from '../auth/authenticate.js';
import { requireKey } from '../auth/principal.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import type { Family, Metrics } from './metrics.js';

export interface OperationsServices {
  readonly db: Db;
  readonly authenticate: Authenticator;
  readonly metrics: Metrics;
  /** What the database counts. */
  readonly families: () => Promise<Family[]>;
  /** Whether the server was asked to stop. */
  readonly isClosing: () => boolean;
}

const FRESH = { 'Cache-Control': 'no-store' } as const;

/** What those who run the server ask it: is it well, may it be sent requests, what has it done. */
export function operationsRoutes({ db, authenticate, metrics, families, isClosing }: OperationsServices): Hono {
  const app = new Hono();

  app.get('/healthz', async (c) => {
    await db.selectFrom('tenants').select('id').limit(1).execute().catch((cause: unknown) => {
      throw new ServerError('database-unavailable', 'The database does not answer.', { cause });
    });
    return c.json({ status: 'ok' }, 200, FRESH);
  });

  /** For load balancers: also no while the server is closing, or while its database takes no writes. */
  app.get('/readyz', async (c) => {
    if (isClosing()) throw new ServerError('closing', 'The server is closing.');
    const { rows } = await sql<{ writable: boolean }>`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`.execute(db).catch((cause: unknown) => {
      throw new ServerError('database-unavailable', 'The database does not answer.', { cause });
    });
    if (!rows[0]?.writable) throw new ServerError('database-unavailable', 'The database takes no writes.');
    return c.json({ status: 'ready' }, 200, FRESH);
  });

  app.get('/metrics', async (c) => {
    requireKey(await authenticate(c), 'installation');
    return c.body(metrics.render(await families()), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', ...FRESH });
  });

  return app;
}
