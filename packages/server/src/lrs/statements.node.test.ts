import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_LIMITS } from '../config.js';
import { startTestServer, type TestServer } from '../server.fixture.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures', 'statements');
const ALICE = { account: { homePage: 'https://uni.example', name: 'alice' } };
const BOB = { account: { homePage: 'https://uni.example', name: 'bob' } };
const EXPERIENCED = { id: 'http://adlnet.gov/expapi/verbs/experienced', display: { en: 'experienced' } };
const VOIDED = { id: 'http://adlnet.gov/expapi/verbs/voided' };

interface Stored {
  readonly id: string;
  readonly stored: string;
  readonly [key: string]: unknown;
}
interface Result {
  readonly statements: Stored[];
  readonly more: string;
}

const make = (over: object = {}): Record<string, unknown> & { id: string } => ({
  id: randomUUID(), actor: ALICE, verb: EXPERIENCED, object: { id: 'https://uni.example/activities/1' }, timestamp: '2026-11-23T10:00:00.000Z', ...over,
});
const post = (value: unknown, init: Parameters<TestServer['xapi']>[1] = {}): Promise<Response> => server.xapi('/statements', { method: 'POST', body: JSON.stringify(value), ...init });
const query = async (parameters: Record<string, string>, init = {}): Promise<Result> => {
  const response = await server.xapi(`/statements?${new URLSearchParams(parameters)}`, init);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Result;
};
const ids = ({ statements }: Result): string[] => statements.map(({ id }) => id);
async function refused(response: Response, status: number, code: string, field?: string): Promise<void> {
  const problem = (await response.json()) as Record<string, unknown>;
  assert.equal(response.status, status, JSON.stringify(problem));
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  assert.equal(problem['code'], code, JSON.stringify(problem));
  if (field !== undefined) assert.equal(problem['field'], field);
}

test('a statement comes back as it went in, with what the LRS sets', async () => {
  const statement = make({ result: { extensions: { 'https://x.example/e': { b: 1, a: [1.5, '\u0000 nul', '中文'] } } } });
  const response = await post(statement);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), [statement.id]);
  const read = await server.xapi(`/statements?statementId=${statement.id}`);
  assert.ok(read.headers.get('last-modified'));
  assert.match(read.headers.get('x-experience-api-consistent-through') ?? '', /^\d{4}-.*Z$/);
  const { stored, authority, version, ...rest } = (await read.json()) as Stored;
  assert.deepEqual(rest, statement);
  assert.match(stored, /\.\d{6}Z$/);
  assert.equal(version, '1.0.0');
  assert.deepEqual((authority as { account: { name: string } }).account.name, 'test-key');
});

test('a definition that PostgreSQL cannot turn into text is taken, and so is all that comes after', async () => {
  const activity = `https://uni.example/${randomUUID()}`;
  const odd = 'nul \u0000, half \ud800, pair 🎓, written \\u0000';
  const define = (definition: object): object => make({ object: { id: activity, definition } });
  const statement = define({ name: { en: odd }, extensions: { 'https://x.example/e': { [`key ${odd}`]: [odd] } } });
  for (const body of [statement, define({ description: { en: odd } }), define({ name: { 'zh-CN': '一' } })]) assert.equal((await post(body)).status, 200);
  const { definition } = (await (await server.xapi(`/activities?activityId=${encodeURIComponent(activity)}`)).json()) as { definition: object };
  const readable = 'nul , half \ufffd, pair 🎓, written \\u0000';
  assert.deepEqual(definition, { name: { en: readable, 'zh-CN': '一' }, extensions: { 'https://x.example/e': { [`key ${readable}`]: [readable] } }, description: { en: readable } });
  const { id } = statement as { id: string };
  const { object } = (await (await server.xapi(`/statements?statementId=${id}`)).json()) as { object: object };
  assert.deepEqual(object, (statement as { object: object }).object, 'the statement itself is as it was told');
});

test('the specification’s examples are stored, batch by batch and one by one', { skip: existsSync(fixtures) ? false : `no fixtures at ${fixtures}` }, async () => {
  for (const name of readdirSync(fixtures)) {
    const value: unknown = JSON.parse(readFileSync(join(fixtures, name), 'utf8'));
    const response = await post(value);
    // Examples of what is wrong, and voiding ones, may be refused; a fault of ours is never the answer.
    assert.ok([200, 400].includes(response.status), `${name}: ${response.status} ${await response.text()}`);
  }
});

