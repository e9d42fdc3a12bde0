import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { makeStatement, sha2, startStubLrs, until, type Json, type StubLrs } from './forwarding.fixture.js';

let server: TestServer;
let other: TestServer;
let stub: StubLrs;
before(async () => {
  [server, other, stub] = await Promise.all([startTestServer(), startTestServer({ key: 'other-key', secret: 'other-secret', demo: false }), startStubLrs()]);
});
after(() => Promise.all([server.close(), other.close(), stub.close()]));

interface View {
  readonly id: string;
  readonly status: string;
  readonly pauseReason?: string;
  readonly lag: { readonly statements: number; readonly seconds: number };
  readonly delivered: number;
  readonly setAside: number;
  readonly lastError: { readonly code: string } | null;
}

async function ask(method: string, path: string, body?: unknown, authorization = server.basic): Promise<{ status: number; text: string; value: View & Json }> {
  const response = await server.request(`/forwarding${path}`, {
    method, headers: { Authorization: authorization, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, value: (text ? JSON.parse(text) : {}) as View & Json };
}

const store = async (statements: readonly Json[]): Promise<void> => {
  const response = await server.xapi('/statements', { method: 'POST', headers: { 'X-Experience-API-Version': '2.0.0' }, body: JSON.stringify(statements) });
  assert.equal(response.status, 200, await response.clone().text());
};
const otherBasic = { authorization: `Basic ${Buffer.from('other-key:other-secret').toString('base64')}` };
const atOther = async (query: Record<string, string>): Promise<Response> => other.xapi(`/statements?${new URLSearchParams(query)}`, { ...otherBasic, headers: { 'X-Experience-API-Version': '2.0.0' } });
const toOther = { auth: { type: 'basic', username: 'other-key', password: 'other-secret' }, version: '2.0.0' } as const;
const done = (name: string): Promise<View> => until(async () => (await ask('GET', `/${name}`)).value, ({ lag, status }) => lag.statements === 0 && status === 'running');

test('a second Lectern gets everything from the beginning, under pseudonyms, voided ones voided', async () => {
  const learner = { name: '李雷', account: { homePage: 'https://sso.uni.example', name: 'li.lei.2023' } };
  const [a, b] = [makeStatement({ actor: learner, result: { response: '我是李雷' } }), makeStatement({ actor: learner })];
  const voids = makeStatement({ actor: learner, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id: b['id'] } });
  await store([a, b, voids]);
  const added = await ask('POST', '', { name: 'supervision', endpoint: new URL('/xapi', other.url).href, ...toOther, pseudonyms: { homePage: 'https://id.supervision.example' }, from: 'beginning' });
  assert.equal(added.status, 201, added.text);
  await done('supervision');
  const got = await (await atOther({ statementId: String(a['id']) })).text();
  assert.doesNotMatch(got, /li\.lei|李雷|sso\.uni|test-key/);
  assert.match(got, /"homePage":"https:\/\/id\.supervision\.example"/);
  assert.equal((await atOther({ statementId: String(b['id']) })).status, 404);
  assert.equal((await atOther({ voidedStatementId: String(b['id']) })).status, 200);
  const late = makeStatement({ actor: learner });
  await store([late]);
  await until(() => atOther({ statementId: String(late['id']) }), ({ status }) => status === 200);
  assert.equal((await done('supervision')).delivered, 4);
  await ask('DELETE', '/supervision');
});

test('attachments arrive whole at a real LRS', async () => {
  const bytes = Buffer.from([0, 1, 2, 13, 10, 45, 45, 254]);
  const statement = makeStatement({ attachments: [{ usageType: 'https://uni.example/report', display: { en: 'report' }, contentType: 'application/octet-stream', length: bytes.length, sha2: sha2(bytes) }] });
  const body = Buffer.concat([
    Buffer.from(`--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2(bytes)}\r\n\r\n`), bytes, Buffer.from('\r\n--b--\r\n'),
  ]);
  await ask('POST', '', { name: 'whole', endpoint: new URL('/xapi/', other.url).href, ...toOther, filter: { verbs: ['https://uni.example/verbs/did'] } });
  assert.equal((await server.xapi('/statements', { method: 'POST', headers: { 'Content-Type': 'multipart/mixed; boundary=b' }, body })).status, 200);
  await until(() => atOther({ statementId: String(statement['id']) }), ({ status }) => status === 200);
  const answer = Buffer.from(await (await atOther({ statementId: String(statement['id']), attachments: 'true' })).arrayBuffer());
  assert.ok(answer.includes(bytes));
  await ask('DELETE', '/whole');
});

test('management: for administrators, with reasons, audited, and never a secret', async () => {
  const password = 'p4ss-never-shown';
  const draft = { name: 'one', endpoint: stub.url, auth: { type: 'basic', username: 'u', password }, pseudonyms: { homePage: 'https://id.example', salt: 'salt-never-shown-at-all' }, filter: { creditBearing: true } };
  assert.equal((await ask('GET', '', undefined, (await server.learner('lin')).authorization)).status, 403);
  assert.equal((await server.request('/forwarding')).status, 401);
  const made = await ask('POST', '', draft);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.value['auth'], { type: 'basic', username: 'u' });
  assert.equal(made.value['attachments'], false);
  assert.equal((await ask('POST', '', draft)).status, 409);
  for (const [changes, field] of [
    [{ name: 'a b' }, 'name'], [{ name: randomUUID() }, 'name'], [{ endpoint: 'http://lrs.example.edu/' }, 'endpoint'], [{ endpoint: 'https://10.0.0.1/' }, 'endpoint'], [{ auth: { type: 'basic', username: 'a:b', password } }, 'auth.username'],
    [{ auth: { type: 'bearer', token: 'a\r\nb' } }, 'auth.token'], [{ filter: { verb: [] } }, 'filter.verb'], [{ filter: { registrations: ['x'] } }, 'filter.registrations.0'], [{ from: 'yesterday' }, 'from'], [{ pseudonyms: { homePage: 'x' } }, 'pseudonyms.homePage'], [{ pseudonyms: { homePage: 'https://x.example', salt: 'short' } }, 'pseudonyms.salt'],
  ] as const) {
    const refused = await ask('POST', '', { ...draft, name: 'two', ...changes });
    assert.deepEqual([refused.status, refused.value['field']], [400, field], refused.text);
    assert.equal(refused.text.includes(password), false);
  }
  assert.equal((await ask('PATCH', '/one', { endpoint: 'https://elsewhere.example/xapi/' })).value['field'], 'auth');
  assert.equal((await ask('PATCH', '/one', { name: 'uno', paused: true, filter: {} })).value.pauseReason, 'by-hand');
  assert.equal((await ask('PATCH', '/uno', { pseudonyms: null, attachments: true })).value['pseudonyms'], null);
  assert.equal((await ask('PATCH', '/uno', { pseudonyms: { homePage: 'https://id.example' } })).value['attachments'], false);
  assert.equal((await ask('POST', '/uno/resume')).value.status, 'running');
  assert.equal((await ask('POST', '/uno/pause')).value.status, 'paused');
  assert.deepEqual((await ask('POST', '/uno/retry')).value, { retrying: 0 });
  assert.deepEqual((await ask('GET', '/uno/set-aside')).value, { statements: [] });
  const shown = await ask('GET', '');
  assert.deepEqual((shown.value['targets'] as View[]).map(({ id }) => id), [made.value.id]);
  const metrics = await (await server.request('/metrics', { headers: { Authorization: server.basic } })).text();
  assert.match(metrics, /^lectern_forwarding_lag_statements\{tenant="1",target="uno"\} 0$/m);
  assert.match(metrics, /^lectern_forwarding_paused\{tenant="1",target="uno"\} 1$/m);
  assert.equal((await ask('DELETE', `/${made.value.id}`)).status, 204);
  assert.equal((await ask('GET', '/uno')).status, 404);
  const audit = await server.db.selectFrom('audit').selectAll().where('subject', '=', made.value.id).orderBy('at').execute();
  assert.deepEqual(audit.map(({ action }) => action), ['add', 'change', 'change', 'change', 'resume', 'pause', 'retry', 'remove'].map((one) => `forwarding.${one}`));
  for (const text of [made.text, shown.text, metrics, JSON.stringify(audit)]) assert.doesNotMatch(text, /never-shown/);
});

