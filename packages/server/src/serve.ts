import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { createApps } from './app.js';
import { ensureAdminKey, loadAdminKey, type AdminKey } from './auth/admin-key.js';
import { createSeal } from './auth/seal.js';
import { SecretChecker } from './auth/secret.js';
import { ensureTenant } from './auth/tenants.js';
import { createLearnerTokens, loadTokenKey } from './auth/tokens.js';
import { finishRestore } from './backup/place-files.js';
import { hasRestored } from './backup/restore-backup.js';
import type { ServerConfig } from './config.js';
import { openDiskStore } from './content/disk-content-store.js';
import { openDatabase, type Db } from './database/database.js';
import { keepEmbedded } from './database/keep-running.js';
import { DEMO_COURSE_ID, seedDemo } from './demo/seed.js';
import { ServerError } from './errors.js';
import { createLog, type Log } from './log.js';

export interface RunningServer {
  /** Address of the campus, with a slash at its end. */
  readonly url: string;
  readonly contentUrl: string;
  readonly admin: AdminKey;
  readonly db: Db;
  /** Lets requests finish, then closes everything, the embedded database last. May be called more than once. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly log?: Log;
  /** `LECTERN_TOKEN_KEY`. */
  readonly tokenKey?: string | undefined;
  /** Told what is happening, for people who wait. */
  readonly onProgress?: (message: string) => void;
}

/** Milliseconds that requests in flight may take after the server was asked to stop. */
const GRACE = 10_000;

/**
 * Starts the server and resolves when everything answers.
 * @throws ServerError `data-in-use`, `database-unavailable`, `config-invalid`
 */
export async function startServer(config: ServerConfig, { log = createLog(), tokenKey, onProgress = () => undefined }: StartOptions = {}): Promise<RunningServer> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close().catch((error: unknown) => log.error('closing failed', { error }));
  };
  async function startDatabase(): Promise<string> {
    onProgress('Starting the database');
    const postgres = await keepEmbedded(config.dataDir, (error) => {
      if (error) log.error('the database cannot be started again', { error });
      else log.error('the database had died and was started again');
    });
    closers.push(postgres.close);
    return postgres.url;
  }
  let closing: Promise<void> | undefined;
  try {
    // The folder itself may have to let the database's user pass; what is in it is the server's alone.
    for (const name of ['content', 'uploads']) await mkdir(join(config.dataDir, name), { recursive: true, mode: 0o700 });
    const databaseUrl = config.databaseUrl ?? (await startDatabase());
    const db = await openDatabase(databaseUrl);
    closers.push(() => db.destroy());
    await finishRestore(config.dataDir, (id) => hasRestored(db, id));
    const secrets = new SecretChecker();
    const tenantId = await ensureTenant(db);
    const admin = await loadAdminKey(config);
    await ensureAdminKey(db, tenantId, admin, secrets, { replaces: config.key !== undefined });
    const key = await loadTokenKey(config.dataDir, tokenKey);
    const [tokens, seal] = [createLearnerTokens(key), createSeal(key)];
    const content = await openDiskStore(join(config.dataDir, 'content'));
    const ports = { port: config.port, contentPort: config.contentPort };
    const apps = createApps({ config, db, databaseUrl, seal, content, tokens, secrets, tenantId, log, ports: () => ports, demoCourses: [DEMO_COURSE_ID], isClosing: () => closing !== undefined });
    closers.push(apps.close);
    if (config.demo) {
      onProgress('Preparing the demo course');
      await seedDemo({ db, tenantId, imports: apps.imports });
    }
    const contentServer = await listen(apps.content, config.host, config.contentPort, 'CONTENT_PORT');
    closers.push(() => stop(contentServer.server));
    ports.contentPort = contentServer.port;
    const mainServer = await listen(apps.main, config.host, config.port, 'PORT');
    closers.push(() => stop(mainServer.server));
    ports.port = mainServer.port;
    return {
      url: `${config.publicUrl ?? `http://${shown(config.host)}:${ports.port}`}/`,
      contentUrl: `${config.contentUrl ?? `http://${shown(config.host)}:${ports.contentPort}`}/`,
      admin,
      db,
      close: () => (closing ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function listen(app: Hono, hostname: string, port: number, field: string): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (info) => resolve({ server, port: info.port })) as Server;
    server.requestTimeout = 0; // large uploads over slow lines; headers still have their own limit
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' ? `Port ${port} is in use; choose another with ${field}.` : `Cannot listen on ${hostname}:${port}: ${cause.message}`;
      reject(new ServerError('config-invalid', taken, { field, cause }));
    });
  });
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, wait(GRACE, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
}

const shown = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host);
