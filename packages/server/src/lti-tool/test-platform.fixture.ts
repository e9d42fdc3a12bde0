import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { CLAIMS, MEDIA, SCOPES } from '../lti-platform/lti-terms.js';
import type { TestServer } from '../server.fixture.js';
import { DEEP_LINKING, LINE_ITEM_SCOPE, MESSAGES } from './terms.js';

export const CLIENT = 'lectern-client';
export const DEPLOYMENT = 'dep-1';
export const INSTRUCTOR = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor';
export const LEARNER = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';

/** Without a slash at its end. */
export const at = ({ url }: Pick<TestServer, 'url'>): string => url.replace(/\/$/, '');

export interface Login {
  readonly state: string;
  readonly nonce: string;
  readonly cookie: string;
  readonly query: URLSearchParams;
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly html: string;
}

interface LineItem {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A platform with keys, a token endpoint, a gradebook and a roster, as LTI 1.3 and Advantage describe them; written from the standards and sharing no code with the tool. */
export class TestPlatform {
  readonly lineItems: LineItem[] = [];
  readonly scores: { readonly lineItem: string; readonly body: Record<string, unknown> }[] = [];
  readonly registrations: Record<string, unknown>[] = [];
  members: object[] = [];
  /** Statuses with which the next scores are answered. */
  failures: number[] = [];
  keysAsked = 0;
  keysGone = false;
  tool = { jwks: '' };
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #key!: CryptoKey;
  #kid = randomUUID();
  #jwk!: object;

