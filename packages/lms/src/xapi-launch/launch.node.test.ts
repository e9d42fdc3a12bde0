import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCmi5Launch } from '../cmi5/launch.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { readXapiLaunch, registrationOf } from './launch.js';

const REGISTRATION = '2f1f6c3e-7e0b-4b7e-9a3c-6f0a4e1d2b3c';
const ACTOR = '{"objectType":"Agent","account":{"homePage":"https://lms.example","name":"a"}}';
const CMI5 = { endpoint: 'https://lms.example/xapi/', fetch: 'https://lms.example/fetch?k=1', actor: ACTOR, registration: REGISTRATION, activityId: 'https://lms.example/au/1' };
const XAPI = { endpoint: 'https://lms.example/xapi/', auth: 'Basic YTpi', actor: ACTOR, registration: REGISTRATION, activity_id: 'https://lms.example/c' };

const viewOf = (search: string, protocol = 'https:'): Window => ({ location: { search, href: `${protocol}//content.example/index.html${search}` } }) as Window;
const search = (parameters: Record<string, string | undefined>, ...more: readonly [string, string][]): string =>
  `?${new URLSearchParams([...Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined), ...more])}`;
const invalid = (field: string) => (error: unknown): boolean => error instanceof DeliveryError && error.code === 'launch-invalid' && error.field === field && Boolean(error.clause ?? error.message);

/** Whoever can make a learner open a link can write it. */
const TAMPERED: readonly (readonly [string, Record<string, string | undefined>, string])[] = [
  ['an endpoint that runs', { endpoint: 'javascript:alert(1)' }, 'endpoint'],
  ['an endpoint that is a path', { endpoint: '/xapi' }, 'endpoint'],
  ['an endpoint without TLS on a page with', { endpoint: 'http://lms.example/xapi' }, 'endpoint'],
  ['an endpoint with a password', { endpoint: 'https://u:p@lms.example/xapi' }, 'endpoint'],
  ['an endpoint elsewhere', { endpoint: 'https://elsewhere.example/xapi' }, 'endpoint'],
  ['an actor that is no JSON', { actor: '{' }, 'actor'],
  ['an actor that is a list', { actor: '[]' }, 'actor'],
  ['an actor with two identifiers', { actor: '{"mbox":"mailto:a@x.example","openid":"https://x.example"}' }, 'actor'],
  ['an actor whose home page is none', { actor: '{"account":{"homePage":"x","name":"a"}}' }, 'actor.account.homePage'],
  ['a registration that is no UUID', { registration: '1' }, 'registration'],
  ['an empty actor', { actor: '' }, 'actor'],
];

for (const [kind, read, good, own] of [
  ['a cmi5 launch', readCmi5Launch, CMI5, [['a token’s address that runs', { fetch: 'data:text/plain,x' }, 'fetch'], ['an AU that is no IRI', { activityId: 'a b' }, 'activityId'], ['a learner by e-mail', { actor: '{"mbox":"mailto:a@x.example"}' }, 'actor.account'], ['no registration', { registration: undefined }, 'registration']]],
  ['an xAPI launch', readXapiLaunch, XAPI, [['an auth that ends the line', { auth: 'Basic a\r\nX: y' }, 'auth'], ['an auth that is words', { auth: 'let me in' }, 'auth'], ['an activity that is no IRI', { activity_id: 'a b' }, 'activity_id']]],
] as const) {
  describe(kind, () => {
    it('is read', () => {
      const launch = read(viewOf(search(good)), ['https://lms.example']);
      assert.equal(launch.endpoint, 'https://lms.example/xapi/');
      assert.equal(launch.registration, REGISTRATION);
    });

    for (const [what, change, field] of [...TAMPERED, ...own] as typeof TAMPERED) {
      it(`is refused with ${what}, which is named`, () => {
        assert.throws(() => read(viewOf(search({ ...good, ...change })), ['https://lms.example']), invalid(field));
      });
    }

    for (const name of Object.keys(good)) {
      it(`is refused with two of "${name}"`, () => {
        assert.throws(() => read(viewOf(search(good, [name, (good as Record<string, string>)[name]!]))), invalid(name));
      });
    }
  });
}

describe('an xAPI launch in older manners', () => {
  it('has lists in its actor', () => {
    const actor = { name: ['Ann'], mbox: ['mailto:ann@x.example'], objectType: 'Person' };
    assert.deepEqual(readXapiLaunch(viewOf(search({ ...XAPI, actor: JSON.stringify(actor) }))).actor, { objectType: 'Agent', name: 'Ann', mbox: 'mailto:ann@x.example' });
    const account = { name: ['Ann'], mbox: ['mailto:ann@x.example'], account: [{ accountServiceHomePage: 'https://x.example', accountName: '7' }] };
    assert.deepEqual(readXapiLaunch(viewOf(search({ ...XAPI, actor: JSON.stringify(account) }))).actor, { objectType: 'Agent', name: 'Ann', account: { homePage: 'https://x.example', name: '7' } });
  });

  it('has a bare token, or no registration, which is then the same on the next visit', () => {
    const launch = readXapiLaunch(viewOf(search({ ...XAPI, auth: 'YTpi', registration: undefined })));
    assert.equal(launch.authorization, 'Basic YTpi');
    const items = new Map<string, string>();
    const storage = { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
    const first = registrationOf(launch, 'https://c.example', storage);
    assert.equal(registrationOf(launch, 'https://c.example', storage), first);
    assert.notEqual(registrationOf({ ...launch, activityId: 'https://other.example' }, 'https://c.example', storage), first);
  });
});
