import { LecternError, type CourseFormat } from '@lectern/core';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { findRoot, MANIFESTS } from '../package/package-root.js';
import { readPackage, type ReadPackageOptions } from '../package/read-package.js';
import { parseXml } from '../package/xml.js';
import { openZip, type PackageSource, type ZipArchive } from '../package/zip.js';
import { isCartridge } from '../imscc/cartridge.js';
import { isQtiPackage } from '../qti/qti-names.js';
import { judgeManifest } from './manifest-rules.js';
import { Problems, type Problem } from './problem.js';

export interface Validation {
  /** No errors. */
  readonly valid: boolean;
  /** What each manifest in the package says it is; empty where none could be read. */
  readonly formats: readonly { readonly manifest: string; readonly format: CourseFormat; readonly units: number }[];
  readonly problems: readonly Problem[];
}

/** Bytes of a local header before the name, and of what is read to find it. */
const HEADER = 30;

/**
 * Checks anybody's package: the archive, and by their standards every manifest that is in it. What is wrong with the package is a result and no exception.
 * @throws what reading the source throws
 */
export async function validatePackage(source: PackageSource, options: Pick<ReadPackageOptions, 'limits' | 'xmlLimits'> = {}): Promise<Validation> {
  const problems = new Problems();
  const formats: Validation['formats'][number][] = [];
  const zip = await openZip(source, options.limits ? { limits: options.limits } : {}).catch((error: unknown) => error as Error);
  if (zip instanceof Error) {
    // A course structure may come alone (cmi5 14.2).
    await readBy(undefined);
    return result();
  }
  try {
    await judgeArchive(zip, source, problems);
    const root = findRoot(zip.files.map(({ path }) => path), MANIFESTS);
    const there = root ? MANIFESTS.filter((name) => zip.has(root.folder + name)) : [];
    if (there.length === 0) await readBy(undefined);
    for (const name of there) {
      await readBy(name);
      if (name === 'imsmanifest.xml') await judgeIms(zip, root!.folder, name);
    }
    return result();
  } finally {
    await zip.close();
  }

  /** Reads it as an importer does; the first fault ends that. */
  async function readBy(manifest: string | undefined): Promise<void> {
    try {
      const pack = await readPackage(source, { id: 'urn:lectern:validate', ...options, ...(manifest === undefined ? {} : { manifest }) });
      formats.push({ manifest: pack.manifest, format: pack.format, units: unitsOf(pack.course.children) });
      pack.warnings.forEach((warning) => warn(warning, pack.manifest));
      await pack.close();
    } catch (error) {
      if (!(error instanceof LecternError)) throw error;
      const { code, message, file, field, clause } = error;
      problems.add('error', code, () => ({ message, ...whereOf({ file: file ?? manifest, field, clause }) }));
    }
  }

  function warn({ code, message, file, field }: PackageWarning, manifest: string): void {
    problems.add('warning', code, () => ({ message, ...whereOf({ file: file ?? manifest, field }) }));
  }

  async function judgeIms(archive: ZipArchive, folder: string, name: string): Promise<void> {
    const paths = archive.files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => path.slice(folder.length));
    const known = new Set(paths);
    try {
      const root = await parseXml(await archive.bytes(folder + name), { file: name, ...(options.xmlLimits ? { limits: options.xmlLimits } : {}) });
      if (root.name === 'manifest' && !isCartridge(root) && !isQtiPackage(root)) judgeManifest({ root, file: name, files: { has: (path) => known.has(path), paths }, problems });
    } catch (error) {
      // Told when it was read.
      if (!(error instanceof PackageError)) throw error;
    }
  }

  function result(): Validation {
    const { list } = problems;
    return { valid: !list.some(({ severity }) => severity === 'error'), formats, problems: [...list].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning')) };
  }
}

const whereOf = (place: { readonly file?: string | undefined; readonly field?: string | undefined; readonly clause?: string | undefined }): Pick<Problem, 'file' | 'field' | 'clause'> =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));

function unitsOf(children: readonly { readonly type: string; readonly children?: unknown }[]): number {
  let units = 0;
  const stack = [...children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'unit') units += 1;
    else stack.push(...(node.children as typeof children));
  }
  return units;
}

/** Stored entries with their sizes behind their bytes, which SCORM Cloud and others refuse (APPNOTE 4.4.4, bit 3). */
async function judgeArchive(zip: ZipArchive, source: PackageSource, problems: Problems): Promise<void> {
  for (const { path, size, compressedSize } of zip.files) {
    if (size !== compressedSize || size === 0) continue;
    const { offset, deflated } = await zip.locate(path);
    if (deflated) continue;
    const flags = await flagsBefore(source, offset, new TextEncoder().encode(path).length);
    if (flags !== undefined && (flags & 8) !== 0) problems.add('warning', 'data-descriptor', () => ({ message: 'It is stored with its sizes behind its bytes, which some hosts refuse.', file: path, clause: 'APPNOTE 4.4.4' }));
  }
}

/** @returns `undefined` where the header's extra field keeps it from being found from here */
async function flagsBefore(source: PackageSource, offset: number, name: number): Promise<number | undefined> {
  const start = offset - name - HEADER;
  if (start < 0) return undefined;
  const bytes = source instanceof Uint8Array ? source.subarray(start, start + 8) : source instanceof Blob ? new Uint8Array(await source.slice(start, start + 8).arrayBuffer()) : await source.read(start, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 8 && view.getUint32(0, true) === 0x04034b50 ? view.getUint16(6, true) : undefined;
}
