import { randomBytes } from 'node:crypto';
import type { LaunchMode, OutcomeReport } from '@lectern/core';
import { recordAudit } from '../audit/audit.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { derivedUuid } from '../launches/registrations.js';

/** What an institution may do with a course. */
export interface Licence {
  readonly institution: string;
  /** Learners; absent: any number. */
  readonly seats?: number | undefined;
  /** RFC 3339; absent: without end. */
  readonly until?: string | undefined;
  /** Origins of the pages that may frame it; none: any. */
  readonly origins: readonly string[];
  /** What is told of learners: a pseudonym made in their LMS, the account that their LMS names, or, where there is no LMS to ask, a random number that their browser keeps. */
  readonly identity: 'pseudonym' | 'account' | 'browser';
}

export interface Dispatch extends Licence {
  readonly id: string;
  readonly courseId: string;
  readonly salt: string;
  readonly createdAt: string;
  readonly revokedAt?: string | undefined;
  readonly used: number;
}

/** One learner's seat, as reports have it. */
export interface SeatReport {
  readonly learner: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed' | undefined;
  /** Scaled. */
  readonly score?: number | undefined;
  readonly progress: number;
  readonly seconds: number;
}

/** Milliseconds for which it is not asked again who may frame content: every file of it asks. */
const FRAMERS_AGE = 10_000;

const UNKNOWN = (): ServerError => new ServerError('not-found', 'There is no such dispatch.', { field: 'id' });

