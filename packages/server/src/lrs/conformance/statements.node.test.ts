import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ACTIVITY, AGENT, attach, GROUP, iri, jsonPart, make, multipart, person, startConformance, VERB, type Json, type Lrs } from './requirement.fixture.js';

/* xAPI Data 2.3 and 2.5, Communication 2.1: storing, voiding, filtering and paging. */
const { requirement } = startConformance();

const VOIDED = { id: 'http://adlnet.gov/expapi/verbs/voided', display: { en: 'voided' } };
const ref = (id: string): Json => ({ objectType: 'StatementRef', id });
const idsOf = ({ statements }: { statements: Json[] }): string[] => statements.map(({ id }) => String(id));
const FILTERS: Json = { agent: AGENT, verb: VERB.id, activity: ACTIVITY.id, registration: randomUUID(), related_activities: 'true', related_agents: 'true', since: '2026-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z', limit: '1', ascending: 'true' };

requirement('00012, 00139, 00143-00145', 'PUT takes one statement under its id', async (lrs) => {
  const { id, ...body } = make();
  assert.equal(await (await lrs.expect(204, 'PUT', '/statements', { query: { statementId: id }, body })).text(), '');
  assert.equal((await lrs.one(id))['id'], id);
  await lrs.expect(400, 'PUT', '/statements', { body });
  await lrs.expect(400, 'PUT', '/statements', { query: { statementId: 'x' }, body });
  await lrs.expect(400, 'PUT', '/statements', { query: { statementId: randomUUID() }, body: { ...body, id } });
  await lrs.expect(400, 'PUT', '/statements', { query: { statementId: id }, body: [body] });
});

requirement('00146-00147', 'POST takes one or many and answers with their ids, in order', async (lrs) => {
  const many = [make(), make(), make()];
  assert.deepEqual(await (await lrs.expect(200, 'POST', '/statements', { body: many })).json(), many.map(({ id }) => id));
  assert.deepEqual(await (await lrs.expect(200, 'POST', '/statements', { body: [] })).json(), []);
});

requirement('00140-00142', 'a statement is never changed by another of its id', async (lrs) => {
  const statement = make();
  await lrs.store(statement);
  const before = await lrs.one(statement.id);
  await lrs.store(statement);
  await lrs.expect(409, 'POST', '/statements', { body: { ...statement, verb: { id: iri('verb') } } });
  await lrs.expect(409, 'PUT', '/statements', { query: { statementId: statement.id }, body: { ...statement, result: { success: true } } });
  assert.deepEqual(await lrs.one(statement.id), before);
});

requirement('00326-00327', 'one bad statement refuses its batch', async (lrs) => {
  const good = make();
  await lrs.expect(400, 'POST', '/statements', { body: [good, make({ verb: {} })] });
  await lrs.expect(404, 'GET', '/statements', { query: { statementId: good.id } });
  await lrs.expect(400, 'POST', '/statements', { body: [good, good] });
});

requirement('00016, 00018, 00156-00158, 00163', 'voiding hides a statement, but never a voiding one', async (lrs) => {
  const target = make();
  await lrs.store(target);
  const voiding = await lrs.store(make({ verb: VOIDED, object: ref(target.id) }));
  await lrs.expect(404, 'GET', '/statements', { query: { statementId: target.id } });
  const kept = await (await lrs.expect(200, 'GET', '/statements', { query: { voidedStatementId: target.id } })).json();
  assert.equal((kept as Json)['id'], target.id);
  await lrs.store(make({ verb: VOIDED, object: ref(voiding) }));
  assert.equal((await lrs.one(voiding))['id'], voiding);
  await lrs.expect(404, 'GET', '/statements', { query: { voidedStatementId: voiding } });
});

requirement('00017, 00019-00020', 'only a StatementRef can be voided', async (lrs) => {
  for (const object of [ACTIVITY, AGENT, GROUP, { objectType: 'statementref', id: randomUUID() }]) await lrs.expect(400, 'POST', '/statements', { body: make({ verb: VOIDED, object }) });
});

requirement('00150-00151, 00155', 'an id goes with format and attachments only', async (lrs) => {
  const id = await lrs.store(make());
  for (const name of ['statementId', 'voidedStatementId']) {
    for (const [key, value] of Object.entries(FILTERS)) await lrs.expect(400, 'GET', '/statements', { query: { [name]: id, [key]: value } });
  }
  await lrs.expect(400, 'GET', '/statements', { query: { statementId: id, voidedStatementId: id } });
  await lrs.expect(200, 'GET', '/statements', { query: { statementId: id, format: 'ids', attachments: 'false' } });
});

