import { createVerify, X509Certificate } from 'node:crypto';
import type { Attachment as AttachmentOf, Statement } from '@lectern/core';
import { base64url, decodeProtectedHeader } from 'jose';
import { ServerError } from '../errors.js';
import type { Attachment } from './attachments.js';
import { contentHash } from './content-hash.js';
import { prepareStatement, type PreparedStatement, type PrepareOptions } from './prepare-statement.js';

const SIGNATURE = 'http://adlnet.gov/expapi/attachments/signature';

const CLAUSE = 'xAPI Data 2.6';

/** The algorithms that the specification allows, and what OpenSSL calls their hashes. */
const HASHES: Readonly<Record<string, string>> = { RS256: 'RSA-SHA256', RS384: 'RSA-SHA384', RS512: 'RSA-SHA512' };

type Signature = Readonly<Record<'protected' | 'payload' | 'signature', string>>;

/**
 * Checks that signed statements are signed well: the signature is there, is a JWS of an allowed algorithm, its payload is this
 * statement as it was before it was signed, and it fits the certificate it carries, if it does. Who signed is not judged.
 * @throws ServerError `signature-invalid`
 */
export function checkSignatures(prepared: readonly PreparedStatement[], attachments: readonly Attachment[], options: PrepareOptions): void {
  prepared.forEach((one, index) => {
    for (const description of one.statement.attachments ?? []) {
      if (description.usageType === SIGNATURE) checkSignature(one, description, attachments, options, prepared.length > 1 ? `[${index}].attachments` : 'attachments');
    }
  });
}

function checkSignature(signed: PreparedStatement, description: AttachmentOf, attachments: readonly Attachment[], options: PrepareOptions, field: string): void {
  const fail = (message: string, cause?: unknown): never => {
    throw new ServerError('signature-invalid', message, { field, clause: CLAUSE, cause });
  };
  if (!/^application\/octet-stream\b/i.test(description.contentType)) fail('A signature is an attachment of type application/octet-stream.');
  const bytes = attachments.find(({ sha2 }) => sha2 === description.sha2.toLowerCase())?.bytes;
  if (!bytes) return fail('A signed statement comes with its signature, as a part of the request.');
  let parts: Signature[];
  try {
    parts = readJws(Buffer.from(bytes).toString('latin1').trim(), options.version === '1.0.3');
  } catch (cause) {
    return fail('The signature is no JSON web signature (RFC 7515).', cause);
  }
  for (const part of parts) {
    checkPart(part, fail);
    const original = readPayload(part.payload, options, fail);
    if (!isSameStatement(original, signed)) fail('What was signed is not the statement that was sent.');
  }
}

/** The compact serialization; 1.0.3 also allows the JSON ones, flattened and general, and discourages them. */
function readJws(text: string, jsonAllowed: boolean): Signature[] {
  if (jsonAllowed && text.startsWith('{')) {
    const jws = JSON.parse(text) as { payload?: unknown; signatures?: unknown };
    const list = Array.isArray(jws.signatures) ? (jws.signatures as Partial<Signature>[]) : [jws as Partial<Signature>];
    if (list.length === 0) throw new TypeError('a JWS has a signature');
    return list.map((one) => checked({ protected: one.protected, payload: jws.payload, signature: one.signature }));
  }
  const [header, payload, signature, ...more] = text.split('.');
  if (more.length > 0) throw new TypeError('a compact JWS has three parts');
  return [checked({ protected: header, payload, signature })];
}

function checked(part: Readonly<Record<keyof Signature, unknown>>): Signature {
  for (const value of Object.values(part)) if (typeof value !== 'string' || !/^[\w-]+$/.test(value)) throw new TypeError('a part is not base64url');
  return part as Signature;
}

function checkPart(part: Signature, fail: (message: string, cause?: unknown) => never): void {
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(part);
  } catch (cause) {
    return fail('The header of the signature is not JSON.', cause);
  }
  const hash = header.alg !== undefined && Object.hasOwn(HASHES, header.alg) ? HASHES[header.alg] : undefined;
  if (hash === undefined) return fail('A signature uses RS256, RS384 or RS512.');
  if (header.crit !== undefined) fail('The signature asks for extensions that nobody here knows (RFC 7515 4.1.11).');
  if (header.x5c === undefined) return;
  let right: boolean;
  try {
    // Not through jose, which refuses keys below 2048 bits: the specification's own example has 1024. This finds mistakes, not forgers.
    const { publicKey } = new X509Certificate(Buffer.from(header.x5c[0]!, 'base64'));
    right = publicKey.asymmetricKeyType === 'rsa' && createVerify(hash).update(`${part.protected}.${part.payload}`).verify(publicKey, base64url.decode(part.signature));
  } catch (cause) {
    return fail('The certificate of the signature cannot be read.', cause);
  }
  if (!right) fail('The signature does not fit its certificate.');
}

function readPayload(payload: string, options: PrepareOptions, fail: (message: string, cause?: unknown) => never): PreparedStatement {
  try {
    return prepareStatement(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(payload))), options);
  } catch (cause) {
    return fail('What was signed is not a statement in JSON.', cause);
  }
}

/** Compares by the rules for statements of one id, without the signature, which came later (Data 2.3.1). An id that was not signed is given freely. */
function isSameStatement(original: PreparedStatement, signed: PreparedStatement): boolean {
  if (original.idGiven && original.id !== signed.id) return false;
  const times = [original, signed].map(({ statement }) => Date.parse(statement.timestamp));
  if (original.timestampGiven && signed.timestampGiven && Math.abs(times[0]! - times[1]!) > 1) return false;
  return unsignedHash(original.statement) === unsignedHash(signed.statement);
}

function unsignedHash({ attachments, ...statement }: Statement): string {
  const kept = (attachments ?? []).filter(({ usageType }) => usageType !== SIGNATURE);
  return contentHash({ ...statement, ...(kept.length > 0 ? { attachments: kept } : {}) });
}
