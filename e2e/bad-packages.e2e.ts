import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCampus, type Campus } from './campus.js';
import { hostilePackages, type HostilePackage } from './hostile-packages.js';

const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));

interface Fault {
  readonly code?: string;
  readonly file?: string;
  readonly field?: string;
}

function check({ name, code, file, field }: HostilePackage, fault: Fault | undefined): void {
  assert.equal(fault?.code, code, name);
  if (file !== undefined) assert.ok(fault?.file?.includes(file), `${name}: file ${fault?.file}`);
  if (field !== undefined) assert.ok(fault?.field?.includes(field), `${name}: field ${fault?.field}`);
}

describe('bad packages, at every door', async () => {
  const packages = await hostilePackages();
  let campus: Campus;
  let folder: string;

  before(async () => {
    campus = await startCampus();
    folder = await mkdtemp(join(tmpdir(), 'lectern-bad-'));
    for (const { name, bytes } of packages) await writeFile(join(folder, `${name}.zip`), bytes);
  });
  after(async () => {
    await campus?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function lectern(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [key, secret] = atob(campus.authorization.slice('Basic '.length)).split(':') as [string, string];
    const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, LECTERN_KEY: key, LECTERN_SECRET: secret }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out, err };
  }

  const listed = async (): Promise<number> =>
    ((await (await fetch(`${campus.url}/courseware`, { headers: { authorization: campus.authorization } })).json()) as unknown[]).length;

  for (const hostile of packages) {
    const { name, bytes, code, file, field, status } = hostile;
    it(`${name}: POST /courseware answers a problem with ${code}`, async () => {
      const answer = await fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: bytes });
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      const problem = (await answer.json()) as Fault & { status: number; detail: string; title: string; type: string };
      check(hostile, problem);
      assert.deepEqual([problem.status, answer.status], [status, status]);
      assert.ok(problem.detail.length > 10 && problem.title && problem.type);
    });

    it(`${name}: lectern inspect says ${code} and ends with 1`, async () => {
      const said = await lectern('inspect', join(folder, `${name}.zip`));
      assert.equal(said.code, 1);
      assert.equal(said.out, '');
      assert.match(said.err, /^lectern: .{10}/);
      for (const part of [code, file, field]) assert.ok(part === undefined || said.err.includes(part), `${part} in ${said.err}`);
      assert.doesNotMatch(said.err, /\n\s+at /, 'no stack');
    });
  }

  it('lectern import says the same of all of them in one go, ends with 1, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const before = await listed();
    const files = packages.map(({ name }) => join(folder, `${name}.zip`));
    const machine = await lectern('import', '--json', '--url', campus.url, ...files);
    assert.equal(machine.code, 1, machine.err);
    const lines = machine.out.trim().split('\n').map((line) => JSON.parse(line) as { file: string; error?: Fault });
    assert.equal(lines.length, packages.length);
    for (const [index, hostile] of packages.entries()) check(hostile, lines[index]?.error);
    const people = await lectern('import', '--url', campus.url, files[0]!);
    assert.equal(people.code, 1);
    assert.match(people.err, /^lectern: The file is not a zip archive\. \[not-a-zip, file words\.zip/);
    assert.equal(await listed(), before);
  });
});
