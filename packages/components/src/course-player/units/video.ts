import { pickText, type MediaTrack, type Session, type UnitState, type VideoUnit } from '@lectern/core';
import { html, nothing, render, svg, type TemplateResult } from 'lit';
import { base } from '../../internal/base.styles.js';
import { icon } from '../../internal/icons.js';
import { str } from '../../internal/localize.js';
import { createViewRoot } from '../../internal/view-root.js';
import { releaseMedia } from '../page-media.js';
import { PlayerError } from '../player-error.js';
import { applyCaptions, pickTrack, rememberCaptions } from './captions.js';
import { watchMedia } from './media-events.js';
import type { UnitContext, UnitView } from './unit-view.js';
import { clockTime } from './video-clock.js';
import { videoStyles } from './video.styles.js';

/** Seconds that the jump back goes. */
const BACK = 10;

/** Milliseconds that the learner's record waits for a video to become playable. */
const PATIENCE = 4_000;

/** A position nearer to the end than this is no place to resume from. */
const END = 3;

/** Plays a video at once, and says what was watched as soon as there is a session to say it to. */
export function open(context: UnitContext<VideoUnit>): UnitView {
  const { unit, signal, session } = context;
  const root = createViewRoot(context.host, [base, videoStyles]);
  let state: UnitState | undefined;

  render(html`${context.media ? nothing : renderVideo(context)}<div class="bar"></div>`, root);
  if (context.media) root.prepend(dress(context.media, context));
  const video = root.querySelector('video')!;
  const bar = root.querySelector<HTMLElement>('.bar')!;
  const watch = watchMedia(video, context.dispatch, signal);
  const chapters = pickTrack(video, ['chapters'], context.languages);
  if (chapters) chapters.mode = 'hidden';

  const seek = (time: number): void => {
    video.currentTime = Math.max(0, time);
    video.focus({ preventScroll: true });
  };
  const update = (): void => {
    if (!signal.aborted) render(renderBar({ context, video, chapters, state, seek }), bar);
  };
  const resume = (): void => {
    const position = state?.position;
    if (position && !watch.touched && video.readyState > 0 && position < video.duration - END) watch.jump(position);
  };
  const follow = (opened: Session): void => {
    state = opened.getState().units[unit.id];
    resume();
    update();
    const end = opened.subscribe((all) => {
      if (all.units[unit.id] === state) return;
      state = all.units[unit.id];
      update();
    });
    signal.addEventListener('abort', end);
  };

  for (const type of ['loadedmetadata', 'timeupdate', 'durationchange']) video.addEventListener(type, update, { signal });
  video.addEventListener('loadedmetadata', resume, { signal });
  for (const track of root.querySelectorAll('track[kind=chapters]')) track.addEventListener('load', update, { signal });
  applyCaptions(video, context.languages);
  video.textTracks.addEventListener('change', () => rememberCaptions(video), { signal });
  watchFaults(video, context);
  update();
  void session.then((opened) => !signal.aborted && follow(opened));

  return {
    close() {
      watch.stop();
      releaseMedia(video);
    },
    playable: new Promise((resolve) => {
      if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) resolve(undefined);
      for (const type of ['canplay', 'play', 'error']) video.addEventListener(type, resolve, { signal });
      signal.addEventListener('abort', resolve);
      setTimeout(resolve, video.preload === 'auto' ? PATIENCE : 0);
    }),
    suspend: () => watch.stop(),
    focus: () => video.focus(),
  };
}

/** Tracks of another origin load only in CORS mode, and the mode is the whole element's; media without tracks need not know of CORS. */
const needsCors = ({ unit, base: url }: UnitContext<VideoUnit>): boolean =>
  (unit.tracks ?? []).some(({ src }) => new URL(src, url).origin !== location.origin);

function renderVideo(context: UnitContext<VideoUnit>): TemplateResult {
  const { unit, base: url, words } = context;
  const resolve = (src: string): string => new URL(src, url).href;
  const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  return html`<video
    controls
    playsinline
    preload=${saving ? 'metadata' : 'auto'}
    aria-label=${pickText(unit.title, words.languages)}
    crossorigin=${needsCors(context) ? 'anonymous' : nothing}
    poster=${unit.poster ? resolve(unit.poster) : nothing}
    >${unit.sources.map(({ src, type }) => html`<source src=${resolve(src)} type=${type ?? nothing} />`)}${renderTracks(context)}</video
  >`;
}

