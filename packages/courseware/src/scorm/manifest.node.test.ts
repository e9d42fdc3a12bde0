import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listUnits, type ScormUnit, type Unit } from '@lectern/core';
import { PackageError, parseXml } from '../package/index.js';
import type { ReadManifest } from '../package/manifest.js';
import { ID, sco, scorm12 } from '../package/zip.fixture.js';
import { launchUrl } from './launch-url.js';
import { readScormManifest } from './manifest.js';

async function read(xml: string, paths?: string[]): Promise<ReadManifest> {
  const known = new Set(paths);
  return readScormManifest(await parseXml(xml), { id: ID, ...(paths ? { files: { paths, has: (path: string) => known.has(path) } } : {}) });
}

const refused = (xml: string, code: string, field: string, paths?: string[]): Promise<void> =>
  assert.rejects(read(xml, paths), (error: unknown) => {
    assert.ok(error instanceof PackageError, String(error));
    assert.equal(error.code, code, error.message);
    assert.equal(error.file, 'imsmanifest.xml');
    assert.equal(error.field, field);
    return true;
  });

const item = (identifier: string, reference: string, inner = '', attributes = ''): string =>
  `<item identifier="${identifier}" identifierref="${reference}" ${attributes}><title>${identifier}</title>${inner}</item>`;

const scorm2004 = (items: string, resources: string, rest = ''): string => `<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>T</title>${items}</organization></organizations>
  <resources>${resources}</resources>${rest}</manifest>`;

const only = ({ course }: ReadManifest): Unit => listUnits(course)[0]!;

test('launch URLs get their parameters by the algorithm of the standard', () => {
  assert.equal(launchUrl('a.html', undefined), 'a.html');
  assert.equal(launchUrl('a.html', '?x=1'), 'a.html?x=1');
  assert.equal(launchUrl('a.html', '&&?x=1'), 'a.html?x=1');
  assert.equal(launchUrl('a.html?y=2', '?x=1'), 'a.html?y=2&x=1');
  assert.equal(launchUrl('a.html', '#top'), 'a.html#top');
  assert.equal(launchUrl('a.html#end', '#top'), 'a.html#end');
  assert.equal(launchUrl('a.html#end', 'x=1'), 'a.html?x=1#end');
});

test('xml:base adds up, encoded names and wrong capitals are found', async () => {
  const xml = scorm12(item('i', 'r'), sco('r', 'sub/a%20b.html', 'xml:base="two"'), 'xml:base="one/"');
  assert.equal((only(await read(xml, ['one/two/sub/a b.html'])) as ScormUnit).href, 'one/two/sub/a%20b.html');
  const odd = await read(scorm12(item('i', 'r'), sco('r', 'Index.HTML')), ['index.html']);
  assert.equal((only(odd) as ScormUnit).href, 'index.html');
  assert.equal(odd.warnings[0]?.code, 'name-case');
});

test('references that lead astray', async () => {
  const field = 'resources/resource/@href';
  await refused(scorm12(item('i', 'r'), sco('r', 'gone.html')), 'file-missing', field, ['here.html']);
  await refused(scorm12(item('i', 'r'), sco('r', '../up.html')), 'path-traversal', field, ['up.html']);
  await refused(scorm12(item('i', 'r'), sco('r', '%2e%2e/up.html')), 'path-traversal', field, ['up.html']);
  await refused(scorm12(item('i', 'r'), sco('r', 'javascript:alert(1)')), 'unsafe-url', field);
  await refused(scorm12(item('i', 'r'), sco('r', 'java&#9;script:alert(1)')), 'unsafe-url', field);
  await refused(scorm12(item('i', 'r'), sco('r', 'file:///etc/passwd')), 'unsafe-url', field);
  await refused(scorm12(item('i', 'nowhere'), ''), 'reference-missing', 'organizations/organization/item/@identifierref');
});

