export * from './limits.js';
export type { ManifestOptions, ReadManifest } from './manifest.js';
export * from './package-error.js';
export * from './read-package.js';
export { mediaTypeOf } from './media-types.js';
export type { PackageFiles } from './references.js';
export { XmlElement, type XmlAttribute } from './xml-element.js';
export { parseXml, type ParseXmlOptions } from './xml.js';
export { openZip, type PackageSource, type RandomAccess, type StoredBytes, type ZipArchive, type ZipFile } from './zip.js';
