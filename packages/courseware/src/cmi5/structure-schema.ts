import { PackageError, type PackageErrorCode } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';

/** The namespace of `v1/CourseStructure.xsd`; its elements and no others may stand where the schema says. */
export const CMI5_NAMESPACE = 'https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd';

interface Rule {
  /** What may stand below, in this order; those of one entry among each other. */
  readonly children: readonly (readonly string[])[];
  readonly attributes: readonly string[];
  /** Children that may come more than once. */
  readonly many?: readonly string[];
}

const HEAD = [['title'], ['description']] as const;
const TREE = ['au', 'block'] as const;

/** `v1/CourseStructure.xsd`, by element. `objective` is one thing in the list of the course and another in a reference. */
const RULES: Readonly<Record<string, Rule>> = {
  courseStructure: { children: [['course'], ['objectives'], TREE], attributes: [], many: TREE },
  course: { children: HEAD, attributes: ['id'] },
  block: { children: [...HEAD, ['objectives'], TREE], attributes: ['id'], many: TREE },
  au: {
    children: [...HEAD, ['objectives'], ['url'], ['launchParameters'], ['entitlementKey']],
    attributes: ['id', 'moveOn', 'masteryScore', 'launchMethod', 'activityType'],
  },
  objectives: { children: [['objective']], attributes: [], many: ['objective'] },
  objective: { children: [['title', 'description']], attributes: ['id', 'idref'] },
  title: { children: [['langstring']], attributes: [], many: ['langstring'] },
  description: { children: [['langstring']], attributes: [], many: ['langstring'] },
};

export function fault(code: PackageErrorCode, message: string, element: XmlElement, file: string, clause: string, attribute?: string): PackageError {
  return new PackageError(code, message, {
    file,
    field: attribute === undefined ? element.path || element.name : element.attributePath(attribute),
    clause: `cmi5 ${clause}`,
  });
}

export const isOurs = ({ namespace }: { readonly namespace: string }): boolean => namespace === CMI5_NAMESPACE || namespace === '';

/**
 * Holds an element against the schema: what may stand in it, in which order, how often. The schema is closed in its own namespace and open to
 * others' (13.1.5).
 * @throws PackageError `element-unknown`, `element-misplaced`, `attribute-unknown`
 */
export function checkElement(element: XmlElement, file: string): void {
  const rule = RULES[element.name];
  if (!rule) return;
  let place = 0;
  const seen = new Set<string>();
  for (const child of element.children) {
    if (!isOurs(child)) continue;
    const found = rule.children.findIndex((names) => names.includes(child.name));
    if (found < 0) throw fault('element-unknown', `<${element.name}> may not have <${child.name}>.`, child, file, '14.0');
    if (found < place) throw fault('element-misplaced', `<${child.name}> comes too late in <${element.name}>; the order is ${rule.children.flat().join(', ')}.`, child, file, '14.0');
    if (seen.has(child.name) && !rule.many?.includes(child.name)) throw fault('element-misplaced', `<${element.name}> may have one <${child.name}>.`, child, file, '14.0');
    place = found;
    seen.add(child.name);
  }
  for (const { name, namespace } of element.attributes) {
    if (namespace === '' && name !== 'xmlns' && !rule.attributes.includes(name)) throw fault('attribute-unknown', `<${element.name}> may not have the attribute "${name}".`, element, file, '14.0', name);
  }
  const loose = element.text.trim();
  if (loose !== '') throw fault('element-unknown', `<${element.name}> may not have text of its own: "${loose.slice(0, 40)}".`, element, file, '14.0');
}
