import { pickText, type MediaTrack, type MediaUnit, type Session, type UnitState } from '@lectern/core';
import { html, nothing, render, svg, type TemplateResult } from 'lit';
import { base } from '../../internal/base.styles.js';
import { icon } from '../../internal/icons.js';
import { str } from '../../internal/localize.js';
import { createViewRoot } from '../../internal/view-root.js';
import { releaseMedia } from '../page-media.js';
import { PlayerError } from '../player-error.js';
import { applyCaptions, pickTrack, rememberCaptions } from './captions.js';
import { isCaptions, watchMedia } from './media-events.js';
import type { UnitContext, UnitView } from './unit-view.js';
import { clockTime } from './video-clock.js';
import { videoStyles } from './video.styles.js';

/** Seconds that the jump back goes. */
const BACK = 10;

/** Milliseconds that the learner's record waits for a video to become playable. */
const PATIENCE = 4_000;

/** A position nearer to the end than this is no place to resume from. */
const END = 3;

/** Plays a video, or sound, at once, and says what was watched as soon as there is a session to say it to. */
export function open(context: UnitContext<MediaUnit>): UnitView {
  const { unit, signal, session } = context;
  const root = createViewRoot(context.host, [base, videoStyles]);
  let state: UnitState | undefined;

  render(html`${context.media ? nothing : renderMedia(context)}<div class="bar"></div><div class="more"></div>`, root);
  if (context.media) root.prepend(dress(context.media, context));
  const video = root.querySelector<HTMLVideoElement>('video, audio')!;
  const bar = root.querySelector<HTMLElement>('.bar')!;
  const watch = watchMedia(video, context.dispatch, signal);

  const chaptersOf = (): TextTrack | undefined => {
    const chapters = pickTrack(video, ['chapters'], context.languages);
    if (chapters) chapters.mode = 'hidden';
    return chapters;
  };
  const seek = (time: number): void => {
    video.currentTime = Math.max(0, time);
    video.focus({ preventScroll: true });
  };
  const more = root.querySelector<HTMLElement>('.more')!;
  const transcript = transcriptIn(more, root, video, context, seek);
  const update = (): void => {
    if (signal.aborted) return;
    render(renderBar({ context, video, chapters: chaptersOf(), state, seek }), bar);
    transcript?.();
  };
  const resume = (): void => {
    const position = state?.position;
    if (!position || watch.touched || !video.readyState || position > video.duration - END) return;
    const { seekable } = video;
    // From a server without ranges Firefox reaches only what has come, and would land short of it.
    if (seekable.length && seekable.end(seekable.length - 1) < position) {
      for (const type of ['progress', 'suspend']) video.addEventListener(type, resume, { once: true, signal });
    } else watch.jump(position);
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

  const addLateTracks = async (tracks: readonly MediaTrack[]): Promise<void> => {
    const { addTracks } = await import('../media/load-track.js');
    const failed: string[] = [];
    await addTracks(video, tracks, context.base, { signal, failed: ({ label, lang }) => failed.push(label ?? lang) });
    applyCaptions(video, context.languages);
    watch.settle();
    for (const name of failed) more.append(Object.assign(document.createElement('p'), { className: 'lacking', textContent: context.words.msg(str`These captions could not be loaded: ${name}`) }));
    update();
  };
  context.host.setAttribute('exportparts', 'transcript');

  for (const type of ['loadedmetadata', 'timeupdate', 'durationchange']) video.addEventListener(type, update, { signal });
  video.addEventListener('loadedmetadata', resume, { signal });
  for (const track of root.querySelectorAll('track[kind=chapters]')) track.addEventListener('load', update, { signal });
  const late = lateTracks(context);
  if (late.length > 0) void addLateTracks(late).catch(() => undefined);
  applyCaptions(video, context.languages);
  video.textTracks.addEventListener('change', () => rememberCaptions(video), { signal });
  watchFaults(video, context);
  if (unit.seekAhead === false) void import('../media/hold-back.js').then(({ holdBack }) => holdBack(video, context, () => state));
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

/** Tracks that browsers cannot load by themselves: SRT, and those of another origin, for which the media would have to come by CORS, too. */
const lateTracks = ({ unit, base: url }: UnitContext<MediaUnit>): readonly MediaTrack[] =>
  (unit.tracks ?? []).filter(({ src }) => new URL(src, url).origin !== location.origin || /\.srt([?#]|$)/i.test(src));

/** What is said, as text; comes when it is opened. @returns shows it in the words that are there by now */
function transcriptIn(place: HTMLElement, root: ShadowRoot, media: HTMLMediaElement, context: UnitContext<MediaUnit>, seek: (time: number) => void): (() => void) | undefined {
  const tracks = (context.unit.tracks ?? []).filter(({ kind }) => isCaptions(kind));
  if (tracks.length === 0) return undefined;
  const { words, languages, base: url, signal } = context;
  const open = async ({ currentTarget: details }: Event): Promise<void> => {
    const { openTranscript } = await import('../media/transcript.js');
    const shown = [...media.textTracks].find(({ kind, mode }) => isCaptions(kind) && mode === 'showing')?.language;
    await openTranscript(details as HTMLElement, root, { media, tracks, words, languages, base: url, signal, seek, shown });
  };
  const toggled = { handleEvent: (event: Event) => void open(event).catch(() => undefined), once: true };
  return () => render(html`<details class="transcript" part="transcript" @toggle=${toggled}><summary>${words.msg('Transcript')}</summary></details>`, place);
}

function renderMedia(context: UnitContext<MediaUnit>): TemplateResult {
  const { unit, base: url, words } = context;
  const resolve = (src: string): string => new URL(src, url).href;
  const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  const preload = saving ? 'metadata' : 'auto';
  const title = pickText(unit.title, words.languages);
  const content = html`${unit.sources.map(({ src, type }) => html`<source src=${resolve(src)} type=${type ?? nothing} />`)}${renderTracks(context)}`;
  if (unit.kind === 'audio') {
    return html`${unit.poster ? html`<img class="cover" src=${resolve(unit.poster)} alt="" />` : nothing}<audio controls preload=${preload} aria-label=${title}>${content}</audio>`;
  }
  return html`<video controls playsinline preload=${preload} aria-label=${title} poster=${unit.poster ? resolve(unit.poster) : nothing}>${content}</video>`;
}

const renderTracks = (context: UnitContext<MediaUnit>): TemplateResult =>
  html`${context.unit.tracks?.filter((track) => !lateTracks(context).includes(track)).map(
    ({ src, kind, lang, label }: MediaTrack) => html`<track src=${new URL(src, context.base).href} kind=${kind} srclang=${lang} label=${label ?? lang} />`,
  )}`;

/** Gives the page's own element what ours would have. */
function dress(video: HTMLMediaElement, context: UnitContext<MediaUnit>): HTMLMediaElement {
  video.controls = true;
  (video as HTMLVideoElement).playsInline = true;
  video.setAttribute('aria-label', pickText(context.unit.title, context.words.languages));
  for (const track of [...video.querySelectorAll('track')]) track.remove();
  render(renderTracks(context), video);
  return video;
}

/** A fault of the last source, or of the media after it began to play, is the unit's. */
function watchFaults(video: HTMLVideoElement, { fail, signal, base: url, unit, media }: UnitContext<MediaUnit>): void {
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
  readonly context: UnitContext<MediaUnit>;
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
  const sound = unit.kind === 'audio';
  const watched = state?.completed
    ? sound ? msg('Heard, completed') : msg('Watched, completed')
    : sound ? msg(str`${percent} heard · complete at ${needed}`) : msg(str`${percent} watched · complete at ${needed}`);
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

