import type { ActivitySequencing, Block, CourseNode, CourseSequencing, HtmlUnit, ScormUnit, Unit } from '@lectern/core';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import { readDelivery } from './manifest-delivery.js';
import { readActivitySequencing, sharedSequencing } from './manifest-sequencing.js';
import { readResources, type Resource } from './manifest-resources.js';
import { scormVersionOf, type ScormVersion } from './manifest-version.js';
import { launchUrl } from './launch-url.js';
import type { SequencingReading } from './sequencing-reader.js';

/** Items nest by their author's choice; the walk below is recursive. */
const MAX_DEPTH = 60;
const MAX_ID = 200;

/** Everything the walk over the items needs. */
interface Reading {
  readonly file: string;
  readonly version: ScormVersion;
  readonly root: XmlElement;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly identifiers: Set<string>;
  readonly sequencing: SequencingReading;
  /** What was read of it, by id. */
  readonly activities: Record<string, ActivitySequencing>;
  readonly warn: (warning: PackageWarning) => void;
}

/**
 * Reads an `imsmanifest.xml` of SCORM 1.2 or SCORM 2004, 2nd to 4th edition: the default organization's items become
 * blocks and units, SCOs `scorm` units and assets `html` units that complete when visited.
 * @throws PackageError `wrong-standard`, `identifier-missing`, `identifier-duplicate`, `reference-missing`, `no-launch-url`,
 * `file-missing`, `path-traversal`, `unsafe-url`, `element-missing`, `no-launchable-item`
 */
export function readScormManifest(root: XmlElement, options: ManifestOptions): ReadManifest {
  const file = options.file ?? 'imsmanifest.xml';
  const warnings: PackageWarning[] = [];
  const warn = (warning: PackageWarning): void => void warnings.push(warning);
  const version = scormVersionOf(root, file, warn);
  if (root.childrenNamed('manifest').length > 0) warn({ code: 'manifests-ignored', message: 'Manifests inside the manifest were left out.', file, field: 'manifest' });
  const organization = pickOrganization(root, file, warn);
  const resources = readResources(root, { file, version, resolver: new ReferenceResolver(options.files, warn), files: options.files, warn });
  const reading: Reading = {
    file,
    version,
    root,
    resources,
    identifiers: new Set(),
    sequencing: { file, shared: sharedSequencing(root), warn },
    activities: Object.create(null) as Record<string, ActivitySequencing>,
    warn,
  };
  const children = organization.childrenNamed('item').flatMap((item) => readItem(item, reading, 1));
  if (!children.some(hasUnit)) {
    throw new PackageError('no-launchable-item', 'The course has nothing to start: no item leads to a resource.', {
      file,
      field: organization.path,
      clause: version === '1.2' ? 'SCORM 1.2 CAM 2.3.3' : 'SCORM 2004 CAM 3.4.1',
    });
  }
  const language = languageOf(root);
  const title = organization.textOf('title') || titleOf(root) || options.id;
  return {
    course: {
      id: options.id,
      title,
      format: version === '1.2' ? 'scorm12' : 'scorm2004',
      ...(language ? { language } : {}),
      ...courseSequencing(organization, reading),
      children,
    },
    warnings,
  };
}

/** What the organization says of the whole course. In SCORM 1.2 only which items are hidden. */
function courseSequencing(organization: XmlElement, { activities, sequencing, version }: Reading): { readonly sequencing?: CourseSequencing } {
  const some = Object.keys(activities).length > 0 ? { activities: { ...activities } } : {};
  if (version === '1.2') return some.activities ? { sequencing: some } : {};
  const rootId = organization.attribute('identifier');
  const root = readActivitySequencing(organization, sequencing);
  return {
    sequencing: {
      ...(rootId ? { rootId } : {}),
      ...(organization.attribute('objectivesGlobalToSystem') === 'false' ? { objectivesGlobalToSystem: false } : {}),
      ...(organization.attribute('sharedDataGlobalToSystem') === 'false' ? { sharedDataGlobalToSystem: false } : {}),
      ...(root ? { root } : {}),
      ...some,
    },
  };
}

