import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { zipSync } from 'fflate';
import type { RandomAccess } from './zip.js';
import { readUnpackedPackage } from './read-unpacked.js';

const ID = 'https://lms.example/c';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const activity = (more: Record<string, Uint8Array> = {}): Uint8Array => zipSync({
  'h5p.json': encode(JSON.stringify({ title: 'T', mainLibrary: 'H5P.A', preloadedDependencies: [{ machineName: 'H5P.A', majorVersion: 1, minorVersion: 0 }] })),
  'content/content.json': encode('{"text":"words"}'),
  'H5P.A-1.0/library.json': encode('{}'),
  ...more,
});
const course = (...hrefs: string[]): Uint8Array =>
  encode(JSON.stringify({ title: 'C', format: 'course', children: hrefs.map((href) => ({ type: 'unit', kind: 'h5p', id: href, title: href, moveOn: 'Completed', href })) }));

function onDisk(bytes: Uint8Array): RandomAccess & { readonly asked: number[] } {
  const asked: number[] = [];
  return { asked, size: bytes.length, read: (offset, length) => (asked.push(length), Promise.resolve(bytes.subarray(offset, offset + length))) };
}

describe('a package with packages inside', () => {
  const inner = activity({ 'content/film.bin': randomBytes(400_000) });

  for (const [how, level] of [['stored', 0], ['compressed once more', 6]] as const) {
    it(`is read with their files as folders: ${how}`, async () => {
      const bytes = zipSync({ 'course.json': course('x.h5p'), 'x.h5p': [inner, { level }], 'download.h5p': inner });
      for (const source of [bytes, new Blob([bytes as Uint8Array<ArrayBuffer>]), onDisk(bytes)]) {
        const pack = await readUnpackedPackage(source, { id: ID });
        assert.deepEqual(pack.entries.map(({ path }) => path).sort(), ['course.json', 'download.h5p', 'x.h5p/H5P.A-1.0/library.json', 'x.h5p/content/content.json', 'x.h5p/content/film.bin', 'x.h5p/h5p.json']);
        assert.equal(new TextDecoder().decode(await pack.file('x.h5p/content/content.json').bytes()), '{"text":"words"}');
        assert.equal((await pack.file('x.h5p/content/film.bin').bytes()).length, 400_000);
        await pack.close();
      }
    });
  }

  it('is read in place where they are stored', async () => {
    const source = onDisk(zipSync({ 'course.json': course('x.h5p'), 'x.h5p': [inner, { level: 0 }] }));
    const pack = await readUnpackedPackage(source, { id: ID, memory: 0 });
    assert.equal(pack.warnings.length, 0);
    assert.ok(Math.max(...source.asked) < inner.length, source.asked.join());
    await pack.close();
  });

  it('is refused where they would take more memory, files or bytes than there is room for, and where they lead out', async () => {
    const twice = zipSync({ 'course.json': course('x.h5p'), 'x.h5p': inner });
    await assert.rejects(readUnpackedPackage(twice, { id: ID, memory: 1_000 }), { code: 'too-large', file: 'x.h5p' });
    const many = zipSync({ 'course.json': course('a.h5p', 'b.h5p'), 'a.h5p': inner, 'b.h5p': inner });
    await assert.rejects(readUnpackedPackage(many, { id: ID, limits: { entries: 10 } }), { code: 'too-many-entries', file: 'b.h5p' });
    await assert.rejects(readUnpackedPackage(many, { id: ID, limits: { totalBytes: 1_300_000 } }), { code: 'too-large', file: 'b.h5p' });
    const evil = zipSync({ 'course.json': course('x.h5p'), 'x.h5p': zipSync({ '../../evil.js': encode('1') }) });
    await assert.rejects(readUnpackedPackage(evil, { id: ID }), { code: 'path-traversal', file: 'x.h5p' });
  });

  it('says of everything else what it always says', async () => {
    await assert.rejects(readUnpackedPackage(encode('no archive'), { id: ID }), { code: 'not-a-zip' });
    await assert.rejects(readUnpackedPackage(zipSync({ 'a.txt': encode('a') }), { id: ID }), { code: 'no-manifest' });
    const alone = encode('<?xml version="1.0"?><tincan xmlns="http://projecttincan.com/tincan.xsd"><activities><activity id="https://o.example/a" type="http://adlnet.gov/expapi/activities/course"><name>A</name><description lang="en">A</description><launch lang="en">https://o.example/a.html</launch></activity></activities></tincan>');
    assert.equal((await readUnpackedPackage(alone, { id: ID })).manifest, 'tincan.xml');
  });
});
