import { KeepError } from './keep-error.js';

/** Files that a list may have: more is no course. */
const MAX_FILES = 50_000;

/** Which files a course has: `{ version, files: [{ path, size }] }`. */
export interface FileList {
  /** Another one whenever a file is another. */
  readonly version: string;
  readonly files: readonly ListedFile[];
}

export interface ListedFile {
  /** Absolute. */
  readonly url: string;
  /** Bytes, as stored; absent where nobody says. */
  readonly size?: number;
}

/**
 * Reads a course's list of files.
 * @param base absolute URL that paths are relative to: no path leads out of it
 * @throws KeepError `keep-list-invalid` with the `field`
 */
export function readFileList(json: unknown, base: string, file: string): FileList {
  const refuse = (field: string, message: string): never => {
    throw new KeepError('keep-list-invalid', `${field}: ${message}`, { file, field });
  };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) refuse('', 'is no object');
  const { version, files } = json as Record<string, unknown>;
  if (typeof version !== 'string' || version === '' || version.length > 200) return refuse('version', 'must be a text of 1 to 200 characters');
  if (!Array.isArray(files)) return refuse('files', 'must be a list');
  if (files.length > MAX_FILES) return refuse('files', `has more than ${MAX_FILES} entries`);
  const folder = new URL('./', base);
  const seen = new Set<string>();
  const listed: ListedFile[] = [];
  for (const [index, entry] of (files as readonly unknown[]).entries()) {
    const { path, size } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const field = `files[${index}]`;
    if (typeof path !== 'string' || path === '' || path.length > 2_000) return refuse(`${field}.path`, 'must be a text of 1 to 2,000 characters');
    // A name is no URL: "#" and "?" are part of it, and no part may lead upwards.
    if (path.startsWith('/') || path.split('/').some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))) return refuse(`${field}.path`, 'must be a file below the course’s folder');
    if (size !== undefined && (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)) return refuse(`${field}.size`, 'must be a whole number of bytes');
    const url = new URL(path.split('/').map(encodeURIComponent).join('/'), folder).href;
    if (seen.has(url)) continue;
    seen.add(url);
    listed.push({ url, ...(size === undefined ? {} : { size }) });
  }
  return { version, files: listed };
}
