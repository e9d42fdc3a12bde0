import type { LecternError } from '@lectern/core';
import { openFrame, packageOf, packageUnavailable, withoutModel, type OpenFrameOptions, type PackageFeed } from './open-frame.js';
import type { MediaAssignment, MediaCommand, MediaNews } from './media-protocol.js';

export interface OpenMediaOptions extends MediaAssignment, Pick<OpenFrameOptions, 'frame' | 'host' | 'title' | 'signal' | 'trusted' | 'timeout'> {
  readonly package: PackageFeed;
  readonly language?: string;
  news(news: MediaNews): void;
  fail(error: LecternError): void;
}

export interface OpenMedia {
  command(command: MediaCommand): void;
  focus(): void;
  close(): void;
}

/**
 * Plays media of a package in the courseware frame, where a part of an archive has an address.
 * @throws FrameError
 */
export async function openMedia(options: OpenMediaOptions): Promise<OpenMedia> {
  const { title, language, sources, tracks, poster } = options;
  const frame = await openFrame({
    ...options,
    lost: (error) => options.fail(error),
    methods: {
      ...withoutModel,
      assign: () => ({ kind: 'media', title, sources, tracks, ...(poster ? { poster } : {}), ...(language ? { language } : {}), ...packageOf(options.package) }),
      media: (news) => options.news(news),
      serve: (port) => options.package.serve(port),
      notice({ code, detail }) {
        if (code === 'package-unavailable') options.fail(packageUnavailable(detail, options.frame));
      },
    },
  });
  return {
    command: (command) => void Promise.resolve(frame.remote.media?.(command)).catch(() => undefined),
    focus: () => frame.focus(),
    close: () => frame.remove(),
  };
}
