import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { VERBS, type Statement } from '@lectern/core';
import { silentLog } from '../log.js';
import { createStatementWriter } from '../lrs/statement-writer.js';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { abandonExpiredSessions } from './abandon-session.js';
import { au, block, enrol, importStructure, LaunchedAu, type Enrolled } from './cmi5-au.fixture.js';
import { CMI5 } from './cmi5-terms.js';

let server: TestServer;
before(async () => void (server = await startTestServer({}, silentLog)));
after(() => server.close());

const duration = 'PT1S';
const completion = { completion: true, duration };

async function recorded({ registration }: Pick<Enrolled, 'registration'>): Promise<Statement[]> {
  return ((await (await server.xapi(`/statements?registration=${registration}&ascending=true`)).json()) as { statements: Statement[] }).statements;
}
const verbsOf = async (enrolled: Enrolled): Promise<string[]> => (await recorded(enrolled)).map(({ verb }) => verb.id.split('/').at(-1)!);
const sessionOf = ({ context }: Statement): unknown => context?.extensions?.[CMI5.sessionId];
const asHost = (path: string, body: object = {}, authorization = server.basic): Promise<Response> =>
  server.request(path, { method: 'POST', body: JSON.stringify(body), headers: { Authorization: authorization, 'Content-Type': 'application/json' } });

