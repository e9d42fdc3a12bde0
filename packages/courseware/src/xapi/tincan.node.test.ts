import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strToU8 } from 'fflate';
import { PackageError, readPackage } from '../package/index.js';
import { ID, makeZip } from '../package/zip.fixture.js';

const tincan = (...activities: string[]): string => `<?xml version="1.0"?><tincan xmlns="http://projecttincan.com/tincan.xsd"><activities>${activities.join('')}</activities></tincan>`;
const activity = (id: string, inner: string, type = 'http://adlnet.gov/expapi/activities/course'): string => `<activity id="${id}" type="${type}">${inner}</activity>`;
const pack = (...activities: string[]): Uint8Array => makeZip({ 'tincan.xml': tincan(...activities), 'index.html': 'x', 'read/me.html': 'x' });
const refused = (source: Uint8Array, code: string, field?: string): Promise<void> => assert.rejects(readPackage(source, { id: ID }), (error: unknown) => {
  assert.ok(error instanceof PackageError, String(error));
  assert.equal(error.code, code, error.message);
  if (field !== undefined) assert.equal(error.field, field);
  return true;
});

test('activities: to launch, to read, to open, and parts that are only described', async () => {
  const { course, definitions, warnings } = await readPackage(pack(
    activity('urn:golf/part', '<name>A part</name>', 'http://adlnet.gov/expapi/activities/objective'),
    activity('urn:golf', '<name lang="en-US">Golf</name><name lang="zh-CN">高尔夫</name><description>About golf</description><launch lang="en-us">index.html?a=1</launch><launch lang="zh-cn">read/me.html</launch>'),
    activity('urn:golf/rules', '<name>Rules</name><resource lang="">read/me.html</resource>'),
    activity('urn:golf/film', '<name>Film</name><resource>https://golf.example/film</resource>', 'no iri'),
  ), { id: ID });
  const golf = { 'en-US': 'Golf', 'zh-CN': '高尔夫' };
  assert.deepEqual([course.id, course.title, course.format], [ID, golf, 'xapi']);
  assert.deepEqual(course.children, [
    { type: 'unit', kind: 'xapi', id: 'golf', activityId: 'urn:golf', title: golf, description: 'About golf', url: 'index.html?a=1', moveOn: 'CompletedOrPassed' },
    { type: 'unit', kind: 'html', id: 'rules', activityId: 'urn:golf/rules', title: 'Rules', href: 'read/me.html', completion: { policy: 'visited' }, moveOn: 'Completed' },
    { type: 'unit', kind: 'link', id: 'film', activityId: 'urn:golf/film', title: 'Film', href: 'https://golf.example/film', moveOn: 'Completed' },
  ]);
  assert.deepEqual(definitions, [
    { objectType: 'Activity', id: 'urn:golf/part', definition: { type: 'http://adlnet.gov/expapi/activities/objective', name: { und: 'A part' } } },
    { objectType: 'Activity', id: 'urn:golf', definition: { type: 'http://adlnet.gov/expapi/activities/course', name: golf, description: { und: 'About golf' } } },
    { objectType: 'Activity', id: 'urn:golf/rules', definition: { type: 'http://adlnet.gov/expapi/activities/course', name: { und: 'Rules' } } },
    { objectType: 'Activity', id: 'urn:golf/film', definition: { name: { und: 'Film' } } },
  ]);
  assert.deepEqual(warnings.map(({ code }) => code), ['value-ignored']);
});

test('the manifest lies at the root, below folders that hold nothing else, or comes alone', async () => {
  const xml = tincan(activity('urn:a', '<launch>index.html</launch>'));
  const nested = await readPackage(makeZip({ 'one/two/tincan.xml': xml, 'one/two/index.html': 'x' }), { id: ID });
  assert.deepEqual([nested.entries.map(({ path }) => path).sort(), nested.warnings[0]?.code], [['index.html', 'tincan.xml'], 'wrapped-folder']);
  await refused(makeZip({ 'one/two/tincan.xml': xml, 'one/two/index.html': 'x', 'one/three.html': 'x' }), 'no-manifest');
  const alone = await readPackage(strToU8(tincan(activity('urn:a', '<launch>https://golf.example/?a=1</launch>'))), { id: ID });
  assert.deepEqual([alone.manifest, alone.entries.length, alone.course.children.length], ['tincan.xml', 0, 1]);
  await refused(strToU8(xml), 'relative-url', 'activities/activity/launch');
});

test('what cannot be taken is refused', async () => {
  await refused(pack(), 'no-launchable-item', 'activities');
  await refused(pack(activity('urn:a', '<name>A</name>')), 'no-launchable-item');
  await refused(pack(activity('', '<launch>index.html</launch>')), 'identifier-missing', 'activities/activity/@id');
  await refused(pack(activity('golf', '<launch>index.html</launch>')), 'value-invalid');
  await refused(pack(activity('urn:a', ''), activity('urn:a', '<launch>index.html</launch>')), 'identifier-duplicate', 'activities/activity[2]/@id');
  await refused(pack(activity('urn:a', '<launch>gone.html</launch>')), 'file-missing');
  await refused(pack(activity('urn:a', '<launch>../up.html</launch>')), 'path-traversal');
  await refused(pack(activity('urn:a', '<launch>javascript:alert(1)</launch>')), 'unsafe-url');
  await refused(pack(activity('urn:a', '<resource>data:text/html,x</resource>')), 'unsafe-url');
});
