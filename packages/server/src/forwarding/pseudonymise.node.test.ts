import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Agent, Statement } from '@lectern/core';
import { validateStatement } from '@lectern/core/statement/validate';
import { toOutgoing } from './outgoing.js';
import { pseudonymise } from './pseudonymise.js';
import type { ForwardingTarget } from './target.js';

const options = { homePage: 'https://id.supervision.example', salt: 'a salt of many bits' };
type Json = Record<string, unknown>;

/** Numbers that are the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = ['李雷', '韩梅梅', 'Li Lei', 'Łukasz Żółć', "O'Neil (tutor)", 'Ann', 'a+b*c?', 'Сергей', '$1 \\n "quoted"'];
const LOGINS = ['li.lei', '20230042', 'hmm', 'x-42_z', 'ümit', 'san zhang', 'a/b?c#d', 'k'.repeat(40)];

interface Person {
  readonly agent: Agent;
  readonly needles: readonly string[];
}

function makePerson(random: () => number, n: number): Person {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const name = `${pick(NAMES)}${random() < 0.5 ? ` ${n}` : ''}`;
  const login = `${pick(LOGINS)}${n}`;
  const named = random() < 0.7 ? { name } : {};
  const hex = createHmac('sha1', 'x').update(login).digest('hex');
  const [identifier, needle] = pick<[Agent, string]>([
    [{ account: { homePage: 'https://sso.uni.example/', name: login } }, login],
    [{ mbox: `mailto:person${n}@Mail.uni.example` }, `person${n}@Mail.uni.example`],
    [{ mbox_sha1sum: hex }, hex],
    [{ openid: `https://people.uni.example/p${n}` }, `https://people.uni.example/p${n}`],
  ]);
  return { agent: { objectType: 'Agent', ...named, ...identifier }, needles: [needle, ...('name' in named ? [name] : [])] };
}

/** A statement that names its people wherever one can be named, and where none should be. */
function makeStatement(random: () => number, people: readonly Person[]): Statement {
  const person = (at: number): Agent => people[at % people.length]!.agent;
  const needle = (at: number): string => people[at % people.length]!.needles[0]!;
  const anyNeedle = (at: number): string => people[at % people.length]!.needles.at(-1)!;
  const told = (at: number): string => `“${anyNeedle(at).toUpperCase()}” wrote: I am ${needle(at)}, ask ${anyNeedle(at + 1)}。`;
  const context = (isActivity: boolean): Json => ({
    registration: randomUUID(),
    instructor: random() < 0.5 ? person(1) : { objectType: 'Group', name: 'Tutors of 李雷', member: [person(2), person(3)] },
    team: { ...person(4), objectType: 'Group', member: people.map(({ agent }) => agent) },
    contextAgents: [{ objectType: 'contextAgent', agent: person(6) }],
    contextGroups: [{ objectType: 'contextGroup', group: { ...person(7), objectType: 'Group' } }],
    ...(isActivity ? { platform: `Desk of ${needle(2)}` } : {}),
    contextActivities: { grouping: [{ id: `https://uni.example/portfolio/${encodeURIComponent(needle(3))}/${encodeURIComponent(needle(4))}?by=1`, definition: { name: { 'zh-CN': told(3) }, description: { en: told(4) } } }] },
    extensions: { 'https://uni.example/ext': { who: person(0), [needle(1)]: [told(5), { deep: [{ mbox: `mailto:${needle(2)}`, phone: '+86 10 1234' }] }], id: needle(5) } },
  });
  const result = { response: told(0), duration: 'PT5S', score: { scaled: 0.5 }, extensions: { 'https://uni.example/r': { account: { homePage: 'https://sso.uni.example/', name: needle(6) }, said: told(6) } } };
  const activity = { id: 'https://uni.example/activities/a', definition: { type: 'http://adlnet.gov/expapi/activities/lesson', name: { en: told(7) }, moreInfo: `https://uni.example/more?${encodeURIComponent(needle(0))}` } };
  const objects: Json[] = [
    activity, { ...person(1) }, { objectType: 'Group', name: '李雷 and others', member: [person(2)] },
    { objectType: 'SubStatement', actor: person(3), verb: { id: 'https://uni.example/verbs/met' }, object: person(4), context: context(false), result },
  ];
  const object = objects[Math.floor(random() * objects.length)];
  return {
    id: randomUUID(), actor: random() < 0.8 ? person(0) : { objectType: 'Group', member: [person(0), person(1)] },
    verb: { id: 'https://uni.example/verbs/did', display: { en: `did (${anyNeedle(0)})` } }, object, result, context: context(object === activity),
    timestamp: '2026-11-25T10:00:00Z', stored: '2026-11-25T10:00:01Z', authority: person(5), version: '2.0.0',
    attachments: [
      { usageType: 'http://adlnet.gov/expapi/attachments/signature', display: { en: 'signature' }, contentType: 'application/octet-stream', length: 3, sha2: 'a'.repeat(64) },
      { usageType: 'https://uni.example/certificate', display: { en: told(1) }, description: { en: told(2) }, contentType: 'application/pdf', length: 3, sha2: 'b'.repeat(64) },
    ],
  } as unknown as Statement;
}

/** All spellings in which the octets could hold a needle. */
const spellings = (needle: string): string[] => [...new Set([needle, JSON.stringify(needle).slice(1, -1), encodeURIComponent(needle), encodeURI(needle)])].map((one) => one.toLowerCase());

test('no identifier and no name of anybody is in what is sent, and it is still a statement', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = numbers(seed);
    const people = Array.from({ length: 3 + Math.floor(random() * 6) }, (_, n) => makePerson(random, n));
    const statement = makeStatement(random, people);
    const sent = pseudonymise(statement, options);
    const bytes = Buffer.from(JSON.stringify(sent)).toString('utf8').toLowerCase();
    for (const needle of people.flatMap(({ needles }) => needles)) {
      // A short name is a name as a word: "Ann" is not in "annotation".
      for (const spelling of spellings(needle)) {
        const at = new RegExp(`(?<![a-z0-9])${spelling.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![a-z0-9])`, 'u').exec(bytes);
        assert.equal(at, null, `seed ${seed}: "${needle}" in …${bytes.slice(Math.max(0, (at?.index ?? 0) - 60), (at?.index ?? 0) + 60)}`);
      }
    }
    assert.doesNotMatch(bytes, /sso\.uni\.example|mail\.uni\.example|\+86 10|signature|"authority"|"stored"/);
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
