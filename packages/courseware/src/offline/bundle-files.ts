import { sha256Hex } from '../digest.js';
import { fetchListText } from './fetch-list.js';
import type { FileList } from './file-list.js';
import { KeepError } from './keep-error.js';

/** The names of chunks change with what is in them; those of the entries do not. */
const CHUNKS = 'chunks.json';

/**
 * The files of one of our bundles, as it says itself in `chunks.json`. Its version is that of all its files, since chunks are named by what is in them.
 * @param folder absolute URL
 * @throws KeepError
 */
export const readBundleFiles = (folder: string, signal: AbortSignal): Promise<FileList> => readNames(new URL(CHUNKS, folder).href, signal);

/**
 * A list of names of files that lie beside it: texts, or objects whose `file` is one.
 * @param url absolute URL of the list
 * @throws KeepError
 */
export async function readNames(url: string, signal: AbortSignal): Promise<FileList> {
  const text = await fetchListText(url, signal);
  let names: string[];
  try {
    names = (JSON.parse(text) as readonly unknown[]).map((entry) => (typeof entry === 'object' && entry !== null ? (entry as { readonly file?: unknown }).file : entry)).filter((name) => typeof name === 'string');
  } catch (cause) {
    throw new KeepError('keep-list-invalid', `${url} is no list of files.`, { file: url, cause });
  }
  const folder = new URL('./', url).href;
  const files = [...new Set(names)].map((name) => new URL(name, folder).href).filter((file) => file.startsWith(folder));
  return { version: (await sha256Hex(text)).slice(0, 32), files: files.map((file) => ({ url: file })) };
}

/** The courseware frame's page with all that it may load. @param page absolute URL of the frame */
export async function readFrameFiles(page: string, signal: AbortSignal): Promise<FileList> {
  const { version, files } = await readBundleFiles(new URL('./', page).href, signal);
  return { version, files: [{ url: page }, ...files.filter(({ url }) => url !== page)] };
}
