import type { Activity, Course, Text } from '@lectern/core';
import { listUnits } from '@lectern/core';
import type { PackageWarning } from '@lectern/courseware';
import { sql } from 'kysely';
import { recordAudit } from '../audit/audit.js';
import { CONTENT_LOCK } from '../backup/locks.js';
import type { Db } from '../database/database.js';
import { keyOf } from '../database/keys.js';
import { ServerError } from '../errors.js';

/** Keeps a backup from taking files of one moment and rows of another. */
const holdContent = (tx: Db): Promise<unknown> => sql`select pg_advisory_xact_lock_shared(${CONTENT_LOCK})`.execute(tx);

/** A course as the lists show it. */
export interface CourseSummary {
  readonly id: string;
  readonly title: Text;
  readonly format: string;
  /** How many. */
  readonly units: number;
  readonly warnings: readonly PackageWarning[];
}

export interface StoredCourse extends CourseSummary {
  readonly tenantId: number;
  readonly contentHash: string;
  /** Its URLs are relative to the content's folder. */
  readonly course: Course;
}

/** Activities described by one insertion: a query has room for 65,535 values. */
const DESCRIBED = 5_000;

/** The courses' rows. */
export class CourseStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * @param by who puts it there, for the audit
   * @param placeFiles puts its files in place: with the row, as a backup sees it
   * @param definitions what the package says of activities
   */
  async put(tenantId: number, id: string, course: Course, contentHash: string, warnings: readonly PackageWarning[], by: string, placeFiles: () => Promise<void>, definitions: readonly Activity[] = []): Promise<CourseSummary> {
    const units = listUnits(course).length;
    const values = {
      activity_id: course.id,
      activity_key: keyOf(tenantId, 'activity', course.id),
      format: course.format,
      title: JSON.stringify(course.title),
      units,
      course: JSON.stringify(course),
      warnings: JSON.stringify(warnings),
      content_hash: contentHash,
    };
    await this.#db.transaction().execute(async (tx) => {
      await holdContent(tx);
      await placeFiles();
      await tx.insertInto('courses').values({ tenant_id: tenantId, id, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(values)).execute();
      // What activities are called when they have told nothing yet; what they say of themselves stands.
      const described = definitions.flatMap(({ id: activityId, definition }) => (definition ? [{ tenant_id: tenantId, key: keyOf(tenantId, 'activity', activityId), id: activityId, definition: JSON.stringify(definition) }] : []));
      for (let from = 0; from < described.length; from += DESCRIBED) {
        await tx.insertInto('activities').values(described.slice(from, from + DESCRIBED)).onConflict((conflict) => conflict.doNothing()).execute();
      }
      await recordAudit(tx, tenantId, { actor: by, action: 'course.import', subject: id, details: { format: course.format, units, contentHash } });
    });
    return { id, title: course.title, format: course.format, units, warnings };
  }

  /** Course ids are unique across tenants: they are made of the content and the tenant. A suspended tenant’s are not found. */
  async find(id: string): Promise<StoredCourse | undefined> {
    if (id.includes('\u0000')) return undefined;
    const row = await this.#db.selectFrom('courses').innerJoin('tenants', 'tenants.id', 'courses.tenant_id').selectAll('courses')
      .where('courses.id', '=', id).where('tenants.suspended_at', 'is', null).executeTakeFirst();
    return row && {
      tenantId: row.tenant_id,
      id: row.id,
      title: JSON.parse(row.title) as Text,
      format: row.format,
      units: row.units,
      warnings: JSON.parse(row.warnings) as PackageWarning[],
      contentHash: row.content_hash,
      course: JSON.parse(row.course) as Course,
    };
  }

  /** @throws ServerError `not-found` */
  async get(id: string, tenantId?: number): Promise<StoredCourse> {
    const course = await this.find(id);
    if (!course || (tenantId !== undefined && course.tenantId !== tenantId)) throw new ServerError('not-found', `There is no course "${id.slice(0, 80)}".`, { field: 'course' });
    return course;
  }

  async list(tenantId: number): Promise<CourseSummary[]> {
    const rows = await this.#db.selectFrom('courses').select(['id', 'title', 'format', 'units', 'warnings']).where('tenant_id', '=', tenantId).orderBy('created_at').orderBy('id').execute();
    return rows.map((row) => ({ id: row.id, title: JSON.parse(row.title) as Text, format: row.format, units: row.units, warnings: JSON.parse(row.warnings) as PackageWarning[] }));
  }

  /** @param by who removes it, for the audit */
  async remove(tenantId: number, id: string, by: string): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => {
      await holdContent(tx);
      const { numDeletedRows } = await tx.deleteFrom('courses').where('tenant_id', '=', tenantId).where('id', '=', id).executeTakeFirst();
      if (numDeletedRows > 0n) await recordAudit(tx, tenantId, { actor: by, action: 'course.remove', subject: id });
      return numDeletedRows > 0n;
    });
  }
}
