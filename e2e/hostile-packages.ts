import { strToU8, zipSync, type Zippable } from 'fflate';
import { readFixture, withoutFixtures } from './fixtures.js';

/** A package that must be refused, and what must be said of it. */
export interface HostilePackage {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly code: string;
  /** What `file` and `field` must contain, where there is such a place. */
  readonly file?: string;
  readonly field?: string;
  /** Of the server's answer. */
  readonly status: number;
}

const IMS = 'imsmanifest.xml';
const item = '<item identifier="i" identifierref="r"><title>One</title></item>';
const sco = '<resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"/>';
const manifest = (items = item, resources = sco): string => `<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Course</title>${items}</organization></organizations>
<resources>${resources}</resources></manifest>`;

const zip = (files: Record<string, string | Uint8Array>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(zipSync(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? strToU8(content) : content])) as Zippable));

const course = (...children: object[]): string => JSON.stringify({ id: 'https://x.example/c', title: 'C', children });
const film = { type: 'unit', kind: 'video', id: 'v', title: 'V', sources: [{ src: 'a.mp4' }] };
const sound = { [IMS]: manifest(), 'index.html': 'x' };

/** One of each kind of bad package, and those of the fixtures where they are there. */
export async function hostilePackages(): Promise<HostilePackage[]> {
  const whole = zip(sound);
  const made: HostilePackage[] = [
    { name: 'words', bytes: new Uint8Array(strToU8('this is no zip')), code: 'not-a-zip', status: 422 },
    { name: 'truncated', bytes: whole.slice(0, whole.length - 40), code: 'truncated', status: 422 },
    { name: 'climbing', bytes: zip({ ...sound, '../evil.html': 'x' }), code: 'path-traversal', file: '../evil.html', status: 422 },
    { name: 'bomb', bytes: zip({ ...sound, 'zeros.bin': new Uint8Array(20_000_000) }), code: 'ratio', file: 'zeros.bin', status: 422 },
    { name: 'no-manifest', bytes: zip({ 'readme.txt': 'no course' }), code: 'no-manifest', status: 422 },
    { name: 'malformed', bytes: zip({ ...sound, [IMS]: '<manifest><organizations></manifest>' }), code: 'malformed-xml', file: IMS, field: 'line 1', status: 422 },
    { name: 'entity', bytes: zip({ ...sound, [IMS]: `<!DOCTYPE m [<!ENTITY x "y">]>${manifest()}` }), code: 'doctype', file: IMS, status: 422 },
    { name: 'missing-file', bytes: zip({ [IMS]: manifest() }), code: 'file-missing', file: IMS, field: 'resources/resource/@href', status: 422 },
    { name: 'nothing-to-launch', bytes: zip({ ...sound, [IMS]: manifest('<item identifier="i"><title>Chapter</title></item>') }), code: 'no-launchable-item', file: IMS, field: 'organizations/organization', status: 422 },
    { name: 'large-xml', bytes: zip({ ...sound, [IMS]: `${manifest()}<!--${noise(5_000_000)}-->` }), code: 'xml-too-large', file: IMS, status: 413 },
    {
      name: 'other-standard',
      bytes: zip({ [IMS]: '<manifest identifier="c" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata></manifest>' }),
      code: 'wrong-standard', file: IMS, field: 'metadata/schema', status: 422,
    },
    { name: 'h5p', bytes: zip({ 'h5p.json': '{}' }), code: 'element-missing', file: 'h5p.json', status: 422 },
    { name: 'course-json', bytes: zip({ 'course.json': course({ ...film, kind: 'film' }), 'a.mp4': 'x' }), code: 'invalid-course', file: 'course.json', field: 'children[0].kind', status: 422 },
    { name: 'course-json-cut', bytes: zip({ 'course.json': course(film).slice(0, 30) }), code: 'malformed-json', file: 'course.json', status: 422 },
    { name: 'course-json-script', bytes: zip({ 'course.json': course({ ...film, sources: [{ src: 'javascript:alert(1)' }] }) }), code: 'invalid-course', file: 'course.json', field: 'children[0].sources[0].src', status: 422 },
  ];
  if (withoutFixtures) return made;
  return [
    ...made,
    { name: 'bad-MalformedXml', bytes: await readFixture('scorm12/bad-MalformedXml.zip'), code: 'malformed-xml', file: IMS, field: 'line', status: 422 },
    { name: 'bad-MissingLaunchUrl', bytes: await readFixture('scorm12/bad-MissingLaunchUrl.zip'), code: 'no-launch-url', file: IMS, field: 'resources/resource/@href', status: 422 },
    { name: 'bad-MissingOrgIdentifier', bytes: await readFixture('scorm2004/bad-MissingOrgIdentifier.zip'), code: 'identifier-missing', file: IMS, field: 'organizations/organization/@identifier', status: 422 },
  ];
}

/** What does not compress as a bomb does. Hyphens would end the comment it stands in. */
function noise(length: number): string {
  let state = 1;
  let out = '';
  while (out.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    out += state.toString(36);
  }
  return out;
}
