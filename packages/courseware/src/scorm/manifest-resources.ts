import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { PackageFiles, ReferenceResolver } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import type { ScormVersion } from './manifest-version.js';

/** A resource that items may start. */
export interface Resource {
  readonly identifier: string;
  readonly element: XmlElement;
  /** Relative to the package's root, checked. Absent where the resource has none. */
  readonly href: string | undefined;
  readonly isSco: boolean;
}

export interface ResourceOptions {
  readonly file: string;
  readonly version: ScormVersion;
  readonly resolver: ReferenceResolver;
  readonly files: PackageFiles | undefined;
  readonly warn: (warning: PackageWarning) => void;
}

/** Missing files are reported up to this many; one bad archive would else make thousands of warnings. */
const MAX_MISSING = 20;

/** The resources by identifier. Launch URLs are checked only where an item uses them: many manifests list what they do not need. */
export function readResources(root: XmlElement, options: ResourceOptions): ReadonlyMap<string, Resource> {
  const { file, version, resolver } = options;
  const list = root.child('resources');
  const elements = list?.childrenNamed('resource') ?? [];
  const used = referencesIn(root);
  const resources = new Map<string, Resource>();
  const missing: string[] = [];
  for (const element of elements) {
    const identifier = element.attribute('identifier');
    if (!identifier) {
      throw new PackageError('identifier-missing', 'A resource has no identifier.', { file, field: element.attributePath('identifier'), clause: 'IMS Content Packaging 1.1.4, resource' });
    }
    if (resources.has(identifier)) {
      throw new PackageError('identifier-duplicate', `Two resources have the identifier "${identifier}".`, { file, field: element.attributePath('identifier') });
    }
    const bases = [root, list!, element].flatMap((owner) => baseOf(owner) ?? []);
    const href = element.attribute('href');
    const place = { file, field: element.attributePath('href') };
    resources.set(identifier, {
      identifier,
      element,
      href: href && used.has(identifier) ? resolver.resolve(href, place, bases) : undefined,
      // `scormtype` in 1.2, `scormType` in 2004; attributes are told apart by case, authors do not.
      isSco: (element.attribute('scormtype') ?? element.attribute('scormType'))?.toLowerCase() === 'sco',
    });
    if (used.has(identifier) && missing.length < MAX_MISSING) missing.push(...missingFiles(element, bases, options));
  }
  if (missing.length > 0) {
    options.warn({
      code: 'file-missing',
      message: `Files that the manifest lists are not in the package: ${missing.slice(0, MAX_MISSING).join(', ')}.`,
      file,
      field: `resources (${version})`,
    });
  }
  return resources;
}

function referencesIn(root: XmlElement): ReadonlySet<string> {
  const used = new Set<string>();
  const stack = [...(root.child('organizations')?.children ?? [])];
  for (let element = stack.pop(); element; element = stack.pop()) {
    const reference = element.name === 'item' ? element.attribute('identifierref') : undefined;
    if (reference) used.add(reference);
    stack.push(...element.children);
  }
  return used;
}

/** `xml:base`, as a folder: authors leave out the closing slash. */
function baseOf(element: XmlElement): string | undefined {
  const base = element.attribute('base');
  return base ? base.replace(/([^/\\])$/, '$1/') : undefined;
}

function missingFiles(element: XmlElement, bases: readonly string[], { files, resolver, file }: ResourceOptions): string[] {
  if (!files) return [];
  return element.childrenNamed('file').flatMap((child) => {
    const href = child.attribute('href');
    if (!href) return [];
    try {
      resolver.resolve(href, { file, field: child.attributePath('href') }, bases);
      return [];
    } catch (error) {
      if (error instanceof PackageError && error.code === 'file-missing') return [href];
      throw error;
    }
  });
}
