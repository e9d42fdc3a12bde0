import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../database/database.js';
import type { Log } from '../log.js';
import { MEDIA, SCOPES } from '../lti-platform/lti-terms.js';
import { LINE_ITEM_SCOPE } from './terms.js';
import { MAXIMUM, mergeOutcome, toScore, type Outcome } from './outcome.js';
import { ServiceFault, type PlatformServices } from './platform-services.js';
import type { PlatformStore } from './platform-store.js';
import type { Platform } from './platform.js';
import type { LtiLinksTable } from './tables.js';
import type { Selectable } from 'kysely';

export type Link = Selectable<LtiLinksTable>;

/** What learners have come to, on its way to their platforms' gradebooks: kept until it is there, the newest alone. */
export interface Gradebook {
  /** Keeps an outcome, and has it sent. Resolves once it is committed. */
  report(link: Pick<Link, 'tenant_id' | 'registration'>, outcome: Outcome): Promise<void>;
  /** Sends what is due; for tests and for stopping. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface GradebookServices {
  readonly db: Db;
  readonly log: Log;
  readonly platforms: PlatformStore;
  readonly platformServices: PlatformServices;
}

/** Milliseconds between two looks; what is reported is looked for at once. */
const INTERVAL = 30_000;
const FIRST_WAIT = 5_000;
const LAST_WAIT = 3_600_000;
/** After so many tries (a week of them) it is given up, until the next outcome. */
const MOST_TRIES = 180;
const TOGETHER = 20;
/** Milliseconds for which one process has what it took. */
const LEASE = 120_000;

export function createGradebook({ db, log, platforms, platformServices }: GradebookServices): Gradebook {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  const timer = setInterval(nudge, INTERVAL);
  timer.unref();

  function nudge(): void {
    if (closed) return;
    if (running) {
      again = true;
      return;
    }
    running = drain().catch((error: unknown) => log.error('scores could not be sent', { error })).finally(() => {
      running = undefined;
      if (again) {
        again = false;
        nudge();
      }
    });
  }

  async function drain(): Promise<void> {
    while (!closed) {
      // Another process takes other rows; one that dies gives its own back with the lease.
      const { rows } = await sql<{ tenant_id: number; registration: string }>`
        update lti_scores set due_at = now() + ${`${LEASE} milliseconds`}::interval where (tenant_id, registration) in (
          select tenant_id, registration from lti_scores where due_at <= now() order by due_at limit ${TOGETHER} for update skip locked)
        returning tenant_id, registration`.execute(db);
      if (rows.length === 0) return;
      await Promise.all(rows.map(send));
    }
  }

  async function send({ tenant_id: tenantId, registration }: { readonly tenant_id: number; readonly registration: string }): Promise<void> {
    const row = await db.selectFrom('lti_scores').selectAll().where('tenant_id', '=', tenantId).where('registration', '=', registration).executeTakeFirst();
    const link = await db.selectFrom('lti_links').selectAll().where('tenant_id', '=', tenantId).where('registration', '=', registration).executeTakeFirst();
    if (!row || !link) return;
    const platform = await platforms.byId(link.platform_id);
    try {
      if (platform) await tell(platform, link, JSON.parse(row.outcome) as Outcome, row.happened_at);
      // What came meanwhile is due at once.
      await db.updateTable('lti_scores').set((set) => ({
        sent_revision: row.revision, attempts: 0, problem: platform ? null : 'The platform is registered no more, or suspended.',
        due_at: set.case().when('revision', '=', row.revision).then(set.lit(null)).else(sql<Date>`now()`).end(),
      })).where('tenant_id', '=', tenantId).where('registration', '=', registration).execute();
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      const attempts = row.attempts + 1;
      const lost = attempts >= MOST_TRIES;
      const wait = randomInt(1_000, Math.max(1_001, Math.min(LAST_WAIT, FIRST_WAIT * 2 ** Math.min(attempts, 12))));
      log[lost ? 'error' : 'info']('a score was not taken', { platform: link.platform_id, status: error.status, attempts, error: error.message });
      await db.updateTable('lti_scores').set({ attempts, problem: error.message.slice(0, 1_000), due_at: lost ? null : new Date(Date.now() + wait) })
        .where('tenant_id', '=', tenantId).where('registration', '=', registration).where('revision', '=', row.revision).execute();
      // A newer one starts anew.
      await db.updateTable('lti_scores').set({ due_at: sql<Date>`now()` }).where('tenant_id', '=', tenantId).where('registration', '=', registration).where('revision', '>', row.revision).execute();
    }
  }

  async function tell(platform: Platform, link: Link, outcome: Outcome, at: Date): Promise<void> {
    if (!link.scopes.includes(SCOPES.scores)) return;
    const score = toScore(outcome, link.sub, at);
    for (const fresh of [false, true]) {
      const lineItem = fresh ? await findLineItem(platform, link) : (link.line_item ?? (await findLineItem(platform, link)));
      if (lineItem === undefined) return; // the platform has no gradebook for this link
      try {
        await platformServices.ask(platform, { method: 'POST', url: below(lineItem, 'scores'), scope: SCOPES.scores, accept: 'application/json, */*', contentType: MEDIA.score, body: score });
        return;
      } catch (error) {
        // A later one is there already (AGS 2.0, 3.4.4): this one is told.
        if (error instanceof ServiceFault && error.status === 409) return;
        // The teacher took the column away, or another was made.
        if (!(error instanceof ServiceFault && [404, 410].includes(error.status) && !fresh && link.line_items !== null && link.scopes.includes(LINE_ITEM_SCOPE))) throw error;
      }
    }
  }

  /** The link's own column, found or made (AGS 2.0, 3.2). */
  async function findLineItem(platform: Platform, link: Link): Promise<string | undefined> {
    const { line_items: items, scopes, resource_link_id: resourceLinkId } = link;
    const scope = scopes.includes(LINE_ITEM_SCOPE) ? LINE_ITEM_SCOPE : scopes.includes(SCOPES.lineItems) ? SCOPES.lineItems : undefined;
    if (items === null || scope === undefined) return undefined;
    const url = new URL(items);
    url.searchParams.set('resource_link_id', resourceLinkId);
    const found = await platformServices.ask(platform, { method: 'GET', url: url.href, scope, accept: MEDIA.lineItems });
    const list = parse(found.body);
    let id = (Array.isArray(list) ? list : []).map((item) => (item as { id?: unknown } | null)?.id).find((each): each is string => typeof each === 'string' && URL.canParse(each));
    if (id === undefined && scope === LINE_ITEM_SCOPE) {
      const made = await platformServices.ask(platform, {
        method: 'POST', url: items, scope, accept: MEDIA.lineItem, contentType: MEDIA.lineItem,
        body: { scoreMaximum: MAXIMUM, label: link.label, resourceLinkId, resourceId: resourceOf(link.course_id, link.unit_id ?? undefined), tag: 'outcome' },
      });
      const item = parse(made.body) as { id?: unknown } | undefined;
      id = typeof item?.id === 'string' && URL.canParse(item.id) ? item.id : undefined;
    }
    if (id !== undefined) await db.updateTable('lti_links').set({ line_item: id }).where('tenant_id', '=', link.tenant_id).where('registration', '=', link.registration).execute();
    return id;
  }

  return {
    async report({ tenant_id: tenantId, registration }, outcome) {
      await db.transaction().execute(async (tx) => {
        const before = await tx.selectFrom('lti_scores').selectAll().where('tenant_id', '=', tenantId).where('registration', '=', registration).forUpdate().executeTakeFirst();
        const merged = JSON.stringify(mergeOutcome(before && (JSON.parse(before.outcome) as Outcome), outcome));
        if (before?.outcome === merged) return;
        // Later than the last: a platform refuses what is not (AGS 2.0, 3.4.4).
        const at = new Date(Math.max(Date.now(), (before?.happened_at.getTime() ?? 0) + 1));
        const values = { outcome: merged, happened_at: at, revision: (before?.revision ?? 0) + 1, due_at: new Date(), attempts: 0, problem: null };
        if (before) await tx.updateTable('lti_scores').set(values).where('tenant_id', '=', tenantId).where('registration', '=', registration).execute();
        else await tx.insertInto('lti_scores').values({ tenant_id: tenantId, registration, sent_revision: 0, ...values }).execute();
      });
      nudge();
    },
    async flush() {
      nudge();
      while (running) await running;
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** What a platform shows of what its column is for (AGS 2.0, 3.2.6). */
export const resourceOf = (courseId: string, unitId?: string): string => (unitId === undefined ? courseId : `${courseId}/${unitId}`).slice(0, 255);

/** A line item's address may have a query (AGS 2.0, 3.1). */
function below(address: string, part: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${part}`;
  return url.href;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new ServiceFault(0, 'The platform’s service answers no JSON.');
  }
}
