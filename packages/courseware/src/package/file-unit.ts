import type { DocumentSource, DocumentUnit, HtmlUnit, MediaUnit, Unit } from '@lectern/core';
import { mediaTypeOf } from './media-types.js';

/** What every unit has, whatever its file. */
export interface FileUnitHead {
  readonly id: string;
  readonly title: string;
}

/** What a file is to a learner, by its media type. */
export type FileKind = 'page' | 'media' | 'document';

/** @returns `undefined` for what no unit shows: an archive, an office document, a data file */
export function fileKindOf(path: string): FileKind | undefined {
  const type = bareType(path);
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'page';
  if (/^(video|audio)\//.test(type) || type === 'application/vnd.apple.mpegurl') return 'media';
  return isDocument(type) ? 'document' : undefined;
}

/**
 * The unit that shows one file of a package or of the web: a page in the courseware frame, a film or a sound in the media player, a document.
 * @param href URL of the file; its path's ending tells the media type
 * @returns `undefined` where no kind of unit shows such a file
 */
export function fileUnit(href: string, { id, title }: FileUnitHead): Unit | undefined {
  const head = { type: 'unit', id, title, moveOn: 'Completed' } as const;
  switch (fileKindOf(href)) {
    case 'page':
      return { ...head, kind: 'html', href, completion: { policy: 'visited' } } satisfies HtmlUnit;
    case 'media':
      return { ...head, kind: bareType(href).startsWith('audio/') ? 'audio' : 'video', sources: [{ src: href, type: bareType(href) }] } satisfies MediaUnit;
    case 'document':
      return documentUnit(href, bareType(href), { id, title });
    case undefined:
      return undefined;
  }
}

const DOCUMENTS: readonly DocumentSource['type'][] = [
  'text/markdown', 'application/pdf', 'application/epub+zip', 'image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/svg+xml',
];

const isDocument = (type: string): type is DocumentSource['type'] => (DOCUMENTS as readonly string[]).includes(type);

/**
 * The unit that shows a document or a picture, which is described by its title for want of better words.
 * @returns `undefined` for a media type that is no document's
 */
export function documentUnit(src: string, type: string, { id, title }: FileUnitHead): DocumentUnit | undefined {
  if (!isDocument(type)) return undefined;
  return { type: 'unit', kind: 'document', id, title, moveOn: 'Completed', sources: [{ src, type }], ...(type.startsWith('image/') ? { alt: title } : {}) };
}

const bareType = (href: string): string => mediaTypeOf(href.replace(/[?#].*$/, '')).type.replace(/;.*$/, '');
