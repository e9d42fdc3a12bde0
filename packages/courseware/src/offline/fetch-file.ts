import { mediaTypeOf } from '../package/media-types.js';
import { versionOf } from '../remote/request-range.js';
import type { ListedFile } from './file-list.js';
import { KeepError } from './keep-error.js';

/** Media types that servers compress. */
const COMPRESSIBLE = /^text\/|[/+](?:json|xml|javascript|ecmascript|wasm)\b|mpegurl/i;

/** What tells one version of a file from the next, as far as its server says. */
export interface FileVersion {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** A file on its way, from where it was broken off. */
export interface FileOnItsWay {
  readonly response: Response;
  /** First byte that comes. */
  readonly from: number;
  readonly version: FileVersion;
  /** Bytes of the whole, as they arrive; absent where that is not known. */
  readonly size: number | undefined;
}

export interface FetchFileOptions {
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** Where to go on, with what was there before: another version begins anew. */
  readonly from: number;
  readonly before: FileVersion | undefined;
}

/**
 * Asks for a file that is to be kept, and refuses what is not it: a page of a network's sign-in that says 200, an answer that may not be read, another length.
 * @throws KeepError; the signal's reason
 */
export async function fetchFile(file: ListedFile, { signal, fetch, from, before }: FetchFileOptions): Promise<FileOnItsWay> {
  const { url } = file;
  let response: Response;
  try {
    response = await fetch(url, { signal, cache: 'no-cache', headers: from > 0 ? { range: `bytes=${from}-` } : {} });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new KeepError('keep-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
  const refuse = (code: 'keep-refused' | 'keep-changed', message: string): never => {
    void response.body?.cancel().catch(() => undefined);
    throw new KeepError(code, message, { file: url });
  };
  if (response.type === 'opaque' || response.type === 'opaqueredirect') return refuse('keep-refused', `${url} may not be read by this page: its server sends no CORS headers.`);
  if (response.status === 416 || (response.status === 206 && from > 0 && isOther(response, before))) {
    void response.body?.cancel().catch(() => undefined);
    return fetchFile(file, { signal, fetch, from: 0, before: undefined });
  }
  const { status } = response;
  if (status !== 200 && status !== 206) return refuse('keep-refused', `${url} answered ${status}.`);
  const begin = status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? from) : 0;
  if (status === 206 && begin !== from) return refuse('keep-refused', `${url} answered with another part than was asked for.`);
  if (response.url && new URL(response.url).origin !== new URL(url).origin) return refuse('keep-refused', `${url} led to ${new URL(response.url).origin}: the sign-in page of a network, perhaps.`);
  const named = mediaTypeOf(new URL(url).pathname);
  const said = response.headers.get('content-type') ?? '';
  const isPage = /^text\/html/i.test(said);
  if (isPage && named.type !== 'application/octet-stream' && !/html/.test(named.type)) return refuse('keep-refused', `${url} is answered with a web page: the sign-in page of a network, perhaps.`);
  // Another origin's server may have compressed what is text, and need not say so: then its length is that of the way here.
  const untold = response.type === 'cors' && COMPRESSIBLE.test(said || named.type);
  const encoded = response.headers.has('content-encoding') || named.encoding !== undefined;
  const told = encoded || untold ? undefined : versionOf(response).size;
  if (told !== undefined && file.size !== undefined && told !== file.size) return refuse('keep-changed', `${url} has ${told} bytes; the list says ${file.size}.`);
  return { response, from: begin, version: versionIn(response), size: encoded ? undefined : (file.size ?? told) };
}

export function versionIn({ headers }: Response): FileVersion {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

function isOther(response: Response, before: FileVersion | undefined): boolean {
  const now = versionIn(response);
  if (before?.etag !== undefined || now.etag !== undefined) return before?.etag !== now.etag;
  // Without either, nobody can say that the rest belongs to the begin.
  return before?.lastModified === undefined || before.lastModified !== now.lastModified;
}
