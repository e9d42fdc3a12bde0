import { randomBytes, randomUUID } from 'node:crypto';
import { sql, type Selectable, type Transaction } from 'kysely';
import type { Seal } from '../auth/seal.js';
import type { Db } from '../database/database.js';
import type { ForwardingTargetsTable, Schema } from '../database/schema.js';
import { ServerError } from '../errors.js';
import type { ForwardingFault, ForwardingFilter, ForwardingTarget, PauseReason, Pseudonyms, TargetAuth, TargetSecrets, TargetVersion } from './target.js';

/** A target as somebody describes it; where to begin is a `cursor` already. */
export interface TargetDraft {
  readonly name: string;
  readonly endpoint: string;
  readonly version: TargetVersion;
  readonly auth: TargetAuth;
  readonly secret: string;
  readonly filter: ForwardingFilter;
  readonly pseudonyms?: Pseudonyms | undefined;
  /** Absent: a random one. */
  readonly salt?: string | undefined;
  readonly attachments: boolean;
  readonly cursor: number;
  readonly paused?: PauseReason | undefined;
}

/** Null takes away. */
export type TargetChanges = { readonly [K in keyof TargetDraft]?: TargetDraft[K] | (K extends 'pseudonyms' | 'paused' ? null : never) | undefined };

export interface TargetStore {
  /** @throws ServerError `conflict` when the name is taken */
  add(tenantId: number, draft: TargetDraft): Promise<ForwardingTarget>;
  list(tenantId?: number): Promise<ForwardingTarget[]>;
  /** By id or name. */
  find(tenantId: number, idOrName: string): Promise<ForwardingTarget | undefined>;
  change(target: ForwardingTarget, changes: TargetChanges): Promise<ForwardingTarget>;
  remove(target: ForwardingTarget): Promise<void>;
  /** @throws ServerError `secret-unreadable` */
  secretsOf(target: ForwardingTarget): Promise<TargetSecrets>;
}

/** Audited by those who ask; what the worker writes as it goes is in `progress.ts`. */
export function createTargetStore(db: Db, seal: Seal): TargetStore {
  const sealed = (tenantId: number, id: string, secret: string): Buffer => seal.close(secret, boundTo(tenantId, id));
  const newSalt = (): string => randomBytes(32).toString('base64url');
  return {
    async add(tenantId, { name, endpoint, version, auth, secret, filter, pseudonyms, salt, attachments, cursor, paused }) {
      const id = randomUUID();
      const row = await db.insertInto('forwarding_targets').values({
        tenant_id: tenantId, id, name, endpoint, version, attachments, cursor, auth: JSON.stringify(auth), secret: sealed(tenantId, id, secret), filter: JSON.stringify(filter),
        pseudonyms: pseudonyms ? JSON.stringify(pseudonyms) : null, salt: pseudonyms ? sealed(tenantId, id, salt ?? newSalt()) : null, paused: paused ?? null, last_error: null,
      }).onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()).returningAll().executeTakeFirst();
      if (!row) throw nameTaken(name);
      return toTarget(row);
    },
    async list(tenantId) {
      const query = db.selectFrom('forwarding_targets').selectAll().orderBy('tenant_id').orderBy('name');
      return (await (tenantId === undefined ? query : query.where('tenant_id', '=', tenantId)).execute()).map(toTarget);
    },
    async find(tenantId, idOrName) {
      const row = await db.selectFrom('forwarding_targets').selectAll().where('tenant_id', '=', tenantId)
        .where(UUID.test(idOrName) ? 'id' : 'name', '=', idOrName).executeTakeFirst();
      return row && toTarget(row);
    },
    async change({ tenantId, id }, { name, endpoint, version, auth, secret, filter, pseudonyms, salt, attachments, cursor, paused }) {
      return db.transaction().execute(async (tx) => {
        if (name !== undefined && (await isTaken(tx, tenantId, id, name))) throw nameTaken(name);
        const before = await tx.selectFrom('forwarding_targets').select('salt').where('tenant_id', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst();
        if (!before) throw new ServerError('not-found', 'There is no such target.');
        const kept = before.salt ?? sealed(tenantId, id, newSalt());
        const row = await tx.updateTable('forwarding_targets').set({
          ...(name === undefined ? {} : { name }), ...(endpoint === undefined ? {} : { endpoint }), ...(version === undefined ? {} : { version }),
          ...(auth === undefined ? {} : { auth: JSON.stringify(auth) }), ...(secret === undefined ? {} : { secret: sealed(tenantId, id, secret) }),
          ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }), ...(attachments === undefined ? {} : { attachments }),
          ...(pseudonyms === undefined ? {} : pseudonyms === null ? { pseudonyms: null } : { pseudonyms: JSON.stringify(pseudonyms), salt: salt === undefined ? kept : sealed(tenantId, id, salt) }),
          ...(cursor === undefined ? {} : { cursor }), ...(paused === undefined ? {} : { paused }),
          // Whatever was changed may have been what was wrong.
          failures: 0, refused_in_a_row: 0, next_attempt_at: sql<Date>`now()`, updated_at: sql<Date>`now()`,
        }).where('tenant_id', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
        return toTarget(row);
      });
    },
    async remove({ tenantId, id }) {
      await db.deleteFrom('forwarding_targets').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
    },
    async secretsOf({ tenantId, id, pseudonyms }) {
      const { secret, salt } = await db.selectFrom('forwarding_targets').select(['secret', 'salt']).where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirstOrThrow();
      const open = (bytes: Buffer): string => seal.open(bytes, boundTo(tenantId, id));
      // Without its salt a target that wants pseudonyms gets nothing, rather than names.
      if (pseudonyms && !salt) throw new ServerError('secret-unreadable', 'The salt of the pseudonyms is missing.', { field: 'pseudonyms' });
      return { secret: open(secret), ...(pseudonyms && salt ? { salt: open(salt) } : {}) };
    },
  };
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const boundTo = (tenantId: number, id: string): string => `forwarding ${tenantId} ${id}`;
const nameTaken = (name: string): ServerError => new ServerError('conflict', `There is a target "${name}" already.`, { field: 'name' });

async function isTaken(tx: Transaction<Schema>, tenantId: number, id: string, name: string): Promise<boolean> {
  return (await tx.selectFrom('forwarding_targets').select('id').where('tenant_id', '=', tenantId).where('name', '=', name).where('id', '!=', id).executeTakeFirst()) !== undefined;
}

function toTarget(row: Selectable<ForwardingTargetsTable>): ForwardingTarget {
  return {
    tenantId: row.tenant_id, id: row.id, number: row.number, name: row.name, endpoint: row.endpoint, version: row.version as TargetVersion,
    auth: JSON.parse(row.auth) as TargetAuth, filter: JSON.parse(row.filter) as ForwardingFilter, attachments: row.attachments, cursor: row.cursor,
    failures: row.failures, refusedInARow: row.refused_in_a_row, nextAttemptAt: row.next_attempt_at, delivered: row.delivered, filtered: row.filtered, createdAt: row.created_at,
    ...(row.pseudonyms === null ? {} : { pseudonyms: JSON.parse(row.pseudonyms) as Pseudonyms }),
    ...(row.paused === null ? {} : { paused: row.paused as PauseReason }),
    ...(row.last_error === null ? {} : { lastError: JSON.parse(row.last_error) as ForwardingFault }),
    ...(row.last_success_at === null ? {} : { lastSuccessAt: row.last_success_at }),
  };
}
