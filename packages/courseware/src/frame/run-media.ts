import { PACKAGE_STAGE } from '../remote/package-address.js';
import type { MediaAssignment, MediaCommand, MediaNews } from './media-protocol.js';
import { openStage } from './stage.js';

export interface RunMediaOptions extends MediaAssignment {
  readonly view: Window;
  readonly title: string;
  /** The package's folder on the content origin. */
  readonly base: string;
  tell(news: MediaNews): void;
}

export interface RunningMedia {
  command(command: MediaCommand): void;
  focus(): void;
}

const EVENTS: readonly MediaNews['type'][] = ['loadedmetadata', 'canplay', 'play', 'pause', 'timeupdate', 'durationchange', 'seeking', 'seeked', 'ratechange', 'volumechange'];

/**
 * Plays media of a package with the browser's own controls. The element is in a page below the worker's scope: only what such a page asks for reaches
 * the worker, and so a film plays and seeks with no more of it fetched than the browser reads ahead.
 */
export async function runMedia({ view, title, base, sources, tracks, poster, tell }: RunMediaOptions): Promise<RunningMedia> {
  const stage = await openStage(view, new URL(PACKAGE_STAGE, base).href, title);
  const document = stage.contentDocument!;
  const media = document.createElement('video');
  media.controls = true;
  media.playsInline = true;
  media.preload = 'metadata';
  media.setAttribute('aria-label', title);
  if (poster) media.poster = poster;
  Object.assign(media.style, { position: 'fixed', inset: '0', inlineSize: '100%', blockSize: '100%', background: '#000' });
  for (const { src, type } of sources) media.append(Object.assign(document.createElement('source'), { src, ...(type ? { type } : {}) }));
  for (const { src, kind, lang, label, shown } of tracks) media.append(Object.assign(document.createElement('track'), { src, kind, srclang: lang, label, default: shown }));
  const say = (type: MediaNews['type']) => (): void => {
    const { currentTime, duration, paused, seeking, readyState, volume, muted, playbackRate } = media;
    tell({ type, currentTime, duration: Number.isFinite(duration) ? duration : 0, paused, seeking, readyState, volume, muted, playbackRate });
  };
  for (const type of EVENTS) media.addEventListener(type, say(type));
  media.addEventListener('error', say('error'));
  media.querySelector('source:last-of-type')?.addEventListener('error', say('error'));
  document.body.append(media);
  return {
    command(command) {
      if (command.type === 'seek') media.currentTime = command.time;
      else if (command.type === 'pause') media.pause();
      else media.focus();
    },
    focus: () => media.focus(),
  };
}
