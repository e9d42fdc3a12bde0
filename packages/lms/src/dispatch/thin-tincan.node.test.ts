import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OutcomeReport, Statement } from '@lectern/core';
import { validateStatement } from '@lectern/core/statement/validate';
import { DeliveryError } from '../outbox/delivery-error.js';
import { StubLrs } from '../stub-lrs.fixture.js';
import { findStubLms, type StubLms } from './stub-lms.js';
import { openThinTincan } from './thin-tincan.js';

const REGISTRATION = '2f1f6c3e-7e0b-4b7e-9a3c-6f0a4e1d2b3c';
const ACTIVITY = 'https://lms.example/c/7';
const LAUNCH = {
  endpoint: 'https://lrs.example/xapi', auth: 'Basic YTpi', actor: '{"name":"Lin Mei","account":{"homePage":"https://lms.example","name":"2026-0017"}}', registration: REGISTRATION, activity_id: ACTIVITY,
};
const COURSE = { courseId: 'urn:lectern:dispatch:abc' };
const done: OutcomeReport = { completed: true, progress: 1, seconds: 60 };

/** A page that was opened by an LMS. Its storage is the browser's. */
function pageOf(lrs: StubLrs, launch: Readonly<Record<string, string | undefined>> = LAUNCH, items = new Map<string, string>()): Window {
  const search = `?${new URLSearchParams(Object.entries(launch).filter((entry): entry is [string, string] => entry[1] !== undefined))}`;
  const localStorage = { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
  return { location: { search, href: `https://lms.example/stub/index.html${search}` }, fetch: lrs.fetch, performance, localStorage } as unknown as Window;
}

const verbOf = ({ verb }: Statement): string => verb.id.split('/').pop()!;
const verbs = (lrs: StubLrs): string[] => lrs.statements.map(verbOf);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const refused = (code: string, field?: string) => (error: unknown): boolean => error instanceof DeliveryError && error.code === code && (field === undefined || error.field === field);

async function leave(stub: StubLms): Promise<void> {
  stub.leave();
  stub.leave();
  await turn();
}

describe('openThinTincan', () => {
  it('begins, tells each outcome of the course once, and ends', async () => {
    const lrs = new StubLrs();
    const stub = await openThinTincan(pageOf(lrs), COURSE);
    assert.deepEqual([stub.learner, stub.launchMode], ['2026-0017', 'Normal']);
    await stub.report({ completed: false, progress: 0.5, seconds: 5 });
    await stub.report({ ...done, unitId: 'one' });
    assert.deepEqual(verbs(lrs), ['initialized']);
    const outcome: OutcomeReport = { ...done, success: 'passed', score: { scaled: 0.9 } };
    await Promise.all([stub.report(outcome), stub.report(outcome)]);
    await leave(stub);
    assert.deepEqual(verbs(lrs), ['initialized', 'completed', 'passed', 'terminated']);
    const [, completed, passed, terminated] = lrs.statements;
    assert.deepEqual(completed!.result, { completion: true, duration: 'PT1M', success: true, score: { scaled: 0.9 } });
    assert.deepEqual(passed!.result, { completion: true, duration: 'PT1M', success: true, score: { scaled: 0.9 } });
    assert.match(terminated!.result!.duration!, /^PT[\d.]+S$/);
    assert.ok(lrs.seen.at(-1)!.keepalive, 'what is said on leaving outlives the page');
    for (const statement of lrs.statements) {
      validateStatement(statement);
      assert.deepEqual(statement.object, { objectType: 'Activity', id: ACTIVITY });
      assert.deepEqual(statement.context, { contextActivities: { grouping: [{ objectType: 'Activity', id: ACTIVITY }] }, registration: REGISTRATION });
      assert.deepEqual(statement.actor, { objectType: 'Agent', account: { homePage: 'https://lms.example', name: '2026-0017' } }, 'nobody’s name');
    }
    assert.ok(lrs.seen.every(({ headers }) => headers.get('Authorization') === 'Basic YTpi' && headers.get('X-Experience-API-Version') === '1.0.3'));
  });

  it('says over sessions what is new, and that it was gone on with', async () => {
    const lrs = new StubLrs();
    const first = await openThinTincan(pageOf(lrs), COURSE);
    await first.report({ completed: false, progress: 0.5, seconds: 9, success: 'failed', score: { scaled: 0.2 } });
    await leave(first);
    const second = await openThinTincan(pageOf(lrs), COURSE);
    for (const scaled of [0.2, 0.4, 0.4]) await second.report({ completed: false, progress: 0.6, seconds: 20, success: 'failed', score: { scaled } });
    await second.report({ ...done, success: 'passed', score: { scaled: 0.7 } });
    await second.report({ ...done, success: 'failed', score: { scaled: 0.1 } });
    await leave(second);
    const third = await openThinTincan(pageOf(lrs), COURSE);
    await third.report({ ...done, success: 'passed', score: { scaled: 0.8 } });
    await leave(third);
    assert.deepEqual(verbs(lrs), [
      'initialized', 'failed', 'suspended', 'terminated',
      'initialized', 'resumed', 'failed', 'completed', 'passed', 'terminated',
      'initialized', 'terminated',
    ]);
    assert.deepEqual(lrs.statements.filter((each) => verbOf(each) === 'failed').map(({ result }) => [result?.score?.scaled, result?.completion]), [[0.2, false], [0.4, false]]);
  });

  it('is judged by the package’s mastery score, where there is a score and something is decided', async () => {
    const lrs = new StubLrs();
    const stub = await openThinTincan(pageOf(lrs), { ...COURSE, masteryScore: 0.6 });
    await stub.report({ completed: false, progress: 0.5, seconds: 5, score: { scaled: 0.3 } });
    assert.deepEqual(verbs(lrs), ['initialized']);
    await stub.report({ ...done, score: { raw: 5, min: 0, max: 10 } });
    await stub.report({ ...done, success: 'failed', score: { scaled: 0.6 } });
    assert.deepEqual(verbs(lrs), ['initialized', 'completed', 'failed', 'passed']);
    assert.deepEqual(lrs.statements[2]!.result, { completion: true, success: false, duration: 'PT1M', score: { raw: 5, min: 0, max: 10 } });
  });

  it('is stored once, whoever said it before: another tab, or a request whose answer was lost', async () => {
    const lrs = new StubLrs();
    const [one, other] = await Promise.all([openThinTincan(pageOf(lrs), COURSE), openThinTincan(pageOf(lrs), COURSE)]);
    await Promise.all([one.report({ ...done, success: 'passed' }), other.report({ ...done, success: 'passed' })]);
    assert.deepEqual(verbs(lrs).filter((verb) => verb !== 'initialized').sort(), ['completed', 'passed']);

    const lost = new StubLrs();
    const stub = await openThinTincan(pageOf(lost), COURSE);
    lost.fault = ({ path }) => (path === 'statements' ? 'lose-answer' : { status: 500 });
    await assert.rejects(stub.report(done), refused('network'));
    lost.fault = () => 'pass';
    await stub.report(done);
    await stub.report(done);
    assert.deepEqual(verbs(lost), ['initialized', 'completed']);
  });

  it('tells once more on leaving what was not taken', async () => {
    const lrs = new StubLrs();
    const stub = await openThinTincan(pageOf(lrs), COURSE);
    lrs.fault = () => ({ status: 503, headers: { 'Retry-After': '7' } });
    await assert.rejects(stub.report({ ...done, success: 'passed' }), (error: unknown) => refused('busy')(error) && (error as DeliveryError).retryAfter === 7000);
    assert.deepEqual(verbs(lrs), ['initialized']);
    lrs.fault = () => 'pass';
    await leave(stub);
    assert.deepEqual(verbs(lrs).sort(), ['completed', 'initialized', 'passed', 'terminated']);
    await stub.report({ ...done, success: 'failed' });
    assert.equal(lrs.statements.length, 4, 'nothing after the end');
  });

  it('knows a learner by whatever the launch has, and keeps a registration that the LMS does not', async () => {
    const lrs = new StubLrs();
    for (const [actor, name] of [['{"mbox":"mailto:lin@x.example"}', 'mailto:lin@x.example'], ['{"mbox_sha1sum":"0123456789abcdef0123456789abcdef01234567"}', '0123456789abcdef0123456789abcdef01234567'], ['{"openid":"https://x.example/lin"}', 'https://x.example/lin'], ['{"account":[{"accountServiceHomePage":"https://x.example","accountName":"7"}]}', '7']] as const) {
      assert.equal((await openThinTincan(pageOf(lrs, { ...LAUNCH, actor }), COURSE)).learner, name);
    }
    const own = new StubLrs();
    const items = new Map<string, string>();
    const bare = { ...LAUNCH, registration: undefined, activity_id: undefined };
    await (await openThinTincan(pageOf(own, bare, items), COURSE)).report(done);
    await (await openThinTincan(pageOf(own, bare, items), COURSE)).report(done);
    assert.deepEqual(verbs(own), ['initialized', 'completed', 'initialized']);
    assert.deepEqual([...new Set(own.statements.map(({ object }) => (object as { id: string }).id))], [COURSE.courseId]);
    assert.equal(new Set(own.statements.map(({ context }) => context!.registration)).size, 1);
  });

  const BROKEN: readonly (readonly [string, Readonly<Record<string, string | undefined>>, string])[] = [
    ['no endpoint', { endpoint: undefined }, 'endpoint'], ['no auth', { auth: undefined }, 'auth'], ['no actor', { actor: undefined }, 'actor'],
    ['an endpoint that runs', { endpoint: 'javascript:alert(1)' }, 'endpoint'], ['an endpoint without TLS', { endpoint: 'http://lrs.example/' }, 'endpoint'],
    ['an actor that is no JSON', { actor: '{' }, 'actor'], ['an actor that is nobody', { actor: '{"name":"Lin"}' }, 'actor'], ['an actor that is two', { actor: '{"mbox":"mailto:a@x.example","openid":"https://x.example"}' }, 'actor'], ['a group', { actor: '{"objectType":"Group","mbox":"mailto:a@x.example"}' }, 'actor.objectType'],
    ['an auth that ends the line', { auth: 'Basic a\r\nX: y' }, 'auth'], ['a registration that is none', { registration: '7' }, 'registration'], ['an activity that is none', { activity_id: 'a b' }, 'activity_id'], ['more than an address holds', { grouping: 'x'.repeat(40_000) }, 'endpoint'],
  ];
  for (const [what, change, field] of BROKEN) {
    it(`refuses a launch with ${what}, and asks nobody`, async () => {
      const lrs = new StubLrs();
      await assert.rejects(findStubLms('xapi', pageOf(lrs, { ...LAUNCH, ...change }), { id: COURSE.courseId, title: 'Knots' }), refused('launch-invalid', field));
      assert.deepEqual(lrs.seen, []);
    });
  }

  it('refuses a launch with a parameter twice', async () => {
    const lrs = new StubLrs();
    const page = pageOf(lrs);
    for (const [name, value] of Object.entries(LAUNCH)) {
      const search = `${page.location.search}&${new URLSearchParams({ [name]: value })}`;
      await assert.rejects(openThinTincan({ ...page, location: { ...page.location, search } } as Window, COURSE), refused('launch-invalid', name));
    }
    assert.deepEqual(lrs.seen, []);
  });

  it('says why an LRS does not let it begin', async () => {
    const page = { 'Content-Type': 'text/html' };
    for (const [fault, code] of [[{ status: 401 }, 'unauthorized'], [{ status: 403 }, 'unauthorized'], [{ status: 500 }, 'server-error'], [{ status: 429 }, 'busy'], [{ status: 400 }, 'rejected'], ['refuse', 'network'], [{ status: 200, headers: page, body: '<!doctype html>Sign in' }, 'not-an-lrs']] as const) {
      for (const first of ['activities/state', 'statements']) {
        const lrs = new StubLrs();
        lrs.fault = ({ path }) => (path === first ? fault : 'pass');
        await assert.rejects(openThinTincan(pageOf(lrs), COURSE), refused(code), `${code} from ${first}`);
        assert.deepEqual(lrs.statements, []);
      }
    }
  });

  it('does not wait for an LRS longer than half a minute', async (context) => {
    const lrs = new StubLrs();
    lrs.fault = () => 'hang';
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const opening = assert.rejects(openThinTincan(pageOf(lrs), COURSE), refused('timeout'));
    while (lrs.seen.length === 0) await Promise.resolve();
    context.mock.timers.tick(30_000);
    await opening;
  });

  it('takes what an LRS has kept for no more than it is', async () => {
    for (const body of ['', '[]', '"x"', 'null', '{"completed":"yes","failed":{}}']) {
      const lrs = new StubLrs();
      lrs.fault = ({ method, path }) => (method === 'GET' && path === 'activities/state' ? { status: 200, body } : 'pass');
      await openThinTincan(pageOf(lrs), COURSE);
      assert.deepEqual(verbs(lrs), ['initialized'], body);
    }
  });

  it('finds no LMS where nobody has launched it, and by cmi5 one that launches so', async () => {
    const lrs = new StubLrs();
    const course = { id: COURSE.courseId, title: 'Knots' };
    assert.equal(await findStubLms('xapi', pageOf(lrs, {}), course), undefined);
    assert.equal(await findStubLms('xapi', pageOf(lrs, { lang: 'en' }), course), undefined);
    // Its token is asked for, which is cmi5's and not the LRS's to give.
    lrs.fault = () => ({ status: 403 });
    await assert.rejects(findStubLms('xapi', pageOf(lrs, { ...LAUNCH, auth: undefined, activity_id: undefined, activityId: ACTIVITY, fetch: 'https://lrs.example/xapi/fetch' }), course), refused('unauthorized', 'fetch'));
  });
});
