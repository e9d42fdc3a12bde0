import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { listUnits } from '@lectern/core';
import { PackageError, readPackage, type CoursePackage } from '../package/index.js';
import { ID, makeZip } from '../package/zip.fixture.js';
import { cartridge, filed, item, ltiLink, web, webLink } from './cartridge.fixture.js';

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures', 'imscc');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;

const read = (items: string, resources: string, files: Record<string, string> = {}, version?: '1.0' | '1.1' | '1.2' | '1.3'): Promise<CoursePackage> =>
  readPackage(makeZip({ 'imsmanifest.xml': cartridge(items, resources, version), ...files }), { id: ID });

async function refused(reading: Promise<unknown>, code: string, field: string, file = 'imsmanifest.xml'): Promise<void> {
  const error = await reading.then(() => assert.fail('was read'), (reason: unknown) => reason);
  assert.ok(error instanceof PackageError, String(error));
  assert.deepEqual([error.code, error.field, error.file], [code, field, file], error.message);
}

test('pages, media and links by what they are; folders are blocks; the root item is the cartridge itself', async () => {
  for (const version of ['1.0', '1.1', '1.2', '1.3'] as const) {
    const pack = await read(
      `<item identifier="week"><title>Week 1</title>${item('a', 'page', 'Read')}${item('b', 'film', 'Watch')}</item>${item('c', 'link', 'See')}${item('d', 'notes', 'Notes')}`,
      web('page', 'web%20content/page.html') + web('film', 'film.mp4') + filed('link', `imswl_xmlv${version.replace('.', 'p')}`, 'link.xml') + web('notes', 'notes.md'),
      { 'web content/page.html': 'x', 'film.mp4': 'x', 'link.xml': webLink('https://rocks.example/a?b=1'), 'notes.md': '# x' },
      version,
    );
    assert.deepEqual([pack.format, pack.course.title, pack.course.language, pack.warnings], ['imscc', 'Rocks', 'en', []]);
    assert.deepEqual(pack.course.children, [
      {
        type: 'block', id: 'week', title: 'Week 1',
        children: [
          { type: 'unit', kind: 'html', id: 'a', title: 'Read', moveOn: 'Completed', href: 'web%20content/page.html', completion: { policy: 'visited' } },
          { type: 'unit', kind: 'video', id: 'b', title: 'Watch', moveOn: 'Completed', sources: [{ src: 'film.mp4', type: 'video/mp4' }] },
        ],
      },
      { type: 'unit', kind: 'link', id: 'c', title: 'See', moveOn: 'Completed', href: 'https://rocks.example/a?b=1' },
      { type: 'unit', kind: 'document', id: 'd', title: 'Notes', moveOn: 'Completed', sources: [{ src: 'notes.md', type: 'text/markdown' }] },
    ]);
  }
});

test('documents and pictures; a picture is described by its title', async () => {
  const pack = await read(item('a', 'book', 'Book') + item('b', 'map', 'Map'), web('book', 'book.pdf') + web('map', 'map.png'), { 'book.pdf': 'x', 'map.png': 'x' });
  assert.deepEqual(pack.course.children, [
    { type: 'unit', kind: 'document', id: 'a', title: 'Book', moveOn: 'Completed', sources: [{ src: 'book.pdf', type: 'application/pdf' }] },
    { type: 'unit', kind: 'document', id: 'b', title: 'Map', moveOn: 'Completed', sources: [{ src: 'map.png', type: 'image/png' }], alt: 'Map' },
  ]);
});

test('what only a learning platform can play is left out by name', async () => {
  const pack = await read(
    item('a', 'page') + item('b', 'talk', 'Talk') + item('c', 'bank', 'Bank') + item('d', 'essay', 'Essay') + item('e', 'sheet', 'Table'),
    web('page', 'page.html') + filed('talk', 'imsdt_xmlv1p3', 'talk.xml') + filed('bank', 'imsqti_xmlv1p2/imscc_xmlv1p3/question-bank', 'bank.xml') + filed('essay', 'assignment_xmlv1p0', 'essay.xml') + web('sheet', 'sheet.xlsx'),
    { 'page.html': 'x', 'talk.xml': '<x/>', 'bank.xml': '<x/>', 'essay.xml': '<x/>', 'sheet.xlsx': 'x' },
  );
  assert.deepEqual(listUnits(pack.course).map(({ id }) => id), ['a']);
  assert.deepEqual(pack.warnings.map(({ code }) => code), ['not-playable', 'not-playable', 'not-playable', 'not-playable']);
  assert.match(pack.warnings[1]!.message, /"Bank".*question bank/);
});

