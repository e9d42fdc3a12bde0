import {
  ERR_AMBIGUOUS_ARCHIVE,
  ERR_BAD_FORMAT,
  ERR_CENTRAL_DIRECTORY_NOT_FOUND,
  ERR_ENCRYPTED,
  ERR_ENCRYPTED_CENTRAL_DIRECTORY,
  ERR_ENTRY_DATA_OUT_OF_BOUNDS,
  ERR_EOCDR_LOCATOR_ZIP64_NOT_FOUND,
  ERR_EOCDR_NOT_FOUND,
  ERR_LOCAL_FILE_HEADER_NOT_FOUND,
  ERR_SPLIT_ZIP_FILE,
  ERR_UNSUPPORTED_COMPRESSION,
  ERR_UNSUPPORTED_ENCRYPTION,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import { PackageError, type PackageErrorCode } from './package-error.js';

/** zip.js throws plain errors whose messages are its exported constants. */
const CODES: Readonly<Record<string, PackageErrorCode>> = {
  [ERR_BAD_FORMAT]: 'truncated',
  [ERR_EOCDR_NOT_FOUND]: 'truncated',
  [ERR_CENTRAL_DIRECTORY_NOT_FOUND]: 'truncated',
  [ERR_EOCDR_LOCATOR_ZIP64_NOT_FOUND]: 'truncated',
  [ERR_LOCAL_FILE_HEADER_NOT_FOUND]: 'truncated',
  [ERR_ENTRY_DATA_OUT_OF_BOUNDS]: 'truncated',
  [ERR_SPLIT_ZIP_FILE]: 'truncated',
  [ERR_ENCRYPTED]: 'encrypted',
  [ERR_UNSUPPORTED_ENCRYPTION]: 'encrypted',
  [ERR_ENCRYPTED_CENTRAL_DIRECTORY]: 'encrypted',
  [ERR_UNSUPPORTED_COMPRESSION]: 'unsupported-compression',
  [ERR_AMBIGUOUS_ARCHIVE]: 'corrupt',
};

const WORDS: Readonly<Partial<Record<PackageErrorCode, string>>> = {
  truncated: 'The archive is cut off: parts that its directory needs are missing.',
  encrypted: 'The archive is encrypted.',
  'unsupported-compression': 'A file is compressed by a method other than deflate.',
};

/** @param head the archive's first bytes, where the archive itself could not be opened */
export function toZipError(error: unknown, path?: string, head?: Uint8Array): unknown {
  if (error instanceof PackageError || (error instanceof Error && error.name === 'AbortError')) return error;
  const message = error instanceof Error ? error.message : String(error);
  const details = { cause: error, ...(path === undefined ? {} : { file: path }) };
  if (head && !startsLikeZip(head)) return new PackageError('not-a-zip', 'The file is not a zip archive.', details);
  const code = CODES[message] ?? 'corrupt';
  return new PackageError(code, WORDS[code] ?? `The archive is damaged: ${message}.`, details);
}

/** `PK` and a record's signature: a local file, an empty archive's end, or a part of a split one. */
export function startsLikeZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6) || (head[2] === 7 && head[3] === 8));
}
