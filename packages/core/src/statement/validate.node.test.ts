import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { assertStatement, parseTimestamp, validateStatement, type ValidateOptions } from './validate.js';

type Json = Record<string, unknown>;

const ID = 'c0a8c6b1-0f4e-4c3a-9a53-0d2b6f3e9a10';
const AGENT = { objectType: 'Agent', account: { homePage: 'https://lms.example', name: 'a1' } };
const GROUP = { objectType: 'Group', member: [AGENT] };
const ACTIVITY = { objectType: 'Activity', id: 'https://example.org/a/1' };
const REF = { objectType: 'StatementRef', id: ID };
const VERB = { id: 'http://adlnet.gov/expapi/verbs/experienced', display: { en: 'experienced' } };
const SUB = { objectType: 'SubStatement', actor: AGENT, verb: VERB, object: ACTIVITY };
const ATTACHMENT = {
  usageType: 'https://example.org/usage',
  display: { 'zh-CN': '证书' },
  contentType: 'text/plain; charset="utf-8"',
  length: 0,
  sha2: 'a'.repeat(64),
};

/** A statement that uses every part. */
function full(): Json {
  return structuredClone({
    id: ID,
    actor: AGENT,
    verb: VERB,
    object: {
      ...ACTIVITY,
      definition: {
        name: { en: 'Name', 'zh-Hans-CN': '名' },
        description: { und: 'D' },
        type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
        moreInfo: 'https://example.org/فعل/خواندن?q=1#f',
        interactionType: 'choice',
        correctResponsesPattern: ['a[,]b'],
        choices: [{ id: 'a', description: { en: 'A' } }, { id: 'b' }],
        extensions: { 'https://example.org/e': null },
      },
    },
    result: {
      score: { scaled: -1, raw: 5, min: 0, max: 16 },
      success: false,
      completion: true,
      response: '',
      duration: 'P3Y1M29DT4H35M59.14S',
      extensions: { 'urn:x:y': { deep: [null, {}] } },
    },
    context: {
      registration: ID.toUpperCase(),
      instructor: AGENT,
      team: GROUP,
      contextActivities: { parent: ACTIVITY, grouping: [ACTIVITY], category: [], other: [ACTIVITY, ACTIVITY] },
      revision: '1',
      platform: 'Lectern',
      language: 'zh-CN',
      statement: REF,
      extensions: { 'https://example.org/e': '' },
    },
    timestamp: '2026-11-23T09:00:00.123Z',
    stored: '2026-11-23T17:00:00+08:00',
    authority: { objectType: 'Group', member: [AGENT, { mbox: 'mailto:u@example.org' }] },
    version: '1.0.0',
    attachments: [ATTACHMENT, { ...ATTACHMENT, description: { en: 'x' }, fileUrl: 'https://example.org/f' }],
  });
}

/** The full statement with the value at a path replaced, or removed where it is undefined. */
function changed(path: string, value: unknown): Json {
  const root = full();
  if (path === '') return value as Json;
  const keys = path.split('.');
  const last = keys.pop()!;
  let at: Json = root;
  for (const key of keys) at = (at[key] ??= {}) as Json;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return root;
}

const first = (value: unknown, options?: ValidateOptions): string | undefined => validateStatement(value, options)[0]?.path;

/** A group in each place of an interaction definition. */
const interaction = (interactionType: string | undefined, rest: Json): Json => ({ ...(interactionType ? { interactionType } : {}), ...rest });

