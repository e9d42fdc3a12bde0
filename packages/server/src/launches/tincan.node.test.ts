import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { VERBS, type Course } from '@lectern/core';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { au, enrol, importStructure } from './cmi5-au.fixture.js';

let server: TestServer;
before(async () => void (server = await startTestServer()));
after(() => server.close());

const TINCAN = '<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities><activity id="https://golf.example/golf" type="http://adlnet.gov/expapi/activities/course"><name lang="en">Golf</name><launch>https://golf.example/start?hole=1#tee</launch></activity><activity id="https://golf.example/swing"><name>Swing</name></activity></activities></tincan>';

test('a Tin Can manifest alone is launched as the guideline says, described, and keeps its state', async () => {
  const imported = await server.request('/courseware', { method: 'POST', body: TINCAN, headers: { Authorization: server.basic, 'Content-Type': 'text/xml' } });
  assert.equal(imported.status, 201, await imported.clone().text());
  const { id } = (await imported.json()) as { id: string };
  const course = (await (await server.request(`/courses/${id}/course.json`)).json()) as Course;
  const swing = (await (await server.xapi('/activities?activityId=https%3A%2F%2Fgolf.example%2Fswing')).json()) as { definition?: object };
  assert.deepEqual(swing.definition, { name: { und: 'Swing' } });

  const { token, registration, actor } = await enrol(server, id);
  const launched = await server.request('/launches/units', { method: 'POST', body: '{"unit":"golf"}', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Accept-Language': 'zh-CN,zh;q=0.9' } });
  const { url: address, sessionId } = (await launched.json()) as { url: string; sessionId: string };
  const url = new URL(address);
  assert.match(address, /^https:\/\/golf\.example\/start\?hole=1&endpoint=http.*#tee$/);
  const { auth, endpoint, actor: given, ...rest } = Object.fromEntries(url.searchParams);
  assert.deepEqual(rest, { hole: '1', registration, activity_id: 'https://golf.example/golf', activity_platform: 'Lectern', grouping: course.id, 'Accept-Language': 'zh-CN,zh;q=0.9' });
  assert.deepEqual(JSON.parse(given!), actor);

  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${endpoint}${path}`, { ...init, headers: { Authorization: auth!, 'X-Experience-API-Version': '1.0.1', 'Content-Type': 'application/json' } });
  const observe = async (): Promise<object> => (await (await server.request(`/launches/units/${sessionId}`, { headers: { Authorization: `Bearer ${token}` } })).json()) as object;
  const say = async (member: object): Promise<number> => (await send('statements', { method: 'POST', body: JSON.stringify({ actor: given && JSON.parse(given) as object, object: { id: 'https://golf.example/golf' }, ...member }) })).status;
  // A name of the learner's own, no registration, no timestamp, no id: all of that is common, and no fault.
  assert.equal(await say({ actor: { objectType: 'Agent', name: 'Li', ...(actor as object) }, verb: { id: 'http://adlnet.gov/expapi/verbs/attempted' } }), 200);
  assert.equal(await say({ verb: VERBS.completed, object: { id: 'https://golf.example/swing' } }), 200);
  assert.deepEqual(await observe(), { initialized: true, terminated: false, completed: false, satisfied: false }, 'a part is not the whole');
  assert.equal(await say({ verb: VERBS.failed, result: { score: { scaled: 0.2 } }, context: { registration } }), 200);
  assert.equal(await say({ verb: VERBS.passed, result: { score: { scaled: 0.9 } }, context: { registration } }), 200);
  assert.deepEqual(await observe(), { initialized: true, terminated: false, completed: false, satisfied: true, success: 'passed', score: { scaled: 0.9 } });
  assert.equal(await say({ verb: VERBS.passed, context: { registration: randomUUID() } }), 403);
  const state = `activities/state?${new URLSearchParams({ activityId: 'https://golf.example/golf', agent: given!, stateId: 'resume', registration })}`;
  assert.equal((await send(state, { method: 'PUT', body: '{"hole":7}' })).status, 204);
  assert.equal(await say({ verb: VERBS.terminated }), 200);
  assert.deepEqual(await (await send(state)).json(), { hole: 7 }, 'Tin Can says nothing of when a session is over');
});

test('what entitles to an AU is not in the public course', async () => {
  const course = await importStructure(server, au('a', '', 'https://content.example/', '<entitlementKey>secret-key</entitlementKey>'));
  assert.doesNotMatch(await (await server.request(`/courses/${course}/course.json`)).text(), /secret-key/);
});
