import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createFailedSignIns } from '../audit/failed-sign-ins.js';
import { unitCredentials } from '../launches/unit-credentials.js';
import { silentLog } from '../log.js';
import { basicOf, startTestServer, type TestServer } from '../server.fixture.js';
import { ensureAdminKey } from './admin-key.js';
import { digestOf, SecretChecker } from './secret.js';

interface Made {
  readonly key: string;
  readonly secret: string;
  readonly scopes: string[];
}
interface Entry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: Record<string, unknown>;
}

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const ask = (authorization: string, method: string, path: string, body?: unknown): Promise<Response> =>
  server.request(path, { method, headers: { Authorization: authorization, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
async function done<T>(response: Promise<Response>, status = 200): Promise<T> {
  const answer = await response;
  assert.equal(answer.status, status, await answer.clone().text());
  return (status === 204 ? undefined : await answer.json()) as T;
}
async function refused(response: Promise<Response>, status: number, code: string, field?: string): Promise<void> {
  const answer = await response;
  const problem = (await answer.json()) as { code: string; field?: string };
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.deepEqual([answer.status, problem.code, ...(field === undefined ? [] : [problem.field])], [status, code, ...(field === undefined ? [] : [field])], JSON.stringify(problem));
}
const opens = async (authorization: string): Promise<number> => (await server.xapi('/statements?limit=1', { authorization })).status;
const auditOf = async (authorization: string, query = ''): Promise<Entry[]> => (await done<{ entries: Entry[] }>(ask(authorization, 'GET', `/audit${query}`))).entries;

async function newTenant(name: string): Promise<{ id: number; key: string; admin: string }> {
  const { id, key } = await done<{ id: number; key: Made }>(ask(server.basic, 'POST', '/tenants', { name }), 201);
  return { id, key: key.key, admin: basicOf(key.key, key.secret) };
}

test('keys are made, shown once, rotated with an overlap, and revoked', async () => {
  const made = await ask(server.basic, 'POST', '/keys', { scopes: ['statements/read', 'statements/read'], label: 'the dashboard', expiresAt: '2100-01-01T00:00:00Z' });
  assert.equal(made.headers.get('cache-control'), 'no-store');
  const { key, secret, scopes } = await done<Made>(Promise.resolve(made), 201);
  assert.deepEqual(scopes, ['statements/read']);
  const first = basicOf(key, secret);
  assert.equal(await opens(first), 200);
  const listed = await (await ask(server.basic, 'GET', '/keys')).text();
  assert.match(listed, new RegExp(key));
  assert.doesNotMatch(listed, /secret"|scrypt|hash/);
  assert.ok(!listed.includes(secret));

  const second = await done<Made>(ask(server.basic, 'POST', `/keys/${key}/rotate`, { overlapSeconds: 600 }));
  assert.notEqual(second.secret, secret);
  assert.deepEqual([await opens(first), await opens(basicOf(key, second.secret))], [200, 200]);
  const third = await done<Made>(ask(server.basic, 'POST', `/keys/${key}/rotate`, { overlapSeconds: 0 }));
  assert.deepEqual([await opens(first), await opens(basicOf(key, second.secret)), await opens(basicOf(key, third.secret))], [401, 401, 200]);
  await done(ask(server.basic, 'POST', `/keys/${key}/rotate`));
  await server.db.updateTable('api_keys').set({ previous_until: new Date(Date.now() - 1) }).where('key', '=', key).execute();
  assert.equal(await opens(basicOf(key, third.secret)), 401, 'the overlap is over');

  const other = await server.key(['all']);
  assert.equal(await opens(other.authorization), 200);
  await done(ask(server.basic, 'DELETE', `/keys/${other.key}`), 204);
  await done(ask(server.basic, 'DELETE', `/keys/${other.key}`), 204);
  assert.equal(await opens(other.authorization), 401);
  await refused(ask(server.basic, 'POST', `/keys/${other.key}/rotate`, {}), 409, 'conflict', 'key');
  assert.deepEqual((await auditOf(server.basic, `?subject=${other.key}&action=key`)).map(({ action }) => action), ['key.revoke', 'key.create'], 'revoked once');

  const brief = await server.key(['all']);
  await server.db.updateTable('api_keys').set({ expires_at: new Date(Date.now() - 1) }).where('key', '=', brief.key).execute();
  assert.equal(await opens(brief.authorization), 401);
});

test('what is wrong with a request about keys is named', async () => {
  await refused(ask(server.basic, 'POST', '/keys', {}), 400, 'body-invalid', 'scopes');
  await refused(ask(server.basic, 'POST', '/keys', { scopes: [] }), 400, 'body-invalid', 'scopes');
  await refused(ask(server.basic, 'POST', '/keys', { scopes: ['installation'] }), 400, 'body-invalid', 'scopes.0');
  await refused(ask(server.basic, 'POST', '/keys', { scopes: ['all'], secret: 'mine' }), 400, 'body-invalid', 'secret');
  await refused(ask(server.basic, 'POST', '/keys', { scopes: ['all'], label: 'two\nlines' }), 400, 'body-invalid', 'label');
  await refused(ask(server.basic, 'POST', '/keys', { scopes: ['all'], expiresAt: '2001-01-01T00:00:00Z' }), 400, 'body-invalid', 'expiresAt');
  await refused(ask(server.basic, 'POST', '/keys/nothing/rotate', { overlapSeconds: -1 }), 400, 'body-invalid', 'overlapSeconds');
  for (const name of ['nothing', '%00', "x'--", 'unit.1.x']) await refused(ask(server.basic, 'DELETE', `/keys/${name}`), 404, 'not-found', 'key');
  await refused(ask(server.basic, 'DELETE', '/keys/test-key'), 409, 'conflict', 'key');
  await refused(ask(server.basic, 'POST', '/keys/test-key/rotate'), 409, 'conflict', 'key');
  const admin = await server.key(['admin']);
  await refused(ask(admin.authorization, 'DELETE', `/keys/${admin.key}`), 409, 'conflict', 'key');
  await refused(ask(server.basic, 'POST', '/tenants', { name: '<b>' }), 400, 'body-invalid', 'name');
  await refused(ask(server.basic, 'POST', '/tenants', { name: 'default' }), 409, 'conflict', 'name');
  for (const id of ['0', '999999', 'x', '1e3', '99999999999999999999']) await refused(ask(server.basic, 'POST', `/tenants/${id}/suspend`), 404, 'not-found', 'id');
});

test('a tenant’s administrator reaches nothing of another tenant', async () => {
  const [a, b] = [await newTenant('Faculty A'), await newTenant('Faculty B')];
  const statement = { id: randomUUID(), actor: { mbox: 'mailto:a@uni.example' }, verb: { id: 'https://uni.example/did' }, object: { id: 'https://uni.example/x', definition: { name: { en: 'A’s own' } } } };
  const post = (authorization: string): Promise<Response> => server.xapi('/statements', { method: 'POST', body: JSON.stringify(statement), authorization });
  assert.equal((await post(a.admin)).status, 200);
  assert.equal((await post(b.admin)).status, 200, 'one id, two tenants');
  const state = `/activities/state?${new URLSearchParams({ activityId: 'https://uni.example/x', agent: '{"mbox":"mailto:a@uni.example"}', stateId: 's' })}`;
  assert.equal((await server.xapi(state, { method: 'PUT', body: '{"of":"a"}', authorization: a.admin })).status, 204);
  const aKey = (await done<Made>(ask(a.admin, 'POST', '/keys', { scopes: ['all'], label: 'A’s' }), 201)).key;
  const upload = await server.request('/courseware', { method: 'POST', body: '<course/>', headers: { Authorization: a.admin, 'Content-Type': 'application/xml' } });
  assert.equal(upload.status, 422);
  await server.db.insertInto('courses').values({ tenant_id: a.id, id: 'of-a', activity_id: 'urn:a', activity_key: randomUUID(), format: 'lectern', title: '"A"', units: 0, course: '{"id":"urn:a","title":"A","format":"lectern","children":[]}', warnings: '[]', content_hash: 'x' }).execute();

  assert.equal((await server.xapi(state, { authorization: b.admin })).status, 404);
  assert.doesNotMatch(await (await ask(b.admin, 'GET', '/keys')).text(), new RegExp(`${aKey}|${a.key}`));
  await refused(ask(b.admin, 'DELETE', `/keys/${aKey}`), 404, 'not-found');
  await refused(ask(b.admin, 'POST', `/keys/${aKey}/rotate`), 404, 'not-found');
  await refused(ask(b.admin, 'DELETE', '/keys/test-key'), 404, 'not-found');
  assert.deepEqual(await (await ask(b.admin, 'GET', '/courseware')).json(), []);
  await refused(ask(b.admin, 'DELETE', '/courseware/of-a'), 404, 'not-found');
  await refused(ask(b.admin, 'POST', '/launches', { course: 'of-a', learner: { homePage: 'https://uni.example', name: 'x' } }), 404, 'not-found');
  await refused(ask(b.admin, 'POST', '/credits/conferrals', { policy: 'demo-theory', learner: { homePage: 'https://uni.example', name: 'x' } }), 404, 'not-found');
  assert.ok((await auditOf(b.admin)).every(({ subject }) => ![a.key, aKey, 'of-a', String(a.id)].includes(subject)));
  // A "more" link of A's shows B what is B's.
  const { more } = await done<{ more: string }>(ask(a.admin, 'GET', '/audit?limit=1'));
  assert.ok((await auditOf(b.admin, more.slice('/audit'.length))).every(({ subject }) => subject !== a.key));
  await refused(ask(b.admin, 'GET', '/tenants'), 403, 'forbidden');
  await refused(ask(b.admin, 'POST', `/tenants/${a.id}/keys`), 403, 'forbidden');
  await refused(ask(b.admin, 'GET', '/metrics'), 403, 'forbidden');
  // Nor does an administrator of the installation's own tenant reach the installation.
  await refused(ask((await server.key(['admin', 'all'])).authorization, 'GET', '/tenants'), 403, 'forbidden');
});

test('a suspended tenant is let in nowhere, and is as it was when it is resumed', async () => {
  const tenant = await newTenant('Faculty C');
  await server.db.insertInto('courses').values({ tenant_id: tenant.id, id: 'of-c', activity_id: 'urn:c', activity_key: randomUUID(), format: 'lectern', title: '"C"', units: 0, course: '{"id":"urn:c","title":"C","format":"lectern","children":[]}', warnings: '[]', content_hash: 'x' }).execute();
  const launched = await done<{ url: string; token: string }>(ask(tenant.admin, 'POST', '/launches', { course: 'of-c', learner: { homePage: 'https://uni.example', name: 'x' } }), 201);
  const launchToken = new URLSearchParams(new URL(launched.url).hash.slice(1)).get('launch')!;
  const { id: registration, actor, actor_key } = await server.db.selectFrom('registrations').selectAll().where('tenant_id', '=', tenant.id).executeTakeFirstOrThrow();
  const session = randomUUID();
  await server.db.insertInto('unit_sessions').values({
    tenant_id: tenant.id, id: session, kind: 'cmi5', registration, course_id: 'of-c', unit_id: 'u', activity_id: 'urn:u', actor_key, actor, launch_mode: 'Normal', move_on: 'Completed',
    context_template: '{}', fetch_hash: digestOf('once'), secret_hash: digestOf('unit'), expires_at: new Date(Date.now() + 3_600_000),
  }).execute();
  const fetchUnit = (): Promise<Response> => server.request(`/launches/units/${session}/fetch?token=once`, { method: 'POST' });
  const doors = async (): Promise<number[]> => [
    await opens(tenant.admin), await opens(`Bearer ${launched.token}`), await opens(`Basic ${unitCredentials(tenant.id, session, 'unit')}`),
    (await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${launchToken}` } })).status,
    (await server.request('/courses/of-c/course.json')).status, (await server.request('/play/of-c')).status,
  ];
  assert.deepEqual(await doors(), [200, 200, 200, 200, 200, 200]);
  assert.ok((await done<{ suspendedAt?: string }>(ask(server.basic, 'POST', `/tenants/${tenant.id}/suspend`))).suspendedAt);
  assert.deepEqual(await doors(), [403, 403, 403, 403, 404, 404]);
  assert.match(await (await fetchUnit()).text(), /"error-code":"2".*suspended/);
  await refused(ask(tenant.admin, 'GET', '/keys'), 403, 'tenant-suspended');
  await refused(ask(basicOf(tenant.key, 'wrong'), 'GET', '/keys'), 401, 'unauthorized');
  await done(ask(server.basic, 'POST', `/tenants/${tenant.id}/resume`));
  assert.deepEqual(await doors(), [200, 200, 200, 200, 200, 200]);
  const { tenants } = await done<{ tenants: { id: number; suspendedAt?: string }[] }>(ask(server.basic, 'GET', '/tenants'));
  assert.equal(tenants.find(({ id }) => id === tenant.id)?.suspendedAt, undefined);
  await refused(ask(server.basic, 'POST', '/tenants/1/suspend'), 409, 'conflict', 'id');

  // A tenant that lost its key gets another; both audits say so.
  const again = await done<Made>(ask(server.basic, 'POST', `/tenants/${tenant.id}/keys`), 201);
  assert.equal(await opens(basicOf(again.key, again.secret)), 200);
  const seen = (await auditOf(tenant.admin)).map(({ action, subject, actor }) => `${action} ${subject} ${actor}`);
  const id = String(tenant.id);
  assert.deepEqual(seen.filter((line) => !line.startsWith('auth.') && !line.startsWith('registration.')), [
    `key.create ${again.key} test-key`, `tenant.resume ${id} test-key`, `tenant.suspend ${id} test-key`, `key.create ${tenant.key} test-key`, `tenant.create ${id} test-key`,
  ]);
  assert.deepEqual((await auditOf(server.basic, `?subject=${id}`)).map(({ action }) => action), ['tenant.resume', 'tenant.suspend', 'tenant.create']);
});

test('every administrative act is in the audit, and no secret', async () => {
  const { admin, id } = await newTenant('Faculty D');
  const made = await done<Made>(ask(admin, 'POST', '/keys', { scopes: ['launch'], label: 'the LMS' }), 201);
  await done(ask(admin, 'POST', `/keys/${made.key}/rotate`, { overlapSeconds: 60 }));
  await server.db.insertInto('courses').values({ tenant_id: id, id: 'of-d', activity_id: 'urn:d', activity_key: randomUUID(), format: 'lectern', title: '"D"', units: 0, course: '{"id":"urn:d","title":"D","format":"lectern","children":[]}', warnings: '[]', content_hash: 'x' }).execute();
  const learner = { homePage: 'https://uni.example', name: 'learner-of-d' };
  for (let time = 0; time < 2; time += 1) await done(ask(admin, 'POST', '/launches', { course: 'of-d', learner }), 201);
  await done(ask(admin, 'DELETE', '/courseware/of-d'), 204);
  await done(ask(admin, 'DELETE', `/keys/${made.key}`), 204);
  for (let time = 0; time < 5; time += 1) assert.equal(await opens(basicOf(made.key, `guess-${time}`)), 401);
  const entries = await auditOf(admin);
  assert.deepEqual(entries.map(({ action }) => action).slice(0, 6), ['auth.failed', 'key.revoke', 'course.remove', 'registration.create', 'key.rotate', 'key.create'], 'a guess is kept once a minute, a registration once');
  assert.deepEqual(entries[0]!.details['reason'], 'revoked');
  assert.doesNotMatch(JSON.stringify(entries), new RegExp(`${made.secret}|guess|learner-of-d`));
  const installation = await auditOf(server.basic, '?limit=1000');
  for (const action of ['key.set', 'course.import', 'credit.policy']) assert.ok(installation.some((entry) => entry.action === action && entry.actor === 'server'), action);
  const all = JSON.stringify(await server.db.selectFrom('audit').selectAll().execute());
  assert.doesNotMatch(all, /test-secret|scrypt/);
});

test('guesses are counted, and written at the end at the latest', async () => {
  const { admin, id, key } = await newTenant('Faculty E');
  const signIns = createFailedSignIns(server.db, silentLog);
  for (let time = 0; time < 500; time += 1) signIns.note(id, key, `10.0.0.${time % 20}`, 'secret');
  await signIns.close();
  const [rest, first] = (await auditOf(admin, '?action=auth.failed')).sort((one, two) => Number(two.details['count']) - Number(one.details['count']));
  assert.deepEqual([first?.details['count'], rest?.details['count'], (rest?.details['addresses'] as string[]).length], [1, 499, 10]);
});

test('the audit is filtered and paged; what comes meanwhile moves nothing; nobody changes it', async () => {
  const { admin, id } = await newTenant('Faculty F');
  const at = new Date();
  // All in one microsecond: the order is whole all the same.
  await server.db.insertInto('audit').values(Array.from({ length: 25 }, (_, index) => ({ tenant_id: id, actor: `actor-${index % 2}`, action: index % 5 ? 'key.create' : 'key.revoke', subject: `s${index}`, at }))).execute();
  const seen: string[] = [];
  let pages = 0;
  for (let next = '/audit?action=key&limit=10&actor=actor-0'; next; pages += 1) {
    const { entries, more } = await done<{ entries: Entry[]; more: string }>(ask(admin, 'GET', next));
    seen.push(...entries.map(({ subject }) => subject));
    await server.db.insertInto('audit').values({ tenant_id: id, actor: 'actor-0', action: 'key.create', subject: 'late' }).execute();
    next = more;
  }
  assert.equal(pages, 2);
  assert.deepEqual([...new Set(seen)].sort(), Array.from({ length: 13 }, (_, index) => `s${index * 2}`).sort());
  assert.equal(seen.length, 13);
  assert.equal((await auditOf(admin, '?action=key.revoke&subject=s5')).length, 1);
  assert.equal((await auditOf(admin, `?until=${encodeURIComponent(at.toISOString())}&action=key.revoke`)).length, 0);
  assert.equal((await auditOf(admin, `?since=${encodeURIComponent(at.toISOString())}&action=key.revoke`)).length, 5);
  await refused(ask(admin, 'GET', '/audit?more=x'), 400, 'parameter-invalid', 'more');
  await refused(ask(admin, 'GET', '/audit?tenant=1'), 400, 'parameter-invalid', 'tenant');
  await refused(ask(admin, 'GET', '/audit?since=yesterday'), 400, 'parameter-invalid', 'since');
  for (const statement of ["update audit set actor = 'nobody'", 'delete from audit', 'truncate audit']) await assert.rejects(sql.raw(statement).execute(server.db), /only grows/);
});

test('a changed LECTERN_KEY ends the one before it; one that belongs to a tenant is refused', async () => {
  const fresh = await startTestServer({ demo: false });
  try {
    const [{ id }] = (await fresh.db.selectFrom('tenants').select('id').execute()) as [{ id: number }];
    const secrets = new SecretChecker();
    await ensureAdminKey(fresh.db, id, { key: 'next-key', secret: 'next-secret' }, secrets, { replaces: true });
    const status = async (authorization: string): Promise<number> => (await fresh.request('/tenants', { headers: { Authorization: authorization } })).status;
    assert.deepEqual([await status(fresh.basic), await status(basicOf('next-key', 'next-secret'))], [401, 200]);
    const limited = await fresh.key(['all'], basicOf('next-key', 'next-secret'));
    await assert.rejects(ensureAdminKey(fresh.db, id, limited, secrets, { replaces: true }), { code: 'config-invalid', field: 'LECTERN_KEY' });
  } finally {
    await fresh.close();
  }
});
