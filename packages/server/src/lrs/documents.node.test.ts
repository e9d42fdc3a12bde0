import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '../server.fixture.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const ALICE = { account: { homePage: 'https://uni.example', name: 'alice' } };
const ACTIVITY = 'https://uni.example/activities/1';
const search = (parameters: Record<string, string | object>): string =>
  String(new URLSearchParams(Object.entries(parameters).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])));

type Init = Parameters<TestServer['xapi']>[1];
const state = (method: string, parameters: object, body?: string, init: Init = {}): Promise<Response> =>
  server.xapi(`/activities/state?${search({ activityId: ACTIVITY, agent: ALICE, ...parameters })}`, { method, ...(body === undefined ? {} : { body }), ...init });

test('state: PUT, GET, merge, list, delete', async () => {
  const stateId = randomUUID();
  assert.equal((await state('PUT', { stateId }, '{"a":1,"b":{"c":2}}')).status, 204);
  assert.equal((await state('POST', { stateId }, '{"b":3,"d":4}')).status, 204);
  const read = await state('GET', { stateId });
  assert.deepEqual(await read.json(), { a: 1, b: 3, d: 4 });
  assert.match(read.headers.get('etag') ?? '', /^"[0-9a-f]{40}"$/);
  assert.ok(read.headers.get('last-modified'));
  assert.ok(((await (await state('GET', {})).json()) as string[]).includes(stateId));
  assert.deepEqual(await (await state('GET', { since: '2999-01-01T00:00:00Z' })).json(), []);
  assert.equal((await state('DELETE', { stateId })).status, 204);
  assert.equal((await state('GET', { stateId })).status, 404);
});

test('registrations keep their state apart; deleting without a stateId deletes all in the scope', async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  const activityId = `https://uni.example/${randomUUID()}`;
  for (const registration of [one, two]) await state('PUT', { activityId, stateId: 's', registration }, JSON.stringify({ registration }));
  assert.deepEqual(await (await state('GET', { activityId, stateId: 's', registration: two })).json(), { registration: two });
  assert.equal((await state('GET', { activityId, stateId: 's' })).status, 404);
  assert.equal((await state('DELETE', { activityId, registration: one })).status, 204);
  assert.equal((await state('GET', { activityId, stateId: 's', registration: one })).status, 404);
  assert.equal((await state('GET', { activityId, stateId: 's', registration: two })).status, 200);
});

test('any octets come back as they were, and never as a page', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const parameters = search({ activityId: ACTIVITY, agent: ALICE, stateId: 'binary' });
  await server.xapi(`/activities/state?${parameters}`, { method: 'PUT', body: bytes, headers: { 'Content-Type': 'text/html' } });
  const read = await server.xapi(`/activities/state?${parameters}`);
  assert.deepEqual(Buffer.from(await read.arrayBuffer()), bytes);
  assert.match(read.headers.get('content-security-policy') ?? '', /sandbox/);
});

test('merging needs JSON objects on both sides', async () => {
  await state('PUT', { stateId: 'text' }, 'words', { headers: { 'Content-Type': 'text/plain' } });
  assert.equal((await state('POST', { stateId: 'text' }, '{"a":1}')).status, 400);
  await state('PUT', { stateId: 'json' }, '{"a":1}');
  assert.equal((await state('POST', { stateId: 'json' }, 'words', { headers: { 'Content-Type': 'text/plain' } })).status, 400);
  assert.equal((await state('POST', { stateId: 'json' }, '[1]')).status, 400);
  assert.equal((await state('PUT', { stateId: 'json' }, '{broken')).status, 400);
});

test('etags guard against lost updates: 409 without a condition, 412 with a stale one', async () => {
  const url = `/activities/profile?${search({ activityId: ACTIVITY, profileId: randomUUID() })}`;
  const put = (body: string, headers: Record<string, string> = {}): Promise<Response> => server.xapi(url, { method: 'PUT', body, headers });
  assert.equal((await put('{"v":1}', { 'If-None-Match': '*' })).status, 204);
  assert.equal((await put('{"v":2}', { 'If-None-Match': '*' })).status, 412);
  assert.equal((await put('{"v":2}')).status, 409);
  const etag = (await server.xapi(url)).headers.get('etag')!;
  assert.equal((await put('{"v":2}', { 'If-Match': etag })).status, 204);
  assert.equal((await put('{"v":3}', { 'If-Match': etag })).status, 412);
  const fresh = (await server.xapi(url)).headers.get('etag')!;
  assert.equal((await server.xapi(url, { headers: { 'If-None-Match': fresh } })).status, 304);
  assert.equal((await server.xapi(url, { method: 'DELETE', headers: { 'If-Match': etag } })).status, 412);
  assert.equal((await server.xapi(url, { method: 'DELETE', headers: { 'If-Match': fresh } })).status, 204);
});

test('of many who write a new document at once with If-None-Match, one does', async () => {
  const url = `/agents/profile?${search({ agent: ALICE, profileId: randomUUID() })}`;
  const statuses = await Promise.all(Array.from({ length: 12 }, (_, index) => server.xapi(url, { method: 'PUT', body: JSON.stringify({ index }), headers: { 'If-None-Match': '*' } })));
  assert.equal(statuses.filter(({ status }) => status === 204).length, 1);
  assert.ok(statuses.every(({ status }) => status === 204 || status === 412));
});

test('many merges at once lose nothing', async () => {
  const stateId = randomUUID();
  await Promise.all(Array.from({ length: 20 }, (_, index) => state('POST', { stateId }, JSON.stringify({ [`k${index}`]: index }))));
  assert.equal(Object.keys((await (await state('GET', { stateId })).json()) as object).length, 20);
});

test('missing and malformed parameters are named', async () => {
  const field = async (response: Response): Promise<unknown> => {
    assert.equal(response.status, 400);
    return ((await response.json()) as { field: unknown }).field;
  };
  assert.equal(await field(await state('PUT', {}, '{}')), 'stateId');
  assert.equal(await field(await state('GET', { activityId: 'not an iri' })), 'activityId');
  assert.equal(await field(await state('GET', { agent: '{"mbox":"nobody"}' })), 'agent');
  assert.equal(await field(await state('GET', { agent: '{' })), 'agent');
  assert.equal(await field(await state('GET', { registration: '1' })), 'registration');
  assert.equal(await field(await state('GET', { stateId: 'a\u0000b' })), 'stateId');
});

test('a learner’s token reaches its own documents only', async () => {
  const lin = await server.learner('lin');
  const wang = await server.learner('wang');
  const own = { agent: lin.actor, registration: lin.registration, stateId: 'lectern.session' };
  const { authorization } = lin;
  assert.equal((await state('PUT', own, '{"unit:a":{}}', { authorization })).status, 204);
  assert.equal((await state('GET', own, undefined, { authorization })).status, 200);
  assert.equal((await state('GET', own, undefined, { authorization: wang.authorization })).status, 403);
  assert.equal((await state('PUT', { ...own, agent: wang.actor }, '{}', { authorization })).status, 403);
  assert.equal((await state('PUT', { ...own, registration: wang.registration }, '{}', { authorization })).status, 403);
  const profile = `/activities/profile?${search({ activityId: ACTIVITY, profileId: 'shared' })}`;
  assert.equal((await server.xapi(profile, { method: 'PUT', body: '{}', authorization })).status, 403);
  assert.equal((await server.xapi(`/agents/profile?${search({ agent: lin.actor, profileId: 'p' })}`, { method: 'PUT', body: '{}', authorization, headers: { 'If-None-Match': '*' } })).status, 204);
});
