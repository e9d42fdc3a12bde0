import assert from 'node:assert/strict';
import type { LaunchedUnitState, Statement } from '@lectern/core';
import { strToU8, zipSync } from 'fflate';
import type { TestServer } from '../server.fixture.js';
import type { TestTool, ToolSetup } from './tool.fixture.js';

export const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';

/** A course of tools, as a package. */
export const toolCourse = (...units: object[]): Uint8Array<ArrayBuffer> => new Uint8Array(zipSync({
  'course.json': strToU8(JSON.stringify({ id: 'https://example.org/tools', title: 'Tools', language: 'en', children: units.map((unit) => ({ type: 'unit', kind: 'lti', ...unit })) })),
}));

export interface Registered extends ToolSetup {
  readonly id: string;
  readonly name: string;
}

/** What an answer of the authorization endpoint posts, and where. */
export interface Posted {
  readonly status: number;
  readonly action: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly html: string;
  readonly headers: Headers;
}

export interface Launched {
  readonly status: number;
  /** The address that the player's frame is given. */
  readonly url: URL;
  readonly sessionId: string;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Requests of those who take part in a launch: the administrator, the player, the tool. */
export class Platform {
  constructor(readonly server: TestServer) {}

  admin(path: string, method = 'GET', body?: object, authorization = this.server.basic): Promise<Response> {
    return this.server.request(`/lti-platform/tools${path}`, { method, headers: { Authorization: authorization, 'Content-Type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
  }

  /** Registers a tool, and tells it so. */
  async register(tool: TestTool, more: object = {}): Promise<Registered> {
    const response = await this.admin('', 'POST', { name: 'quizzes', ...tool.draft, ...more });
    assert.equal(response.status, 201, await response.clone().text());
    const registered = (await response.json()) as Registered;
    tool.setUp(registered);
    return registered;
  }

  async importCourse(...units: object[]): Promise<string> {
    const response = await this.server.request('/courseware', { method: 'POST', body: toolCourse(...units), headers: { Authorization: this.server.basic, 'Content-Type': 'application/zip' } });
    assert.equal(response.status, 201, await response.clone().text());
    return ((await response.json()) as { id: string }).id;
  }

  async enrol(course: string, name: string, more: object = {}): Promise<{ readonly authorization: string; readonly registration: string }> {
    const response = await this.server.request('/launches', { method: 'POST', body: JSON.stringify({ course, learner: { homePage: 'https://uni.example', name }, ...more }), headers: { Authorization: this.server.basic, 'Content-Type': 'application/json' } });
    assert.equal(response.status, 201, await response.clone().text());
    const { token, registration } = (await response.json()) as { token: string; registration: string };
    return { authorization: `Bearer ${token}`, registration };
  }

  /** As a player does. */
  async launch(authorization: string, unit: string, more: object = {}, headers: Record<string, string> = {}): Promise<Launched> {
    const response = await this.server.request('/launches/units', { method: 'POST', body: JSON.stringify({ unit, embedded: true, ...more }), headers: { Authorization: authorization, 'Content-Type': 'application/json', ...headers } });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, answer, url: new URL(String(answer['url'] ?? 'about:blank')), sessionId: String(answer['sessionId']) };
  }

  /** As a tool does, with the hints of a launch; `undefined` leaves a parameter out. */
  async authorize({ url }: Pick<Launched, 'url'>, more: Readonly<Record<string, string | undefined>> = {}, method: 'GET' | 'POST' = 'GET'): Promise<Posted> {
    const hint = (name: string): string => url.searchParams.get(name)!;
    const parameters = {
      scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: hint('client_id'), redirect_uri: new URL('/launch', url).href, state: 'st&ate"<', nonce: 'n-1',
      login_hint: hint('login_hint'), lti_message_hint: hint('lti_message_hint'), ...more,
    };
    const query = new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined));
    return this.ask(query, method);
  }

  async ask(query: URLSearchParams, method: 'GET' | 'POST' = 'GET'): Promise<Posted> {
    const response = await this.server.request(`/lti-platform/authorize${method === 'GET' ? `?${query}` : ''}`, { method, redirect: 'manual', ...(method === 'POST' ? { body: query } : {}) });
    const html = await response.text();
    const plain = (value: string): string => value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
    const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1];
    return {
      status: response.status, html, headers: response.headers, action: action === undefined ? undefined : plain(action),
      fields: Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [name!, plain(value!)])),
    };
  }

  async observe(authorization: string, sessionId: string): Promise<LaunchedUnitState> {
    return (await (await this.server.request(`/launches/units/${sessionId}`, { headers: { Authorization: authorization } })).json()) as LaunchedUnitState;
  }

  async statements(registration: string): Promise<Statement[]> {
    const { statements } = (await (await this.server.xapi(`/statements?registration=${registration}&ascending=true`)).json()) as { statements: Statement[] };
    return statements;
  }

  async verbs(registration: string): Promise<string[]> {
    return (await this.statements(registration)).map(({ verb }) => verb.id.split('/').at(-1)!);
  }
}