test('identifiers and items', async () => {
  await refused(scorm12(item('i', 'r') + item('i', 'r'), sco('r', 'a.html')), 'identifier-duplicate', 'organizations/organization/item[2]/@identifier');
  await refused(scorm12('<item identifierref="r"/>', sco('r', 'a.html')), 'identifier-missing', 'organizations/organization/item/@identifier');
  await refused(scorm12(item('i', 'r'), sco('r', 'a.html') + sco('r', 'b.html')), 'identifier-duplicate', 'resources/resource[2]/@identifier');
  await refused(scorm12('<item identifier="i"><title>Chapter</title></item>', sco('r', 'a.html')), 'no-launchable-item', 'organizations/organization');
  await refused('<manifest identifier="m"><metadata><schemaversion>1.2</schemaversion></metadata><organizations/></manifest>', 'no-launchable-item', 'organizations');
  await refused('<manifest identifier="m"><metadata><schema>ADL SCORM</schema><schemaversion>3000</schemaversion></metadata></manifest>', 'wrong-standard', 'metadata/schemaversion');
});

test('assets are pages that complete when visited; unused resources are nobody’s business', async () => {
  const xml = scorm12(item('i', 'r'), `<resource identifier="r" type="webcontent" adlcp:scormtype="asset" href="a.html"/>${sco('other', 'gone.html')}`);
  const unit = only(await read(xml, ['a.html']));
  assert.deepEqual(unit, { type: 'unit', kind: 'html', id: 'i', title: 'i', href: 'a.html', moveOn: 'Completed', completion: { policy: 'visited' } });
});

test('2004: thresholds, limits, objectives, shared sequencing', async () => {
  const sequencing = `<imsss:sequencingCollection><imsss:sequencing ID="s"><imsss:limitConditions attemptAbsoluteDurationLimit="PT30M"/>
    <imsss:objectives><imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>
    </imsss:sequencing></imsss:sequencingCollection>`;
  const inner = `<imsss:sequencing IDRef="s"/><adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/><adlcp:dataFromLMS>hello</adlcp:dataFromLMS>
    <adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction>`;
  const resource = '<resource identifier="r" type="webcontent" adlcp:scormType="sco" href="a.html"/>';
  const unit = only(await read(scorm2004(item('i', 'r', inner), resource, sequencing))) as ScormUnit;
  assert.deepEqual(
    { ...unit, title: undefined },
    {
      type: 'unit', kind: 'scorm', id: 'i', title: undefined, version: '2004', href: 'a.html', moveOn: 'CompletedOrPassed', launchData: 'hello',
      timeLimitAction: 'exit,no message', maxTimeAllowed: 1800, maxTimeAllowedText: 'PT30M', completionThreshold: 0.75, masteryScore: 0.6,
      objectives: [{ id: 'p', satisfiedByMeasure: true, minNormalizedMeasure: 0.6 }],
    },
  );
  const third = only(await read(scorm2004(item('i', 'r', '<adlcp:completionThreshold>0.5</adlcp:completionThreshold>'), resource))) as ScormUnit;
  assert.equal(third.completionThreshold, 0.5);
});

test('values that are none are left out with a warning', async () => {
  const inner = '<adlcp:masteryscore>eighty</adlcp:masteryscore><adlcp:maxtimeallowed>soon</adlcp:maxtimeallowed><adlcp:timelimitaction>explode</adlcp:timelimitaction>';
  const manifest = await read(scorm12(item('i', 'r', inner), sco('r', 'a.html')));
  assert.deepEqual(manifest.warnings.map(({ code }) => code), ['value-ignored', 'value-ignored', 'value-ignored']);
  assert.equal(only(manifest).masteryScore, undefined);
});

test('a manifest that says no version is read by its namespaces', async () => {
  const xml = scorm12(item('i', 'r'), sco('r', 'a.html')).replace(/<metadata>.*<\/metadata>/, '');
  const manifest = await read(xml);
  assert.equal(manifest.course.format, 'scorm12');
  assert.equal(manifest.warnings[0]?.code, 'standard-guessed');
});
