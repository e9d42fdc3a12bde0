/**
 * File names of an archive whose writer did not flag them as UTF-8. The zip specification means code page 437 then;
 * Chinese Windows writes GBK. All names of an archive come from one writer, so they are judged together.
 */
export type NameEncoding = 'utf-8' | 'gbk' | 'cp437';

/** @param names raw bytes of the unflagged names that are not ASCII */
export function guessNameEncoding(names: readonly Uint8Array[]): NameEncoding {
  if (names.every((name) => decodes(name, 'utf-8'))) return 'utf-8';
  return names.every(isGbk) ? 'gbk' : 'cp437';
}

function decodes(bytes: Uint8Array, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * GBK takes most byte pairs, so decoding alone proves nothing: European names in code page 437 decode too. Chinese in use
 * lies in GB2312 (both bytes from A1 up); at least half of the pairs must.
 */
function isGbk(bytes: Uint8Array): boolean {
  if (!decodes(bytes, 'gbk')) return false;
  let common = 0;
  let pairs = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x81) continue;
    const trail = bytes[++at] ?? 0;
    pairs += 1;
    if (lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1) common += 1;
  }
  return pairs > 0 && common * 2 >= pairs;
}

/** Decodes an unflagged name; `undefined` leaves it to the zip reader (code page 437). */
export function decodeName(bytes: Uint8Array, encoding: NameEncoding): string | undefined {
  return encoding === 'cp437' ? undefined : new TextDecoder(encoding).decode(bytes);
}

export const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);

export type NameFault = 'traversal' | 'absolute' | 'control' | 'empty';

/** A name as a path inside the package, or why it is none. Backslashes are Windows' slashes. */
export function normalizeName(name: string): { readonly path: string } | { readonly fault: NameFault } {
  const path = name.replaceAll('\\', '/');
  // eslint-disable-next-line no-control-regex -- control characters in names are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return { fault: 'control' };
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return { fault: 'absolute' };
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { fault: 'traversal' };
  return parts.length === 0 ? { fault: 'empty' } : { path: parts.join('/') };
}