test('PUT needs its id and is idempotent', async () => {
  const statement = make();
  const put = (body: object, id = statement.id): Promise<Response> => server.xapi(`/statements?statementId=${id}`, { method: 'PUT', body: JSON.stringify(body) });
  assert.equal((await put(statement)).status, 204);
  assert.equal((await put(statement)).status, 204);
  await refused(await put({ ...statement, result: { completion: true } }), 409, 'conflict', 'id');
  await refused(await put(statement, randomUUID()), 400, 'statement-invalid', 'id');
  await refused(await server.xapi('/statements', { method: 'PUT', body: JSON.stringify(statement) }), 400, 'parameter-invalid', 'statementId');
});

test('telling the same again is a success, in other words too; telling otherwise is 409 and stores nothing', async () => {
  const statement = make({ result: { duration: 'PT1.500S' } });
  const batch = [make(), statement];
  assert.equal((await post(batch)).status, 200);
  const again = { ...statement, result: { duration: 'PT1.5S' }, verb: { id: EXPERIENCED.id, display: { zh: '体验' } }, id: statement.id.toUpperCase() };
  assert.deepEqual(await (await post([...batch.slice(0, 1), again])).json(), batch.map(({ id }) => id));
  const fresh = make();
  await refused(await post([fresh, { ...statement, actor: BOB }]), 409, 'conflict', 'id');
  assert.equal((await server.xapi(`/statements?statementId=${fresh.id}`)).status, 404);
  await refused(await post({ ...statement, timestamp: '2026-11-23T11:00:00Z' }), 409, 'conflict');
  assert.equal((await post(statement)).status, 200);
});

test('one bad statement refuses its batch with the path of the fault', async () => {
  const good = make();
  await refused(await post([good, make({ actor: { mbox: 'nobody' } })]), 400, 'statement-invalid', '[1].actor.mbox');
  assert.equal((await server.xapi(`/statements?statementId=${good.id}`)).status, 404);
  await refused(await post(make({ verb: undefined })), 400, 'statement-invalid', 'verb');
  const twice = make();
  await refused(await post([twice, twice]), 400, 'statement-invalid', '[1].id');
});

test('many writers at once: every acknowledged statement is there once, and pages are stable while others arrive', async () => {
  const activity = `https://uni.example/load/${randomUUID()}`;
  const batches = Array.from({ length: 24 }, () => Array.from({ length: 10 }, () => make({ object: { id: activity } })));
  const shared = batches[0]!;
  const answers = await Promise.all([...batches, shared, shared].map((batch) => post(batch)));
  assert.ok(answers.every(({ status }) => status === 200));
  const seen: string[] = [];
  let page = await query({ activity, limit: '50' });
  await post(make({ object: { id: activity } }));
  for (;;) {
    seen.push(...ids(page));
    if (!page.more) break;
    page = (await (await fetch(new URL(page.more, server.url), { headers: { Authorization: server.basic, 'X-Experience-API-Version': '1.0.3' } })).json()) as Result;
  }
  assert.equal(seen.length, 240);
  assert.deepEqual(new Set(seen), new Set(batches.flat().map(({ id }) => id)));
  const ascending = await query({ activity, ascending: 'true' });
  assert.deepEqual(ascending.statements.map(({ stored }) => stored), [...ascending.statements.map(({ stored }) => stored)].sort());
  const { stored } = ascending.statements[100]!;
  assert.equal((await query({ activity, since: stored })).statements.length, 140);
  assert.equal((await query({ activity, until: stored })).statements.length, 101);
});

