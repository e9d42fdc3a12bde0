import { createHash } from 'node:crypto';
import type { Agent, LaunchMode } from '@lectern/core';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import { agentKey } from '../database/keys.js';
import { ServerError } from '../errors.js';

export interface RegistrationRequest {
  readonly tenantId: number;
  readonly actor: Agent;
  readonly courseId: string;
  readonly launchMode: LaunchMode;
  /** Absent: the learner's own for the course, always the same. */
  readonly registration?: string | undefined;
  readonly returnUrl?: string | undefined;
  /** The key that asks; a new registration is then in the audit, without the learner. Absent: the demo. */
  readonly by?: string | undefined;
}

/**
 * The registration under which a learner takes a course, made when it is new.
 * @returns its UUID
 * @throws ServerError `conflict` when it is another learner's or another course's
 */
export async function ensureRegistration(db: Db, { tenantId, actor, courseId, launchMode, registration, returnUrl, by }: RegistrationRequest): Promise<string> {
  const actorKey = agentKey(tenantId, actor)!;
  const id = registration?.toLowerCase() ?? derivedUuid(`${tenantId}\n${actorKey}\n${courseId}`);
  const { numInsertedOrUpdatedRows } = await db.insertInto('registrations').values({
    tenant_id: tenantId, id, course_id: courseId, actor_key: actorKey, actor: JSON.stringify(actor), launch_mode: launchMode, return_url: returnUrl ?? null,
  }).onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).executeTakeFirst();
  if (by !== undefined && numInsertedOrUpdatedRows === 1n) {
    await recordAudit(db, tenantId, { actor: by, action: 'registration.create', subject: id, details: { course: courseId, launchMode } });
  }
  const row = await db.selectFrom('registrations').select(['actor_key', 'course_id']).where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirstOrThrow();
  if (row.actor_key !== actorKey || row.course_id !== courseId) {
    throw new ServerError('conflict', 'This registration belongs to another learner or course.', { field: 'registration' });
  }
  return id;
}

const NAMESPACE = Buffer.from('7c1f7f5c2b1e4f0e9c8f6d1a4b1d9a77', 'hex');

/** A UUID that the same words always give (RFC 9562, version 5): two requests at once make one registration. */
export function derivedUuid(text: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
