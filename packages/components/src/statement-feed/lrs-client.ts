import { isFields, listOf, stringOf } from './plain-value.js';
import { StatementFeedError, type StatementFeedErrorCode } from './statement-feed-error.js';

/** Where statements are read, and with what. */
export interface LrsAccess {
  /** Absolute. */
  readonly endpoint: string;
  /** The version of xAPI to ask in. */
  readonly version: string;
  /** @param rejected the header's value that was refused */
  authorize(rejected?: string): Promise<string>;
}

export interface StatementPage {
  /** Each may be anything. */
  readonly statements: readonly unknown[];
  /** Absolute; absent on the last page. */
  readonly more: string | undefined;
  /** Up to when what is stored can be seen (xAPI Communication 2.1.3), as the record store wrote it. */
  readonly consistentThrough: string | undefined;
}

/** Characters of an answer: a page of 500 large statements stays below. */
const MAX_LENGTH = 30_000_000;
/** Milliseconds. */
const PATIENCE = 30_000;

const CODES: Readonly<Record<number, StatementFeedErrorCode>> = { 400: 'feed-refused', 401: 'feed-unauthorized', 403: 'feed-unauthorized', 429: 'feed-busy', 503: 'feed-busy' };

/** The address of the statements resource with a query. @throws StatementFeedError `feed-unconfigured` */
export function statementsUrl(endpoint: string, query: URLSearchParams): string {
  if (!URL.canParse(endpoint) || !/^https?:/i.test(endpoint)) throw new StatementFeedError('feed-unconfigured', 'The endpoint is not a URL.', { field: 'endpoint' });
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/statements`;
  url.search = query.toString();
  return url.href;
}

/**
 * One page of statements.
 * @param url as `statementsUrl` or the page before gives it
 * @throws StatementFeedError; what `signal` aborts rejects with an AbortError
 */
export async function fetchStatements(access: LrsAccess, url: string, signal: AbortSignal): Promise<StatementPage> {
  const authorization = await authorize(access);
  signal.throwIfAborted();
  let answer = await ask(access, url, authorization, signal);
  if (answer.status === 401 || answer.status === 403) answer = await ask(access, url, await authorize(access, authorization), signal);
  if (answer.status < 200 || answer.status > 299) throw refusal(answer, url);
  return readPage(answer, access.endpoint, url);
}

async function authorize(access: LrsAccess, rejected?: string): Promise<string> {
  try {
    const value = await access.authorize(rejected);
    if (typeof value === 'string' && value !== '') return value;
  } catch (cause) {
    if (cause instanceof StatementFeedError) throw cause;
    throw new StatementFeedError(navigator.onLine ? 'feed-unauthorized' : 'offline', 'There is no token.', { cause });
  }
  throw new StatementFeedError('feed-unauthorized', 'There is no token.');
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask({ version }: LrsAccess, url: string, authorization: string, signal: AbortSignal): Promise<Answer> {
  // `AbortSignal.any` is younger than some browsers in schools.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  signal.addEventListener('abort', () => patience.abort(), { signal: patience.signal });
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', authorization, 'X-Experience-API-Version': version },
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: patience.signal,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    signal.throwIfAborted();
    throw new StatementFeedError(navigator.onLine ? 'feed-unreachable' : 'offline', patience.signal.aborted ? 'No answer in time.' : 'The record store could not be reached.', { file: url, cause });
  } finally {
    clearTimeout(timer);
  }
}

function refusal({ status, headers, text }: Answer, file: string): StatementFeedError {
  const code = CODES[status] ?? 'feed-unreachable';
  const problem = code === 'feed-refused' && text.length < 100_000 ? parse(text) : undefined;
  const field = stringOf(problem, 'field');
  const detail = stringOf(problem, 'detail');
  return new StatementFeedError(code, `The record store answered ${status}${detail ? `: ${detail.slice(0, 300)}` : '.'}`, {
    file,
    ...(field === undefined ? {} : { field: field.slice(0, 100) }),
    retryAfter: retryAfter(headers.get('Retry-After')),
  });
}

/** Milliseconds, of seconds or of an HTTP date (RFC 9110, 10.2.3). */
function retryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const milliseconds = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return milliseconds > 0 ? milliseconds : undefined;
}

function readPage({ headers, text }: Answer, endpoint: string, file: string): StatementPage {
  const invalid = (message: string, field?: string): StatementFeedError => new StatementFeedError('feed-invalid', message, { file, ...(field === undefined ? {} : { field }) });
  if (text.length > MAX_LENGTH) throw invalid('The answer is too long.');
  const answer = parse(text);
  if (!isFields(answer)) throw invalid('The answer is not a JSON object.');
  if (!Array.isArray(answer['statements'])) throw invalid('The answer holds no list of statements.', 'statements');
  const more = stringOf(answer, 'more');
  return {
    statements: listOf(answer, 'statements'),
    more: more === undefined ? undefined : moreUrl(more, endpoint) ?? fail(invalid('The address of the next page is not one of this record store.', 'more')),
    consistentThrough: headers.get('X-Experience-API-Consistent-Through') ?? undefined,
  };
}

/** Relative to the server's root, or absolute (xAPI Data 2.5); the token goes nowhere else. */
function moreUrl(more: string, endpoint: string): string | undefined {
  if (!URL.canParse(more, endpoint)) return undefined;
  const url = new URL(more, endpoint);
  return url.origin === new URL(endpoint).origin ? url.href : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fail(error: Error): never {
  throw error;
}
