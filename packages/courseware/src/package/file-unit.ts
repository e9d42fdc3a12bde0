import type { HtmlUnit, Unit, VideoUnit } from '@lectern/core';
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
  return type === 'text/markdown' ? 'document' : undefined;
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
      return { ...head, kind: 'video', sources: [{ src: href, type: bareType(href) }] } satisfies VideoUnit;
    case 'document':
      return { ...head, kind: 'document', sources: [{ src: href, type: 'text/markdown' }] };
    case undefined:
      return undefined;
  }
}

const bareType = (href: string): string => mediaTypeOf(href.replace(/[?#].*$/, '')).type.replace(/;.*$/, '');
