import { randomBytes } from 'node:crypto';
import { ServerError } from '../errors.js';

export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

const CLAUSE = 'RFC 2046 5.1';
export const MAX_PARTS = 1_000;
const CRLF2 = Buffer.from('\r\n\r\n');

/**
 * Takes a multipart body apart without copying it.
 * @throws ServerError `body-invalid`
 */
export function parseMultipart(bytes: Uint8Array, contentType: string): Part[] {
  const name = boundaryOf(contentType);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delimiter = Buffer.from(`\r\n--${name}`);
  const opening = Buffer.from(`--${name}`);
  let position = body.subarray(0, opening.length).equals(opening) ? opening.length : after(body, delimiter, 0);
  const parts: Part[] = [];
  for (;;) {
    if (position < 0) throw new ServerError('body-invalid', 'The multipart request does not end with its boundary.', { clause: CLAUSE });
    if (body.subarray(position, position + 2).toString('latin1') === '--') return parts;
    if (parts.length >= MAX_PARTS) throw new ServerError('body-invalid', `A request has at most ${MAX_PARTS} parts.`);
    const lineEnd = body.indexOf('\r\n', position);
    const end = body.indexOf(delimiter, Math.max(position, lineEnd));
    if (lineEnd < 0 || end < 0) throw new ServerError('body-invalid', 'The multipart request is cut off.', { clause: CLAUSE });
    parts.push(readPart(body.subarray(lineEnd + 2, end)));
    position = end + delimiter.length;
  }
}

/** @throws ServerError `body-invalid` */
export function boundaryOf(contentType: string): string {
  const boundary = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!name) throw new ServerError('body-invalid', 'The multipart request names no boundary.', { field: 'Content-Type', clause: CLAUSE });
  return name;
}

function after(body: Buffer, needle: Buffer, from: number): number {
  const found = body.indexOf(needle, from);
  return found < 0 ? -1 : found + needle.length;
}

/** @throws ServerError `body-invalid` */
export function readPart(part: Buffer): Part {
  if (part.subarray(0, 2).toString('latin1') === '\r\n') return { headers: new Map(), body: part.subarray(2) };
  const split = part.indexOf(CRLF2);
  if (split < 0) throw new ServerError('body-invalid', 'A part of the multipart request has no end of its headers.', { clause: CLAUSE });
  const headers = new Map<string, string>();
  for (const line of part.subarray(0, split).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: part.subarray(split + CRLF2.length) };
}

export function writeMultipart(parts: readonly { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }[]): { contentType: string; body: Uint8Array<ArrayBuffer> } {
  const boundary = `lectern-${randomBytes(18).toString('hex')}`;
  const chunks: Uint8Array[] = [];
  for (const { headers, body } of parts) {
    const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
    chunks.push(Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`, 'latin1'), body, Buffer.from('\r\n'));
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/mixed; boundary=${boundary}`, body: new Uint8Array(Buffer.concat(chunks)) };
}
