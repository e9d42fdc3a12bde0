import { partOf } from '../remote/byte-range.js';

/*
 * How a file lies in a cache: whole under its own address, or, where it is long, in pieces beside it, so that a range is answered without reading all of it.
 */

/** Bytes of a piece: what an interrupted download loses at most, and what a range is looked up in. */
export const PIECE = 4 * 1024 * 1024;

/** Keys of what is no file: no server has this name (RFC 6761 6.4). */
export const INSIDE = 'https://kept.lectern.invalid';

/** Bytes of the whole. */
export const SIZE = 'x-lectern-size';
/** How many pieces. */
export const PIECES = 'x-lectern-pieces';
/** Its bytes are not those that the list counts: they came compressed. */
export const DECODED = 'x-lectern-decoded';
export const EXACT = { ignoreVary: true } as const;

export const pieceKey = (url: string, index: number): string => `${INSIDE}/piece/${index}/${encodeURIComponent(url)}`;

export interface KeptHead {
  readonly url: string;
  readonly response: Response;
  readonly size: number;
}

export async function lookUp(cache: Cache, asked: string): Promise<KeptHead | undefined> {
  const url = asked.replace(/#.*$/, '');
  for (const candidate of new Set([url, url.replace(/\?.*$/, '')])) {
    // Lessons put what they like behind a "?"; the file is the same.
    const response = await cache.match(candidate, EXACT);
    if (response) return { url: candidate, response, size: Number(response.headers.get(SIZE)) };
  }
  return undefined;
}

/** @param end not included */
export async function blobOf(cache: Cache, { url, response, size }: KeptHead, start: number, end: number): Promise<Blob | undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (!response.headers.has(PIECES)) return (await response.blob()).slice(start, end, type);
  const parts: Blob[] = [];
  for (let index = Math.floor(start / PIECE); index * PIECE < Math.min(end, size); index++) {
    const piece = await (await cache.match(pieceKey(url, index)))?.blob();
    if (!piece) return undefined; // the browser has taken a part away: then it is not kept
    parts.push(piece.slice(Math.max(0, start - index * PIECE), end - index * PIECE));
  }
  return new Blob(parts, { type });
}

export async function respond(cache: Cache, head: KeptHead, request: Request): Promise<Response | undefined> {
  const { size } = head;
  const headers = new Headers(head.response.headers);
  for (const name of [SIZE, PIECES, DECODED]) headers.delete(name);
  headers.set('accept-ranges', 'bytes');
  const part = partOf(request.headers.get('range') ?? undefined, size);
  if (part === 'beyond') {
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const [start, end] = part ? [part.start, part.end + 1] : [0, size];
  headers.set('content-length', String(end - start));
  if (part) headers.set('content-range', `bytes ${start}-${part.end}/${size}`);
  const status = part ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  const body = await blobOf(cache, head, start, end);
  return body && new Response(body, { status, headers });
}
