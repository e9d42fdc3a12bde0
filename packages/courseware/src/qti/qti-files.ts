import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { ManifestOptions } from '../package/manifest.js';
import { ReferenceResolver } from '../package/references.js';
import { parseXml } from '../package/xml.js';
import type { XmlElement } from '../package/xml-element.js';
import type { ResolveUrl } from './item-text.js';

/** Files that are read before a test shows. */
const MAX_FILES = 2_000;

/** What a test's files lead to: other files, and pictures. Paths are below the package's root, or beside the file that came alone. */
export class QtiFiles {
  readonly warnings: PackageWarning[] = [];
  readonly #resolver: ReferenceResolver;
  readonly #read: ManifestOptions['read'];
  #count = 0;

  constructor({ files, read }: ManifestOptions) {
    this.#resolver = new ReferenceResolver(files, this.warn);
    this.#read = read;
  }

  readonly warn = (warning: PackageWarning): void => void this.warnings.push(warning);

  /**
   * Where a reference in `file` leads: from its folder, or from `bases`.
   * @throws PackageError `unsafe-url`, `path-traversal`, `file-missing`, `value-invalid` for an address elsewhere on the web
   */
  locate(href: string, file: string, field: string, bases: readonly string[] = folderOf(file)): string {
    const url = this.#resolver.resolve(href, { file, field }, bases).replace(/[?#].*$/, '');
    if (/^https?:/i.test(url)) throw new PackageError('value-invalid', `"${href.slice(0, 200)}" is not in the package.`, { file, field });
    try {
      return decodeURIComponent(url);
    } catch {
      return url;
    }
  }

  /** @throws PackageError `file-missing`, `value-invalid` for too many files, and what XML may be refused for */
  async xml(path: string, from: string, field: string): Promise<XmlElement> {
    if (!this.#read) throw new PackageError('file-missing', `"${path}" is needed, and the file came without a package.`, { file: from, field });
    if (++this.#count > MAX_FILES) throw new PackageError('value-invalid', `More than ${MAX_FILES} files would be read.`, { file: from, field });
    return parseXml(await this.#read(path), { file: path });
  }

  /** Addresses of pictures and links that stand in `file`. What is not there is warned of, and left out. */
  resolveIn(file: string): ResolveUrl {
    return (url, picture) => {
      if (/^https?:\/\//i.test(url)) return url;
      if (!picture) return undefined; // pages of the system that the item was written in
      try {
        return this.#resolver.resolve(url, { file, field: 'img' }, folderOf(file));
      } catch (error) {
        if (!(error instanceof PackageError)) throw error;
        this.warn({ code: 'file-missing', message: `A picture is not there: "${url.slice(0, 200)}".`, file, field: 'img' });
        return undefined;
      }
    };
  }
}

const folderOf = (file: string): string[] => {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return folder === '' || /^[a-z][a-z\d+.-]*:/i.test(file) ? [] : [folder.split('/').map(encodeURIComponent).join('/')];
};
