import assert from 'node:assert/strict';
import { existsSync, openAsBlob, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { listUnits } from '@lectern/core';
import { strToU8 } from 'fflate';
import { PackageError, readPackage } from './index.js';
import { ID, makeZip, replaceBytes, sco, scorm12 } from './zip.fixture.js';

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;
const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(join(fixtures, path)));

const good = (): Record<string, string> => ({
  'imsmanifest.xml': scorm12('<item identifier="i" identifierref="r"><title>One</title></item>', sco('r', 'index.html')),
  'index.html': '<title>One</title>',
});

async function refusal(source: Uint8Array, code: string): Promise<PackageError> {
  const error = await readPackage(source, { id: ID }).then(
    () => assert.fail(`was read, but should be refused as ${code}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PackageError, String((error as Error).stack));
  assert.equal(error.code, code, error.message);
  return error;
}

test('every fixture is read, or refused for its fault', { skip }, async (t) => {
  const expected: Record<string, { format: string; units: number } | { code: string; field: string }> = {
    'scorm12/OneFilePerSCO.zip': { format: 'scorm12', units: 18 },
    'scorm12/Prerequisites.zip': { format: 'scorm12', units: 4 },
    'scorm12/RuntimeBasicCalls.zip': { format: 'scorm12', units: 1 },
    'scorm12/bad-MalformedXml.zip': { code: 'malformed-xml', field: 'line' },
    'scorm12/bad-MissingLaunchUrl.zip': { code: 'no-launch-url', field: 'resources/resource/@href' },
    'scorm2004/RunTimeAdvancedCalls.zip': { format: 'scorm2004', units: 1 },
    'scorm2004/RuntimeBasicCalls.zip': { format: 'scorm2004', units: 1 },
    'scorm2004/SequencingForcedSequential.zip': { format: 'scorm2004', units: 5 },
    'scorm2004/SequencingSimpleRemediation.zip': { format: 'scorm2004', units: 8 },
    'scorm2004/bad-MissingOrgIdentifier.zip': { code: 'identifier-missing', field: 'organizations/organization/@identifier' },
    'cmi5/multi_au_framed.zip': { format: 'cmi5', units: 8 },
    'cmi5/pre_post_test_framed.zip': { format: 'cmi5', units: 6 },
    'xapi/tincan-golf.zip': { format: 'xapi', units: 1 },
  };
  for (const folder of ['scorm12', 'scorm2004', 'cmi5', 'xapi']) {
    for (const name of readdirSync(join(fixtures, folder))) {
      const path = `${folder}/${name}`;
      await t.test(path, async () => {
        const want = expected[path];
        assert.ok(want, 'a new fixture: say what is expected of it');
        if ('code' in want) {
          const error = await refusal(fixture(path), want.code);
          assert.ok(error.field?.startsWith(want.field), `field ${error.field}`);
          return;
        }
        const read = await readPackage(fixture(path), { id: ID });
        assert.equal(read.format, want.format);
        assert.equal(listUnits(read.course).length, want.units);
        assert.equal(read.course.id, ID);
        await read.close();
      });
    }
  }
});

test('details of real manifests arrive', { skip }, async () => {
  const prerequisites = await readPackage(fixture('scorm12/Prerequisites.zip'), { id: ID });
  const [first, second, third, fourth] = listUnits(prerequisites.course);
  assert.ok(first?.kind === 'scorm' && second?.kind === 'scorm' && third?.kind === 'scorm' && fourth?.kind === 'scorm');
  assert.equal(first.masteryScoreRaw, 80);
  assert.equal(first.masteryScore, 0.8);
  assert.equal(first.maxTimeAllowed, 9000);
  assert.equal(second.launchData, 'custom_data_for_module2');
  assert.equal(third.timeLimitAction, 'exit,message');
  assert.equal(fourth.prerequisites, '(module1 AND module2) OR module3');

  const golf = await readPackage(fixture('scorm12/OneFilePerSCO.zip'), { id: ID });
  const quiz = listUnits(golf.course).find(({ id }) => id === 'playing_quiz_item');
  assert.equal(quiz?.kind === 'html' && quiz.href, 'shared/assessmenttemplate.html?questions=Playing');
  assert.deepEqual(golf.course.children.map(({ type }) => type), ['block', 'block', 'block', 'block']);

  const advanced = await readPackage(fixture('scorm2004/RunTimeAdvancedCalls.zip'), { id: ID });
  const [unit] = listUnits(advanced.course);
  assert.equal(unit?.masteryScore, 0.8);
  assert.deepEqual(unit?.kind === 'scorm' && unit.objectives?.map(({ id }) => id), ['PRIMARYOBJ', 'obj_etiquette', 'obj_handicapping', 'obj_havingfun', 'obj_playing']);

  const cmi5 = await readPackage(fixture('cmi5/pre_post_test_framed.zip'), { id: ID });
  const [pre] = listUnits(cmi5.course);
  assert.ok(pre?.kind === 'cmi5');
  assert.equal(pre.moveOn, 'Passed');
  assert.equal(pre.url, 'pre1.html');
  assert.ok(pre.publisherId.endsWith('/block1/pre'));
  assert.equal(pre.activityId, `${ID}/pre`);
  assert.deepEqual(listUnits(cmi5.course).map(({ id }) => id), ['pre', 'content', 'post', 'pre-2', 'content-2', 'post-2']);
});

test('files stream with their bytes, from a blob on disk too', { skip }, async () => {
  const blob = await openAsBlob(join(fixtures, 'scorm12/RuntimeBasicCalls.zip'));
  const read = await readPackage(blob, { id: ID });
  let files = 0;
  for (const file of read.files()) {
    let bytes = 0;
    for await (const chunk of file.chunks()) bytes += chunk.length;
    assert.equal(bytes, file.size, file.path);
    files += 1;
  }
  assert.equal(files, read.entries.length);
  assert.match(new TextDecoder().decode(await read.file('shared/launchpage.html').bytes()), /<html/i);
  assert.throws(() => read.file('nothing.html'), { code: 'file-missing' });
  await read.close();
});

test('what is no archive, or only part of one', async () => {
  await refusal(strToU8('just words, for long enough to be something'), 'not-a-zip');
  await refusal(new Uint8Array(0), 'not-a-zip');
  const zip = makeZip(good());
  await refusal(zip.slice(0, zip.length - 30), 'truncated');
  await refusal(zip.slice(0, 60), 'truncated');
  const missingStart = new Uint8Array(zip.length - 40);
  missingStart.set(zip.slice(40));
  await refusal(missingStart, 'truncated');
  await refusal(makeZip({}), 'no-manifest');
  await refusal(makeZip({ 'readme.txt': 'no course here' }), 'no-manifest');
});

test('names that leave the package, lie or collide', async () => {
  const bad = ['../evil.html', 'a/../../evil.html', '..\\evil.html', '/etc/passwd', '\\evil.html', 'C:/evil.html', 'c:\\evil.html', 'a\u0000b.html'];
  for (const name of bad) {
    const error = await refusal(makeZip({ ...good(), [name]: 'x' }), 'path-traversal');
    assert.ok(error.file, name);
  }
  const twice = replaceBytes(makeZip({ ...good(), 'aa.html': 'x', 'ab.html': 'y' }), 'ab.html', [...strToU8('aa.html')]);
  await refusal(twice, 'duplicate-name');
  const link = makeZip(good(), { 'link.html': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] });
  await refusal(link, 'symlink');
});

test('bombs and crowds', async () => {
  await refusal(makeZip({ ...good(), 'zeros.bin': new Uint8Array(20_000_000) }), 'ratio');
  const small = { 'zeros.bin': new Uint8Array(500_000) };
  await (await readPackage(makeZip({ ...good(), ...small }), { id: ID })).close();
  const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}.txt`, 'x']));
  await assert.rejects(readPackage(makeZip({ ...good(), ...crowd }), { id: ID, limits: { entries: 50 } }), { code: 'too-many-entries' });
  await assert.rejects(readPackage(makeZip({ ...good(), big: new Uint8Array(5000).fill(7) }), { id: ID, limits: { fileBytes: 1000 } }), { code: 'too-large', file: 'big' });
  await assert.rejects(readPackage(makeZip(good()), { id: ID, limits: { totalBytes: 500 } }), { code: 'too-large' });
});

