import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listUnits } from '@lectern/core';
import { strToU8 } from 'fflate';
import { PackageError, readPackage } from '../package/index.js';
import { ID, makeZip } from '../package/zip.fixture.js';

const text = (name: string, words = 'Words'): string => `<${name}><langstring lang="en-US"> ${words}\n </langstring><langstring lang="zh-CN">词</langstring></${name}>`;
const words = text('title') + text('description');
const au = (id: string, attributes = '', url = 'index.html', inner = ''): string => `<au id="urn:au:${id}" ${attributes}>${words}<url>${url}</url>${inner}</au>`;
const structure = (body: string): string =>
  `<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd" xmlns:x="urn:vendor"><course id="urn:course">${words}</course>${body}</courseStructure>`;
const pack = (body: string): Uint8Array => makeZip({ 'cmi5.xml': structure(body), 'index.html': 'x' });

const refused = (source: Uint8Array, code: string, clause: string, field?: string): Promise<void> =>
  assert.rejects(readPackage(source, { id: ID }), (error: unknown) => {
    assert.ok(error instanceof PackageError, String(error));
    assert.equal(error.code, code, error.message);
    assert.equal(error.clause, clause);
    if (field !== undefined) assert.equal(error.field, field);
    return true;
  });

test('an AU with everything', async () => {
  const attributes = 'moveOn="CompletedAndPassed" masteryScore="0.85" launchMethod="OwnWindow" activityType="http://adlnet.gov/expapi/activities/media"';
  const inner = '<launchParameters> Start=1 </launchParameters><entitlementKey>xyz</entitlementKey><x:extra>ours to ignore</x:extra>';
  const { course } = await readPackage(pack(au('one', attributes, 'index.html?a=1', inner)), { id: ID });
  assert.deepEqual(listUnits(course), [
    {
      type: 'unit', kind: 'cmi5', id: 'one', publisherId: 'urn:au:one', activityId: `${ID}/one`,
      title: { 'en-US': 'Words', 'zh-CN': '词' }, description: { 'en-US': 'Words', 'zh-CN': '词' },
      url: 'index.html?a=1', launchMethod: 'OwnWindow', moveOn: 'CompletedAndPassed', masteryScore: 0.85, launchParameters: 'Start=1',
      entitlementKey: 'xyz', activityType: 'http://adlnet.gov/expapi/activities/media',
    },
  ]);
});

test('imports that cmi5 forbids are refused with the clause', async () => {
  await refused(pack(au('one') + au('one')), 'identifier-duplicate', 'cmi5 13.1.4', 'au[2]/@id');
  await refused(pack(`<block id="urn:au:one">${words}${au('one')}</block>`), 'identifier-duplicate', 'cmi5 13.1.4');
  await refused(pack('<chapter/>' + au('one')), 'element-unknown', 'cmi5 14.0', 'chapter');
  await refused(pack(au('one', '', 'index.html', '<prerequisite/>')), 'element-unknown', 'cmi5 14.0');
  await refused(pack(''), 'element-missing', 'cmi5 13.1.2');
  await refused(pack(`<block id="urn:b">${words}</block>`), 'element-missing', 'cmi5 13.1.2');
  await refused(pack(`<au id="urn:a">${words}</au>`), 'element-missing', 'cmi5 13.1.4');
  await refused(pack(`<au id="urn:a">${text('title')}<url>index.html</url></au>`), 'element-missing', 'cmi5 13.1.4');
  await refused(pack(`<au id="not an iri">${words}<url>index.html</url></au>`), 'value-invalid', 'cmi5 13.1.4', 'au/@id');
  await refused(pack(au('one', 'moveOn="Maybe"')), 'value-invalid', 'cmi5 13.1.4', 'au/@moveOn');
  await refused(pack(au('one', 'masteryScore="85"')), 'value-invalid', 'cmi5 13.1.4', 'au/@masteryScore');
  await refused(pack(au('one', 'masteryScore="1e-1"')), 'value-invalid', 'cmi5 13.1.4');
  await refused(pack(au('one', 'launchMethod="Popup"')), 'value-invalid', 'cmi5 13.1.4', 'au/@launchMethod');
  await refused(pack(au('one', '', 'gone.html')), 'file-missing', 'cmi5 14.1', 'au/url');
  await refused(pack(au('one', '', 'http://example.com index.html')), 'value-invalid', 'cmi5 13.1.4', 'au/url');
  await refused(pack(au('one', '', '//example.com/index.html')), 'relative-url', 'cmi5 14.1', 'au/url');
  for (const name of ['endpoint', 'fetch', 'actor', 'registration', 'activityId']) await refused(pack(au('one', '', `index.html?a=1&amp;${name}=x`)), 'value-invalid', 'cmi5 8.1', 'au/url');
  await refused(pack(`<au id="urn:a"><url>index.html</url>${words}</au>`), 'element-misplaced', 'cmi5 14.0', 'au/title');
  await refused(pack(`<au id="urn:a">${words}<url>index.html</url><url>index.html</url></au>`), 'element-misplaced', 'cmi5 14.0');
  await refused(pack(`${au('one')}<objectives><objective id="urn:o">${words}</objective></objectives>`), 'element-misplaced', 'cmi5 14.0');
  await refused(pack(au('one', 'moveon="Passed"')), 'attribute-unknown', 'cmi5 14.0', 'au/@moveon');
  await refused(pack(au('one', '', 'javascript:alert(1)')), 'unsafe-url', 'cmi5 13.1.4');
});

