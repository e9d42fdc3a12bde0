import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

const command = resolve(import.meta.dirname, 'bin.ts');
const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-cli-'));
  await chmod(folder, 0o755);
});
after(() => rm(folder, { recursive: true, force: true }));

const environment = (env: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const { LECTERN_KEY: _key, LECTERN_SECRET: _secret, LECTERN_DATA: _data, DATABASE_URL: _url, ...rest } = process.env;
  return { ...rest, ...env };
};

async function lectern(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', command, ...args], { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

test('inspect says what is in a package, and why another is refused', { skip }, async () => {
  const good = await lectern(['inspect', join(fixtures, 'scorm12/RuntimeBasicCalls.zip')]);
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /scorm12 \(imsmanifest\.xml\), 1 unit, \d+ files/);
  const bad = await lectern(['inspect', join(fixtures, 'scorm12/bad-MissingLaunchUrl.zip')]);
  assert.equal(bad.code, 1);
  assert.match(bad.err, /^lectern: .*\[no-launch-url, file imsmanifest\.xml, at resources\/resource/);
  const json = await lectern(['inspect', '--json', join(fixtures, 'scorm12/bad-MissingLaunchUrl.zip')]);
  assert.equal((JSON.parse(json.out) as { error: { code: string } }).error.code, 'no-launch-url');
});

test('wrong usage is 2, help is 0', async () => {
  assert.equal((await lectern(['nonsense'])).code, 2);
  assert.equal((await lectern(['inspect'])).code, 2);
  const help = await lectern(['--help']);
  assert.equal(help.code, 0);
  for (const name of ['serve', 'import', 'inspect']) assert.match(help.out, new RegExp(name));
  assert.equal((await lectern(['serve', '--port', 'x'])).code, 1);
});

test('serve, then import with the key it keeps; faults have their reason', { skip, timeout: 120_000 }, async () => {
  const data = join(folder, 'data');
  const server: ChildProcess = spawn(process.execPath, ['--import', 'tsx', command, 'serve', '--json', '--data', data], { env: environment({ PORT: '0', CONTENT_PORT: '0' }), stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(server.stdout!, 'data')) as [Buffer];
    const { url } = JSON.parse(String(line)) as { url: string };
    const file = join(fixtures, 'scorm12/RuntimeBasicCalls.zip');
    const good = await lectern(['import', file, '--url', url], { LECTERN_DATA: data });
    assert.equal(good.code, 0, good.err);
    const address = /http:\S+\/play\/\S+/.exec(good.out)?.[0];
    assert.equal((await fetch(address!)).status, 200);

    const noise = join(folder, 'noise.zip');
    await writeFile(noise, 'this is not a zip');
    const mixed = await lectern(['import', '--json', '--data', data, '--url', url, noise, file]);
    assert.equal(mixed.code, 1);
    const [refused, taken] = mixed.out.trim().split('\n').map((text) => JSON.parse(text) as { id?: string; error?: { code: string } });
    assert.equal(refused?.error?.code, 'not-a-zip');
    assert.ok(taken?.id);

    const wrong = await lectern(['import', file, '--url', url], { LECTERN_KEY: 'k', LECTERN_SECRET: 'wrong' });
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /unauthorized/);
    assert.doesNotMatch(wrong.err, /wrong"|: wrong/);
    assert.match((await lectern(['import', join(folder, 'missing.zip'), '--url', url], { LECTERN_DATA: data })).err, /\[file-unreadable, file .*missing\.zip\]/);
    assert.match((await lectern(['import', file, '--url', 'http://127.0.0.1:9'], { LECTERN_DATA: data })).err, /server-unreachable/);
  } finally {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  }
});
