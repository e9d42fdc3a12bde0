import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { SignJWT } from 'jose';
import { DEFAULT_LIMITS } from '../config.js';
import { createLog } from '../log.js';
import { unitCredentials } from '../launches/unit-credentials.js';
import { basicOf, startTestServer, type TestServer } from '../server.fixture.js';
import { digestOf, newSecret } from './secret.js';

const SECRETS = { admin: 'the-admins-own-secret', fetch: newSecret(), unit: newSecret() };
const lines: string[] = [];
let server: TestServer;
let tenantId: number;
let lin: Awaited<ReturnType<TestServer['learner']>>;

before(async () => {
  server = await startTestServer({ secret: SECRETS.admin, limits: { ...DEFAULT_LIMITS, failureRate: 1_000 } }, createLog((line) => void lines.push(line)));
  tenantId = (await server.db.selectFrom('tenants').select('id').executeTakeFirstOrThrow()).id;
  lin = await server.learner('lin');
});
after(() => server.close());

const admin = basicOf('test-key', SECRETS.admin);
const opens = async (authorization: string, of = server): Promise<number> => (await of.xapi('/statements?limit=1', { authorization })).status;

async function newSession(over: object = {}): Promise<string> {
  const id = randomUUID();
  const registration = await server.db.selectFrom('registrations').selectAll().where('id', '=', lin.registration).executeTakeFirstOrThrow();
  await server.db.insertInto('unit_sessions').values({
    tenant_id: tenantId, id, kind: 'cmi5', registration: randomUUID(), course_id: 'demo', unit_id: 'u', activity_id: 'https://uni.example/u', actor_key: registration.actor_key, actor: registration.actor,
    launch_mode: 'Normal', move_on: 'Completed', context_template: '{}', fetch_hash: digestOf(SECRETS.fetch), secret_hash: digestOf(SECRETS.unit), expires_at: new Date(Date.now() + 3_600_000), ...over,
  }).execute();
  return id;
}
const fetchToken = async (id: string, token = SECRETS.fetch): Promise<Record<string, string>> =>
  (await (await server.request(`/launches/units/${id}/fetch?token=${encodeURIComponent(token)}`, { method: 'POST' })).json()) as Record<string, string>;

test('fifty at once fetch one token, and never another', async () => {
  const id = await newSession();
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetchToken(id)));
  const tokens = answers.filter((answer) => 'auth-token' in answer);
  assert.equal(tokens.length, 1);
  assert.ok(answers.every((answer) => 'auth-token' in answer || answer['error-code'] === '1'));
  assert.equal(await opens(`Basic ${tokens[0]!['auth-token']}`), 200);
  assert.equal((await fetchToken(id))['error-code'], '1');
  assert.equal(await opens(`Basic ${unitCredentials(tenantId, id, SECRETS.unit)}`), 401, 'the secret before the fetch');
});

test('a fetch address opens its own session, in its time', async () => {
  const [id, late, tincan] = [await newSession(), await newSession({ expires_at: new Date(Date.now() - 1) }), await newSession({ kind: 'xapi', fetch_hash: null })];
  for (const [session, token] of [[id, 'x'], [id, ''], [id, SECRETS.unit], [tincan, SECRETS.fetch], [tincan, ''], [randomUUID(), SECRETS.fetch], ['x', SECRETS.fetch], ['%00', '']] as const) {
    assert.equal((await fetchToken(session, token))['error-code'], '2', `${session} ${token}`);
  }
  assert.equal((await fetchToken(late))['error-code'], '1', 'its time is over (cmi5 8.2.3.2)');
  assert.ok('auth-token' in (await fetchToken(id)));
});