  static async start(): Promise<TestPlatform> {
    const platform = new TestPlatform();
    await platform.rotate();
    platform.#server.listen(0, '127.0.0.1');
    await once(platform.#server, 'listening');
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    this.#key = privateKey;
    this.#kid = randomUUID();
    this.#jwk = { ...(await exportJWK(publicKey)), kid: this.#kid, alg: 'RS256', use: 'sig' };
  }

  get publicJwk(): object {
    return this.#jwk;
  }

  get kid(): string {
    return this.#kid;
  }

  draft(more: object = {}): Record<string, unknown> {
    return { name: 'Moodle', issuer: this.url, clientId: CLIENT, deployments: [DEPLOYMENT], authorizationUrl: `${this.url}/auth`, tokenUrl: `${this.url}/token`, jwksUrl: `${this.url}/jwks`, ...more };
  }

  async register(server: TestServer, more: object = {}): Promise<Record<string, unknown>> {
    const response = await server.request('/lti/platforms', { method: 'POST', headers: { Authorization: server.basic, 'Content-Type': 'application/json' }, body: JSON.stringify(this.draft(more)) });
    if (response.status !== 201) throw new Error(await response.text());
    this.tool.jwks = `${at(server)}/lti/jwks`;
    return (await response.json()) as Record<string, unknown>;
  }

  /** Begins a launch as a platform does, and goes as far as its authorization endpoint. */
  async login(server: TestServer, more: Record<string, string | undefined> = {}): Promise<Login> {
    const parameters = { iss: this.url, login_hint: 'u', target_link_uri: `${at(server)}/lti/launch`, client_id: CLIENT, lti_message_hint: 'm', ...more };
    const query = new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined));
    const response = await server.request(`/lti/login?${query}`, { redirect: 'manual' });
    const text = await response.text();
    const to = response.headers.get('location') ?? (/"next":"([^"]+)"/.exec(text)?.[1] as string | undefined);
    if (to === undefined) throw Object.assign(new Error(text), { status: response.status, html: text });
    const { searchParams: asked } = new URL(to);
    return { state: asked.get('state')!, nonce: asked.get('nonce')!, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0]!, query: asked };
  }

  claims(server: TestServer, nonce: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    const all: Record<string, unknown> = {
      nonce, sub: 'learner-7', iss: this.url, aud: CLIENT, iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 300, locale: 'en',
      [CLAIMS.messageType]: MESSAGES.resourceLink, [CLAIMS.version]: '1.3.0', [CLAIMS.deploymentId]: DEPLOYMENT, [CLAIMS.targetLinkUri]: `${at(server)}/lti/launch`,
      [CLAIMS.resourceLink]: { id: 'link-1', title: 'Week 3' }, [CLAIMS.roles]: [LEARNER], [CLAIMS.context]: { id: 'ctx-1', title: 'Lathes' },
      [CLAIMS.launchPresentation]: { return_url: `${this.url}/back`, locale: 'en' },
      [CLAIMS.ags]: { scope: [SCOPES.scores, LINE_ITEM_SCOPE], lineitems: `${this.url}/items`, lineitem: `${this.url}/items/1?type_id=2` },
      ...more,
    };
    for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
    return all;
  }

  deepLinking(more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      [CLAIMS.messageType]: MESSAGES.deepLinking, [CLAIMS.resourceLink]: undefined, [CLAIMS.roles]: [INSTRUCTOR],
      [DEEP_LINKING.settings]: { deep_link_return_url: `${this.url}/chosen`, accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe'], accept_multiple: true, data: 'd-1', ...settings },
      ...more,
    };
  }

  sign(claims: Record<string, unknown>, header: Record<string, unknown> = {}, key: CryptoKey | Uint8Array = this.#key): Promise<string> {
    return new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'RS256', kid: this.#kid, typ: 'JWT', ...header }).sign(key);
  }

  async post(server: TestServer, path: string, fields: Record<string, string> | URLSearchParams, cookie = ''): Promise<Answer> {
    const response = await server.request(path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers: { ...(cookie ? { Cookie: cookie } : {}), 'Accept-Language': 'en' } });
    return { status: response.status, location: response.headers.get('location'), html: await response.text() };
  }

  /** A whole launch. */
  async launch(server: TestServer, claims: Record<string, unknown> = {}, login: Record<string, string | undefined> = {}): Promise<Answer> {
    const begun = await this.login(server, login);
    return this.post(server, '/lti/launch', { state: begun.state, id_token: await this.sign(this.claims(server, begun.nonce, claims)) }, begun.cookie);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', this.url);
    const send = (status: number, body: unknown = '', type = 'application/json', headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'Content-Type': type, ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const isAllowed = (scope: string): boolean => request.headers.authorization === `Bearer token for ${scope}`.replaceAll(' ', '-').replace('Bearer-', 'Bearer ');
    const [, part, id, rest] = url.pathname.split('/');
    if (part === 'jwks') {
      this.keysAsked++;
      return this.keysGone ? send(503) : send(200, { keys: [this.#jwk] });
    }
    if (part === 'token') {
      const form = new URLSearchParams(text);
      try {
        const { payload } = await jwtVerify(form.get('client_assertion')!, createRemoteJWKSet(new URL(this.tool.jwks)), { issuer: CLIENT, subject: CLIENT, audience: `${this.url}/token` });
        if (!payload.jti || form.get('grant_type') !== 'client_credentials') throw new Error('no jti');
      } catch {
        return send(401, { error: 'invalid_client' });
      }
      return send(200, { access_token: `token for ${form.get('scope')}`.replaceAll(' ', '-'), token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') });
    }
    if (part === 'items' && rest === 'scores') {
      if (!isAllowed(SCOPES.scores)) return send(401);
      const failure = this.failures.shift();
      if (failure !== undefined) return send(failure);
      if (request.headers['content-type'] !== MEDIA.score) return send(415);
      this.scores.push({ lineItem: `${url.origin}/items/${id}${url.search}`, body: JSON.parse(text) as Record<string, unknown> });
      return send(200);
    }
    if (part === 'items') {
      if (!isAllowed(LINE_ITEM_SCOPE)) return send(401);
      if (request.method === 'GET') return send(200, this.lineItems.filter((item) => item['resourceLinkId'] === url.searchParams.get('resource_link_id')), MEDIA.lineItems);
      const made = { ...(JSON.parse(text) as object), id: `${this.url}/items/${this.lineItems.length + 10}` };
      this.lineItems.push(made);
      return send(201, made, MEDIA.lineItem);
    }
    if (part === 'members') return isAllowed(SCOPES.memberships) ? send(200, { id: url.href, members: id === '2' ? this.members.slice(1) : this.members.slice(0, 1) }, MEDIA.memberships, id === '2' ? {} : { Link: `<${this.url}/members/2>; rel="next"` }) : send(401);
    if (part === '.well-known') {
      return send(200, { issuer: this.url, authorization_endpoint: `${this.url}/auth`, registration_endpoint: `${this.url}/register`, jwks_uri: `${this.url}/jwks`, token_endpoint: `${this.url}/token` });
    }
    if (part === 'register') {
      if (request.headers.authorization !== 'Bearer reg-token') return send(401);
      this.registrations.push(JSON.parse(text) as Record<string, unknown>);
      return send(200, { client_id: 'registered-client', 'https://purl.imsglobal.org/spec/lti-tool-configuration': { deployment_id: 'registered-deployment' } });
    }
    send(404);
  }
}
