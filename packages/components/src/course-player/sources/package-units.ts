import type { DocumentUnit, Unit, VideoUnit } from '@lectern/core';
import { mediaTypeOf } from '@lectern/courseware';
import type { PackageContent } from '@lectern/courseware/remote';
import { pickSource } from '../units/document.js';
import type { PreparedUnit, PrepareOptions } from './course-files.js';
import { downloadView } from './download-view.js';
import { asSourceError, fileTooLarge, needsContentOrigin, needsServer, needsUnpacking } from './source-problems.js';

/** Bytes of a file that is read out of a package before this page can use it. */
const FILE_LIMIT = 512 * 1024 * 1024;

/** Bytes from which on it is said that something is on its way. */
const WORTH_SAYING = 1024 * 1024;

/** Bytes up to which media are read whole, for the player's own controls. */
const SHORT = 1024 * 1024;

/** Whatever has sources and is no document. */
const isMedia = (unit: Unit): unit is VideoUnit => unit.kind !== 'document' && 'sources' in unit;

/** Makes a package's units fit for this page: what it shows itself is read out and given an address; what runs elsewhere is served there. */
export class PackageUnits {
  readonly #content: PackageContent;
  readonly #served: boolean;

  constructor(content: PackageContent, served: boolean) {
    this.#content = content;
    this.#served = served;
  }

  /** @throws LecternError */
  async prepare(unit: Unit, options: PrepareOptions): Promise<PreparedUnit> {
    try {
      // A film that is short is read whole before a page on the other origin could be there.
      if (isMedia(unit) && this.#served && this.#sizeOf(unit) > SHORT) return { unit, load: () => import('./framed-media.js') };
      return { unit: await this.#prepare(unit, options) };
    } catch (error) {
      if (options.signal.aborted) throw error;
      throw asSourceError(error);
    } finally {
      options.onDownload(undefined);
    }
  }

  async #prepare(unit: Unit, options: PrepareOptions): Promise<Unit> {
    switch (unit.kind) {
      case 'html':
      case 'h5p':
      case 'scorm':
        if (!this.#served && isInside(unit.href)) throw needsContentOrigin(unit.id);
        return unit;
      case 'cmi5':
      case 'xapi':
      case 'lti':
        throw needsServer(unit.id);
      case 'quiz':
        return unit.src === undefined ? unit : { ...unit, src: await this.#address(unit.src, options) };
      case 'simulation':
        if (isInside(unit.src)) throw needsUnpacking(unit.id);
        return unit;
      case 'document':
        return this.#document(unit, options);
      default:
        return isMedia(unit) ? this.#media(unit, options) : unit;
    }
  }

  /** Bytes of the largest source inside the package. */
  #sizeOf({ sources }: VideoUnit): number {
    return Math.max(0, ...sources.map(({ src }) => (isInside(src) && this.#content.has(pathOf(src)) ? this.#content.file(pathOf(src)).size : 0)));
  }

  /** One source is read, the first that this browser may play: each costs its whole length. */
  async #media(unit: VideoUnit, options: PrepareOptions): Promise<VideoUnit> {
    const probe = document.createElement('video');
    const playable = unit.sources.find(({ type }) => type === undefined || probe.canPlayType(type) !== '') ?? unit.sources[0]!;
    const src = await this.#address(playable.src, options);
    const tracks = unit.tracks && (await Promise.all(unit.tracks.map(async (track) => ({ ...track, src: await this.#address(track.src, options) }))));
    const poster = unit.poster === undefined ? undefined : await this.#address(unit.poster, options);
    return { ...unit, sources: [{ ...playable, src }], ...(tracks ? { tracks } : {}), ...(poster === undefined ? {} : { poster }) };
  }

  /** Only the source in the reader's language. */
  async #document(unit: DocumentUnit, options: PrepareOptions): Promise<DocumentUnit> {
    const source = pickSource(unit.sources, options.languages);
    // A book is read in the courseware frame, which asks for it.
    if (source.type === 'application/epub+zip' && isInside(source.src)) {
      if (!this.#served) throw needsContentOrigin(unit.id);
      return unit;
    }
    return { ...unit, sources: [{ ...source, src: await this.#address(source.src, options) }] };
  }

  /** A file of the package as a `blob:` URL, until the unit closes. */
  async #address(href: string, { signal, onDownload }: PrepareOptions): Promise<string> {
    if (!isInside(href)) return href;
    const path = pathOf(href);
    const { size } = this.#content.file(path);
    if (size > FILE_LIMIT) throw fileTooLarge(path, size, FILE_LIMIT);
    const reader = (await this.#content.stream(path, signal)).getReader();
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let loaded = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      signal.throwIfAborted();
      chunks.push(part.value);
      loaded += part.value.length;
      if (size > WORTH_SAYING) onDownload(downloadView({ loaded, total: size }));
    }
    signal.throwIfAborted();
    const url = URL.createObjectURL(new Blob(chunks, { type: mediaTypeOf(path).type }));
    signal.addEventListener('abort', () => URL.revokeObjectURL(url), { once: true });
    return url;
  }
}

/** Whether an address leads into the package. */
const isInside = (href: string): boolean => !/^\s*(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(href);

/** As the package names it: authors escape names, or do not. */
function pathOf(href: string): string {
  const path = new URL(href, 'http://package.invalid/').pathname.slice(1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