test('the filters find what they should and nothing else', async () => {
  const base = `https://uni.example/filters/${randomUUID()}`;
  const registration = randomUUID();
  const person = { account: { homePage: 'https://uni.example', name: randomUUID() } };
  const teacher = { mbox: `mailto:${randomUUID()}@uni.example` };
  const one = make({ actor: person, object: { id: `${base}/a` }, context: { registration, instructor: teacher, contextActivities: { parent: { id: base } } } });
  const two = make({ actor: BOB, object: { objectType: 'Agent', ...person }, verb: { id: `${base}/greeted` } });
  const three = make({ actor: { objectType: 'Group', member: [person, BOB] }, object: { id: `${base}/a` } });
  const four = make({ actor: BOB, object: { objectType: 'SubStatement', actor: person, verb: EXPERIENCED, object: { id: `${base}/a` } } });
  assert.equal((await post([one, two, three, four])).status, 200);
  const find = async (parameters: Record<string, string>): Promise<Set<string>> => new Set(ids(await query(parameters)));
  const set = (...list: { id: string }[]): Set<string> => new Set(list.map(({ id }) => id));
  const agent = JSON.stringify(person);
  assert.deepEqual(await find({ agent }), set(one, two, three));
  assert.deepEqual(await find({ agent, related_agents: 'true' }), set(one, two, three, four));
  assert.deepEqual(await find({ agent: JSON.stringify(teacher) }), set());
  assert.deepEqual(await find({ agent: JSON.stringify(teacher), related_agents: 'true' }), set(one));
  assert.deepEqual(await find({ activity: `${base}/a` }), set(one, three));
  assert.deepEqual(await find({ activity: `${base}/a`, related_activities: 'true' }), set(one, three, four));
  assert.deepEqual(await find({ activity: base, related_activities: 'true' }), set(one));
  assert.deepEqual(await find({ verb: `${base}/greeted` }), set(two));
  assert.deepEqual(await find({ registration }), set(one));
  assert.deepEqual(await find({ agent, verb: EXPERIENCED.id, activity: `${base}/a` }), set(one, three));
});

test('what refers to a match matches too, also when it came first', async () => {
  const target = make({ object: { id: `https://uni.example/refs/${randomUUID()}` } });
  const refers = make({ actor: BOB, verb: { id: 'https://uni.example/noted' }, object: { objectType: 'StatementRef', id: target.id } });
  const chained = make({ actor: BOB, verb: { id: 'https://uni.example/noted' }, object: { objectType: 'StatementRef', id: refers.id } });
  for (const statement of [chained, refers, target]) assert.equal((await post(statement)).status, 200);
  const found = await query({ activity: (target['object'] as { id: string }).id });
  assert.deepEqual(new Set(ids(found)), new Set([target.id, refers.id, chained.id]));
});

test('voiding hides a statement, before or after it came; a voiding statement cannot be voided', async () => {
  const target = make();
  const voiding = make({ verb: VOIDED, object: { objectType: 'StatementRef', id: target.id } });
  await post(target);
  await post(voiding);
  assert.equal((await server.xapi(`/statements?statementId=${target.id}`)).status, 404);
  assert.equal((await server.xapi(`/statements?voidedStatementId=${target.id}`)).status, 200);
  await post(make({ verb: VOIDED, object: { objectType: 'StatementRef', id: voiding.id } }));
  assert.equal((await server.xapi(`/statements?statementId=${voiding.id}`)).status, 200);
  const late = make();
  await post(make({ verb: VOIDED, object: { objectType: 'StatementRef', id: late.id } }));
  await post(late);
  assert.equal((await server.xapi(`/statements?voidedStatementId=${late.id}`)).status, 200);
});

test('ids and canonical formats', async () => {
  const activity = `https://uni.example/formats/${randomUUID()}`;
  const statement = make({ actor: { name: 'Alice', ...ALICE }, object: { id: activity, definition: { name: { en: 'One', 'zh-CN': '一' } } } });
  await post(statement);
  await post(make({ object: { id: activity, definition: { name: { de: 'Eins' }, type: 'https://uni.example/type' } } }));
  const [reduced] = (await query({ activity, format: 'ids', ascending: 'true' })).statements;
  assert.deepEqual(reduced!['object'], { id: activity });
  assert.deepEqual(reduced!['actor'], ALICE);
  assert.deepEqual(reduced!['verb'], { id: EXPERIENCED.id });
  const [canonical] = (await query({ activity, format: 'canonical', ascending: 'true' }, { headers: { 'Accept-Language': 'zh-CN, en;q=0.5' } })).statements;
  assert.deepEqual(canonical!['object'], { id: activity, definition: { name: { 'zh-CN': '一' }, type: 'https://uni.example/type' } });
  const full = (await (await server.xapi(`/activities?activityId=${encodeURIComponent(activity)}`)).json()) as { definition: { name: object } };
  assert.deepEqual(full.definition.name, { en: 'One', 'zh-CN': '一', de: 'Eins' });
  const person = (await (await server.xapi(`/agents?agent=${encodeURIComponent(JSON.stringify(ALICE))}`)).json()) as { objectType: string; name: string[] };
  assert.equal(person.objectType, 'Person');
  assert.ok(person.name.includes('Alice'));
});

