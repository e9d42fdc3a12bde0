import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from './command.fixture.js';
import { readConfig } from './config.js';
import { ServerError } from './errors.js';
import { silentLog } from './log.js';
import { startServer } from './serve.js';

/** The command in a process of its own, on free ports, with an embedded database. */
async function start(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [...command, 'serve', '--json'], {
    env: { ...process.env, PORT: '0', CONTENT_PORT: '0', LECTERN_DATA: dataDir, LECTERN_KEY: 'k', LECTERN_SECRET: 's' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr!.on('data', (data) => (errors += data));
  const [line] = (await Promise.race([once(child.stdout!, 'data'), once(child, 'exit').then(() => ['{}'])])) as [Buffer];
  const { url } = JSON.parse(String(line)) as { url?: string };
  assert.ok(url, errors);
  return { child, url };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  return ((await exited) as [number | null])[0];
}

const headers = { Authorization: `Basic ${Buffer.from('k:s').toString('base64')}`, 'X-Experience-API-Version': '1.0.3', 'Content-Type': 'application/json' };
const postmaster = async (dataDir: string): Promise<number> => Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // In a container without an init, one that has ended may stay in the list.
    return !existsSync(`/proc/${pid}/stat`) || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

test('what was acknowledged survives SIGKILL of the server and of the database; a second server on the folder is refused; SIGTERM is clean', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-kill-'));
  const stored: string[] = [];
  const store = async (url: string): Promise<void> => {
    const id = randomUUID();
    const statement = { id, actor: { mbox: 'mailto:a@uni.example' }, verb: { id: 'https://x.example/did' }, object: { id: 'https://x.example/a' } };
    const response = await fetch(`${url}xapi/statements`, { method: 'POST', headers, body: JSON.stringify(statement) });
    if (response.status === 200) stored.push(id);
  };
  const check = async (url: string): Promise<void> => {
    const { statements } = (await (await fetch(`${url}xapi/statements?verb=https%3A%2F%2Fx.example%2Fdid`, { headers })).json()) as { statements: { id: string }[] };
    const found = statements.map(({ id }) => id);
    assert.equal(new Set(found).size, found.length);
    for (const id of stored) assert.ok(found.includes(id), 'an acknowledged statement is missing');
  };
  let running = await start(dataDir);
  try {
    // Killed under load: the database process is left behind, and the next server takes it over.
    const load = Promise.allSettled(Array.from({ length: 60 }, () => store(running.url)));
    while (stored.length < 10) await new Promise((done) => setTimeout(done, 5));
    const orphan = await postmaster(dataDir);
    await stop(running.child, 'SIGKILL');
    await load;
    assert.ok(alive(orphan));
    running = await start(dataDir);
    assert.equal(await postmaster(dataDir), orphan);
    await check(running.url);

    await assert.rejects(
      startServer(readConfig({ LECTERN_DATA: dataDir, PORT: '0', CONTENT_PORT: '0' }), { log: silentLog }),
      (error) => error instanceof ServerError && error.code === 'data-in-use',
    );
    await check(running.url);

    // The database alone killed: it comes back by itself, and a client that tries again loses nothing.
    process.kill(orphan, 'SIGKILL');
    const before = stored.length;
    while (stored.length === before) {
      await store(running.url);
      await new Promise((done) => setTimeout(done, 50));
    }
    await check(running.url);

    // Both killed: the lock file is stale, and the log is replayed.
    const revived = await postmaster(dataDir);
    assert.notEqual(revived, orphan);
    await stop(running.child, 'SIGKILL');
    process.kill(revived, 'SIGKILL');
    while (alive(revived)) await new Promise((done) => setTimeout(done, 20));
    running = await start(dataDir);
    await check(running.url);

    const pid = await postmaster(dataDir);
    assert.equal(await stop(running.child, 'SIGTERM'), 0);
    // Its lock file goes a moment before itself.
    while (alive(pid)) await new Promise((done) => setTimeout(done, 20));

    // The lock file of a machine that went down, whose number now belongs to a process of somebody else.
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`);
    running = await start(dataDir);
    await check(running.url);
    assert.equal(await stop(running.child, 'SIGINT'), 0);
  } finally {
    if (running.child.exitCode === null && running.child.signalCode === null) await stop(running.child, 'SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a bad configuration is named', () => {
  const field = (env: Record<string, string>): unknown => {
    try {
      readConfig(env);
      return undefined;
    } catch (error) {
      return (error as ServerError).field;
    }
  };
  assert.equal(field({ PORT: 'x' }), 'PORT');
  assert.equal(field({ PORT: '4000', CONTENT_PORT: '4000' }), 'CONTENT_PORT');
  assert.equal(field({ DATABASE_URL: 'mysql://x' }), 'DATABASE_URL');
  assert.equal(field({ LECTERN_KEY: 'k' }), 'LECTERN_SECRET');
  assert.equal(field({ LECTERN_KEY: 'a:b', LECTERN_SECRET: 's' }), 'LECTERN_KEY');
  assert.equal(field({ LECTERN_EMBEDDERS: 'not a url' }), 'LECTERN_EMBEDDERS');
  assert.deepEqual(readConfig({ LECTERN_EMBEDDERS: 'https://a.example/x, https://b.example' }).embedders, ['https://a.example', 'https://b.example']);
  assert.equal(readConfig({ HOST: '0.0.0.0' }).demo, false);
  assert.equal(readConfig({}).demo, true);
});
