import type { LecternError } from '@lectern/core';
import { MAX_H5P_STATE, readH5pReport, type H5pReport } from '../h5p/read-report.js';
import { FrameError } from './frame-error.js';
import { readH5pNews, type H5pProblem } from './h5p-protocol.js';
import { contentUrl, openFrame, packageOf, packageUnavailable, withoutModel, type OpenFrameOptions } from './open-frame.js';

export interface OpenH5pOptions extends Pick<OpenFrameOptions, 'frame' | 'host' | 'title' | 'signal' | 'trusted' | 'timeout' | 'package'> {
  /** URL of the folder with `h5p.json`. */
  readonly href: string;
  /** Absolute URL that `href` is relative to. */
  readonly base: string;
  readonly language?: string;
  /** What the content wanted to have back. */
  readonly state?: string;
  ready(): void;
  report(report: H5pReport): void;
  /** What the content wants to have back. */
  keep(state: string): void;
  fail(error: LecternError): void;
}

/** H5P content that is open. */
export interface RunningH5pContent {
  readonly element: HTMLIFrameElement;
  focus(): void;
  /** Asks for the last state, as far as it comes in time, and takes the content away. */
  close(): Promise<void>;
}

/** Milliseconds for the content's last words. */
const FAREWELL = 500;

/**
 * Opens H5P content in the courseware frame, on the content's origin, by the h5p-standalone that lies beside the frame's page.
 * @throws FrameError
 */
export async function openH5p(options: OpenH5pOptions): Promise<RunningH5pContent> {
  const { href, base, title, language, state } = options;
  const url = contentUrl(href, base);
  const frame = await openFrame({
    ...options,
    lost: (error) => options.fail(error),
    methods: {
      ...withoutModel,
      assign: () => ({ kind: 'h5p', url, title, ...(language ? { language } : {}), ...(state === undefined ? {} : { state }), ...packageOf(options.package) }),
      h5p(value) {
        const news = readH5pNews(value);
        switch (news?.type) {
          case 'ready':
            options.ready();
            break;
          case 'statement': {
            const report = readH5pReport(news.statement);
            if (report) options.report(report);
            break;
          }
          case 'state':
            if (news.state.length <= MAX_H5P_STATE) options.keep(news.state);
            break;
          case 'problem':
            options.fail(errorOf(news.problem, url));
            break;
          default:
        }
      },
      notice({ code, detail }) {
        if (code === 'package-unavailable') options.fail(packageUnavailable(detail, options.frame));
      },
      serve: (port) => options.package?.serve(port),
    },
  });
  return {
    element: frame.element,
    focus: () => frame.focus(),
    close: () => frame.leave(FAREWELL),
  };
}

function errorOf({ code, file, detail }: H5pProblem, url: string): FrameError {
  const words = {
    'h5p-player-missing': 'The content origin has no h5p-standalone beside its frame.',
    'h5p-file-missing': `The content has no "${file ?? ''}".`,
    'h5p-file-damaged': `"${file ?? ''}" of the content is no JSON.`,
    'h5p-failed': 'The content could not be started.',
  }[code];
  return new FrameError(code, detail ? `${words} ${detail}` : words, { file: file ?? url });
}
