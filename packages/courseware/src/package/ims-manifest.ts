import { isCartridge, readCartridge } from '../imscc/cartridge.js';
import { isQtiPackage } from '../qti/qti-names.js';
import { readQtiManifest } from '../qti/qti-package.js';
import { readScormManifest } from '../scorm/manifest.js';
import type { ManifestOptions, ReadManifest } from './manifest.js';
import type { XmlElement } from './xml-element.js';

/**
 * Reads an `imsmanifest.xml`, which SCORM, Common Cartridge and QTI share.
 * @throws PackageError
 */
export async function readImsManifest(root: XmlElement, options: ManifestOptions): Promise<ReadManifest> {
  if (isCartridge(root)) return readCartridge(root, options);
  return isQtiPackage(root) ? readQtiManifest(root, options) : readScormManifest(root, options);
}
