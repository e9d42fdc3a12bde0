import type { MediaTrack } from '@lectern/core';
import { decodeText, parseCaptions, type Cue } from './parse-captions.js';

/** Longer captions than this many octets are refused: a day of speech has less. */
const MAX_OCTETS = 5_000_000;

/**
 * Fetches captions and reads them, WebVTT or SRT, in whatever encoding they are.
 * @throws Error where they cannot be fetched, or are none
 */
export async function loadCues({ src, lang }: Pick<MediaTrack, 'src' | 'lang'>, base: string, signal: AbortSignal): Promise<readonly Cue[]> {
  const url = new URL(src, base).href;
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_OCTETS) throw new Error(`${url} is too large for captions.`);
  const cues = parseCaptions(decodeText(bytes, lang, /charset=["']?([\w-]+)/i.exec(response.headers.get('Content-Type') ?? '')?.[1]));
  if (!cues) throw new Error(`${url} holds no captions.`);
  return cues;
}

/**
 * Gives a media element tracks that it could not load by itself: SRT, and files of another origin, for which the media would have to come by CORS, too.
 * Where one cannot be had, the others can, and `failed` is told.
 */
export async function addTracks(media: HTMLMediaElement, tracks: readonly MediaTrack[], base: string, { signal, failed }: { readonly signal: AbortSignal; failed(track: MediaTrack): void }): Promise<void> {
  await Promise.all(
    tracks.map(async (track) => {
      try {
        const cues = await loadCues(track, base, signal);
        if (signal.aborted) return;
        const added = media.addTextTrack(track.kind, track.label ?? track.lang, track.lang);
        // Cues can be added only while the track is not disabled.
        added.mode = 'hidden';
        for (const cue of cues) added.addCue(toVttCue(cue));
        added.mode = track.kind === 'chapters' ? 'hidden' : 'disabled';
      } catch {
        if (!signal.aborted) failed(track);
      }
    }),
  );
}

/** Of the settings, those that browsers agree upon. */
function toVttCue({ start, end, text, settings }: Cue): VTTCue {
  const cue = new VTTCue(start, end, text);
  for (const setting of settings.split(/\s+/)) {
    const [name, value = ''] = setting.split(':');
    const number = Number.parseFloat(value);
    if (name === 'line' && Number.isFinite(number)) {
      cue.snapToLines = !value.includes('%');
      cue.line = number;
    } else if (name === 'align' && ['start', 'center', 'end', 'left', 'right'].includes(value)) cue.align = value as AlignSetting;
    else if (name === 'position' && number >= 0 && number <= 100) cue.position = number;
    else if (name === 'size' && number >= 0 && number <= 100) cue.size = number;
  }
  return cue;
}
