import type { PackageFiles } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import { scormVersionOf } from '../scorm/manifest-version.js';
import type { Problems } from './problem.js';

interface Rules {
  readonly root: XmlElement;
  readonly file: string;
  readonly files: PackageFiles;
  readonly problems: Problems;
}

/** xs:ID, as far as hosts agree on it. */
const ID = /^[\p{L}_][\p{L}\p{N}._-]*$/u;

/** Every element of a document. Iterative: strangers nest as they like. */
function* elementsOf(root: XmlElement): Generator<XmlElement, void, undefined> {
  const stack = [root];
  for (let element = stack.pop(); element; element = stack.pop()) {
    yield element;
    for (let index = element.children.length - 1; index >= 0; index--) stack.push(element.children[index]!);
  }
}

/**
 * Holds an `imsmanifest.xml` against what its reader does not need to know: identifiers, resources and their files (IMS Content Packaging 1.1.4, SCORM CAM). Readers are
 * lenient where authors are; other LMSs are not.
 */
export function judgeManifest(rules: Rules): void {
  judgeIdentifiers(rules);
  judgeOrganizations(rules);
  judgeResources(rules);
  judgeFiles(rules);
}

function judgeIdentifiers({ root, file, problems }: Rules): void {
  const seen = new Set<string>();
  for (const element of elementsOf(root)) {
    if (!['manifest', 'organization', 'item', 'resource'].includes(element.name)) continue;
    const identifier = element.attribute('identifier');
    const field = (): string => element.attributePath('identifier');
    if (identifier === undefined || identifier === '') {
      problems.add('error', 'identifier-missing', () => ({ message: `<${element.name}> has no identifier.`, file, field: field(), clause: 'IMS Content Packaging 1.1.4, identifier' }));
      continue;
    }
    if (!ID.test(identifier)) problems.add('warning', 'identifier-invalid', () => ({ message: `"${identifier.slice(0, 80)}" is no xs:ID: it begins with a letter, and has letters, digits, ".", "-" and "_".`, file, field: field(), clause: 'XML Schema 2, 3.3.8' }));
    if (seen.has(identifier)) problems.add('error', 'identifier-duplicate', () => ({ message: `"${identifier.slice(0, 80)}" is there twice.`, file, field: field(), clause: 'IMS Content Packaging 1.1.4, identifier' }));
    seen.add(identifier);
  }
}

function judgeOrganizations({ root, file, problems }: Rules): void {
  const list = root.child('organizations');
  if (!list) return problems.add('error', 'element-missing', () => ({ message: 'The manifest has no <organizations>.', file, field: 'organizations', clause: 'IMS Content Packaging 1.1.4, organizations' }));
  const standard = scormVersionOf(root, file, () => undefined);
  const resources = new Set((root.child('resources')?.childrenNamed('resource') ?? []).map((resource) => resource.attribute('identifier')));
  for (const item of elementsOf(list)) {
    if (item.name !== 'item') continue;
    const reference = item.attribute('identifierref');
    const field = (): string => item.attributePath('identifierref');
    if (reference && !resources.has(reference)) problems.add('error', 'reference-missing', () => ({ message: `There is no resource "${reference.slice(0, 80)}".`, file, field: field(), clause: 'IMS Content Packaging 1.1.4, item' }));
    if (!item.textOf('title')) problems.add('warning', 'element-missing', () => ({ message: 'The item has no title.', file, field: item.path, clause: 'SCORM CAM, item' }));
    const below = item.childrenNamed('item').length;
    if (standard === '2004' && reference && below > 0) problems.add('error', 'element-misplaced', () => ({ message: 'An item that starts something has no items below.', file, field: item.path, clause: 'SCORM 2004 CAM 3.4.1.6' }));
    if (!reference && below === 0) problems.add('warning', 'not-launchable', () => ({ message: 'The item starts nothing and has no items.', file, field: item.path, clause: 'SCORM CAM, item' }));
    if (standard === '1.2') judgeData12(item, { file, problems });
  }
}

/** What an item may say in SCORM 1.2 (CAM 2.3.5). */
function judgeData12(item: XmlElement, { file, problems }: Pick<Rules, 'file' | 'problems'>): void {
  const check = (name: string, isSound: (text: string) => boolean, rule: string): void => {
    const element = item.child(name);
    const text = element?.text.trim();
    if (element && text && !isSound(text)) problems.add('error', 'value-invalid', () => ({ message: `"${text.slice(0, 80)}" is no ${name}: ${rule}.`, file, field: element.path, clause: 'SCORM 1.2 CAM 2.3.5' }));
  };
  check('masteryscore', (text) => /^\d+(\.\d+)?$/.test(text) && Number(text) <= 100, 'a number from 0 to 100');
  check('maxtimeallowed', (text) => /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/.test(text), 'HHHH:MM:SS.SS');
  check('timelimitaction', (text) => /^(exit|continue),(message|no message)$/.test(text), 'exit or continue, then message or no message');
  check('datafromlms', (text) => text.length <= 255, 'at most 255 characters');
}