test('the database holds neither secret nor salt in the clear', async () => {
  const made = await ask('POST', '', { name: 'sealed', paused: true, endpoint: stub.url, auth: { type: 'bearer', token: 'token-never-shown' }, pseudonyms: { homePage: 'https://id.example', salt: 'salt-never-shown-at-all' } });
  const row = await server.db.selectFrom('forwarding_targets').selectAll().where('id', '=', made.value.id).executeTakeFirstOrThrow();
  for (const value of Object.values(row)) assert.equal(Buffer.from(value instanceof Uint8Array ? value : String(value)).includes('never-shown'), false);
  await ask('DELETE', '/sealed');
});

test('wrong credentials at a real LRS pause the target; PATCH with the right ones delivers', async () => {
  await ask('POST', '', { name: 'wrong', endpoint: new URL('/xapi/', other.url).href, ...toOther, auth: { type: 'basic', username: 'other-key', password: 'wrong' } });
  const statement = makeStatement();
  await store([statement]);
  const paused = await until(async () => (await ask('GET', '/wrong')).value, ({ status }) => status === 'paused');
  assert.deepEqual([paused.pauseReason, paused.lastError?.code, paused.lag.statements], ['unauthorized', 'unauthorized', 1]);
  await ask('PATCH', '/wrong', { auth: toOther.auth });
  await until(() => atOther({ statementId: String(statement['id']) }), ({ status }) => status === 200);
  await ask('DELETE', '/wrong');
});

test('from now means from now; from a time means from then', async () => {
  const early = makeStatement();
  await store([early]);
  const { stored } = (await (await server.xapi(`/statements?statementId=${String(early['id'])}`)).json()) as { stored: string };
  const late = makeStatement();
  await ask('POST', '', { name: 'new', endpoint: stub.url, auth: { type: 'bearer', token: 't' } });
  await store([late]);
  await done('new');
  assert.deepEqual([...stub.taken.keys()], [late['id']]);
  await ask('PATCH', '/new', { from: stored });
  await until(() => stub.taken.size, (size) => size === 2);
  assert.ok(stub.taken.has(String(early['id'])));
  await ask('DELETE', '/new');
});

test('storing answers as before while a target hangs, and closing does not wait for it', async () => {
  const own = await startTestServer({ demo: false });
  const hanging = await startStubLrs();
  hanging.behave(() => true);
  const headers = { Authorization: own.basic, 'Content-Type': 'application/json' };
  await own.request('/forwarding', { method: 'POST', headers, body: JSON.stringify({ name: 'hangs', endpoint: hanging.url, auth: { type: 'bearer', token: 't' } }) });
  for (let n = 0; n < 20; n++) assert.equal((await own.xapi('/statements', { method: 'POST', body: JSON.stringify(makeStatement()) })).status, 200);
  await until(() => hanging.received.length, (length) => length > 0);
  await own.close();
  await hanging.close();
});
