import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listUnits, type Course } from '@lectern/core';
import fc from 'fast-check';
import { PackageError } from '../package/package-error.js';
import { readPackage } from '../package/read-package.js';
import { openZip } from '../package/zip.js';
import { courses } from './course.fixture.js';
import { COURSE, exam, FILES, MemorySink, packFile, page, PLAYER, video } from './pack.fixture.js';
import { packCourse, type CourseContent } from './pack-course.js';
import { PACK_TARGETS, type PackOptions, type PackResult, type PackTarget, type PlayerFiles } from './pack-options.js';
import { openSchemas } from './schemas.fixture.js';

async function pack(content: CourseContent, options: PackOptions): Promise<PackResult & { readonly archive: Uint8Array }> {
  const sink = new MemorySink();
  const result = await packCourse(content, PLAYER, sink, options);
  return { ...result, archive: sink.bytes };
}

const content: CourseContent = { course: COURSE, files: FILES };
const of = (children: Course['children'], more: Partial<Course> = {}): CourseContent => ({ course: { ...COURSE, ...more, children }, files: FILES });

const refused = (code: PackageError['code'], field?: string) => (error: unknown): boolean =>
  error instanceof PackageError && error.code === code && (field === undefined || error.field === field);

async function textOf(archive: Uint8Array, path: string): Promise<string> {
  const zip = await openZip(archive);
  const text = new TextDecoder().decode(await zip.bytes(path));
  await zip.close();
  return text;
}

const MANIFEST: Readonly<Record<PackTarget, string>> = { scorm12: 'imsmanifest.xml', 'scorm2004-3': 'imsmanifest.xml', 'scorm2004-4': 'imsmanifest.xml', cmi5: 'cmi5.xml', xapi: 'tincan.xml', cc: 'imsmanifest.xml' };

