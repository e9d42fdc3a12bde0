import { LecternError } from '@lectern/core';
import { ServerError } from '../errors.js';

/** RFC 9457, with Lectern's own members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly file?: string;
  readonly field?: string;
  readonly clause?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 408: 'Request Timeout', 409: 'Conflict', 412: 'Precondition Failed',
  413: 'Content Too Large', 415: 'Unsupported Media Type', 416: 'Range Not Satisfiable', 422: 'Unprocessable Content', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
};

/** What an error tells a client. An unexpected one tells nothing of itself: its words may hold data or secrets. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof LecternError ? error : isDatabaseDown(error)
    ? new ServerError('database-unavailable', 'The database does not answer; try again.')
    : new ServerError('internal', 'The server made a mistake; nothing of the request was kept.');
  // Errors of the other packages are about what the client sent; some name a status of their own.
  const status = 'status' in known && typeof known.status === 'number' ? known.status : known.code === 'unit-unknown' ? 404 : 422;
  const { code, message, file, field, clause } = known;
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: message,
    code,
    ...(file === undefined ? {} : { file }),
    ...(field === undefined ? {} : { field }),
    ...(clause === undefined ? {} : { clause }),
  };
}

/** The connection, not the query: PostgreSQL's classes 08 and 57, and what the socket says. */
function isDatabaseDown(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && /^(08...|57P0[1-3]|53300|ECONN\w+|EPIPE|ETIMEDOUT)$/.test(code)) || (typeof message === 'string' && message.startsWith('Connection terminated'));
}

export function problemResponse(error: unknown): Response {
  const problem = toProblem(error);
  const headers = new Headers({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
  // Not Basic: a browser would open its own password window over the learner’s page.
  if (problem.status === 401) headers.set('WWW-Authenticate', 'Bearer realm="Lectern"');
  const retryAfter = (error instanceof ServerError ? error.retryAfter : undefined) ?? (problem.status === 503 ? 2 : undefined);
  if (retryAfter !== undefined) headers.set('Retry-After', String(retryAfter));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
