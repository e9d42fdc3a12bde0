import { errors, jwtVerify, decodeJwt, decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { NoAnswer } from '../forwarding/http-client.js';
import { CLAIMS } from '../lti-platform/lti-terms.js';
import { LaunchError } from './launch-error.js';
import { allowsDeployment, type Platform } from './platform.js';
import { DEEP_LINKING, MESSAGES } from './terms.js';

/** What a platform says, held against the rules. */
export interface LaunchMessage {
  readonly type: typeof MESSAGES.resourceLink | typeof MESSAGES.deepLinking;
  readonly deploymentId: string;
  readonly targetLinkUri: string;
  /** Absent: an anonymous launch (LTI 1.3, 5.3.6.1). */
  readonly sub?: string | undefined;
  readonly roles: readonly string[];
  readonly locale?: string | undefined;
  readonly resourceLink?: { readonly id: string; readonly title?: string | undefined } | undefined;
  readonly context?: { readonly id: string; readonly title?: string | undefined } | undefined;
  readonly returnUrl?: string | undefined;
  readonly custom: Readonly<Record<string, string>>;
  readonly ags?: { readonly scopes: readonly string[]; readonly lineItem?: string | undefined; readonly lineItems?: string | undefined } | undefined;
  readonly memberships?: string | undefined;
  readonly deepLinking?: DeepLinkingSettings | undefined;
  /** All of it. */
  readonly claims: JWTPayload;
}

export interface DeepLinkingSettings {
  readonly returnUrl: string;
  readonly acceptsLinks: boolean;
  readonly multiple: boolean;
  /** Absent: it may. */
  readonly acceptsLineItems: boolean;
  readonly data?: string | undefined;
}

/** Others are refused whatever the key: `none`, and HS256 under a public key (RFC 8725, 3.1). RS256 is what LTI requires of all. */
const ALGORITHMS = ['RS256', 'ES256'];

/** Seconds by which two clocks may differ. */
const SKEW = 300;
/** Seconds since a message was made. */
const MAX_AGE = 3_600;

/** The most characters of an id (LTI 1.3, 5.3.3, 5.3.5, 5.3.6). */
const LONGEST_ID = 255;

/**
 * Holds an id_token against all that LTI asks of it (Security Framework 1.1, 5.1.3; LTI 1.3, 5.3).
 * @param nonce of the login that it answers
 * @param now milliseconds since 1970
 * @throws LaunchError
 */
export async function verifyLaunch(token: string, platform: Platform, keys: JWTVerifyGetKey, nonce: string, now: number = Date.now()): Promise<LaunchMessage> {
  const claims = await verifyToken(token, platform, keys, now);
  if (claims['nonce'] !== nonce) throw new LaunchError('token-invalid', 'The "nonce" is not the one of this login.', { field: 'nonce', clause: 'Security Framework 1.1, 5.1.3' });
  const { aud, azp } = claims as { aud: string | string[]; azp?: unknown };
  if ((Array.isArray(aud) && aud.length > 1 && azp === undefined) || (azp !== undefined && azp !== platform.clientId)) {
    throw new LaunchError('token-invalid', 'The "azp" is not this tool.', { field: 'azp', clause: 'OpenID Connect Core, 3.1.3.7' });
  }
  return readMessage(claims, platform);
}

async function verifyToken(token: string, { issuer, clientId }: Platform, keys: JWTVerifyGetKey, now: number): Promise<JWTPayload> {
  try {
    checkHeader(token);
    const { payload } = await jwtVerify(token, keys, { algorithms: ALGORITHMS, issuer, audience: clientId, clockTolerance: SKEW, currentDate: new Date(now), requiredClaims: ['exp', 'iat', 'nonce'] });
    const age = now / 1000 - payload.iat!;
    if (age < -SKEW) throw new LaunchError('clock-skew', `The platform’s clock is ${Math.round(-age)} s ahead of this server’s.`, { field: 'iat' });
    if (age > MAX_AGE + SKEW) throw new LaunchError('token-expired', `The message was made ${Math.round(age)} s ago.`, { field: 'iat' });
    return payload;
  } catch (error) {
    throw explain(error, token, now);
  }
}

/** Keys that a message brings along or points to are nobody's (RFC 8725, 3.10). */
function checkHeader(token: string): void {
  const header = decodeProtectedHeader(token);
  for (const name of ['jwk', 'jku', 'x5u', 'x5c']) if (name in header) throw new LaunchError('token-invalid', `The message brings its own key ("${name}").`, { field: name });
}

function explain(error: unknown, token: string, now: number): Error {
  if (error instanceof LaunchError) return error;
  if (error instanceof NoAnswer) return new LaunchError('keys-unreachable', `The platform’s keys cannot be fetched: ${error.message}`, { field: 'jwksUrl', cause: error });
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return new LaunchError('keys-unreachable', `The platform’s keys cannot be read: ${error.message}`, { field: 'jwksUrl' });
  if (error instanceof errors.JWTExpired) {
    const { exp, iat } = decodeJwt(token);
    // One that is "over" right after it was made tells of clocks.
    const fresh = iat !== undefined && exp !== undefined && exp > iat && now / 1000 - exp < 86_400;
    return new LaunchError('token-expired', `The message ended ${Math.round(now / 1000 - (exp ?? 0))} s ago.${fresh ? ' If it was made just now, the platform’s clock is behind.' : ''}`, { field: 'exp' });
  }
  if (error instanceof errors.JWTClaimValidationFailed) return new LaunchError('token-invalid', `The "${error.claim}" is wrong or missing.`, { field: error.claim });
  // jose's own words hold nothing of the token's.
  if (error instanceof errors.JOSEError) return new LaunchError('token-invalid', `The message is not the platform’s: ${error.message}`, { field: 'id_token' });
  if (error instanceof TypeError || error instanceof SyntaxError) return new LaunchError('token-invalid', 'The message is no JWT.', { field: 'id_token' });
  return error as Error;
}

function readMessage(claims: JWTPayload, platform: Platform): LaunchMessage {
  const version = claims[CLAIMS.version];
  if (version !== '1.3.0') throw wrong(CLAIMS.version, 'LTI 1.3, 5.3.2');
  const deploymentId = id(claims[CLAIMS.deploymentId], CLAIMS.deploymentId, 'LTI 1.3, 5.3.3');
  if (!allowsDeployment(platform, deploymentId)) {
    throw new LaunchError('deployment-unknown', `The deployment "${deploymentId}" is not registered. If it is one of yours, add it to the platform.`, { field: CLAIMS.deploymentId, clause: 'LTI 1.3, 3.1.3' });
  }
  const type = claims[CLAIMS.messageType];
  if (type !== MESSAGES.resourceLink && type !== MESSAGES.deepLinking) throw new LaunchError('message-unsupported', 'The message is neither a resource link’s nor one for deep linking.', { field: CLAIMS.messageType, clause: 'LTI 1.3, 5.3.1' });
  const roles = claims[CLAIMS.roles];
  // May be empty (5.3.7), and is missing where a platform has none to tell.
  if (roles !== undefined && !(Array.isArray(roles) && roles.length <= 500 && roles.every((role) => typeof role === 'string'))) throw wrong(CLAIMS.roles, 'LTI 1.3, 5.3.7');
  const sub = claims.sub === undefined || claims.sub === '' ? undefined : id(claims.sub, 'sub', 'LTI 1.3, 5.3.6');
  const link = type === MESSAGES.resourceLink ? named(claims[CLAIMS.resourceLink], CLAIMS.resourceLink, 'LTI 1.3, 5.3.5') : undefined;
  if (type === MESSAGES.resourceLink && !link) throw wrong(CLAIMS.resourceLink, 'LTI 1.3, 5.3.5');
  const target = claims[CLAIMS.targetLinkUri];
  if (type === MESSAGES.resourceLink && (typeof target !== 'string' || target.length > 2_048)) throw wrong(CLAIMS.targetLinkUri, 'LTI 1.3, 5.3.4');
  const presentation = record(claims[CLAIMS.launchPresentation]);
  return {
    type, deploymentId, sub, claims,
    targetLinkUri: typeof target === 'string' ? target : '',
    roles: (roles as string[] | undefined) ?? [],
    locale: locale(claims['locale']) ?? locale(presentation['locale']),
    resourceLink: link,
    context: named(claims[CLAIMS.context], CLAIMS.context, 'LTI 1.3, 5.4.1'),
    returnUrl: webUrl(presentation['return_url']),
    custom: Object.fromEntries(Object.entries(record(claims[CLAIMS.custom])).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    ags: agsOf(claims[CLAIMS.ags]),
    memberships: webUrl(record(claims[CLAIMS.nrps])['context_memberships_url']),
    deepLinking: type === MESSAGES.deepLinking ? settingsOf(claims[DEEP_LINKING.settings]) : undefined,
  };
}

const wrong = (claim: string, clause: string): LaunchError => new LaunchError('claim-invalid', `The claim "${claim.split('/').at(-1)}" is missing or wrong.`, { field: claim, clause });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

function id(value: unknown, claim: string, clause: string): string {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_ID || value.includes('\u0000')) throw wrong(claim, clause);
  return value;
}

/** Something with an id and perhaps a title; its absence is the caller's to judge. */
function named(value: unknown, claim: string, clause: string): { readonly id: string; readonly title?: string | undefined } | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw wrong(claim, clause);
  const title = value['title'] ?? value['label'];
  return { id: id(value['id'], claim, clause), title: typeof title === 'string' && title !== '' ? title.slice(0, 500) : undefined };
}

