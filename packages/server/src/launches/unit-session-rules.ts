import { VERBS, type LaunchMode, type Score } from '@lectern/core';
import type { Selectable } from 'kysely';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import type { UnitSessionsTable } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { UnitSessionRules } from '../lrs/lrs-env.js';
import type { StatementWriter, Tx } from '../lrs/statement-writer.js';
import { applyCmi5Rules, type Cmi5Session } from './cmi5-rules.js';
import { recordSatisfaction } from './satisfaction.js';
import { observeTincan } from './tincan-rules.js';
import { withdrawSatisfaction } from './withdraw-satisfaction.js';

export interface SessionServices {
  readonly db: Db;
  readonly writer: StatementWriter;
  readonly courses: CourseStore;
  readonly authorityHome: string;
}

const TELLING: ReadonlySet<string> = new Set([VERBS.completed.id, VERBS.passed.id, VERBS.terminated.id]);

/** Binds the LRS to the sessions of launched units. The rules run inside the writer's transaction, so two requests cannot both be first. */
export function createUnitSessionRules(services: SessionServices): UnitSessionRules {
  return {
    guard: (sessionId, tenantId) => async (tx, fresh, storedAt) => {
      const row = await tx.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', tenantId).where('id', '=', sessionId).forUpdate().executeTakeFirst();
      if (!row) throw new ServerError('unauthorized', 'The unit’s session is gone.');
      const before = await toSession(tx, row);
      const rule = row.kind === 'cmi5' ? applyCmi5Rules : observeTincan;
      // 9.3: what comes first is a matter of timestamps, within a request too.
      const told = fresh.map((prepared, index) => ({ prepared, where: fresh.length > 1 ? `[${index}]` : '' }))
        .sort((a, b) => Date.parse(a.prepared.statement.timestamp) - Date.parse(b.prepared.statement.timestamp));
      const after = told.reduce((session, { prepared, where }) => rule(session, prepared, where), before);
      await tx.updateTable('unit_sessions').set({
        initialized_timestamp: after.initializedAt === undefined ? null : new Date(after.initializedAt),
        initialized_at: row.initialized_at ?? (after.initialized ? storedAt : null),
        terminated_at: after.terminated ? (row.terminated_at ?? storedAt) : null,
        seen_at: storedAt,
        verbs: [...after.verbs],
        completed: after.completed,
        success: after.success ?? null,
        score: after.score ? JSON.stringify(after.score) : null,
        progress: after.progress ?? null,
      }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).execute();
    },
    async preferencesRead(sessionId, tenantId) {
      await services.db.updateTable('unit_sessions').set({ preferences_read_at: new Date() }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).where('preferences_read_at', 'is', null).execute();
    },
    async stored(sessionId, tenantId, statements) {
      if (!statements.some(({ statement }) => TELLING.has(statement.verb.id))) return;
      const row = await services.db.selectFrom('unit_sessions').selectAll().where('tenant_id', '=', tenantId).where('id', '=', sessionId).executeTakeFirst();
      if (row?.kind === 'cmi5') await recordSatisfaction(services, row);
    },
    voided: (tenantId, targets) => withdrawSatisfaction(services, tenantId, targets),
  };
}

async function toSession(tx: Tx, row: Selectable<UnitSessionsTable>): Promise<Cmi5Session> {
  const others = await tx.selectFrom('unit_sessions').select(['completed', 'success']).where('tenant_id', '=', row.tenant_id)
    .where('registration', '=', row.registration).where('unit_id', '=', row.unit_id).where('id', '<>', row.id).execute();
  return {
    id: row.id,
    activityId: row.activity_id,
    publisherId: row.publisher_id ?? undefined,
    launchMode: row.launch_mode as LaunchMode,
    masteryScore: row.mastery_score ?? undefined,
    preferencesRead: row.preferences_read_at !== null,
    initialized: row.initialized_at !== null,
    initializedAt: row.initialized_timestamp?.getTime(),
    terminated: row.terminated_at !== null,
    abandoned: row.abandoned_at !== null,
    verbs: row.verbs,
    completedBefore: others.some(({ completed }) => completed),
    passedBefore: others.some(({ success }) => success === true),
    completed: row.completed,
    success: row.success ?? undefined,
    score: row.score === null ? undefined : (JSON.parse(row.score) as Score),
    progress: row.progress ?? undefined,
  };
}
