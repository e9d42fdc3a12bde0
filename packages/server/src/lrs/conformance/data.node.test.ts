import assert from 'node:assert/strict';
import { ACTIVITY, AGENT, changed, GROUP, iri, make, startConformance, VERB, type Json, type Lrs } from './requirement.fixture.js';

/*
 * xAPI Data 2.2–2.4 and 4 through the door of the LRS: that each rule is asked at all. The whole tables of the validator,
 * with the edges of every format, are in core: statement/validate.node.test.ts.
 */
const { requirement } = startConformance();

const UUID = '0d2b6f3e-9a10-4c3a-9a53-c0a8c6b10f4e';
const SUB: Json = { objectType: 'SubStatement', actor: AGENT, verb: VERB, object: ACTIVITY };
const ATTACHMENT: Json = { usageType: 'https://uni.example/u', display: { en: 'x' }, contentType: 'text/plain', length: 1, sha2: 'a'.repeat(64), fileUrl: 'https://uni.example/f' };
const OBJECTS: readonly Json[] = [AGENT, GROUP, { objectType: 'StatementRef', id: UUID }, SUB];

/** Refused, by POST and by PUT, and where the part also stands in a SubStatement, there too. */
async function refused(lrs: Lrs, path: string, value: unknown, base: Json = make()): Promise<void> {
  const bad = changed(base, path, value);
  const response = await lrs.expect(400, 'POST', '/statements', { body: bad });
  assert.equal(((await response.json()) as Json)['code'], 'statement-invalid');
  await lrs.expect(400, 'PUT', '/statements', { query: { statementId: UUID }, body: path === 'id' ? bad : changed(bad, 'id', undefined) });
  const [top] = path.split('.');
  if ((base['object'] as Json)['objectType'] === 'SubStatement' || !['actor', 'verb', 'object', 'result', 'context', 'attachments'].includes(top!)) return;
  const { id: _id, ...inner } = bad;
  await lrs.expect(400, 'POST', '/statements', { body: make({ object: { objectType: 'SubStatement', ...inner } }) });
}

const definition = (value: Json): Json => ({ ...ACTIVITY, definition: value });
const identified = (identifier: Json): Json => ({ objectType: 'Agent', ...identifier });

