import type { LearningEventBody } from '@lectern/core';

/** Milliseconds of quiet after which a dragged volume or speed control has been set. */
const SETTLED = 500;

export interface MediaWatch {
  /** A jump of our own making: it is not told as the learner's. */
  jump(time: number): void;
  /** What is set by now is not the learner's doing: captions are shown as the last time. */
  settle(): void;
  /** Tells where the playing stands, and that it stops, before the page or the unit goes. */
  stop(): void;
  /** The learner has played or moved. */
  readonly touched: boolean;
}

/** Turns what a media element does into learning events (xAPI Video Profile 1.0.3). Every listener ends with `signal`. */
export function watchMedia(media: HTMLMediaElement, dispatch: (event: LearningEventBody) => unknown, signal: AbortSignal): MediaWatch {
  let time = 0;
  let from: number | undefined;
  let playing = false;
  let touched = false;
  let ours: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let standing = '';

  const on = (target: EventTarget, types: string, listener: () => void): void => {
    for (const type of types.split(' ')) target.addEventListener(type, listener, { signal });
  };
  const length = (): { length?: number } => (Number.isFinite(media.duration) ? { length: media.duration } : {});
  const play = (): void => {
    // Pressed before the media is known: it begins to play when it is, and so does the record.
    if (playing || media.readyState === HTMLMediaElement.HAVE_NOTHING) return;
    playing = touched = true;
    time = media.currentTime;
    dispatch({ type: 'played', time });
  };
  const pause = (): void => {
    if (!playing) return;
    playing = false;
    time = media.currentTime;
    dispatch({ type: 'paused', time });
  };
  const settings = () => ({
    volume: media.volume,
    muted: media.muted,
    speed: media.playbackRate,
    fullScreen: isFullScreen(media),
    captions: [...media.textTracks].find(({ kind, mode }) => isCaptions(kind) && mode === 'showing')?.language || 'off',
  });
  const settle = (): void => {
    standing = JSON.stringify(settings());
  };
  const interact = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const before = standing;
      settle();
      if (standing !== before) dispatch({ type: 'interacted', time: media.currentTime, ...settings() });
    }, SETTLED);
  };

  const begin = (): void => {
    settle();
    dispatch({ type: 'initialized', ...length(), ...settings() });
    if (!media.paused) play();
  };

  settle();
  on(media, 'loadedmetadata', begin);
  on(media, 'play', play);
  on(media, 'pause', pause);
  on(media, 'timeupdate durationchange', () => {
    if (media.seeking || from !== undefined) return;
    time = media.currentTime;
    if (playing) dispatch({ type: 'ticked', time, ...length() });
  });
  on(media, 'seeking', () => (from ??= time));
  on(media, 'seeked', () => {
    const start = from;
    from = undefined;
    const to = (time = media.currentTime);
    const own = ours !== undefined && Math.abs(ours - to) < 0.5;
    ours = undefined;
    if (own || start === undefined || Math.abs(to - start) < 0.01) return;
    touched = true;
    dispatch({ type: 'seeked', from: start, to });
  });
  on(media, 'ratechange volumechange', interact);
  on(media.textTracks, 'change', interact);
  on(document, 'fullscreenchange', interact);
  signal.addEventListener('abort', () => clearTimeout(timer));
  // A page's own element may be further than its listeners.
  if (media.readyState > HTMLMediaElement.HAVE_NOTHING) begin();

  return {
    jump(to) {
      ours = to;
      media.currentTime = to;
    },
    settle,
    stop() {
      pause();
      media.pause();
    },
    get touched() {
      return touched;
    },
  };
}

export const isCaptions = (kind: string): boolean => kind === 'captions' || kind === 'subtitles';

/** The document names the outermost shadow host only; the media's own root knows better. */
const isFullScreen = (media: HTMLMediaElement): boolean => (media.getRootNode() as ShadowRoot).fullscreenElement === media;
