import type { Activity, Course, CourseFormat, Iri } from '@lectern/core';
import { readCourseStructure } from '../cmi5/course-structure.js';
import { readCourseFile } from '../course/read-course-file.js';
import { readH5p } from '../h5p/read-h5p.js';
import { isQtiItem, isQtiTest } from '../qti/qti-names.js';
import { readQtiFile } from '../qti/qti-package.js';
import { readTincan } from '../xapi/tincan.js';
import { readImsManifest } from './ims-manifest.js';
import { DEFAULT_XML_LIMITS, type XmlLimits, type ZipLimits } from './limits.js';
import type { ManifestOptions, ReadManifest } from './manifest.js';
import { PackageError, type PackageWarning } from './package-error.js';
import { findRoot, isJunk, MANIFESTS } from './package-root.js';
import type { PackageFiles } from './references.js';
import { parseXml } from './xml.js';
import { headOf, openZip, type PackageSource, type StoredBytes, type ZipArchive, type ZipFile } from './zip.js';

export interface ReadPackageOptions {
  /** The course's activity id: an absolute IRI of the importing LMS. */
  readonly id: Iri;
  readonly limits?: Partial<ZipLimits>;
  readonly xmlLimits?: Partial<XmlLimits>;
  /**
   * Name of the manifest to read it by, though another may count more: `imsmanifest.xml` reads a package that Lectern wrote as an LMS that does not know Lectern would.
   */
  readonly manifest?: string;
}

/** The files of a package that lies unpacked. */
export type PackageTree = Omit<ZipArchive, 'locate'> & Partial<Pick<ZipArchive, 'locate'>>;

