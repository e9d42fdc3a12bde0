import { type Agent, type Clock, type LaunchMode } from '@lectern/core';
import { DeliveryError, type DeliveryErrorCode } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import type { GetToken } from './http.js';
import { readHttpUrl } from './launch.js';
import { readActor } from './read-actor.js';
import { createLrsClock, type LrsClock } from './lrs-clock.js';

/** Who learns what, where the records go, and by what right: what a host's backend tells its page. */
export interface LaunchInfo {
  /** Absolute URL of the LRS. */
  readonly endpoint: string;
  readonly actor: Agent;
  /** UUID. Absent where the token is for reading credits only. */
  readonly registration?: string;
  readonly launchMode: LaunchMode;
  /** Absolute. Present where a server launches units. */
  readonly launchUrl?: string;
  /** Absolute. Where the learner's credit ledger is. */
  readonly creditsUrl?: string;
  readonly courseId?: string;
  /** Absolute. Where the learner goes when they are done. */
  readonly returnUrl?: string;
  /** Absolute. Where a gradebook takes outcomes: `POST` an `OutcomeReport`. Absent: the server follows the statements. */
  readonly outcomesUrl?: string;
  /** Epoch milliseconds at which the first token expires, by the clock of the server that gave it. */
  readonly expires: number;
  /** The `Authorization` header; fetches the next token shortly before this one expires, or when it was refused. */
  readonly getToken: GetToken;
}

export interface FetchLaunchOptions extends Omit<RequestInit, 'signal'> {
  /** Default: the page's. */
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Milliseconds. Default 15,000. */
  readonly timeout?: number;
}

interface Grant {
  readonly authorization: string;
  readonly expires: number;
  /** Epoch milliseconds from which the next token is asked for. */
  readonly renewAt: number;
  readonly info: Omit<LaunchInfo, 'getToken' | 'expires'>;
}

/** Milliseconds before its end that a token is renewed: clocks differ, and requests take time. A fifth of its life, if that is less. */
const MARGIN = 60_000;

/** Larger than any honest answer. */
const MAX_ANSWER = 256 * 1024;

/**
 * Asks the host's backend for a learner's launch: `{ token, expires, endpoint, actor, registration, launchMode, launchUrl, creditsUrl, courseId, returnUrl, outcomesUrl }`,
 * URLs relative to the answer's own. Sent by POST if `options.method` says nothing else, because it mints something.
 * @param tokenUrl resolved against the page
 * @throws DeliveryError `launch-invalid` with the `field` that is wrong; `unauthorized`, `network`, `timeout` … when there is no answer
 */
export async function fetchLaunch(tokenUrl: string, options: FetchLaunchOptions = {}): Promise<LaunchInfo> {
  // The server that says when a token ends says what time it is, too: a learner's clock that is wrong neither ends it early nor uses it too long.
  const clock = createLrsClock(options.clock ? { wall: options.clock } : {});
  let grant = await requestGrant(tokenUrl, options, clock);
  let renewing: Promise<Grant> | undefined;

  async function renew(): Promise<Grant> {
    const next = await requestGrant(tokenUrl, options, clock);
    // Someone else has signed in meanwhile: their token must not carry this learner's records.
    if (!sameLearner(grant.info, next.info)) throw invalid('actor', 'The new token is for another learner or registration.');
    grant = next;
    return next;
  }

  const getToken: GetToken = async (rejected) => {
    const usable = grant.authorization !== rejected && grant.expires > clock.now();
    if (usable && clock.now() < grant.renewAt) return grant.authorization;
    renewing ??= renew().finally(() => (renewing = undefined));
    try {
      return (await renewing).authorization;
    } catch (error) {
      if (usable) return grant.authorization;
      throw error;
    }
  };

  return Object.freeze({ ...grant.info, expires: grant.expires, getToken });
}

