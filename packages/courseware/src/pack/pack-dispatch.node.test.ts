import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PackageError } from '../package/package-error.js';
import { readPackage } from '../package/read-package.js';
import { validatePackage } from '../validate/validate-package.js';
import { MemorySink, packFile } from './pack.fixture.js';
import { DISPATCH_TARGETS, packDispatch, type DispatchedCourse } from './pack-dispatch.js';
import { openSchemas } from './schemas.fixture.js';

const COURSE: DispatchedCourse = { id: 'urn:lectern:dispatch:abc', title: { en: '"Knots" & <ropes>', 'zh-CN': '绳结' }, language: 'zh-CN', url: 'https://owner.example/dispatch/abc', salt: 's"a<lt', identity: 'pseudonym' };
const STUB = [packFile('stub.js', 'stub'), packFile('chunks/a.js', 'a')];

const MANIFEST = { scorm12: 'imsmanifest.xml', 'scorm2004-3': 'imsmanifest.xml', 'scorm2004-4': 'imsmanifest.xml', cmi5: 'cmi5.xml', xapi: 'tincan.xml' } as const;

async function pack(more: Partial<DispatchedCourse> = {}, as: (typeof DISPATCH_TARGETS)[number] = 'scorm12', masteryScore?: number): Promise<Uint8Array> {
  const sink = new MemorySink();
  await packDispatch({ ...COURSE, ...more }, STUB, sink, { as, ...(masteryScore === undefined ? {} : { masteryScore }) });
  return sink.bytes;
}

describe('packDispatch', () => {
  it('writes one launch, and nothing of the course', async () => {
    for (const as of DISPATCH_TARGETS.filter((target) => target !== 'cc')) {
      const read = await readPackage(await pack({}, as), { id: 'https://lms.example/1' });
      assert.deepEqual(read.warnings, []);
      assert.deepEqual(read.entries.map(({ path }) => path).sort(), ['lectern/chunks/a.js', 'lectern/index.html', 'lectern/page.css', 'lectern/stub.js', MANIFEST[as]].sort());
      const [unit] = read.course.children;
      assert.equal(unit?.type === 'unit' && (unit.kind === 'scorm' ? unit.href : unit.kind === 'cmi5' || unit.kind === 'xapi' ? unit.url : ''), 'lectern/index.html');
      const html = new TextDecoder().decode(await read.file('lectern/index.html').bytes());
      assert.match(html, /frame-src https:\/\/owner\.example;/);
      assert.match(html, /data-title="绳结"/);
      assert.match(html, /data-salt="s&quot;a&lt;lt"/);
      // Where a Tin Can or cmi5 launch says that the LRS is; the API of a SCORM LMS is in a window.
      assert.match(html, as === 'cmi5' || as === 'xapi' ? /connect-src (?:'|&#39;)self(?:'|&#39;) https: http:;/ : /connect-src (?:'|&#39;)self(?:'|&#39;);/);
      await read.close();
    }
  });

  it('describes a Tin Can package as one course, by its id and in its languages, and is valid', async () => {
    const archive = await pack({ description: 'How to tie them.' }, 'xapi', 0.6);
    const { course, definitions, file, close } = await readPackage(archive, { id: 'https://lms.example/1' });
    assert.deepEqual(course.children, [{ type: 'unit', kind: 'xapi', id: 'abc', activityId: COURSE.id, title: COURSE.title, description: { 'zh-CN': 'How to tie them.' }, url: 'lectern/index.html', moveOn: 'CompletedOrPassed' }]);
    assert.deepEqual(definitions?.map(({ id, definition }) => [id, definition?.type]), [[COURSE.id, 'http://adlnet.gov/expapi/activities/course']]);
    assert.match(new TextDecoder().decode(await file('lectern/index.html').bytes()), /data-mastery="0.6"/, 'a Tin Can manifest has no place for it');
    await close();
    const { formats, problems } = await validatePackage(archive);
    assert.deepEqual([formats, problems], [[{ manifest: 'tincan.xml', format: 'xapi', units: 1 }], []]);
  });

  it('is a link in a cartridge, without salt or script, under a licence by browsers alone', async () => {
    const archive = await pack({ identity: 'browser' }, 'cc');
    const read = await readPackage(archive, { id: 'https://lms.example/1' });
    assert.deepEqual(read.entries.map(({ path }) => path).sort(), ['imsmanifest.xml', 'lectern/links/course.xml']);
    assert.deepEqual([read.format, read.course.children.map((node) => node.type === 'unit' && node.kind === 'link' && [node.title, node.href])], ['imscc', [['绳结', COURSE.url]]]);
    for (const { path } of read.entries) assert.ok(!new TextDecoder().decode(await read.file(path).bytes()).includes('a&lt;lt'), path);
    await read.close();
    const { valid, problems } = await validatePackage(archive);
    assert.deepEqual([valid, problems], [true, []]);
    const refused = (field: string) => (error: unknown): boolean => error instanceof PackageError && error.code === 'value-invalid' && error.field === field;
    await assert.rejects(pack({}, 'cc'), refused('identity'));
    await assert.rejects(pack({ identity: 'browser' }, 'scorm12'), refused('identity'));
    await assert.rejects(pack({ identity: 'browser' }, 'cc', 0.6), refused('masteryScore'));
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
    await assert.rejects(pack({}, 'lti' as never), refused('target-unknown'));
  });
});
