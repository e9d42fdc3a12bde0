import type { MediaTrack } from '@lectern/core';
import { css, html, nothing, render } from 'lit';
import type { UnitContext } from '../units/unit-view.js';
import { clockTime } from '../units/video-clock.js';
import { loadCues } from './load-track.js';
import { plainText, type Cue } from './parse-captions.js';

const styles = css`
  .transcript {
    margin-block-start: calc(2 * var(--_space));
    font-size: 0.9375em;
  }
  .transcript select {
    min-block-size: 44px;
    margin-block-end: calc(2 * var(--_space));
    padding-inline: calc(2 * var(--_space));
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  .lines {
    max-block-size: 18em;
    overflow-y: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
  }
  .lines li {
    content-visibility: auto;
    contain-intrinsic-size: auto 44px;
  }
  .lines button {
    align-items: baseline;
    border-radius: 0;
  }
  .lines .said {
    overflow-wrap: anywhere;
  }
  .speaker {
    font-weight: 600;
  }
`;

/** Milliseconds for which the list stands still after the reader has scrolled it. */
const READING = 5_000;

export interface TranscriptOptions extends Pick<UnitContext, 'words' | 'languages' | 'base' | 'signal'> {
  readonly media: HTMLMediaElement;
  readonly tracks: readonly MediaTrack[];
  /** The language whose captions are shown, if any are. */
  readonly shown: string | undefined;
  seek(time: number): void;
}

/** What is said, as text: it follows the playing, and leads to any place in it. */
export async function openTranscript(details: HTMLElement, root: ShadowRoot, options: TranscriptOptions): Promise<void> {
  const { media, tracks, words, languages, base, signal, seek, shown } = options;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles.styleSheet!];
  const place = details.appendChild(document.createElement('div'));
  const primary = (tag: string): string => tag.toLowerCase().split('-')[0]!;
  let track = [...(shown ? [shown] : []), ...languages].flatMap((tag) => tracks.find(({ lang }) => primary(lang) === primary(tag)) ?? [])[0] ?? tracks[0]!;
  let cues: readonly Cue[] = [];
  let current = -1;
  let touched = 0;

  const follow = (): void => {
    const now = media.currentTime;
    let next = -1;
    for (let low = 0, high = cues.length - 1; low <= high; ) {
      const middle = (low + high) >> 1;
      if (cues[middle]!.start <= now) {
        next = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    if (next === current) return;
    const buttons = place.querySelectorAll('.lines button');
    buttons[current]?.removeAttribute('aria-current');
    buttons[next]?.setAttribute('aria-current', 'true');
    current = next;
    const list = place.querySelector<HTMLElement>('.lines');
    const line = buttons[next]?.parentElement;
    // Whoever reads ahead is not pulled back.
    if (!list || !line || Date.now() - touched < READING || list.contains(root.activeElement)) return;
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 3;
  };

  const show = async (): Promise<void> => {
    current = -1;
    cues = [];
    render(html`<p role="status">${words.msg('Loading the transcript…')}</p>`, place);
    const loaded = await loadCues(track, base, signal).catch(() => undefined);
    if (signal.aborted) return;
    cues = loaded ?? [];
    const choose = (event: Event): void => {
      track = tracks[Number((event.target as HTMLSelectElement).value)]!;
      void show();
    };
    render(
      html`${tracks.length < 2
        ? nothing
        : html`<select aria-label=${words.msg('Language of the transcript')} @change=${choose}>
            ${tracks.map((each, index) => html`<option value=${index} ?selected=${each === track}>${each.label ?? each.lang}</option>`)}
          </select>`}
      ${cues.length === 0
        ? html`<p>${words.msg('The transcript could not be loaded.')}</p>`
        : html`<ol class="lines" lang=${track.lang} @wheel=${() => (touched = Date.now())} @touchmove=${() => (touched = Date.now())}>
            ${cues.map((cue) => {
              const { speaker, words: said } = plainText(cue);
              return html`<li>
                <button type="button" class="plain" @click=${() => seek(cue.start)}>
                  <span class="time" dir="ltr">${clockTime(cue.start)}</span><bdi class="said">${speaker ? html`<span class="speaker">${speaker}: </span>` : nothing}${said}</bdi>
                </button>
              </li>`;
            })}
          </ol>`}`,
      place,
    );
    follow();
  };

  for (const type of ['timeupdate', 'seeked']) media.addEventListener(type, follow, { signal });
  await show();
}
