import { cartridgeManifest } from './cartridge-manifest.js';
import { cmi5Structure } from './cmi5-structure.js';
import type { ManifestParts } from './manifest-parts.js';
import { isScorm, type PackTarget } from './pack-options.js';
import { scormManifest } from './scorm-manifest.js';
import { tincanManifest } from './tincan-manifest.js';
import type { XmlNode } from './xml.js';

/** What a package of each kind is described in, and by what. */
export function writerOf(as: PackTarget): [manifest: string, write: (parts: ManifestParts) => XmlNode] {
  if (isScorm(as)) return ['imsmanifest.xml', scormManifest];
  return ({ cmi5: ['cmi5.xml', cmi5Structure], xapi: ['tincan.xml', tincanManifest], cc: ['imsmanifest.xml', cartridgeManifest] } as const)[as as 'cmi5' | 'xapi' | 'cc'] as [string, (parts: ManifestParts) => XmlNode];
}