test('8.1, 10: the launch keeps the query and the fragment of the AU, and everything is written before it', async () => {
  const course = await importStructure(server, au('a', 'moveOn="Passed" masteryScore="0.85004" launchMethod="OwnWindow"', 'https://content.example/a.html?x=%20b+c&flag#part', '<launchParameters> Start=1&amp;x </launchParameters><entitlementKey>key</entitlementKey>'));
  const enrolled = await enrol(server, course, { returnUrl: 'https://uni.example/back', launchMode: 'Review' });
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  assert.match(launched.url.href, /^https:\/\/content\.example\/a\.html\?x=%20b\+c&flag&endpoint=http%3A%2F%2F[^&]+%2Fxapi%2F&fetch=[^&]+&actor=%7B%22[^&]+&registration=[0-9a-f-]+&activityId=[^&]+#part$/);
  const [statement] = await recorded(enrolled);
  assert.equal(statement?.verb.id, VERBS.launched.id);
  assert.deepEqual(statement.context?.extensions, {
    [CMI5.sessionId]: launched.sessionId, [CMI5.launchMode]: 'Review', [CMI5.launchUrl]: 'https://content.example/a.html?x=%20b+c&flag#part', [CMI5.moveOn]: 'Passed',
    [CMI5.launchParameters]: 'Start=1&x', [CMI5.masteryScore]: 0.85,
  });
  assert.deepEqual(await launched.begin(), {
    contextTemplate: { contextActivities: { grouping: [{ objectType: 'Activity', id: 'https://p.example/au/a' }] }, extensions: { [CMI5.sessionId]: launched.sessionId } },
    launchMode: 'Review', moveOn: 'Passed', launchMethod: 'OwnWindow', masteryScore: 0.85, launchParameters: 'Start=1&x', entitlementKey: { courseStructure: 'key' }, returnURL: 'https://uni.example/back',
  });
  const inPlayer = await LaunchedAu.launch(server, enrolled, 'a', { embedded: true });
  const returnURL = (await inPlayer.begin())['returnURL'] as string;
  assert.equal(new URL(returnURL).origin, new URL(server.contentUrl).origin);
  const page = await fetch(returnURL, { headers: { 'Accept-Language': 'en' } });
  assert.match(await page.text(), /This unit has ended/);
  assert.match(page.headers.get('content-security-policy')!, /^default-src 'none'; script-src 'sha256-/);
});

test('9.6.1, 9.3.9: what needs nothing is satisfied at registration, under a session id of its own, once', async () => {
  const course = await importStructure(server, block('free', au('free')) + au('work', 'moveOn="Completed"') + block('rest', au('rest')));
  const enrolled = await enrol(server, course);
  await enrol(server, course, { registration: enrolled.registration, learner: (enrolled.actor as { account: object }).account });
  const told = await recorded(enrolled);
  assert.deepEqual(told.map(({ verb, context }) => [verb.id, context?.contextActivities?.grouping?.[0]?.id]), [
    [VERBS.satisfied.id, 'https://p.example/block/free'], [VERBS.satisfied.id, 'https://p.example/block/rest'],
  ]);
  const launched = await LaunchedAu.launch(server, enrolled, 'work');
  assert.ok(told.every((statement) => sessionOf(statement) !== launched.sessionId));
  await launched.begin();
  await launched.say(VERBS.initialized);
  assert.equal((await launched.say(VERBS.completed, completion)).status, 200);
  const last = (await recorded(enrolled)).at(-1)!;
  assert.deepEqual([last.verb.id, sessionOf(last), last.context?.contextActivities?.grouping?.[0]?.id], [VERBS.satisfied.id, launched.sessionId, `https://p.example/course/${last.context?.contextActivities?.grouping?.[0]?.id.split('/').at(-1)}`]);
  assert.deepEqual((last.object as { definition?: object }).definition, { type: CMI5.courseType });
  assert.equal((await verbsOf(enrolled)).filter((verb) => verb === 'satisfied').length, 3);
});

test('8.2.3: a fetch URL is used once, and not after its session', async () => {
  const course = await importStructure(server, au('a', 'moveOn="Completed"'));
  const enrolled = await enrol(server, course);
  const first = await LaunchedAu.launch(server, enrolled, 'a');
  assert.equal((await fetch(first.parameter('fetch'))).status, 404, 'GET is not allowed');
  const second = await LaunchedAu.launch(server, enrolled, 'a');
  assert.equal((await first.fetchToken())['error-code'], '1', 'abandoned by the second launch');
  assert.ok((await second.fetchToken())['auth-token']);
  assert.equal((await second.fetchToken())['error-code'], '1');
});

test('9.3.6: however many launch at once, one session is open and each other is abandoned once', async () => {
  const course = await importStructure(server, au('a', 'moveOn="Completed"') + au('b', 'moveOn="Completed"'));
  const enrolled = await enrol(server, course);
  const launches = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => LaunchedAu.launch(server, enrolled, index % 2 ? 'a' : 'b')));
  const open = await server.db.selectFrom('unit_sessions').selectAll().where('registration', '=', enrolled.registration).where('abandoned_at', 'is', null).execute();
  assert.equal(open.length, 1);
  const verbs = await verbsOf(enrolled);
  const sessions = await server.db.selectFrom('unit_sessions').select('id').where('registration', '=', enrolled.registration).execute();
  assert.equal(verbs.filter((verb) => verb === 'abandoned').length, sessions.length - 1);
  const won = launches.flatMap((result) => (result.status === 'fulfilled' && result.value.sessionId === open[0]!.id ? [result.value] : []))[0]!;
  await won.begin();
  assert.equal(won.template?.extensions[CMI5.sessionId], won.sessionId, 'the launch data is that of the session that is open');
});

