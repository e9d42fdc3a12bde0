import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { readConfig, silentLog, startServer, type RunningServer } from '@lectern/server';

const command = resolve(import.meta.dirname, '../bin.ts');
const SECRET = 'a-password-never-shown';

let folder: string;
let server: RunningServer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-cli-forward-'));
  await chmod(folder, 0o755);
  server = await startServer(readConfig({ LECTERN_DATA: folder, PORT: '0', CONTENT_PORT: '0', LECTERN_DEMO: 'off' }), { log: silentLog });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function forward(args: readonly string[], env: Record<string, string> = { LECTERN_FORWARD_SECRET: SECRET }): Promise<{ code: number; out: string; err: string }> {
  const { LECTERN_KEY: _key, LECTERN_SECRET: _secret, ...rest } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', command, 'forward', ...args], { env: { ...rest, LECTERN_DATA: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const [code] = (await once(child, 'close')) as [number];
  assert.doesNotMatch(out + err, new RegExp(SECRET));
  return { code, out, err };
}

test('a target is added, shown, paused and removed by the command, and its secret is never an argument nor an answer', { timeout: 120_000 }, async () => {
  const lrs = createServer((_request, response) => void response.writeHead(401).end()).listen(0, '127.0.0.1');
  await once(lrs, 'listening');
  const endpoint = `http://127.0.0.1:${(lrs.address() as AddressInfo).port}/xapi`;
  const url = ['--url', server.url];
  try {
    const added = await forward(['add', 'national', endpoint, ...url, '--username', 'us', '--pseudonyms', 'https://id.example.edu', '--credit-bearing', '--course', 'a', '--course', 'b']);
    assert.equal(added.code, 0, added.err);
    assert.match(added.out, /^national → http:\/\/127\.0\.0\.1:\d+\/xapi\/ \(xAPI 1\.0\.3\)\n {2}status +running\n {2}behind +up to date/);
    assert.match(added.out, /pseudonyms at https:\/\/id\.example\.edu\n {2}only +\{"courses":\["a","b"\],"creditBearing":true\}/);
    const [again, none, wrong, paused, shown] = await Promise.all([
      forward(['add', 'national', endpoint, ...url, '--bearer']),
      forward(['add', 'other', endpoint, ...url, '--bearer'], {}),
      forward(['add', 'other', 'http://10.0.0.1/', ...url, '--username', 'us', '--json']),
      forward(['pause', 'national', ...url]),
      forward(['show', 'missing', ...url]),
    ]);
    assert.deepEqual([again.code, none.code, wrong.code, paused.code, shown.code], [1, 1, 1, 0, 1]);
    assert.match(again.err, /\[conflict, at name\]/);
    assert.match(none.err, /\[secret-missing, at LECTERN_FORWARD_SECRET\]/);
    assert.equal((JSON.parse(wrong.out) as { error: { field: string } }).error.field, 'endpoint');
    assert.match(shown.err, /\[not-found/);
    assert.match((await forward(['list', ...url])).out, /^national {2}paused: by-hand +up to date {2}http/);
    assert.match((await forward(['remove', 'national', ...url])).out, /^national was removed/);
    assert.match((await forward(['list', ...url])).out, /^Nothing is forwarded/);
  } finally {
    lrs.close();
  }
});