/** Where, what, and the path of the fault when it is another one. */
const INVALID: readonly (readonly [path: string, value: unknown, fault?: string])[] = [
  ['', null], ['', []], ['', 'x'], ['', 3], ['', undefined],
  ['id', 'no'], ['id', 3], ['id', null], ['id', `${ID}0`], ['id', `{${ID}}`], ['id', ''],
  ['actor', undefined], ['actor', null], ['actor', []], ['actor', 'mailto:a@b.c'],
  ['actor', { objectType: 'Agent', name: 'x' }], ['actor', { objectType: 'agent', mbox: 'mailto:a@b.c' }, 'actor.objectType'],
  ['actor', { objectType: 'Person', mbox: 'mailto:a@b.c' }, 'actor.objectType'],
  ['actor', { objectType: null, mbox: 'mailto:a@b.c' }, 'actor.objectType'],
  ['actor', { mbox: 'mailto:a@b.c', openid: 'https://o.example' }, 'actor.openid'],
  ['actor', { mbox: 'a@b.c' }, 'actor.mbox'], ['actor', { mbox: 'mailto:a b@c' }, 'actor.mbox'], ['actor', { mbox: 'mailto:a@b.c?subject=x' }, 'actor.mbox'],
  ['actor', { mbox: 'mailto:a@b@c' }, 'actor.mbox'], ['actor', { mbox: 'mailto:a@b..c' }, 'actor.mbox'], ['actor', { mbox: ['mailto:a@b.c'] }, 'actor.mbox'],
  ['actor', { mbox: 'mailto:' }, 'actor.mbox'],
  ['actor', { mbox_sha1sum: 'f'.repeat(39) }, 'actor.mbox_sha1sum'], ['actor', { mbox_sha1sum: 'g'.repeat(40) }, 'actor.mbox_sha1sum'],
  ['actor', { openid: 'me' }, 'actor.openid'], ['actor', { account: { name: 'x' } }, 'actor.account.homePage'],
  ['actor', { account: { homePage: 'https://x' } }, 'actor.account.name'], ['actor', { account: { homePage: 'x', name: 'x' } }, 'actor.account.homePage'],
  ['actor', { account: { homePage: 'https://x', name: 3 } }, 'actor.account.name'], ['actor', { account: 'x' }, 'actor.account'],
  ['actor.account.role', 'x'], ['actor.name', null], ['actor.name', {}], ['actor.Name', 'x'], ['actor.member', []],
  ['actor', { objectType: 'Group' }, 'actor.member'], ['actor', { objectType: 'Group', member: [] }, 'actor.member'],
  ['actor', { objectType: 'Group', member: {} }, 'actor.member'], ['actor', { objectType: 'Group', member: [GROUP] }, 'actor.member[0].objectType'],
  ['actor', { objectType: 'Group', mbox: 'mailto:a@b.c', member: [{ ...GROUP, mbox: 'mailto:a@b.c' }] }, 'actor.member[0].objectType'],
  ['actor', { objectType: 'Group', member: [{ name: 'x' }] }, 'actor.member[0]'],
  ['actor', { objectType: 'Group', mbox: 'mailto:a@b.c', mbox_sha1sum: 'f'.repeat(40) }, 'actor.mbox_sha1sum'],
  ['verb', undefined], ['verb', 'completed'], ['verb', {}, 'verb.id'], ['verb.id', 'completed'], ['verb.id', ''], ['verb.id', 3], ['verb.id', 'http://'], ['verb.id', 'http:x'],
  ['verb.display', 'x'], ['verb.display', { a12345678: 'x' }, 'verb.display.a12345678'], ['verb.display', { en: null }, 'verb.display.en'], ['verb.display', { 'en_US': 'x' }, 'verb.display.en_US'],
  ['verb.display', { '': 'x' }, 'verb.display[""]'], ['verb.name', 'x'],
  ['object', undefined], ['object', []], ['object', null], ['object', {}, 'object.id'], ['object.id', 'a/1'], ['object.id', 'https://x/ y'], ['object.id', 'https://x/%zz'], ['object.id', 'https://x/<a>'],
  ['object.objectType', 'activity'], ['object.objectType', 'constructor'], ['object.objectType', 3], ['object.title', 'x'],
  ['object.definition', 'x'], ['object.definition.type', 'course'], ['object.definition.moreInfo', 'page.html'], ['object.definition.name', 'x'], ['object.definition.title', {}],
  ['object.definition.extensions', { e: 1 }, 'object.definition.extensions.e'], ['object.definition.extensions', []],
  ['object.definition.interactionType', undefined], ['object.definition.interactionType', 'Choice'], ['object.definition.interactionType', 'likert', 'object.definition.choices'],
  ['object.definition', interaction(undefined, { correctResponsesPattern: [] }), 'object.definition.interactionType'],
  ['object.definition', interaction('true-false', { steps: [] }), 'object.definition.steps'], ['object.definition', interaction('matching', { source: [], scale: [] }), 'object.definition.scale'],
  ['object.definition', interaction('performance', { target: [] }), 'object.definition.target'], ['object.definition', interaction('numeric', { choices: [] }), 'object.definition.choices'],
  ['object.definition.correctResponsesPattern', 'a'], ['object.definition.correctResponsesPattern', ['a', 3], 'object.definition.correctResponsesPattern[1]'],
  ['object.definition.choices', {}], ['object.definition.choices', [{}], 'object.definition.choices[0].id'], ['object.definition.choices', [{ id: 3 }], 'object.definition.choices[0].id'],
  ['object.definition.choices', [{ id: 'a' }, { id: 'b' }, { id: 'a' }], 'object.definition.choices[2].id'], ['object.definition.choices', [{ id: 'a', text: 'x' }], 'object.definition.choices[0].text'],
  ['object.definition.choices', [{ id: 'a', description: { en: 3 } }], 'object.definition.choices[0].description.en'],
  ['object', { mbox: 'mailto:a@b.c' }, 'object.id'], ['object', { objectType: 'StatementRef' }, 'object.id'], ['object', { objectType: 'StatementRef', id: 'x' }, 'object.id'],
  ['object', { ...REF, definition: {} }, 'object.definition'],
  ['object', { ...SUB, id: ID }, 'object.id'], ['object', { ...SUB, stored: '2026-11-23T09:00:00Z' }, 'object.stored'], ['object', { ...SUB, version: '1.0.0' }, 'object.version'],
  ['object', { ...SUB, authority: AGENT }, 'object.authority'], ['object', { ...SUB, object: SUB }, 'object.object.objectType'], ['object', { ...SUB, verb: undefined }, 'object.verb'],
  ['object', { ...SUB, object: AGENT, context: { platform: 'x' } }, 'object.context.platform'], ['object', { ...SUB, timestamp: 'now' }, 'object.timestamp'],
  ['object', { ...SUB, verb: { id: 'http://adlnet.gov/expapi/verbs/voided' } }, 'object.object.objectType'],
  ['verb.id', 'http://adlnet.gov/expapi/verbs/voided', 'object.objectType'],
  ['result', []], ['result.grade', 'A'], ['result.success', 'true'], ['result.completion', 1], ['result.response', 3], ['result.score', 3], ['result.score.scaled', 1.01], ['result.score.scaled', -1.5],
  ['result.score.scaled', '1'], ['result.score.raw', 17], ['result.score.raw', -1], ['result.score.min', 16], ['result.score.max', NaN], ['result.score.max', Infinity], ['result.score.percent', 3],
  ['result.score', null], ['result.extensions', { 'a b': 1 }, 'result.extensions["a b"]'],
  ['result.duration', 'PT'], ['result.duration', 'P'], ['result.duration', 'P1S'], ['result.duration', 'P4W1D'], ['result.duration', 'P1W2D'], ['result.duration', 'PT1.5H3M'], ['result.duration', 'PT3M1H'],
  ['result.duration', '1H'], ['result.duration', 90], ['result.duration', '-PT1S'], ['result.duration', 'P0003-06-04T12:30:05'], ['result.duration', 'PT1..5S'], ['result.duration', 'P1DT'], ['result.duration', ''],
  ['context', null], ['context.registration', 'r1'], ['context.instructor', { name: 'x' }], ['context.team', AGENT, 'context.team.objectType'], ['context.team', { member: [AGENT] }, 'context.team.objectType'],
  ['context.revision', 1], ['context.platform', {}], ['context.language', 'english language'], ['context.language', 'e'], ['context.language', 'en_US'], ['context.language', ''],
  ['context.statement', ID], ['context.statement', SUB, 'context.statement.id'], ['context.statement', { id: ID }, 'context.statement.objectType'], ['context.grouping', []],
  ['context.contextActivities', []], ['context.contextActivities.siblings', []], ['context.contextActivities.parent', 'x'], ['context.contextActivities.parent', AGENT, 'context.contextActivities.parent.id'],
  ['context.contextActivities.grouping', [ACTIVITY, { id: 'x' }], 'context.contextActivities.grouping[1].id'], ['context.contextActivities.other', [REF], 'context.contextActivities.other[0].objectType'],
  ['context.contextAgents', [{ objectType: 'contextAgent', agent: AGENT }]], ['context.extensions', { e: 1 }, 'context.extensions.e'],
  ['timestamp', '2026-11-23'], ['timestamp', 1], ['timestamp', '23/11/2026'], ['timestamp', '2026-02-29T00:00:00Z'], ['timestamp', '2026-13-01T00:00:00Z'], ['timestamp', '2026-11-23T25:00:00Z'],
  ['timestamp', '2026-11-23T09:00:00-00:00'], ['timestamp', '2026-11-23T09:00:00.1-0000'], ['timestamp', '2026-11-23T09:00:00-00'], ['timestamp', '2026-11-23 09:00:00Z'], ['timestamp', '2026-11-23T09:00:00+24:00'],
  ['stored', 'x'], ['version', '0.95'], ['version', '1.1.0'], ['version', 1], ['version', 'x'],
  ['authority', {}], ['authority', { ...GROUP }, 'authority.member'], ['authority', { objectType: 'Group', member: [AGENT, AGENT, AGENT] }, 'authority.member'],
  ['authority', { objectType: 'Group', member: [{ mbox: 'mailto:a@b.c' }, { mbox: 'mailto:b@b.c' }] }, 'authority.member'],
  ['authority', { objectType: 'Group', mbox: 'mailto:g@b.c', member: [AGENT, AGENT] }, 'authority.mbox'],
  ['attachments', {}], ['attachments', [null], 'attachments[0]'], ['attachments', [{ ...ATTACHMENT, usageType: 'x' }], 'attachments[0].usageType'], ['attachments', [{ ...ATTACHMENT, display: undefined }], 'attachments[0].display'],
  ['attachments', [{ ...ATTACHMENT, display: 'x' }], 'attachments[0].display'], ['attachments', [{ ...ATTACHMENT, contentType: 'text' }], 'attachments[0].contentType'],
  ['attachments', [{ ...ATTACHMENT, length: -1 }], 'attachments[0].length'], ['attachments', [{ ...ATTACHMENT, length: 1.5 }], 'attachments[0].length'], ['attachments', [{ ...ATTACHMENT, length: '27' }], 'attachments[0].length'],
  ['attachments', [{ ...ATTACHMENT, sha2: 'xyz' }], 'attachments[0].sha2'], ['attachments', [{ ...ATTACHMENT, sha2: 'a'.repeat(40) }], 'attachments[0].sha2'], ['attachments', [{ ...ATTACHMENT, fileUrl: 'f' }], 'attachments[0].fileUrl'],
  ['attachments', [ATTACHMENT, { ...ATTACHMENT, name: 'x' }], 'attachments[1].name'],
  ['inProgress', false], ['constructor', {}], ['a b', 1, '["a b"]'],
];

