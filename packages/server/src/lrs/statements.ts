import { VERBS } from '@lectern/core';
import { Hono, type Context } from 'hono';
import { authorityKeyOf, authorityOf, hasScope, requireScope, type Principal, type UnitPrincipal } from '../auth/principal.js';
import { agentKey, KeyMemo, keyOf, type KeyMaker } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { incomingOf, parseJson, readBody, readIncoming } from '../http/body.js';
import { attachmentsOf, matchAttachments, readMultipartStatements, type Attachment } from './attachments.js';
import { consistentThrough } from './consistent-through.js';
import type { LrsEnv, LrsServices } from './lrs-env.js';
import { writeMultipart } from './multipart.js';
import { Parameters } from './parameters.js';
import { prepareStatement, type PreparedStatement, type PrepareOptions } from './prepare-statement.js';
import { checkSignatures } from './signatures.js';
import { acceptedLanguages, formatStatements, type StatementFormat } from './statement-format.js';
import { findStatement, queryStatements, type StatementFilter, type StatementRow } from './statement-query.js';
import { guardVoiding, guardWrite } from './write-guard.js';

type Ctx = Context<LrsEnv>;

const decoder = new TextDecoder();

/** Statements in one answer, at most. */
const MAX_LIMIT = 500;
/** Statements in one request, at most. */
const MAX_BATCH = 10_000;

const FILTERS = ['agent', 'verb', 'activity', 'registration', 'related_activities', 'related_agents', 'since', 'until', 'limit', 'ascending'];
const EXPORT = ['format', 'attachments'];

/** The statements resource (xAPI Communication 2.1). */
export function statementRoutes(services: LrsServices): Hono<LrsEnv> {
  const app = new Hono<LrsEnv>();
  const keys = new KeyMemo();

  app.post('/statements', async (c) => {
    new Parameters(c.req.url, []);
    const { value, attachments } = await readStatements(c, services.config.limits.statementsBody);
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    if (values.length > MAX_BATCH) throw new ServerError('too-large', `A request may hold at most ${MAX_BATCH} statements.`);
    const options = optionsOf(c, services, keys);
    const prepared = values.map((one, index) => prepare(c, options, one, Array.isArray(value) ? `[${index}]` : ''));
    refuseRepeatedIds(prepared);
    return c.json(await store(c, services, options, prepared, attachments));
  });

  app.put('/statements', async (c) => {
    const id = new Parameters(c.req.url, ['statementId']).uuid('statementId');
    if (id === undefined) throw new ServerError('parameter-invalid', 'The parameter "statementId" is missing.', { field: 'statementId' });
    const { value, attachments } = await readStatements(c, services.config.limits.statementsBody);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ServerError('statement-invalid', 'PUT takes one statement.', { clause: 'xAPI Communication 2.1.1' });
    const given = (value as { id?: unknown }).id;
    if (given !== undefined && String(given).toLowerCase() !== id) {
      throw new ServerError('statement-invalid', 'The statement’s id is not the one in "statementId".', { field: 'id', clause: 'xAPI Communication 2.1.1' });
    }
    const options = optionsOf(c, services, keys);
    await store(c, services, options, [prepare(c, options, { ...value, id }, '')], attachments);
    return c.body(null, 204);
  });

  app.get('/statements', async (c) => {
    const principal = c.get('principal');
    requireScope(principal, 'statements/read', 'statements/read/mine', 'all/read');
    const seenThrough = await consistentThrough(services.db, principal.tenantId);
    c.set('consistentThrough', seenThrough);
    const parameters = new Parameters(c.req.url, ['statementId', 'voidedStatementId', 'more', ...FILTERS, ...EXPORT]);
    return parameters.has('statementId') || parameters.has('voidedStatementId')
      ? getOne(c, services, parameters)
      : getMany(c, services, parameters, seenThrough);
  });

  return app;
}

async function readStatements(c: Ctx, limit: number): Promise<{ value: unknown; attachments: Attachment[] }> {
  requireScope(c.get('principal'), 'statements/write');
  const contentType = c.req.header('content-type') ?? '';
  const incoming = incomingOf(c);
  const bytes = await (incoming ? readIncoming(incoming, limit) : readBody(c.req.raw, limit));
  if (/^application\/json\b/i.test(contentType)) return { value: parseJson(decoder.decode(bytes)), attachments: [] };
  if (/^multipart\/mixed\b/i.test(contentType)) {
    const { json, attachments } = readMultipartStatements(bytes, contentType);
    return { value: parseJson(json), attachments };
  }
  throw new ServerError('unsupported-media-type', 'Statements come as application/json or multipart/mixed.', { status: 400, field: 'Content-Type', clause: 'xAPI Communication 1.5' });
}

function optionsOf(c: Ctx, { authorityHome }: LrsServices, keys: KeyMaker): PrepareOptions {
  const principal = c.get('principal');
  return { tenantId: principal.tenantId, keys, version: c.get('version'), authority: authorityOf(principal, authorityHome), authorityKey: authorityKeyOf(principal), defines: definesOf(principal), now: new Date() };
}

