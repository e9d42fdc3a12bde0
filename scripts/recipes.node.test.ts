/**
 * The back ends of docs/recipes, each run as its readers would run it and held to the conformance kit. Node's always; `LECTERN_RECIPES=python,php,java` runs those as well,
 * where they are at hand.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createOutbox, fetchLaunch, type JournalStorage } from '@lectern/lms';
import { fetchPlugin } from '@lectern/lms/fetch';
import { conformanceTests, type PlaceFault } from '@lectern/lms/testing';

const run = promisify(execFile);
const recipes = new URL('../docs/recipes/', import.meta.url).pathname;
const wanted = (process.env['LECTERN_RECIPES'] ?? '').split(',');
const JARS = ['jackson-databind', 'jackson-core', 'jackson-annotations', 'sqlite-jdbc'].map((name) => `/usr/share/java/${name}.jar`).join(':');

const COMMANDS: Readonly<Record<string, (port: number) => readonly [string, ...string[]]>> = {
  node: () => [process.execPath, join(recipes, 'node/platform.mjs')],
  python: () => ['python3', join(recipes, 'python/platform_server.py')],
  php: (port) => ['php', '-S', `127.0.0.1:${port}`, join(recipes, 'php/platform.php')],
  java: () => ['java', '-cp', JARS, join(recipes, 'java/Platform.java')],
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What is stored, read past the back end. */
async function storedBy(data: string, user: string): Promise<string[]> {
  const sqlite = join(data, 'platform.sqlite');
  if (existsSync(sqlite)) {
    const script = 'import sqlite3,sys,json; print(json.dumps([r[0] for r in sqlite3.connect(sys.argv[1]).execute("select s.id from statements s join registrations r on r.registration = s.registration where r.user = ? order by s.rowid", (sys.argv[2],))]))';
    return JSON.parse((await run('python3', ['-c', script, sqlite, user])).stdout) as string[];
  }
  const kept = readdirSync(data).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(data, name), 'utf8')) as { statements: Record<string, { statement: { actor: { account: { name: string } } } }> });
  return kept.flatMap(({ statements }) => Object.entries(statements).filter(([, { statement }]) => statement.actor.account.name === user).map(([id]) => id));
}

/** A browser keeps what waits. */
function memoryStorage(): JournalStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the recipe in ${name}`, { skip: name !== 'node' && !wanted.includes(name) }, () => {
    let server: ChildProcess;
    let origin: string;
    let data: string;
    let asked: { authorization: string | undefined; body: unknown }[] = [];
    const lectern = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        asked.push({ authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
        const launch = { token: 'abc', expires: '2099-01-01T00:00:00Z', endpoint: 'https://lectern.example/xapi/', actor: { account: { homePage: 'https://campus.example', name: 'u-7' } }, registration: '2f1f6c3e-7e0b-4b7e-9a3c-6f0a4e1d2b3c' };
        response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(launch));
      });
    });

    before(async () => {
      data = await mkdtemp(join(tmpdir(), 'lectern-recipe-'));
      const port = await freePort();
      lectern.listen(0, '127.0.0.1');
      await once(lectern, 'listening');
      const [tool, ...args] = command(port);
      const env = { ...process.env, PORT: String(port), DATA: data, LECTERN_URL: `http://127.0.0.1:${(lectern.address() as AddressInfo).port}`, LECTERN_KEY: 'key', LECTERN_SECRET: 'secret' };
      server = spawn(tool, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      origin = `http://127.0.0.1:${port}`;
      for (let tries = 0; tries < 200; tries++) {
        if (await fetch(origin).then(() => true, () => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('It does not answer.');
    });
    after(async () => {
      server.kill();
      lectern.close();
      await rm(data, { recursive: true, force: true });
    });

    const as = (user: string) => ({ Cookie: `theme=dark; user=${user}`, 'X-Requested-With': 'lectern', 'Content-Type': 'application/json' });

    it('gives a page a launch for its learner, and keeps the key', async () => {
      asked = [];
      const launch = await fetchLaunch(`${origin}/token`, { headers: { Cookie: 'user=u-7' } });
      assert.equal(launch.endpoint, 'https://lectern.example/xapi/');
      assert.equal(await launch.getToken(), 'Bearer abc');
      assert.deepEqual(asked, [{ authorization: `Basic ${btoa('key:secret')}`, body: { course: 'demo', learner: { account: { homePage: 'https://campus.example', name: 'u-7' } } } }]);
      await assert.rejects(fetchLaunch(`${origin}/token`), { code: 'unauthorized' });
    });

    it('refuses who is not signed in, forged requests, another learner’s registration, and what is no JSON', async () => {
      const status = async (path: string, init: RequestInit): Promise<number> => (await fetch(`${origin}${path}`, init)).status;
      const opening = { method: 'POST', body: JSON.stringify({ course: { id: 'urn:c', title: 'C' } }) };
      assert.equal(await status('/learning/sessions', opening), 401);
      assert.equal(await status('/learning/sessions', { ...opening, headers: { Cookie: 'user=a' } }), 403);
      const { registration } = (await (await fetch(`${origin}/learning/sessions`, { ...opening, headers: as('a') })).json()) as { registration: string };
      assert.equal(await status(`/learning/statements?registration=${registration}`, { method: 'POST', body: '[]', headers: as('b') }), 403);
      assert.equal(await status(`/learning/statements?registration=${registration}`, { method: 'POST', body: '{', headers: as('a') }), 400);
      assert.equal(await status(`/learning/statements?registration=${registration}`, { method: 'POST', body: '[{}]', headers: as('a') }), 400);
      assert.equal(await status(`/learning/outcomes?registration=${registration}`, { method: 'PUT', body: '{"completed":"yes"}', headers: as('a') }), 400);
      assert.equal(await status(`/learning/elsewhere?registration=${registration}`, { method: 'POST', body: '{}', headers: as('a') }), 404);
    });

    let users = 0;
    const tests = conformanceTests({
      place() {
        const user = `learner-${++users}`;
        const storage = memoryStorage();
        let fault: PlaceFault | undefined;
        /** The network between them does what networks do. */
        const between: typeof fetch = async (url, init) => {
          if (fault === 'down') throw new TypeError('Failed to fetch');
          const response = await fetch(url, { ...init, keepalive: false });
          if (fault !== 'lost-answer') return response;
          await response.arrayBuffer();
          throw new TypeError('Failed to fetch');
        };
        return {
          plugin: () => fetchPlugin({ url: `${origin}/learning`, fetch: between, headers: () => ({ Cookie: `user=${user}` }), outbox: createOutbox({ database: null, storage }) }),
          statements: () => storedBy(data, user),
          faults: ['down', 'lost-answer'],
          fail: (next) => (fault = next),
        };
      },
    });
    for (const { name: rule, run: test } of tests) it(rule, async (t) => void ((await test()) === 'skipped' && t.skip()));
  });
}
