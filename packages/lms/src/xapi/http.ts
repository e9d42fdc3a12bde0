import { DeliveryError, type DeliveryErrorCode } from '../outbox/delivery-error.js';
import { createLrsClock, type LrsClock } from './lrs-clock.js';
import { parseRetryAfter } from './retry-after.js';

/**
 * Yields the value of the `Authorization` header.
 * @param rejected the value that was refused: give another one, if there is one
 */
export type GetToken = (rejected?: string) => Promise<string>;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Hand it to the browser before returning, and let it outlive the page. Sent with the last token that worked. */
  readonly keepalive?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** As text; judge it before use. */
  readonly text: string;
}

export interface Http {
  /** Sends one request with a token. Resolves for 2xx; rejects with a DeliveryError for everything else. */
  (request: HttpRequest): Promise<HttpResponse>;
  /** Ends what is on its way as soon as it has been without an answer for so many milliseconds, as its timeout would: whoever asks now may fare better. */
  giveUp(after: number): void;
}

export interface HttpOptions {
  readonly getToken: GetToken;
  readonly fetch?: typeof fetch;
  /** Learns the LRS's time from its answers. */
  readonly clock?: LrsClock;
  /** Milliseconds until a request that is not answered is given up. Default 30,000. */
  readonly timeout?: number;
}

const CODES: Readonly<Record<number, DeliveryErrorCode>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  405: 'not-found',
  407: 'network', // The network wants something, not the LRS.
  408: 'timeout',
  409: 'conflict',
  410: 'not-found',
  412: 'conflict',
  413: 'too-large',
  425: 'busy',
  429: 'busy',
  503: 'busy',
  504: 'server-error',
  511: 'network', // RFC 6585, 6: a captive portal that is honest.
};

function codeOf(status: number): DeliveryErrorCode {
  return CODES[status] ?? (status >= 500 ? 'server-error' : status >= 400 ? 'rejected' : 'not-an-lrs');
}

/** What an error body says, cut to what a person may want to read. It is text from outside: show it as text only. */
const DETAIL = 300;

export function createHttp({ getToken, fetch: send = (...args) => fetch(...args), clock = createLrsClock(), timeout = 30_000 }: HttpOptions): Http {
  let token: string | undefined;
  /** What has no answer yet, and when (`performance.now()`) it was sent. */
  const unanswered = new Map<AbortController, number>();

  async function authorize(rejected?: string): Promise<string> {
    try {
      token = await getToken(rejected);
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      throw new DeliveryError('unauthorized', 'There is no token.', { cause: error });
    }
    if (typeof token !== 'string' || token === '') throw new DeliveryError('unauthorized', 'There is no token.');
    return token;
  }

  async function attempt(request: HttpRequest, authorization: string): Promise<HttpResponse> {
    const { method, url, headers, body, keepalive = false } = request;
    const ending = new AbortController();
    const timer = keepalive ? undefined : setTimeout(() => ending.abort(), request.timeout ?? timeout);
    if (!keepalive) unanswered.set(ending, performance.now());
    const sentAt = clock.page();
    try {
      const response = await send(url, {
        method,
        headers: { ...headers, Authorization: authorization },
        ...(body === undefined ? {} : { body }),
        keepalive,
        signal: ending.signal,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      });
      const receivedAt = clock.page();
      unanswered.delete(ending);
      const text = await response.text();
      // "There is no such document" tells the time as well as any answer; a captive portal or a gateway has a clock of its own.
      if (response.status < 500 && !isHtml(response.headers, text)) clock.learn(response.headers.get('Date'), sentAt, receivedAt);
      return { status: response.status, headers: response.headers, text };
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      if (ending.signal.aborted) throw new DeliveryError('timeout', 'No answer in time.', { cause: error });
      throw new DeliveryError('network', 'The network does not let it through.', { cause: error });
    } finally {
      clearTimeout(timer);
      unanswered.delete(ending);
    }
  }

  async function http(request: HttpRequest): Promise<HttpResponse> {
    // Asking for a token takes turns, which a page that is being left does not have.
    const authorization = request.keepalive && token !== undefined ? token : await authorize();
    let response = await attempt(request, authorization);
    if ((response.status === 401 || response.status === 403) && !request.keepalive) {
      response = await attempt(request, await authorize(authorization));
    }
    if (response.status >= 200 && response.status < 300) return response;
    throw refusal(response, clock.now());
  }

  return Object.assign(http, {
    giveUp(after: number) {
      for (const [ending, since] of unanswered) setTimeout(() => unanswered.has(ending) && ending.abort(), since + after - performance.now());
    },
  });
}

function refusal({ status, headers, text }: HttpResponse, now: number): DeliveryError {
  const code = codeOf(status);
  // Whoever names a time to come back at means it by their own clock.
  const theirs = Date.parse(headers.get('Date') ?? '');
  const retryAfter = code === 'busy' ? parseRetryAfter(headers.get('Retry-After'), Number.isNaN(theirs) ? now : theirs) : undefined;
  const detail = isHtml(headers, text) ? '' : text.trim().slice(0, DETAIL);
  return new DeliveryError(code, `The LRS answered ${status}${detail ? `: ${detail}` : '.'}`, {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** A page for people where a machine should have answered. */
export function isHtml(headers: Headers, text: string): boolean {
  return /html/i.test(headers.get('Content-Type') ?? '') || /^\s*<(?:!doctype|html)/i.test(text);
}

/** @throws DeliveryError `not-an-lrs` */
export function parseJson({ headers, text }: HttpResponse): unknown {
  if (!isHtml(headers, text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Said below.
    }
  }
  throw new DeliveryError('not-an-lrs', 'The answer is not JSON: a sign-in page of the network, or another service.');
}
