import { isCartridge, readCartridge } from '../imscc/cartridge.js';
import { readScormManifest } from '../scorm/manifest.js';
import type { ManifestOptions, ReadManifest } from './manifest.js';
import type { XmlElement } from './xml-element.js';

/**
 * Reads an `imsmanifest.xml`, which SCORM and Common Cartridge share.
 * @throws PackageError
 */
export async function readImsManifest(root: XmlElement, options: ManifestOptions): Promise<ReadManifest> {
  return isCartridge(root) ? readCartridge(root, options) : readScormManifest(root, options);
}