/** A learner's page and a unit describe what nobody has described yet; a key describes what its scopes let it. */
const definesOf = (principal: Principal): PrepareOptions['defines'] => (principal.kind !== 'key' ? 'new' : hasScope(principal, 'define') ? 'all' : 'nothing');

function prepare(c: Ctx, options: PrepareOptions, value: unknown, where: string): PreparedStatement {
  const prepared = prepareStatement(value, options, where);
  guardWrite(c.get('principal'), prepared, where);
  return prepared;
}

function refuseRepeatedIds(prepared: readonly PreparedStatement[]): void {
  const seen = new Set<string>();
  prepared.forEach(({ id }, index) => {
    if (seen.has(id)) throw new ServerError('statement-invalid', 'Two statements of the request have one id.', { field: `[${index}].id`, clause: 'xAPI Communication 2.1.2' });
    seen.add(id);
  });
}

async function store(c: Ctx, services: LrsServices, options: PrepareOptions, prepared: readonly PreparedStatement[], attachments: readonly Attachment[]): Promise<string[]> {
  const { writer, sessions } = services;
  const principal = c.get('principal');
  matchAttachments(prepared.map(({ statement }) => statement), attachments);
  checkSignatures(prepared, attachments, options);
  await guardVoiding(services.db, principal, prepared);
  const isUnit = principal.kind === 'unit';
  if (isUnit) guardEnded(principal, prepared);
  const { ids, through } = await writer.write(principal.tenantId, {
    statements: prepared,
    attachments,
    ...(isUnit ? { guard: sessions.guard(principal.sessionId, principal.tenantId) } : {}),
  });
  if (prepared.length > 0) c.set('consistentThrough', through);
  const voided = prepared.flatMap(({ voids, target }) => (voids && target !== undefined ? [target] : []));
  if (voided.length > 0) await sessions.voided(principal.tenantId, voided);
  if (principal.kind === 'unit') await sessions.stored(principal.sessionId, principal.tenantId, prepared);
  return ids;
}

/**
 * An ended session says nothing more (cmi5 9.3.6, 9.3.8), nor anything again. Only its last words may be repeated, with what went with them: their answer
 * may have been lost. What would be new among them is refused by the session's rules.
 */
function guardEnded({ ended }: UnitPrincipal, prepared: readonly PreparedStatement[]): void {
  if (ended === undefined || prepared.some(({ statement }) => statement.verb.id === VERBS.terminated.id)) return;
  const abandoned = ended === 'abandoned';
  throw new ServerError('session-rule', abandoned ? 'The session was abandoned; it takes no statements.' : 'The session has ended with its terminated statement.', {
    field: 'Authorization', clause: abandoned ? 'cmi5 9.3.6' : 'cmi5 9.3.8',
  });
}

async function getOne(c: Ctx, services: LrsServices, parameters: Parameters): Promise<Response> {
  const principal = c.get('principal');
  const others = parameters.names().filter((name) => name !== 'statementId' && name !== 'voidedStatementId' && !EXPORT.includes(name));
  if (others.length > 0 || (parameters.has('statementId') && parameters.has('voidedStatementId'))) {
    throw new ServerError('parameter-invalid', 'Only "format" and "attachments" go with a statement’s id.', { field: others[0] ?? 'voidedStatementId', clause: 'xAPI Communication 2.1.3' });
  }
  const voided = parameters.has('voidedStatementId');
  const id = parameters.uuid(voided ? 'voidedStatementId' : 'statementId')!;
  const row = await findStatement(services.db, principal.tenantId, id, voided);
  if (!row || !mayRead(readBound(principal), row)) throw new ServerError('not-found', 'There is no such statement.', { field: 'statementId' });
  const [text] = await formatRows(c, services, parameters, [row]);
  c.header('Last-Modified', new Date(row.seq / 1000).toUTCString());
  return respond(c, services, text!, [row], parameters.flag('attachments'));
}

async function getMany(c: Ctx, services: LrsServices, parameters: Parameters, seenThrough: number): Promise<Response> {
  const principal = c.get('principal');
  const page = parameters.text('more');
  if (page !== undefined && parameters.names().length > 1) throw new ServerError('parameter-invalid', 'A "more" address is used as it is.', { field: 'more' });
  // The filters travel in the link itself: nothing expires, and any process can serve the next page.
  const state = page === undefined ? { query: new URL(c.req.url).search, until: seenThrough } : readCursor(page);
  const asked = page === undefined ? parameters : new Parameters(`http://lectern.invalid/${state.query}`, [...FILTERS, ...EXPORT]);
  const filter = readFilter(principal, asked, state);
  const { rows, more } = await queryStatements(services.db, principal.tenantId, filter);
  const texts = await formatRows(c, services, asked, rows);
  const next = more ? `${new URL(c.req.url).pathname}?more=${writeCursor({ query: state.query, until: state.until, cursor: rows.at(-1)!.seq })}` : '';
  if (rows.length > 0) c.header('Last-Modified', new Date(Math.max(...rows.map(({ seq }) => seq)) / 1000).toUTCString());
  return respond(c, services, `{"statements":[${texts.join(',')}],"more":${JSON.stringify(next)}}`, rows, asked.flag('attachments'));
}

