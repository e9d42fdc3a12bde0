import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from '../command.fixture.js';
import { openTestDatabase } from '../server.fixture.js';
import { makeStatement, startStubLrs, until } from './forwarding.fixture.js';

/** The command in a process of its own, over a database that others use too. */
async function start(databaseUrl: string, dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [...command, 'serve', '--json', '--no-demo'], {
    env: { ...process.env, PORT: '0', CONTENT_PORT: '0', LECTERN_DATA: dataDir, DATABASE_URL: databaseUrl, LECTERN_KEY: 'k', LECTERN_SECRET: 's', LECTERN_TOKEN_KEY: 'x'.repeat(32) }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: (JSON.parse(String(line)) as { url: string }).url };
}

async function kill({ child }: { readonly child: ChildProcess }): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('of two servers one forwards; killed in the middle, the other goes on; both killed, the next one does; nothing is lost', { timeout: 120_000 }, async () => {
  const database = await openTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-forward-'));
  const lrs = await startStubLrs();
  lrs.behave((request, response) => {
    setTimeout(() => {
      for (const statement of request.statements) lrs.taken.set(String(statement['id']), statement);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(request.statements.map(({ id }) => id)));
    }, 40);
    return true;
  });
  const [first, second] = await Promise.all([start(database.url, dataDir), start(database.url, dataDir)]);
  const running = new Set([first, second]);
  try {
    const headers = { Authorization: `Basic ${Buffer.from('k:s').toString('base64')}`, 'X-Experience-API-Version': '1.0.3', 'Content-Type': 'application/json' };
    const post = async (url: string, path: string, body: unknown): Promise<void> => {
      const response = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(response.ok, await response.text());
    };
    await post(first.url, '/forwarding', { name: 'stub', endpoint: lrs.url, auth: { type: 'bearer', token: 't' } });
    const statements = Array.from({ length: 4_000 }, () => makeStatement());
    await Promise.all([post(first.url, '/xapi/statements', statements.slice(0, 2_000)), post(second.url, '/xapi/statements', statements.slice(2_000))]);
    await until(() => lrs.taken.size, (size) => size >= 300);
    // One worker: nothing has come twice so far.
    assert.equal(lrs.received.flatMap((request) => request.statements).length, new Set(lrs.received.flatMap((request) => request.statements.map(({ id }) => id))).size);
    for (const one of [first, second]) {
      const before = lrs.taken.size;
      await kill(one);
      running.delete(one);
      if (one === first) await until(() => lrs.taken.size, (size) => size >= before + 300);
    }
    assert.ok(lrs.taken.size < statements.length, 'it was over before anything was killed');
    running.add(await start(database.url, dataDir));
    await until(() => statements.filter(({ id }) => !lrs.taken.has(String(id))).length, (missing) => missing === 0);
    const repeated = lrs.received.reduce((sum, request) => sum + request.statements.length, 0) - statements.length;
    assert.ok(repeated <= 200, `${repeated} statements came twice`); // a request for each death
  } finally {
    for (const one of running) await kill(one);
    await lrs.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