describe('validateStatement', () => {
  it('accepts a statement that uses every part, in both versions and as a provider and an LRS see it', () => {
    assert.deepEqual(validateStatement(full()), []);
    assert.deepEqual(validateStatement(full(), { asReceived: true }), []);
    assert.deepEqual(validateStatement(changed('version', '2.0.0'), { version: '2.0.0' }), []);
  });

  for (const [path, value, fault = path] of INVALID) {
    it(`refuses ${path || 'the statement'} = ${JSON.stringify(value)?.slice(0, 90)}`, () => {
      for (const asReceived of [false, true]) {
        const [found] = validateStatement(changed(path, value), { asReceived });
        assert.equal(found?.path, fault);
        assert.match(found!.clause, /^xAPI 1\.0\.3 Data \d/);
      }
    });
  }

  it('refuses revision and platform unless the object is an activity', () => {
    for (const object of [{ ...AGENT }, { ...GROUP }, REF, SUB]) assert.equal(first(changed('object', object)), 'context.revision');
  });

  it('needs an objectType on agents and groups that are objects', () => {
    assert.deepEqual(validateStatement({ actor: AGENT, verb: VERB, object: AGENT }), []);
    assert.deepEqual(validateStatement({ actor: AGENT, verb: VERB, object: GROUP }), []);
    assert.ok(validateStatement({ actor: AGENT, verb: VERB, object: { mbox: 'mailto:a@b.c' } }).some(({ path }) => path === 'object.mbox'));
  });

  const valid: readonly (readonly [path: string, value: unknown])[] = [
    ['actor', { mbox: 'mailto:First.O\'Hara+tag@sub.example.org' }], ['actor', { mbox: 'mailto:学生@例子.cn' }], ['actor', { mbox_sha1sum: 'ABCDEF0123'.repeat(4) }], ['actor', { openid: 'http://o.example/me' }],
    ['actor', { objectType: 'Group', mbox: 'mailto:g@example.org' }], ['actor', { objectType: 'Group', mbox: 'mailto:g@example.org', member: [] }],
    ['verb.display', {}], ['verb.display', { 'zh-cmn-Hans-CN': 'x', 'x-mine': 'x', 'sl-rozaj-biske-1994': 'x', 'de-a-value-x-y': 'x', 'i-klingon': 'x', 'art-lojban': 'x', 'es-419': 'x', 'en-GB-oed': 'x' }],
    ['object.id', 'urn:uuid:c0a8c6b1-0f4e-4c3a-9a53-0d2b6f3e9a10'], ['object.id', 'tag:adlnet.gov,2013:expapi:0.9'], ['object.id', 'act:x'], ['object.id', 'https://例子.cn/课/1?a=b%20c'],
    ['object', REF], ['result.duration', 'P4W'], ['result.duration', 'PT16559.14S'], ['result.duration', 'PT1,5S'], ['result.duration', 'P1DT12H36M0.12567S'], ['result.duration', 'P0D'],
    ['result.score', { scaled: 1 }], ['result.score', { raw: 3 }], ['result.score', {}], ['result', {}], ['context', {}], ['timestamp', '2024-02-29T23:59:60.123456+14:00'], ['timestamp', '2027-01-01t00:00:00z'],
    ['attachments', []], ['authority', AGENT],
  ];
  for (const [path, value] of valid) {
    it(`accepts ${path} = ${JSON.stringify(value).slice(0, 90)}`, () => {
      const statement = changed(path, value);
      if (path === 'object') delete statement['context'];
      assert.deepEqual(validateStatement(statement), []);
    });
  }

  it('takes an undefined property for an absent one, as JSON does', () => {
    assert.deepEqual(validateStatement({ ...full(), result: undefined, context: { platform: undefined } }), []);
    assert.equal(first({ ...full(), actor: undefined }), 'actor');
  });

  it('knows contextAgents and contextGroups in 2.0 only', () => {
    const options = { version: '2.0.0', asReceived: true } as const;
    const agents = (extra: Json) => changed('context.contextAgents', [{ objectType: 'contextAgent', agent: AGENT, ...extra }]);
    const groups = (extra: Json) => changed('context.contextGroups', [{ objectType: 'contextGroup', group: GROUP, ...extra }]);
    assert.equal(first(agents({}), { asReceived: true }), 'context.contextAgents');
    assert.deepEqual(validateStatement(agents({ relevantTypes: ['https://example.org/t'] }), options), []);
    assert.deepEqual(validateStatement(groups({}), options), []);
    assert.equal(first(agents({ objectType: 'Agent' }), options), 'context.contextAgents[0].objectType');
    assert.equal(first(agents({ agent: GROUP }), options), 'context.contextAgents[0].agent.objectType');
    assert.equal(first(agents({ agent: undefined }), options), 'context.contextAgents[0].agent');
    assert.equal(first(agents({ relevantTypes: [] }), options), 'context.contextAgents[0].relevantTypes');
    assert.equal(first(groups({ relevantTypes: ['abc'] }), options), 'context.contextGroups[0].relevantTypes[0]');
    assert.equal(first(groups({ group: AGENT }), options), 'context.contextGroups[0].group.objectType');
    assert.equal(validateStatement(groups({ group: AGENT }), options)[0]!.clause, 'xAPI 2.0 4.2.2.1');
  });

  it('is stricter with a provider than with what an LRS receives', () => {
    for (const [path, value, version] of [
      ['version', '1.0.9', '1.0.3'], ['version', '1.0', '1.0.3'], ['version', '1.0.3', '2.0.0'], ['version', '2.0.1', '2.0.0'],
      ['timestamp', '20261123T090000Z', '1.0.3'], ['timestamp', '2026-11-23T09:00', '1.0.3'], ['timestamp', '2026-11-23T09:00:00,5+08', '1.0.3'],
    ] as const) {
      const statement = changed(path, value);
      if (path !== 'version') delete statement['version'];
      assert.equal(first(statement, { version }), path);
      assert.equal(first(statement, { version, asReceived: true }), undefined, String(value));
    }
    assert.equal(first({ ...changed('timestamp', '2026-11-23T09:00'), version: '2.0.0' }, { version: '2.0.0', asReceived: true }), 'timestamp');
    assert.equal(first(changed('version', '2.0.0'), { asReceived: true }), 'version');
  });

  it('is safe on hostile input', () => {
    const proto = JSON.parse(`{"__proto__": {"actor": 1}, "actor": ${JSON.stringify(AGENT)}, "verb": {"id":"https://v.example/x","display":{"__proto__":"x"}}, "object": {"id":"https://o.example/x"}}`) as Json;
    assert.deepEqual(validateStatement(proto).map(({ path }) => path).sort(), ['__proto__', 'verb.display.__proto__']);
    const inherited = Object.create(full()) as Json;
    assert.equal(first(inherited), 'actor');
    let nested: unknown = SUB;
    for (let i = 0; i < 100_000; i++) nested = { ...SUB, object: nested };
    assert.equal(first(changed('object', nested)), 'object.object.objectType');
    const started = Date.now();
    const many = Array.from({ length: 200_000 }, () => ({ id: 'same' }));
    assert.equal(validateStatement(changed('object.definition.choices', many)).length, 100);
    assert.equal(validateStatement(changed('context.contextActivities.parent', many)).length, 100);
    for (const path of ['actor.mbox', 'verb.id', 'result.duration', 'context.language', 'timestamp', 'id', 'actor.openid']) {
      for (const part of ['a', '1', '-a', 'P1', 'mailto:a@', 'a.', '%', ' ', ';a=b', '1.']) {
        assert.ok(validateStatement(changed(path, `${part.repeat(100_000)}<`)).length > 0, path);
        assert.ok(validateStatement(changed(path, `https://x/${part.repeat(100_000)}<`)).length > 0, path);
        assert.ok(validateStatement(changed(path, `mailto:a@${part.repeat(100_000)}<`)).length > 0, path);
        assert.ok(validateStatement(changed('attachments', [{ ...ATTACHMENT, contentType: `a/b${part.repeat(100_000)}"` }])).length > 0);
      }
    }
    assert.ok(validateStatement(changed('object', { ['x'.repeat(1e6)]: 1 }))[1]!.path.length < 300);
    assert.ok(Date.now() - started < 10_000, 'linear in time');
  });
});

