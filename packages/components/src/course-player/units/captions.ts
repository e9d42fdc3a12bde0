import { isCaptions } from './media-events.js';

/** Where the reader's choice of captions is kept: a language or `off`. */
const KEY = 'lectern.captions';

/** Shows captions where they were on the last time: in the same language, else in the reader’s. */
export function applyCaptions(media: HTMLMediaElement, languages: readonly string[]): void {
  const wanted = remembered();
  if (wanted === undefined || wanted === 'off') return;
  const track = pickTrack(media, ['captions', 'subtitles'], [wanted, ...languages]);
  if (track) track.mode = 'showing';
}

/** The track in the first of the languages that there is one in; else the first of its kind. */
export function pickTrack(media: HTMLMediaElement, kinds: readonly TextTrackKind[], languages: readonly string[]): TextTrack | undefined {
  const tracks = [...media.textTracks].filter(({ kind }) => kinds.includes(kind));
  return languages.flatMap((tag) => tracks.find(({ language }) => primary(language) === primary(tag)) ?? [])[0] ?? tracks[0];
}

export function rememberCaptions(media: HTMLMediaElement): void {
  const tracks = [...media.textTracks].filter(({ kind }) => isCaptions(kind));
  if (tracks.length === 0) return;
  try {
    localStorage.setItem(KEY, tracks.find(({ mode }) => mode === 'showing')?.language || 'off');
  } catch {
    // Storage is forbidden or full: the choice lasts for this video only.
  }
}

function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

const primary = (tag: string): string => tag.toLowerCase().split('-')[0] ?? tag;