/** The requirements; what they are of; where in a statement; and what must not stand there. */
const RULES: readonly (readonly [ids: string, title: string, path: string, ...values: unknown[]])[] = [
  ['00001', 'null stands in extensions only', 'result.response', null],
  ['00003, 00032-00033', 'actor', 'actor', undefined, {}, [], 'x', { ...AGENT, objectType: 3 }, { ...AGENT, name: 3 }],
  ['00004, 00044', 'verb', 'verb', undefined, {}, 'x', { display: { en: 'x' } }],
  ['00005, 00047', 'object', 'object', undefined, {}, 'x', { objectType: 'Activity' }],
  ['00006', 'the wrong type of data', 'result', 'x', [], { success: 'true' }, { score: [] }],
  ['00007', 'formats, the empty string included', 'verb.id', '', 'x', 'x y'],
  ['00008, 00010', 'the case of keys', 'actor.Name', 'x'],
  ['00008, 00010', 'the case of keys', 'result.Success', true],
  ['00009, 00031', 'the case of enumerated values', 'actor.objectType', 'agent', 'AGENT', 'Person'],
  ['00011', 'IRIs without a scheme', 'object.id', 'uni.example/a', '//uni.example/a', '/a'],
  ['00013, 00045, 00121', 'language maps', 'verb.display', 'x', { 'en_US': 'x' }, { a12345678: 'x' }, { en: 3 }],
  ['00021, 00027-00030', 'ids', 'id', 'x', 3, '', UUID.slice(1), `${UUID}0`, UUID.replaceAll('-', '')],
  ['00022, 00123', 'timestamps', 'timestamp', 'x', 3, '2026-13-01T00:00:00Z', '2026-11-23', '2026-11-23T09:00:00-00:00'],
  ['00024, 00098, 00100', 'authority', 'authority', 'x', {}, ACTIVITY, { objectType: 'Group', member: [AGENT] }, { objectType: 'Group', member: [AGENT, AGENT, AGENT] }, GROUP],
  ['00025', 'attachments', 'attachments', 'x', {}, [3]],
  ['00034', 'an agent has one identifier', 'actor', { objectType: 'Agent' }, { ...AGENT, openid: 'https://o.example' }],
  ['00035-00037', 'groups', 'actor', { objectType: 'Group' }, { objectType: 'Group', member: [] }, { objectType: 'Group', member: [{ name: 'x' }] }, { ...GROUP, openid: 'https://o.example' }, { ...GROUP, member: [GROUP] }],
  ['00038', 'mbox', 'actor', identified({ mbox: 'a@b.c' }), identified({ mbox: 'mailto:a' }), identified({ mbox: 3 })],
  ['00039', 'mbox_sha1sum', 'actor', identified({ mbox_sha1sum: 'x' }), identified({ mbox_sha1sum: 3 })],
  ['00040', 'openid', 'actor', identified({ openid: 'x' }), identified({ openid: 3 })],
  ['00041-00043', 'accounts', 'actor', ...['x', { name: 'x' }, { homePage: 'https://x' }, { homePage: 'x', name: 'x' }].map((account) => identified({ account }))],
  ['00046', 'kinds of objects', 'object.objectType', 'activity', 'Verb', ''],
  ['00048, 00050-00055', 'definitions and components', 'object', definition([] as never), ...['choices', 'scale', 'source', 'target', 'steps'].map((key) => definition({ interactionType: { choices: 'choice', scale: 'likert', source: 'matching', target: 'matching', steps: 'performance' }[key], [key]: [{ description: { en: 'no id' } }] }))],
  ['00049, 00062-00064', 'interactions', 'object', definition({ interactionType: 'x' }), definition({ correctResponsesPattern: ['x'] }), definition({ choices: [] }), definition({ interactionType: 'choice', choices: [{ id: 'a' }, { id: 'a' }] }), definition({ interactionType: 'choice', correctResponsesPattern: 'a' })],
  ['00056, 00059', 'names and descriptions', 'object', definition({ name: 'x' }), definition({ description: 'x' })],
  ['00057-00058, 00060-00061', 'types, links, extensions', 'object', definition({ type: 'x' }), definition({ moreInfo: 'x' }), definition({ extensions: [] }), definition({ extensions: { x: 1 } })],
  ['00065', 'agents as objects say what they are', 'object', { mbox: 'mailto:a@b.example' }, { member: [AGENT] }],
  ['00066-00071', 'SubStatements', 'object', { ...SUB, verb: undefined }, { ...SUB, authority: AGENT }, { ...SUB, version: '1.0.0' }, { ...SUB, stored: '2026-11-23T09:00:00Z' }, { ...SUB, id: UUID }, { ...SUB, object: SUB }],
  ['00072-00073', 'StatementRefs', 'object', { objectType: 'StatementRef' }, { objectType: 'StatementRef', id: 'x' }, { objectType: 'statementRef', id: UUID }],
  ['00074-00076, 00079', 'results', 'result', { success: 1 }, { completion: 'x' }, { response: 3 }, { score: 3 }],
  ['00077, 00124', 'durations', 'result.duration', 'x', 3, 'PT', 'P1Y2W', 'PT1.5M1S'],
  ['00078, 00118, 00120', 'extensions', 'result.extensions', 'x', [], { x: 1 }],
  ['00080-00082', 'scores', 'result.score', { max: 'x' }, { min: 2, max: 1 }, { raw: 3, max: 2 }, { raw: 0, min: 1 }],
  ['00083', 'scaled scores', 'result.score.scaled', 1.1, -1.1, '1'],
  ['00086, 00093-00094', 'contextActivities', 'context.contextActivities', 'x', { x: ACTIVITY }, { parent: 'x' }, { parent: [{ id: 'x' }] }, { parent: AGENT }],
  ['00087', 'registration', 'context.registration', 'x', 3],
  ['00088', 'team', 'context.team', AGENT, 'x'],
  ['00089-00091', 'texts of the context', 'context', { revision: 3 }, { platform: 3 }, { language: 3 }, { language: 'x_y' }],
  ['00092, 00095', 'the statement of the context', 'context.statement', 'x', { objectType: 'StatementRef', id: 'x' }, SUB],
  ['00101', 'versions of statements', 'version', '0.9', '1.1.0', '3.0.0', 'x', 1],
  ['00102-00107', 'attachments’ properties', 'attachments', ...[{ length: 1.5 }, { length: '1' }, { sha2: 3 }, { fileUrl: 'x' }, { contentType: 3 }, { contentType: 'x' }, { display: 'x' }, { usageType: 'x' }].map((over) => [{ ...ATTACHMENT, ...over }])],
];

for (const [ids, title, path, ...values] of RULES) {
  requirement(ids, `${title}: refused where wrong`, async (lrs) => void (await Promise.all(values.map((value) => refused(lrs, path, value)))));
}

requirement('00084-00085', 'revision and platform go with activities only', async (lrs) => {
  for (const object of OBJECTS) for (const key of ['revision', 'platform']) await lrs.expect(400, 'POST', '/statements', { body: make({ object, context: { [key]: 'x' } }) });
  await lrs.store(make({ context: { revision: 'x', platform: 'x' } }));
});