describe('assertStatement', () => {
  it('throws the first fault as a CoreError', () => {
    assert.doesNotThrow(() => assertStatement(full()));
    assert.throws(
      () => assertStatement(changed('context.contextActivities.parent', [{ id: 'x' }])),
      (error) =>
        error instanceof CoreError &&
        error.code === 'statement-invalid' &&
        error.field === 'context.contextActivities.parent[0].id' &&
        error.clause === 'xAPI 1.0.3 Data 4.3',
    );
    assert.throws(() => assertStatement(null), { code: 'statement-invalid', field: '' });
  });
});

describe('parseTimestamp', () => {
  it('agrees with Date.parse where that understands the format', () => {
    for (const text of ['2026-11-23T09:00:00.123Z', '2026-11-23T17:00:00+08:00', '2024-02-29T00:00:00-05:30', '0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z']) {
      assert.equal(parseTimestamp(text), Date.parse(text), text);
    }
    assert.equal(parseTimestamp('20261123T170000,5+0800'), Date.parse('2026-11-23T09:00:00.500Z'));
    assert.equal(parseTimestamp('2026-11-23T09:00:00.123999Z'), Date.parse('2026-11-23T09:00:00.123Z'));
    assert.equal(parseTimestamp('2026-11-23T09:00'), Date.parse('2026-11-23T09:00Z'));
    assert.equal(parseTimestamp('2026-11-23'), undefined);
  });
});