test('a directory that declares less than a file holds', async () => {
  const content = strToU8('0123456789'.repeat(200));
  const zip = makeZip({ ...good(), 'liar.txt': content });
  const size = [content.length & 0xff, content.length >> 8, 0, 0];
  const lied = replaceBytes(zip, size, [10, 0, 0, 0]);
  const read = await readPackage(lied, { id: ID });
  await assert.rejects(read.file('liar.txt').bytes(), (error: PackageError) => error instanceof PackageError && ['corrupt', 'truncated'].includes(error.code));
});

test('encrypted files', async () => {
  const zip = makeZip(good());
  const view = new DataView(zip.buffer, zip.byteOffset);
  for (let at = 0; at + 4 < zip.length; at++) {
    const signature = view.getUint32(at, true);
    if (signature === 0x04034b50) view.setUint16(at + 6, view.getUint16(at + 6, true) | 1, true);
    if (signature === 0x02014b50) view.setUint16(at + 8, view.getUint16(at + 8, true) | 1, true);
  }
  await refusal(zip, 'encrypted');
});

test('names in GBK, in code page 437, and with backslashes', async () => {
  const manifest = scorm12('<item identifier="i" identifierref="r"><title>一</title></item>', sco('r', '课程/首页.html'));
  // fflate flags its non-ASCII names as UTF-8, so a name of as many ASCII bytes is overwritten with GBK's.
  const gbk = [0xbf, 0xce, 0xb3, 0xcc, 0x2f, 0xca, 0xd7, 0xd2, 0xb3, 0x2e, 0x68, 0x74, 0x6d, 0x6c];
  const zip = replaceBytes(makeZip({ 'imsmanifest.xml': manifest, 'AAAA/BBBB.html': 'x' }), 'AAAA/BBBB.html', gbk);
  const read = await readPackage(zip, { id: ID });
  assert.deepEqual(read.entries.map(({ path }) => path).sort(), ['imsmanifest.xml', '课程/首页.html']);
  const [unit] = listUnits(read.course);
  assert.equal(unit?.kind === 'scorm' && unit.href, `${encodeURIComponent('课程')}/${encodeURIComponent('首页')}.html`);
  assert.equal(read.warnings[0]?.code, 'name-encoding');

  const german = replaceBytes(makeZip({ ...good(), 'Xbung.html': 'x' }), 'Xbung.html', [0x9a]);
  assert.ok((await readPackage(german, { id: ID })).entries.some(({ path }) => path === 'Übung.html'));

  const windows = makeZip({ 'imsmanifest.xml': scorm12('<item identifier="i" identifierref="r"><title>T</title></item>', sco('r', 'a\\b.html')), 'a\\b.html': 'x' });
  const slashed = await readPackage(windows, { id: ID });
  assert.ok(slashed.entries.some(({ path }) => path === 'a/b.html'));
});

