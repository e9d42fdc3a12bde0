import { startsLikeZip } from '../package/zip-errors.js';

/** What the begin of a file shows it to be. `type` is its media type. */
export type Recognised =
  | { readonly kind: 'zip' }
  | { readonly kind: 'xml' | 'json' | 'html' }
  | { readonly kind: 'media'; readonly type: string }
  | { readonly kind: 'document'; readonly type: string }
  | { readonly kind: 'image'; readonly type: string }
  /** Text of no known form. */
  | { readonly kind: 'text' }
  | { readonly kind: 'unknown' };

/**
 * Knows a file by its first bytes, never by its name; what the server calls it only decides between things that begin alike (a film and a sound
 * in the same container, Markdown and other text).
 * @param type media type as the server says
 */
export function recognise(head: Uint8Array, type?: string): Recognised {
  if (startsLikeZip(head)) return isEpub(head) ? { kind: 'document', type: 'application/epub+zip' } : { kind: 'zip' };
  const known = media(head, type) ?? image(head);
  if (known) return known;
  // ISO 32000 wants it at the begin; readers take it in the first 1,024 bytes, since mailers and old servers put lines before it.
  if (find(head.subarray(0, 1024), '%PDF-') >= 0) return { kind: 'document', type: 'application/pdf' };
  return text(head, type);
}

/** OCF 3.3, 4.3: the first entry is `mimetype`, stored, without an extra field, so that these bytes are always in this place. */
const isEpub = (head: Uint8Array): boolean => at(head, 30, 'mimetypeapplication/epub+zip');

function media(head: Uint8Array, type: string | undefined): Recognised | undefined {
  const audio = type?.startsWith('audio/') === true;
  const found = (video: string, sound: string = video): Recognised => ({ kind: 'media', type: audio ? sound : video });
  if (at(head, 4, 'ftyp')) {
    const brand = latin(head.subarray(8, 12));
    if (/^avi[fs]$/.test(brand)) return { kind: 'image', type: 'image/avif' };
    if (/^M4[AB] ?$|^M4P/.test(brand)) return { kind: 'media', type: 'audio/mp4' };
    return brand === 'qt  ' ? found('video/quicktime', 'audio/mp4') : found('video/mp4', 'audio/mp4');
  }
  if (starts(head, [0x1a, 0x45, 0xdf, 0xa3])) return found('video/webm', 'audio/webm');
  if (at(head, 0, 'OggS')) {
    // The first page's packet names its codec (RFC 5334 4): a film begins with Theora or a skeleton.
    const film = find(head.subarray(0, 128), 'theora') >= 0 || find(head.subarray(0, 128), 'fishead') >= 0;
    return { kind: 'media', type: film && !audio ? 'video/ogg' : 'audio/ogg' };
  }
  if (at(head, 0, 'RIFF') && at(head, 8, 'WAVE')) return { kind: 'media', type: 'audio/wav' };
  if (at(head, 0, 'fLaC')) return { kind: 'media', type: 'audio/flac' };
  if (at(head, 0, 'ID3')) return { kind: 'media', type: 'audio/mpeg' };
  // An MPEG audio frame: eleven bits set, layer II or III (layer I begins as UTF-16 does), and no reserved rate; ADTS has layer 0.
  if (head[0] === 0xff && (head[1]! & 0xf6) === 0xf0) return { kind: 'media', type: 'audio/aac' };
  if (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0 && (head[1]! & 0x18) !== 0x08 && ((head[1]! & 0x06) === 2 || (head[1]! & 0x06) === 4) && (head[2]! & 0xf0) !== 0xf0) return { kind: 'media', type: 'audio/mpeg' };
  return at(skipMark(head), 0, '#EXTM3U') ? { kind: 'media', type: 'application/vnd.apple.mpegurl' } : undefined;
}

function image(head: Uint8Array): Recognised | undefined {
  const type = starts(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    ? 'image/png'
    : starts(head, [0xff, 0xd8, 0xff])
      ? 'image/jpeg'
      : at(head, 0, 'GIF87a') || at(head, 0, 'GIF89a')
        ? 'image/gif'
        : at(head, 0, 'RIFF') && at(head, 8, 'WEBP')
          ? 'image/webp'
          : undefined;
  return type ? { kind: 'image', type } : undefined;
}

function text(head: Uint8Array, type: string | undefined): Recognised {
  const words = decode(head);
  if (words === undefined) return { kind: 'unknown' };
  const begin = words.replace(/^\uFEFF/, '').trimStart().slice(0, 2048);
  if (/^[{[]/.test(begin)) return { kind: 'json' };
  if (begin.startsWith('<')) {
    // Comments and the XML declaration may stand before the first element.
    const first = begin.replace(/^(?:<\?[^]*?\?>|<!--[^]*?-->|\s)+/, '');
    if (/^<!doctype\s+html|^<(?:html|head|body|script|meta)\b/i.test(first)) return { kind: 'html' };
    if (/^<svg\b/i.test(first)) return { kind: 'image', type: 'image/svg+xml' };
    return { kind: 'xml' };
  }
  return type === 'text/markdown' ? { kind: 'document', type } : { kind: 'text' };
}

/** @returns `undefined` for what is no text in any Unicode encoding */
function decode(head: Uint8Array): string | undefined {
  const sample = head.subarray(0, 4096);
  const utf16 = starts(sample, [0xff, 0xfe]) ? 'utf-16le' : starts(sample, [0xfe, 0xff]) ? 'utf-16be' : sample[0] === 0x3c && sample[1] === 0 ? 'utf-16le' : sample[0] === 0 && sample[1] === 0x3c ? 'utf-16be' : undefined;
  if (!utf16 && sample.includes(0)) return undefined;
  const words = new TextDecoder(utf16 ?? 'utf-8').decode(sample);
  // Text of an older Chinese encoding has many of these, too; JSON and XML of such are refused with words of their own.
  return words;
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const starts = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);
const at = (head: Uint8Array, offset: number, words: string): boolean => latin(head.subarray(offset, offset + words.length)) === words;
const skipMark = (head: Uint8Array): Uint8Array => (starts(head, [0xef, 0xbb, 0xbf]) ? head.subarray(3) : head);
const find = (head: Uint8Array, words: string): number => latin(head).indexOf(words);