test('a course structure without a package', async () => {
  const { course, entries } = await readPackage(strToU8(structure(au('one', '', 'https://content.example/au/'))), { id: ID });
  assert.equal(entries.length, 0);
  const [unit] = listUnits(course);
  assert.equal(unit?.kind === 'cmi5' && unit.url, 'https://content.example/au/');
  await refused(strToU8(structure(au('one'))), 'relative-url', 'cmi5 14.2', 'au/url');
  await assert.rejects(readPackage(strToU8('<html></html>'), { id: ID }), { code: 'not-a-zip' });
});

const refers = (xml: string, before: string, idref = 'urn:o'): string => xml.replace(before, `<objectives><objective idref="${idref}"/></objectives>${before}`);

test('objectives are kept, and who refers to them', async () => {
  const objectives = `<objectives><objective id="urn:o">${words}</objective></objectives>`;
  const block = refers(`<block id="urn:b">${words}<au id="urn:au:two">${words}<url>index.html</url></au></block>`, '<au');
  const { course, warnings } = await readPackage(pack(objectives + refers(au('one'), '<url>') + block), { id: ID });
  assert.deepEqual(warnings, []);
  assert.equal(course.publisherId, 'urn:course');
  assert.deepEqual(course.objectives, [{ id: 'urn:o', title: { 'en-US': 'Words', 'zh-CN': '词' }, description: { 'en-US': 'Words', 'zh-CN': '词' } }]);
  const [one, two] = course.children;
  assert.deepEqual([one?.type === 'unit' && one.kind === 'cmi5' && one.objectives, two?.type === 'block' && two.objectives, two?.type === 'block' && two.publisherId], [['urn:o'], ['urn:o'], 'urn:b']);
  await refused(pack(objectives + refers(au('one'), '<url>', 'urn:other')), 'reference-missing', 'cmi5 13.1.4', 'au/objectives/objective/@idref');
  await refused(pack(`<objectives><objective id="w3id.org/o">${words}</objective></objectives>${au('one')}`), 'value-invalid', 'cmi5 13.1.3');
  await refused(pack(`<objectives/>${au('one')}`), 'element-missing', 'cmi5 13.1.3');
  await refused(pack(`<objectives><objective id="urn:o">${words}</objective><objective id="urn:o">${words}</objective></objectives>${au('one')}`), 'identifier-duplicate', 'cmi5 13.1.3');
});

test('what the schema lets pass', async () => {
  const foreign = '<x:extra at="1"><x:deep/></x:extra>';
  const body = `${au('one', 'x:note="kept out"', 'index.html#top', foreign)}<block id="urn:b">${words}${au('two')}<block id="urn:c">${words}${au('three', '', ' <![CDATA[ index.html?q=%20&amp ]]> ')}</block></block>${foreign}`;
  const bom = makeZip({ 'cmi5.xml': `\uFEFF<?xml version="1.0" encoding="utf-8"?>${structure(body)}`, 'index.html': 'x' });
  const units = listUnits((await readPackage(bom, { id: ID })).course);
  assert.deepEqual(units.map((unit) => unit.kind === 'cmi5' && unit.url), ['index.html#top', 'index.html', 'index.html?q=%20&amp'], 'two AUs may start the same file');
  assert.deepEqual(units.map((unit) => unit.kind === 'cmi5' && [unit.moveOn, unit.launchMethod]), Array.from({ length: 3 }, () => ['NotApplicable', 'AnyWindow']));
});

test('cmi5.xml is at the root', async () => {
  await refused(makeZip({ 'course/cmi5.xml': structure(au('one')), 'course/index.html': 'x' }), 'no-manifest', 'cmi5 14.1');
});

test('two thousand AUs', async () => {
  const { course } = await readPackage(pack(Array.from({ length: 2000 }, (_, index) => au(String(index))).join('')), { id: ID });
  assert.equal(listUnits(course).length, 2000);
});
