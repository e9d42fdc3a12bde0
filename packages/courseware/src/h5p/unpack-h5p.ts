import { DEFAULT_ZIP_LIMITS, type ZipLimits } from '../package/limits.js';
import { PackageError } from '../package/package-error.js';
import type { PackageTree } from '../package/read-package.js';
import { openZip, type PackageSource, type ZipArchive, type ZipFile } from '../package/zip.js';

/** Packages in a course that are unpacked. */
const MAX_PACKAGES = 1_000;

/**
 * Lays the `.h5p` packages that units of a `course.json` name as folders of the same names: what plays H5P reads files, and no archives. Units need not be changed for it.
 * Packages that no unit names stay as they are: somebody may download them.
 * @param open the bytes of a package in the tree
 * @param limits of each package, and of all together with what lies around them
 * @throws PackageError what is wrong with a package, with its path; `too-many-entries`, `too-large`
 */
export async function unpackH5p(tree: PackageTree, open: (path: string) => Promise<PackageSource>, limits?: Partial<ZipLimits>): Promise<PackageTree> {
  const named = await packagesNamedIn(tree);
  const archives = new Map<string, ZipArchive>();
  const close = async (): Promise<void> => {
    for (const archive of archives.values()) await archive.close();
    await tree.close();
  };
  try {
    for (const path of named) {
      archives.set(path, await openZip(await open(path), limits ? { limits } : {}).catch((error: unknown) => {
        throw error instanceof PackageError ? new PackageError(error.code, `The H5P package cannot be read: ${error.message}`, { file: path, cause: error }) : error;
      }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  if (archives.size === 0) return tree;
  try {
    judgeTogether(tree, archives, { ...DEFAULT_ZIP_LIMITS, ...limits });
  } catch (error) {
    await close();
    throw error;
  }
  const inside = new Map<string, { readonly at: string; readonly archive: ZipArchive; readonly path: string }>();
  const files: ZipFile[] = tree.files.filter(({ path }) => !archives.has(path));
  for (const [at, archive] of archives) {
    for (const file of archive.files) {
      files.push({ ...file, path: `${at}/${file.path}` });
      inside.set(`${at}/${file.path}`, { at, archive, path: file.path });
    }
  }
  return {
    files,
    warnings: [...tree.warnings, ...[...archives].flatMap(([at, { warnings }]) => warnings.map((warning) => ({ ...warning, file: warning.file === undefined ? at : `${at}/${warning.file}` })))],
    has: (path) => inside.has(path) || (!archives.has(path) && tree.has(path)),
    chunks(path, signal) {
      const found = inside.get(path);
      return found ? found.archive.chunks(found.path, signal) : tree.chunks(path, signal);
    },
    bytes(path, limit) {
      const found = inside.get(path);
      return found ? found.archive.bytes(found.path, limit) : tree.bytes(path, limit);
    },
    ...(tree.locate
      ? {
          async locate(path) {
            const found = inside.get(path);
            // The bytes there are the package's, and not the file's own.
            return found ? { ...(await tree.locate!(found.at)), deflated: true } : tree.locate!(path);
          },
        }
      : {}),
    close,
  };
}

/** Each package may be within its limits, and a thousand of them beyond. */
function judgeTogether(tree: PackageTree, archives: ReadonlyMap<string, ZipArchive>, limits: ZipLimits): void {
  let [entries, bytes] = [tree.files.length, tree.files.reduce((sum, { size }) => sum + size, 0)];
  for (const [file, archive] of archives) {
    entries += archive.files.length;
    bytes += archive.files.reduce((sum, { size }) => sum + size, 0);
    if (entries > limits.entries) throw new PackageError('too-many-entries', `With what is in its H5P packages the course has more than ${limits.entries} files.`, { file });
    if (bytes > limits.totalBytes) throw new PackageError('too-large', `With what is in its H5P packages the course has more than ${limits.totalBytes} bytes.`, { file });
  }
}

/** Paths in the tree. What else is wrong with a `course.json` is said where it is read. */
async function packagesNamedIn(tree: PackageTree): Promise<string[]> {
  const at = tree.files.map(({ path }) => path).filter((path) => /(^|\/)course\.json$/.test(path)).sort((a, b) => a.length - b.length)[0];
  const packages = new Set(tree.files.map(({ path }) => path).filter((path) => /\.h5p$/i.test(path)));
  if (at === undefined || packages.size === 0) return [];
  const folder = at.slice(0, -'course.json'.length);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(await tree.bytes(at)).replace(/^\uFEFF/, ''));
  } catch {
    return [];
  }
  const found = new Set<string>();
  const pending: unknown[] = [json];
  for (let node = pending.pop(); node !== undefined && found.size < MAX_PACKAGES; node = pending.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const { kind, href, children } = node as { kind?: unknown; href?: unknown; children?: unknown };
    if (Array.isArray(children)) pending.push(...(children as unknown[]));
    const path = kind === 'h5p' && typeof href === 'string' ? folder + decoded(href.replace(/^(?:\.\/)+|\/+$/g, '')) : '';
    if (packages.has(path)) found.add(path);
  }
  return [...found].sort();
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