test('credentials that are expired, forged, another’s or for another use open nothing', async () => {
  const claims = JSON.parse(Buffer.from(lin.authorization.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  const sign = (over: object, key: Uint8Array = Buffer.alloc(48, 1), alg = 'HS256'): Promise<string> => new SignJWT({ ...claims, ...over }).setProtectedHeader({ alg }).sign(key);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [header, payload, signature] = lin.authorization.slice('Bearer '.length).split('.');
  const launch = await (await server.request('/launches', { method: 'POST', headers: { Authorization: admin, 'Content-Type': 'application/json' }, body: JSON.stringify({ course: 'demo', learner: { homePage: 'https://uni.example', name: 'x' } }) })).json() as { url: string; token: string };
  const launchToken = new URLSearchParams(new URL(launch.url).hash.slice(1)).get('launch')!;
  const bearers: [string, string][] = [
    ['another key', await sign({})],
    ['no key', await sign({}, Buffer.from('x'.repeat(32)))],
    ['another algorithm', await sign({}, Buffer.alloc(64, 1), 'HS512')],
    ['alg none', `${encode({ alg: 'none' })}.${payload}.`],
    ['alg none with the signature', `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`],
    ['another tenant', `${header}.${encode({ ...claims, tid: 2 })}.${signature}`],
    ['another actor', `${header}.${encode({ ...claims, act: { mbox: 'mailto:dean@uni.example' } })}.${signature}`],
    ['a later end', `${header}.${encode({ ...claims, exp: 4_102_444_800 })}.${signature}`],
    ['a launch token', launchToken],
    ['a crit header', `${encode({ alg: 'HS256', crit: ['x'], x: 1 })}.${payload}.${signature}`],
    ['nothing', '..'],
    ['a long one', 'x'.repeat(6_000)],
  ];
  for (const [what, token] of bearers) assert.equal(await opens(`Bearer ${token}`), 401, what);
  for (const token of [launch.token, ...bearers.map(([, token]) => token).filter((token) => token !== launchToken)]) {
    assert.equal((await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).status, 401);
  }

  const live = await newSession({ kind: 'xapi', fetch_hash: null });
  const over = await newSession({ kind: 'xapi', expires_at: new Date(Date.now() - 1) });
  const basics: [string, string][] = [
    ['a wrong secret', basicOf('test-key', 'wrong')], ['no secret', basicOf('test-key', '')], ['no key', basicOf('', SECRETS.admin)], ['another case', basicOf('TEST-KEY', SECRETS.admin)],
    ['U+0000', basicOf('test-key\u0000', SECRETS.admin)], ['no colon', `Basic ${Buffer.from('test-key').toString('base64')}`], ['no base64', 'Basic ???'], ['no scheme', SECRETS.admin], ['another scheme', `Digest ${admin.slice(6)}`],
    ['a unit over', `Basic ${unitCredentials(tenantId, over, SECRETS.unit)}`], ['a unit of another tenant', `Basic ${unitCredentials(tenantId + 1, live, SECRETS.unit)}`],
    ['another’s secret', `Basic ${unitCredentials(tenantId, live, SECRETS.fetch)}`], ['no session', `Basic ${unitCredentials(tenantId, randomUUID(), SECRETS.unit)}`],
    ['a session that is none', basicOf(`unit.${tenantId}.${'-'.repeat(36)}`, SECRETS.unit)],
  ];
  for (const [what, authorization] of basics) assert.equal(await opens(authorization), 401, what);
  assert.equal(await opens(`Basic ${unitCredentials(tenantId, live, SECRETS.unit)}`), 200);
  assert.equal(await opens(admin), 200);
});

test('who guesses from one address waits; who knows is let in all the same', async () => {
  const guarded = await startTestServer({ demo: false, limits: { ...DEFAULT_LIMITS, failureRate: 5 }, proxyHops: 1 });
  const from = (address: string, authorization: string): Promise<Response> => guarded.xapi('/statements?limit=1', { authorization, headers: { 'X-Forwarded-For': `198.51.100.7, ${address}` } });
  try {
    const other = await guarded.key(['all']);
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, index) => from('203.0.113.9', basicOf('test-key', `guess ${index}`))));
    assert.equal(guesses.filter(({ status }) => status === 401).length, 5, 'all at once, and yet only so many are looked at');
    const waiting = guesses.find(({ status }) => status === 429)!;
    assert.ok(Number(waiting.headers.get('retry-after')) >= 1);
    assert.equal(((await waiting.json()) as { code: string }).code, 'too-many-requests');
    assert.equal((await from('203.0.113.9', 'Bearer x')).status, 429);
    assert.equal((await from('203.0.113.9', basicOf('unit.1.x', 'y'))).status, 429);
    assert.equal((await from('203.0.113.9', guarded.basic)).status, 200, 'known to be right before');
    assert.equal((await from('203.0.113.9', other.authorization)).status, 429, 'a right one that this process has not seen cannot be told from a guess');
    assert.equal((await from('203.0.113.10', other.authorization)).status, 200);
    assert.equal((await from('203.0.113.9', other.authorization)).status, 200);
    assert.equal((await guarded.xapi('/about', { headers: { 'X-Forwarded-For': '203.0.113.9' } })).status, 200);
  } finally {
    await guarded.close();
  }
});

