import type { XmlElement } from '../package/xml-element.js';

/** QTI 3 writes `qti-choice-interaction` and `response-identifier`, QTI 2 `choiceInteraction` and `responseIdentifier`: one form for both. */
const plain = (name: string): string => name.replace(/^qti-/i, '').replace(/-/g, '').toLowerCase();

/** What an element is, whatever the version: `choiceinteraction`. */
export const nameOf = (element: XmlElement): string => plain(element.name);

/** An attribute by its plain name, trimmed: `responseidentifier`. */
export const attributeOf = (element: XmlElement, name: string): string | undefined => element.attributes.find((attribute) => plain(attribute.name) === name)?.value.trim();

export const childrenOf = (element: XmlElement, name: string): XmlElement[] => element.children.filter((child) => nameOf(child) === name);
export const childOf = (element: XmlElement, name: string): XmlElement | undefined => element.children.find((child) => nameOf(child) === name);

/** All descendants that `wanted` takes, in their order. Iterative: depth is the stranger's choice. */
export function descendantsOf(element: XmlElement, wanted: (name: string) => boolean): XmlElement[] {
  const found: XmlElement[] = [];
  const stack = [...element.children].reverse();
  for (let each = stack.pop(); each; each = stack.pop()) {
    if (wanted(nameOf(each))) found.push(each);
    for (let i = each.children.length - 1; i >= 0; i--) stack.push(each.children[i]!);
  }
  return found;
}

export const isQtiItem = (root: XmlElement): boolean => nameOf(root) === 'assessmentitem';
export const isQtiTest = (root: XmlElement): boolean => nameOf(root) === 'assessmenttest';

/** `item`, `test` or another part of a QTI 2 or 3 package, by the type of its resource (QTI 3.0 Packaging 3.2: `imsqti_item_xmlv3p0`). */
export const qtiTypeOf = (resource: XmlElement): string | undefined => /^imsqti_(\w+?)_xmlv(?:2p\d|3p\d)/i.exec(resource.attribute('type') ?? '')?.[1]?.toLowerCase();

/** Whether a manifest is a QTI package's: it lists items or tests, and nothing that a SCORM system would launch. */
export function isQtiPackage(root: XmlElement): boolean {
  const resources = root.name === 'manifest' ? (root.child('resources')?.childrenNamed('resource') ?? []) : [];
  return resources.some((resource) => ['item', 'test'].includes(qtiTypeOf(resource) ?? '')) && !resources.some((resource) => resource.attribute('scormType') ?? resource.attribute('scormtype'));
}
