import { getUnit, newUuid, unitActivity, VERBS, type Agent, type LaunchMode, type LtiUnit, type Statement } from '@lectern/core';
import { Hono, type Context } from 'hono';
import type { ServerConfig } from '../config.js';
import { RETURNED_POLICY, returnedPage } from '../content/returned-page.js';
import type { CourseStore } from '../courseware/course-store.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { readBody } from '../http/body.js';
import type { Origins } from '../http/origins.js';
import { tellLmsStatements, type LmsVoice } from '../launches/lms-statement.js';
import { recordSatisfaction } from '../launches/satisfaction.js';
import type { Log } from '../log.js';
import { formPostPage, formPostPolicy, REFUSAL_POLICY, refusalPage } from './form-post-page.js';
import { idToken, type ToolLaunch } from './id-token.js';
import { EXTENSIONS } from './lti-terms.js';
import { platformAddresses } from './platform-addresses.js';
import type { PlatformKeys } from './platform-keys.js';
import { StaleToken, type SealedTokens } from './sealed-token.js';
import type { Tool } from './tool.js';
import type { ToolStore } from './tool-store.js';

export interface AuthorizeServices extends LmsVoice {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly log: Log;
  readonly courses: CourseStore;
  readonly originsOf: (request: Request) => Origins;
  readonly tools: ToolStore;
  readonly tokens: SealedTokens;
  readonly keys: PlatformKeys;
}

/** Octets of an authorization request: tools put what they know into `state`. */
const MAX_REQUEST = 32 * 1024;
const MAX_PARAMETER = 8 * 1024;

/** Seconds for which a tool may send learners back. */
const RETURN_LIFETIME = 24 * 3_600;

/** A fault that the tool may be told (OpenID Connect Core, 3.1.2.6). */
class Refusal extends Error {
  constructor(readonly error: 'invalid_request' | 'invalid_scope' | 'unsupported_response_type' | 'login_required' | 'access_denied' | 'server_error', message: string) {
    super(message);
  }
}

/**
 * `/lti-platform/authorize`: a tool asks who the learner is (Security Framework 1.1, 5.1.1.2), and is answered with the launch's message, posted to an
 * address that it was registered with. Whatever else it asks for, nobody is sent to any other address.
 */
export function authorizeRoutes(services: AuthorizeServices): Hono {
  const app = new Hono();
  app.get('/authorize', (c) => authorize(services, c, new URL(c.req.url).searchParams));
  app.post('/authorize', async (c) => {
    if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) throw new ServerError('unsupported-media-type', 'The request must be a form.', { field: 'Content-Type' });
    return authorize(services, c, new URLSearchParams(new TextDecoder().decode(await readBody(c.req.raw, MAX_REQUEST))));
  });
  app.get('/return/:token', (c) => returned(services, c));
  return app;
}

async function authorize(services: AuthorizeServices, c: Context, parameters: URLSearchParams): Promise<Response> {
  const { tools, originsOf, config, keys, log } = services;
  const language = c.req.header('accept-language');
  const refuse = (message: string): Response => c.html(refusalPage(message, language), 400, { 'Content-Security-Policy': REFUSAL_POLICY, 'Cache-Control': 'no-store' });
  // Who asks, and where they may be answered, comes first: before it is known, there is nobody to send an answer to.
  const tool = await tools.byClientId(single(parameters, 'client_id') ?? '');
  if (!tool) return refuse('client_id: no tool of that name is registered.');
  const redirectUri = single(parameters, 'redirect_uri');
  if (redirectUri === undefined || !tool.redirectUris.includes(redirectUri)) {
    log.info('a tool asked to be answered elsewhere', { tool: tool.id, redirectUri: redirectUri?.slice(0, 200) });
    await noteProblem(services, tool, parameters, 'The tool asked for its answer at an address (redirect_uri) that it is not registered with.');
    return refuse('redirect_uri: the tool is not registered with that address.');
  }
  const state = single(parameters, 'state');
  const post = (fields: Readonly<Record<string, string>>): Response =>
    c.html(formPostPage(redirectUri, { ...fields, ...(state === undefined ? {} : { state }) }, language), 200, { 'Content-Security-Policy': formPostPolicy(redirectUri), 'Cache-Control': 'no-store' });
  try {
    const nonce = checkRequest(parameters);
    const launch = await takeLaunch(services, c, tool, parameters);
    return post({ id_token: await idToken(launch, platformAddresses(originsOf(c.req.raw), config), await keys.signer(), nonce) });
  } catch (error) {
    const known = error instanceof Refusal ? error : new Refusal('server_error', 'The platform made a mistake; launch the unit again.');
    if (!(error instanceof Refusal)) log.error('a launch could not be answered', { tool: tool.id, error });
    await noteProblem(services, tool, parameters, known.message);
    return post({ error: known.error, error_description: known.message });
  }
}

