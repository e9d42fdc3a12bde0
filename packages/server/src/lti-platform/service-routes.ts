import type { Agent } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { sql } from 'kysely';
import type { ServerConfig } from '../config.js';
import type { CourseStore } from '../courseware/course-store.js';
import { ServerError } from '../errors.js';
import { parseJson, readBody } from '../http/body.js';
import type { SatisfactionServices } from '../launches/satisfaction.js';
import { LEARNER, MEDIA, SCOPES } from './lti-terms.js';
import { platformAddresses } from './platform-addresses.js';
import { recordScore, type LineItem } from './record-score.js';
import { readScore } from './score.js';
import { requireTool, type TokenServices } from './token-routes.js';
import type { Tool } from './tool.js';

export interface ServiceServices extends SatisfactionServices, Pick<TokenServices, 'tokens' | 'tools' | 'failures' | 'addressOf' | 'originsOf'> {
  readonly config: ServerConfig;
  readonly courses: CourseStore;
}

/** Every line item counts of as much; scores are scaled to it when they are read. */
const SCORE_MAXIMUM = 100;

/** Entries of a page where the tool does not say, and at most. */
const PAGE = 100;
const MOST = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Services that launched tools call (LTI Advantage): line items, scores and results (AGS 2.0), and who has used the tool in a course (NRPS 2.0). */
export function serviceRoutes(services: ServiceServices): Hono {
  const { db, config, originsOf } = services;
  const app = new Hono();
  const baseOf = (c: Context): string => platformAddresses(originsOf(c.req.raw), config).base;
  const answer = (c: Context, type: string, body: object, headers: Record<string, string> = {}): Response => c.body(JSON.stringify(body), 200, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });

  const lineItemOf = async (c: Context, tool: Tool): Promise<LineItem> => {
    const id = c.req.param('id') ?? '';
    const row = UUID.test(id) ? await db.selectFrom('platform_line_items').selectAll().where('id', '=', id).where('tool_id', '=', tool.id).executeTakeFirst() : undefined;
    if (!row) throw new ServerError('not-found', 'The tool has no such line item.', { field: 'lineitem' });
    return row;
  };
  const viewOf = (base: string, { id, label, resource_link_id: resourceLinkId, unit_id: resourceId }: LineItem): object =>
    ({ id: `${base}/lineitems/${id}`, label, scoreMaximum: SCORE_MAXIMUM, resourceLinkId, resourceId });

  // AGS 2.0, 3.2.3
  app.get('/contexts/:course/lineitems', async (c) => {
    const tool = await requireTool(c, SCOPES.lineItems, services);
    const { limit, after } = readPage(c);
    const { resource_link_id: link, resource_id: resource, tag } = c.req.query();
    if (tag !== undefined || (link !== undefined && !UUID.test(link))) return answer(c, MEDIA.lineItems, []);
    const rows = await db.selectFrom('platform_line_items').selectAll().where('tool_id', '=', tool.id).where('course_id', '=', withoutNul(c.req.param('course')))
      .$if(link !== undefined, (query) => query.where('resource_link_id', '=', link!)).$if(resource !== undefined, (query) => query.where('unit_id', '=', withoutNul(resource!)))
      .$if(after !== undefined, (query) => query.where('id', '>', after!)).orderBy('id').limit(limit + 1).execute();
    return answer(c, MEDIA.lineItems, rows.slice(0, limit).map((row) => viewOf(baseOf(c), row)), nextLink(c, baseOf(c), rows.length > limit ? rows[limit - 1]!.id : undefined));
  });

  app.get('/lineitems/:id', async (c) => {
    const tool = await requireTool(c, SCOPES.lineItems, services);
    return answer(c, MEDIA.lineItem, viewOf(baseOf(c), await lineItemOf(c, tool)));
  });

  // AGS 2.0, 3.4
  app.post('/lineitems/:id/scores', async (c) => {
    const tool = await requireTool(c, SCOPES.scores, services);
    const lineItem = await lineItemOf(c, tool);
    const type = c.req.header('content-type') ?? '';
    if (!type.toLowerCase().startsWith(MEDIA.score) && !/^application\/json\b/i.test(type)) throw new ServerError('unsupported-media-type', `A score is ${MEDIA.score}.`, { field: 'Content-Type', clause: 'AGS 2.0, 3.4.1' });
    const score = readScore(parseJson(new TextDecoder().decode(await readBody(c.req.raw, config.limits.jsonBody))));
    await recordScore(services, lineItem, score);
    return c.json({ resultUrl: `${baseOf(c)}/lineitems/${lineItem.id}/results/${score.userId}` }, 200, { 'Cache-Control': 'no-store' });
  });

  // AGS 2.0, 3.3
  app.get('/lineitems/:id/results', async (c) => {
    const tool = await requireTool(c, SCOPES.results, services);
    const lineItem = await lineItemOf(c, tool);
    const { limit, after } = readPage(c);
    const user = c.req.query('user_id');
    if (user !== undefined && !UUID.test(user)) return answer(c, MEDIA.results, []);
    const rows = await results(lineItem.id, user, after, limit + 1);
    return answer(c, MEDIA.results, rows.slice(0, limit).map((row) => resultView(baseOf(c), row)), nextLink(c, baseOf(c), rows.length > limit ? rows[limit - 1]!.sub : undefined));
  });
  app.get('/lineitems/:id/results/:user', async (c) => {
    const tool = await requireTool(c, SCOPES.results, services);
    const lineItem = await lineItemOf(c, tool);
    const user = c.req.param('user');
    const [row] = UUID.test(user) ? await results(lineItem.id, user, undefined, 1) : [];
    if (!row) throw new ServerError('not-found', 'There is no such result.', { field: 'user' });
    return c.json(resultView(baseOf(c), row), 200, { 'Cache-Control': 'no-store' });
  });

  /** What is fully graded, and no more: the rest is on its way. */
  const results = (lineItem: string, user: string | undefined, after: string | undefined, limit: number) =>
    db.selectFrom('platform_scores').selectAll().where('line_item_id', '=', lineItem).where('grading_progress', '=', 'FullyGraded').where('score_given', 'is not', null)
      .$if(user !== undefined, (query) => query.where('sub', '=', user!)).$if(after !== undefined, (query) => query.where('sub', '>', after!)).orderBy('sub').limit(limit).execute();

  // NRPS 2.0, 2
  app.get('/contexts/:course/memberships', async (c) => {
    const tool = await requireTool(c, SCOPES.memberships, services);
    const courseId = withoutNul(c.req.param('course'));
    const { limit, after } = readPage(c);
    const link = c.req.query('rlid');
    const role = c.req.query('role');
    const url = `${baseOf(c)}/contexts/${encodeURIComponent(courseId)}/memberships`;
    const nobody = (role !== undefined && role !== LEARNER && role !== 'Learner') || (link !== undefined && !UUID.test(link));
    const rows = nobody ? [] : await db.selectFrom('platform_users as u').select(['u.sub', 'u.actor']).where('u.tool_id', '=', tool.id)
      .where((where) => where.exists(where.selectFrom('platform_launches as l').innerJoin('platform_line_items as i', 'i.id', 'l.line_item_id').select(sql`1`.as('one'))
        .whereRef('l.sub', '=', 'u.sub').where('l.tool_id', '=', tool.id).where('i.course_id', '=', courseId).$if(link !== undefined, (query) => query.where('i.resource_link_id', '=', link!))))
      .$if(after !== undefined, (query) => query.where('u.sub', '>', after!)).orderBy('u.sub').limit(limit + 1).execute();
    const members = rows.slice(0, limit).map(({ sub, actor }) => ({ user_id: sub, status: 'Active', roles: [LEARNER], ...(tool.identity === 'account' ? identityOf(actor) : {}) }));
    return answer(c, MEDIA.memberships, { id: url, context: { id: courseId }, members }, nextLink(c, baseOf(c), rows.length > limit ? rows[limit - 1]!.sub : undefined));
  });

  return app;
}

