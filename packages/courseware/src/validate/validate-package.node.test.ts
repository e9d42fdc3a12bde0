import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeZip, scorm12 } from '../package/zip.fixture.js';
import { packCourse, PACK_TARGETS } from '../pack/index.js';
import { COURSE, FILES, MemorySink, PLAYER } from '../pack/pack.fixture.js';
import { validatePackage } from './validate-package.js';

const item = (identifier: string, reference: string, below = ''): string => `<item identifier="${identifier}" identifierref="${reference}"><title>T</title>${below}</item>`;
const listed = (identifier: string, href: string, more = ''): string => `<resource identifier="${identifier}" type="webcontent" adlcp:scormtype="sco" href="${href}"><file href="${href}"/>${more}</resource>`;

async function problemsOf(files: Record<string, string>): Promise<string[]> {
  const { problems } = await validatePackage(makeZip(files));
  return problems.map(({ severity, code, field }) => `${severity} ${code}${field ? ` ${field}` : ''}`);
}

describe('validatePackage', () => {
  it('finds nothing wrong with a sound package, nor with any that is written here', async () => {
    const sound = await validatePackage(makeZip({ 'imsmanifest.xml': scorm12(item('i', 'r'), listed('r', 'a.html')), 'a.html': '' }));
    assert.deepEqual(sound, { valid: true, formats: [{ manifest: 'imsmanifest.xml', format: 'scorm12', units: 1 }], problems: [] });
    for (const as of PACK_TARGETS) {
      for (const split of ['single', 'multi'] as const) {
        const sink = new MemorySink();
        await packCourse({ course: COURSE, files: FILES }, PLAYER, sink, { as, split });
        const { problems, formats } = await validatePackage(sink.bytes);
        assert.deepEqual(problems, [], `${as} ${split}`);
        assert.equal(formats.length, 2);
      }
    }
  });

  it('names the place and the clause of what is wrong', async () => {
    const manifest = scorm12(
      `${item('1st', 'r')}${item('i', 'nowhere')}<item identifier="i"><title/></item>`,
      `${listed('r', 'a.html', '<file href="gone.png"/><dependency identifierref="x"/>')}<resource identifier="s" adlcp:scormtype="applet" href="b.html"/><resource identifier="t" type="webcontent" adlcp:scormtype="sco"><file href="a.html"/></resource>`,
    );
    const { valid, problems } = await validatePackage(makeZip({ 'imsmanifest.xml': manifest, 'a.html': '', 'b.html': '', 'extra/note.txt': '' }));
    assert.equal(valid, false);
    const found = problems.map(({ code, field }) => `${code} ${field}`);
    for (const expected of [
      'reference-missing organizations/organization/item[2]/@identifierref',
      'identifier-duplicate organizations/organization/item[3]/@identifier',
      'identifier-invalid organizations/organization/item[1]/@identifier',
      'file-missing resources/resource[1]/file[2]/@href',
      'reference-missing resources/resource[1]/dependency/@identifierref',
      'attribute-missing resources/resource[2]/@type',
      'value-invalid resources/resource[2]/@scormtype',
      'no-launch-url resources/resource[3]/@href',
      'not-launchable organizations/organization/item[3]',
    ]) assert.ok(found.includes(expected), `${expected} is not in\n${found.join('\n')}`);
    assert.deepEqual(problems.filter(({ clause, severity }) => !clause && severity === 'error'), []);
  });

  it('holds what items say to SCORM 1.2', async () => {
    const data = '<adlcp:maxtimeallowed>1h</adlcp:maxtimeallowed><adlcp:timelimitaction>stop</adlcp:timelimitaction><adlcp:masteryscore>120</adlcp:masteryscore>';
    const found = await problemsOf({ 'imsmanifest.xml': scorm12(item('i', 'r', data), listed('r', 'a.html')), 'a.html': '' });
    for (const name of ['maxtimeallowed', 'timelimitaction', 'masteryscore']) assert.ok(found.includes(`error value-invalid organizations/organization/item/${name}`), found.join('\n'));
  });

  it('judges what is no package, too, and a lone course structure', async () => {
    assert.deepEqual(await validatePackage(new TextEncoder().encode('no zip')).then(({ problems }) => problems.map(({ code }) => code)), ['not-a-zip']);
    assert.deepEqual(await problemsOf({ 'a.txt': '' }), ['error no-manifest']);
    assert.deepEqual(await problemsOf({ 'imsmanifest.xml': '<manifest' }), ['error malformed-xml line 1']);
    const lone = await validatePackage(new TextEncoder().encode('<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"></courseStructure>'));
    assert.equal(lone.valid, false);
  });

  it('tells thousands of one kind as one', async () => {
    const files = Array.from({ length: 3000 }, (_, index) => `<file href="gone-${index}.png"/>`).join('');
    const { problems } = await validatePackage(makeZip({ 'imsmanifest.xml': scorm12(item('i', 'r'), listed('r', 'a.html', files)), 'a.html': '' }));
    assert.ok(problems.length < 30, String(problems.length));
    assert.ok(problems.some(({ message }) => /29\d\d more/.test(message)));
  });

  it('knows stored entries that some hosts refuse', async () => {
    const sink = new MemorySink();
    await packCourse({ course: COURSE, files: FILES }, PLAYER, sink, { as: 'scorm12' });
    const bytes = sink.bytes;
    // Sets the flag in the local header of the film, as streaming writers do.
    const name = new TextEncoder().encode('media/课 🎬.mp4');
    const at = bytes.findIndex((_, index) => name.every((byte, offset) => bytes[index + offset] === byte)) - 30;
    bytes[at + 6]! |= 8;
    const { problems } = await validatePackage(bytes);
    assert.deepEqual(problems.filter(({ code }) => code === 'data-descriptor').map(({ severity, file, clause }) => [severity, file, clause]), [['warning', 'media/课 🎬.mp4', 'APPNOTE 4.4.4']]);
  });
});