interface Cursor {
  readonly query: string;
  /** What is stored later belongs to no page, so that ascending pages end. */
  readonly until: number;
  readonly cursor?: number;
}

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function readCursor(text: string): Cursor {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    if (typeof value.query === 'string' && Number.isSafeInteger(value.until) && Number.isSafeInteger(value.cursor)) return value;
  } catch {
    // falls through to the refusal
  }
  throw new ServerError('parameter-invalid', 'This "more" address is not one of ours.', { field: 'more' });
}

function readFilter(principal: Principal, parameters: Parameters, { until: frozen, cursor }: Cursor): StatementFilter {
  const { tenantId } = principal;
  const agent = parameters.actor('agent');
  const verb = parameters.iri('verb');
  const activity = parameters.iri('activity');
  const registration = parameters.uuid('registration');
  const since = parameters.instant('since');
  const until = parameters.instant('until');
  const key = agent && agentKey(tenantId, agent);
  const bound = readBound(principal);
  if (bound.ownKey !== undefined && key !== undefined && key !== bound.ownKey) {
    throw new ServerError('forbidden', 'This token reads only its own learner’s statements.', { field: 'agent' });
  }
  const limit = parameters.count('limit') ?? 0;
  const ascending = parameters.flag('ascending');
  return {
    ascending,
    limit: limit === 0 ? MAX_LIMIT : Math.min(limit, MAX_LIMIT),
    relatedAgents: parameters.flag('related_agents'),
    relatedActivities: parameters.flag('related_activities'),
    until: Math.min(until ?? Infinity, ascending || cursor !== undefined ? frozen : Number.MAX_SAFE_INTEGER),
    ...(key === undefined ? {} : { agentKey: key }),
    ...(verb === undefined ? {} : { verbKey: keyOf(tenantId, 'verb', verb) }),
    ...(activity === undefined ? {} : { activityKey: keyOf(tenantId, 'activity', activity) }),
    ...(registration === undefined ? {} : { registration }),
    ...(since === undefined ? {} : { since }),
    ...(cursor === undefined ? {} : { cursor }),
    ...bound,
  };
}

/** What a principal may read: a learner what is the learner's own, a key of scope `statements/read/mine` what was written with it. */
function readBound(principal: Principal): Pick<StatementFilter, 'ownKey' | 'authorityKey'> {
  if (principal.kind !== 'key') return { ownKey: principal.actorKey };
  return hasScope(principal, 'statements/read', 'all/read') ? {} : { authorityKey: authorityKeyOf(principal)! };
}

function mayRead({ ownKey, authorityKey }: Pick<StatementFilter, 'ownKey' | 'authorityKey'>, row: { readonly actor_key: string; readonly authority_key: string | null }): boolean {
  return (ownKey === undefined || row.actor_key === ownKey) && (authorityKey === undefined || row.authority_key === authorityKey);
}

function formatRows(c: Ctx, { db }: LrsServices, parameters: Parameters, rows: readonly StatementRow[]): Promise<string[]> {
  const format = parameters.oneOf<StatementFormat>('format', ['ids', 'exact', 'canonical']) ?? 'exact';
  return formatStatements(db, c.get('principal').tenantId, rows, format, acceptedLanguages(c.req.header('accept-language')));
}

async function respond(c: Ctx, { db }: LrsServices, json: string, rows: readonly StatementRow[], withAttachments: boolean): Promise<Response> {
  if (!withAttachments) return c.body(json, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  const named = rows.flatMap(({ document }) => attachmentsOf(JSON.parse(document) as PreparedStatement['statement']));
  // Octets are stored once, by their hash. One who may not read everything gets only those that came with the statement itself: without a
  // fileUrl they must have (1.5.2), and otherwise a hash that was seen somewhere would fetch another's file.
  const readsAll = Object.keys(readBound(c.get('principal'))).length === 0;
  const hashes = [...new Set(named.filter(({ fileUrl }) => readsAll || fileUrl === undefined).map(({ sha2 }) => sha2.toLowerCase()))];
  const stored = hashes.length === 0 ? [] : await db.selectFrom('attachments').selectAll().where('tenant_id', '=', c.get('principal').tenantId).where('sha2', 'in', hashes).execute();
  const { contentType, body } = writeMultipart([
    { headers: { 'Content-Type': 'application/json' }, body: Buffer.from(json) },
    ...stored.map(({ sha2, content_type, bytes }) => ({
      headers: { 'Content-Type': content_type, 'Content-Transfer-Encoding': 'binary', 'X-Experience-API-Hash': sha2 }, body: bytes,
    })),
  ]);
  return c.body(body, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-cache' });
}