test('attachments travel both ways, and must be what they say', async () => {
  const bytes = Buffer.from([0, 1, 2, 13, 10, 45, 45, 255]);
  const sha2 = createHash('sha256').update(bytes).digest('hex');
  const attachment = { usageType: 'https://uni.example/photo', display: { en: 'a photo' }, contentType: 'image/x-test', length: bytes.length, sha2 };
  const send = (statement: object, hash: string, body = bytes): Promise<Response> => {
    const parts = [
      'Content-Type: application/json\r\n\r\n', JSON.stringify(statement), '\r\n--frontier\r\n',
      `Content-Type: image/x-test\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${hash}\r\n\r\n`, body, '\r\n--frontier--\r\n',
    ].map((part) => Buffer.from(part));
    return server.xapi('/statements', { method: 'POST', body: Buffer.concat([Buffer.from('--frontier\r\n'), ...parts]), headers: { 'Content-Type': 'multipart/mixed; boundary=frontier' } });
  };
  const statement = make({ attachments: [attachment] });
  assert.equal((await send(statement, sha2)).status, 200);
  const read = await server.xapi(`/statements?statementId=${statement.id}&attachments=true`);
  assert.match(read.headers.get('content-type') ?? '', /^multipart\/mixed; boundary=/);
  assert.ok(Buffer.from(await read.arrayBuffer()).includes(bytes));
  await refused(await send(make({ attachments: [attachment] }), sha2, Buffer.from('other')), 400, 'body-invalid');
  await refused(await post(make({ attachments: [attachment] })), 400, 'body-invalid', 'attachments');
  await refused(await server.xapi('/statements', { method: 'POST', body: Buffer.from('--x\r\ncut off'), headers: { 'Content-Type': 'multipart/mixed; boundary=x' } }), 400, 'body-invalid');
});

test('a learner’s token writes for its learner and registration only, and reads its own', async () => {
  const lin = await server.learner('lin');
  const wang = await server.learner('wang');
  const own = make({ actor: lin.actor, context: { registration: lin.registration } });
  const { authorization } = lin;
  assert.equal((await post(own, { authorization })).status, 200);
  await refused(await post(make({ actor: wang.actor, context: { registration: lin.registration } }), { authorization }), 403, 'forbidden', 'actor');
  await refused(await post([own, make({ actor: lin.actor, context: { registration: wang.registration } })], { authorization }), 403, 'forbidden', '[1].context.registration');
  await refused(await post(make({ actor: lin.actor }), { authorization }), 403, 'forbidden', 'context.registration');
  await refused(await post(make({ actor: lin.actor, verb: { id: 'https://w3id.org/xapi/tla/verbs/conferred' }, context: { registration: lin.registration } }), { authorization }), 403, 'forbidden', 'verb.id');
  await refused(await post(make({ actor: lin.actor, verb: VOIDED, object: { objectType: 'StatementRef', id: own.id }, context: { registration: lin.registration } }), { authorization }), 403, 'forbidden', 'verb.id');
  assert.deepEqual(ids(await query({}, { authorization })), [own.id]);
  assert.equal((await server.xapi(`/statements?statementId=${own.id}`, { authorization: wang.authorization })).status, 404);
  await refused(await server.xapi(`/statements?agent=${encodeURIComponent(JSON.stringify(wang.actor))}`, { authorization }), 403, 'forbidden', 'agent');
  assert.deepEqual(ids(await query({ agent: JSON.stringify(BOB), related_agents: 'true' }, { authorization: server.basic })).includes(own.id), false);
});