async function requestGrant(tokenUrl: string, options: FetchLaunchOptions, clock: LrsClock): Promise<Grant> {
  const { fetch: send = (...args: Parameters<typeof fetch>) => fetch(...args), clock: _wall, timeout = 15_000, ...init } = options;
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeout);
  let response: Response;
  let text: string;
  const sentAt = clock.page();
  let receivedAt: number;
  try {
    response = await send(tokenUrl, { method: 'POST', cache: 'no-store', ...init, signal: ending.signal });
    receivedAt = clock.page();
    text = await response.text();
  } catch (cause) {
    const [code, message] = ending.signal.aborted ? (['timeout', 'No answer in time.'] as const) : (['network', 'The launch cannot be reached.'] as const);
    throw new DeliveryError(code, message, { file: tokenUrl, cause });
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) {
    throw new DeliveryError(codeOf(response.status), `The launch was answered with ${response.status}.`, { file: tokenUrl, status: response.status });
  }
  clock.learn(response.headers.get('Date'), sentAt, receivedAt);
  return readGrant(text, response.url || tokenUrl, clock.now());
}

function codeOf(status: number): DeliveryErrorCode {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404 || status === 405 || status === 410) return 'not-found';
  if (status === 429 || status === 503) return 'busy';
  return status >= 500 ? 'server-error' : 'rejected';
}

const invalid = (field: string, message: string): DeliveryError => new DeliveryError('launch-invalid', message, { field });

function readGrant(text: string, url: string, now: number): Grant {
  if (text.length > MAX_ANSWER) throw invalid('', 'The launch is too large.');
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new DeliveryError('launch-invalid', 'The launch is not JSON.', { field: '', cause });
  }
  if (!isObject(answer)) throw invalid('', 'The launch is not an object.');
  const { token, registration, launchMode = 'Normal', courseId } = answer;
  // Goes into a header: what RFC 6750 2.1 allows, and nothing that could end the line.
  if (typeof token !== 'string' || !/^[\w\-.~+/]+=*$/.test(token)) throw invalid('token', 'The token is not a bearer token.');
  if (registration != null && (typeof registration !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(registration))) {
    throw invalid('registration', 'The registration is not a UUID.');
  }
  if (launchMode !== 'Normal' && launchMode !== 'Browse' && launchMode !== 'Review') throw invalid('launchMode', 'There is no such launch mode (cmi5 10.2.2).');
  if (courseId != null && typeof courseId !== 'string') throw invalid('courseId', 'The course id is not a string.');
  const base = new URL(url, typeof location === 'undefined' ? undefined : location.href).href;
  const optionalUrl = (field: 'launchUrl' | 'creditsUrl' | 'returnUrl' | 'outcomesUrl'): { [K in typeof field]?: string } =>
    answer[field] == null ? {} : { [field]: readHttpUrl(answer[field], field, base) };
  const expires = readExpires(answer['expires'], now);
  return {
    authorization: `Bearer ${token}`,
    expires,
    renewAt: expires - Math.min(MARGIN, (expires - now) / 5),
    info: {
      endpoint: readHttpUrl(answer['endpoint'], 'endpoint', base),
      actor: readActor(answer['actor']),
      launchMode,
      ...(registration == null ? {} : { registration: registration.toLowerCase() }),
      ...(courseId == null ? {} : { courseId }),
      ...optionalUrl('launchUrl'),
      ...optionalUrl('creditsUrl'),
      ...optionalUrl('returnUrl'),
      ...optionalUrl('outcomesUrl'),
    },
  };
}

/** An ISO 8601 time, or a number of seconds (as in a JWT) or milliseconds since the epoch. */
function readExpires(value: unknown, now: number): number {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? (value < 1e11 ? value * 1000 : value) : NaN;
  if (!Number.isFinite(time)) throw invalid('expires', 'The launch does not say when its token expires.');
  // Dead on arrival: our clock is wrong, or theirs. The LRS will judge the token; meanwhile do not ask for another at every turn.
  return time > now ? time : now + 5 * MARGIN;
}

function sameLearner(a: Grant['info'], b: Grant['info']): boolean {
  const identity = ({ actor: { name: _name, ...identifier }, registration }: Grant['info']): string => JSON.stringify([identifier, registration]);
  return identity(a) === identity(b);
}