requirement('00153, 00160', 'Consistent-Through is on every answer, and a time', async (lrs) => {
  const stored = await lrs.expect(200, 'POST', '/statements', { body: make() });
  const answers = [
    stored, await lrs.ask('PUT', '/statements', { query: { statementId: randomUUID() }, body: make({ id: undefined }) }),
    ...(await Promise.all([{}, ...Object.entries(FILTERS).map(([key, value]) => ({ [key]: value }))].map((query) => lrs.expect(200, 'GET', '/statements', { query })))),
    await lrs.expect(400, 'GET', '/statements', { query: { limit: 'x' } }), await lrs.expect(400, 'POST', '/statements', { body: {} }),
    await lrs.expect(404, 'GET', '/statements', { query: { statementId: randomUUID() } }), await lrs.expect(401, 'GET', '/statements', { headers: { Authorization: '' } }),
    await lrs.expect(400, 'GET', '/statements', { headers: { 'X-Experience-API-Version': '' } }),
  ];
  for (const answer of answers) assert.match(answer.headers.get('x-experience-api-consistent-through') ?? '', /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/, `${answer.status} ${answer.url}`);
  const [id] = (await stored.json()) as string[];
  assert.ok(String((await lrs.one(id!))['stored']) <= stored.headers.get('x-experience-api-consistent-through')!, 'what is acknowledged can be seen');
});

requirement('00108-00114, 00154, 00165-00166, 00173', 'pages follow each other, in order, and end', async (lrs) => {
  const activity = iri('pages');
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await lrs.store(make({ object: { id: activity } })));
  for (const ascending of ['true', 'false']) {
    const seen: string[] = [];
    let page = await lrs.find({ activity, ascending, limit: '2' });
    for (;;) {
      assert.deepEqual(Object.keys(page).sort(), ['more', 'statements']);
      assert.ok(page.statements.length <= 2);
      seen.push(...idsOf(page));
      if (!page.more) break;
      assert.ok(page.more.startsWith('/xapi/'));
      page = (await (await lrs.expect(200, 'GET', page.more)).json()) as typeof page;
    }
    assert.deepEqual(seen, ascending === 'true' ? ids : [...ids].reverse());
  }
  const all = await lrs.find({ activity });
  assert.ok(!all.more);
  assert.deepEqual(idsOf(all), [...ids].reverse());
});

requirement('00149, 00159', 'nothing found is an empty result', async (lrs) => {
  assert.deepEqual((await lrs.find({ activity: iri('nothing') })).statements, []);
});

async function filtered(lrs: Lrs): Promise<{ ids: Record<string, string>; activity: string; inner: string; agent: Json; other: Json; verb: string; registration: string }> {
  const [activity, inner, verb, registration] = [iri('a'), iri('inner'), iri('v'), randomUUID()];
  const [agent, other] = [person(), person()];
  const sub = { objectType: 'SubStatement', actor: agent, verb: VERB, object: { id: inner } };
  const ids = {
    plain: await lrs.store(make({ actor: agent, verb: { id: verb }, object: { id: activity }, context: { registration } })),
    sub: await lrs.store(make({ object: sub })),
    context: await lrs.store(make({ object: { id: iri('b') }, context: { instructor: agent, contextActivities: { grouping: { id: activity } } } })),
    member: await lrs.store(make({ actor: { objectType: 'Group', member: [agent, other] }, object: { id: inner } })),
    object: await lrs.store(make({ actor: other, object: { objectType: 'Agent', ...agent } })),
  };
  return { ids, activity, inner, agent, other, verb, registration };
}

requirement('00164, 00176-00181', 'each filter finds what it says', async (lrs) => {
  const { ids, activity, inner, agent, verb, registration } = await filtered(lrs);
  const names = async (query: Json): Promise<string[]> => idsOf(await lrs.find(query)).map((id) => Object.keys(ids).find((name) => ids[name] === id) ?? id).sort();
  assert.deepEqual(await names({ verb }), ['plain']);
  assert.deepEqual(await names({ registration }), ['plain']);
  assert.deepEqual(await names({ activity }), ['plain']);
  assert.deepEqual(await names({ activity, related_activities: 'true' }), ['context', 'plain']);
  assert.deepEqual(await names({ activity: inner, related_activities: 'true' }), ['member', 'sub']);
  assert.deepEqual(await names({ agent }), ['member', 'object', 'plain']);
  assert.deepEqual(await names({ agent, related_agents: 'true' }), ['context', 'member', 'object', 'plain', 'sub']);
  assert.deepEqual(await names({ agent, verb, activity, registration }), ['plain']);
  assert.deepEqual(await names({ agent, activity: inner }), ['member']);
});

