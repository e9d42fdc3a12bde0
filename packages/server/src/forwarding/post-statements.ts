import type { AttachmentRow } from './attachment-rows.js';
import { writeMultipart } from '../lrs/multipart.js';
import { readRetryAfter } from './backoff.js';
import { NoAnswer, type HttpClient, type TargetAnswer, type TargetRequest } from './http-client.js';
import type { OutgoingStatement } from './outgoing.js';
import type { FaultCode, ForwardingTarget, TargetSecrets } from './target.js';

/** Why a request did not do. Its message holds no secret. */
export interface Refusal {
  readonly code: FaultCode;
  readonly message: string;
  readonly status?: number;
}

/** `refused`: at least one of them is at fault. `later`: none of them is. `stop`: nothing will be taken until somebody looks. */
export type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly fault: Refusal }
  | { readonly kind: 'later'; readonly fault: Refusal; readonly retryAfter?: number }
  | { readonly kind: 'stop'; readonly fault: Refusal };

/** A target as it is spoken to. */
export interface TargetLine {
  readonly target: ForwardingTarget;
  readonly secrets: TargetSecrets;
  readonly client: HttpClient;
  readonly signal: AbortSignal;
}

/** Sends statements in one request (xAPI Communication 2.1.2). Only an answer that names each of them means that they are there. */
export async function postStatements(line: TargetLine, statements: readonly OutgoingStatement[], attachments: readonly AttachmentRow[]): Promise<Outcome> {
  const json = Buffer.from(`[${statements.map((one) => one.json).join(',')}]`);
  const { contentType, body } = attachments.length === 0 ? { contentType: 'application/json', body: json } : writeMultipart([
    { headers: { 'Content-Type': 'application/json' }, body: json },
    ...attachments.map(({ sha2, content_type, bytes }) => ({
      headers: { 'Content-Type': content_type, 'Content-Transfer-Encoding': 'binary', 'X-Experience-API-Hash': sha2 }, body: bytes,
    })),
  ]);
  return askTarget(line, 'statements', { method: 'POST', headers: { 'Content-Type': contentType }, body }, (answer) =>
    answer.status === 200 && namesAll(answer.body, statements) ? { kind: 'taken' } : undefined);
}

/** A request to a target, whose answer `read` understands or leaves to the rules for all answers. */
export async function askTarget(line: TargetLine, path: string, request: Omit<TargetRequest, 'signal'>, read: (answer: TargetAnswer) => Outcome | undefined): Promise<Outcome> {
  const { target, client, signal } = line;
  try {
    const headers = { ...request.headers, Authorization: authorization(line), 'X-Experience-API-Version': target.version, Accept: 'application/json' };
    const answer = await client.send(new URL(path, target.endpoint).href, { ...request, headers, signal });
    return read(answer) ?? judge(answer, line);
  } catch (error) {
    if (error instanceof NoAnswer) return { kind: 'later', fault: { code: error.code, message: error.message } };
    throw error;
  }
}

const authorization = ({ target: { auth }, secrets: { secret } }: TargetLine): string =>
  auth.type === 'bearer' ? `Bearer ${secret}` : `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}`;

function namesAll(body: Buffer, statements: readonly OutgoingStatement[]): boolean {
  try {
    const ids = JSON.parse(body.toString('utf8')) as unknown;
    if (!Array.isArray(ids)) return false;
    const named = new Set(ids.map((id) => String(id).toLowerCase()));
    return statements.every(({ id }) => named.has(id));
  } catch {
    return false;
  }
}

const REFUSED: Readonly<Record<number, FaultCode>> = { 400: 'refused', 409: 'conflict', 413: 'too-large', 415: 'refused', 422: 'refused' };

function judge(answer: TargetAnswer, line: TargetLine): Outcome {
  const { status, headers } = answer;
  const said = (code: FaultCode, words: string): Refusal => ({ code, status, message: `${words}${wordsOf(answer, line)}` });
  const refused = REFUSED[status];
  if (refused) return { kind: 'refused', fault: said(refused, `The target refuses it (${status})`) };
  if (status === 401 || status === 403) return { kind: 'stop', fault: said('unauthorized', `The target does not accept the credentials (${status})`) };
  const header = headers['retry-after'];
  const retryAfter = readRetryAfter(typeof header === 'string' ? header : undefined, Date.now());
  const fault = status === 429 ? said('too-many-requests', 'The target asks to wait (429)')
    : status >= 500 ? said('unavailable', `The target is out of order (${status})`)
    : said('answer-invalid', `The target’s answer is not that of an LRS (${status})`);
  return { kind: 'later', fault, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** What the target says, as far as it is for reading: its start, in one line, without what we must not keep even if it says it back. */
function wordsOf({ headers, body }: TargetAnswer, line: TargetLine): string {
  const type = headers['content-type'];
  if (typeof type !== 'string' || !/^(text\/plain|application\/([\w.-]+\+)?json)\b/i.test(type)) return '.';
  const { secret, salt } = line.secrets;
  let text = body.subarray(0, 4_096).toString('utf8').replace(/\p{Cc}+/gu, ' ');
  for (const hidden of [secret, salt, authorization(line).replace(/^\w+ /, '')]) if (hidden) text = text.replaceAll(hidden, '…');
  return text.trim() === '' ? '.' : `: ${text.trim().slice(0, 500)}`;
}
