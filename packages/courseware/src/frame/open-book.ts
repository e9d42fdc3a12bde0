import type { LecternError } from '@lectern/core';
import { isSafeUrl } from '../course/safe-url.js';
import type { BookCommand, BookDress, BookNews } from './book/book-protocol.js';
import { FrameError } from './frame-error.js';
import { openFrame, packageOf, type OpenFrameOptions } from './open-frame.js';

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
  if (!isSafeUrl(href) || !URL.canParse(href, base)) throw new FrameError('launch-invalid', 'The unit’s address cannot be opened.', { field: 'src', file: base });
  const url = new URL(href, base).href;
  const refuse = (): never => {
    throw new TypeError('Only SCORM content has a data model.');
  };
  const frame = await openFrame({
    ...options,
    lost: (error) => options.fail(error),
    methods: {
      assign: () => ({ kind: 'book', url, title, dress, ...(language ? { language } : {}), ...(place ? { place } : {}), ...packageOf(options.package) }),
      book(news) {
        if (news.type === 'failed') options.fail(new FrameError(news.code, String(news.message).slice(0, 1_000), { file: url }));
        else options.news(news);
      },
      loaded: () => undefined,
      recover: refuse,
      hydrate: refuse,
      record: refuse,
      notice: () => undefined,
      navigate: () => undefined,
      serve: (port) => options.package?.serve(port),
    },
  });
  return {
    element: frame.element,
    command: (command) => void Promise.resolve(frame.remote.book?.(command)).catch(() => undefined),
    focus: () => {
      frame.element.focus();
      void Promise.resolve(frame.remote.focus()).catch(() => undefined);
    },
    close: () => frame.remove(),
  };
}
