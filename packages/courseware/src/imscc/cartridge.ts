import { CoreError, type Block, type CourseNode, type LinkUnit, type LtiUnit, type QuizUnit, type Unit } from '@lectern/core';
import { fileKindOf, fileUnit } from '../package/file-unit.js';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import { readAssessment } from './assessment.js';
import { readCartridgeResources, type CartridgeKind, type CartridgeResource } from './cartridge-resources.js';
import { readLtiLink } from './lti-link.js';
import { readWebLink } from './web-link.js';

/** Items nest by their author's choice; the walk below is recursive. */
const MAX_DEPTH = 60;
const MAX_ID = 200;

/** Files that the manifest only points to, such as web links: each is another file to read before the course can show. */
const MAX_LINKED = 5_000;

interface Reading {
  readonly file: string;
  readonly resources: ReadonlyMap<string, CartridgeResource>;
  readonly resolver: ReferenceResolver;
  readonly read: ManifestOptions['read'];
  readonly identifiers: Set<string>;
  readonly warn: (warning: PackageWarning) => void;
  linked: number;
}

/** What is known, and plays nowhere but in the system that it was written for. */
const UNPLAYABLE: Partial<Record<CartridgeKind, string>> = {
  discussion: 'a discussion topic, which needs a forum',
  'question-bank': 'a question bank, which is no test by itself',
  assignment: 'an assignment, which needs someone who grades it',
};

/** Whether a manifest is a Common Cartridge's: by its `schema`, else by its namespace. */
export function isCartridge(root: XmlElement): boolean {
  return root.name === 'manifest' && (/common cartridge|thin cc/i.test(root.child('metadata')?.textOf('schema') ?? '') || /\/imscc/i.test(root.namespace));
}

/**
 * Reads the manifest of an IMS Common Cartridge 1.0 to 1.3 (GB/T 36347-2018 is its Chinese counterpart), thin ones too: the organization's items become
 * blocks and units. Pages, media and documents are units by their media type, web links open in a window of their own, LTI links
 * are launched by a server that has their tools, tests (QTI 1.2) are quizzes. What plays nowhere but in a learning platform (discussions, assignments) is left out with a warning that names it.
 *
 * A cartridge may have no organization, or an empty one (4.3): then its pages, media and links are the course, in the order of the resources.
 * @throws PackageError `identifier-missing`, `identifier-duplicate`, `reference-missing`, `file-missing`, `path-traversal`, `unsafe-url`,
 * `relative-url`, `value-invalid`, `no-launchable-item`, and what a linked file's XML is refused for
 */
export async function readCartridge(root: XmlElement, options: ManifestOptions): Promise<ReadManifest> {
  const file = options.file ?? 'imsmanifest.xml';
  const warnings: PackageWarning[] = [];
  const warn = (warning: PackageWarning): void => void warnings.push(warning);
  const reading: Reading = {
    file,
    resources: readCartridgeResources(root, file),
    resolver: new ReferenceResolver(options.files, warn),
    read: options.read,
    identifiers: new Set(),
    warn,
    linked: 0,
  };
  const organizations = root.child('organizations')?.childrenNamed('organization') ?? [];
  if (organizations.length > 1) warn({ code: 'organizations-ignored', message: `Of ${organizations.length} organizations only the first was read.`, file, field: 'organizations' });
  let children = await readItems(topItems(organizations[0]), reading, 1);
  if (children.length === 0) children = await readLoose(reading);
  if (!children.some(hasUnit)) {
    throw new PackageError('no-launchable-item', 'The cartridge has nothing that can be shown.', { file, field: 'organizations', clause: 'Common Cartridge 1.3, 4.3' });
  }
  const general = root.child('metadata')?.child('lom')?.child('general');
  const language = general?.textOf('language');
  return {
    course: {
      id: options.id,
      title: general?.child('title')?.child('string')?.text.trim() || organizations[0]?.textOf('title') || options.id,
      format: 'imscc',
      ...(language && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) && language !== 'none' ? { language } : {}),
      children,
    },
    warnings,
  };
}

/** The one root item of a `rooted-hierarchy` stands for the cartridge itself, and has no title. */
function topItems(organization: XmlElement | undefined): XmlElement[] {
  const items = organization?.childrenNamed('item') ?? [];
  const [only] = items;
  return items.length === 1 && only && !only.attribute('identifierref') && !only.textOf('title') ? only.childrenNamed('item') : items;
}

