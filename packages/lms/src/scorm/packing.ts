import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';

/**
 * Text of an LMS's `suspend_data`: the mark, then deflated JSON in the letters of base64url, which every LMS stores as they are (SCORM 1.2's CMIString4096
 * is ASCII; some hosts choke on quotes and angle brackets).
 */
const MARK = 'L1.';

/** More than any document this small text can honestly hold. */
const MAX_UNPACKED = 4 * 1024 * 1024;

export function packText(value: unknown): string {
  return MARK + toLetters(deflateSync(strToU8(JSON.stringify(value)), { level: 9, mem: 9 }));
}

/** @returns `undefined` for what is not ours, was cut short, or makes no sense */
export function unpackText(text: string): unknown {
  if (!text.startsWith(MARK)) return undefined;
  try {
    const bytes = fromLetters(text.slice(MARK.length));
    const out = new Uint8Array(Math.min(MAX_UNPACKED, bytes.length * 256 + 1024));
    return JSON.parse(strFromU8(inflateSync(bytes, { out }))) as unknown;
  } catch {
    return undefined;
  }
}

function toLetters(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromLetters(letters: string): Uint8Array {
  const binary = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
