import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { unitCredentials } from '../launches/unit-credentials.js';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { SCOPES } from './principal.js';
import { digestOf } from './secret.js';

const ACTIVITY = 'https://uni.example/activities/lathe';
const BOB = { account: { homePage: 'https://uni.example', name: 'bob' } };
const VERB = { id: 'https://uni.example/did' };
const SECRET = 'a-unit-secret';

interface Identity {
  readonly authorization: string;
  /** Whose documents and statements it asks for. */
  readonly actor: object;
  readonly registration: string;
}

let server: TestServer;
const identities = new Map<string, Identity>();

before(async () => {
  server = await startTestServer();
  const [{ id: tenantId }] = (await server.db.selectFrom('tenants').select('id').execute()) as [{ id: number }];
  for (const scope of SCOPES) {
    const { authorization } = await server.key([scope]);
    identities.set(scope, { authorization, actor: BOB, registration: randomUUID() });
  }
  const lin = await server.learner('lin');
  identities.set('learner', lin);
  const registration = await server.db.selectFrom('registrations').selectAll().where('id', '=', lin.registration).executeTakeFirstOrThrow();
  for (const kind of ['xapi', 'cmi5'] as const) {
    const id = randomUUID();
    await server.db.insertInto('unit_sessions').values({
      tenant_id: tenantId, id, kind, registration: lin.registration, course_id: 'demo', unit_id: kind, activity_id: ACTIVITY, actor_key: registration.actor_key, actor: registration.actor,
      launch_mode: 'Normal', move_on: 'Completed', context_template: '{}', secret_hash: digestOf(SECRET), expires_at: new Date(Date.now() + 3_600_000),
    }).execute();
    identities.set(kind, { ...lin, authorization: `Basic ${unitCredentials(tenantId, id, SECRET)}` });
  }
  const readOnly = await server.request('/demo/token', { method: 'POST', body: JSON.stringify({ learner: 'lin' }) });
  const { token } = (await readOnly.json()) as { token: string };
  identities.set('reader', { ...lin, authorization: `Bearer ${token}` });
});
after(() => server.close());

const stateOf = ({ actor, registration }: Identity, over: Record<string, string> = {}): string =>
  `/activities/state?${new URLSearchParams({ activityId: ACTIVITY, agent: JSON.stringify(actor), stateId: 's', registration, ...over })}`;
const activityProfile = `/activities/profile?${new URLSearchParams({ activityId: ACTIVITY, profileId: 'p' })}`;
const agentProfile = (actor: object): string => `/agents/profile?${new URLSearchParams({ agent: JSON.stringify(actor), profileId: 'p' })}`;
const statementOf = ({ actor, registration }: Identity, over: object = {}): object => ({ id: randomUUID(), actor, verb: VERB, object: { id: ACTIVITY }, context: { registration }, ...over });