test('9.3.6, 8.2.1: an abandoned session says how long it was, and opens nothing', async () => {
  const course = await importStructure(server, au('a', 'moveOn="Completed"'));
  const enrolled = await enrol(server, course);
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  await launched.say(VERBS.initialized);
  const { seen_at: seen, launched_at: from } = await server.db.selectFrom('unit_sessions').selectAll().where('id', '=', launched.sessionId).executeTakeFirstOrThrow();
  const other = await enrol(server, course);
  assert.equal((await asHost(`/launches/units/${launched.sessionId}/abandon`, {}, `Bearer ${other.token}`)).status, 404, 'another learner');
  assert.deepEqual(await (await asHost(`/launches/units/${launched.sessionId}/abandon`)).json(), { abandoned: true });
  assert.deepEqual(await (await asHost(`/launches/units/${launched.sessionId}/abandon`, {}, `Bearer ${enrolled.token}`)).json(), { abandoned: false });
  const statement = (await recorded(enrolled)).at(-1)!;
  assert.equal(statement.verb.id, VERBS.abandoned.id);
  assert.equal(Math.round(Number(/^PT([\d.]+)S$/.exec(statement.result!.duration!)![1]) * 100), Math.round((seen!.getTime() - from.getTime()) / 10), '9.5.4.2: from launched to the last statement');
  assert.deepEqual([sessionOf(statement), statement.context?.contextActivities?.category?.[0]?.id], [launched.sessionId, CMI5.category]);
  assert.deepEqual(await launched.say(VERBS.terminated, { duration }), { status: 403, clause: 'cmi5 9.3.6', field: 'verb.id' });
  assert.equal((await launched.say(VERBS.completed, completion)).status, 403);
  assert.equal((await launched.xapi(launched.state('LMS.LaunchData'))).status, 403);
});

test('9.3.8: after terminated nothing is said or read; only the last words may be repeated', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a', 'moveOn="Completed"')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  const looked = launched.statement({ id: 'https://uni.example/looked' }, undefined, false);
  const last = launched.statement(VERBS.terminated, { duration });
  assert.equal((await launched.post(launched.statement(VERBS.initialized), { ...looked, timestamp: new Date().toISOString() }, { ...last, timestamp: new Date().toISOString() })).status, 200);
  assert.deepEqual(await launched.post(looked), { status: 403, clause: 'cmi5 9.3.8', field: 'Authorization' });
  const stored = (await recorded(enrolled)).find(({ id }) => id === last.id)!;
  assert.equal((await launched.post({ ...last, timestamp: stored.timestamp })).status, 200);
  assert.equal((await launched.post(launched.statement(VERBS.terminated, { duration }))).status, 403);
  assert.equal((await launched.xapi(launched.preferences())).status, 403);
  assert.equal((await launched.xapi(launched.state('bookmark'), { method: 'PUT', body: '"p3"' })).status, 403);
});

test('9.3: within a request, the timestamps tell what comes first', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a', 'moveOn="Completed"')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  const at = (seconds: number, statement: object): object => ({ ...statement, timestamp: new Date(Date.UTC(2026, 10, 23, 10, 0, seconds)).toISOString() });
  const batch = [at(3, launched.statement(VERBS.terminated, { duration })), at(1, launched.statement(VERBS.initialized)), at(2, launched.statement(VERBS.completed, completion))];
  assert.equal((await launched.post(...batch)).status, 200);
});

test('9.7, 9.1, 9.2, 9.6.1, 6.3: what a request as such gets wrong is 403 with the clause', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a', 'moveOn="Completed"')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  await launched.say(VERBS.initialized);
  const good = launched.statement(VERBS.completed, completion) as { id: string; timestamp: string; context: object; actor: object };
  const without = (member: keyof typeof good): object => Object.fromEntries(Object.entries(good).filter(([name]) => name !== member));
  const cases: [object, string, string][] = [
    [without('id'), 'cmi5 9.1', 'id'],
    [without('timestamp'), 'cmi5 9.7', 'timestamp'],
    [{ ...good, timestamp: good.timestamp.replace('Z', '-06:00') }, 'cmi5 9.7', 'timestamp'],
    [without('context'), 'cmi5 9.6.1', 'context.registration'],
    [{ ...good, context: { ...good.context, registration: randomUUID() } }, 'cmi5 9.6.1', 'context.registration'],
    [{ ...good, actor: { mbox: 'mailto:a@uni.example' } }, 'cmi5 9.2', 'actor'],
    [{ ...good, actor: { ...good.actor, objectType: 'Group' } }, 'cmi5 9.2', 'actor'],
    [{ ...good, verb: VERBS.satisfied }, 'cmi5 9.3', 'verb.id'],
    [{ ...launched.statement({ id: 'http://adlnet.gov/expapi/verbs/voided' }, undefined, false), object: { objectType: 'StatementRef', id: randomUUID() } }, 'cmi5 6.3', 'verb.id'],
  ];
  for (const [statement, clause, field] of cases) assert.deepEqual(await launched.post(statement), { status: 403, clause, field });
  assert.equal((await launched.post(good)).status, 200);
});

