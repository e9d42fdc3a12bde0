import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PackageError } from '../package/package-error.js';
import { readPackage } from '../package/read-package.js';
import { MemorySink, packFile } from './pack.fixture.js';
import { DISPATCH_TARGETS, packDispatch, type DispatchedCourse } from './pack-dispatch.js';
import { openSchemas } from './schemas.fixture.js';

const COURSE: DispatchedCourse = { id: 'urn:lectern:dispatch:abc', title: { en: '"Knots" & <ropes>', 'zh-CN': '绳结' }, language: 'zh-CN', url: 'https://owner.example/dispatch/abc', salt: 's"a<lt', identity: 'pseudonym' };
const STUB = [packFile('stub.js', 'stub'), packFile('chunks/a.js', 'a')];

async function pack(more: Partial<DispatchedCourse> = {}, as: (typeof DISPATCH_TARGETS)[number] = 'scorm12', masteryScore?: number): Promise<Uint8Array> {
  const sink = new MemorySink();
  await packDispatch({ ...COURSE, ...more }, STUB, sink, { as, ...(masteryScore === undefined ? {} : { masteryScore }) });
  return sink.bytes;
}

describe('packDispatch', () => {
  it('writes one launch, and nothing of the course', async () => {
    for (const as of DISPATCH_TARGETS) {
      const read = await readPackage(await pack({}, as), { id: 'https://lms.example/1' });
      assert.deepEqual(read.warnings, []);
      assert.deepEqual(read.entries.map(({ path }) => path), [...(as === 'cmi5' ? ['cmi5.xml'] : ['imsmanifest.xml']), 'lectern/chunks/a.js', 'lectern/index.html', 'lectern/page.css', 'lectern/stub.js']);
      const [unit] = read.course.children;
      assert.equal(unit?.type === 'unit' && (unit.kind === 'scorm' ? unit.href : unit.kind === 'cmi5' ? unit.url : ''), 'lectern/index.html');
      const html = new TextDecoder().decode(await read.file('lectern/index.html').bytes());
      assert.match(html, /frame-src https:\/\/owner\.example;/);
      assert.match(html, /data-title="绳结"/);
      assert.match(html, /data-salt="s&quot;a&lt;lt"/);
      await read.close();
    }
  });

  it('is taken by the official schemas', async (context) => {
    const [old, modern] = await Promise.all([openSchemas('scorm12'), openSchemas('scorm2004')]);
    if (!old || !modern) return context.skip('The packages with the schemas are not there.');
    for (const [as, validate] of [['scorm12', old], ['scorm2004-3', modern], ['scorm2004-4', modern]] as const) {
      const read = await readPackage(await pack({}, as, 0.6), { id: 'https://lms.example/1' });
      assert.deepEqual(await validate(new TextDecoder().decode(await read.file('imsmanifest.xml').bytes())), []);
      await read.close();
    }
  });

  it('refuses what it cannot be', async () => {
    const refused = (code: string) => (error: unknown): boolean => error instanceof PackageError && error.code === code;
    await assert.rejects(pack({ url: 'javascript:alert(1)' }), refused('unsafe-url'));
    await assert.rejects(pack({ url: '/dispatch/abc' }), refused('unsafe-url'));
    await assert.rejects(pack({}, 'cc' as never), refused('target-unknown'));
  });
});
