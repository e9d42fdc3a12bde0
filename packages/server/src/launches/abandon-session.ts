import { formatDuration, VERBS, type Agent, type Context, type Statement } from '@lectern/core';
import type { Selectable } from 'kysely';
import type { Db } from '../database/database.js';
import type { UnitSessionsTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import { CMI5 } from './cmi5-terms.js';
import { tellLmsStatement, type LmsVoice } from './lms-statement.js';
import { derivedUuid } from './registrations.js';

export interface AbandonServices extends LmsVoice {
  readonly db: Db;
}

type Row = Selectable<UnitSessionsTable>;

/** Looks at a session that moves on meanwhile. */
const ATTEMPTS = 20;

/** Sessions ended in one turn of the sweep. */
const SWEEP = 200;

/**
 * Ends a cmi5 session that never said terminated, and says so (cmi5 9.3.6): both or neither, once.
 * @returns whether it was still open
 */
export async function abandonSession(services: AbandonServices, tenantId: number, sessionId: string): Promise<boolean> {
  const { db } = services;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = await db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', tenantId).where('id', '=', sessionId).executeTakeFirst();
    if (row?.kind !== 'cmi5' || row.terminated_at || row.abandoned_at) return false;
    try {
      await tellLmsStatement(services, tenantId, abandonedStatement(row), async (tx, _fresh, storedAt) => {
        const { numUpdatedRows } = await tx.updateTable('unit_sessions').set({ abandoned_at: storedAt }).where('tenant_id', '=', tenantId).where('id', '=', sessionId)
          .where('terminated_at', 'is', null).where('abandoned_at', 'is', null).where('seen_at', 'is not distinct from', row.seen_at).executeTakeFirst();
        if (numUpdatedRows === 0n) throw new ServerError('conflict', 'The session has moved on.');
      });
      return true;
    } catch (error) {
      // The unit, or another launch, was first: look again.
      if (!(error instanceof ServerError && error.code === 'conflict')) throw error;
    }
  }
  throw new ServerError('conflict', 'The session is too busy to be ended; try again.', { field: 'sessionId' });
}

/** Ends the open session of a registration: there is at most one. */
export async function abandonOpenSessions(services: AbandonServices, tenantId: number, registration: string): Promise<void> {
  const open = await services.db.selectFrom('unit_sessions').select('id').where('tenant_id', '=', tenantId).where('registration', '=', registration)
    .where('kind', '=', 'cmi5').where('terminated_at', 'is', null).where('abandoned_at', 'is', null).execute();
  for (const { id } of open) await abandonSession(services, tenantId, id);
}

/** Ends sessions whose credentials have run out: nothing more can come of them. */
export async function abandonExpiredSessions(services: AbandonServices, now = new Date()): Promise<number> {
  const expired = await services.db.selectFrom('unit_sessions').select(['tenant_id', 'id']).where('expires_at', '<', now)
    .where('kind', '=', 'cmi5').where('terminated_at', 'is', null).where('abandoned_at', 'is', null).orderBy('expires_at').limit(SWEEP).execute();
  for (const { tenant_id: tenantId, id } of expired) await abandonSession(services, tenantId, id);
  return expired.length;
}

function abandonedStatement(row: Row): Statement {
  // 9.5.4.2: from launched to the last statement of the AU.
  const milliseconds = row.seen_at ? Math.max(0, row.seen_at.getTime() - row.launched_at.getTime()) : 0;
  const template = JSON.parse(row.context_template) as Context;
  return {
    id: derivedUuid(`abandoned\n${row.tenant_id}\n${row.id}`),
    actor: JSON.parse(row.actor) as Agent,
    verb: VERBS.abandoned,
    object: { objectType: 'Activity', id: row.activity_id },
    result: { duration: formatDuration(milliseconds / 1000) },
    context: {
      ...template,
      registration: row.registration,
      contextActivities: { ...template.contextActivities, category: [{ objectType: 'Activity', id: CMI5.category }] },
    },
    timestamp: new Date().toISOString(),
  };
}
