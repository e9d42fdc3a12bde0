/** Where a package begins inside its archive. */
export interface PackageRoot {
  /** Empty, or a folder with its closing slash. */
  readonly folder: string;
  readonly manifest: string;
}

/** Left behind by file managers; no content of anyone's. */
export function isJunk(path: string): boolean {
  return path.startsWith('__MACOSX/') || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path);
}

/**
 * Finds the manifest: at the root, as every standard demands, or in the one folder the whole archive lies in, as authors do who zip the
 * folder and not what is in it.
 */
export function findRoot(paths: readonly string[], manifests: readonly string[]): PackageRoot | undefined {
  const own = paths.filter((path) => !isJunk(path));
  const at = (folder: string): PackageRoot | undefined => {
    const names = own.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
    const manifest = manifests.find((name) => names.includes(name));
    return manifest === undefined ? undefined : { folder, manifest };
  };
  const top = at('');
  if (top) return top;
  const folders = new Set(own.map((path) => path.slice(0, path.indexOf('/') + 1)));
  const [only] = folders;
  return folders.size === 1 && only ? at(only) : undefined;
}
