import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { command } from './command.fixture.js';

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;

let folder: string;
let data: string;
let server: ChildProcess;
let url: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-cli-'));
  await chmod(folder, 0o755);
  data = join(folder, 'data');
  server = spawn(process.execPath, [...command, 'serve', '--json', '--data', data], { env: environment({ PORT: '0', CONTENT_PORT: '0' }), stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  ({ url } = JSON.parse(String(line)) as { url: string });
});
after(async () => {
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  await rm(folder, { recursive: true, force: true });
});

const environment = (env: Record<string, string> = {}): NodeJS.ProcessEnv => {
  const { LECTERN_KEY: _key, LECTERN_SECRET: _secret, LECTERN_DATA: _data, DATABASE_URL: _url, ...rest } = process.env;
  return { ...rest, ...env };
};

async function lectern(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [...command, ...args], { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
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
  assert.equal((await lectern(['keys', 'create'])).code, 2);
  const help = await lectern(['--help']);
  assert.equal(help.code, 0);
  for (const name of ['serve', 'import', 'inspect', 'keys', 'tenants', 'audit', 'backup', 'restore']) assert.match(help.out, new RegExp(name));
  assert.equal((await lectern(['serve', '--port', 'x'])).code, 1);
});

test('import with the key that the server keeps; faults have their reason', { skip, timeout: 120_000 }, async () => {
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
});

test('tenants and their keys are managed, each with its own administrator; a secret is shown once', { timeout: 120_000 }, async () => {
  const at = ['--url', url, '--data', data];
  const made = await lectern(['tenants', 'create', 'Faculty of Music', '--json', ...at]);
  assert.equal(made.code, 0, made.err);
  const { id, key: admin } = JSON.parse(made.out) as { id: number; key: { key: string; secret: string } };
  const theirs = { LECTERN_KEY: admin.key, LECTERN_SECRET: admin.secret };

  const created = await lectern(['keys', 'create', '--scope', 'statements/write', 'state', '--label', 'the player', '--url', url], theirs);
  const [, key = '', secret = ''] = /^Key {5}(\S+)\nSecret {2}(\S+)\nScopes {2}statements\/write state$/m.exec(created.out) ?? [];
  assert.ok(key && secret, created.out + created.err);
  const [rotated, listed, foreign, unknown] = await Promise.all([
    lectern(['keys', 'rotate', key, '--overlap', '2', '--url', url], theirs),
    lectern(['tenants', 'list', ...at]),
    lectern(['tenants', 'list', '--url', url], theirs),
    lectern(['keys', 'create', '--scope', 'everything', '--url', url], theirs),
  ]);
  assert.match(rotated.out, /The old secret is good until \d{4}-/);
  assert.match(listed.out, new RegExp(`^${id} +open +\\S+ +Faculty of Music$`, 'm'));
  assert.match(foreign.err, /\[forbidden\]/);
  assert.match(unknown.err, /\[body-invalid, at scopes\.0\]/);

  assert.equal((await lectern(['keys', 'revoke', key, '--url', url], theirs)).code, 0);
  const [keys, audit, usage] = await Promise.all([lectern(['keys', 'list', '--url', url], theirs), lectern(['audit', '--action', 'key', '--json', '--url', url], theirs), lectern(['keys', 'rotate', key, '--overlap', 'x', ...at])]);
  assert.match(keys.out, new RegExp(`^${key} +statements/write state +revoked \\S+ +the player$`, 'm'));
  assert.deepEqual(audit.out.trim().split('\n').map((text) => (JSON.parse(text) as { action: string }).action), ['key.revoke', 'key.rotate', 'key.create', 'key.create']);
  assert.ok(![keys.out, audit.out].some((text) => text.includes(secret) || text.includes(admin.secret)));
  assert.match(usage.err, /\[option-invalid, at --overlap\]/);
});

test('backup of a running server, its check, and restore into another folder; refusals have their reason', { timeout: 180_000 }, async () => {
  const [file, other] = [join(folder, 'backup.tar.gz'), join(folder, 'other')];
  const made = await lectern(['backup', file, '--json', '--data', data]);
  assert.equal(made.code, 0, made.err);
  const { rows, sha256 } = JSON.parse(made.out) as { rows: Record<string, number>; sha256: string };
  assert.equal(sha256, createHash('sha256').update(await readFile(file)).digest('hex'));
  const [twice, checked, running, nothing, usage] = await Promise.all([
    lectern(['backup', file, '--data', data]),
    lectern(['restore', '--check', file]),
    lectern(['restore', file, '--replace', '--data', data]),
    lectern(['backup', '--json', '--data', join(folder, 'nothing')]),
    lectern(['restore']),
  ]);
  assert.match(twice.err, /\[file-exists, file .*backup\.tar\.gz\]/);
  assert.match(checked.out, /is whole: \d+ statements/);
  assert.match(running.err, /\[data-in-use, at LECTERN_DATA\]/);
  assert.equal((JSON.parse(nothing.out) as { error: { code: string } }).error.code, 'database-empty');
  assert.deepEqual([twice.code, running.code, nothing.code, usage.code], [1, 1, 1, 2]);

  await writeFile(`${file}.cut`, (await readFile(file)).subarray(0, -100));
  const cut = await lectern(['restore', `${file}.cut`, '--json', '--data', other]);
  assert.equal((JSON.parse(cut.out) as { error: { code: string } }).error.code, 'backup-truncated');
  assert.ok(!existsSync(other), 'nothing was made');
  const restored = await lectern(['restore', file, '--json', '--data', other]);
  assert.equal(restored.code, 0, restored.err);
  assert.deepEqual((JSON.parse(restored.out) as { rows: object }).rows, rows);
  assert.equal(await readFile(join(other, 'key.json'), 'utf8'), await readFile(join(data, 'key.json'), 'utf8'));
  assert.ok(existsSync(join(other, 'content/demo/course/course.json')));
  assert.match((await lectern(['restore', file, '--data', other])).err, /\[not-empty/);
});