describe('packCourse', () => {
  it('gives back the same course and the same files, whatever it is packed as', async () => {
    await fc.assert(
      fc.asyncProperty(courses, fc.constantFrom(...PACK_TARGETS), fc.constantFrom('single' as const, 'multi' as const), async (made, as, split) => {
        const { archive } = await pack(made, { as, split });
        const read = await readPackage(archive, { id: made.course.id });
        assert.deepEqual(read.course, made.course);
        assert.deepEqual(read.warnings, []);
        for (const file of made.files) assert.equal(new TextDecoder().decode(await read.file(file.path).bytes()), `content of ${file.path}`);
        await read.close();
      }),
      { numRuns: 150 },
    );
  });

  it('is read by its manifest alone, too: one activity each, by its title', async () => {
    const legal = (text: string): string =>
      // eslint-disable-next-line no-control-regex -- what XML cannot hold
      text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd-\uffff]|\p{Surrogate}/gu, '?').replace(/\s+/g, ' ').trim();
    await fc.assert(
      fc.asyncProperty(courses, fc.constantFrom(...PACK_TARGETS), async (made, as) => {
        const { archive, launches } = await pack(made, { as, split: 'multi' });
        const read = await readPackage(archive, { id: made.course.id, manifest: MANIFEST[as] });
        const units = listUnits(read.course);
        await read.close();
        assert.equal(units.length, launches);
        const first = (text: Course['title']): string => (typeof text === 'string' ? text : (Object.values(text)[0] ?? ''));
        if (as === 'xapi') return;
        const titles = listUnits(made.course).map(({ title }) => (typeof title === 'string' ? [title] : Object.values(title)).map(legal));
        units.forEach(({ title }, index) => assert.ok(titles[index]!.includes(legal(first(title))) || legal(first(title)) === '' || titles[index]!.includes(''), `${JSON.stringify(title)} is none of ${JSON.stringify(titles[index])}`));
      }),
      { numRuns: 60 },
    );
  });

  for (const [standard, kinds] of [['scorm12', ['scorm12']], ['scorm2004', ['scorm2004-3', 'scorm2004-4']]] as const) {
    it(`writes manifests that the official schemas of ${standard} take`, async (context) => {
      const validate = await openSchemas(standard);
      if (!validate) return context.skip('The packages with the schemas are not there.');
      const made = [content, ...fc.sample(courses, { numRuns: 6, seed: 7 })];
      for (const as of kinds) {
        for (const [index, one] of made.entries()) {
          const { archive } = await pack(one, { as, split: index % 2 ? 'single' : 'multi', masteryScore: 0.8 });
          assert.deepEqual(await validate(await textOf(archive, 'imsmanifest.xml')), []);
        }
      }
    });
  }

  it('gives the same bytes for the same content, in whatever order its files come', async () => {
    const [one, other] = await Promise.all([pack(content, { as: 'scorm12' }), pack({ ...content, files: [...FILES].reverse() }, { as: 'scorm12' })]);
    assert.deepEqual(one.archive, other.archive);
  });

  it('says what the LMS needs: mastery score, metadata, launch page; and names units by their ids', async () => {
    const single = await pack(of([exam]), { as: 'scorm12' });
    const manifest = await textOf(single.archive, 'imsmanifest.xml');
    assert.match(manifest, /<adlcp:masteryscore>60<\/adlcp:masteryscore>/);
    assert.match(manifest, /adlcp:scormtype="sco" href="lectern\/index.html"/);
    assert.match(manifest, /<imsmd:langstring xml:lang="zh-CN">高等数学<\/imsmd:langstring>/);
    const whole = await textOf((await pack(content, { as: 'scorm12', masteryScore: 0.755 })).archive, 'imsmanifest.xml');
    assert.match(whole, /<adlcp:masteryscore>75.5<\/adlcp:masteryscore>/);
    const multi = await textOf((await pack(content, { as: 'scorm2004-4', split: 'multi' })).archive, 'imsmanifest.xml');
    assert.match(multi, /identifier="paper"/);
    assert.match(multi, /<imsss:minNormalizedMeasure>0.6</);
    assert.match(multi, /completionSetByContent="true" objectiveSetByContent="true"/);
  });

  it('keeps a page to the package and to what the course names', async () => {
    const outside = { ...page, id: 'out', href: 'https://films.example/watch' } as typeof page;
    const { archive, warnings } = await pack(of([page, outside]), { as: 'scorm12' });
    const html = await textOf(archive, 'lectern/index.html');
    assert.match(html, /connect-src &#39;self&#39; data: blob: https:\/\/films\.example;/);
    assert.match(html, /default-src &#39;none&#39;/);
    assert.deepEqual(warnings.map(({ code, field }) => [code, field]), [['outside-reference', 'children']]);
  });

  it('tells of pages that fetch from elsewhere, and not of links that people follow', async () => {
    const files = [...FILES, packFile('pages/out.html', '<a href="https://a.example/">a</a><script src="//cdn.example/x.js"></script><LINK rel=stylesheet href=https://fonts.example/f.css>'), packFile('x.css', '@import "https://css.example/a.css"; b{background:url( //img.example/b.png )}')];
    const { warnings } = await pack({ course: COURSE, files }, { as: 'cmi5' });
    assert.deepEqual(warnings.map(({ file, message }) => [file, /from ([^,]+, \S+), which/.exec(message)?.[1]]), [
      ['pages/out.html', 'cdn.example, fonts.example'],
      ['x.css', 'css.example, img.example'],
    ]);
  });

  it('gives a cartridge pages that say something where their scripts are left out, and pages of its own as themselves', async () => {
    const notes = { ...video, id: 'notes', kind: 'document', sources: [{ src: 'texts/a.md', type: 'text/markdown' }] } as unknown as typeof video;
    const film = { ...video, id: 'film', description: 'A <b>film</b>', sources: [{ src: 'film.mp4', type: 'video/mp4; codecs="avc1"' }], tracks: [{ src: 'en.vtt', kind: 'captions', lang: 'en' }, { src: 'x.srt', kind: 'captions', lang: 'en' }], poster: 'javascript:alert(1)' } as unknown as typeof video;
    const files = [...FILES, packFile('film.mp4'), packFile('texts/a.md', '# Knots\n\n![a](../b.png) [x](javascript:alert(1)) [y](https://a.example/?a=1&b=2 "t")\n\n<script>alert(1)</script>')];
    const { archive } = await pack({ course: { ...COURSE, language: 'en', children: [film, notes, { ...video, id: 'sim', kind: 'simulation', src: 'sim.json' } as unknown as typeof video, { ...page, id: 'own', href: 'pages/own.html' } as typeof page] }, files: [...files, packFile('sim.json', '{}'), packFile('pages/own.html')] }, { as: 'cc' });
    const shown = await textOf(archive, 'lectern/units/film.html');
    assert.match(shown, /<p>A &lt;b&gt;film&lt;\/b&gt;<\/p>\n<video controls preload="metadata" poster="" style="max-width:100%">\n\s+<source src="..\/..\/film.mp4" type="video\/mp4">\n\s+<track src="..\/..\/en.vtt" kind="captions" srclang="en" default>\n<\/video>/);
    assert.doesNotMatch(shown, /x\.srt|javascript:|noscript| null/);
    const text = await textOf(archive, 'lectern/units/notes.html');
    assert.match(text, /<h1>Knots<\/h1>\n<p><img src="..\/..\/b.png" alt="a" \/> <a href="">x<\/a> <a href="https:\/\/a.example\/\?a=1&amp;b=2" title="t">y<\/a><\/p>\n&lt;script&gt;/);
    assert.match(await textOf(archive, 'lectern/units/sim.html'), /SCORM or cmi5 package/);
    assert.match(await textOf(archive, 'imsmanifest.xml'), /<resource identifier="resource-own" type="webcontent" href="pages\/own.html">\s*<file href="pages\/own.html"\/>/);
  });

  it('is quick about text that would be slow to search', async () => {
    const slow = packFile('slow.html', '<img '.repeat(200_000) + '<link rel='.repeat(50_000));
    await pack({ course: COURSE, files: [...FILES, slow] }, { as: 'cc' });
  });

  it('refuses what it cannot pack, naming it', async () => {
    const { files } = content;
    await assert.rejects(pack({ course: COURSE, files: files.slice(1) }, { as: 'scorm12' }), refused('file-missing', '课-1.sources[0].src'));
    await assert.rejects(pack(of([]), { as: 'cmi5' }), refused('no-launchable-item'));
    await assert.rejects(pack(content, { as: 'aicc' as never }), refused('target-unknown', 'as'));
    const au = { type: 'unit', kind: 'cmi5', id: 'au', title: 'AU', url: 'paper.pdf', launchMethod: 'AnyWindow', moveOn: 'Passed', publisherId: 'https://p.example/au' } as const;
    await assert.rejects(pack(of([au]), { as: 'scorm12' }), refused('unit-unpackable', 'au.kind'));
    await assert.rejects(pack(of([au, video]), { as: 'cmi5' }), refused('unit-unpackable', 'au.kind'));
    const both = await pack(of([au, video]), { as: 'cmi5', split: 'multi' });
    assert.match(await textOf(both.archive, 'cmi5.xml'), /<au id="https:\/\/p.example\/au" moveOn="Passed" launchMethod="AnyWindow">[^]*<url>paper.pdf<\/url>/);
    await assert.rejects(pack({ course: COURSE, files: [...files, files[0]!] }, { as: 'scorm12' }), refused('duplicate-name'));
  });

  describe('H5P content', () => {
    const h5p = (href: string): Course['children'] => [{ type: 'unit', kind: 'h5p', id: 'h', title: 'H', moveOn: 'Completed', href }];
    const description = JSON.stringify({ title: 'T', mainLibrary: 'H5P.A', preloadedDependencies: [{ machineName: 'H5P.A', majorVersion: 1, minorVersion: 0 }] });
    const activity = (at: string, more: Readonly<Record<string, string>> = {}) =>
      Object.entries({ 'h5p.json': description, 'content/content.json': '{}', 'H5P.A-1.0/library.json': '{}', ...more }).map(([path, text]) => packFile(at + path, text));
    const player = { files: [...PLAYER.files, packFile('frame/h5p/main.bundle.js')] };
    const packH5p = async (href: string, files: CourseContent['files'], as: PackTarget, by: PlayerFiles = player): Promise<PackResult & { archive: Uint8Array }> => {
      const sink = new MemorySink();
      return { ...(await packCourse({ course: { ...COURSE, children: h5p(href) }, files }, by, sink, { as })), archive: sink.bytes };
    };

    it('goes into every kind of package with what plays it, from a folder or the root', async () => {
      for (const as of PACK_TARGETS) {
        for (const [href, at] of [['a%20b/', 'a b/'], ['x.h5p', 'x.h5p/'], ['.', '']] as const) {
          const { archive, warnings } = await packH5p(href, activity(at), as);
          const zip = await openZip(archive);
          for (const path of [`${at}h5p.json`, `${at}content/content.json`, 'lectern/frame/h5p/main.bundle.js']) assert.ok(zip.has(path), `${as}: ${path}`);
          await zip.close();
          assert.deepEqual(warnings, []);
          await (await readPackage(archive, { id: COURSE.id })).close();
        }
      }
    });

    it('is refused without its player, naming the unit and what to install; a cartridge says so and goes without', async () => {
      for (const as of PACK_TARGETS.filter((target) => target !== 'cc')) {
        await assert.rejects(packH5p('a', activity('a/'), as, PLAYER), (error: unknown) => refused('h5p-player-missing', 'h.kind')(error) && /^"h" is H5P.*npm install --ignore-scripts h5p-standalone/.test((error as Error).message));
      }
      const { archive, warnings } = await packH5p('a', activity('a/'), 'cc', PLAYER);
      assert.deepEqual(warnings.map(({ code, field }) => [code, field]), [['not-playable', 'h.kind']]);
      assert.match(await textOf(archive, 'lectern/units/h.html'), /the activity cannot run here/);
    });

    it('is refused where it is damaged, incomplete or elsewhere, with the file', async () => {
      const refusedAt = (code: PackageError['code'], file?: string) => (error: unknown): boolean => refused(code, 'h.href')(error) && (error as PackageError).file === file;
      await assert.rejects(packH5p('a', [packFile('a/content/content.json', '{}')], 'scorm12'), refusedAt('file-missing', 'a/h5p.json'));
      await assert.rejects(packH5p('a', activity('a/', { 'h5p.json': '[' }), 'scorm12'), refusedAt('malformed-json', 'a/h5p.json'));
      await assert.rejects(packH5p('a', activity('a/', { 'content/content.json': '{' }), 'cmi5'), refusedAt('malformed-json', 'a/content/content.json'));
      const needy = JSON.stringify({ preloadedDependencies: [{ machineName: 'H5P.B', majorVersion: 2, minorVersion: 1 }] });
      await assert.rejects(packH5p('a', activity('a/', { 'H5P.A-1.0/library.json': needy }), 'cc'), refusedAt('file-missing', 'a/H5P.B-2.1/library.json'));
      await assert.rejects(packH5p('https://other.example/a/', activity('a/'), 'xapi'), refusedAt('unit-unpackable'));
      await assert.rejects(packH5p('../a', activity('a/'), 'xapi'), refused('file-missing', 'h.href'));
    });
  });

  it('makes an LTI link of a tool in a cartridge, and refuses it elsewhere, saying what to do', async () => {
    const tool = { type: 'unit', kind: 'lti', id: 'quiz', title: 'Quiz & <more>', description: 'A "test"', tool: 'quizzes', targetLinkUri: 'https://tool.example/quiz?a=1&b=2', custom: { level: '3', 'a"<b>': '$User.id' }, launchMethod: 'AnyWindow', masteryScore: 0.6, moveOn: 'Passed' } as const;
    const { archive } = await pack(of([tool, video]), { as: 'cc' });
    assert.match(await textOf(archive, 'imsmanifest.xml'), /<resource identifier="resource-quiz" type="imsbasiclti_xmlv1p0">\s*<file href="lectern\/links\/quiz.xml"\/>/);
    const read = await readPackage(archive, { id: COURSE.id, manifest: 'imsmanifest.xml' });
    const [unit] = listUnits(read.course);
    assert.ok(unit?.kind === 'lti');
    assert.deepEqual([unit.title, unit.description, unit.targetLinkUri, unit.custom], [tool.title, tool.description, tool.targetLinkUri, tool.custom]);
    assert.deepEqual(read.warnings.map(({ code }) => code), ['tool-needed']);
    await read.close();
    const { targetLinkUri: _address, ...nowhere } = tool;
    for (const [children, options, says] of [
      [[tool], { as: 'scorm12' }, /^"quiz" is an LTI tool.*Dispatch the course \(lectern dispatch\)/],
      [[tool], { as: 'cmi5', split: 'multi' }, /without this unit/],
      [[nowhere], { as: 'cc' }, /give the unit its "targetLinkUri"/],
      [[tool], { as: 'cc', split: 'single' }, /split "multi"/],
    ] as const) {
      await assert.rejects(pack(of(children), options), (error: unknown) => refused('unit-unpackable', 'quiz.kind')(error) && says.test((error as Error).message));
    }
  });

  it('warns of what a unit can do without', async () => {
    const { warnings } = await pack(of([{ ...video, poster: 'gone.jpg' } as typeof video]), { as: 'xapi' });
    assert.deepEqual(warnings.map(({ code, file, field }) => [code, file, field]), [['file-missing', 'gone.jpg', '课-1.poster']]);
  });

  it('does not touch content that has the player’s name, and replaces old manifests', async () => {
    const files = [...FILES, packFile('Lectern/index.html'), packFile('imsmanifest.xml', '<old/>'), packFile('tincan.xml', '<old/>')];
    const { archive } = await pack({ course: COURSE, files }, { as: 'scorm12' });
    const zip = await openZip(archive);
    const paths = zip.files.map(({ path }) => path);
    await zip.close();
    assert.ok(paths.includes('lectern-2/index.html') && paths.includes('Lectern/index.html') && !paths.includes('tincan.xml'));
    assert.doesNotMatch(await textOf(archive, 'imsmanifest.xml'), /<old/);
  });

  it('packs five thousand files', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => packFile(`img/${index}-图.png`, 'x'));
    const { archive, files } = await pack({ course: COURSE, files: [...FILES, ...many] }, { as: 'scorm12', split: 'multi' });
    const read = await readPackage(archive, { id: COURSE.id, manifest: 'imsmanifest.xml' });
    assert.equal(read.entries.length, files);
    assert.equal(listUnits(read.course).length, 3);
    await read.close();
  });

  it('carries schema files along where they are given, and says where they are', async () => {
    const { archive } = await pack(content, { as: 'scorm2004-3', schemas: [packFile('imscp_v1p1.xsd'), packFile('common/anyElement.xsd')] });
    assert.match(await textOf(archive, 'imsmanifest.xml'), /xsi:schemaLocation="http:\/\/www.imsglobal.org\/xsd\/imscp_v1p1 imscp_v1p1.xsd"/);
    assert.equal(await textOf(archive, 'common/anyElement.xsd'), 'common/anyElement.xsd');
  });
});
