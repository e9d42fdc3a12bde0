import type { MultivariantPlaylist, StreamRendition, StreamVariant } from './read-playlist.js';

/** Lines, and bits a second, up to which more is better: sharp on what people carry, and an hour takes about a gigabyte. */
export const KEPT_LINES = 720;
export const KEPT_BANDWIDTH = 2_500_000;

export interface ChosenVariant {
  readonly variant: StreamVariant;
  /** Its own sound tracks and subtitles, in all their languages. */
  readonly renditions: readonly StreamRendition[];
}

/**
 * Which of a stream's variants is kept: the best that has at most 720 lines and 2.5 Mbit/s, else the least. Only those that this browser decodes; of a film, none without a picture, where there is one with.
 * @param plays whether a browser decodes what a list of codecs names (RFC 6381)
 * @returns `undefined` where it decodes none
 */
export function chooseVariant({ variants, renditions }: MultivariantPlaylist, plays: (codecs: string) => boolean, wantsPicture: boolean): ChosenVariant | undefined {
  const played = variants.filter(({ codecs }) => codecs === undefined || plays(codecs));
  const seen = wantsPicture ? played.filter((variant) => !isSoundOnly(variant)) : played;
  const among = seen.length > 0 ? seen : played;
  const fitting = among.filter(({ lines, bandwidth }) => (lines ?? 0) <= KEPT_LINES && bandwidth <= KEPT_BANDWIDTH);
  const variant = fitting.length > 0 ? best(fitting, (a, b) => a > b) : best(among, (a, b) => a < b);
  return variant && { variant, renditions: renditions.filter(({ type, group }) => group === (type === 'AUDIO' ? variant.audio : variant.subtitles)) };
}

const best = (variants: readonly StreamVariant[], better: (a: number, b: number) => boolean): StreamVariant | undefined =>
  variants.reduce<StreamVariant | undefined>((found, each) => (!found || better(each.bandwidth, found.bandwidth) ? each : found), undefined);

const isSoundOnly = ({ codecs, lines }: StreamVariant): boolean => lines === undefined && codecs !== undefined && codecs.split(',').every((codec) => /^\s*(?:mp4a|ac-3|ec-3|ac-4|opus|fLaC|alac)\b/i.test(codec));