requirement('00046, 00065-00066, 00073', 'every kind of object is kept as it was', async (lrs) => {
  for (const object of OBJECTS) assert.deepEqual((await lrs.one(await lrs.store(make({ object }))))['object'], object);
});

requirement('00002, 00080', 'numbers keep the precision of doubles', async (lrs) => {
  const score = { raw: 1.123456789012345, min: -1e21, max: 12345678.9012345 };
  assert.deepEqual((await lrs.one(await lrs.store(make({ result: { score } }))))['result'], { score });
});

requirement('00014-00015', 'strings are UTF-8, whatever they hold', async (lrs) => {
  const display = { 'zh-CN': '参加了 𠮷', ar: 'حضر', und: '\u2028\u0000 "' };
  assert.deepEqual((await lrs.one(await lrs.store(make({ verb: { ...VERB, display } }))))['verb'], { ...VERB, display });
});

requirement('00119', 'extensions hold anything', async (lrs) => {
  const extensions = { 'https://uni.example/e': null, 'urn:e:1': '', 'urn:e:2': {}, 'urn:e:3': [[null]] };
  const body = make({ result: { extensions }, context: { extensions }, object: definition({ extensions }) });
  assert.deepEqual((await lrs.one(await lrs.store(body)))['result'], { extensions });
  await lrs.expect(204, 'PUT', '/statements', { query: { statementId: make().id }, body: { ...body, id: undefined } });
});

requirement('00023, 00026, 00097, 00099', 'the LRS gives id, stored, timestamp and authority, and takes no word for stored', async (lrs) => {
  const { id: _id, ...body } = make({ stored: '2001-01-01T00:00:00Z' });
  const kept = await lrs.one(await lrs.store(body));
  assert.match(String(kept['id']), /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Date.parse(String(kept['stored'])) - Date.now()) < 60_000);
  assert.ok(kept['timestamp'] && (kept['authority'] as Json)['objectType'] === 'Agent');
});

requirement('00096', 'context activities come back as arrays', async (lrs) => {
  const context = { contextActivities: { parent: ACTIVITY, other: [ACTIVITY, ACTIVITY] } };
  const expected = { contextActivities: { parent: [ACTIVITY], other: [ACTIVITY, ACTIVITY] } };
  assert.deepEqual((await lrs.one(await lrs.store(make({ context }))))['context'], expected);
  const sub = await lrs.one(await lrs.store(make({ object: { ...SUB, context } })));
  assert.deepEqual((sub['object'] as Json)['context'], expected);
});

requirement('00122', 'timestamps keep their milliseconds and their instant', async (lrs) => {
  assert.match(String((await lrs.one(await lrs.store(make({ timestamp: '2026-11-23T09:00:00.123456Z' }))))['timestamp']), /\.123/);
  const moved = String((await lrs.one(await lrs.store(make({ timestamp: '2026-11-23T17:00:00.5+08:00' }))))['timestamp']);
  assert.equal(Date.parse(moved), Date.parse('2026-11-23T09:00:00.5Z'));
  assert.match(moved, /Z$/);
});

requirement('00332', 'a statement keeps the version it was accepted with', async (lrs) => {
  assert.equal((await lrs.one(await lrs.store(make({ version: '1.0.0' }))))['version'], '1.0.0');
  assert.equal((await lrs.one(await lrs.store(make())))['version'], lrs.version === '2.0.0' ? '2.0.0' : '1.0.0');
});

const contextAgents = [{ objectType: 'contextAgent', agent: AGENT, relevantTypes: ['https://uni.example/tutor'] }];
const contextGroups = [{ objectType: 'contextGroup', group: GROUP, relevantTypes: ['https://uni.example/class'] }];

requirement('00095', '2.0: contextAgents and contextGroups', async (lrs) => {
  const context = { contextAgents, contextGroups };
  assert.deepEqual((await lrs.one(await lrs.store(make({ context, object: { ...ACTIVITY, id: iri('c') } }))))['context'], context);
  for (const over of [{ contextAgents: {} }, { contextAgents: [{ ...contextAgents[0], objectType: 'agent' }] }, { contextAgents: [{ objectType: 'contextAgent' }] }, { contextAgents: [{ ...contextAgents[0], relevantTypes: [] }] }, { contextAgents: [{ ...contextAgents[0], agent: GROUP }] }, { contextGroups: [{ ...contextGroups[0], group: AGENT }] }, { contextGroups: [{ objectType: 'contextGroup' }] }]) {
    await lrs.expect(400, 'POST', '/statements', { body: make({ context: over }) });
  }
}, ['2.0.0']);

requirement('00010', '1.0.3 has neither contextAgents nor contextGroups', async (lrs) => {
  for (const context of [{ contextAgents }, { contextGroups }]) await lrs.expect(400, 'POST', '/statements', { body: make({ context }) });
}, ['1.0.3']);
