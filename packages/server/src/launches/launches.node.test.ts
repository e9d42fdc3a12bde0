import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { listUnits, VERBS, type Course, type LaunchedUnitState, type Unit } from '@lectern/core';
import { SignJWT } from 'jose';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { CMI5 } from './cmi5-terms.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const fixtures = resolve(process.env['LECTERN_FIXTURES'] ?? '../shared/fixtures');
const skip = existsSync(fixtures) ? false : `no fixtures at ${fixtures}`;
const learner = { homePage: 'https://uni.example', name: '2026-0001' };

interface Launch {
  readonly url: string;
  readonly token: string;
  readonly registration: string;
  readonly actor: object;
}

const launch = (body: object, authorization = server.basic): Promise<Response> =>
  server.request('/launches', { method: 'POST', body: JSON.stringify(body), headers: { Authorization: authorization, 'Content-Type': 'application/json' } });

async function importFixture(path: string): Promise<{ id: string; units: Unit[]; course: Course }> {
  const response = await server.request('/courseware', { method: 'POST', body: new Uint8Array(readFileSync(join(fixtures, path))), headers: { Authorization: server.basic, 'Content-Type': 'application/zip' } });
  const { id } = (await response.json()) as { id: string };
  const course = (await (await server.request(`/courses/${id}/course.json`)).json()) as Course;
  return { id, course, units: listUnits(course) };
}

async function launchUnit(token: string, unit: string): Promise<{ url: URL; sessionId: string; method: string }> {
  const response = await server.request('/launches/units', { method: 'POST', body: JSON.stringify({ unit }), headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } });
  assert.equal(response.status, 201, await response.clone().text());
  const { url, sessionId, method } = (await response.json()) as { url: string; sessionId: string; method: string };
  return { url: new URL(url), sessionId, method };
}

const observe = async (token: string, sessionId: string): Promise<LaunchedUnitState> =>
  (await (await server.request(`/launches/units/${sessionId}`, { headers: { Authorization: `Bearer ${token}` } })).json()) as LaunchedUnitState;

const verbsOf = async (registration: string): Promise<string[]> => {
  const { statements } = (await (await server.xapi(`/statements?registration=${registration}&ascending=true`)).json()) as { statements: { verb: { id: string } }[] };
  return statements.map(({ verb }) => verb.id.split('/').at(-1)!);
};

