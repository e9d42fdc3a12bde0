import { createHash } from 'node:crypto';
import type { Statement } from '@lectern/core';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { boundaryOf, MAX_PARTS, parseMultipart, readPart, type Part } from './multipart.js';

/** The octets of an attachment, named by their SHA-256 (xAPI Data 2.4.11). */
export interface Attachment {
  /** Lower-case hexadecimal. */
  readonly sha2: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const CLAUSE = 'xAPI Communication 1.5.2';

/**
 * Takes a `multipart/mixed` request apart: the statements first, then one part for each attachment without a `fileUrl`.
 * @throws ServerError `body-invalid`
 */
export function readMultipartStatements(bytes: Uint8Array, contentType: string): { json: string; attachments: Attachment[] } {
  const [first, ...rest] = parseMultipart(bytes, contentType);
  if (!first || !/^application\/json\b/i.test(first.headers.get('content-type') ?? '')) {
    throw new ServerError('body-invalid', 'The first part of a multipart request holds the statements as application/json.', { clause: CLAUSE });
  }
  return { json: new TextDecoder('utf-8', { fatal: false }).decode(first.body), attachments: readAttachments(rest, boundaryOf(contentType)) };
}

function readAttachments(parts: readonly Part[], boundary: string): Attachment[] {
  const waiting = [...parts].reverse();
  const attachments: Attachment[] = [];
  const mark = Buffer.from(`--${boundary}\r\n`);
  while (waiting.length > 0) {
    if (attachments.length >= MAX_PARTS) throw new ServerError('body-invalid', `A request has at most ${MAX_PARTS} parts.`);
    const { headers, body } = waiting.pop()!;
    const sha2 = hashOf(headers, attachments.length);
    const octets = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const end = endOfAttachment(octets, sha2, mark);
    if (end === undefined) throw new ServerError('body-invalid', 'The attachment’s octets do not have the hash its part names.', { field: fieldOf(attachments.length), clause: CLAUSE });
    if (end < octets.length) waiting.push(readPart(octets.subarray(end + mark.length)));
    attachments.push({ sha2, contentType: headers.get('content-type') ?? 'application/octet-stream', bytes: octets.subarray(0, end) });
  }
  return attachments;
}

const fieldOf = (index: number): string => `part[${index + 1}]`;

function hashOf(headers: Part['headers'], index: number): string {
  const sha2 = headers.get('x-experience-api-hash')?.toLowerCase();
  if (!sha2) throw new ServerError('body-invalid', 'An attachment’s part needs the header X-Experience-API-Hash.', { field: fieldOf(index), clause: CLAUSE });
  if (headers.get('content-transfer-encoding')?.toLowerCase() !== 'binary') {
    throw new ServerError('body-invalid', 'An attachment’s part needs the header Content-Transfer-Encoding: binary.', { field: fieldOf(index), clause: CLAUSE });
  }
  return sha2;
}

/**
 * Where the octets that have the hash end: at the part's end. Clients in wide use (TinCanJS 0.50, @xapi/xapi 3.0) write no line break
 * before the boundary that follows an attachment, so that two look like one part; the hash tells them apart, and no octets are mistaken.
 */
function endOfAttachment(body: Buffer, sha2: string, mark: Buffer): number | undefined {
  const hash = createHash('sha256');
  let hashed = 0;
  for (let from = 0; ; from = hashed + 1) {
    const found = body.indexOf(mark, from);
    const end = found < 0 ? body.length : found;
    hash.update(body.subarray(hashed, end));
    if (hash.copy().digest('hex') === sha2) return end;
    if (found < 0) return undefined;
    hashed = end;
  }
}

/** Every attachment without a `fileUrl` has its part, and every part its attachment. */
export function matchAttachments(statements: readonly Statement[], attachments: readonly Attachment[]): void {
  if (attachments.length === 0 && statements.every(({ attachments: own, object }) => own === undefined && object.objectType !== 'SubStatement')) return;
  const sent = new Set(attachments.map(({ sha2 }) => sha2));
  const named = new Set<string>();
  for (const { sha2, fileUrl } of statements.flatMap(attachmentsOf)) {
    const hash = sha2.toLowerCase();
    named.add(hash);
    if (fileUrl === undefined && !sent.has(hash)) {
      throw new ServerError('body-invalid', `The attachment ${hash} was not sent, and has no fileUrl.`, { field: 'attachments', clause: CLAUSE });
    }
  }
  for (const { sha2 } of attachments) {
    if (!named.has(sha2)) throw new ServerError('body-invalid', `No statement has an attachment ${sha2}.`, { field: 'attachments', clause: CLAUSE });
  }
}

export function attachmentsOf(statement: Pick<Statement, 'attachments' | 'object'>): NonNullable<Statement['attachments']> {
  const inner = statement.object.objectType === 'SubStatement' ? (statement.object.attachments ?? []) : [];
  return [...(statement.attachments ?? []), ...inner];
}

export async function insertAttachments(db: Db, tenantId: number, attachments: readonly Attachment[]): Promise<void> {
  const unique = new Map(attachments.map((attachment) => [attachment.sha2, attachment]));
  for (const { sha2, contentType, bytes } of unique.values()) {
    await db.insertInto('attachments').values({ tenant_id: tenantId, sha2, content_type: contentType, bytes: Buffer.from(bytes) })
      .onConflict((conflict) => conflict.doNothing()).execute();
  }
}
