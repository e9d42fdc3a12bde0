import { newUuid, VERBS, type Agent, type Statement } from '@lectern/core';

/** An answer other than the honest one; `pass` gives that. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'refuse'
  | 'hang'
  /** Stores, but the answer is lost on its way. */
  | 'lose-answer'
  | 'pass';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  readonly keepalive: boolean;
}

export const ENDPOINT = 'https://lrs.example/xapi/';

/** An LRS in memory, told by a test what to do wrong. Stands in for `fetch`. */
export class StubLrs {
  /** In the order of storing. */
  readonly statements: Statement[] = [];
  readonly documents = new Map<string, { content: Record<string, unknown>; etag: string }>();
  readonly seen: Seen[] = [];
  /** Decides about each request before it is served. */
  fault: (request: Seen) => Fault = () => 'pass';
  /** Milliseconds. */
  latency = 0;
  /** Epoch milliseconds by its own clock; it then says so in every honest answer. */
  clock: (() => number) | undefined;
  /** Says nothing of the version that a write has made, as many LRSs do. */
  quiet = false;
  /** How often a statement came again that was already there. */
  repeats = 0;
  #version = 0;

  get ids(): string[] {
    return this.statements.map(({ id }) => id);
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const request: Seen = {
      method: init.method ?? 'GET',
      path: url.pathname.slice('/xapi/'.length),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? init.body : '',
      keepalive: init.keepalive === true,
    };
    this.seen.push(request);
    const fault = this.fault(request);
    if (fault === 'hang') return hang(init.signal);
    if (this.latency > 0) await new Promise((resolve) => setTimeout(resolve, this.latency));
    if (fault === 'refuse') throw new TypeError('Failed to fetch');
    if (typeof fault === 'object') return new Response(fault.status === 204 ? null : (fault.body ?? ''), { status: fault.status, headers: fault.headers ?? {} });
    const response = this.#serve(request, url);
    if (this.clock) response.headers.set('Date', new Date(this.clock()).toUTCString());
    if (fault === 'lose-answer') throw new TypeError('Failed to fetch');
    return response;
  };

  #serve(request: Seen, url: URL): Response {
    if (request.path === 'statements') return request.method === 'POST' ? this.#store(request) : this.#find(url.searchParams.get('statementId') ?? '');
    if (['activities/state', 'activities/profile', 'agents/profile'].includes(request.path)) return this.#document(request, url);
    return new Response('', { status: 404 });
  }

  #store({ body }: Seen): Response {
    const batch = ([] as Statement[]).concat(JSON.parse(body) as Statement | Statement[]);
    if (new Set(batch.map(({ id }) => id)).size < batch.length) return new Response('one id twice', { status: 400 });
    for (const statement of batch) {
      const known = this.statements.find(({ id }) => id === statement.id);
      if (known && JSON.stringify(known) !== JSON.stringify(statement)) return new Response('', { status: 409 });
    }
    for (const statement of batch) {
      if (this.statements.some(({ id }) => id === statement.id)) this.repeats++;
      else this.statements.push(statement);
    }
    return Response.json(batch.map(({ id }) => id));
  }

  #find(id: string): Response {
    const found = this.statements.find((statement) => statement.id === id);
    return found ? Response.json({ ...found, stored: new Date().toISOString(), version: '1.0.0' }) : new Response('', { status: 404 });
  }

  #document({ method, headers, body }: Seen, url: URL): Response {
    const isState = url.searchParams.has('stateId');
    const name = isState
      ? stateName(url.searchParams.get('activityId')!, url.searchParams.get('stateId')!)
      : profileName(url.searchParams.get('profileId')!, url.searchParams.get('activityId'));
    const known = this.documents.get(name);
    if (method === 'GET') return known ? Response.json(known.content, { headers: { ETag: known.etag } }) : new Response('', { status: 404 });
    const match = headers.get('If-Match');
    // xAPI 1.0.3, Communication 3.1.
    if (!isState && method === 'PUT' && match === null && !headers.has('If-None-Match')) return new Response('', { status: 400 });
    if (match !== null && (!known || (match !== '*' && match !== known.etag))) return new Response('', { status: 412 });
    if (headers.get('If-None-Match') === '*' && known) return new Response('', { status: 412 });
    const content = JSON.parse(body) as Record<string, unknown>;
    const etag = `"${++this.#version}"`;
    this.documents.set(name, { content: method === 'POST' ? { ...known?.content, ...content } : content, etag });
    return new Response(null, { status: 204, headers: this.quiet ? {} : { ETag: etag } });
  }

  /** What another writer does. */
  write(name: string, content: Record<string, unknown>): void {
    this.documents.set(name, { content, etag: `"${++this.#version}"` });
  }

  /** The content of a document. */
  document(activityId: string, stateId: string): Record<string, unknown> | undefined {
    return this.documents.get(stateName(activityId, stateId))?.content;
  }
}

/** Names a document in `documents`. */
export const stateName = (activityId: string, stateId: string): string => JSON.stringify([activityId, stateId]);
export const profileName = (profileId: string, activityId: string | null = null): string => JSON.stringify(['profile', activityId, profileId]);

function hang(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
  });
}

export const ACTOR: Agent = { objectType: 'Agent', account: { homePage: 'https://campus.example', name: 'learner-1' } };

/** A statement of its own. */
export function aStatement(verb: keyof typeof VERBS = 'progressed', more: Partial<Statement> = {}): Statement {
  return {
    id: newUuid(),
    actor: ACTOR,
    verb: VERBS[verb],
    object: { objectType: 'Activity', id: 'https://campus.example/course/unit' },
    timestamp: new Date().toISOString(),
    ...more,
  };
}