test('a host launches a learner; the address carries a token that fetches tokens, and nothing else', async () => {
  const registration = randomUUID();
  const response = await launch({ course: 'demo', learner, registration, returnUrl: 'https://uni.example/back' });
  assert.equal(response.status, 201);
  const { url, token, actor } = (await response.json()) as Launch;
  assert.deepEqual(actor, { objectType: 'Agent', account: learner });
  const launchToken = new URLSearchParams(new URL(url).hash.slice(1)).get('launch')!;
  assert.equal((await server.xapi('/statements', { authorization: `Bearer ${launchToken}` })).status, 401);
  assert.equal((await server.xapi('/statements', { authorization: `Bearer ${token}` })).status, 200);
  const next = await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${launchToken}` } });
  assert.equal(((await next.json()) as Launch).registration, registration);
  assert.equal((await server.request('/launches/token', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).status, 401);
  assert.equal((await server.request('/launches/token', { method: 'POST', body: JSON.stringify({ launch: launchToken }) })).status, 200);
  assert.equal((await launch({ course: 'demo', learner: { ...learner, name: 'somebody else' }, registration })).status, 409);
  assert.equal((await launch({ course: 'demo', learner: { account: learner }, registration })).status, 201, 'the learner as an Agent');
});

test('bad launches are refused with the field', async () => {
  const cases: [object, number, string | undefined][] = [
    [{ course: 'nothing', learner }, 404, 'course'],
    [{ learner }, 400, 'course'],
    [{ course: 'demo', learner: { name: 'x' } }, 400, 'learner.homePage'],
    [{ course: 'demo', learner, returnUrl: 'javascript:alert(1)' }, 400, 'returnUrl'],
    [{ course: 'demo', learner, registration: '1' }, 400, 'registration'],
  ];
  for (const [body, status, field] of cases) {
    const response = await launch(body);
    assert.deepEqual([response.status, ((await response.json()) as { field?: string }).field], [status, field]);
  }
  assert.equal((await launch({ course: 'demo', learner }, 'Basic wrong')).status, 401);
  assert.equal((await launch({ course: 'demo', learner }, (await server.learner('lin')).authorization)).status, 403);
});

test('expired tokens, tokens of another key and unsigned tokens open nothing', async () => {
  const { authorization } = await server.learner('lin');
  const [, payload] = authorization.slice(7).split('.');
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Record<string, unknown>;
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(48, 1));
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  for (const token of [forged, unsigned, `${authorization.slice(7)}x`, '..']) assert.equal((await server.xapi('/statements', { authorization: `Bearer ${token}` })).status, 401);
});

test('the demo makes one registration of a learner and course, however often it is asked at once', async () => {
  const grants = await Promise.all(Array.from({ length: 8 }, () => server.learner('chen')));
  assert.equal(new Set(grants.map(({ registration }) => registration)).size, 1);
  const ask = (learnerName: string): Promise<Response> => server.request('/demo/token', { method: 'POST', body: JSON.stringify({ learner: learnerName }) });
  assert.equal((await ask('<script>')).status, 400);
  const creditsOnly = (await (await ask('chen')).json()) as { token: string; registration?: string; actor: object };
  assert.equal(creditsOnly.registration, undefined);
  const write = await server.xapi('/statements', { method: 'POST', authorization: `Bearer ${creditsOnly.token}`, body: JSON.stringify({ actor: creditsOnly.actor, verb: VERBS.completed, object: { id: 'https://x.example/a' } }) });
  assert.equal(write.status, 403);
});

test('cmi5: launch, fetch once, session rules, satisfied, abandoned', { skip }, async () => {
  const { id, units, course } = await importFixture('cmi5/pre_post_test_framed.zip');
  const { token, registration, actor } = (await (await launch({ course: id, learner, returnUrl: 'https://uni.example/back' })).json()) as Launch;
  const unit = units[0]!;
  const { url, sessionId } = await launchUnit(token, unit.id);
  assert.equal(url.origin, server.contentUrl.slice(0, -1));
  const parameter = (name: string): string => url.searchParams.get(name)!;
  assert.deepEqual(JSON.parse(parameter('actor')), actor);
  assert.equal(parameter('registration'), registration);
  const activityId = parameter('activityId');
  assert.equal(activityId, unit.activityId);

  const fetchToken = async (): Promise<Record<string, string>> => (await (await fetch(parameter('fetch'), { method: 'POST' })).json()) as Record<string, string>;
  const { 'auth-token': auth } = await fetchToken();
  assert.ok(auth);
  assert.equal((await fetchToken())['error-code'], '1');
  assert.equal(((await (await fetch(parameter('fetch').replace(/token=.*/, 'token=wrong'), { method: 'POST' })).json()) as Record<string, string>)['error-code'], '2');
  const authorization = `Basic ${auth}`;

  const stateQuery = new URLSearchParams({ activityId, agent: JSON.stringify(actor), registration, stateId: 'LMS.LaunchData' });
  const data = (await (await server.xapi(`/activities/state?${stateQuery}`, { authorization })).json()) as { contextTemplate: { extensions: Record<string, unknown>; contextActivities: { grouping: object[] } }; returnURL: string; launchMode: string };
  assert.equal(data.returnURL, 'https://uni.example/back');
  assert.equal(data.launchMode, 'Normal');
  assert.equal(data.contextTemplate.extensions[CMI5.sessionId], sessionId);
  const preferences = `/agents/profile?${new URLSearchParams({ agent: JSON.stringify(actor), profileId: 'cmi5LearnerPreferences' })}`;
  assert.equal((await server.xapi(preferences, { authorization })).status, 200);

  const say = (verb: keyof typeof VERBS, result?: object, defined = true): object => ({
    id: randomUUID(), actor, verb: VERBS[verb], object: { id: activityId }, timestamp: new Date().toISOString(), ...(result ? { result } : {}),
    context: {
      registration, extensions: data.contextTemplate.extensions,
      contextActivities: { ...data.contextTemplate.contextActivities, ...(defined ? { category: [{ id: CMI5.category }, ...(verb === 'completed' || verb === 'passed' ? [{ id: CMI5.moveOnCategory }] : [])] } : {}) },
    },
  });
  const post = async (statement: object): Promise<[number, string | undefined]> => {
    const response = await server.xapi('/statements', { method: 'POST', authorization, body: JSON.stringify(statement) });
    return [response.status, response.ok ? undefined : ((await response.json()) as { clause?: string }).clause];
  };
  assert.deepEqual(await post(say('completed', { completion: true, duration: 'PT1S' })), [403, 'cmi5 9.3.2']);
  assert.equal((await observe(token, sessionId)).initialized, false);
  assert.deepEqual(await post(say('initialized')), [200, undefined]);
  assert.deepEqual(await post(say('initialized')), [403, 'cmi5 9.3']);
  assert.equal((await post({ ...say('completed', { completion: true, duration: 'PT1S' }), actor: { account: { ...learner, name: 'other' } } }))[0], 403);
  const completed = say('completed', { completion: true, duration: 'PT1S' });
  assert.deepEqual(await post(completed), [200, undefined]);
  assert.deepEqual(await post(completed), [200, undefined], 'told again after a lost answer');
  assert.deepEqual(await post(say('passed', { success: true, score: { scaled: 1 }, duration: 'PT2S' })), [200, undefined]);
  assert.deepEqual(await observe(token, sessionId), { initialized: true, terminated: false, completed: true, satisfied: true, success: 'passed', score: { scaled: 1 }, progress: 1 });
  const stranger = await server.learner('lin');
  assert.equal((await server.request(`/launches/units/${sessionId}`, { headers: { Authorization: stranger.authorization } })).status, 404);

  // A second launch over the open session abandons it: it takes nothing more.
  const next = await launchUnit(token, units[1]!.id);
  assert.deepEqual(await post(say('terminated', { duration: 'PT3S' })), [403, 'cmi5 9.3.6']);
  assert.equal((await observe(token, sessionId)).terminated, true);
  assert.equal((await observe(token, next.sessionId)).initialized, false);
  assert.deepEqual(await verbsOf(registration), ['launched', 'initialized', 'completed', 'passed', 'abandoned', 'launched']);

  // All the other units done: the course is satisfied, once.
  for (const other of units.slice(1)) {
    const session = await launchUnit(token, other.id);
    const { 'auth-token': key } = (await (await fetch(session.url.searchParams.get('fetch')!, { method: 'POST' })).json()) as Record<string, string>;
    await server.xapi(preferences, { authorization: `Basic ${key}` });
    const publisher = other.kind === 'cmi5' ? other.publisherId : '';
    const tell = (verb: keyof typeof VERBS, result?: object): object => ({
      id: randomUUID(), actor, verb: VERBS[verb], object: { id: other.activityId }, timestamp: new Date().toISOString(), ...(result ? { result } : {}),
      context: {
        registration, extensions: { [CMI5.sessionId]: session.sessionId },
        contextActivities: { grouping: [{ id: publisher }], category: [{ id: CMI5.category }, ...(result && verb !== 'terminated' ? [{ id: CMI5.moveOnCategory }] : [])] },
      },
    });
    const batch = [tell('initialized'), tell('completed', { completion: true, duration: 'PT1S' }), tell('passed', { success: true, duration: 'PT1S' }), tell('terminated', { duration: 'PT1S' })];
    const response = await server.xapi('/statements', { method: 'POST', authorization: `Basic ${key}`, body: JSON.stringify(batch) });
    assert.equal(response.status, 200, await response.clone().text());
  }
  const verbs = await verbsOf(registration);
  const blocks = course.children.filter(({ type }) => type === 'block').length;
  assert.equal(verbs.filter((verb) => verb === 'satisfied').length, blocks + 1);
  await launchUnit(token, unit.id);
  assert.equal((await verbsOf(registration)).filter((verb) => verb === 'satisfied').length, blocks + 1);
});

test('Tin Can: credentials in the address, bound to the learner', { skip }, async () => {
  const { id, units } = await importFixture('xapi/tincan-golf.zip');
  const { token, registration, actor } = (await (await launch({ course: id, learner })).json()) as Launch;
  const { url, sessionId } = await launchUnit(token, units[0]!.id);
  const authorization = url.searchParams.get('auth')!;
  const activityId = url.searchParams.get('activity_id')!;
  assert.match(authorization, /^Basic /);
  const post = (statement: object): Promise<Response> => server.xapi('/statements', { method: 'POST', authorization, body: JSON.stringify(statement) });
  const statement = { actor, verb: VERBS.passed, object: { id: activityId }, result: { score: { scaled: 0.7 } }, context: { registration } };
  assert.equal((await post({ ...statement, actor: { mbox: 'mailto:other@uni.example' } })).status, 403);
  assert.equal((await post(statement)).status, 200);
  const state = await observe(token, sessionId);
  assert.deepEqual([state.success, state.satisfied, state.score], ['passed', true, { scaled: 0.7 }]);
  const doc = new URLSearchParams({ activityId, agent: JSON.stringify(actor), stateId: 'bookmark', registration });
  assert.equal((await server.xapi(`/activities/state?${doc}`, { method: 'PUT', authorization, body: '"page 3"' })).status, 204);
});

test('a unit the player runs itself is not launched, an unknown one is 4xx', async () => {
  const { authorization } = await server.learner('lin');
  const ask = (unit: string): Promise<Response> => server.request('/launches/units', { method: 'POST', body: JSON.stringify({ unit }), headers: { Authorization: authorization, 'Content-Type': 'application/json' } });
  assert.equal((await ask('film')).status, 400);
  const unknown = await ask('nothing');
  assert.equal(unknown.status, 404);
  assert.equal(((await unknown.json()) as { code: string }).code, 'unit-unknown');
});