async function readItems(items: readonly XmlElement[], reading: Reading, depth: number): Promise<CourseNode[]> {
  const nodes: CourseNode[] = [];
  for (const item of items) nodes.push(...(await readItem(item, reading, depth)));
  return nodes;
}

async function readItem(item: XmlElement, reading: Reading, depth: number): Promise<CourseNode[]> {
  const { file, warn } = reading;
  const place = { file, field: item.attributePath('identifier') };
  const identifier = item.attribute('identifier');
  if (!identifier) throw new PackageError('identifier-missing', 'An <item> has no identifier.', { ...place, clause: 'Common Cartridge 1.3, 4.3' });
  if (depth > MAX_DEPTH) throw new PackageError('invalid-course', `Items nest deeper than ${MAX_DEPTH}.`, { file, field: 'organizations' });
  if (identifier.length > MAX_ID) throw new PackageError('value-invalid', `An identifier has more than ${MAX_ID} characters.`, place);
  if (reading.identifiers.has(identifier)) throw new PackageError('identifier-duplicate', `Two items have the identifier "${identifier}".`, place);
  reading.identifiers.add(identifier);
  const below = await readItems(item.childrenNamed('item'), reading, depth + 1);
  const title = item.textOf('title') || undefined;
  const unit = await readReference(item, identifier, title, reading);
  if (below.length > 0) {
    const children = unit ? [unit, ...below] : below;
    return [{ type: 'block', id: unit ? `${identifier}.items` : identifier, title: title ?? identifier, children } satisfies Block];
  }
  if (!unit && !item.attribute('identifierref')) warn({ code: 'not-launchable', message: `"${title ?? identifier}" leads to no resource and was left out.`, file, field: item.path });
  return unit ? [unit] : [];
}

async function readReference(item: XmlElement, id: string, title: string | undefined, reading: Reading): Promise<Unit | undefined> {
  const reference = item.attribute('identifierref');
  if (!reference) return undefined;
  const resource = reading.resources.get(reference);
  if (resource) return toUnit(resource, id, title, reading);
  throw new PackageError('reference-missing', `"${title ?? id}" refers to a resource "${reference}" that is not there.`, { file: reading.file, field: item.attributePath('identifierref') });
}

async function toUnit(resource: CartridgeResource, id: string, title: string | undefined, reading: Reading): Promise<Unit | undefined> {
  const { file, resolver, warn } = reading;
  const named = title ?? nameOf(resource);
  const leaveOut = (why: string): undefined => warn({ code: 'not-playable', message: `"${named}" was left out: it is ${why}.`, file, field: resource.element.path }) as undefined;
  const unplayable = UNPLAYABLE[resource.kind];
  if (unplayable) return leaveOut(unplayable);
  if (resource.href === undefined) {
    throw new PackageError('no-launch-url', `"${named}" cannot start: its resource "${resource.identifier}" has no file.`, { file, field: resource.field, clause: 'Common Cartridge 1.3, 4.4' });
  }
  const href = resolver.resolve(resource.href, { file, field: resource.field }, resource.bases);
  if (resource.kind === 'link') {
    if (!reading.read || ++reading.linked > MAX_LINKED) return leaveOut('a web link whose address is in another file, which was not read');
    const path = decodePath(href);
    const { title: own, url } = await readWebLink(await reading.read(path), path);
    return { type: 'unit', kind: 'link', id, title: title ?? own ?? url, href: url, moveOn: 'Completed' } satisfies LinkUnit;
  }
  if (resource.kind === 'lti') {
    if (!reading.read || ++reading.linked > MAX_LINKED) return leaveOut('an LTI link whose address is in another file, which was not read');
    const path = decodePath(href);
    const { title: own, description, targetLinkUri, custom } = await readLtiLink(await reading.read(path), path);
    const { origin } = new URL(targetLinkUri);
    warn({ code: 'tool-needed', message: `"${title ?? own ?? named}" is an LTI tool's: it is launched where the server has a tool at ${origin} registered.`, file: path, field: 'launch_url' });
    // A cartridge does not say whether the tool reports scores, so what completes it is that it was launched. A score counts all the same.
    return {
      type: 'unit', kind: 'lti', id, title: title ?? own ?? named, ...(description === undefined ? {} : { description }), targetLinkUri, ...(custom ? { custom } : {}),
      launchMethod: 'AnyWindow', moveOn: 'Completed', completion: { policy: 'visited' },
    } satisfies LtiUnit;
  }
  if (resource.kind === 'assessment') return readTest(href, id, title, reading, leaveOut);
  return fileUnit(href, { id, title: named }) ?? leaveOut(`a file of a kind that is not shown (${resource.element.attribute('type') ?? 'no type'})`);
}

