import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWTPayload } from 'jose';

/** What a platform tells those who set a tool up. */
export interface ToolSetup {
  readonly clientId: string;
  readonly deploymentId: string;
  readonly platform: { readonly issuer: string; readonly authorizationUrl: string; readonly tokenUrl: string; readonly jwksUrl: string };
}

export interface TestTool {
  readonly url: string;
  /** For registering it. */
  readonly draft: { readonly loginUrl: string; readonly redirectUris: readonly string[]; readonly targetLinkUri: string; readonly jwksUrl: string };
  /** Messages of launches that it took. */
  readonly launches: JWTPayload[];
  /** How many times its keys were asked for. */
  keysAsked(): number;
  /** Tells the tool whom it works with. */
  setUp(setup: ToolSetup): void;
  /** A client assertion, with whatever else it is to say. */
  assertion(more?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  token(scopes: readonly string[], assertion?: string): Promise<Response>;
  /** Posts a score by AGS. */
  score(lineItem: string, body: object, token: string): Promise<Response>;
  close(): Promise<void>;
}

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const SCORE = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';
const PRESENTATION = 'https://purl.imsglobal.org/spec/lti/claim/launch_presentation';

/** A small LTI 1.3 tool, by the specifications alone: it keeps its state with the platform where it is told that it can (`lti_storage_target`). */
export async function startTool(host = '127.0.0.1'): Promise<TestTool> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'tool-1', alg: 'RS256', use: 'sig' };
  const logins = new Map<string, { readonly nonce: string; readonly stored: boolean }>();
  const launches: JWTPayload[] = [];
  let asked = 0;
  let setup: ToolSetup | undefined;
  let url = '';

  async function assertion(more: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    const { clientId, platform } = setup!;
    const claims = { iss: clientId, sub: clientId, aud: platform.tokenUrl, jti: randomUUID(), iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60, ...more };
    return new SignJWT(JSON.parse(JSON.stringify(claims)) as JWTPayload).setProtectedHeader({ alg: 'RS256', kid: 'tool-1', ...header }).sign(privateKey);
  }
  const token = async (scopes: readonly string[], given?: string): Promise<Response> => fetch(setup!.platform.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: given ?? (await assertion()), scope: scopes.join(' ') }),
  });
  const score = (lineItem: string, body: object, bearer: string): Promise<Response> =>
    fetch(`${lineItem}/scores`, { method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/vnd.ims.lis.v1.score+json' }, body: JSON.stringify(body) });

  function login(query: URLSearchParams, response: ServerResponse): void {
    const { clientId, platform } = setup!;
    const [state, nonce] = [randomUUID(), randomUUID()];
    const stored = query.has('lti_storage_target');
    logins.set(state, { nonce, stored });
    const to = new URL(platform.authorizationUrl);
    to.search = new URLSearchParams({
      scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: clientId, redirect_uri: `${url}/launch`, state, nonce,
      login_hint: query.get('login_hint')!, lti_message_hint: query.get('lti_message_hint')!,
    }).toString();
    if (!stored) return void response.writeHead(302, { Location: to.href }).end();
    page(response, `<script type="module">${ASK}
      await ask({ subject: 'lti.put_data', key: ${text(`state_${state}`)}, value: ${text(state)} });
      location.replace(${text(to.href)});</script>`, to.origin);
  }

  async function launch(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const state = form.get('state') ?? '';
    const known = logins.get(state);
    logins.delete(state);
    if (!known || form.has('error')) return void response.writeHead(400).end(`refused: ${form.get('error_description') ?? 'state'}`);
    const { clientId, platform } = setup!;
    const { payload } = await jwtVerify(form.get('id_token')!, createRemoteJWKSet(new URL(platform.jwksUrl)), { algorithms: ['RS256'], issuer: platform.issuer, audience: clientId });
    if (payload['nonce'] !== known.nonce) return void response.writeHead(400).end('refused: nonce');
    const index = launches.push(payload) - 1;
    const { return_url: back } = payload[PRESENTATION] as { return_url: string };
    const check = known.stored ? `const kept = await ask({ subject: 'lti.get_data', key: ${text(`state_${state}`)} }); if (kept.value !== ${text(state)}) throw new Error('state');` : '';
    page(response, `<h1>Tool</h1><button id="pass">Send 85 %</button><button id="fail">Send 20 %</button><a id="back" href="${back.replaceAll('"', '%22')}">Leave</a><p id="log"></p><script type="module">${ASK}
      ${check}
      document.body.dataset.ready = ${text(known.stored ? 'stored' : 'plain')};
      for (const [id, given] of [['pass', 85], ['fail', 20]]) document.getElementById(id).onclick = async () => {
        const answer = await fetch('/send', { method: 'POST', body: new URLSearchParams({ launch: ${index}, given }) });
        document.getElementById('log').textContent += 'sent:' + await answer.text() + ' ';
      };</script>`, new URL(platform.authorizationUrl).origin);
  }

  async function send(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const payload = launches[Number(form.get('launch'))]!;
    const { access_token: bearer } = (await (await token([SCORE])).json()) as { access_token: string };
    const { lineitem } = payload[AGS] as { lineitem: string };
    const answer = await score(lineitem, {
      userId: payload.sub, scoreGiven: Number(form.get('given')), scoreMaximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: new Date().toISOString(),
    }, bearer);
    response.end(String(answer.status));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, url);
    const form = request.method === 'POST' ? new URLSearchParams(await readText(request)) : searchParams;
    if (pathname === '/jwks') {
      asked += 1;
      return void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
    }
    if (pathname === '/login') return login(form, response);
    if (pathname === '/launch' && request.method === 'POST') return launch(form, response);
    if (pathname === '/send' && request.method === 'POST') return send(form, response);
    response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => void response.writeHead(500).end(String(error)));
  }).listen(0, host);
  await once(server, 'listening');
  url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url, launches, assertion, token, score,
    draft: { loginUrl: `${url}/login`, redirectUris: [`${url}/launch`], targetLinkUri: `${url}/quiz`, jwksUrl: `${url}/jwks` },
    keysAsked: () => asked,
    setUp: (given) => void (setup = given),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** LTI Client Side postMessages: one question to the platform, and its answer. `platform` is the origin of its authorization address. */
const ASK = `
const ask = (message) => new Promise((resolve, reject) => {
  const message_id = crypto.randomUUID();
  addEventListener('message', function heard({ data, origin }) {
    if (origin !== platform || data?.message_id !== message_id || data.subject !== message.subject + '.response') return;
    removeEventListener('message', heard);
    if (data.error) reject(new Error(data.error.code)); else resolve(data);
  });
  parent.postMessage({ ...message, message_id }, platform);
  setTimeout(() => reject(new Error('no answer')), 15000);
});`;

const text = (value: string): string => JSON.stringify(value).replaceAll('<', '\\u003c');

function page(response: ServerResponse, body: string, platform: string): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="en"><head><title>Tool</title><script>const platform = ${text(platform)};</script></head><body>${body}</body></html>`);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