/** Every resource and method of the LRS, and who may: `1` may, `0` is refused with 403. What is missing or malformed is not the question here. */
const HEADER = ['statements/write', 'statements/read/mine', 'statements/read', 'state', 'define', 'profile', 'all/read', 'all', 'launch', 'admin', 'learner', 'reader', 'xapi', 'cmi5'] as const;
const TABLE: readonly (readonly [string, string, (who: Identity) => [path: string, init?: RequestInit], ...(0 | 1)[]])[] = [
  //                                                                                                        wr mi re st de pr ar al la ad  le rd xa c5
  ['POST', 'statements', (who) => ['/statements', json('POST', [statementOf(who)])], 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0], // a cmi5 session begins with initialized
  ['PUT', 'statements', (who) => [`/statements?statementId=${randomUUID()}`, json('PUT', statementOf(who, { id: undefined }))], 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0],
  ['GET', 'statements', () => ['/statements?limit=1'], 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1],
  ['HEAD', 'statements', () => ['/statements?limit=1', { method: 'HEAD' }], 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1],
  ['GET', 'state', (who) => [stateOf(who)], 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1],
  ['GET', 'state (list)', (who) => [stateOf(who).replace('stateId=s&', '')], 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1],
  ['PUT', 'state', (who) => [stateOf(who), json('PUT', {})], 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1],
  ['POST', 'state', (who) => [stateOf(who), json('POST', {})], 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1],
  ['DELETE', 'state', (who) => [stateOf(who), { method: 'DELETE' }], 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1],
  ['GET', 'activity profile', () => [activityProfile], 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1],
  ['POST', 'activity profile', () => [activityProfile, json('POST', {})], 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1],
  ['DELETE', 'activity profile', () => [activityProfile, { method: 'DELETE' }], 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1],
  ['GET', 'agent profile', ({ actor }) => [agentProfile(actor)], 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1],
  ['POST', 'agent profile', ({ actor }) => [agentProfile(actor), json('POST', {})], 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1],
  ['DELETE', 'agent profile', ({ actor }) => [agentProfile(actor), { method: 'DELETE' }], 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1],
  ['GET', 'activities', () => [`/activities?${new URLSearchParams({ activityId: ACTIVITY })}`], 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1],
  ['GET', 'agents', ({ actor }) => [`/agents?${new URLSearchParams({ agent: JSON.stringify(actor) })}`], 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1],
  ['GET', 'about', () => ['/about'], 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
];

const json = (method: string, value: unknown): RequestInit => ({ method, body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } });

test('scope × resource × method', async () => {
  assert.deepEqual(HEADER.slice(0, SCOPES.length), [...SCOPES]);
  for (const [method, resource, make, ...expected] of TABLE) {
    const got = await Promise.all(HEADER.map(async (name) => {
      const who = identities.get(name)!;
      const [path, init] = make(who);
      const { status } = await server.xapi(path, { ...init, authorization: who.authorization });
      assert.ok(status !== 401 && status < 500, `${method} ${resource} with ${name}: ${status}`);
      return [name, status === 403 ? 0 : 1];
    }));
    assert.deepEqual(got, HEADER.map((name, index) => [name, expected[index]]), `${method} ${resource}`);
  }
});

/** What is not the LRS. */
test('only an administrator’s key manages; a key of scope "launch" launches and no more', async () => {
  const launch = json('POST', { course: 'demo', learner: BOB.account });
  const managed: [string, RequestInit, readonly string[]][] = [
    ['/keys', {}, ['admin']], ['/keys', json('POST', { scopes: ['all'] }), ['admin']], ['/keys/nothing', { method: 'DELETE' }, ['admin']], ['/keys/nothing/rotate', { method: 'POST' }, ['admin']],
    ['/audit', {}, ['admin']], ['/courseware', {}, ['admin']], ['/courseware', json('POST', {}), ['admin']], ['/courseware/nothing', { method: 'DELETE' }, ['admin']],
    ['/credits/conferrals', json('POST', {}), ['admin']], ['/credits/conferrals/x/revoke', json('POST', { reason: 'x' }), ['admin']],
    ['/launches', launch, ['launch', 'admin']], ['/launches/units', json('POST', { unit: 'x' }), ['learner', 'reader']], ['/credits', {}, ['learner', 'reader']],
    ['/tenants', {}, []], ['/tenants', json('POST', { name: 'x' }), []], ['/tenants/1/suspend', { method: 'POST' }, []], ['/tenants/1/resume', { method: 'POST' }, []], ['/tenants/1/keys', { method: 'POST' }, []], ['/metrics', {}, []],
  ];
  for (const [path, init, allowed] of managed) {
    for (const name of HEADER) {
      const headers = { ...(init.headers as Record<string, string> | undefined), Authorization: identities.get(name)!.authorization };
      const response = await server.request(path, { ...init, headers });
      const problem = response.ok ? {} : ((await response.json()) as { code?: string; detail?: string });
      // A token for reading is a learner's, but was launched for no course.
      const refused = response.status === 403 && !/not launched for a course/.test(problem.detail ?? '');
      assert.equal(refused, !allowed.includes(name), `${init.method ?? 'GET'} ${path} with ${name}: ${response.status} ${problem.code}`);
    }
  }
});