/** A test becomes a quiz of ours. One that cannot is left out by name: it is one of many things in a cartridge. */
async function readTest(href: string, id: string, title: string | undefined, { read, warn, resolver, linked }: Reading, leaveOut: (why: string) => undefined): Promise<QuizUnit | undefined> {
  if (!read || linked > MAX_LINKED) return leaveOut('a test whose questions are in another file, which was not read');
  const file = decodePath(href);
  const folder = new URL(href, 'http://package.invalid/');
  const resolve = (url: string, picture: boolean): string | undefined => {
    if (/^https?:\/\//i.test(url)) return url;
    if (!picture) return undefined; // pages of the platform that the test was written in
    const inside = url.replace(/^\$IMS-CC-FILEBASE\$\/?/i, '').replace(/^\$(?:WIKI|CANVAS)[^/]*\$\/?/i, '');
    for (const at of [new URL(inside, folder), new URL(inside, 'http://package.invalid/'), new URL(inside, 'http://package.invalid/web_resources/')]) {
      try {
        return resolver.resolve(at.href.slice('http://package.invalid/'.length), { file, field: 'mattext' }, []);
      } catch (error) {
        if (!(error instanceof PackageError)) throw error;
      }
    }
    warn({ code: 'file-missing', message: `A picture of a test is not there: "${url.slice(0, 200)}".`, file, field: 'mattext' });
    return undefined;
  };
  try {
    const { title: own, quiz } = await readAssessment(await read(file), { file, resolve, warn });
    return { type: 'unit', kind: 'quiz', id, title: title ?? own ?? id, moveOn: 'Completed', quiz };
  } catch (error) {
    if (error instanceof PackageError) return leaveOut(`a test that cannot be read (${error.message})`);
    if (error instanceof CoreError) return leaveOut(`a test that makes no quiz (${error.message})`);
    throw error;
  }
}

/** Without an organization: what a learner can look at. A platform's own settings are associated files too, so only pages of those count, and only where there is nothing else. */
async function readLoose(reading: Reading): Promise<Unit[]> {
  for (const kinds of [['webcontent', 'link', 'lti', 'assessment'], ['associated']] satisfies CartridgeKind[][]) {
    const units: Unit[] = [];
    for (const resource of reading.resources.values()) {
      if (!(kinds as CartridgeKind[]).includes(resource.kind) || resource.identifier.length > MAX_ID) continue;
      if (resource.kind === 'webcontent' || resource.kind === 'associated') {
        // Style sheets and pictures are resources too, of pages; and here a listed file that is missing is nobody's lesson.
        if (!resource.href || isPicture(resource.href) || fileKindOf(resource.href) === undefined || !isThere(resource, reading)) continue;
      }
      const unit = await toUnit(resource, resource.identifier, undefined, reading);
      if (unit) units.push(unit);
    }
    if (units.length === 0) continue;
    reading.warn({ code: 'organization-empty', message: 'The cartridge orders nothing; its pages, media and links were taken in the order they are listed.', file: reading.file, field: 'organizations' });
    return units;
  }
  return [];
}

const isPicture = (href: string): boolean => /\.(?:png|jpe?g|gif|webp|avif|svg)$/i.test(href);

function isThere({ href, field, bases }: CartridgeResource, { resolver, file }: Reading): boolean {
  try {
    resolver.resolve(href!, { file, field }, bases);
    return true;
  } catch (error) {
    if (error instanceof PackageError && error.code === 'file-missing') return false;
    throw error;
  }
}

/** Words for what has no title: the file's name. */
function nameOf({ href, identifier }: CartridgeResource): string {
  const name = decodePath((href ?? '').replace(/[?#].*$/, '')).split('/').pop()?.replace(/\.[^.]*$/, '').replace(/[-_]+/g, ' ').trim();
  return name || identifier;
}

function decodePath(href: string): string {
  const path = href.replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function hasUnit(node: CourseNode): boolean {
  return node.type === 'unit' || node.children.some(hasUnit);
}
