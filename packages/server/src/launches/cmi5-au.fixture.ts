import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { VERBS, type Verb } from '@lectern/core';
import type { TestServer } from '../server.fixture.js';
import { CMI5 } from './cmi5-terms.js';

const words = '<title><langstring lang="en">T</langstring></title><description><langstring lang="en">D</langstring></description>';

/** An AU of a course structure; its url is fully qualified, so that no package is needed. */
export const au = (id: string, attributes = '', url = 'https://content.example/index.html', more = ''): string => `<au id="https://p.example/au/${id}" ${attributes}>${words}<url>${url.replaceAll('&', '&amp;')}</url>${more}</au>`;
export const block = (id: string, body: string): string => `<block id="https://p.example/block/${id}">${words}${body}</block>`;

let courses = 0;

/** Imports a course structure that came alone (cmi5 14.2). Each is another course. */
export async function importStructure(server: TestServer, body: string): Promise<string> {
  courses += 1;
  const xml = `<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"><course id="https://p.example/course/${courses}">${words}</course>${body}</courseStructure>`;
  const response = await server.request('/courseware', { method: 'POST', body: xml, headers: { Authorization: server.basic, 'Content-Type': 'text/xml' } });
  assert.equal(response.status, 201, await response.clone().text());
  return ((await response.json()) as { id: string }).id;
}

export interface Enrolled {
  readonly token: string;
  readonly registration: string;
  readonly actor: object;
}

export async function enrol(server: TestServer, course: string, over: object = {}): Promise<Enrolled> {
  const response = await server.request('/launches', {
    method: 'POST', body: JSON.stringify({ course, learner: { homePage: 'https://uni.example', name: randomUUID() }, ...over }), headers: { Authorization: server.basic, 'Content-Type': 'application/json' },
  });
  assert.equal(response.status, 201, await response.clone().text());
  return (await response.json()) as Enrolled;
}

export interface Answer {
  readonly status: number;
  readonly clause?: string | undefined;
  readonly field?: string | undefined;
}

/** An AU that has been launched, as its content sees the LMS. */
export class LaunchedAu {
  readonly url: URL;
  readonly sessionId: string;
  authorization = '';
  template: { readonly contextActivities: { readonly grouping: object[] }; readonly extensions: Record<string, unknown> } | undefined;
  readonly #server: TestServer;

  private constructor(server: TestServer, url: URL, sessionId: string) {
    this.#server = server;
    this.url = url;
    this.sessionId = sessionId;
  }

  static async launch(server: TestServer, { token }: Enrolled, unit: string, over: object = {}): Promise<LaunchedAu> {
    const response = await server.request('/launches/units', { method: 'POST', body: JSON.stringify({ unit, ...over }), headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } });
    assert.equal(response.status, 201, await response.clone().text());
    const { url, sessionId } = (await response.json()) as { url: string; sessionId: string };
    return new LaunchedAu(server, new URL(url), sessionId);
  }

  parameter(name: string): string {
    return this.url.searchParams.get(name) ?? '';
  }

  /** Exchanges the fetch URL (8.2). */
  async fetchToken(): Promise<Record<string, string>> {
    const response = await fetch(this.parameter('fetch'), { method: 'POST' });
    assert.equal(response.status, 200);
    const answer = (await response.json()) as Record<string, string>;
    if (answer['auth-token']) this.authorization = `Basic ${answer['auth-token']}`;
    return answer;
  }

  xapi(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#server.xapi(path, { authorization: this.authorization, ...init });
  }

  state(stateId: string): string {
    return `/activities/state?${new URLSearchParams({ activityId: this.parameter('activityId'), agent: this.parameter('actor'), registration: this.parameter('registration'), stateId })}`;
  }

  preferences(): string {
    return `/agents/profile?${new URLSearchParams({ agent: this.parameter('actor'), profileId: 'cmi5LearnerPreferences' })}`;
  }

  /** All that comes before `initialized`. */
  async begin(): Promise<Record<string, unknown>> {
    await this.fetchToken();
    const data = (await (await this.xapi(this.state('LMS.LaunchData'))).json()) as Record<string, unknown>;
    this.template = data['contextTemplate'] as NonNullable<LaunchedAu['template']>;
    assert.equal((await this.xapi(this.preferences())).status, 200);
    return data;
  }

  statement(verb: Verb, result?: object, defined = true): { id: string; [member: string]: unknown } {
    const decides = [VERBS.completed.id, VERBS.passed.id, VERBS.failed.id].includes(verb.id as never);
    return {
      id: randomUUID(),
      actor: JSON.parse(this.parameter('actor')) as object,
      verb,
      object: { id: this.parameter('activityId') },
      timestamp: new Date().toISOString(),
      ...(result ? { result } : {}),
      context: {
        ...this.template,
        registration: this.parameter('registration'),
        contextActivities: { ...this.template?.contextActivities, ...(defined ? { category: [{ id: CMI5.category }, ...(decides ? [{ id: CMI5.moveOnCategory }] : [])] } : {}) },
      },
    };
  }

  async post(...statements: object[]): Promise<Answer> {
    const response = await this.xapi('/statements', { method: 'POST', body: JSON.stringify(statements.length === 1 ? statements[0] : statements) });
    if (response.ok) return { status: response.status };
    const { clause, field } = (await response.json()) as Answer;
    return { status: response.status, clause, field };
  }

  say(verb: Verb, result?: object): Promise<Answer> {
    return this.post(this.statement(verb, result));
  }
}