requirement('00176', '2.0: related_agents finds contextAgents and contextGroups', async (lrs) => {
  const [tutor, pupil] = [person(), person()];
  const id = await lrs.store(make({ context: { contextAgents: [{ objectType: 'contextAgent', agent: tutor }], contextGroups: [{ objectType: 'contextGroup', group: { objectType: 'Group', member: [pupil] } }] } }));
  for (const agent of [tutor, pupil]) {
    assert.deepEqual(idsOf(await lrs.find({ agent, related_agents: 'true' })), [id]);
    assert.deepEqual(idsOf(await lrs.find({ agent })), []);
  }
}, ['2.0.0']);

requirement('00174-00175', 'since is after, until is at or before', async (lrs) => {
  const activity = iri('times');
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push(await lrs.store(make({ object: { id: activity } })));
  const { stored } = await lrs.one(ids[1]!);
  assert.deepEqual(idsOf(await lrs.find({ activity, since: stored })), [ids[2]]);
  assert.deepEqual(idsOf(await lrs.find({ activity, until: stored })), [ids[1], ids[0]]);
});

requirement('00162', 'what targets a match matches, also where the match is voided', async (lrs) => {
  const activity = iri('targets');
  const target = await lrs.store(make({ object: { id: activity } }));
  const noted = await lrs.store(make({ object: ref(target) }));
  const voiding = await lrs.store(make({ verb: VOIDED, object: ref(target) }));
  assert.deepEqual(idsOf(await lrs.find({ activity })), [voiding, noted]);
});

requirement('00168-00172', 'formats: exact is the default, ids identify, canonical speaks the reader’s language', async (lrs) => {
  const activity = iri('formats');
  const name = { en: 'One', 'zh-CN': '一', de: 'Eins' };
  const sub = { objectType: 'SubStatement', actor: GROUP, verb: VERB, object: { objectType: 'Activity', id: activity, definition: { name } } };
  const statement = make({ object: sub, verb: { id: VERB.id, display: name } });
  await lrs.store(statement);
  const get = async (format?: string, language?: string): Promise<Json> =>
    (await lrs.find({ activity, related_activities: 'true', ...(format ? { format } : {}) }, language ? { 'Accept-Language': language } : {})).statements[0]!;
  assert.deepEqual((await get())['object'], sub);
  assert.deepEqual((await get('exact'))['object'], sub);
  const reduced = await get('ids');
  assert.deepEqual(reduced['actor'], { objectType: 'Agent', mbox: AGENT.mbox });
  assert.deepEqual(reduced['verb'], { id: VERB.id });
  assert.deepEqual(reduced['object'], { objectType: 'SubStatement', actor: { objectType: 'Group', mbox: GROUP.mbox }, verb: { id: VERB.id }, object: { id: activity } });
  for (const [language, tag] of [['zh-CN, en;q=0.5', 'zh-CN'], ['fr, de;q=0.3, en;q=0.1', 'de'], ['en-GB', 'en']] as const) {
    const spoken = await get('canonical', language);
    assert.deepEqual(spoken['verb'], { id: VERB.id, display: { [tag]: name[tag] } });
    assert.deepEqual((spoken['object'] as typeof sub).object.definition, { name: { [tag]: name[tag] } });
  }
  await lrs.expect(400, 'GET', '/statements', { query: { format: 'x' } });
});

requirement('00161, 00167', 'attachments come back when asked for, and only then', async (lrs) => {
  const { described, part } = attach(Buffer.from([0, 13, 10, 45, 45, 255]));
  const statement = make({ attachments: [described] });
  await lrs.expect(200, 'POST', '/statements', multipart([jsonPart(statement), part]));
  const query = { statementId: statement.id };
  const whole = await lrs.expect(200, 'GET', '/statements', { query: { ...query, attachments: 'true' } });
  assert.match(whole.headers.get('content-type') ?? '', /^multipart\/mixed; boundary=/);
  const octets = Buffer.from(await whole.arrayBuffer());
  assert.ok(octets.includes(Buffer.from(part.body)) && octets.includes(String(described['sha2'])));
  for (const attachments of [undefined, 'false']) {
    const plain = await lrs.expect(200, 'GET', '/statements', { query: { ...query, ...(attachments ? { attachments } : {}) } });
    assert.match(plain.headers.get('content-type') ?? '', /^application\/json/);
  }
});

requirement('00152', 'an answer says when what it holds was stored last', async (lrs) => {
  const id = await lrs.store(make());
  const stored = Date.parse(String((await lrs.one(id))['stored']));
  for (const query of [{ statementId: id }, { limit: '1' }]) {
    const modified = Date.parse((await lrs.expect(200, 'GET', '/statements', { query })).headers.get('last-modified') ?? '');
    assert.ok(Math.abs(modified - stored) < 5_000);
  }
});
