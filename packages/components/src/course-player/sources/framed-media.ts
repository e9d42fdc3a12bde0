import { openMedia, type MediaNews, type OpenMedia } from '@lectern/courseware/frame';
import { pickText, type Session, type UnitState, type VideoUnit } from '@lectern/core';
import { str } from '../../internal/localize.js';
import { PlayerError } from '../player-error.js';
import { createFramePlace } from '../units/framed.js';
import { watchMedia } from '../units/media-events.js';
import type { UnitContext, UnitView } from '../units/unit-view.js';

/** Seconds. A position nearer to the end than this is no place to resume from. */
const END = 3;

/** The media element in the frame, as far as the rules of watching ask for it. */
class DistantMedia extends EventTarget {
  currentTime = 0;
  duration = Number.NaN;
  paused = true;
  seeking = false;
  readyState = 0;
  volume = 1;
  muted = false;
  playbackRate = 1;
  readonly textTracks = Object.assign(new EventTarget(), { *[Symbol.iterator](): Generator<TextTrack> {} });
  readonly pause: () => void;

  constructor(pause: () => void) {
    super();
    this.pause = pause;
  }

  getRootNode(): { readonly fullscreenElement: null } {
    return { fullscreenElement: null };
  }

  hear({ type, duration, ...state }: MediaNews): void {
    Object.assign(this, state, { duration: duration > 0 ? duration : Number.NaN });
    this.dispatchEvent(new Event(type));
  }
}

/** Plays a film or a sound of a package in the courseware frame, and watches it from here. */
export async function open(context: UnitContext<VideoUnit>): Promise<UnitView> {
  const { unit, course, words, signal, feed } = context;
  const place = createFramePlace(context.host);
  const absolute = (src: string): string => new URL(src, context.base).href;
  let state: UnitState | undefined;
  const running: { media?: OpenMedia } = {};
  const distant = new DistantMedia(() => running.media?.command({ type: 'pause' }));
  // A listener of its own first: what the element tells must be known before anybody asks for it.
  const watch = watchMedia(distant as unknown as HTMLMediaElement, context.dispatch, signal);
  const say = (): void => {
    const percent = words.percent(state?.progress ?? 0);
    const needed = words.percent(unit.completionThreshold ?? 0.9);
    place.say(state?.completed ? words.msg('Watched, completed') : words.msg(str`${percent} watched · complete at ${needed}`));
  };
  const resume = (): void => {
    const position = state?.position;
    if (!position || watch.touched || distant.readyState === 0 || position > distant.duration - END) return;
    watch.jump(position);
    running.media?.command({ type: 'seek', time: position });
  };
  running.media = await openMedia({
    frame: course.frame,
    host: place.content,
    title: pickText(unit.title, context.languages),
    signal,
    package: feed!,
    sources: unit.sources.map(({ src, type }) => ({ src: absolute(src), type })),
    tracks: (unit.tracks ?? []).map(({ src, kind, lang, label }) => ({ src: absolute(src), kind, lang, label: label ?? lang, shown: kind === 'captions' && context.languages.some((tag) => tag.split('-')[0] === lang.split('-')[0]) })),
    poster: unit.poster === undefined ? undefined : absolute(unit.poster),
    news(news) {
      if (news.type === 'error') context.fail(new PlayerError('media-unsupported', 'No source of the package can be played.', { file: absolute(unit.sources.at(-1)!.src) }));
      else distant.hear(news);
      if (news.type === 'loadedmetadata') resume();
    },
    fail: (error) => context.fail(error),
    ...(course.language ? { language: course.language } : {}),
  });
  say();
  const follow = (opened: Session): void => {
    const look = (): void => {
      state = opened.getState().units[unit.id];
      say();
    };
    look();
    resume();
    signal.addEventListener('abort', opened.subscribe(look));
  };
  void context.session.then((opened) => !signal.aborted && follow(opened));
  return {
    close() {
      watch.stop();
      running.media?.close();
    },
    suspend: () => watch.stop(),
    focus: () => running.media?.focus(),
  };
}
