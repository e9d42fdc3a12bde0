/** Where a package begins inside its archive. */
export interface PackageRoot {
  /** Empty, or a folder with its closing slash. */
  readonly folder: string;
  readonly manifest: string;
}

/** Manifests in the order they count: our own, then the more specific standard. */
export const MANIFESTS: readonly string[] = ['course.json', 'cmi5.xml', 'imsmanifest.xml', 'tincan.xml', 'h5p.json'];

/** Left behind by file managers; no content of anyone's. */
export function isJunk(path: string): boolean {
  return path.startsWith('__MACOSX/') || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path);
}

/** Folders in folders that are looked into. */
const MAX_DEPTH = 8;

/**
 * Finds the manifest: at the root, as every standard demands, or below folders that hold nothing else, as authors do who zip the folder and not
 * what is in it.
 */
export function findRoot(paths: readonly string[], manifests: readonly string[]): PackageRoot | undefined {
  const own = paths.filter((path) => !isJunk(path));
  const at = (folder: string): PackageRoot | undefined => {
    const names = own.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
    const manifest = manifests.find((name) => names.includes(name));
    return manifest === undefined ? undefined : { folder, manifest };
  };
  for (let folder = '', depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const found = at(folder);
    if (found) return found;
    const folders = new Set(own.map((path) => path.slice(0, path.indexOf('/', folder.length) + 1)));
    const [only] = folders;
    if (folders.size !== 1 || !only) return undefined;
    folder = only;
  }
  return undefined;
}