test('an LTI link is a unit that the server launches, by its https address, with its parameters', async () => {
  for (const type of ['imsbasiclti_xmlv1p0', 'imsbasiclti_xmlv1p3']) {
    const link = ltiLink('http://tool.example/a', '<blti:description>About</blti:description><blti:custom><lticm:property name="level"> 3 </lticm:property><lticm:property name="who">$User.id</lticm:property></blti:custom>'
      + '<blti:extensions platform="other.example"><lticm:property name="privacy_level">public</lticm:property></blti:extensions><blti:secure_launch_url>https://tool.example/a?b=1&amp;c=2</blti:secure_launch_url>');
    const pack = await read(item('a', 'tool', 'Tool'), filed('tool', type, 'tool.xml'), { 'tool.xml': link });
    assert.deepEqual(pack.course.children, [{
      type: 'unit', kind: 'lti', id: 'a', title: 'Tool', description: 'About', targetLinkUri: 'https://tool.example/a?b=1&c=2', custom: { level: '3', who: '$User.id' },
      launchMethod: 'AnyWindow', moveOn: 'Completed', completion: { policy: 'visited' },
    }]);
    assert.deepEqual(pack.warnings.map(({ code, file }) => [code, file]), [['tool-needed', 'tool.xml']]);
    assert.match(pack.warnings[0]!.message, /"Tool".*https:\/\/tool\.example/);
  }
  const loose = await read('', filed('tool', 'imsbasiclti_xmlv1p1', 'tool.xml'), { 'tool.xml': ltiLink('https://tool.example/') });
  assert.deepEqual(listUnits(loose.course).map(({ kind, title }) => [kind, title]), [['lti', 'A tool']]);
});

test('without an organization, what can be looked at is the course', async () => {
  const pack = await read('', web('p', 'a-page.html') + web('gone', 'gone.html') + web('s', 'style.css') + filed('l', 'imswl_xmlv1p1', 'l.xml'), { 'a-page.html': 'x', 'style.css': '', 'l.xml': webLink('http://x.example') });
  assert.deepEqual(listUnits(pack.course).map(({ id, title }) => [id, title]), [['p', 'a page'], ['l', 'A place']]);
  assert.deepEqual(pack.warnings.map(({ code }) => code), ['organization-empty']);
});

test('every cartridge of the fixtures is read', { skip }, async () => {
  const expected: Record<string, string[]> = {
    'canvas_cc_gem_course.imscc': ['Assignment course with known submission type', 'Assignment course with unknown submission type', 'Assignment course with missing submission type'],
    'cc.imscc': ['syllabus', 'create a rails site'],
    'single-page.imscc': ['our purpose'],
  };
  for (const name of readdirSync(fixtures)) {
    const pack = await readPackage(new Uint8Array(readFileSync(join(fixtures, name))), { id: ID });
    assert.equal(pack.format, 'imscc');
    assert.deepEqual(listUnits(pack.course).map(({ title }) => String(title).toLowerCase()), expected[name]?.map((title) => title.toLowerCase()), name);
  }
});

