import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readConfig, silentLog, startServer, type RunningServer } from '@lectern/server';

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

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command several times in one process of its own, where its output is its own too. */
async function forward(...calls: readonly (readonly string[])[]): Promise<Said[]> {
  const script = `
    import { run } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, '../run.ts')).href)};
    for (const args of JSON.parse(process.argv[1])) {
      const { LECTERN_FORWARD_SECRET, ...rest } = process.env;
      const code = await run(['forward', ...args.filter((one) => one !== '--without')], { env: args.includes('--without') ? rest : process.env });
      process.stdout.write('\\0' + code + '\\0');
      process.stderr.write('\\0');
    }`;
  const { LECTERN_KEY: _key, LECTERN_SECRET: _secret, ...rest } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, JSON.stringify(calls)], {
    env: { ...rest, LECTERN_DATA: folder, LECTERN_FORWARD_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  await once(child, 'close');
  assert.doesNotMatch(out + err, new RegExp(SECRET));
  const [outs, errs] = [out.split('\0'), err.split('\0')];
  assert.equal(outs.length, 2 * calls.length + 1, err);
  return calls.map((_, at) => ({ code: Number(outs[2 * at + 1]), out: outs[2 * at]!, err: errs[at]! }));
}

test('a target is added, shown, paused and removed by the command, and its secret is never an argument nor an answer', { timeout: 120_000 }, async () => {
  const lrs = createServer((_request, response) => void response.writeHead(401).end()).listen(0, '127.0.0.1');
  await once(lrs, 'listening');
  const endpoint = `http://127.0.0.1:${(lrs.address() as AddressInfo).port}/xapi`;
  const url = ['--url', server.url];
  try {
    const [added, again, without, wrong, paused, missing, list, removed, empty] = await forward(
      ['add', 'national', endpoint, ...url, '--username', 'us', '--pseudonyms', 'https://id.example.edu', '--credit-bearing', '--course', 'a', '--course', 'b'],
      ['add', 'national', endpoint, ...url, '--bearer'],
      ['add', 'other', endpoint, ...url, '--bearer', '--without'],
      ['add', 'other', 'http://10.0.0.1/', ...url, '--username', 'us', '--json'],
      ['pause', 'national', ...url],
      ['show', 'missing', ...url],
      ['list', ...url],
      ['remove', 'national', ...url],
      ['list', ...url],
    );
    assert.equal(added!.code, 0, added!.err);
    assert.match(added!.out, /^national → http:\/\/127\.0\.0\.1:\d+\/xapi\/ \(xAPI 1\.0\.3\)\n {2}status +running\n {2}behind +up to date/);
    assert.match(added!.out, /pseudonyms at https:\/\/id\.example\.edu\n {2}only +\{"courses":\["a","b"\],"creditBearing":true\}/);
    assert.deepEqual([again!.code, without!.code, wrong!.code, paused!.code, missing!.code], [1, 1, 1, 0, 1]);
    assert.match(again!.err, /\[conflict, at name\]/);
    assert.match(without!.err, /\[secret-missing, at LECTERN_FORWARD_SECRET\]/);
    assert.equal((JSON.parse(wrong!.out) as { error: { field: string } }).error.field, 'endpoint');
    assert.match(missing!.err, /\[not-found/);
    assert.match(list!.out, /^national {2}paused: by-hand +up to date {2}http/);
    assert.match(removed!.out, /^national was removed/);
    assert.match(empty!.out, /^Nothing is forwarded/);
  } finally {
    lrs.close();
  }
});
