import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeliveryError } from '../outbox/delivery-error.js';
import { fetchLaunch, type FetchLaunchOptions } from './fetch-launch.js';

const URL_ = 'https://campus.example/demo/token';
const NOW = Date.parse('2026-11-23T10:00:00Z');
const LAUNCH = {
  token: 'aaa.bbb.ccc',
  expires: '2026-11-23T11:00:00Z',
  endpoint: '/xapi/',
  actor: { account: { homePage: 'https://campus.example/', name: 'learner-1' } },
  registration: '0B1C7AF8-2B4F-4B46-8A6E-0F0A6C3F9A01',
  launchMode: 'Normal',
  launchUrl: '../launches/units',
  creditsUrl: 'https://credits.example/me',
  courseId: 'c1',
};

function answering(...answers: unknown[]): { options: FetchLaunchOptions; requests: RequestInit[]; clock: { time: number } } {
  const requests: RequestInit[] = [];
  const clock = { time: NOW };
  return {
    requests,
    clock,
    options: {
      clock: { now: () => clock.time },
      fetch: (_url, init) => {
        requests.push(init ?? {});
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        if (answer instanceof Error) return Promise.reject(answer);
        if (answer instanceof Response) return Promise.resolve(answer.clone());
        return Promise.resolve(typeof answer === 'string' ? new Response(answer) : Response.json(answer));
      },
    },
  };
}

const code = (expected: string, field?: string) => (error: unknown): boolean => {
  assert.ok(error instanceof DeliveryError, String(error));
  assert.equal(error.code, expected);
  if (field !== undefined) assert.equal(error.field, field);
  return true;
};

