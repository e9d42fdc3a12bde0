import { isSafeUrl } from '../course/safe-url.js';
import { PackageError, type PackageWarning } from './package-error.js';

/** Where a reference stands, for errors. */
export interface ReferencePlace {
  readonly file: string;
  readonly field: string;
  readonly clause?: string;
}

/** The files a manifest may refer to. Absent where a manifest came without its package. */
export interface PackageFiles {
  has(path: string): boolean;
  readonly paths: readonly string[];
}

/** A stand-in for the package's root that no `..` can leave unnoticed. */
const ROOT = 'http://package.invalid/-root-/';

/**
 * Takes a URL from a stranger: relative, `http:` or `https:`, nothing else. URL parsers drop tabs and line breaks even inside a
 * scheme, and take backslashes for slashes, so both are refused.
 * @throws PackageError `unsafe-url`
 */
export function checkUrl(value: string, place: ReferencePlace): string {
  if (!isSafeUrl(value)) {
    throw new PackageError('unsafe-url', `"${value.slice(0, 200)}" is neither a relative nor an http(s) URL.`, place);
  }
  return value;
}

/**
 * Resolves references of one manifest against its package: to relative URLs whose file is there.
 * Bases (`xml:base`) are applied outermost first.
 */
export class ReferenceResolver {
  readonly #files: PackageFiles | undefined;
  readonly #warn: (warning: PackageWarning) => void;
  #lowered: Map<string, string> | undefined;

  constructor(files: PackageFiles | undefined, warn: (warning: PackageWarning) => void) {
    this.#files = files;
    this.#warn = warn;
  }

  /**
   * @returns a URL relative to the package's root (or an absolute http(s) one), percent-encoded, with query and fragment
   * @throws PackageError `unsafe-url`, `path-traversal`, `file-missing`
   */
  resolve(reference: string, place: ReferencePlace, bases: readonly string[] = []): string {
    // Windows tools write backslashes into manifests; in a reference they can only mean slashes.
    const parts = [...bases, reference].map((part) => checkUrl(part.trim().replaceAll('\\', '/'), place));
    let url = new URL(ROOT);
    for (const part of parts) {
      // "/x" in a package means its root: no server's.
      const local = part.startsWith('/') && !part.startsWith('//') ? `.${part}` : part;
      try {
        url = new URL(local, url);
      } catch (cause) {
        throw new PackageError('value-invalid', `"${part.slice(0, 200)}" is not a URL.`, { ...place, cause });
      }
    }
    if (url.host !== 'package.invalid') return url.href;
    if (!url.href.startsWith(ROOT)) {
      throw new PackageError('path-traversal', `"${reference.slice(0, 200)}" leads out of the package.`, place);
    }
    const path = url.pathname.slice('/-root-/'.length);
    return this.#locate(path, place) + url.search + url.hash;
  }

  #locate(encoded: string, place: ReferencePlace): string {
    if (!this.#files) return encoded;
    const decoded = decodePath(encoded);
    // A literal percent sign in a file's name is rarely escaped by authors.
    const literal = [decoded, encoded].find((path) => this.#files!.has(path));
    if (literal !== undefined) return encodePath(literal);
    const found = this.#byCase(decoded);
    if (found === undefined) {
      throw new PackageError('file-missing', `The package has no file "${decoded}", which the manifest starts.`, place);
    }
    this.#warn({ code: 'name-case', message: `"${decoded}" is in the package as "${found}".`, file: place.file, field: place.field });
    return encodePath(found);
  }

  /** Packages made on Windows get capitals wrong. */
  #byCase(path: string): string | undefined {
    this.#lowered ??= new Map(this.#files!.paths.map((known) => [known.toLowerCase(), known]));
    return this.#lowered.get(path.toLowerCase());
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A path of a package as a relative URL. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
