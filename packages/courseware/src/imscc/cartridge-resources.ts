import { PackageError } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';

/** What a cartridge's resource is (CC 1.1 4.5, 1.3 4.6): by its `type`, whose version numbers differ from one version of the standard to the next. */
export type CartridgeKind = 'webcontent' | 'associated' | 'link' | 'assessment' | 'question-bank' | 'discussion' | 'lti' | 'assignment' | 'unknown';

export interface CartridgeResource {
  readonly identifier: string;
  readonly kind: CartridgeKind;
  readonly element: XmlElement;
  /** As written: the `href`, else that of the first `<file>`. */
  readonly href: string | undefined;
  /** Where `href` is, for errors. */
  readonly field: string;
  /** `xml:base`, outermost first, as folders. */
  readonly bases: readonly string[];
}

/**
 * The resources by identifier, in their order.
 * @throws PackageError `identifier-missing`, `identifier-duplicate`
 */
export function readCartridgeResources(root: XmlElement, file: string): ReadonlyMap<string, CartridgeResource> {
  const list = root.child('resources');
  const resources = new Map<string, CartridgeResource>();
  for (const element of list?.childrenNamed('resource') ?? []) {
    const identifier = element.attribute('identifier');
    const place = { file, field: element.attributePath('identifier') };
    if (!identifier) throw new PackageError('identifier-missing', 'A resource has no identifier.', { ...place, clause: 'Common Cartridge 1.3, 4.4' });
    if (resources.has(identifier)) throw new PackageError('identifier-duplicate', `Two resources have the identifier "${identifier}".`, place);
    const first = element.childrenNamed('file').find((child) => child.attribute('href'));
    const owner = element.attribute('href') || !first ? element : first;
    resources.set(identifier, {
      identifier,
      kind: kindOf(element.attribute('type') ?? ''),
      element,
      href: owner.attribute('href') || undefined,
      field: owner.attributePath('href'),
      bases: [root, list!, element].flatMap((holder) => baseOf(holder) ?? []),
    });
  }
  return resources;
}

function kindOf(type: string): CartridgeKind {
  if (/^webcontent$/i.test(type)) return 'webcontent';
  if (/learning-application-resource$/i.test(type)) return 'associated';
  if (/^imswl_/i.test(type)) return 'link';
  if (/^imsdt_/i.test(type)) return 'discussion';
  if (/lti_/i.test(type)) return 'lti';
  if (/^imsqti_.*\/question-bank$/i.test(type)) return 'question-bank';
  if (/^imsqti_.*\/assessment$/i.test(type)) return 'assessment';
  return /^assignment_/i.test(type) ? 'assignment' : 'unknown';
}

/** As a folder: authors leave out the closing slash. */
function baseOf(element: XmlElement): string | undefined {
  const base = element.attribute('base');
  return base ? base.replace(/([^/\\])$/, '$1/') : undefined;
}