/** NRPS 2.0, 2.2: members have the LIS id beside their name. */
function identityOf(actor: string): object {
  const { name, account } = JSON.parse(actor) as Agent;
  return { ...(name === undefined ? {} : { name }), ...(account === undefined ? {} : { lis_person_sourcedid: account.name }) };
}

interface ResultRow {
  readonly line_item_id: string;
  readonly sub: string;
  readonly score_given: number | null;
  readonly score_maximum: number | null;
  readonly comment: string | null;
}

function resultView(base: string, { line_item_id: lineItem, sub, score_given: given, score_maximum: maximum, comment }: ResultRow): object {
  const scoreOf = `${base}/lineitems/${lineItem}`;
  return { id: `${scoreOf}/results/${sub}`, scoreOf, userId: sub, resultScore: (given! / maximum!) * SCORE_MAXIMUM, resultMaximum: SCORE_MAXIMUM, ...(comment === null ? {} : { comment }) };
}

function readPage(c: Context): { readonly limit: number; readonly after: string | undefined } {
  const { limit, after } = c.req.query();
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) throw new ServerError('parameter-invalid', '"limit" must be a whole number above 0.', { field: 'limit' });
  if (after !== undefined && !UUID.test(after)) throw new ServerError('parameter-invalid', '"after" is no place in the list.', { field: 'after' });
  return { limit: Math.min(MOST, limit === undefined ? PAGE : Number(limit)), after };
}

/** RFC 8288, as AGS 2.0, 3.2.3 and NRPS 2.0, 2.4 have it. */
function nextLink(c: Context, base: string, after: string | undefined): Record<string, string> {
  if (after === undefined) return {};
  const url = new URL(c.req.url);
  url.searchParams.set('after', after);
  return { Link: `<${new URL(base).origin}${url.pathname}${url.search}>; rel="next"` };
}

/** PostgreSQL's text holds none; no id of ours does. */
const withoutNul = (text: string): string => text.replaceAll('\u0000', '\ufffd');