test('refusals: no key, wrong key, wrong version, malformed JSON, unknown parameters, wrong type', async () => {
  await refused(await server.xapi('/statements', { authorization: 'Basic !' }), 401, 'unauthorized');
  await refused(await server.xapi('/statements', { authorization: `Basic ${Buffer.from('test-key:wrong').toString('base64')}` }), 401, 'unauthorized');
  await refused(await server.xapi('/statements', { authorization: 'Bearer a.b.c' }), 401, 'unauthorized');
  await refused(await server.request('/xapi/statements', { headers: { Authorization: server.basic } }), 400, 'version-unsupported', 'X-Experience-API-Version');
  await refused(await server.xapi('/statements', { headers: { 'X-Experience-API-Version': '0.95' } }), 400, 'version-unsupported');
  await refused(await server.xapi('/statements', { method: 'POST', body: '{"a":' }), 400, 'body-invalid');
  await refused(await server.xapi('/statements', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } }), 400, 'unsupported-media-type');
  await refused(await server.xapi('/statements?foo=1'), 400, 'parameter-invalid', 'foo');
  await refused(await server.xapi('/statements?limit=-1'), 400, 'parameter-invalid', 'limit');
  await refused(await server.xapi('/statements?since=yesterday'), 400, 'parameter-invalid', 'since');
  await refused(await server.xapi('/statements?more=nonsense'), 400, 'parameter-invalid', 'more');
  await refused(await server.xapi(`/statements?statementId=${randomUUID()}&limit=1`), 400, 'parameter-invalid', 'limit');
  await refused(await server.xapi('/statements', { method: 'DELETE' }), 405, 'method-not-allowed');
  await refused(await server.xapi('/nothing'), 404, 'not-found');
  const about = await server.request('/xapi/about');
  assert.ok(((await about.json()) as { version: string[] }).version.includes('1.0.3'));
});

test('version 2.0 is accepted with its own parts', async () => {
  const headers = { 'X-Experience-API-Version': '2.0.0' };
  const statement = make({ context: { contextAgents: [{ objectType: 'contextAgent', agent: BOB, relevantTypes: ['https://uni.example/tutor'] }] } });
  const response = await post(statement, { headers });
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal(response.headers.get('x-experience-api-version'), '2.0.0');
  const found = await query({ agent: JSON.stringify(BOB), related_agents: 'true', limit: '1' }, { headers });
  assert.deepEqual(ids(found), [statement.id]);
});

test('pages of other sites may call: preflight and headers', async () => {
  const preflight = await server.request('/xapi/statements', { method: 'OPTIONS', headers: { Origin: 'https://other.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,x-experience-api-version' } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /X-Experience-API-Version/);
  const refusal = await server.xapi('/statements', { authorization: 'Bearer x', headers: { Origin: 'https://other.example' } });
  assert.equal(refusal.status, 401);
  assert.equal(refusal.headers.get('access-control-allow-origin'), '*');
  // What a page of another site measures its clock by, and what it writes documents by.
  for (const name of ['Date', 'ETag', 'Retry-After']) assert.match(refusal.headers.get('access-control-expose-headers') ?? '', new RegExp(`\\b${name}\\b`));
  const head = await server.xapi('/statements?limit=1', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('a body beyond the limit is 413', async () => {
  const small = await startTestServer({ limits: { ...DEFAULT_LIMITS, statementsBody: 2_000, documentBody: 1_000, jsonBody: 1_000, packageBody: 1_000, demoPackageBody: 1_000 } });
  try {
    const send = (path: string, type: string): Promise<Response> => small.xapi(path, { method: 'POST', body: 'x'.repeat(5_000), headers: { 'Content-Type': type } });
    await refused(await send('/statements', 'application/json'), 413, 'too-large');
    const scope = new URLSearchParams({ activityId: 'https://uni.example/a', agent: JSON.stringify(ALICE), stateId: 's' });
    await refused(await send(`/activities/state?${scope}`, 'text/plain'), 413, 'too-large');
    const upload = await small.request('/courseware', { method: 'POST', body: Buffer.alloc(5_000), headers: { Authorization: small.basic, 'Content-Type': 'application/zip' } });
    await refused(upload, 413, 'too-large');
  } finally {
    await small.close();
  }
});
