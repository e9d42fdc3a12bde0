import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import module, { type Agent, type Attachment, type Statement, type StatementsResponse } from '@xapi/xapi';
import { startTestServer, type TestServer } from '../server.fixture.js';

const XAPI = module.default;

let server: TestServer;
let client: InstanceType<typeof XAPI>;
before(async () => {
  server = await startTestServer({ demo: false });
  client = new XAPI({ endpoint: `${server.url}xapi/`, auth: server.basic, adapter: 'fetch' });
});
after(() => server.close());

const agent: Agent = { objectType: 'Agent', name: 'Li Lei', mbox: 'mailto:li.lei@uni.example' };
const verb = { id: 'https://uni.example/verbs/did', display: { en: 'did' } };
const activityId = 'https://uni.example/activities/real';
const make = (changes: Partial<Statement> = {}): Statement => ({ id: randomUUID(), actor: agent, verb, object: { objectType: 'Activity', id: activityId, definition: { name: { en: 'Real' } } }, ...changes });

/** `@xapi/xapi`, as it comes from npm, with nothing of ours between it and the server. */
test('statements: sent, found by every filter, paged by more, voided', async () => {
  const registration = randomUUID();
  const [one, ...rest] = Array.from({ length: 5 }, () => make({ context: { registration } }));
  assert.deepEqual((await client.sendStatement({ statement: one! })).data, [one!.id]);
  assert.deepEqual((await client.sendStatements({ statements: rest })).data, rest.map(({ id }) => id));
  const { data } = await client.getStatement({ statementId: one!.id! });
  assert.deepEqual([data.id, data.actor, data.verb], [one!.id, agent, verb]);
  assert.ok(data.stored && data.authority);

  const seen: (string | undefined)[] = [];
  let page = (await client.getStatements({ agent, verb: verb.id, activity: activityId, registration, related_activities: true, limit: 2, ascending: true })).data;
  for (;;) {
    seen.push(...page.statements.map(({ id }) => id));
    if (!page.more) break;
    page = (await client.getMoreStatements({ more: page.more })).data as StatementsResponse;
  }
  assert.deepEqual(seen, [one, ...rest].map((statement) => statement!.id));

  await client.voidStatement({ actor: agent, statementId: one!.id! });
  await client.voidStatements({ actor: agent, statementIds: rest.slice(0, 2).map(({ id }) => id!) });
  await assert.rejects(client.getStatement({ statementId: one!.id! }));
  assert.equal((await client.getVoidedStatement({ voidedStatementId: one!.id! })).data.id, one!.id);
});

test('attachments: one, and several, which the client separates by boundaries without a line break', async () => {
  const octets = ['first words', 'second words', 'third'].map((text) => new TextEncoder().encode(text).buffer);
  const describe = (bytes: ArrayBuffer): Attachment => ({
    usageType: 'https://uni.example/usage', display: { en: 'file' }, contentType: 'text/plain', length: bytes.byteLength, sha2: createHash('sha256').update(Buffer.from(bytes)).digest('hex'),
  });
  for (const some of [octets.slice(0, 1), octets]) {
    const statement = make({ attachments: some.map(describe) });
    assert.deepEqual((await client.sendStatement({ statement, attachments: some })).data, [statement.id]);
    const response = await server.xapi(`/statements?${new URLSearchParams({ statementId: statement.id!, attachments: 'true' })}`);
    const text = await response.text();
    for (const bytes of some) assert.ok(text.includes(`\r\n\r\n${Buffer.from(bytes).toString()}\r\n--`));
    const [told] = (await client.getStatement({ statementId: statement.id!, attachments: true })).data;
    assert.equal(told.id, statement.id);
  }
  const both = [make({ attachments: [describe(octets[0]!)] }), make({ attachments: [describe(octets[0]!)] })];
  assert.equal((await client.sendStatements({ statements: both, attachments: [octets[0]!, octets[0]!] })).data.length, 2);
});