/** Licences and their seats. */
export class DispatchStore {
  readonly #db: Db;
  #framers: { readonly at: number; readonly origins: Promise<readonly string[]> } | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  async create(tenantId: number, courseId: string, licence: Licence, by: string): Promise<Dispatch> {
    const id = randomBytes(20).toString('base64url');
    await this.#db.transaction().execute(async (tx) => {
      await tx.insertInto('dispatches').values({
        id, tenant_id: tenantId, course_id: courseId, institution: licence.institution, seats: licence.seats ?? null, until: licence.until ?? null,
        origins: [...licence.origins], identity: licence.identity, salt: randomBytes(24).toString('base64url'), created_by: by,
      }).execute();
      this.#framers = undefined;
      await recordAudit(tx, tenantId, { actor: by, action: 'dispatch.create', subject: publicName(id), details: { course: courseId, institution: licence.institution } });
    });
    return this.get(id, tenantId);
  }

  async list(tenantId: number, institution?: string): Promise<Dispatch[]> {
    const rows = await this.#select().where('tenant_id', '=', tenantId).$if(institution !== undefined, (query) => query.where('institution', '=', institution!)).orderBy('created_at').orderBy('id').execute();
    return rows.map(toDispatch);
  }

  /** @param tenantId absent: whoever has the id may know @throws ServerError `not-found` */
  async get(id: string, tenantId?: number): Promise<Dispatch & { readonly tenantId: number }> {
    const row = await this.#select().where('id', '=', id).$if(tenantId !== undefined, (query) => query.where('tenant_id', '=', tenantId!)).executeTakeFirst();
    if (!row) throw UNKNOWN();
    return { ...toDispatch(row), tenantId: row.tenant_id };
  }

  /** @throws ServerError `not-found` */
  async change(tenantId: number, id: string, changes: Partial<Pick<Licence, 'origins'>> & { readonly seats?: number | null; readonly until?: string | null; readonly revoked?: boolean }, by: string): Promise<Dispatch> {
    const { seats, until, origins, revoked } = changes;
    const set = {
      ...(seats === undefined ? {} : { seats }),
      ...(until === undefined ? {} : { until }),
      ...(origins === undefined ? {} : { origins: [...origins] }),
      ...(revoked === undefined ? {} : { revoked_at: revoked ? new Date() : null }),
    };
    await this.#db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx.updateTable('dispatches').set(set).where('id', '=', id).where('tenant_id', '=', tenantId).executeTakeFirst();
      if (numUpdatedRows === 0n) throw UNKNOWN();
      await recordAudit(tx, tenantId, { actor: by, action: revoked ? 'dispatch.revoke' : 'dispatch.change', subject: publicName(id), details: { ...changes } });
    });
    return this.get(id, tenantId);
  }

  /**
   * Gives a learner a seat, or the one that they have. A learner who has one keeps it when the number of seats is met.
   * @returns the registration under which they learn
   * @throws ServerError `not-found`, `licence-revoked`, `licence-ended`, `licence-full`
   */
  async seat(id: string, learner: string, launchMode: LaunchMode): Promise<{ readonly registration: string; readonly first: boolean }> {
    return this.#db.transaction().execute(async (tx) => {
      // Of two who come at once for the last seat, one waits and then finds it taken.
      const row = await tx.selectFrom('dispatches').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (!row) throw UNKNOWN();
      if (row.revoked_at) throw new ServerError('licence-revoked', `The licence of ${row.institution} for this course has been withdrawn.`);
      if (row.until && row.until.getTime() <= Date.now()) throw new ServerError('licence-ended', `The licence of ${row.institution} for this course ended at ${row.until.toISOString()}.`);
      const registration = derivedUuid(`dispatch\n${id}\n${learner}`);
      const had = await tx.updateTable('dispatch_learners').set({ last_at: new Date() }).where('dispatch_id', '=', id).where('learner', '=', learner).executeTakeFirst();
      if (had.numUpdatedRows > 0n) return { registration, first: false };
      // Who only looks takes no seat.
      if (launchMode !== 'Normal') return { registration, first: true };
      const { used } = await tx.selectFrom('dispatch_learners').select((query) => query.fn.countAll<number>().as('used')).where('dispatch_id', '=', id).executeTakeFirstOrThrow();
      if (row.seats !== null && Number(used) >= row.seats) throw new ServerError('licence-full', `All ${row.seats} places that ${row.institution} has for this course are taken.`);
      await tx.insertInto('dispatch_learners').values({ dispatch_id: id, learner, registration, last_at: new Date(), completed: false, success: null, score: null, progress: 0, seconds: 0 }).execute();
      return { registration, first: true };
    });
  }

  /** Keeps what a seat has come to. A course that was completed or passed stays so. */
  async outcome(id: string, registration: string, { completed, success, score, progress, seconds }: OutcomeReport): Promise<void> {
    const row = await this.#db.selectFrom('dispatch_learners').selectAll().where('dispatch_id', '=', id).where('registration', '=', registration).executeTakeFirst();
    if (!row) throw UNKNOWN();
    await this.#db.updateTable('dispatch_learners').set({
      last_at: new Date(),
      completed: row.completed || completed,
      success: row.success === 'passed' ? 'passed' : (success ?? row.success),
      score: score?.scaled ?? row.score,
      progress: Math.max(row.progress, progress),
      seconds: Math.max(row.seconds, seconds),
    }).where('dispatch_id', '=', id).where('registration', '=', registration).execute();
  }

  async seats(id: string): Promise<SeatReport[]> {
    const rows = await this.#db.selectFrom('dispatch_learners').selectAll().where('dispatch_id', '=', id).orderBy('first_at').orderBy('learner').execute();
    return rows.map(({ learner, first_at, last_at, completed, success, score, progress, seconds }) => ({
      learner, firstAt: first_at.toISOString(), lastAt: last_at.toISOString(), completed, progress, seconds,
      ...(success === null ? {} : { success }),
      ...(score === null ? {} : { score }),
    }));
  }

  /** Origins of the pages that may frame what is dispatched, as of a moment ago; `*` where a licence names none. */
  framers(): Promise<readonly string[]> {
    const now = Date.now();
    if (!this.#framers || now - this.#framers.at > FRAMERS_AGE) {
      const origins = this.#findFramers();
      origins.catch(() => (this.#framers = undefined));
      this.#framers = { at: now, origins };
    }
    return this.#framers.origins;
  }

  async #findFramers(): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom('dispatches').select('origins').distinct().where('revoked_at', 'is', null).where('identity', '!=', 'browser').execute(); // which is played in no frame
    return rows.some(({ origins }) => origins.length === 0) ? ['*'] : [...new Set(rows.flatMap(({ origins }) => origins))];
  }

  #select() {
    return this.#db.selectFrom('dispatches').selectAll().select((query) =>
      query.selectFrom('dispatch_learners').whereRef('dispatch_learners.dispatch_id', '=', 'dispatches.id').select((inner) => inner.fn.countAll<number>().as('n')).as('used'));
  }
}

/** The id is as good as a key; the audit has its beginning. */
export const publicName = (id: string): string => `${id.slice(0, 8)}…`;

interface Row {
  readonly id: string;
  readonly course_id: string;
  readonly institution: string;
  readonly seats: number | null;
  readonly until: Date | null;
  readonly origins: string[];
  readonly identity: 'pseudonym' | 'account' | 'browser';
  readonly salt: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly used: number | null;
}

function toDispatch(row: Row): Dispatch {
  return {
    id: row.id,
    courseId: row.course_id,
    institution: row.institution,
    origins: row.origins,
    identity: row.identity,
    salt: row.salt,
    createdAt: row.created_at.toISOString(),
    used: Number(row.used ?? 0),
    ...(row.seats === null ? {} : { seats: row.seats }),
    ...(row.until === null ? {} : { until: row.until.toISOString() }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
  };
}
