import { KeepError, type KeepErrorCode } from '../keep-error.js';

/*
 * HLS playlists (RFC 8216, and draft-pantos-hls-rfc8216bis where it adds to it), read as something foreign: only what keeping a stream needs, and nothing that is not understood is guessed.
 */

/** Characters of a playlist, lines of it, characters of a line. */
export const MAX_PLAYLIST = 4_000_000;
const MAX_LINES = 200_000;
const MAX_LINE = 20_000;

/** Of a multivariant playlist. */
const MAX_VARIANTS = 500;

/** Segments of one rendition: a day of segments of four seconds. */
const MAX_SEGMENTS = 21_600;

/** Seconds of one rendition. */
const MAX_DURATION = 86_400;

/** One way to see it all. */
export interface StreamVariant {
  /** Absolute. */
  readonly url: string;
  /** Bits a second: on average where that is said, else at the most (4.3.4.2). */
  readonly bandwidth: number;
  /** Pixels of the shorter side; absent where it is not said. */
  readonly lines?: number;
  readonly codecs?: string;
  /** Groups of renditions that go with it. */
  readonly audio?: string;
  readonly subtitles?: string;
}

/** A sound track or subtitles of their own. */
export interface StreamRendition {
  readonly type: 'AUDIO' | 'SUBTITLES';
  readonly group: string;
  /** Absolute. */
  readonly url: string;
}

export interface MultivariantPlaylist {
  readonly kind: 'multivariant';
  readonly variants: readonly StreamVariant[];
  readonly renditions: readonly StreamRendition[];
}

/** What one rendition is made of. */
export interface MediaPlaylist {
  readonly kind: 'media';
  /** Absolute addresses: segments, what they begin with (EXT-X-MAP), keys. Each once. */
  readonly files: readonly string[];
  /** Seconds. */
  readonly duration: number;
}

/**
 * Reads a playlist.
 * @param url absolute, which its addresses are relative to
 * @throws KeepError `keep-stream-live`, `keep-stream-protected`, `keep-stream-invalid`, with the playlist as `file` and its line as `field`
 */
export function readPlaylist(text: string, url: string): MultivariantPlaylist | MediaPlaylist {
  const refuse: Refuse = (line, message, code = 'keep-stream-invalid') => {
    throw new KeepError(code, `${url}, line ${line}: ${message}`, { file: url, field: `line ${line}` });
  };
  if (text.length > MAX_PLAYLIST) return refuse(1, `a playlist of more than ${MAX_PLAYLIST / 1e6} MB is none`);
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.length > MAX_LINES) return refuse(MAX_LINES, `more than ${MAX_LINES} lines are no playlist`);
  // 4.3.1.1
  if (!/^#EXTM3U(?:\s|$)/.test(lines[0] ?? '')) return refuse(1, 'a playlist begins with #EXTM3U: the sign-in page of a network, perhaps');
  for (const [index, line] of lines.entries()) {
    if (line.length > MAX_LINE) return refuse(index + 1, `a line of more than ${MAX_LINE} characters is none`);
    // What stands for something else is filled in by whoever plays it: what would be fetched cannot be known here.
    if (line.startsWith('#EXT-X-DEFINE')) return refuse(index + 1, 'variables (EXT-X-DEFINE) are not kept');
  }
  const isMultivariant = lines.some((line) => /^#EXT-X-(?:STREAM-INF|MEDIA|I-FRAME-STREAM-INF):/.test(line));
  const isMedia = lines.some((line) => /^#(?:EXTINF:|EXT-X-TARGETDURATION:)/.test(line));
  // 4.1: a playlist is one or the other.
  if (isMultivariant === isMedia) return refuse(1, isMedia ? 'a playlist lists renditions or segments, not both' : 'it lists nothing');
  return isMultivariant ? readMultivariant(lines, url, refuse) : readMedia(lines, url, refuse);
}

type Refuse = (line: number, message: string, code?: KeepErrorCode) => never;

function readMultivariant(lines: readonly string[], url: string, refuse: Refuse): MultivariantPlaylist {
  const variants: StreamVariant[] = [];
  const renditions: StreamRendition[] = [];
  let waiting: Attributes | undefined;
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      waiting = attributesOf(line);
      if (variants.length >= MAX_VARIANTS) return refuse(at, `more than ${MAX_VARIANTS} variants are no choice`);
    } else if (line.startsWith('#EXT-X-MEDIA:')) {
      const { TYPE: type, URI: uri, 'GROUP-ID': group } = attributesOf(line);
      // Without an address it is in the variant itself; captions always are (4.3.4.1).
      if ((type !== 'AUDIO' && type !== 'SUBTITLES') || uri === undefined) continue;
      if (group === undefined) return refuse(at, 'a rendition has a GROUP-ID');
      if (renditions.length >= MAX_VARIANTS) return refuse(at, `more than ${MAX_VARIANTS} renditions are no choice`);
      renditions.push({ type, group, url: addressOf(uri, url, at, refuse) });
    } else if (line !== '' && !line.startsWith('#')) {
      if (!waiting) continue; // 6.3.1: what is not understood is passed over
      const bandwidth = whole(waiting['AVERAGE-BANDWIDTH'] ?? waiting['BANDWIDTH']);
      if (bandwidth === undefined) return refuse(at, 'a variant has a BANDWIDTH');
      const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(waiting['RESOLUTION'] ?? '') ?? [];
      const { CODECS: codecs, AUDIO: audio, SUBTITLES: subtitles } = waiting;
      variants.push({
        url: addressOf(line.trim(), url, at, refuse),
        bandwidth,
        ...(width === undefined || height === undefined ? {} : { lines: Math.min(Number(width), Number(height)) }),
        ...(codecs === undefined ? {} : { codecs }),
        ...(audio === undefined ? {} : { audio }),
        ...(subtitles === undefined ? {} : { subtitles }),
      });
      waiting = undefined;
    }
  }
  return variants.length === 0 ? refuse(1, 'it lists no variant') : { kind: 'multivariant', variants, renditions };
}