test('no secret reaches the log, whatever goes wrong', async () => {
  lines.length = 0;
  const token = lin.authorization.slice('Bearer '.length);
  const id = await newSession();
  const statement = JSON.stringify({ actor: lin.actor, verb: { id: 'https://uni.example/did' }, object: { id: 'https://uni.example/a' }, context: { registration: lin.registration, extensions: { 'https://uni.example/e': SECRETS.admin } } });
  const made = await server.key(['all'], admin);
  const secrets = [SECRETS.admin, SECRETS.fetch, SECRETS.unit, token, made.secret, admin.slice('Basic '.length), made.authorization.slice('Basic '.length)];
  const everywhere = async (): Promise<void> => {
    for (const authorization of [admin, lin.authorization, made.authorization, `Basic ${unitCredentials(tenantId, id, SECRETS.unit)}`]) {
      await server.xapi(`/statements?token=${token}`, { authorization });
      await server.xapi('/statements', { method: 'POST', body: statement, authorization });
      await server.xapi(`/activities/state?${new URLSearchParams({ activityId: 'https://uni.example/a', agent: JSON.stringify(lin.actor), stateId: SECRETS.admin })}`, { method: 'PUT', body: SECRETS.admin, authorization });
      for (const path of [`/keys/${made.key}/rotate?secret=${made.secret}`, '/launches', '/tenants', '/credits/conferrals']) {
        await server.request(path, { method: 'POST', headers: { Authorization: authorization, 'Content-Type': 'application/json' }, body: `{"secret":"${SECRETS.admin}"` });
      }
      await server.request(`/audit?actor=${made.secret}`, { headers: { Authorization: authorization } });
    }
    await server.request('/launches/token', { method: 'POST', body: JSON.stringify({ launch: token }) });
    await server.request(`/launches/units/${id}/fetch?token=${SECRETS.fetch}`, { method: 'POST' });
    await server.request('/demo/token', { method: 'POST', body: JSON.stringify({ learner: 'lin', course: 'demo', token }) });
    await server.request(`/play/demo?token=${token}`);
  };
  await everywhere();
  // Now what every request needs is gone: each of them fails in the server's own hands.
  const broken = ['api_keys', 'unit_sessions', 'statements', 'documents', 'audit', 'registrations', 'tenants', 'courses'] as const;
  for (const table of broken) await sql.raw(`alter table ${table} rename to ${table}_gone`).execute(server.db);
  await everywhere();
  for (const table of broken) await sql.raw(`alter table ${table}_gone rename to ${table}`).execute(server.db);
  assert.ok(lines.length >= 10, `${lines.length} lines`);
  const text = lines.join('');
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret.slice(0, 4)}… in ${lines.find((line) => line.includes(secret))}`);
});

test('what an error quotes of a secret is taken out of the log', () => {
  const written: string[] = [];
  const log = createLog((line) => void written.push(line));
  const secret = 'c2VjcmV0LW9mLXRoZS10ZXN0';
  const quotes = [
    `Authorization: Basic ${secret}`, `bearer ${secret}`, `https://x.example/fetch?token=${secret}&a=1`, `#launch=${secret}`, `{"auth-token":"${secret}"}`, `{"secret": "${secret}"}`,
    `postgres://lectern:${secret}@db.example/lectern`, `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`, `fetch%3Ftoken%3D${secret}`,
  ];
  for (const quote of quotes) log.error(quote, { error: new Error(quote, { cause: new Error(quote) }), path: quote });
  for (const line of written) assert.ok(!line.includes(secret), line);
  for (const line of written) JSON.parse(line);
});