const post = async (who: string, value: object, init: RequestInit = {}): Promise<number> =>
  (await server.xapi('/statements', { ...json('POST', value), ...init, authorization: identities.get(who)!.authorization })).status;
const list = async (authorization: string, query = ''): Promise<{ ids: string[]; more: string }> => {
  const response = await server.xapi(`/statements${query}`, { authorization });
  assert.equal(response.status, 200, await response.clone().text());
  const { statements, more } = (await response.json()) as { statements: { id: string }[]; more: string };
  return { ids: statements.map(({ id }) => id), more };
};

test('"statements/read/mine" reads what the key itself wrote, whichever way it asks', async () => {
  const mine = await server.key(['statements/write', 'statements/read/mine']);
  const own = Array.from({ length: 3 }, () => statementOf({ authorization: '', actor: BOB, registration: randomUUID() }) as { id: string });
  assert.equal((await server.xapi('/statements', { ...json('POST', own), authorization: mine.authorization })).status, 200);
  const text = 'somebody’s essay';
  const sha2 = createHash('sha256').update(text).digest('hex');
  const attachment = { usageType: 'https://uni.example/essay', display: { en: 'essay' }, contentType: 'text/plain', length: Buffer.byteLength(text), sha2 };
  // Others' statements that name the key wherever an agent may stand, and one that refers to the key's own.
  const name = { account: { homePage: 'https://lectern.example', name: mine.key } };
  const foreign = [
    statementOf(identities.get('all')!, { actor: name }),
    statementOf(identities.get('all')!, { object: { objectType: 'Agent', ...name } }),
    statementOf(identities.get('all')!, { context: { instructor: name, team: { objectType: 'Group', member: [name] } } }),
    statementOf(identities.get('all')!, { object: { objectType: 'StatementRef', id: own[0]!.id } }),
    statementOf(identities.get('all')!, { authority: name }),
  ] as { id: string }[];
  assert.equal(await post('all', foreign), 200);
  const essay = statementOf(identities.get('all')!, { attachments: [attachment] }) as { id: string };
  const body = ['--b', 'Content-Type: application/json', '', JSON.stringify(essay), '--b', 'Content-Type: text/plain', 'Content-Transfer-Encoding: binary', `X-Experience-API-Hash: ${sha2}`, '', text, '--b--', ''].join('\r\n');
  assert.equal(await post('all', {}, { body, headers: { 'Content-Type': 'multipart/mixed; boundary=b' } }), 200);

  const ownIds = own.map(({ id }) => id).sort();
  const agent = JSON.stringify(name);
  const queries: Record<string, string>[] = [{}, { ascending: 'true' }, { verb: VERB.id }, { activity: ACTIVITY, related_activities: 'true' }, { agent: JSON.stringify(BOB), related_agents: 'true' }];
  for (const query of queries) assert.deepEqual((await list(mine.authorization, `?${new URLSearchParams(query)}`)).ids.sort(), ownIds, JSON.stringify(query));
  // Its own name is the authority of its own statements, and of no other's.
  assert.deepEqual((await list(mine.authorization, `?${new URLSearchParams({ agent, related_agents: 'true' })}`)).ids.sort(), ownIds);
  for (const { id } of [...foreign, essay]) assert.equal((await server.xapi(`/statements?statementId=${id}`, { authorization: mine.authorization })).status, 404);

  const pages: string[] = [];
  for (let next = '/statements?limit=1'; next; ) {
    const { ids, more } = await list(mine.authorization, next.replace(/^.*\/statements/, ''));
    pages.push(...ids);
    next = more;
  }
  assert.deepEqual(pages.sort(), ownIds);
  const { more } = await list(server.basic, '?limit=1');
  for (const id of (await list(mine.authorization, more.replace(/^.*\/statements/, ''))).ids) assert.ok(ownIds.includes(id), 'another’s "more" link');

  // A hash that was seen somewhere fetches nothing.
  const thief = statementOf({ authorization: '', actor: BOB, registration: randomUUID() }, { attachments: [{ ...attachment, fileUrl: 'https://uni.example/e.txt' }] }) as { id: string };
  assert.equal((await server.xapi('/statements', { ...json('POST', thief), authorization: mine.authorization })).status, 200);
  for (const path of [`/statements?statementId=${thief.id}&attachments=true`, '/statements?attachments=true']) {
    assert.doesNotMatch(await (await server.xapi(path, { authorization: mine.authorization })).text(), /somebody’s essay/);
  }
  assert.match(await (await server.xapi(`/statements?statementId=${essay.id}&attachments=true`)).text(), /somebody’s essay/);

  const voiding = (id: string): object => statementOf({ authorization: '', actor: BOB, registration: randomUUID() }, { verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id } });
  const tell = async (value: object): Promise<number> => (await server.xapi('/statements', { ...json('POST', value), authorization: mine.authorization })).status;
  assert.equal(await tell(voiding(essay.id)), 403, 'another’s');
  assert.equal(await tell(voiding(randomUUID())), 403, 'what is not there yet');
  assert.equal(await tell([foreign[1]!, voiding(foreign[1]!.id)]), 403, 'another’s, told again');
  assert.equal(await tell(voiding(own[0]!.id)), 200);
  assert.equal((await server.xapi(`/statements?voidedStatementId=${own[0]!.id}`, { authorization: mine.authorization })).status, 200);
  assert.equal((await server.xapi('/statements', json('POST', voiding(foreign[0]!.id)))).status, 200);
  assert.equal((await server.xapi(`/statements?voidedStatementId=${foreign[0]!.id}`, { authorization: mine.authorization })).status, 404);
});

