import { readFileList, type FileList } from './file-list.js';
import { KeepError } from './keep-error.js';

/** Characters of the longest list of files. */
const MAX_LIST = 20_000_000;

/**
 * Fetches a course's list of files.
 * @param files its address, relative to `base`, which its paths are relative to as well
 * @throws KeepError; the signal's reason
 */
export async function fetchFileList(files: string, base: string, signal: AbortSignal): Promise<FileList> {
  const url = new URL(files, base).href;
  if (!/^https?:/.test(url)) throw new KeepError('keep-list-invalid', 'The list of files has no address on the web.', { field: 'files' });
  const text = await fetchListText(url, signal, { accept: 'application/json' });
  if (text.length > MAX_LIST) throw new KeepError('keep-list-invalid', `${url} is longer than ${MAX_LIST / 1e6} MB.`, { file: url });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KeepError('keep-list-invalid', `${url} is no JSON: the sign-in page of a network, perhaps.`, { file: url, cause });
  }
  return readFileList(json, base, url);
}

/**
 * The text of a list, as it is now.
 * @throws KeepError `keep-refused`, `keep-unreachable`; the signal's reason
 */
export async function fetchListText(url: string, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    const response = await fetch(url, { signal, cache: 'no-cache', headers });
    if (!response.ok) throw new KeepError('keep-refused', `${url} answered ${response.status}.`, { file: url });
    return await response.text();
  } catch (cause) {
    if (signal.aborted || cause instanceof KeepError) throw cause;
    throw new KeepError('keep-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
}