/** @returns a parameter that is there once, and no longer than anybody needs */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, another] = parameters.getAll(name);
  return another === undefined && value !== undefined && value.length <= MAX_PARAMETER ? value : undefined;
}

/** Security Framework 1.1, 5.1.1.2. @returns the nonce */
function checkRequest(parameters: URLSearchParams): string {
  const demand = (name: string, value: string, error: Refusal['error'] = 'invalid_request'): void => {
    if (single(parameters, name) !== value) throw new Refusal(error, `"${name}" must be "${value}", once.`);
  };
  if (!(single(parameters, 'scope') ?? '').split(' ').includes('openid')) throw new Refusal('invalid_scope', '"scope" must be "openid".');
  demand('response_type', 'id_token', 'unsupported_response_type');
  demand('response_mode', 'form_post');
  demand('prompt', 'none');
  const nonce = single(parameters, 'nonce');
  if (!nonce) throw new Refusal('invalid_request', '"nonce" must be there, once.');
  if (parameters.has('state') && single(parameters, 'state') === undefined) throw new Refusal('invalid_request', '"state" is there twice, or too long.');
  return nonce;
}

/** The session that a hint names. */
function readHint({ tokens }: AuthorizeServices, parameters: URLSearchParams): { readonly session: string; readonly tenant: number } {
  try {
    const { session, tenant } = tokens.open('hint', single(parameters, 'lti_message_hint') ?? '');
    return { session: session as string, tenant: tenant as number };
  } catch (error) {
    if (error instanceof StaleToken) throw new Refusal('login_required', 'The launch took too long; launch the unit again.');
    throw new Refusal('invalid_request', '"lti_message_hint" is not one that this platform gave.');
  }
}

/** The launch of the hints, which works once. What it means is said in the same moment. */
async function takeLaunch(services: AuthorizeServices, c: Context, tool: Tool, parameters: URLSearchParams): Promise<ToolLaunch> {
  const { db, courses, tokens, originsOf, config } = services;
  const { session: sessionId, tenant: tenantId } = readHint(services, parameters);
  const row = await db.selectFrom('platform_launches as l').innerJoin('unit_sessions as s', (join) => join.onRef('s.tenant_id', '=', 'l.tenant_id').onRef('s.id', '=', 'l.session_id'))
    .innerJoin('platform_line_items as i', 'i.id', 'l.line_item_id')
    .select(['l.tool_id', 'l.sub', 'l.line_item_id', 'l.target_link_uri', 'l.document_target', 'l.languages', 'i.resource_link_id', 's.course_id', 's.unit_id', 's.registration', 's.actor', 's.launch_mode', 's.completed'])
    .where('l.tenant_id', '=', tenantId).where('l.session_id', '=', sessionId).executeTakeFirst();
  if (!row || row.tool_id !== tool.id || tenantId !== tool.tenantId) throw new Refusal('invalid_request', '"lti_message_hint" is of another tool’s launch.');
  if (single(parameters, 'login_hint') !== row.sub) throw new Refusal('login_required', '"login_hint" is not the learner of the launch.');
  const stored = await courses.find(row.course_id);
  const unit = stored && stored.tenantId === tenantId ? ltiUnit(stored.course, row.unit_id) : undefined;
  if (!stored || !unit) throw new Refusal('access_denied', 'The unit is not in the course any more.');
  const { base } = platformAddresses(originsOf(c.req.raw), config);
  const actor = JSON.parse(row.actor) as Agent;
  const counts = (row.launch_mode as LaunchMode) === 'Normal';
  const completes = counts && unit.completion?.policy === 'visited' && !row.completed;
  const said = (verb: Statement['verb'], result?: Statement['result']): Statement => ({
    id: newUuid(), actor, verb, object: unitActivity(stored.course, unit), ...(result ? { result } : {}),
    context: {
      registration: row.registration, contextActivities: { grouping: [{ objectType: 'Activity', id: stored.course.id }] },
      extensions: { [EXTENSIONS.targetLinkUri]: row.target_link_uri },
    },
    timestamp: new Date().toISOString(),
  });
  const statements = [said(VERBS.launched), ...(completes ? [said(VERBS.completed, { completion: true })] : [])];
  await tellLmsStatements(services, tenantId, statements, async (tx, _fresh, storedAt) => {
    const { numUpdatedRows } = await tx.updateTable('unit_sessions').set({ initialized_at: storedAt, fetched_at: storedAt }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).where('fetched_at', 'is', null).executeTakeFirst();
    if (numUpdatedRows === 0n) throw new ServerError('conflict', 'The launch was answered already.');
    await tx.updateTable('platform_launches').set({ problem: null }).where('tenant_id', '=', tenantId).where('session_id', '=', sessionId).execute();
    if (completes) await tx.updateTable('unit_sessions').set({ completed: true, progress: 1 }).where('tenant_id', '=', tenantId).where('registration', '=', row.registration).where('unit_id', '=', row.unit_id).where('kind', '=', 'lti').execute();
  }).catch((error: unknown) => {
    if (error instanceof ServerError && error.code === 'conflict') throw new Refusal('invalid_request', 'The launch was answered already; launch the unit again.');
    throw error;
  });
  if (completes) await recordSatisfaction(services, { tenant_id: tenantId, id: sessionId, registration: row.registration, course_id: row.course_id, actor: row.actor });
  return {
    tool, course: stored.course, courseId: row.course_id, unit, learner: actor, sub: row.sub, lineItemId: row.line_item_id, resourceLinkId: row.resource_link_id, targetLinkUri: row.target_link_uri,
    documentTarget: row.document_target, languages: row.languages, counts, returnUrl: `${base}/return/${tokens.issue('return', { session: sessionId, tenant: tenantId }, RETURN_LIFETIME)}`,
  };
}