test('8.1.1: an endpoint is one with "/statements" added, too', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  const response = await fetch(`${launched.parameter('endpoint')}/statements`, { method: 'POST', body: JSON.stringify(launched.statement(VERBS.initialized)), headers: { Authorization: launched.authorization, 'Content-Type': 'application/json', 'X-Experience-API-Version': '1.0.3' } });
  assert.equal(response.status, 200);
});

test('11: an AU may set preferences that are preferences', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  await launched.begin();
  const etag = (await launched.xapi(launched.preferences())).headers.get('etag')!;
  const put = async (body: string, contentType = 'application/json'): Promise<[number, string | undefined]> => {
    const response = await launched.xapi(launched.preferences(), { method: 'PUT', body, headers: { 'Content-Type': contentType, 'If-Match': etag } });
    return [response.status, response.ok ? undefined : ((await response.json()) as { clause?: string }).clause];
  };
  const bad: [string, string?, string?][] = [
    ['just words', 'cmi5 11.0', 'text/plain'], ['[]'], ['"x"'], ['{"languagePreference":"en"}', 'cmi5 11.2'], ['{"audioPreference":"on"}', 'cmi5 11.1'],
    ['{"languagePreference":"not comma separated","audioPreference":"on"}', 'cmi5 11.1'], ['{"languagePreference":"","audioPreference":"on"}', 'cmi5 11.1'], ['{"languagePreference":"en","audioPreference":"loud"}', 'cmi5 11.2'],
  ];
  for (const [body, clause = 'cmi5 11.0', type] of bad) assert.deepEqual(await put(body, type), [403, clause], body);
  assert.deepEqual(await put('{"languagePreference":"fr-FR,en","audioPreference":"off"}'), [204, undefined]);
  const write = await launched.xapi(launched.state('LMS.LaunchData'), { method: 'PUT', body: '{}' });
  assert.equal(write.status, 403);
  assert.equal((await launched.xapi(launched.state('LMS.LaunchData'), { method: 'DELETE' })).status, 403);
});

test('9.3.7: a unit is waived once, with a reason, and counts', async () => {
  const course = await importStructure(server, block('b', au('a', 'moveOn="CompletedAndPassed"')) + au('c', 'moveOn="Completed"') + au('free'));
  const enrolled = await enrol(server, course);
  const waive = async (body: object, authorization?: string): Promise<[number, string | undefined]> => {
    const response = await asHost('/launches/units/waivers', { registration: enrolled.registration, unit: 'a', reason: 'Tested Out', ...body }, authorization);
    return [response.status, ((await response.json()) as { field?: string }).field];
  };
  assert.deepEqual(await waive({}, `Bearer ${enrolled.token}`), [403, undefined], 'no learner waives');
  assert.deepEqual(await waive({ registration: randomUUID() }), [404, 'registration']);
  assert.deepEqual(await waive({ unit: 'z' }), [404, 'unit']);
  assert.deepEqual(await waive({ reason: ' ' }), [400, 'reason']);
  assert.deepEqual(await waive({ unit: 'free' }), [409, 'unit'], 'it is satisfied');
  const answers = await Promise.all(Array.from({ length: 4 }, () => waive({})));
  assert.deepEqual(answers.map(([status]) => status).sort(), [201, 409, 409, 409]);
  const told = await recorded(enrolled);
  const [waived, satisfied] = told;
  assert.deepEqual(told.map(({ verb }) => verb.id), [VERBS.waived.id, VERBS.satisfied.id]);
  assert.deepEqual(waived?.result, { success: true, completion: true, extensions: { [CMI5.reason]: 'Tested Out' } });
  assert.deepEqual(waived.context?.contextActivities?.category?.map(({ id }) => id), [CMI5.category, CMI5.moveOnCategory]);
  assert.deepEqual(waived.context?.contextActivities?.grouping?.map(({ id }) => id), ['https://p.example/au/a']);
  assert.ok(sessionOf(waived));
  assert.equal(sessionOf(satisfied!), sessionOf(waived));
  const { units } = (await (await server.request('/launches/units', { headers: { Authorization: `Bearer ${enrolled.token}` } })).json()) as { units: Record<string, object> };
  assert.deepEqual(units, {
    a: { completed: false, progress: 0, satisfied: true, waived: true }, c: { completed: false, progress: 0, satisfied: false }, free: { completed: false, progress: 0, satisfied: true },
  });
});