/** A file of a package, to be read once or more. */
export interface PackageFile {
  /** Below the package's root; slashes, never `..`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Its bytes as they are decompressed; never more than `size`. @throws PackageError `corrupt`, `truncated` */
  chunks(signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>;
  bytes(): Promise<Uint8Array>;
  /** Where its bytes are in the archive. @throws PackageError `corrupt`, `truncated` */
  locate(): Promise<StoredBytes>;
}

/** A package that was read. Close it when its files are no longer needed. */
export interface CoursePackage {
  /** Without `base` and `frame`: where the content will live is the host's to say. */
  readonly course: Course;
  readonly format: CourseFormat;
  /** The manifest's name. */
  readonly manifest: string;
  readonly warnings: readonly PackageWarning[];
  /** What the package says of activities, its units' and others: for the record store. */
  readonly definitions: readonly Activity[];
  /** Every file. Empty where the manifest came without a package. */
  readonly entries: readonly ZipFile[];
  files(): IterableIterator<PackageFile>;
  /** @throws PackageError `file-missing` */
  file(path: string): PackageFile;
  close(): Promise<void>;
}

/** What other packages have, to say so plainly. */
const FOREIGN: Readonly<Record<string, string>> = { 'META-INF/container.xml': 'an EPUB book', 'META-INF/MANIFEST.MF': 'a Java archive', '[Content_Types].xml': 'an Office document' };

/** JSON of a course: bytes. */
const MAX_COURSE_JSON = 16 * 1024 * 1024;

/** A file that a manifest leads to, read before the course shows: bytes. */
const LINKED_BYTES = 4 * 1024 * 1024;

/**
 * Reads a course package: `course.json`, cmi5, SCORM 1.2 and 2004, IMS Common Cartridge, QTI 2 and 3, Tin Can, H5P; the format is told by the content. A cmi5 course
 * structure may come without a package (cmi5 14.2), and so may a QTI item.
 * @throws PackageError
 */
export async function readPackage(source: PackageSource, options: ReadPackageOptions): Promise<CoursePackage> {
  if (looksLikeXml(await headOf(source))) return readLoneXml(source, options);
  const zip = await openZip(source, options.limits ? { limits: options.limits } : {});
  try {
    return await readPackageTree(zip, options);
  } catch (error) {
    await zip.close();
    throw error;
  }
}

/**
 * Reads a course package that lies unpacked, as {@link readPackage} does one in an archive. Closing the package closes the tree.
 * @throws PackageError
 */
export async function readPackageTree(zip: PackageTree, options: ReadPackageOptions): Promise<CoursePackage> {
  const warnings: PackageWarning[] = [...zip.warnings];
  const manifests = options.manifest === undefined ? MANIFESTS : MANIFESTS.filter((name) => name === options.manifest);
  const root = findRoot(zip.files.map(({ path }) => path), manifests);
  if (!root) throw noManifest(zip, manifests);
  if (root.folder !== '') {
    if (root.manifest === 'cmi5.xml') throw new PackageError('no-manifest', 'A cmi5 package has its cmi5.xml at its root; this one has it in a folder.', { file: root.folder + root.manifest, clause: 'cmi5 14.1' });
    warnings.push({ code: 'wrapped-folder', message: `The package lies in a folder "${root.folder.slice(0, -1)}"; it was taken as the root.`, file: root.folder + root.manifest });
  }
  const entries = zip.files
    .filter(({ path }) => path.startsWith(root.folder) && !isJunk(path))
    .map((file) => ({ ...file, path: file.path.slice(root.folder.length) }));
  const paths = new Set(entries.map(({ path }) => path));
  const files: PackageFiles = { has: (path) => paths.has(path), paths: [...paths] };
  const limit = root.manifest === 'course.json' ? MAX_COURSE_JSON : undefined;
  const bytes = await readManifestBytes(zip, root.folder + root.manifest, limit, options);
  const read = await readManifest(root.manifest, bytes, { ...options, file: root.manifest, files, read: (path) => zip.bytes(root.folder + path, LINKED_BYTES) });
  const open = ({ path, size }: ZipFile): PackageFile => ({
    path,
    size,
    chunks: (signal) => zip.chunks(root.folder + path, signal),
    bytes: () => zip.bytes(root.folder + path),
    locate: async () => {
      if (!zip.locate) throw new PackageError('not-a-zip', `"${path}" is in no archive.`, { file: path });
      return zip.locate(root.folder + path);
    },
  });
  return {
    course: read.course,
    format: read.course.format,
    manifest: root.manifest,
    warnings: [...warnings, ...read.warnings],
    definitions: read.definitions ?? [],
    entries,
    *files() {
      for (const entry of entries) yield open(entry);
    },
    file(path) {
      const entry = entries.find((candidate) => candidate.path === path);
      if (!entry) throw new PackageError('file-missing', `The package has no file "${path}".`, { file: path });
      return open(entry);
    },
    close: () => zip.close(),
  };
}

/** An XML over its limit is refused as such before it is unpacked. */
async function readManifestBytes(zip: PackageTree, path: string, limit: number | undefined, { xmlLimits }: ReadPackageOptions): Promise<Uint8Array> {
  const size = zip.files.find((file) => file.path === path)?.size ?? 0;
  const max = limit ?? xmlLimits?.size ?? DEFAULT_XML_LIMITS.size;
  if (size > max) {
    throw new PackageError(limit === undefined ? 'xml-too-large' : 'too-large', `The manifest has ${size} bytes; at most ${max} are read.`, { file: path });
  }
  return zip.bytes(path);
}

async function readManifest(
  name: string,
  bytes: Uint8Array,
  options: ReadPackageOptions & ManifestOptions & { readonly file: string },
): Promise<ReadManifest> {
  if (name === 'course.json') return readCourseFile(bytes, options);
  if (name === 'h5p.json') return readH5p(bytes, options);
  const root = await parseXml(bytes, { file: options.file, ...(options.xmlLimits ? { limits: options.xmlLimits } : {}) });
  const read = { 'cmi5.xml': readCourseStructure, 'imsmanifest.xml': readImsManifest, 'tincan.xml': readTincan }[name]!;
  return read(root, options);
}

async function readLoneXml(source: PackageSource, options: ReadPackageOptions): Promise<CoursePackage> {
  const max = options.xmlLimits?.size ?? DEFAULT_XML_LIMITS.size;
  const size = source instanceof Uint8Array ? source.length : source.size;
  if (size > max) throw new PackageError('xml-too-large', `The XML has ${size} bytes; at most ${max} are read.`);
  const root = await parseXml(await headOf(source, max + 1), options.xmlLimits ? { limits: options.xmlLimits } : {});
  const isQti = isQtiItem(root) || isQtiTest(root);
  if (root.name !== 'courseStructure' && root.name !== 'tincan' && !isQti) {
    throw new PackageError('not-a-zip', `The file is XML (<${root.name}>) and not a package: only cmi5 course structures, Tin Can manifests and QTI items may come alone.`, { clause: 'cmi5 14.2' });
  }
  const { course, warnings, definitions = [] }: ReadManifest = isQti ? await readQtiFile(root, options) : root.name === 'tincan' ? readTincan(root, options) : readCourseStructure(root, options);
  return {
    course,
    format: course.format,
    manifest: isQti ? (isQtiItem(root) ? 'item.xml' : 'test.xml') : root.name === 'tincan' ? 'tincan.xml' : 'cmi5.xml',
    warnings,
    definitions,
    entries: [],
    *files() {},
    file(path) {
      throw new PackageError('file-missing', `The course came without a package, so there is no file "${path}".`, { file: path });
    },
    close: () => Promise.resolve(),
  };
}

function noManifest(zip: PackageTree, manifests: readonly string[]): PackageError {
  const foreign = Object.keys(FOREIGN).find((path) => zip.has(path));
  if (foreign !== undefined) {
    return new PackageError('wrong-standard', `This is ${FOREIGN[foreign]}; course packages have one of ${manifests.join(', ')}.`, { file: foreign });
  }
  return new PackageError('no-manifest', manifests.length === 0 ? `Packages are read by one of ${MANIFESTS.join(', ')}.` : `The package has none of ${manifests.join(', ')} at its root.`);
}

function looksLikeXml(head: Uint8Array): boolean {
  const text = new TextDecoder(head[1] === 0 ? 'utf-16le' : head[0] === 0 ? 'utf-16be' : 'utf-8').decode(head);
  return text.replace(/^\uFEFF/, '').trimStart().startsWith('<');
}
