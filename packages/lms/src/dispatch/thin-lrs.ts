import type { Agent, StateContent, Statement } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { isObject } from '../outbox/record.js';
import { createHttp, isHtml, parseJson, type HttpRequest, type HttpResponse } from '../xapi/http.js';

/** What earlier sessions of a registration have told the LMS. */
export const TOLD = 'lectern.dispatch';

/** Milliseconds for an LRS to answer. */
export const PATIENCE = 30_000;

export interface ThinLrsOptions {
  /** Absolute. */
  readonly endpoint: string;
  /** The `Authorization` header. There is no other: one that is refused is refused for good. */
  readonly authorization: string;
  readonly actor: Agent;
  /** UUID. */
  readonly registration: string;
  readonly activityId: string;
}

/** An LRS, as far as a stub needs it. Each function throws DeliveryError: `unauthorized`, `network`, `timeout`, `busy`, `server-error`, `not-an-lrs` … */
export interface ThinLrs {
  /** A state document of the launched activity; `undefined` where there is none. */
  load(stateId: string): Promise<StateContent | undefined>;
  /** Merges into it. Outlives the page. */
  keep(stateId: string, content: StateContent): Promise<void>;
  /** @param keepalive the page is left: nothing is waited for, and it outlives the page */
  say(statements: readonly Statement[], keepalive: boolean): Promise<void>;
  /** An agent profile document, which an LRS may withhold. */
  ask(profileId: string): Promise<void>;
}

/** Speaks to an LRS without an outbox: what is not taken is told again by who has it, while the page is there or at the next launch. */
export function openThinLrs(view: Window, { endpoint, authorization, actor, registration, activityId }: ThinLrsOptions): ThinLrs {
  const http = createHttp({
    getToken: (rejected) => (rejected === undefined ? Promise.resolve(authorization) : Promise.reject(new DeliveryError('unauthorized', 'The LMS does not take the token of its own launch any more: open the course from the LMS again.'))),
    fetch: (...request) => view.fetch(...request),
    timeout: PATIENCE,
  });
  const agent = JSON.stringify(actor);
  const version = { 'X-Experience-API-Version': '1.0.3' };

  function ask(resource: string, query: Readonly<Record<string, string>>, request: Pick<HttpRequest, 'method' | 'body' | 'keepalive'>): Promise<HttpResponse> {
    const url = new URL(resource, endpoint.replace(/\/*$/, '/'));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return http({ ...request, url: url.href, headers: { ...version, ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }) } });
  }

  const state = (stateId: string) => ({ activityId, agent, registration, stateId });

  return {
    async load(stateId) {
      let answer: HttpResponse;
      try {
        answer = await ask('activities/state', state(stateId), { method: 'GET' });
      } catch (error) {
        if (error instanceof DeliveryError && error.status === 404) return undefined;
        throw error;
      }
      if (answer.status === 204 || answer.text === '') return undefined;
      const content = parseJson(answer);
      return isObject(content) ? content : undefined;
    },
    async keep(stateId, content) {
      await ask('activities/state', state(stateId), { method: 'POST', keepalive: true, body: JSON.stringify(content) });
    },
    async say(statements, keepalive) {
      const { headers, text } = await ask('statements', {}, { method: 'POST', keepalive, body: JSON.stringify(statements.length === 1 ? statements[0] : statements) });
      if (isHtml(headers, text)) throw new DeliveryError('not-an-lrs', 'A page came back where a statement was stored.');
    },
    async ask(profileId) {
      await ask('agents/profile', { agent, profileId }, { method: 'GET' });
    },
  };
}