const locale = (value: unknown): string | undefined => (typeof value === 'string' && /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/.test(value) ? value.replaceAll('_', '-') : undefined);

/** Addresses of services are asked by the server, others are gone to: nothing but the web. */
function webUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 4_096 || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : undefined;
}

function agsOf(value: unknown): LaunchMessage['ags'] {
  if (!isRecord(value)) return undefined;
  const scopes = Array.isArray(value['scope']) ? value['scope'].filter((scope): scope is string => typeof scope === 'string') : [];
  return { scopes, lineItem: webUrl(value['lineitem']), lineItems: webUrl(value['lineitems']) };
}

function settingsOf(value: unknown): DeepLinkingSettings {
  const settings = record(value);
  const returnUrl = webUrl(settings['deep_link_return_url']);
  if (returnUrl === undefined) throw wrong(DEEP_LINKING.settings, 'Deep Linking 2.0, 4.4.1');
  const { accept_types: types, data } = settings;
  if (data !== undefined && (typeof data !== 'string' || data.length > 32_000)) throw wrong(DEEP_LINKING.settings, 'Deep Linking 2.0, 4.4.1');
  return {
    returnUrl,
    acceptsLinks: Array.isArray(types) && types.includes('ltiResourceLink'),
    multiple: settings['accept_multiple'] === true,
    acceptsLineItems: settings['accept_lineitem'] !== false,
    data: data as string | undefined,
  };
}
