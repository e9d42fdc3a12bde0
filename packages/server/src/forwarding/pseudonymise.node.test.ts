import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Statement } from '@lectern/core';
import { validateStatement } from '@lectern/core/statement/validate';
import { toOutgoing } from './outgoing.js';
import { findNaming, makePeople, namingStatement, numbers } from './people.fixture.js';
import { pseudonymise } from './pseudonymise.js';
import type { ForwardingTarget } from './target.js';

const options = { homePage: 'https://id.supervision.example', salt: 'a salt of many bits' };
test('no identifier and no name of anybody is in what is sent, and it is still a statement', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = numbers(seed);
    const people = makePeople(random);
    const statement = namingStatement(random, people);
    const sent = pseudonymise(statement, options);
    const bytes = Buffer.from(JSON.stringify(sent));
    assert.equal(findNaming(bytes, people), undefined, `seed ${seed}`);
    assert.notEqual(findNaming(Buffer.from(JSON.stringify(statement)), people), undefined);
    assert.doesNotMatch(bytes.toString('utf8').toLowerCase(), /sso\.uni\.example|mail\.uni\.example|\+86 10|signature|"authority"|"stored"/);
    assert.deepEqual(validateStatement(sent, { version: '2.0.0', asReceived: true }), [], `seed ${seed}`);
    assert.equal(sent.id, statement.id);
    assert.equal(sent.context?.registration, statement.context?.registration);
  }
});

test('equal people stay equal, under one salt, wherever they stand; nobody else becomes them', () => {
  const told = (actor: object, more: object = {}): Statement => ({ id: randomUUID(), actor, verb: { id: 'https://x.example/v' }, object: { id: 'https://x.example/a' }, timestamp: '2026-11-25T10:00:00Z', ...more }) as Statement;
  const account = (name: string, homePage = 'https://a.example'): object => ({ account: { homePage, name } });
  const nameOf = (statement: Statement): string => statement.actor.account!.name;
  const one = pseudonymise(told(account('lin')), options);
  assert.equal(nameOf(one), createHmac('sha256', options.salt).update('account https://a.example lin').digest('hex'));
  assert.equal(one.actor.account?.homePage, options.homePage);
  const another = pseudonymise(told({ ...account('lin'), name: 'Lin' }, { context: { instructor: account('lin') } }), options);
  assert.equal(nameOf(another), nameOf(one));
  assert.equal(another.context?.instructor?.account?.name, nameOf(one));
  for (const other of [account('lin2'), account('lin', 'https://b.example'), { mbox: 'mailto:lin@a.example' }]) assert.notEqual(nameOf(pseudonymise(told(other), options)), nameOf(one));
  assert.notEqual(nameOf(pseudonymise(told(account('lin')), { ...options, salt: 'another' })), nameOf(one));
  assert.equal(nameOf(pseudonymise(told({ mbox: 'mailto:Lin@A.example' }), options)), nameOf(pseudonymise(told({ mbox: 'mailto:lin@a.example' }), options)));
});

test('what is no name stays as it is', () => {
  const statement = {
    id: randomUUID(), actor: { account: { homePage: 'https://a.example', name: 'ann' } }, verb: { id: 'https://x.example/ann/verbs', display: { en: 'annotated' } },
    object: { id: 'https://x.example/annotation', definition: { type: 'https://x.example/ann', name: { en: 'Annotation by ann' }, interactionType: 'choice', correctResponsesPattern: ['planning'], choices: [{ id: 'planning', description: { en: 'x' } }] } },
    result: { score: { raw: 95, max: 100 }, duration: 'PT1H', extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': 95 } }, timestamp: '2026-11-25T10:00:00Z',
  } as unknown as Statement;
  const sent = pseudonymise(statement, options);
  assert.deepEqual({ ...sent, actor: undefined, object: undefined }, { ...statement, actor: undefined, object: undefined });
  assert.match(JSON.stringify(sent.object), /"Annotation by [0-9a-f]{64}"/);
  assert.match(JSON.stringify(sent.object), /\["planning"\]/);
});

test('what stands in an extension may be anything', () => {
  const odd = [{ mbox: 5, openid: 'https://o.example/me' }, { account: 'gold' }, { account: { name: 7, homePage: [] }, objectType: 'Agent' }, { objectType: 'Group', member: 'all' }, { objectType: 'Group', member: [1, null, { mbox: 'mailto:x@y.example' }] }, [[null]], '\ud800 lone'];
  const statement = { id: randomUUID(), actor: { mbox: 'mailto:me@y.example', name: '\ud800' }, verb: { id: 'https://x.example/v' }, object: { id: 'https://x.example/a' }, result: { extensions: { 'https://x.example/e': odd } } } as unknown as Statement;
  const text = JSON.stringify(pseudonymise(statement, options));
  assert.doesNotMatch(text, /y\.example|o\.example/);
  assert.match(text, /"gold"/);
});

test('a statement nested beyond reason is said to be unfit, instead of stopping everything', () => {
  let deep: unknown = 'bottom';
  for (let level = 0; level < 50_000; level++) deep = [deep];
  const statement = { id: randomUUID(), actor: { mbox: 'mailto:me@y.example' }, verb: { id: 'https://x.example/v' }, object: { id: 'https://x.example/a' }, result: { extensions: { 'https://x.example/e': deep } } } as unknown as Statement;
  const outgoing = toOutgoing(1, statement, { pseudonyms: { homePage: options.homePage }, attachments: true, version: '1.0.3' } as ForwardingTarget, { secret: 's', salt: options.salt });
  assert.deepEqual([outgoing.id, outgoing.json], [statement.id, '']);
  assert.ok(outgoing.unfit);
});
