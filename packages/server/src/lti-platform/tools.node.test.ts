import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { createSeal } from '../auth/seal.js';
import { openDatabase } from '../database/database.js';
import { openTestDatabase, startTestServer, type TestServer } from '../server.fixture.js';
import { SCOPES } from './lti-terms.js';
import { createPlatformKeys } from './platform-keys.js';
import { Platform, type Registered } from './platform.fixture.js';
import { createSealedTokens, StaleToken } from './sealed-token.js';

const DRAFT = { name: 'tool', loginUrl: 'https://tool.example/login', redirectUris: ['https://tool.example/launch'], jwksUrl: 'https://tool.example/jwks' };
const DAY = 24 * 3_600_000;

describe('tools of a tenant', () => {
  let server: TestServer;
  let platform: Platform;
  before(async () => {
    server = await startTestServer();
    platform = new Platform(server);
  });
  after(() => server.close());

  const refused = async (body: object): Promise<unknown[]> => {
    const response = await platform.admin('', 'POST', body);
    const { code, field } = (await response.json()) as { code: string; field?: string };
    return [response.status, code, field];
  };

  it('are registered by an administrator, who is told what to tell the tool; and are nobody else’s', async () => {
    const response = await platform.admin('', 'POST', { ...DRAFT, targetLinkUri: 'https://tool.example/' });
    assert.equal(response.status, 201);
    const added = (await response.json()) as Registered & { scopes: string[]; identity: string };
    const base = server.url.replace(/\/$/, '');
    assert.deepEqual(added.platform, { issuer: base, authorizationUrl: `${base}/lti-platform/authorize`, tokenUrl: `${base}/lti-platform/token`, jwksUrl: `${base}/lti-platform/jwks` });
    assert.deepEqual([added.scopes, added.identity], [[SCOPES.lineItems, SCOPES.results, SCOPES.scores], 'pseudonym'], 'no roster, unless it is asked for');
    assert.deepEqual(await refused(DRAFT), [409, 'conflict', 'name']);
    for (const named of ['tool', added.clientId, added.id]) assert.equal(((await (await platform.admin(`/${named}`)).json()) as Registered).id, added.id);
    const key = await server.key(['launch']);
    for (const [path, method] of [['', 'GET'], ['', 'POST'], ['/tool', 'GET'], ['/tool', 'DELETE']] as const) {
      assert.equal((await platform.admin(path, method, method === 'POST' ? DRAFT : undefined, key.authorization)).status, 403);
      assert.equal((await platform.admin(path, method, method === 'POST' ? DRAFT : undefined, '')).status, 401);
    }
    const { key: { key: name, secret } } = (await (await server.request('/tenants', { method: 'POST', body: JSON.stringify({ name: 'other' }), headers: { Authorization: server.basic, 'Content-Type': 'application/json' } })).json()) as { key: { key: string; secret: string } };
    const theirs = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
    assert.deepEqual(((await (await platform.admin('', 'GET', undefined, theirs)).json()) as { tools: unknown[] }).tools, []);
    assert.equal((await platform.admin(`/${added.clientId}`, 'GET', undefined, theirs)).status, 404);
    assert.equal((await platform.admin('/tool', 'DELETE', undefined, theirs)).status, 404);
    assert.equal((await platform.admin('/tool', 'DELETE')).status, 204);
    assert.equal((await platform.admin('/tool')).status, 404);
    const { entries } = (await (await server.request('/audit?action=lti-tool', { headers: { Authorization: server.basic } })).json()) as { entries: { action: string }[] };
    assert.deepEqual(entries.map(({ action }) => action), ['lti-tool.remove', 'lti-tool.add']);
  });

  it('have addresses of their own, in the open, and public keys', async () => {
    const wrong: [object, string][] = [
      [{ name: '' }, 'name'], [{ name: 'a\nb' }, 'name'], [{ loginUrl: 'javascript:alert(1)' }, 'loginUrl'], [{ loginUrl: 'http://tool.example/' }, 'loginUrl'], [{ loginUrl: 'https://me:pw@tool.example/' }, 'loginUrl'],
      [{ redirectUris: [] }, 'redirectUris'], [{ redirectUris: ['https://tool.example/', 'https://tool.example/#x'] }, 'redirectUris.1'], [{ redirectUris: ['data:text/html,x'] }, 'redirectUris.0'], [{ redirectUris: 'https://x.example' }, 'redirectUris'],
      [{ targetLinkUri: 'tool' }, 'targetLinkUri'], [{ jwksUrl: 'http://169.254.169.254/latest' }, 'jwksUrl'], [{ jwksUrl: 'https://10.0.0.1/jwks' }, 'jwksUrl'], [{ jwksUrl: 'file:///etc/passwd' }, 'jwksUrl'], [{ jwksUrl: undefined }, 'jwksUrl'],
      [{ publicKey: 'x' }, 'jwksUrl'], [{ jwksUrl: undefined, publicKey: 'x' }, 'publicKey'], [{ jwksUrl: undefined, jwks: { keys: [] } }, 'jwks.keys'], [{ jwksUrl: undefined, jwks: { keys: [{ kty: 'oct', k: 'x' }] } }, 'jwks.keys.0.kty'],
      [{ jwksUrl: undefined, jwks: { keys: [{ kty: 'RSA', n: 'x', e: 'AQAB', d: 'x' }] } }, 'jwks.keys.0'], [{ scopes: ['https://purl.imsglobal.org/spec/lti-ags/scope/lineitem'] }, 'scopes.0'], [{ identity: 'all' }, 'identity'], [{ clientId: 'mine' }, 'clientId'],
    ];
    for (const [more, field] of wrong) assert.deepEqual(await refused({ ...DRAFT, ...more }), [400, 'body-invalid', field], JSON.stringify(more));
  });

  it('may have their key, or their set of keys, where they have no address for it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const ways: object[] = [{ publicKey: await exportSPKI(publicKey) }, { jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'mine' }] } }];
    for (const [index, way] of ways.entries()) {
      const response = await platform.admin('', 'POST', { ...DRAFT, name: `keyed ${index}`, jwksUrl: undefined, ...way });
      assert.equal(response.status, 201, await response.clone().text());
      const { clientId, platform: { tokenUrl } } = (await response.json()) as Registered;
      const assertion = await new SignJWT({ iss: clientId, sub: clientId, aud: tokenUrl, jti: randomBytes(8).toString('hex') }).setProtectedHeader({ alg: 'RS256', kid: 'mine' }).setIssuedAt().setExpirationTime('1 m').sign(privateKey);
      const token = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion, scope: SCOPES.scores }) });
      assert.equal(token.status, 200, await token.text());
    }
  });
});

