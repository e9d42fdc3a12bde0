import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../../server.fixture.js';

export type Version = '1.0.3' | '2.0.0';
export type Json = Record<string, unknown>;

export interface Ask {
  readonly query?: Readonly<Record<string, unknown>>;
  /** Text and octets go as they are, anything else as JSON. */
  readonly body?: unknown;
  /** An empty value leaves a header out. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of one version. */
export interface Lrs {
  readonly version: Version;
  ask(method: string, path: string, ask?: Ask): Promise<Response>;
  /** @returns the id */
  store(statement: Json, path?: string): Promise<string>;
  find(query: Readonly<Record<string, unknown>>, headers?: Readonly<Record<string, string>>): Promise<{ statements: Json[]; more?: string }>;
  one(id: string): Promise<Json>;
  /** Asks and expects a status; what came back is in the message when it is another. */
  expect(status: number, method: string, path: string, ask?: Ask): Promise<Response>;
}

type Requirement = (ids: string, title: string, run: (lrs: Lrs) => Promise<void>, versions?: readonly Version[]) => void;

const BOTH: readonly Version[] = ['1.0.3', '2.0.0'];

/** Starts a server for a file of requirements. `ids` are those of ADL's conformance requirements: `00031, 00034-00043`. */
export function startConformance(): { requirement: Requirement } {
  let server: TestServer;
  before(async () => void (server = await startTestServer()));
  after(() => server.close());
  return {
    requirement(ids, title, run, versions = BOTH) {
      for (const version of versions) test(`XAPI-${ids} (${version}): ${title}`, () => run(client(server, version)));
    },
  };
}

function client(server: TestServer, version: Version): Lrs {
  async function ask(method: string, path: string, { query = {}, body, headers = {} }: Ask = {}): Promise<Response> {
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const all = new Headers({ Authorization: server.basic, 'X-Experience-API-Version': version, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) });
    for (const [name, value] of Object.entries(headers)) if (value === '') all.delete(name); else all.set(name, value);
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
    return fetch(new URL(path.startsWith('/xapi/') ? path : `/xapi${path}?${search}`, server.url), {
      method, headers: all, ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
    });
  }
  async function expect(status: number, method: string, path: string, asked?: Ask): Promise<Response> {
    const response = await ask(method, path, asked);
    if (response.status !== status) assert.equal(response.status, status, `${method} ${path} ${JSON.stringify(asked)?.slice(0, 400)} → ${await response.text()}`);
    return response;
  }
  return {
    version,
    ask,
    expect,
    async store(value, path = '/statements') {
      const [id] = (await (await expect(200, 'POST', path, { body: value })).json()) as string[];
      return id!;
    },
    async find(query, headers = {}) {
      return (await (await expect(200, 'GET', '/statements', { query, headers })).json()) as { statements: Json[]; more?: string };
    },
    async one(id) {
      return (await (await expect(200, 'GET', '/statements', { query: { statementId: id } })).json()) as Json;
    },
  };
}

export const iri = (name: string): string => `https://uni.example/${name}/${randomUUID()}`;
export const person = (): Json => ({ account: { homePage: 'https://uni.example', name: randomUUID() } });

export const AGENT = { objectType: 'Agent', name: 'An agent', mbox: 'mailto:agent@uni.example' };
export const GROUP = { objectType: 'Group', name: 'A group', mbox: 'mailto:group@uni.example', member: [AGENT] };
export const VERB = { id: 'http://adlnet.gov/expapi/verbs/attended', display: { 'en-GB': 'attended' } };
export const ACTIVITY = { objectType: 'Activity', id: 'https://uni.example/activities/1' };

export const make = (over: Json = {}): Json & { id: string } => structuredClone({ id: randomUUID(), actor: AGENT, verb: VERB, object: ACTIVITY, ...over });

/** A copy with the value at a dotted path replaced, or removed where it is `undefined`. */
export function changed<T extends Json>(value: T, path: string, to: unknown): T {
  const root = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = root as Json;
  for (const key of keys) at = (at[key] ??= {}) as Json;
  if (to === undefined) delete at[last];
  else at[last] = to;
  return root;
}

export interface Part {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

const BOUNDARY = 'a-boundary-0';

/** A `multipart/mixed` request of these parts. */
export function multipart(parts: readonly Part[], contentType = `multipart/mixed; boundary=${BOUNDARY}`): Ask {
  const chunks = parts.flatMap(({ headers, body }) => [
    `--${BOUNDARY}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, body, '\r\n',
  ]);
  return { body: Buffer.concat([...chunks, `--${BOUNDARY}--\r\n`].map((chunk) => Buffer.from(chunk))), headers: { 'Content-Type': contentType } };
}

export const jsonPart = (value: unknown): Part => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/** An attachment: what the statement says of it, and its part. */
export function attach(bytes: Uint8Array | string, over: Json = {}): { described: Json; part: Part } {
  const octets = Buffer.from(bytes);
  const sha2 = createHash('sha256').update(octets).digest('hex');
  const described = { usageType: 'https://uni.example/usage', display: { en: 'a file' }, contentType: 'text/plain', length: octets.length, sha2, ...over };
  return { described, part: { headers: { 'Content-Type': described.contentType, 'Content-Transfer-Encoding': 'binary', 'X-Experience-API-Hash': sha2 }, body: octets } };
}