test('only the hash may end an attachment: octets that look like a boundary stay, wrong ones are refused', async () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const part = (sha2: string, body: string): string => `--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ${sha2}\r\n\r\n${body}`;
  const send = (statement: Statement, ...parts: string[]): Promise<Response> => server.xapi('/statements', {
    method: 'POST', headers: { 'Content-Type': 'multipart/mixed; boundary=b' }, body: Buffer.from(`--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n${parts.join('')}\r\n--b--\r\n`),
  });
  const attach = (...texts: string[]): Statement => make({ attachments: texts.map((text) => ({ usageType: 'https://uni.example/usage', display: { en: 'file' }, contentType: 'text/plain', length: text.length, sha2: hash(text) })) });
  for (const text of ['a--b\r\nlooks like one', 'x--b\r\ny--b\r\n--']) {
    assert.equal((await send(attach(text), part(hash(text), text))).status, 200, JSON.stringify(text));
    assert.equal((await send(attach(text, 'then'), part(hash(text), text), part(hash('then'), 'then'))).status, 200, JSON.stringify(text));
  }
  for (const parts of [[part(hash('x'), 'y'), part(hash('z'), 'z')], [part(hash('x'), 'x'), part(hash('z'), 'y')], [part(hash('x'), 'x'), '--b\r\nno end of headers']]) {
    const response = await send(attach('x', 'z'), ...parts);
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'body-invalid']);
  }
  const endless = await send(attach('x'), part(hash('x'), '--b\r\n'.repeat(200_000)));
  assert.equal(endless.status, 400);
});

test('state: made, merged, listed, replaced under its ETag, deleted', async () => {
  const about = { agent, activityId, registration: randomUUID() };
  await client.createState({ ...about, stateId: 'place', state: { page: 1 } });
  await client.createState({ ...about, stateId: 'place', state: { zoom: 2 } });
  const { data, headers } = await client.getState({ ...about, stateId: 'place' });
  assert.deepEqual(data, { page: 1, zoom: 2 });
  const etag = String((headers as Record<string, unknown>)['etag']);
  await client.setState({ ...about, stateId: 'place', state: { page: 9 }, etag, matchHeader: 'If-Match' });
  await assert.rejects(client.setState({ ...about, stateId: 'place', state: { page: 10 }, etag, matchHeader: 'If-Match' }));
  await client.setState({ ...about, stateId: 'note', state: '记住', contentType: 'text/plain' });
  assert.equal((await client.getState({ ...about, stateId: 'note' })).data, '记住');
  assert.deepEqual([...(await client.getStates(about)).data].sort(), ['note', 'place']);
  await client.deleteState({ ...about, stateId: 'note' });
  assert.deepEqual((await client.getStates(about)).data, ['place']);
  await client.deleteStates(about);
  assert.deepEqual((await client.getStates(about)).data, []);
});

test('profiles of activities and agents; activities, agents, about', async () => {
  await client.sendStatement({ statement: make() });
  for (const kind of ['activity', 'agent'] as const) {
    const profileId = `${kind}-profile`;
    if (kind === 'activity') {
      await client.createActivityProfile({ activityId, profileId, profile: { a: 1 } });
      const { data, headers } = await client.getActivityProfile({ activityId, profileId });
      assert.deepEqual(data, { a: 1 });
      await client.setActivityProfile({ activityId, profileId, profile: { b: 2 }, etag: String((headers as Record<string, unknown>)['etag']), matchHeader: 'If-Match' });
      assert.deepEqual((await client.getActivityProfiles({ activityId })).data, [profileId]);
      await client.deleteActivityProfile({ activityId, profileId, etag: '*' });
      await assert.rejects(client.getActivityProfile({ activityId, profileId }));
    } else {
      await client.createAgentProfile({ agent, profileId, profile: { a: 1 } });
      const { data, headers } = await client.getAgentProfile({ agent, profileId });
      assert.deepEqual(data, { a: 1 });
      await client.setAgentProfile({ agent, profileId, profile: { b: 2 }, etag: String((headers as Record<string, unknown>)['etag']), matchHeader: 'If-Match' });
      assert.deepEqual((await client.getAgentProfiles({ agent })).data, [profileId]);
      await client.deleteAgentProfile({ agent, profileId });
      await assert.rejects(client.getAgentProfile({ agent, profileId }));
    }
  }
  assert.deepEqual((await client.getActivity({ activityId })).data.definition, { name: { en: 'Real' } });
  assert.deepEqual((await client.getAgent({ agent })).data.name, ['Li Lei']);
  assert.ok((await client.getAbout()).data.version.includes('1.0.3'));
});
