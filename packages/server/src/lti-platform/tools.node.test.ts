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

  it('are edited by the same rules, member by member, with a word in the audit', async () => {
    const made = (await (await platform.admin('', 'POST', { ...DRAFT, name: 'edited', targetLinkUri: 'https://tool.example/' })).json()) as Registered;
    await platform.admin('', 'POST', { ...DRAFT, name: 'neighbour' });
    const edit = async (changes: object, named = 'edited', authorization?: string): Promise<Response> => platform.admin(`/${named}`, 'PATCH', changes, ...(authorization === undefined ? [] : [authorization]));
    const changed = (await (await edit({ redirectUris: ['https://new.example/a', 'https://new.example/b'], scopes: [SCOPES.scores], identity: 'account', targetLinkUri: null })).json()) as Record<string, unknown>;
    assert.deepEqual([changed['id'], changed['clientId'], changed['deploymentId'], changed['loginUrl'], changed['jwksUrl']], [made.id, made.clientId, (made as unknown as { deploymentId: string }).deploymentId, DRAFT.loginUrl, DRAFT.jwksUrl], 'what was not named stays');
    assert.deepEqual([changed['redirectUris'], changed['scopes'], changed['identity'], changed['targetLinkUri']], [['https://new.example/a', 'https://new.example/b'], [SCOPES.scores], 'account', undefined]);
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const keyed = (await (await edit({ publicKey: await exportSPKI(publicKey), name: 'renamed' })).json()) as { jwksUrl?: string; jwks?: { keys: unknown[] }; name: string };
    assert.deepEqual([keyed.name, keyed.jwksUrl, keyed.jwks?.keys.length], ['renamed', undefined, 1], 'one kind of keys takes the place of the other');
    const back = (await (await edit({ jwksUrl: 'https://tool.example/keys' }, 'renamed')).json()) as { jwksUrl?: string; jwks?: unknown };
    assert.deepEqual([back.jwksUrl, back.jwks], ['https://tool.example/keys', undefined]);

    const wrong: [object, number, string, string | undefined][] = [
      [{ name: 'neighbour' }, 409, 'conflict', 'name'], [{ name: 'a\nb' }, 400, 'body-invalid', 'name'], [{ loginUrl: 'http://tool.example/' }, 400, 'body-invalid', 'loginUrl'], [{ loginUrl: null }, 400, 'body-invalid', 'loginUrl'],
      [{ redirectUris: [] }, 400, 'body-invalid', 'redirectUris'], [{ redirectUris: ['https://a.example/', 'javascript:1'] }, 400, 'body-invalid', 'redirectUris.1'], [{ targetLinkUri: 'https://me:pw@tool.example/' }, 400, 'body-invalid', 'targetLinkUri'],
      [{ jwksUrl: 'http://169.254.169.254/latest' }, 400, 'body-invalid', 'jwksUrl'], [{ jwksUrl: 'https://tool.example/k', publicKey: 'x' }, 400, 'body-invalid', 'jwksUrl'], [{ publicKey: 'x' }, 400, 'body-invalid', 'publicKey'],
      [{ jwks: { keys: [{ kty: 'oct', k: 'x' }] } }, 400, 'body-invalid', 'jwks.keys.0.kty'], [{ scopes: ['all'] }, 400, 'body-invalid', 'scopes.0'], [{ clientId: 'mine' }, 400, 'body-invalid', 'clientId'],
    ];
    for (const [changes, status, code, field] of wrong) {
      const answer = await edit(changes, 'renamed');
      const problem = (await answer.json()) as { code: string; field?: string };
      assert.deepEqual([answer.status, problem.code, problem.field], [status, code, field], JSON.stringify(changes));
    }
    assert.equal((await edit({}, 'renamed')).status, 400);
    assert.equal((await edit({ identity: 'account' }, 'nobody')).status, 404);
    assert.equal((await edit({ identity: 'account' }, 'renamed', '')).status, 401);
    assert.equal((await edit({ identity: 'account' }, 'renamed', (await server.key(['launch'])).authorization)).status, 403);
    const other = (await (await server.request('/tenants', { method: 'POST', body: JSON.stringify({ name: 'another' }), headers: { Authorization: server.basic, 'Content-Type': 'application/json' } })).json()) as { key: { key: string; secret: string } };
    assert.equal((await edit({ identity: 'account' }, made.clientId, `Basic ${Buffer.from(`${other.key.key}:${other.key.secret}`).toString('base64')}`)).status, 404, 'it is not theirs');
    const after = (await (await platform.admin('/renamed')).json()) as { identity: string; redirectUris: string[]; jwksUrl: string };
    assert.deepEqual([after.identity, after.redirectUris.length, after.jwksUrl], ['account', 2, 'https://tool.example/keys'], 'what was refused changed nothing');
    const { entries } = (await (await server.request('/audit?action=lti-tool.edit', { headers: { Authorization: server.basic } })).json()) as { entries: { subject: string; details: Record<string, unknown> }[] };
    assert.deepEqual(entries.map(({ subject, details }) => [subject, Object.keys(details).sort()]), [[made.id, ['jwksUrl', 'tool']], [made.id, ['keys', 'name', 'tool']], [made.id, ['identity', 'redirectUris', 'scopes', 'targetLinkUri', 'tool']]]);
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