test('only who may define changes what things are called', async () => {
  const activity = (name: string): object => ({ id: 'https://uni.example/activities/named', definition: { name: { en: name } } });
  const nameNow = async (): Promise<string | undefined> =>
    ((await (await server.xapi(`/activities?${new URLSearchParams({ activityId: 'https://uni.example/activities/named' })}`)).json()) as { definition?: { name: { en: string } } }).definition?.name.en;
  const write = (who: string, name: string): Promise<number> => post(who, statementOf(identities.get(who)!, { object: activity(name) }));
  assert.equal(await write('statements/write', 'by a key that may not define'), 200);
  assert.equal(await nameNow(), undefined);
  assert.equal(await write('learner', 'by the learner, the first'), 200);
  assert.equal(await nameNow(), 'by the learner, the first');
  assert.equal(await write('xapi', 'by a unit, the second'), 200);
  assert.equal(await nameNow(), 'by the learner, the first');
  assert.equal(await write('all', 'by a unit, the second'), 200);
  assert.equal(await nameNow(), 'by a unit, the second');
  assert.equal(await post('learner', statementOf(identities.get('learner')!, { object: { objectType: 'Agent', ...BOB, name: 'Nasty Name' } })), 200);
  assert.doesNotMatch(await (await server.xapi(`/agents?${new URLSearchParams({ agent: JSON.stringify(BOB) })}`)).text(), /Nasty/);
});

