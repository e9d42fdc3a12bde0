import { mediaTypeOf } from '@lectern/courseware';
import { ServerError } from '../errors.js';
import type { ContentFile } from './content-store.js';
import { parseRange, type ByteRange } from './range.js';

/** Answers GET and HEAD for a file: entity tags, one range, media type. */
export function serveFile(request: Request, path: string, file: ContentFile, extra: Readonly<Record<string, string>> = {}): Response {
  const { type, encoding } = mediaTypeOf(path);
  const etag = `"${file.etag}"`;
  const headers = new Headers({
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    ETag: etag,
    'Last-Modified': file.modifiedAt.toUTCString(),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-cache',
    ...extra,
  });
  if (encoding) headers.set('Content-Encoding', encoding);
  if (isFresh(request, etag, file.modifiedAt)) return new Response(null, { status: 304, headers });
  let range: ByteRange | undefined;
  try {
    range = rangeApplies(request, etag, file.modifiedAt) ? parseRange(request.headers.get('range') ?? undefined, file.size) : undefined;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    headers.set('Content-Range', `bytes */${file.size}`);
    headers.set('Content-Type', 'text/plain; charset=utf-8');
    return new Response(error.message, { status: 416, headers });
  }
  headers.set('Content-Length', String(range ? range.end - range.start + 1 : file.size));
  if (range) headers.set('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`);
  const body = request.method === 'HEAD' || file.size === 0 ? null : file.read(range);
  return new Response(body, { status: range ? 206 : 200, headers });
}

function isFresh(request: Request, etag: string, modifiedAt: Date): boolean {
  const tags = request.headers.get('if-none-match');
  if (tags !== null) return tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
  const since = Date.parse(request.headers.get('if-modified-since') ?? '');
  return !Number.isNaN(since) && Math.floor(modifiedAt.getTime() / 1000) * 1000 <= since;
}

/** RFC 9110 13.1.5: a range of what the client has in part, if it is still the same. */
function rangeApplies(request: Request, etag: string, modifiedAt: Date): boolean {
  const condition = request.headers.get('if-range');
  return condition === null || condition === etag || condition === modifiedAt.toUTCString();
}

/**
 * The path below a prefix as the store knows it.
 * @returns `undefined` when a part is no name of a file
 */
export function pathBelow(pathname: string, prefix: string): string | undefined {
  try {
    const parts = pathname.slice(prefix.length).split('/').map(decodeURIComponent);
    return parts.some((part) => part.includes('/') || part.includes('\\')) ? undefined : parts.join('/');
  } catch {
    return undefined; // a broken percent-escape
  }
}
