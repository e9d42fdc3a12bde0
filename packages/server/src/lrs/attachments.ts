import { createHash } from 'node:crypto';
import type { Statement } from '@lectern/core';
import { ServerError } from '../errors.js';
import { parseMultipart, type Part } from './multipart.js';

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
  return { json: new TextDecoder('utf-8', { fatal: false }).decode(first.body), attachments: rest.map(readAttachment) };
}

function readAttachment(part: Part, index: number): Attachment {
  const field = `part[${index + 1}]`;
  const sha2 = part.headers.get('x-experience-api-hash')?.toLowerCase();
  if (!sha2) throw new ServerError('body-invalid', 'An attachment’s part needs the header X-Experience-API-Hash.', { field, clause: CLAUSE });
  if (part.headers.get('content-transfer-encoding')?.toLowerCase() !== 'binary') {
    throw new ServerError('body-invalid', 'An attachment’s part needs the header Content-Transfer-Encoding: binary.', { field, clause: CLAUSE });
  }
  if (createHash('sha256').update(part.body).digest('hex') !== sha2) {
    throw new ServerError('body-invalid', 'The attachment’s octets do not have the hash its part names.', { field, clause: CLAUSE });
  }
  return { sha2, contentType: part.headers.get('content-type') ?? 'application/octet-stream', bytes: part.body };
}

/** Every attachment without a `fileUrl` has its part, and every part its attachment. */
export function matchAttachments(statements: readonly Statement[], attachments: readonly Attachment[]): void {
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