function ltiUnit(course: Parameters<typeof getUnit>[0], unitId: string): LtiUnit | undefined {
  try {
    const unit = getUnit(course, unitId);
    return unit.kind === 'lti' ? unit : undefined;
  } catch {
    return undefined;
  }
}

/** For the player, which cannot see what goes on in the frame. A launch that was answered keeps its answer. */
async function noteProblem(services: AuthorizeServices, tool: Tool, parameters: URLSearchParams, message: string): Promise<void> {
  let hint: ReturnType<typeof readHint>;
  try {
    hint = readHint(services, parameters);
  } catch {
    return;
  }
  await services.db.updateTable('platform_launches').set({ problem: JSON.stringify({ code: 'refused', message }) }).where('tenant_id', '=', hint.tenant).where('session_id', '=', hint.session).where('tool_id', '=', tool.id)
    .where((where) => where.not(where.exists(where.selectFrom('unit_sessions').select('id').where('tenant_id', '=', hint.tenant).where('id', '=', hint.session).where('fetched_at', 'is not', null)))).execute();
}

/** LTI 1.3, 5.4.4: the tool sends the learner back, perhaps with words about what went wrong. They are shown by the player, and the log is for the log. */
async function returned({ db, tokens, log }: AuthorizeServices, c: Context): Promise<Response> {
  const page = (): Response => c.html(returnedPage(c.req.header('accept-language')), 200, { 'Content-Security-Policy': RETURNED_POLICY, 'Cache-Control': 'no-store' });
  let claims: Readonly<Record<string, unknown>>;
  try {
    claims = tokens.open('return', c.req.param('token') ?? '');
  } catch {
    return page();
  }
  const parameters = new URL(c.req.url).searchParams;
  const [session, tenant] = [claims['session'] as string, claims['tenant'] as number];
  const message = words(parameters.get('lti_errormsg'));
  const failed = message !== '' || parameters.has('lti_errorlog');
  if (failed) {
    log.info('a tool reports an error', { session, message, errorLog: words(parameters.get('lti_errorlog')) });
    await db.updateTable('platform_launches').set({ problem: JSON.stringify({ code: 'tool', ...(message === '' ? {} : { message }) }) }).where('tenant_id', '=', tenant).where('session_id', '=', session).execute();
  }
  await db.updateTable('unit_sessions').set({ terminated_at: new Date() }).where('tenant_id', '=', tenant).where('id', '=', session).where('terminated_at', 'is', null).execute();
  return page();
}

/** One line of plain text. */
const words = (text: string | null): string => (text ?? '').replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, 500);