const renderTracks = ({ unit, base: url }: UnitContext<VideoUnit>): TemplateResult =>
  html`${unit.tracks?.map(
    ({ src, kind, lang, label }: MediaTrack) => html`<track src=${new URL(src, url).href} kind=${kind} srclang=${lang} label=${label ?? lang} />`,
  )}`;

/** Gives the page's own element what ours would have. */
function dress(video: HTMLVideoElement, context: UnitContext<VideoUnit>): HTMLVideoElement {
  video.controls = true;
  video.playsInline = true;
  video.setAttribute('aria-label', pickText(context.unit.title, context.words.languages));
  if (needsCors(context)) video.crossOrigin = 'anonymous';
  for (const track of [...video.querySelectorAll('track')]) track.remove();
  render(renderTracks(context), video);
  return video;
}

/** A fault of the last source, or of the media after it began to play, is the unit's. */
function watchFaults(video: HTMLVideoElement, { fail, signal, base: url, unit, media }: UnitContext<VideoUnit>): void {
  const fault = (): void => {
    const file = new URL(unit.sources.at(-1)!.src, url).href;
    const { error } = video;
    // Before anything has loaded, browsers say "not supported" to a missing file too: then only asking tells.
    if (error && error.code !== MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && error.code !== MediaError.MEDIA_ERR_NETWORK) {
      fail(new PlayerError('media-unsupported', error.message || 'The media cannot be decoded.', { file }));
      return;
    }
    fetch(file, { method: 'HEAD', signal }).then(
      ({ ok, status }) => fail(new PlayerError(ok ? 'media-unsupported' : 'media-unreachable', ok ? 'No source can be played.' : `${status}`, { file })),
      (cause: unknown) => fail(new PlayerError('media-unreachable', 'No source can be fetched.', { file, cause })),
    );
  };
  video.addEventListener('error', fault, { signal });
  video.querySelector('source:last-of-type')?.addEventListener('error', fault, { signal });
  // The page's own element may have failed before anybody listened; one that is only beginning to choose has no source either.
  const failed = (): boolean => video.error !== null || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE;
  if (media) setTimeout(() => !signal.aborted && failed() && fault());
}

interface BarModel {
  readonly context: UnitContext<VideoUnit>;
  readonly video: HTMLVideoElement;
  readonly chapters: TextTrack | undefined;
  readonly state: UnitState | undefined;
  seek(time: number): void;
}

/** What has been watched, and what is still to watch; jumps that native controls lack. */
function renderBar({ context: { unit, words }, video, chapters, state, seek }: BarModel): TemplateResult {
  const { msg } = words;
  const length = Number.isFinite(video.duration) ? video.duration : (state?.length ?? 0);
  const at = (time: number): string => (length > 0 ? `${((100 * time) / length).toFixed(3)}%` : '0');
  const cues = [...(chapters?.cues ?? [])] as VTTCue[];
  const percent = words.percent(state?.progress ?? 0);
  const needed = words.percent(unit.completionThreshold ?? 0.9);
  const watched = state?.completed ? msg('Watched, completed') : msg(str`${percent} watched · complete at ${needed}`);
  return html`
    <button type="button" class="back" @click=${() => seek(video.currentTime - BACK)}>${icon('back')}${msg('Back 10 s')}</button>
    <div class="watched">
      <svg class="strip" width="100%" height="8" role="img" aria-label=${msg('Parts watched')} dir="ltr">
        <rect class="whole" width="100%" height="8" rx="4" />
        ${state?.segments.map(([from, to]) => svg`<rect class="seen" x=${at(from)} width=${at(to - from)} height="8" rx="2" />`)}
        ${cues.slice(1).map(({ startTime }) => svg`<rect class="chapter" x=${at(startTime)} width="2" height="8" />`)}
        ${length > 0 ? svg`<rect class="now" x=${at(video.currentTime)} width="2" height="8" />` : nothing}
      </svg>
      <bdi>${watched}</bdi>
    </div>
    ${cues.length
      ? html`<details class="chapters">
          <summary>${msg('Chapters')}</summary>
          <ol>
            ${cues.map(
              ({ startTime, endTime, text }) => html`<li>
                <button type="button" class="plain" aria-current=${video.currentTime >= startTime && video.currentTime < endTime ? 'true' : nothing} @click=${() => seek(startTime)}>
                  <span class="time">${clockTime(startTime)}</span><bdi>${text}</bdi>
                </button>
              </li>`,
            )}
          </ol>
        </details>`
      : nothing}
  `;
}

