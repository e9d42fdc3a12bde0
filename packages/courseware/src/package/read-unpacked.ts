import { unpackH5p } from '../h5p/unpack-h5p.js';
import { PackageError } from './package-error.js';
import { readPackage, readPackageTree, type CoursePackage, type PackageTree, type ReadPackageOptions } from './read-package.js';
import { openZip, type RandomAccess, type PackageSource, type ZipArchive } from './zip.js';

export interface ReadUnpackedOptions extends ReadPackageOptions {
  /** Bytes of memory for packages in the package that are compressed once more; those that are stored are read in place. Default 256 MiB. */
  readonly memory?: number;
}

const MEMORY = 256 * 1024 * 1024;

/**
 * Reads a course package as {@link readPackage} does, with the `.h5p` packages that its units name laid out as folders: for hosts that give each of its files an
 * address of its own.
 * @throws PackageError
 */
export async function readUnpackedPackage(source: PackageSource, { memory = MEMORY, ...options }: ReadUnpackedOptions): Promise<CoursePackage> {
  const limits = options.limits ? { limits: options.limits } : {};
  const zip = await openZip(source, limits).catch(() => undefined);
  // It may be a manifest that came alone; what is wrong with anything else is said again.
  if (!zip) return readPackage(source, options);
  let tree: PackageTree = zip;
  try {
    tree = await unpackH5p(zip, openWithin(zip, source, memory), options.limits);
    return await readPackageTree(tree, options);
  } catch (error) {
    await tree.close();
    throw error;
  }
}

function openWithin(zip: ZipArchive, source: PackageSource, memory: number): (path: string) => Promise<PackageSource> {
  let left = memory;
  return async (path) => {
    const { offset, length, deflated } = await zip.locate(path);
    if (!deflated) return partOf(source, offset, length);
    const size = zip.files.find((file) => file.path === path)?.size ?? 0;
    left -= size;
    if (left < 0) throw new PackageError('too-large', `The packages inside are compressed twice and have more than ${memory} bytes: store them in the package, without compressing them once more.`, { file: path });
    return zip.bytes(path);
  };
}

function partOf(source: PackageSource, offset: number, length: number): Blob | Uint8Array | RandomAccess {
  if (source instanceof Uint8Array) return source.subarray(offset, offset + length);
  if (source instanceof Blob) return source.slice(offset, offset + length);
  return { size: length, read: (at, count) => source.read(offset + at, Math.max(0, Math.min(count, length - at))) };
}
