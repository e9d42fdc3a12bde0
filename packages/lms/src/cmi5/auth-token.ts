import { DeliveryError, type DeliveryErrorCode } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';

export interface TokenRequest {
  readonly fetch: typeof fetch;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The errors an LMS may answer with, all of them 200 (cmi5 8.2.3). */
const ERRORS: Readonly<Record<string, string>> = {
  '1': 'This launch has been used already: open the course from the LMS again.',
  '2': 'The launch’s session is over: open the course from the LMS again.',
  '3': 'The LMS could not give a token.',
};

/**
 * Fetches the session's token (cmi5 8.2). The LMS gives it once, so this is never repeated by itself: an answer that was lost is lost.
 * @returns the `Authorization` header
 * @throws DeliveryError `unauthorized` when it was given already or the session is over; `network`, `timeout` …
 */
export async function fetchAuthToken(fetchUrl: string, { fetch: send, timeout }: TokenRequest): Promise<string> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeout);
  let status: number;
  let text: string;
  try {
    const response = await send(fetchUrl, { method: 'POST', cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: ending.signal });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    const [code, message] = ending.signal.aborted ? (['timeout', 'The LMS gave no token in time.'] as const) : (['network', 'The LMS’s token cannot be reached.'] as const);
    throw new DeliveryError(code, message, { field: 'fetch', cause });
  } finally {
    clearTimeout(timer);
  }
  if (status < 200 || status > 299) throw refusal(codeOf(status), `The LMS answered ${status} instead of a token.`, status);
  return readToken(text);
}

function readToken(text: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw refusal('launch-invalid', 'The LMS’s token is not JSON.');
  }
  if (!isObject(answer)) throw refusal('launch-invalid', 'The LMS’s token is not an object.');
  const error = answer['error-code'];
  if (error !== undefined) throw refusal('unauthorized', ERRORS[String(error)] ?? `The LMS gave no token: error ${String(error).slice(0, 20)}.`);
  const token = answer['auth-token'];
  // Goes into a header: Base64 (RFC 7617), or what else an LMS takes for one, and nothing that could end the line.
  if (typeof token !== 'string' || !/^[\w\-.~+/]+=*$/.test(token)) throw refusal('launch-invalid', 'The LMS’s token is none that could be sent.');
  return `Basic ${token}`;
}

const refusal = (code: DeliveryErrorCode, message: string, status?: number): DeliveryError =>
  new DeliveryError(code, message, { field: 'fetch', clause: 'cmi5 8.2', ...(status === undefined ? {} : { status }) });

function codeOf(status: number): DeliveryErrorCode {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404 || status === 405 || status === 410) return 'not-found';
  if (status === 429 || status === 503) return 'busy';
  return status >= 500 ? 'server-error' : 'rejected';
}
