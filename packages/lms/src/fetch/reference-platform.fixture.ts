import type { OutcomeReport, StateContent, Statement } from '@lectern/core';
import type { PlaceFault } from '../testing/place.js';

export const PLATFORM_URL = 'https://campus.example/learning';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** A platform by the REST contract, in memory: what a back end of a few dozen lines does. Stands in for `fetch`. */
export class ReferencePlatform {
  readonly registration = crypto.randomUUID();
  readonly statements: Statement[] = [];
  readonly documents = new Map<string, StateContent>();
  readonly outcomes = new Map<string, OutcomeReport>();
  readonly exchanges: Exchange[] = [];
  fault: PlaceFault | undefined;

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const method = init.method ?? 'GET';
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const path = url.pathname.slice(new URL(PLATFORM_URL).pathname.length);
    if (this.fault === 'down') throw new TypeError('Failed to fetch');
    if (this.fault === 'busy') return new Response('', { status: 503 });
    if (this.fault === 'refused') return new Response('', { status: 401 });
    if (this.fault === 'garbage') return new Response('<!doctype html><title>Sign in</title>', { headers: { 'Content-Type': 'text/html' } });
    if (this.fault === 'silent') return new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
    const [status, answer] = this.#serve(`${method} ${path}`, url.searchParams, body);
    this.exchanges.push({ method, path, body, status, answer });
    if (this.fault === 'lost-answer') throw new TypeError('Failed to fetch');
    return answer === undefined ? new Response(null, { status }) : Response.json(answer, { status });
  };

  #serve(what: string, query: URLSearchParams, body: unknown): [status: number, answer?: unknown] {
    const key = JSON.stringify([query.get('activityId'), query.get('stateId')]);
    if (what !== 'POST /sessions' && query.get('registration') !== this.registration) return [403, { title: 'Another learner’s.', code: 'rejected' }];
    switch (what) {
      case 'POST /sessions':
        return [200, { learner: { account: { homePage: 'https://campus.example', name: 'u-7' } }, registration: this.registration, launchMode: 'Normal' }];
      case 'POST /statements': {
        const given = body as Statement[];
        for (const statement of given) if (!this.statements.some(({ id }) => id === statement.id)) this.statements.push(statement);
        return [200, { stored: given.map(({ id }) => id) }];
      }
      case 'GET /documents':
        return this.documents.has(key) ? [200, this.documents.get(key)] : [404, { title: 'There is no such document.', code: 'not-found' }];
      case 'POST /documents':
        this.documents.set(key, { ...this.documents.get(key), ...(body as StateContent) });
        return [204];
      case 'PUT /documents':
        this.documents.set(key, body as StateContent);
        return [204];
      case 'PUT /outcomes':
        this.outcomes.set((body as OutcomeReport).unitId ?? '', body as OutcomeReport);
        return [204];
      default:
        return [404, { title: 'There is no such address.', code: 'not-found' }];
    }
  }
}
