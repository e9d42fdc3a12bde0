import { sql } from 'kysely';
import type { Db } from '../database/database.js';

export interface AttachmentRow {
  readonly sha2: string;
  readonly content_type: string;
  readonly bytes: Buffer;
}

/** Octets of each attachment that is here. */
export async function attachmentSizes(db: Db, tenantId: number, hashes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (hashes.length === 0) return new Map();
  const rows = await db.selectFrom('attachments').select(['sha2', sql<number>`octet_length(bytes)`.as('size')]).where('tenant_id', '=', tenantId).where('sha2', 'in', hashes).execute();
  return new Map(rows.map(({ sha2, size }) => [sha2, size]));
}

export async function loadAttachments(db: Db, tenantId: number, hashes: readonly string[]): Promise<AttachmentRow[]> {
  if (hashes.length === 0) return [];
  return db.selectFrom('attachments').select(['sha2', 'content_type', 'bytes']).where('tenant_id', '=', tenantId).where('sha2', 'in', hashes).execute();
}