function readMedia(lines: readonly string[], url: string, refuse: Refuse): MediaPlaylist {
  const files = new Set<string>();
  let duration = 0;
  let segments = 0;
  let ended = false;
  let gap = false;
  const range = (text: string | undefined, at: number): void => {
    if (text === undefined) return;
    const [, length, from] = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text.trim()) ?? [];
    if (length === undefined || !Number.isSafeInteger(Number(length) + Number(from ?? 0))) refuse(at, 'a range is a number of bytes, and where they begin');
  };
  for (const [index, line] of lines.entries()) {
    const at = index + 1;
    const [tag = ''] = /^#EXT[A-Z0-9-]*/.exec(line) ?? [];
    switch (tag) {
      case '#EXTINF': {
        const seconds = Number(/^#EXTINF:\s*(\d{1,9}(?:\.\d{0,20})?)/.exec(line)?.[1] ?? NaN);
        if (!Number.isFinite(seconds)) return refuse(at, 'a segment says how many seconds it has');
        if (!gap) duration += seconds;
        if (duration > MAX_DURATION) return refuse(at, `more than ${MAX_DURATION} s are no lesson`);
        break;
      }
      case '#EXT-X-KEY': {
        const { METHOD: method, URI: uri, KEYFORMAT: format } = attributesOf(line);
        if (method === 'NONE') break;
        // SAMPLE-AES and whatever has a format of its own need a licence from a server (4.3.2.4).
        if (method !== 'AES-128' || (format !== undefined && format !== 'identity')) return refuse(at, `its key is ${(format ?? method ?? 'of no kind').slice(0, 100)}, which a server gives each time`, 'keep-stream-protected');
        if (uri === undefined) return refuse(at, 'a key has an address');
        files.add(addressOf(uri, url, at, refuse));
        break;
      }
      case '#EXT-X-MAP': {
        const { URI: uri, BYTERANGE: bytes } = attributesOf(line);
        if (uri === undefined) return refuse(at, 'what segments begin with has an address');
        range(bytes, at);
        files.add(addressOf(uri, url, at, refuse));
        break;
      }
      case '#EXT-X-BYTERANGE':
        range(line.slice('#EXT-X-BYTERANGE:'.length), at);
        break;
      case '#EXT-X-GAP':
        gap = true;
        break;
      case '#EXT-X-SKIP':
        return refuse(at, 'it is the difference to another playlist');
      case '#EXT-X-ENDLIST':
        ended = true;
        break;
      default:
        if (line.trim() === '' || line.startsWith('#')) break;
        segments += 1;
        if (segments > MAX_SEGMENTS) return refuse(at, `more than ${MAX_SEGMENTS} segments are no lesson`);
        // Nobody has what is marked as missing.
        if (!gap) files.add(addressOf(line.trim(), url, at, refuse));
        gap = false;
    }
  }
  if (!ended) return refuse(lines.length, 'it has no end (EXT-X-ENDLIST): it is live', 'keep-stream-live');
  return files.size === 0 ? refuse(1, 'it lists no segment') : { kind: 'media', files: [...files], duration };
}

/** @throws KeepError for what is no address on the web, or has a password in it */
function addressOf(uri: string, base: string, line: number, refuse: Refuse): string {
  if (uri.length > 4_000 || !URL.canParse(uri, base)) return refuse(line, 'an address is none');
  const found = new URL(uri, base);
  found.hash = '';
  if ((found.protocol !== 'https:' && found.protocol !== 'http:') || found.username !== '' || found.password !== '') return refuse(line, `"${uri.slice(0, 100)}" is no address on the web that may be kept`);
  return found.href;
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** The attributes of a tag (4.2); texts without their quotes. */
function attributesOf(line: string): Attributes {
  const found = Object.create(null) as Record<string, string>;
  for (const [, name, quoted, bare] of line.slice(line.indexOf(':') + 1).matchAll(/([A-Z0-9-]{1,100})=(?:"([^"\r\n]*)"|([^",\s][^,]*))(?:,|$)/g)) found[name!] = quoted ?? bare!.trim();
  return found;
}

const whole = (text: string | undefined): number | undefined => (text !== undefined && /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : undefined);
