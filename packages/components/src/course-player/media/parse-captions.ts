/** One line of captions. */
export interface Cue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** With WebVTT's markup, for `VTTCue`. */
  readonly text: string;
  /** WebVTT cue settings as written: `line:10% align:start`. */
  readonly settings: string;
}

/** More cues than a day of speech has are no captions. */
const MAX_CUES = 50_000;

const TIMING = /^\s*((?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})\s*-->\s*((?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})(?:\s+(\S.*))?$/;

/**
 * Reads WebVTT or SRT, whichever it is: the two differ in a header, a comma, and what they may carry besides words. What is not a cue
 * (headers, notes, styles, damaged lines) is passed over; cues come out in the order of time.
 * @returns `undefined` where nothing in the text is a cue, and it does not say that it is WebVTT either
 */
export function parseCaptions(source: string): readonly Cue[] | undefined {
  const text = source.replace(/^\uFEFF/, '').replace(/\0/g, '\uFFFD');
  const isVtt = /^WEBVTT(?:[ \t\r\n]|$)/.test(text);
  const lines = text.split(/\r\n|\r|\n/);
  const cues: Cue[] = [];
  for (let at = 0; at < lines.length && cues.length < MAX_CUES; at++) {
    const timing = TIMING.exec(lines[at]!);
    if (!timing) continue;
    const start = toSeconds(timing[1]!);
    const end = toSeconds(timing[2]!);
    const words: string[] = [];
    // A timing line without an empty line before it begins the next cue, as browsers have it.
    while (at + 1 < lines.length && lines[at + 1]!.trim() !== '' && !TIMING.test(lines[at + 1]!)) words.push(lines[++at]!);
    if (!isVtt && at + 1 < lines.length && TIMING.test(lines[at + 1]!) && /^\d+$/.test(words.at(-1)?.trim() ?? '')) words.pop();
    if (!(end > start) || words.length === 0) continue;
    const joined = words.join('\n').trim();
    const cue = isVtt ? { text: joined, settings: timing[3] ?? '' } : fromSrt(joined);
    if (cue.text !== '') cues.push({ start, end, ...cue });
  }
  if (cues.length === 0 && !isVtt) return undefined;
  return cues.sort((a, b) => a.start - b.start || a.end - b.end);
}

function toSeconds(time: string): number {
  const parts = time.replace(',', '.').split(':').map(Number);
  return Math.round(parts.reduce((sum, part) => sum * 60 + part, 0) * 1000) / 1000;
}

/** SRT carries a little HTML, and `{\an8}` of another format for "on top". */
function fromSrt(text: string): Pick<Cue, 'text' | 'settings'> {
  const place = /\{\\an([1-9])\}/.exec(text)?.[1];
  const words = text
    .replace(/\{\\[^}]{0,200}\}/g, '')
    .split(/(<\/?[biu]>)/i)
    .map((part, index) => (index % 2 ? part.toLowerCase() : escapeText(part.replace(/<\/?[a-z][^<>]{0,500}>/gi, ''))))
    .join('');
  return { text: words.trim(), settings: place && Number(place) >= 7 ? 'line:0' : '' };
}

/** Bare `&` and `<` end words early in WebVTT; entities that an author wrote stay what they are. */
const escapeText = (text: string): string => text.replace(/&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[\da-f]{1,6});)/gi, '&amp;').replace(/</g, '&lt;');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: '\u00A0', lrm: '\u200E', rlm: '\u200F', quot: '"' };

/** A cue's words without markup, as a transcript has them; who speaks (`<v Name>`) comes apart. */
export function plainText({ text }: Pick<Cue, 'text'>): { readonly speaker: string; readonly words: string } {
  const speaker = /<v(?:\.[^\s<>]{0,200})?\s{1,20}([^<>]{1,200})>/.exec(text)?.[1] ?? '';
  return { speaker: decodeEntities(speaker).trim(), words: decodeEntities(text.replace(/<rt>[^<]*<\/rt>/g, '').replace(/<[^<>]*>/g, '')).replace(/\s+/g, ' ').trim() };
}

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
    const code = decimal ? Number(decimal) : parseInt(hex!, 16);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\uFFFD';
  });

/** Encodings of captions that are older than UTF-8's victory, by language. */
const LEGACY: readonly (readonly [RegExp, string])[] = [
  [/^zh-(?:\w+-)?(?:hant|tw|hk|mo)\b/i, 'big5'],
  [/^(?:zh|yue|wuu|cmn)\b/i, 'gb18030'],
  [/^ja\b/i, 'shift_jis'],
  [/^ko\b/i, 'euc-kr'],
  [/^(?:ru|uk|bg|sr|be)\b/i, 'windows-1251'],
  [/^ar\b/i, 'windows-1256'],
];

/**
 * The text of a captions file: by its byte order mark, else UTF-8 where it is that, else what the server says, else what files in that
 * language used to be.
 * @param lang BCP 47 tag of the track
 */
export function decodeText(bytes: Uint8Array, lang: string, charset?: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const legacy = LEGACY.find(([languages]) => languages.test(lang))?.[1] ?? 'windows-1252';
    const named = charset && !/^utf-?8$/i.test(charset) ? charset : legacy;
    try {
      return new TextDecoder(named).decode(bytes);
    } catch {
      return new TextDecoder(legacy).decode(bytes); // The server names no encoding that there is.
    }
  }
}
