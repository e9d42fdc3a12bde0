import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DEFAULT_LIMITS, type ServerConfig } from './config.js';
import { startEmbedded } from './database/embedded.js';
import type { Scope } from './auth/principal.js';
import { silentLog, type Log } from './log.js';
import { startServer, type RunningServer } from './serve.js';

export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** Held shared by each test process that uses the cluster; whoever can have it alone is the last, and stops the cluster. */
const IN_USE = 0x74657374;

/** A database of its own in the one cluster that all test files share. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = join(tmpdir(), 'lectern-test-postgres');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  const postgres = await startEmbedded(folder);
  const holder = new pg.Client({ connectionString: postgres.url });
  // Another test file may stop the cluster while this connection is being closed.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('select pg_advisory_lock_shared($1)', [IN_USE]);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await holder.query(`create database ${name} template template0`);
  return {
    url: postgres.url.replace(/\/[^/]+$/, `/${name}`),
    async close() {
      await holder.query(`drop database if exists ${name} with (force)`);
      await holder.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
      const { rows } = await holder.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [IN_USE]);
      await holder.end();
      if (rows[0]?.last) await postgres.stop();
    },
  };
}

export const basicOf = (key: string, secret: string): string => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;

export interface TestServer extends RunningServer {
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** `Authorization` of the administrator. */
  readonly basic: string;
  /** A demo learner's token and registration. */
  learner(name: string, course?: string): Promise<{ authorization: string; registration: string; actor: object }>;
  /** `Authorization` of a new key with these scopes, made by the administrator or another. */
  key(scopes: readonly Scope[], by?: string): Promise<{ key: string; secret: string; authorization: string }>;
  /** A request to the main origin, by path. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** A request to the LRS with the version header. */
  xapi(path: string, init?: RequestInit & { readonly authorization?: string }): Promise<Response>;
}

/** A whole server on free ports, with its own database and data folder. */
export async function startTestServer(overrides: Partial<ServerConfig> = {}, log: Log = silentLog): Promise<TestServer> {
  const database = await openTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-test-'));
  const server = await startServer({
    host: '127.0.0.1', port: 0, contentPort: 0, dataDir, databaseUrl: database.url, key: 'test-key', secret: 'test-secret', demo: true, embedders: [], limits: DEFAULT_LIMITS, ...overrides,
  }, { log });
  const basic = basicOf('test-key', 'test-secret');
  return {
    ...server,
    databaseUrl: database.url,
    dataDir,
    basic,
    request: (path, init) => fetch(new URL(path, server.url), init),
    xapi(path, { authorization = basic, ...init } = {}) {
      const headers = new Headers({ Authorization: authorization, 'X-Experience-API-Version': '1.0.3', ...(typeof init.body === 'string' ? { 'Content-Type': 'application/json' } : {}) });
      new Headers(init.headers).forEach((value, name) => headers.set(name, value));
      return fetch(new URL(`/xapi${path}`, server.url), { ...init, headers });
    },
    async key(scopes, by = basic) {
      const response = await fetch(new URL('/keys', server.url), { method: 'POST', body: JSON.stringify({ scopes }), headers: { Authorization: by, 'Content-Type': 'application/json' } });
      if (response.status !== 201) throw new Error(await response.text());
      const { key, secret } = (await response.json()) as { key: string; secret: string };
      return { key, secret, authorization: basicOf(key, secret) };
    },
    async learner(name, course = 'demo') {
      const response = await fetch(new URL('/demo/token', server.url), { method: 'POST', body: JSON.stringify({ learner: name, course }) });
      const { token, registration, actor } = (await response.json()) as { token: string; registration: string; actor: object };
      return { authorization: `Bearer ${token}`, registration, actor };
    },
    async close() {
      await server.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