describe('a platform’s keys', () => {
  it('are made once by whoever comes first, kept sealed, and change in time for tools to know the next', async () => {
    const database = await openTestDatabase();
    const db = await openDatabase(database.url);
    try {
      let now = Date.parse('2026-01-01T00:00:00Z');
      const key = randomBytes(32);
      const clock = (): number => now;
      const [one, another] = [createPlatformKeys(db, createSeal(key), clock), createPlatformKeys(db, createSeal(key), clock)];
      const [a, b] = await Promise.all([one.signer(), another.signer()]);
      assert.equal(a.kid, b.kid, 'two processes that start at once');
      const published = async (): Promise<string[]> => (await one.jwks()).keys.map(({ kid }) => kid!);
      assert.deepEqual(await published(), [a.kid]);
      const [row] = await db.selectFrom('platform_keys').selectAll().execute();
      assert.doesNotMatch(row!.private_key.toString('latin1'), /"d":/);
      now += 91 * DAY;
      assert.equal((await one.signer()).kid, a.kid, 'the next one is published before it signs');
      assert.equal((await published()).length, 2);
      now += 2 * DAY;
      const next = await one.signer();
      assert.notEqual(next.kid, a.kid);
      assert.deepEqual(new Set(await published()), new Set([a.kid, next.kid]), 'what was signed lately can still be verified');
      now += 91 * DAY;
      await one.signer();
      assert.equal((await published()).includes(a.kid), false);
      // The server's own key was lost: what it sealed opens no more.
      const restored = createPlatformKeys(db, createSeal(randomBytes(32)), clock);
      const { kid } = await restored.signer();
      assert.ok((await published()).includes(kid));
    } finally {
      await db.destroy();
      await database.close();
    }
  });
});

describe('sealed tokens', () => {
  it('open for what they were made for, until their time is over, unchanged', () => {
    let now = 1_000_000;
    const tokens = createSealedTokens(createSeal(randomBytes(32)), () => now);
    const token = tokens.issue('hint', { session: 's' }, 60);
    assert.equal(tokens.open('hint', token)['session'], 's');
    assert.throws(() => tokens.open('access', token), { code: 'unauthorized' });
    assert.throws(() => createSealedTokens(createSeal(randomBytes(32)), () => now).open('hint', token), { code: 'unauthorized' });
    for (const bad of ['', 'x', 'a b', `${token}A`, 'A'.repeat(5_000)]) assert.throws(() => tokens.open('hint', bad), { code: 'unauthorized' });
    now += 61_000;
    assert.throws(() => tokens.open('hint', token), StaleToken);
  });
});