test('faults are named', async () => {
  const page = { 'page.html': 'x' };
  await refused(read(item('a', 'nowhere'), web('page', 'page.html'), page), 'reference-missing', 'organizations/organization/item/item/@identifierref');
  await refused(read(item('a', 'page') + item('a', 'page'), web('page', 'page.html'), page), 'identifier-duplicate', 'organizations/organization/item/item[2]/@identifier');
  await refused(read(item('a', 'page'), web('page', 'page.html')), 'file-missing', 'resources/resource/@href');
  await refused(read(item('a', 'page'), '<resource identifier="page" type="webcontent"/>'), 'no-launch-url', 'resources/resource/@href');
  await refused(read(item('a', 'page'), web('page', '../../etc/passwd')), 'path-traversal', 'resources/resource/@href');
  await refused(read(item('a', 'page'), web('page', 'javascript:alert(1)')), 'unsafe-url', 'resources/resource/@href');
  await refused(read(item('a', 'p') + item('b', 'q'), web('p', 'page.html') + web('p', 'page.html'), page), 'identifier-duplicate', 'resources/resource[2]/@identifier');
  await refused(read('', ''), 'no-launchable-item', 'organizations');
  await refused(read(item('a', 't'), filed('t', 'imsdt_xmlv1p1', 't.xml'), { 't.xml': '<x/>' }), 'no-launchable-item', 'organizations');
  const link = (xml: string): Promise<unknown> => read(item('a', 'l'), filed('l', 'imswl_xmlv1p1', 'l.xml'), { 'l.xml': xml });
  await refused(link(webLink('javascript:alert(1)')), 'unsafe-url', 'url/@href', 'l.xml');
  await refused(link(webLink('page.html')), 'relative-url', 'url/@href', 'l.xml');
  await refused(link('<webLink><title>x</title></webLink>'), 'element-missing', 'url/@href', 'l.xml');
  await refused(link('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><webLink/>'), 'doctype', 'line 1', 'l.xml');
});

test('faults of LTI links are named', async () => {
  const tool = (xml: string): Promise<unknown> => read(item('a', 't'), filed('t', 'imsbasiclti_xmlv1p3', 't.xml'), { 't.xml': xml });
  const custom = (inside: string): string => ltiLink('https://tool.example/', `<blti:custom>${inside}</blti:custom>`);
  await refused(tool('<tool/>'), 'wrong-standard', 'tool', 't.xml');
  await refused(tool(ltiLink('')), 'element-missing', 'launch_url', 't.xml');
  await refused(tool(ltiLink('javascript:alert(1)')), 'unsafe-url', 'launch_url', 't.xml');
  await refused(tool(ltiLink('tool.html')), 'relative-url', 'launch_url', 't.xml');
  await refused(tool(ltiLink('//tool.example/')), 'relative-url', 'launch_url', 't.xml');
  await refused(tool(ltiLink(`https://tool.example/${'a'.repeat(2_100)}`)), 'value-invalid', 'launch_url', 't.xml');
  await refused(tool(custom('<lticm:property>x</lticm:property>')), 'value-invalid', 'custom/property/@name', 't.xml');
  await refused(tool(custom(`<lticm:property name="a">${'x'.repeat(4_001)}</lticm:property>`)), 'value-invalid', 'custom/property/@name', 't.xml');
  await refused(tool(custom(Array.from({ length: 101 }, (_, index) => `<lticm:property name="p${index}">x</lticm:property>`).join(''))), 'value-invalid', 'custom', 't.xml');
  await refused(tool('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><cartridge_basiclti_link/>'), 'doctype', 'line 1', 't.xml');
  await refused(read(item('a', 't'), filed('t', 'imsbasiclti_xmlv1p3', 't.xml')), 'file-missing', 'resources/resource/file/@href');
});

test('dependencies that go round in circles, and items without end, hold nobody up', async () => {
  const circle = '<resource identifier="a" type="webcontent" href="page.html"><file href="page.html"/><dependency identifierref="b"/></resource>'
    + '<resource identifier="b" type="webcontent" href="page.html"><dependency identifierref="a"/><dependency identifierref="b"/></resource>';
  assert.equal(listUnits((await read(item('i', 'a'), circle, { 'page.html': 'x' })).course).length, 1);
  let deep = item('i', 'a');
  for (let level = 0; level < 70; level++) deep = `<item identifier="d${level}"><title>d</title>${deep}</item>`;
  await refused(read(deep, circle, { 'page.html': 'x' }), 'invalid-course', 'organizations');
  const many = Array.from({ length: 5_000 }, (_, index) => item(`i${index}`, 'a')).join('');
  assert.equal(listUnits((await read(many, circle, { 'page.html': 'x' })).course).length, 5_000);
});
