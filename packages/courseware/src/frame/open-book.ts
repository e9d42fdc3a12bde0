import type { LecternError } from '@lectern/core';
import type { BookCommand, BookDress, BookNews } from './book/book-protocol.js';
import { FrameError } from './frame-error.js';
import { contentUrl, openFrame, packageOf, withoutModel, type OpenFrameOptions } from './open-frame.js';

export interface OpenBookOptions extends Pick<OpenFrameOptions, 'frame' | 'host' | 'title' | 'signal' | 'trusted' | 'timeout' | 'package'> {
  readonly href: string;
  /** Absolute URL that `href` is relative to. */
  readonly base: string;
  readonly language?: string;
  /** An EPUB CFI: where the reader was. */
  readonly place?: string;
  readonly dress: BookDress;
  news(news: BookNews): void;
  fail(error: LecternError): void;
}

/** A book that is open. */
export interface OpenBook {
  readonly element: HTMLIFrameElement;
  command(command: BookCommand): void;
  focus(): void;
  close(): void;
}

/**
 * Opens an EPUB in the courseware frame: its sections are foreign content.
 * @throws FrameError
 */
export async function openBook(options: OpenBookOptions): Promise<OpenBook> {
  const { href, base, title, language, place, dress } = options;
  const url = contentUrl(href, base, 'src');
  const frame = await openFrame({
    ...options,
    lost: (error) => options.fail(error),
    methods: {
      ...withoutModel,
      assign: () => ({ kind: 'book', url, title, dress, ...(language ? { language } : {}), ...(place ? { place } : {}), ...packageOf(options.package) }),
      book(news) {
        if (news.type === 'failed') options.fail(new FrameError(news.code, String(news.message).slice(0, 1_000), { file: url }));
        else options.news(news);
      },
      notice: () => undefined,
      serve: (port) => options.package?.serve(port),
    },
  });
  return {
    element: frame.element,
    command: (command) => void Promise.resolve(frame.remote.book?.(command)).catch(() => undefined),
    focus: () => frame.focus(),
    close: () => frame.remove(),
  };
}
