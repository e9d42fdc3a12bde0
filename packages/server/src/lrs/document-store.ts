import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Db } from '../database/database.js';
import { NO_KEY } from '../database/keys.js';
import type { DocumentsTable, Schema } from '../database/schema.js';
import { ServerError } from '../errors.js';

/** What a document belongs to. Keys that its kind does not have are {@link NO_KEY}. */
export interface DocumentScope {
  readonly kind: DocumentsTable['kind'];
  readonly activityKey: string;
  readonly agentKey: string;
  readonly registration: string;
}

export interface DocumentAddress extends DocumentScope {
  readonly documentKey: string;
  readonly documentId: string;
}

export interface StoredDocument {
  readonly contentType: string;
  /** SHA-1, hexadecimal, without quotes (Communication 3.1). */
  readonly etag: string;
  readonly bytes: Buffer;
  readonly updatedAt: Date;
}

export interface DocumentConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** What is to be done without either: go on, go on where there is no document yet, or refuse (Communication 3.1). */
  readonly without: 'allowed' | 'for-new' | 'never';
}

export interface DocumentWrite {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly mode: 'replace' | 'merge';
}

const CLAUSE = 'xAPI Communication 3.1';

export async function readDocument(db: Db | Transaction<Schema>, tenantId: number, address: DocumentAddress): Promise<StoredDocument | undefined> {
  const row = await db.selectFrom('documents').select(['content_type', 'etag', 'bytes', 'updated_at']).where('tenant_id', '=', tenantId)
    .where('kind', '=', address.kind).where('activity_key', '=', address.activityKey).where('agent_key', '=', address.agentKey)
    .where('registration', '=', address.registration).where('document_key', '=', address.documentKey).executeTakeFirst();
  return row && { contentType: row.content_type, etag: row.etag, bytes: row.bytes, updatedAt: row.updated_at };
}

/** @throws ServerError `precondition-failed`, `conflict`, `body-invalid` */
export async function writeDocument(db: Db, tenantId: number, address: DocumentAddress, write: DocumentWrite, conditions: DocumentConditions): Promise<void> {
  await db.transaction().execute((tx) => writeDocumentIn(tx, tenantId, address, write, conditions));
}

/** As `writeDocument`, inside a transaction. */
export async function writeDocumentIn(tx: Transaction<Schema>, tenantId: number, address: DocumentAddress, write: DocumentWrite, conditions: DocumentConditions): Promise<void> {
  await lock(tx, tenantId, address);
  const before = await readDocument(tx, tenantId, address);
  checkConditions(before, conditions);
  const content = write.mode === 'merge' ? merge(before, write) : write;
  const values = {
    content_type: content.contentType,
    etag: createHash('sha1').update(content.bytes).digest('hex'),
    bytes: Buffer.from(content.bytes),
    updated_at: new Date(),
  };
  await tx.insertInto('documents').values({
    tenant_id: tenantId, kind: address.kind, activity_key: address.activityKey, agent_key: address.agentKey,
    registration: address.registration, document_key: address.documentKey, document_id: address.documentId, ...values,
  }).onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'activity_key', 'agent_key', 'registration', 'document_key']).doUpdateSet(values)).execute();
}

export async function deleteDocument(db: Db, tenantId: number, address: DocumentAddress, conditions: DocumentConditions): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lock(tx, tenantId, address);
    checkConditions(await readDocument(tx, tenantId, address), { ...conditions, without: 'allowed' });
    await tx.deleteFrom('documents').where('tenant_id', '=', tenantId).where('kind', '=', address.kind)
      .where('activity_key', '=', address.activityKey).where('agent_key', '=', address.agentKey)
      .where('registration', '=', address.registration).where('document_key', '=', address.documentKey).execute();
  });
}

