import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';

const compressed = promisify(gzip);

/** Octets below which compressing saves no packet. */
const WORTHWHILE = 1_200;

/**
 * Answers JSON in gzip where it is accepted. What has an ETag stays as it is: the tag names those octets (xAPI Communication 3.1), and
 * attachments are compressed already, mostly. Goes around everything that sets headers on a response.
 */
export const compressJson: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return;
  const { status, headers: given } = c.res;
  if (!/^application\/(problem\+)?json\b/.test(given.get('content-type') ?? '') || given.has('etag') || given.has('content-encoding')) return;
  given.append('Vary', 'Accept-Encoding');
  if (!accepts(c.req.header('accept-encoding'))) return;
  const headers = new Headers(given);
  const body = new Uint8Array(await c.res.arrayBuffer());
  const smaller = body.byteLength < WORTHWHILE ? undefined : await compressed(body, { level: 4 });
  if (smaller) headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
  c.res = undefined; // else Hono would put the old headers over the new
  c.res = new Response(smaller ? new Uint8Array(smaller) : body, { status, headers });
};

/** Whether gzip is named, or `*`, and not at quality 0 (RFC 9110 12.5.3). */
function accepts(header: string | undefined): boolean {
  const offers = new Map((header ?? '').split(',').map((offer) => {
    const [coding = '', ...parameters] = offer.trim().toLowerCase().split(';');
    return [coding.trim(), !/^\s*q=0(\.0*)?\s*$/.test(parameters.find((one) => one.trim().startsWith('q=')) ?? '')] as const;
  }));
  return offers.get('gzip') ?? offers.get('*') ?? false;
}