describe('fetchLaunch', () => {
  it('reads a launch, with its URLs relative to the answer', async () => {
    const { options, requests } = answering(LAUNCH);
    const { getToken, ...info } = await fetchLaunch(URL_, { ...options, body: '{"learner":"li"}', headers: { 'Content-Type': 'application/json' } });
    assert.deepEqual(info, {
      endpoint: 'https://campus.example/xapi/',
      actor: { objectType: 'Agent', ...LAUNCH.actor },
      registration: LAUNCH.registration.toLowerCase(),
      launchMode: 'Normal',
      launchUrl: 'https://campus.example/launches/units',
      creditsUrl: LAUNCH.creditsUrl,
      courseId: 'c1',
      expires: Date.parse(LAUNCH.expires),
    });
    assert.equal(await getToken(), 'Bearer aaa.bbb.ccc');
    assert.equal(requests[0]!.method, 'POST');
    assert.equal(requests[0]!.body, '{"learner":"li"}');
  });

  it('takes seconds and milliseconds for the end of the token', async () => {
    for (const expires of [NOW / 1000 + 3600, NOW + 3_600_000]) {
      assert.equal((await fetchLaunch(URL_, answering({ ...LAUNCH, expires }).options)).expires, NOW + 3_600_000);
    }
  });

  it('fetches the next token before this one ends, once for all who ask', async () => {
    const { options, requests, clock } = answering(LAUNCH, { ...LAUNCH, token: 'next', expires: '2026-11-23T12:00:00Z' });
    const { getToken } = await fetchLaunch(URL_, options);
    clock.time = Date.parse('2026-11-23T10:58:00Z');
    assert.equal(await getToken(), 'Bearer aaa.bbb.ccc');
    clock.time = Date.parse('2026-11-23T10:59:30Z');
    assert.deepEqual(await Promise.all([getToken(), getToken()]), ['Bearer next', 'Bearer next']);
    assert.equal(requests.length, 2);
  });

  for (const behind of [3_600_000 * 3, -3_600_000 * 3]) {
    it(`ends a token by the clock of the server that gave it, on a machine that is ${behind / 3_600_000} h behind`, async () => {
      const dated = (truth: number, launch: object): Response => Response.json(launch, { headers: { Date: new Date(truth).toUTCString() } });
      const { options, requests, clock } = answering(dated(NOW, LAUNCH), dated(NOW + 3_570_000, { ...LAUNCH, token: 'next', expires: NOW + 7_200_000 }));
      clock.time = NOW - behind;
      const { getToken, expires } = await fetchLaunch(URL_, options);
      assert.equal(expires, Date.parse(LAUNCH.expires));
      clock.time += 3_480_000;
      assert.equal(await getToken(), 'Bearer aaa.bbb.ccc');
      assert.equal(requests.length, 1);
      clock.time += 90_000;
      assert.equal(await getToken(), 'Bearer next');
    });
  }

  it('does not ask anew at every turn for a token that lives a minute', async () => {
    const { options, requests, clock } = answering({ ...LAUNCH, expires: NOW + 60_000 });
    const { getToken } = await fetchLaunch(URL_, options);
    clock.time = NOW + 40_000;
    await getToken();
    assert.equal(requests.length, 1);
  });

  it('fetches another token when this one is refused', async () => {
    const { options, requests } = answering(LAUNCH, { ...LAUNCH, token: 'next' });
    const { getToken } = await fetchLaunch(URL_, options);
    assert.equal(await getToken('Bearer aaa.bbb.ccc'), 'Bearer next');
    assert.equal(await getToken('Bearer aaa.bbb.ccc'), 'Bearer next');
    assert.equal(requests.length, 2);
  });

  it('goes on with a token that still holds when no other is to be had', async () => {
    const { options, clock } = answering(LAUNCH, new Error('down'));
    const { getToken } = await fetchLaunch(URL_, options);
    clock.time = Date.parse('2026-11-23T10:59:30Z');
    assert.equal(await getToken(), 'Bearer aaa.bbb.ccc');
    clock.time = Date.parse('2026-11-23T11:00:30Z');
    await assert.rejects(getToken(), code('network'));
  });

  it('never uses the token of someone else', async () => {
    const other = { ...LAUNCH, token: 'other', actor: { account: { homePage: 'https://campus.example/', name: 'learner-2' } } };
    const { getToken } = await fetchLaunch(URL_, answering(LAUNCH, other).options);
    await assert.rejects(getToken('Bearer aaa.bbb.ccc'), code('launch-invalid', 'actor'));
  });

  const hostile: readonly (readonly [unknown, string])[] = [
    ['<html>', ''],
    ['null', ''],
    [[], ''],
    ['"' + 'x'.repeat(300_000) + '"', ''],
    [{ ...LAUNCH, token: 'a\r\nX-Evil: 1' }, 'token'],
    [{ ...LAUNCH, token: 7 }, 'token'],
    [{ ...LAUNCH, expires: 'soon' }, 'expires'],
    [{ ...LAUNCH, expires: undefined }, 'expires'],
    [{ ...LAUNCH, endpoint: 'javascript:alert(1)' }, 'endpoint'],
    [{ ...LAUNCH, endpoint: undefined }, 'endpoint'],
    [{ ...LAUNCH, launchUrl: 'data:text/html,x' }, 'launchUrl'],
    [{ ...LAUNCH, creditsUrl: { toString: 'x' } }, 'creditsUrl'],
    [{ ...LAUNCH, registration: 'not-a-uuid' }, 'registration'],
    [{ ...LAUNCH, launchMode: 'God' }, 'launchMode'],
    [{ ...LAUNCH, courseId: {} }, 'courseId'],
    [{ ...LAUNCH, actor: null }, 'actor'],
    [{ ...LAUNCH, actor: {} }, 'actor'],
    [{ ...LAUNCH, actor: { objectType: 'Group', mbox: 'mailto:a@b.example' } }, 'actor.objectType'],
    [{ ...LAUNCH, actor: { mbox: 'mailto:a@b.example', account: LAUNCH.actor.account } }, 'actor'],
    [{ ...LAUNCH, actor: { mbox: 3 } }, 'actor.mbox'],
    [{ ...LAUNCH, actor: { account: { homePage: 'x', name: 'n' } } }, 'actor.account.homePage'],
    [{ ...LAUNCH, actor: { account: { homePage: 'https://x.example', name: '' } } }, 'actor.account.name'],
  ];
  for (const [answer, field] of hostile) {
    it(`refuses ${JSON.stringify(answer).slice(0, 60)} for its "${field}"`, () =>
      assert.rejects(fetchLaunch(URL_, answering(answer).options), code('launch-invalid', field)));
  }

  for (const [status, expected] of [[401, 'unauthorized'], [403, 'unauthorized'], [404, 'not-found'], [429, 'busy'], [500, 'server-error'], [400, 'rejected']] as const) {
    it(`says what a ${status} means`, () =>
      assert.rejects(fetchLaunch(URL_, answering(new Response('', { status })).options), code(expected)));
  }

  it('gives up on silence', () =>
    assert.rejects(
      fetchLaunch(URL_, {
        timeout: 10,
        fetch: (_url, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
      }),
      code('timeout'),
    ));
});
