import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSeal } from '../auth/seal.js';
import { openDatabase, type Db } from '../database/database.js';
import { ensureTenant } from '../auth/tenants.js';
import { silentLog } from '../log.js';
import { readMultipartStatements } from '../lrs/attachments.js';
import { prepareStatement } from '../lrs/prepare-statement.js';
import { createStatementWriter } from '../lrs/statement-writer.js';
import { openTestDatabase } from '../server.fixture.js';
import { createEndpointGuard } from './endpoint-guard.js';
import { createForwarder, type Forwarder } from './forwarder.js';
import { createHttpClient } from './http-client.js';
import type { ForwardingTarget } from './target.js';
import { createTargetStore, type TargetDraft, type TargetStore } from './target-store.js';

export type Json = Record<string, unknown>;

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Statements of a POST. */
  readonly statements: readonly Json[];
}

/** @returns whether it has answered by itself, or will not; else the stub answers as an LRS that takes everything */
export type Behaviour = (request: Received, response: ServerResponse, count: number) => boolean;

export interface StubLrs {
  readonly url: string;
  readonly received: Received[];
  /** What it has taken, by id, in the order of taking. */
  readonly taken: Map<string, Json>;
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Another LRS over real HTTP, as badly behaved as a test wants it. */
export async function startStubLrs(): Promise<StubLrs> {
  let behaviour: Behaviour = () => false;
  const received: Received[] = [];
  const taken = new Map<string, Json>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const bytes = Buffer.concat(chunks);
      const one: Received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, bytes, statements: request.method === 'POST' ? statementsOf(bytes, request.headers['content-type'] ?? '') : [] };
      received.push(one);
      if (behaviour(one, response, received.length)) return;
      if (one.method === 'POST') answerIds(response, one.statements, taken);
      else {
        const found = taken.get(new URL(one.path, 'http://x').searchParams.get('statementId') ?? '');
        response.writeHead(found ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(found ?? {}));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/xapi/`,
    received, taken,
    behave: (next) => void (behaviour = next),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function statementsOf(bytes: Buffer, contentType: string): Json[] {
  const json = contentType.startsWith('multipart/') ? readMultipartStatements(bytes, contentType).json : bytes.toString('utf8');
  return JSON.parse(json) as Json[];
}

function answerIds(response: ServerResponse, statements: readonly Json[], taken: Map<string, Json>): void {
  for (const statement of statements) taken.set(String(statement['id']), statement);
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(statements.map(({ id }) => id)));
}

export const refuse = (response: ServerResponse, status: number, body = '', headers: Record<string, string> = {}): true => {
  response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end(body);
  return true;
};

export function makeStatement(changes: Json = {}): Json {
  return { id: randomUUID(), actor: { account: { homePage: 'https://uni.example', name: 'li.lei' } }, verb: { id: 'https://uni.example/verbs/did' }, object: { id: 'https://uni.example/activities/a' }, ...changes };
}

export interface ForwardingSetup {
  readonly db: Db;
  readonly databaseUrl: string;
  readonly tenantId: number;
  readonly store: TargetStore;
  readonly forwarder: Forwarder;
  write(statements: readonly Json[], attachments?: readonly Buffer[]): Promise<string[]>;
  add(name: string, endpoint: string, draft?: Partial<TargetDraft>): Promise<ForwardingTarget>;
  target(name: string): Promise<ForwardingTarget>;
  setAside(name: string): Promise<{ statement_id: string; reason: string; detail: string }[]>;
  close(): Promise<void>;
}

/** Forwarding without a server before it: a database, a writer, and a forwarder that never waits longer than it was asked to. */
export async function startForwarding(): Promise<ForwardingSetup> {
  const database = await openTestDatabase();
  const db = await openDatabase(database.url);
  const tenantId = await ensureTenant(db);
  const store = createTargetStore(db, createSeal(new Uint8Array(32)));
  const client = createHttpClient({ lookup: createEndpointGuard({ allowed: [], loopback: true }).lookup, timeout: 400 });
  const forwarder = createForwarder({ db, databaseUrl: database.url, store, client, log: silentLog, random: () => 0, interval: 50 });
  const writer = createStatementWriter(db, () => forwarder.nudge());
  const find = async (name: string): Promise<ForwardingTarget> => {
    const target = await store.find(tenantId, name);
    if (!target) throw new Error(`no target ${name}`);
    return target;
  };
  return {
    db, tenantId, store, forwarder, databaseUrl: database.url,
    async write(statements, attachments = []) {
      const prepared = statements.map((one) => prepareStatement(one, { tenantId, version: '2.0.0', authority: { account: { homePage: 'https://uni.example', name: 'the-key' } }, now: new Date() }));
      const rows = attachments.map((bytes) => ({ sha2: sha2(bytes), contentType: 'text/plain', bytes }));
      return (await writer.write(tenantId, { statements: prepared, attachments: rows })).ids;
    },
    add: (name, endpoint, draft = {}) => store.add(tenantId, { name, endpoint, version: '2.0.0', auth: { type: 'basic', username: 'u' }, secret: 'target-secret', filter: {}, attachments: true, cursor: 0, ...draft }),
    target: find,
    async setAside(name) {
      const { id } = await find(name);
      return db.selectFrom('forwarding_set_aside').select(['statement_id', 'reason', 'detail']).where('target_id', '=', id).orderBy('seq').execute();
    },
    async close() {
      await forwarder.close();
      await db.destroy();
      await database.close();
    },
  };
}

export const sha2 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Waits for what must come true, however slow the machine; fails after a minute, with what was seen last. */
export async function until<T>(look: () => Promise<T> | T, isTrue: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await look();
    if (isTrue(value)) return value;
    if (Date.now() > deadline) throw new Error(`It did not come true: ${JSON.stringify(value)?.slice(0, 1_000)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
