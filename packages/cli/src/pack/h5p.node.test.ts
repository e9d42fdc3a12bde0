import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { zipSync } from 'fflate';
import { findH5pPlayer, h5pPlayerFiles } from './h5p-player.js';
import { openCourse } from './open-course.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const ACTIVITY = zipSync({
  'h5p.json': encode(JSON.stringify({ title: 'T', mainLibrary: 'H5P.A', preloadedDependencies: [{ machineName: 'H5P.A', majorVersion: 1, minorVersion: 0 }] })),
  'content/content.json': encode('{"text":"words"}'),
  'H5P.A-1.0/library.json': encode('{}'),
});
const unit = (id: string, href: string): object => ({ type: 'unit', kind: 'h5p', id, title: id, moveOn: 'Completed', href });
const course = (...children: object[]): string => JSON.stringify({ id: 'https://o.example/c', title: 'C', format: 'course', children });

describe('H5P content to be packed', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lectern-h5p-test-'));
    await mkdir(join(folder, 'course', 'a b'), { recursive: true });
    await writeFile(join(folder, 'course', 'a b', 'x.h5p'), ACTIVITY);
    await writeFile(join(folder, 'course', 'download.h5p'), ACTIVITY);
    await writeFile(join(folder, 'course', 'course.json'), course(unit('x', './a%20b/x.h5p'), unit('again', 'a%20b/x.h5p/')));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const text = async (files: Awaited<ReturnType<typeof openCourse>>['files'], path: string): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const chunk of files.find((file) => file.path === path)!.chunks()) parts.push(chunk.slice());
    return Buffer.concat(parts).toString();
  };

  it('is unpacked from packages that units name, in a folder and in an archive, and from no others', async () => {
    const archive = join(folder, 'course.zip');
    await writeFile(archive, zipSync({ 'course.json': encode(course(unit('x', 'x.h5p'))), 'x.h5p': [ACTIVITY, { level: 0 }], 'other.h5p': ACTIVITY }));
    const inFolder = await openCourse(join(folder, 'course'));
    assert.deepEqual(inFolder.files.map(({ path }) => path).sort(), ['a b/x.h5p/H5P.A-1.0/library.json', 'a b/x.h5p/content/content.json', 'a b/x.h5p/h5p.json', 'course.json', 'download.h5p']);
    assert.equal(await text(inFolder.files, 'a b/x.h5p/content/content.json'), '{"text":"words"}');
    await inFolder.close();
    const inArchive = await openCourse(archive);
    assert.deepEqual(inArchive.files.map(({ path }) => path).filter((path) => /h5p$/.test(path)), ['other.h5p']);
    assert.equal(await text(inArchive.files, 'x.h5p/content/content.json'), '{"text":"words"}');
    await inArchive.close();
  });

  it('says which package cannot be read', async () => {
    await mkdir(join(folder, 'bad'));
    await writeFile(join(folder, 'bad', 'course.json'), course(unit('x', 'x.h5p')));
    const traversal = zipSync({ '../../evil.js': encode('1') });
    for (const [bytes, code, file] of [[encode('no archive'), 'not-a-zip', 'x.h5p'], [ACTIVITY.subarray(0, 200), 'truncated', 'x.h5p'], [traversal, 'path-traversal', 'x.h5p'], [zipSync({ 'a.txt': encode('a') }), 'file-missing', 'course.json']] as const) {
      await writeFile(join(folder, 'bad', 'x.h5p'), bytes);
      await assert.rejects(openCourse(join(folder, 'bad')), (error: { code: string; file?: string; message: string }) => {
        assert.match(`${error.code} ${error.file}`, code === 'truncated' ? /^(truncated|not-a-zip|corrupt) x\.h5p/ : new RegExp(`^${code} ${file}`), error.message);
        return true;
      });
    }
  });

  it('is played by what is named or installed, with its licence', async () => {
    const dist = join(folder, 'player', 'dist');
    await mkdir(join(dist, 'styles'), { recursive: true });
    for (const name of ['main.bundle.js', 'main.bundle.js.map', 'h5p.d.ts', 'styles/h5p.css', '../LICENSE']) await writeFile(join(dist, name), name);
    assert.equal(await findH5pPlayer(join(folder, 'player'), '--h5p-player'), dist);
    assert.equal(await findH5pPlayer(dist, '--h5p-player'), dist);
    await assert.rejects(findH5pPlayer(folder, '--h5p-player'), { code: 'option-invalid', field: '--h5p-player' });
    assert.deepEqual((await h5pPlayerFiles(dist)).map(({ path }) => path), ['frame/h5p/main.bundle.js', 'frame/h5p/styles/h5p.css', 'frame/h5p/LICENSE']);
  });
});