test('what an institution voids was not said: the unit can be done again, and nothing stays satisfied by it', async () => {
  const course = await importStructure(server, block('b', au('a', 'moveOn="Completed"')) + au('c', 'moveOn="Passed"') + au('free'));
  const enrolled = await enrol(server, course);
  const first = await LaunchedAu.launch(server, enrolled, 'a');
  await first.begin();
  const said = first.statement(VERBS.completed, completion);
  await first.say(VERBS.initialized);
  assert.equal((await first.post({ ...said, timestamp: new Date().toISOString() })).status, 200);
  await first.say(VERBS.terminated, { duration });
  const waiver = (await (await asHost('/launches/units/waivers', { registration: enrolled.registration, unit: 'c', reason: 'Tested Out' })).json()) as { statement: string };
  assert.deepEqual(await verbsOf(enrolled), ['launched', 'initialized', 'completed', 'satisfied', 'terminated', 'waived', 'satisfied']);
  const isSatisfied = async (): Promise<boolean> => (await server.db.selectFrom('registrations').select('satisfied_at').where('id', '=', enrolled.registration).executeTakeFirstOrThrow()).satisfied_at !== null;
  const voiding = (id: string): Promise<Response> => server.xapi('/statements', {
    method: 'POST', body: JSON.stringify({ actor: { account: { homePage: 'https://uni.example', name: 'office' } }, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id } }),
  });
  assert.equal(await isSatisfied(), true);
  assert.equal((await voiding(said.id)).status, 200);
  assert.deepEqual((await verbsOf(enrolled)).filter((verb) => verb !== 'voided'), ['launched', 'initialized', 'terminated', 'waived'], 'the block and the course are not satisfied');
  assert.equal(await isSatisfied(), false);
  const again = await LaunchedAu.launch(server, enrolled, 'a');
  await again.begin();
  await again.say(VERBS.initialized);
  assert.equal((await again.say(VERBS.completed, completion)).status, 200);
  assert.deepEqual((await verbsOf(enrolled)).slice(-3), ['completed', 'satisfied', 'satisfied']);
  assert.equal((await voiding(waiver.statement)).status, 200);
  assert.equal(await isSatisfied(), false);
  assert.equal((await asHost('/launches/units/waivers', { registration: enrolled.registration, unit: 'c', reason: 'Administrative' })).status, 201, 'a waiver can be given again');
  assert.equal(await isSatisfied(), true);
});

test('a session that nobody ended is abandoned when its time is over', async () => {
  const enrolled = await enrol(server, await importStructure(server, au('a', 'moveOn="Completed"')));
  const launched = await LaunchedAu.launch(server, enrolled, 'a');
  const services = { db: server.db, writer: createStatementWriter(server.db), authorityHome: 'https://lectern.example' };
  await abandonExpiredSessions(services);
  assert.deepEqual(await verbsOf(enrolled), ['launched']);
  await server.db.updateTable('unit_sessions').set({ expires_at: new Date(Date.now() - 1) }).where('id', '=', launched.sessionId).execute();
  await Promise.all([abandonExpiredSessions(services), abandonExpiredSessions(services)]);
  assert.deepEqual(await verbsOf(enrolled), ['launched', 'abandoned']);
});
