import type { Course } from '@lectern/core';
import { encodePath } from '../package/references.js';
import type { PackTarget } from './pack-options.js';
import type { Plan } from './plan.js';
import { el, type XmlNode } from './xml.js';

/** What every writer of a manifest is given. */
export interface ManifestParts {
  readonly as: PackTarget;
  readonly course: Course;
  readonly plan: Plan;
  /** The manifest's identifier. */
  readonly identifier: string;
  /** Of the player, launch pages not included. */
  readonly playerPaths: readonly string[];
  readonly contentPaths: ReadonlySet<string>;
  /** Paths of schema files at the package's root. */
  readonly schemas: readonly string[];
}

export const fileElements = (paths: readonly string[]): XmlNode[] => [...paths].sort().map((path) => el('file', { href: encodePath(path) }));

/** The file of each namespace, as the standards call them. */
const SCHEMA_FILES: Readonly<Record<string, string>> = {
  'http://www.imsproject.org/xsd/imscp_rootv1p1p2': 'imscp_rootv1p1p2.xsd',
  'http://www.adlnet.org/xsd/adlcp_rootv1p2': 'adlcp_rootv1p2.xsd',
  'http://www.imsglobal.org/xsd/imsmd_rootv1p2p1': 'imsmd_rootv1p2p1.xsd',
  'http://www.imsglobal.org/xsd/imscp_v1p1': 'imscp_v1p1.xsd',
  'http://www.adlnet.org/xsd/adlcp_v1p3': 'adlcp_v1p3.xsd',
  'http://www.adlnet.org/xsd/adlseq_v1p3': 'adlseq_v1p3.xsd',
  'http://www.adlnet.org/xsd/adlnav_v1p3': 'adlnav_v1p3.xsd',
  'http://www.imsglobal.org/xsd/imsss': 'imsss_v1p0.xsd',
};

/** Says where the schemas are, of those that are there. */
export function schemaLocation(namespaces: Readonly<Record<string, string>>, schemas: readonly string[]): Record<string, string> {
  const there = Object.values(namespaces).filter((namespace) => schemas.includes(SCHEMA_FILES[namespace] ?? ''));
  if (there.length === 0) return {};
  return { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:schemaLocation': there.map((namespace) => `${namespace} ${SCHEMA_FILES[namespace]}`).join(' ') };
}