function judgeResources({ root, file, problems }: Rules): void {
  const list = root.child('resources');
  if (!list) return problems.add('error', 'element-missing', () => ({ message: 'The manifest has no <resources>.', file, field: 'resources', clause: 'IMS Content Packaging 1.1.4, resource' }));
  const resources = list.childrenNamed('resource');
  const known = new Set(resources.map((resource) => resource.attribute('identifier')));
  const standard = scormVersionOf(root, file, () => undefined);
  const attribute = standard === '1.2' ? 'scormtype' : 'scormType';
  for (const resource of resources) {
    const type = resource.attribute('type');
    if (!type) problems.add('error', 'attribute-missing', () => ({ message: 'The resource has no type.', file, field: resource.attributePath('type'), clause: 'IMS Content Packaging 1.1.4, resource' }));
    const kind = resource.attributes.find(({ name }) => name.toLowerCase() === 'scormtype');
    if (!kind) problems.add('error', 'attribute-missing', () => ({ message: `The resource does not say whether it is a SCO or an asset (adlcp:${attribute}).`, file, field: resource.attributePath(attribute), clause: 'SCORM CAM, resource' }));
    else {
      if (kind.name !== attribute) problems.add('warning', 'name-case', () => ({ message: `In SCORM ${standard} the attribute is called ${attribute}.`, file, field: resource.attributePath(kind.name), clause: 'SCORM CAM, resource' }));
      if (!['sco', 'asset'].includes(kind.value.trim())) problems.add('error', 'value-invalid', () => ({ message: `"${kind.value.slice(0, 80)}" is neither sco nor asset.`, file, field: resource.attributePath(kind.name), clause: 'SCORM CAM, resource' }));
      if (kind.value.trim() === 'sco' && !resource.attribute('href')) problems.add('error', 'no-launch-url', () => ({ message: 'A SCO needs an href.', file, field: resource.attributePath('href'), clause: 'SCORM CAM, resource' }));
    }
    for (const dependency of resource.childrenNamed('dependency')) {
      const reference = dependency.attribute('identifierref');
      if (!reference || !known.has(reference)) problems.add('error', 'reference-missing', () => ({ message: `There is no resource "${(reference ?? '').slice(0, 80)}".`, file, field: dependency.attributePath('identifierref'), clause: 'IMS Content Packaging 1.1.4, resource' }));
    }
    const href = resource.attribute('href');
    const listed = resource.childrenNamed('file').map((entry) => entry.attribute('href') ?? '');
    const bare = (url: string): string => url.replace(/[?#].*$/, '');
    if (href && listed.length > 0 && !/^[a-z][a-z0-9+.-]*:/i.test(href) && !listed.some((path) => bare(path) === bare(href))) {
      problems.add('warning', 'file-unlisted', () => ({ message: `"${bare(href).slice(0, 120)}" is not among the resource's files.`, file, field: resource.path, clause: 'IMS Content Packaging 1.1.4, resource' }));
    }
  }
}

/** What the manifest lists must be there; what is there and in no list may be left out by an importer. */
function judgeFiles({ root, file, files, problems }: Rules): void {
  const listed = new Set<string>([file]);
  const list = root.child('resources');
  for (const resource of list?.childrenNamed('resource') ?? []) {
    const base = [root, list!, resource].map((owner) => owner.attribute('base') ?? '').join('');
    for (const entry of [resource, ...resource.childrenNamed('file')]) {
      const href = entry.attribute('href');
      if (!href || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(href)) continue;
      const path = pathOf(base + href);
      listed.add(path);
      if (!files.has(path)) problems.add('error', 'file-missing', () => ({ message: `"${path.slice(0, 200)}" is not in the package.`, file, field: entry.attributePath('href'), clause: 'IMS Content Packaging 1.1.4, resource' }));
    }
  }
  const unlisted = files.paths.filter((path) => !listed.has(path) && !/\.(xsd|dtd)$/i.test(path) && path !== 'course.json');
  if (unlisted.length > 0) {
    problems.add('warning', 'file-unlisted', () => ({ message: `${unlisted.length} ${unlisted.length === 1 ? 'file is' : 'files are'} in the package and in no resource: ${unlisted.slice(0, 3).join(', ')}${unlisted.length > 3 ? ' …' : ''}`, file, field: 'resources', clause: 'SCORM CAM, file' }));
  }
}

function pathOf(href: string): string {
  const path = href.replaceAll('\\', '/').replace(/[?#].*$/, '');
  try {
    return new URL(path, 'http://package.invalid/').pathname.slice(1).split('/').map(decodeURIComponent).join('/');
  } catch {
    return path;
  }
}