/** @param registrations absent: whatever they are (Communication 2.3) */
export async function listDocuments(db: Db, tenantId: number, scope: Omit<DocumentScope, 'registration'>, registrations?: readonly string[], sinceMicros?: number): Promise<{ id: string; updatedAt: Date }[]> {
  let query = db.selectFrom('documents').select(['document_id', 'updated_at']).where('tenant_id', '=', tenantId)
    .where('kind', '=', scope.kind).where('activity_key', '=', scope.activityKey).where('agent_key', '=', scope.agentKey);
  if (registrations !== undefined) query = query.where('registration', 'in', registrations);
  if (sinceMicros !== undefined) query = query.where('updated_at', '>', new Date(sinceMicros / 1000));
  const rows = await query.orderBy('document_id').execute();
  return rows.map((row) => ({ id: row.document_id, updatedAt: row.updated_at }));
}

/** @param kept ids of documents that stay */
export async function deleteDocuments(db: Db, tenantId: number, scope: Omit<DocumentScope, 'registration'>, registrations?: readonly string[], kept: readonly string[] = []): Promise<void> {
  let query = db.deleteFrom('documents').where('tenant_id', '=', tenantId)
    .where('kind', '=', scope.kind).where('activity_key', '=', scope.activityKey).where('agent_key', '=', scope.agentKey);
  if (registrations !== undefined) query = query.where('registration', 'in', registrations);
  if (kept.length > 0) query = query.where('document_id', 'not in', kept);
  await query.execute();
}

/** One writer of a document at a time, also while it does not exist yet. */
async function lock(tx: Transaction<Schema>, tenantId: number, { kind, activityKey, agentKey, registration, documentKey }: DocumentAddress): Promise<void> {
  const name = [tenantId, kind, activityKey, agentKey, registration, documentKey].join(' ');
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

function checkConditions(before: StoredDocument | undefined, { ifMatch, ifNoneMatch, without }: DocumentConditions): void {
  if (ifMatch !== undefined && !(before && lists(ifMatch, before.etag))) {
    throw new ServerError('precondition-failed', 'The document is no longer the one that If-Match names.', { field: 'If-Match', clause: CLAUSE });
  }
  if (ifNoneMatch !== undefined && before && lists(ifNoneMatch, before.etag)) {
    throw new ServerError('precondition-failed', 'There is such a document already.', { field: 'If-None-Match', clause: CLAUSE });
  }
  if (ifMatch !== undefined || ifNoneMatch !== undefined || without === 'allowed') return;
  if (before) {
    throw new ServerError('conflict', 'There is a document already: read it, then say with If-Match which one you replace, or with If-None-Match: * that there should be none.', { field: 'If-Match', clause: CLAUSE });
  }
  if (without === 'never') {
    throw new ServerError('precondition-missing', 'Say with If-None-Match: * that there should be no such document yet, or with If-Match which one you replace.', { field: 'If-None-Match', clause: CLAUSE });
  }
}

/** Whether a list of entity tags has this one. Some clients leave the quotes out. */
function lists(header: string, etag: string): boolean {
  return header.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '').replaceAll('"', '').toLowerCase() === etag);
}

const isJson = (contentType: string): boolean => /^application\/json\b/i.test(contentType);

/** POST merges the top level of two JSON objects (Communication 2.2, table). */
function merge(before: StoredDocument | undefined, write: DocumentWrite): { contentType: string; bytes: Uint8Array } {
  const fail = (message: string): ServerError => new ServerError('body-invalid', message, { field: 'Content-Type', clause: 'xAPI Communication 2.2' });
  if (!before) return write;
  if (!isJson(before.contentType)) throw fail('The stored document is not JSON, so nothing can be merged into it; replace it with PUT.');
  if (!isJson(write.contentType)) throw fail('Only JSON can be merged into the stored document; replace it with PUT.');
  const [old, news] = [parseObject(before.bytes), parseObject(write.bytes)];
  if (!old || !news) throw fail('Only JSON objects can be merged; replace the document with PUT.');
  return { contentType: write.contentType, bytes: Buffer.from(JSON.stringify({ ...old, ...news })) };
}

export function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const noScope = { activityKey: NO_KEY, agentKey: NO_KEY, registration: NO_KEY } as const;