test('a token writes and reads for nobody but its learner and registration', async () => {
  const other = randomUUID();
  for (const who of ['learner', 'xapi'] as const) {
    const me = identities.get(who)!;
    const sub = (over: object): object => statementOf(me, { object: { objectType: 'SubStatement', actor: me.actor, verb: VERB, object: { id: ACTIVITY }, ...over } });
    const refused: [string, object][] = [
      ['another actor', statementOf(me, { actor: BOB })],
      ['a group of its own name, with members', statementOf(me, { actor: { ...me.actor, objectType: 'Group', member: [BOB] } })],
      ['an anonymous group', statementOf(me, { actor: { objectType: 'Group', member: [me.actor] } })],
      ['another registration', statementOf(me, { context: { registration: other } })],
      ['a SubStatement of another', sub({ actor: BOB })],
      ['a SubStatement of another registration', sub({ context: { registration: other } })],
      ['a SubStatement that confers', sub({ verb: { id: 'https://w3id.org/xapi/adl/verbs/waived' } })],
      ['voiding', statementOf(me, { verb: { id: 'http://adlnet.gov/expapi/verbs/voided' }, object: { objectType: 'StatementRef', id: other } })],
      ['waiving', statementOf(me, { verb: { id: 'https://w3id.org/xapi/adl/verbs/waived' } })],
      ['satisfying', statementOf(me, { verb: { id: 'https://w3id.org/xapi/adl/verbs/satisfied' } })],
      ['one good and one bad', [statementOf(me), statementOf(me, { actor: BOB })]],
    ];
    for (const [what, value] of refused) assert.equal(await post(who, value), 403, `${who}: ${what}`);
    assert.equal(await post(who, sub({})), 200);
    const said = statementOf(me, { authority: { account: { homePage: 'https://uni.example', name: 'the dean' } } }) as { id: string };
    assert.equal(await post(who, said), 200);
    const stored = (await (await server.xapi(`/statements?statementId=${said.id}`)).json()) as { authority: { account: { name: string } } };
    assert.match(stored.authority.account.name, /^lectern:/);

    const ask = async (path: string, init: RequestInit = {}): Promise<number> => (await server.xapi(path, { ...init, authorization: me.authorization })).status;
    for (const method of ['PUT', 'POST', 'DELETE', 'GET']) {
      const init = method === 'PUT' || method === 'POST' ? json(method, {}) : { method };
      assert.equal(await ask(stateOf(me, { agent: JSON.stringify(BOB) }), init), 403, `${who} ${method}: another’s state`);
      assert.equal(await ask(stateOf(me, { registration: other }), init), 403, `${who} ${method}: another registration’s state`);
      assert.equal(await ask(agentProfile(BOB), init), 403, `${who} ${method}: another’s profile`);
      if (method !== 'GET') assert.equal(await ask(stateOf(me, { stateId: 'LMS.LaunchData' }), init), 403, `${who} ${method}: launch data`);
    }
    assert.equal(await ask(`/statements?${new URLSearchParams({ agent: JSON.stringify(BOB) })}`), 403);
    assert.equal(await ask(`/agents?${new URLSearchParams({ agent: JSON.stringify(BOB) })}`), 403);
  }
});

test('a token lists and deletes no documents of the learner’s other registrations', async () => {
  const me = identities.get('learner')!;
  const other = randomUUID();
  const withoutId = (registration?: string): string => `/activities/state?${new URLSearchParams({ activityId: 'https://uni.example/two', agent: JSON.stringify(me.actor), ...(registration ? { registration } : {}) })}`;
  for (const [id, registration] of [['here', me.registration], ['LMS.LaunchData', me.registration], ['there', other], ['nowhere', undefined]] as const) {
    assert.equal((await server.xapi(`${withoutId(registration)}&stateId=${id}`, json('PUT', {}))).status, 204);
  }
  const listed = async (authorization: string, path = withoutId()): Promise<string[]> => (await (await server.xapi(path, { authorization })).json()) as string[];
  assert.deepEqual(await listed(me.authorization), ['LMS.LaunchData', 'here', 'nowhere']);
  assert.deepEqual(await listed(identities.get('reader')!.authorization), ['nowhere']);
  assert.equal((await server.xapi(withoutId(), { method: 'DELETE', authorization: me.authorization })).status, 204);
  assert.deepEqual(await listed(server.basic), ['LMS.LaunchData', 'there']);
});
