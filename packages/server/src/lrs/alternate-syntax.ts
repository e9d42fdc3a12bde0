import type { MiddlewareHandler } from 'hono';
import { ServerError } from '../errors.js';
import { readBody } from '../http/body.js';
import type { LrsEnv } from './lrs-env.js';
import { readVersion, VERSION_HEADER } from './version.js';

const CLAUSE = 'xAPI 1.0.3 Communication 1.3';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** The form parameters that stand for headers, in lower case. `Content-Length` is known from the content itself. */
const HEADERS: ReadonlySet<string> = new Set(['authorization', 'x-experience-api-version', 'content-type', 'content-length', 'if-match', 'if-none-match']);

export interface AlternateSyntaxOptions {
  /** Octets of the form. */
  readonly limit: number;
  /** Answers the request that the form meant. */
  readonly dispatch: (request: Request, env: unknown) => Response | Promise<Response>;
}

/**
 * The alternate request syntax of 1.0.x: `POST …?method=PUT` with a form that holds the parameters, the headers and the content.
 * What it means is answered as if it had been asked plainly, by the same rules. 2.0 has it no more.
 */
export function alternateSyntax({ limit, dispatch }: AlternateSyntaxOptions): MiddlewareHandler<LrsEnv> {
  return async (c, next) => {
    const url = new URL(c.req.url);
    if (c.req.method !== 'POST' || !url.searchParams.has('method')) return next();
    const spoken = c.req.header(VERSION_HEADER);
    c.set('version', readVersion(spoken) ?? '1.0.3');
    if (readVersion(spoken) === '2.0.0') throw refusal('xAPI 2.0 has no alternate request syntax: use the method itself.', 'method');
    if ([...url.searchParams].length !== 1) throw refusal('Beside "method", all parameters belong in the form.', 'method');
    const method = url.searchParams.get('method')!;
    if (!METHODS.includes(method)) throw refusal(`"method" must be one of ${METHODS.join(', ')}.`, 'method');
    const form = readForm(new TextDecoder().decode(await readBody(c.req.raw, limit)));
    if (readVersion(form.headers.get(VERSION_HEADER) ?? undefined) === '2.0.0') throw refusal('xAPI 2.0 has no alternate request syntax: use the method itself.', 'method');
    const sends = method === 'PUT' || method === 'POST';
    if (sends !== (form.content !== undefined)) {
      throw refusal(sends ? `${method} needs the form parameter "content".` : `${method} has no content.`, 'content');
    }
    const headers = new Headers(c.req.raw.headers);
    for (const name of ['content-type', 'content-length', 'transfer-encoding']) headers.delete(name);
    if (sends) headers.set('content-type', 'application/json');
    for (const [name, value] of form.headers) if (sends || name !== 'content-type') headers.set(name, value);
    url.search = form.query.toString();
    return dispatch(new Request(url, { method, headers, ...(form.content === undefined ? {} : { body: form.content }) }), { ...(c.env as object), rewritten: true });
  };
}

interface Form {
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly content: string | undefined;
}

function readForm(text: string): Form {
  const query = new URLSearchParams();
  const headers = new Headers();
  let content: string | undefined;
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const key = HEADERS.has(name.toLowerCase()) ? name.toLowerCase() : name;
    if (seen.has(key)) throw refusal(`The form parameter "${name.slice(0, 60)}" may be given once.`, name.slice(0, 60));
    seen.add(key);
    if (key === 'content') content = value;
    else if (!HEADERS.has(key)) query.append(name, value);
    else if (key !== 'content-length') setHeader(headers, key, value);
  }
  return { query, headers, content };
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch (cause) {
    throw new ServerError('parameter-invalid', `The form parameter "${name}" cannot be a header.`, { field: name, clause: CLAUSE, cause });
  }
}

const refusal = (message: string, field: string): ServerError => new ServerError('parameter-invalid', message, { field, clause: CLAUSE });