function pickOrganization(root: XmlElement, file: string, warn: (warning: PackageWarning) => void): XmlElement {
  const list = root.child('organizations');
  const organizations = list?.childrenNamed('organization') ?? [];
  if (!list || organizations.length === 0) {
    throw new PackageError('no-launchable-item', 'The manifest has no organization, so there is nothing to start.', { file, field: 'organizations' });
  }
  organizations.forEach((organization) => requireIdentifier(organization, file));
  if (organizations.length > 1) {
    warn({ code: 'organizations-ignored', message: `Of ${organizations.length} organizations only the default one was read.`, file, field: 'organizations' });
  }
  const wanted = list.attribute('default');
  const found = organizations.find((organization) => organization.attribute('identifier') === wanted);
  if (!found && wanted !== undefined) {
    warn({ code: 'default-organization', message: `There is no organization "${wanted}"; the first was read.`, file, field: list.attributePath('default') });
  }
  return found ?? organizations[0]!;
}

function requireIdentifier(element: XmlElement, file: string): string {
  const identifier = element.attribute('identifier');
  if (identifier) return identifier;
  throw new PackageError('identifier-missing', `An <${element.name}> has no identifier.`, {
    file,
    field: element.attributePath('identifier'),
    clause: 'IMS Content Packaging 1.1.4, identifier',
  });
}

function readItem(item: XmlElement, reading: Reading, depth: number): CourseNode[] {
  const { file, warn } = reading;
  const identifier = requireIdentifier(item, file);
  if (depth > MAX_DEPTH) throw new PackageError('invalid-course', `Items nest deeper than ${MAX_DEPTH}.`, { file, field: 'organizations' });
  if (identifier.length > MAX_ID) throw new PackageError('value-invalid', `An identifier has more than ${MAX_ID} characters.`, { file, field: item.attributePath('identifier') });
  if (reading.identifiers.has(identifier)) {
    throw new PackageError('identifier-duplicate', `Two items have the identifier "${identifier}".`, { file, field: item.attributePath('identifier') });
  }
  reading.identifiers.add(identifier);
  const title = item.textOf('title') || identifier;
  const rules = reading.version === '1.2' ? (item.attribute('isvisible') === 'false' ? { hidden: true } : undefined) : readActivitySequencing(item, reading.sequencing);
  if (rules) reading.activities[identifier] = rules;
  const below = item.childrenNamed('item').flatMap((child) => readItem(child, reading, depth + 1));
  const reference = item.attribute('identifierref');
  if (!reference) {
    if (below.length === 0) {
      warn({ code: 'not-launchable', message: `"${title}" leads to no resource and was left out.`, file, field: item.path });
      return [];
    }
    return [{ type: 'block', id: identifier, title, children: below }];
  }
  const resource = reading.resources.get(reference);
  if (!resource) {
    throw new PackageError('reference-missing', `"${title}" refers to a resource "${reference}" that is not there.`, { file, field: item.attributePath('identifierref') });
  }
  const unit = toUnit(item, identifier, title, resource, reading);
  // An item may have content and items below (SCORM 1.2 only): its content comes first among them.
  return below.length === 0 ? [unit] : [{ type: 'block', id: `${identifier}.items`, title, children: [unit, ...below] } satisfies Block];
}

function toUnit(item: XmlElement, id: string, title: string, resource: Resource, reading: Reading): Unit {
  const { file, version } = reading;
  if (resource.href === undefined) {
    throw new PackageError('no-launch-url', `"${title}" cannot start: its resource "${resource.identifier}" has no href.`, {
      file,
      field: resource.element.attributePath('href'),
      clause: version === '1.2' ? 'SCORM 1.2 CAM 2.3.3.2' : 'SCORM 2004 CAM 3.4.1.10',
    });
  }
  const href = launchUrl(resource.href, item.attribute('parameters'));
  if (!resource.isSco) {
    return { type: 'unit', kind: 'html', id, title, href, moveOn: 'Completed', completion: { policy: 'visited' } } satisfies HtmlUnit;
  }
  return {
    type: 'unit',
    kind: 'scorm',
    id,
    title,
    version,
    href,
    moveOn: 'CompletedOrPassed',
    ...readDelivery(item, { file, version, root: reading.root, warn: reading.warn }),
  } satisfies ScormUnit;
}

function hasUnit(node: CourseNode): boolean {
  return node.type === 'unit' || node.children.some(hasUnit);
}

/** Of the learning object metadata, where it is inside the manifest. */
function languageOf(root: XmlElement): string | undefined {
  const language = root.child('metadata')?.child('lom')?.child('general')?.textOf('language') ?? root.attribute('lang');
  return language && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) && language !== 'none' ? language : undefined;
}

function titleOf(root: XmlElement): string | undefined {
  const title = root.child('metadata')?.child('lom')?.child('general')?.child('title');
  return (title?.child('langstring') ?? title?.child('string'))?.text.trim();
}