test('a package zipped with its folder, and a Mac one', async () => {
  const wrapped = Object.fromEntries(Object.entries(good()).map(([path, content]) => [`my course/${path}`, content]));
  const read = await readPackage(makeZip({ ...wrapped, '__MACOSX/._index.html': 'junk' }), { id: ID });
  assert.deepEqual(read.entries.map(({ path }) => path).sort(), ['imsmanifest.xml', 'index.html']);
  assert.equal(read.warnings[0]?.code, 'wrapped-folder');
  assert.equal(new TextDecoder().decode(await read.file('index.html').bytes()), '<title>One</title>');
});

test('other standards are named', async () => {
  const qti = `<manifest identifier="c" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata></manifest>`;
  assert.match((await refusal(makeZip({ 'imsmanifest.xml': qti }), 'wrong-standard')).message, /QTI/);
  await refusal(makeZip({ 'imsmanifest.xml': '<courseStructure/>' }), 'wrong-standard');
  await refusal(makeZip({ 'cmi5.xml': '<manifest identifier="m"/>' }), 'wrong-standard');
  await refusal(makeZip({ 'tincan.xml': '<manifest identifier="m"/>' }), 'wrong-standard');
  await refusal(makeZip({ 'h5p.json': '{}' }), 'element-missing');
});
