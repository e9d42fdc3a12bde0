import type { LecternError } from '@lectern/core';
import { contentMissing, contentUrl, isErrorStatus, openFrame, packageOf, packageUnavailable, withoutModel, type OpenFrameOptions } from './open-frame.js';
import { readPageState, type PageState, type PageStorageAssignment } from './page-state.js';
import { readPageNews, type PageNews, type PageWatchFor } from './watch-page.js';

export interface OpenPageOptions extends Pick<OpenFrameOptions, 'frame' | 'host' | 'title' | 'signal' | 'trusted' | 'timeout' | 'package'> {
  readonly href: string;
  /** Absolute URL that `href` is relative to. */
  readonly base: string;
  readonly language?: string;
  /** What the page is watched for, besides that it loads. */
  readonly watch?: PageWatchFor;
  /** What the page is given for its `localStorage`. Absent: the content origin's, as it is. */
  readonly storage?: PageStorageAssignment;
  /** What the page has stored. @returns whether it is kept: else the content origin's storage keeps it for the owner */
  keep?(state: PageState): Promise<boolean>;
  loaded(): void;
  /** What the watch has found. It may come before `loaded`. */
  news?(news: PageNews): void;
  fail(error: LecternError): void;
}

/** A page of foreign content that is open. */
export interface RunningPage {
  readonly element: HTMLIFrameElement;
  focus(): void;
  /** Lets the page leave in its own way, as far as it does so in time, and takes the frame off the page. */
  close(): Promise<void>;
}

/** Milliseconds for the page's farewell, and for what it has stored last. */
const FAREWELL = 1_200;

/**
 * Opens any HTML page in the courseware frame. It reports nothing: only that it has loaded.
 * @throws FrameError
 */
export async function openPage(options: OpenPageOptions): Promise<RunningPage> {
  const { href, base, title, language, watch, storage } = options;
  const url = contentUrl(href, base);
  const frame = await openFrame({
    ...options,
    lost: (error) => options.fail(error),
    methods: {
      ...withoutModel,
      assign: () => ({ kind: 'html', url, title, ...(language ? { language } : {}), ...packageOf(options.package), ...(watch ? { watch } : {}), ...(storage ? { storage } : {}) }),
      loaded(status) {
        if (isErrorStatus(status)) options.fail(contentMissing(url, status));
        else options.loaded();
      },
      notice({ code, detail }) {
        if (code === 'package-unavailable') options.fail(packageUnavailable(detail, options.frame));
      },
      page(news) {
        const read = readPageNews(news);
        if (read) options.news?.(read);
      },
      async pageState(value) {
        const state = readPageState(value);
        return state && (await options.keep?.(state)) ? { ok: true } : { ok: false, reason: 'failed' };
      },
      serve: (port) => options.package?.serve(port),
    },
  });
  return {
    element: frame.element,
    focus: () => frame.focus(),
    async close() {
      if (storage) await frame.leave(FAREWELL);
      else frame.remove();
    },
  };
}
