import { Hono, type Context } from 'hono';
import { createLocalJWKSet, decodeJwt, errors, importJWK, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { digestOf } from '../auth/secret.js';
import type { ServerConfig } from '../config.js';
import type { Db } from '../database/database.js';
import { ServerError } from '../errors.js';
import { NoAnswer, type HttpClient } from '../forwarding/http-client.js';
import { readBody } from '../http/body.js';
import type { Origins } from '../http/origins.js';
import type { FailureLimit } from '../http/rate-limit.js';
import type { Log } from '../log.js';
import { ALL_SCOPES, type ToolScope } from './lti-terms.js';
import { createRemoteKeys } from './remote-keys.js';
import { platformAddresses } from './platform-addresses.js';
import { StaleToken, type SealedTokens } from './sealed-token.js';
import type { Tool } from './tool.js';
import type { ToolStore } from './tool-store.js';

export interface TokenServices {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly log: Log;
  readonly failures: FailureLimit;
  readonly addressOf: (c: Context) => string;
  readonly originsOf: (request: Request) => Origins;
  readonly tools: ToolStore;
  readonly tokens: SealedTokens;
  /** Fetches tools' keys. */
  readonly client: HttpClient;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'; // RFC 7523, 2.2
const ALGORITHMS = ['RS256', 'ES256'];

/** Octets. */
const MAX_REQUEST = 32 * 1024;
/** Seconds by which two clocks may differ, and that an assertion may be good for. */
const SKEW = 60;
const MAX_LIFETIME = 3_600;
/** Seconds of an access token (Security Framework 1.1, 4.1). */
const LIFETIME = 3_600;

/** What OAuth answers (RFC 6749, 5.2). */
class Fault extends Error {
  constructor(readonly error: 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type' | 'temporarily_unavailable', message: string) {
    super(message);
  }
}

const STATUS = { invalid_client: 401, temporarily_unavailable: 503 } as const;

/** `POST /lti-platform/token`: a tool shows by its key who it is, and gets a token for the services it was given (Security Framework 1.1, 4). */
export function tokenRoutes(services: TokenServices): Hono {
  const { config, db, log, failures, addressOf, originsOf, tools, tokens } = services;
  const keysOf = createToolKeys(services.client);
  const app = new Hono();

  app.post('/token', async (c) => {
    try {
      const form = await readForm(c);
      if (form.get('grant_type') !== 'client_credentials') throw new Fault('unsupported_grant_type', '"grant_type" must be "client_credentials".');
      if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw new Fault('invalid_request', `"client_assertion_type" must be "${ASSERTION_TYPE}".`);
      const giveBack = failures.attempt(addressOf(c));
      const tool = await identify(form.get('client_assertion') ?? '', originsOf(c.req.raw));
      giveBack();
      const scopes = grantedScopes(tool, form.get('scope') ?? '');
      return c.json({ access_token: tokens.issue('access', { tool: tool.id, scopes }, LIFETIME), token_type: 'Bearer', expires_in: LIFETIME, scope: scopes.join(' ') }, 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return c.json({ error: error.error, error_description: error.message }, STATUS[error.error as keyof typeof STATUS] ?? 400, { 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    }
  });
  return app;

  /** RFC 7523, 3: signed by the tool, about the tool, for this platform, for a short time, once. */
  async function identify(assertion: string, origins: Origins): Promise<Tool> {
    const { issuer, token } = platformAddresses(origins, config);
    const tool = await tools.byClientId(claimedClient(assertion));
    if (!tool) throw new Fault('invalid_client', 'No tool of that name is registered.');
    let jti: string;
    let expires: number;
    try {
      const { payload } = await jwtVerify(assertion, await keysOf(tool), {
        algorithms: ALGORITHMS, issuer: tool.clientId, subject: tool.clientId, audience: [token, issuer, `${issuer}/`], clockTolerance: SKEW, requiredClaims: ['exp', 'iat', 'jti'],
      });
      jti = String(payload.jti);
      expires = payload.exp!;
      if (expires - Math.floor(Date.now() / 1000) > MAX_LIFETIME + SKEW) throw new Fault('invalid_client', `The assertion is good for more than ${MAX_LIFETIME} s.`);
      if (jti.length > 1_000) throw new Fault('invalid_client', 'The "jti" of the assertion is too long.');
    } catch (error) {
      throw explain(error, tool);
    }
    if (!(await useOnce(tool, jti, expires))) throw new Fault('invalid_client', 'The assertion was used already ("jti").');
    return tool;
  }

  function explain(error: unknown, tool: Tool): Error {
    if (error instanceof Fault) return error;
    if (error instanceof NoAnswer) {
      log.error('a tool’s keys cannot be fetched', { tool: tool.id, code: error.code, error });
      return new Fault('temporarily_unavailable', `The tool's keys (jwksUrl) cannot be fetched: ${error.code}.`);
    }
    if (error instanceof errors.JWTClaimValidationFailed) return new Fault('invalid_client', `The assertion's "${error.claim}" is wrong or missing.`);
    if (error instanceof errors.JWTExpired) return new Fault('invalid_client', 'The assertion has expired.');
    // jose's own words hold nothing of the token's.
    if (error instanceof errors.JOSEError) return new Fault('invalid_client', `The assertion is not the tool's: ${error.message}`);
    if (error instanceof TypeError) return new Fault('invalid_client', 'The tool’s key cannot be used.');
    return error as Error;
  }

  async function useOnce(tool: Tool, jti: string, expires: number): Promise<boolean> {
    await db.deleteFrom('platform_assertions').where('expires_at', '<', new Date(Date.now() - 2 * SKEW * 1000)).execute();
    const { numInsertedOrUpdatedRows } = await db.insertInto('platform_assertions').values({ tool_id: tool.id, digest: digestOf(jti), expires_at: new Date(expires * 1000) }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }
}

async function readForm(c: Context): Promise<ReadonlyMap<string, string>> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) throw new Fault('invalid_request', 'The request must be a form (application/x-www-form-urlencoded).');
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(await readBody(c.req.raw, MAX_REQUEST)))) {
    if (form.has(name)) throw new Fault('invalid_request', `"${name.slice(0, 40)}" is there twice.`); // RFC 6749, 3.2
    form.set(name, value);
  }
  return form;
}

/** Who it says it is: nothing is believed yet. */
function claimedClient(assertion: string): string {
  try {
    const { iss } = decodeJwt(assertion);
    return iss ?? '';
  } catch {
    throw new Fault('invalid_client', 'The assertion is no JWT.');
  }
}

/** What was asked for and may be had; tools ask for all that they know of (RFC 6749, 3.3). */
function grantedScopes(tool: Tool, asked: string): ToolScope[] {
  const wanted = new Set(asked.split(' ').filter(Boolean));
  const granted = ALL_SCOPES.filter((scope) => wanted.has(scope) && tool.scopes.includes(scope));
  if (granted.length === 0) throw new Fault('invalid_scope', 'None of the scopes is one that the tool was given.');
  return granted;
}

function createToolKeys(client: HttpClient): (tool: Tool) => Promise<JWTVerifyGetKey> {
  const remote = createRemoteKeys(client);
  return async ({ jwks, jwksUrl }) => {
    const [only, another] = jwks?.keys ?? [];
    // A key that has no name is meant by whatever name the assertion gives.
    if (only && !another && only.kid === undefined) return async ({ alg }) => importJWK(only, alg) as never;
    return jwks ? createLocalJWKSet(jwks) : remote(jwksUrl!);
  };
}

/** Whose token the request has, for one of the scopes. */
export async function requireTool(c: Context, scope: ToolScope, { tokens, tools, failures, addressOf }: Pick<TokenServices, 'tokens' | 'tools' | 'failures' | 'addressOf'>): Promise<Tool> {
  const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  let claims: Readonly<Record<string, unknown>>;
  const giveBack = failures.attempt(addressOf(c));
  try {
    claims = tokens.open('access', token);
  } catch (cause) {
    if (cause instanceof StaleToken) giveBack(); // no guess: it has merely run out
    throw new ServerError('unauthorized', cause instanceof ServerError ? cause.message : 'The token is not one of this platform’s.', { field: 'Authorization', cause });
  }
  giveBack();
  const tool = await tools.byId(claims['tool'] as string);
  if (!tool) throw new ServerError('unauthorized', 'The tool is not registered any more.', { field: 'Authorization' });
  // Both when it was issued and now: what was taken from a tool is taken at once.
  if (!(claims['scopes'] as string[]).includes(scope) || !tool.scopes.includes(scope)) throw new ServerError('forbidden', `The token is not for that; it needs the scope ${scope}.`, { field: 'Authorization' });
  return tool;
}
