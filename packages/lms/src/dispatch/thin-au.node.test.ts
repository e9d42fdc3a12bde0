import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeliveryError } from '../outbox/delivery-error.js';
import { licenceWords } from './licence-words.js';
import { pseudonymOf } from './pseudonym.js';
import { openThinAu } from './thin-au.js';

const ACTOR = { objectType: 'Agent', account: { homePage: 'https://lms.example', name: '2026-0017' } };
const LAUNCH = new URLSearchParams({
  endpoint: 'https://lrs.example/xapi', fetch: 'https://lms.example/fetch/1', actor: JSON.stringify(ACTOR), registration: '0b4f1b0e-5ad1-4a1c-9a3f-0f1b1c2d3e4f', activityId: 'https://lms.example/au/1',
});

interface Sent {
  readonly id: string;
  readonly verb: string;
  readonly result?: { readonly score?: { readonly scaled: number }; readonly success?: boolean; readonly completion?: boolean };
  readonly context: { readonly registration: string; readonly contextActivities: { readonly category: readonly { readonly id: string }[]; readonly grouping?: readonly object[] } };
}

type Posted = Omit<Sent, 'verb'> & { readonly verb: { readonly id: string } };

/** An LMS's side, as far as an AU sees it. */
function lms({ data = {}, token = { 'auth-token': 'abc' } as object, told = undefined as object | undefined, refuse = '', lose = '' } = {}) {
  const sent: Sent[] = [];
  let preferences = false;
  let lost = 0;
  const documents = new Map<string, object>([
    ['LMS.LaunchData', { launchMode: 'Normal', moveOn: 'CompletedOrPassed', contextTemplate: { contextActivities: { grouping: [{ id: 'https://p.example/au' }] }, extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': 's-1' } }, ...data }],
    ...(told ? [['lectern.dispatch', told] as const] : []),
  ]);
  const fetch = (input: URL | string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    if (url.pathname === '/fetch/1') return Promise.resolve(Response.json(token));
    assert.equal((init.headers as Record<string, string>)['Authorization'], 'Basic abc');
    if (url.pathname.endsWith('/statements')) {
      const given = JSON.parse(String(init.body)) as Posted | readonly Posted[];
      for (const { verb, ...statement } of Array.isArray(given) ? (given as readonly Posted[]) : [given as Posted]) {
        const name = verb.id.split('/').pop()!;
        if (name === refuse || !preferences) return Promise.resolve(new Response('', { status: 403 }));
        // It is there, and comes again as it was.
        if (!sent.some(({ id }) => id === statement.id)) sent.push({ ...statement, verb: name });
        if (name === lose && lost++ === 0) return Promise.reject(new TypeError('Failed to fetch'));
      }
      return Promise.resolve(Response.json(['id']));
    }
    if (url.pathname.endsWith('/agents/profile')) {
      // Late, as answers are: what is said before it is refused (cmi5 11.0).
      return new Promise((resolve) => setImmediate(() => {
        preferences = true;
        resolve(new Response('', { status: 403 }));
      }));
    }
    const id = url.searchParams.get('stateId') ?? '';
    if (init.method === 'POST') documents.set(id, { ...documents.get(id), ...(JSON.parse(String(init.body)) as object) });
    const found = documents.get(id);
    return Promise.resolve(init.method === 'POST' ? new Response(null, { status: 204 }) : found ? Response.json(found) : new Response('', { status: 404 }));
  };
  const view = { location: { search: `?${LAUNCH}`, href: `https://lms.example/stub?${LAUNCH}` }, fetch, performance } as unknown as Window;
  return { view, sent, documents, verbs: () => sent.map(({ verb }) => verb) };
}

const done = { completed: true, progress: 1, seconds: 60 } as const;

describe('openThinAu', () => {
  it('begins, tells each outcome once, and ends', async () => {
    const { view, sent, verbs, documents } = lms();
    const au = await openThinAu(view);
    assert.equal(au.learner, '2026-0017');
    await au.report({ completed: false, progress: 0.5, seconds: 5 });
    await au.report({ ...done, unitId: 'one' });
    assert.deepEqual(verbs(), ['initialized']);
    await Promise.all([au.report({ ...done, success: 'passed', score: { scaled: 0.9 } }), au.report({ ...done, success: 'passed', score: { scaled: 0.9 } })]);
    au.leave();
    au.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(verbs(), ['initialized', 'completed', 'passed', 'terminated']);
    const [initialized, completed, passed] = sent;
    assert.deepEqual(initialized!.context.contextActivities.category.map(({ id }) => id.split('/').pop()), ['cmi5']);
    assert.deepEqual(completed!.context.contextActivities.category.map(({ id }) => id.split('/').pop()), ['cmi5', 'moveon']);
    assert.deepEqual(completed!.context.contextActivities.grouping, [{ id: 'https://p.example/au' }]);
    assert.equal(completed!.result!.completion, true);
    assert.equal(completed!.result!.score, undefined, 'a score is for passed and failed (cmi5 9.5.1)');
    assert.deepEqual([passed!.result!.success, passed!.result!.score], [true, { scaled: 0.9 }]);
    assert.deepEqual(documents.get('lectern.dispatch'), { completed: true, passed: true });
  });

  it('does not repeat what an earlier session has told', async () => {
    const { view, verbs } = lms({ told: { completed: true } });
    const au = await openThinAu(view);
    await au.report(done);
    assert.deepEqual(verbs(), ['initialized']);
  });

  it('keeps to the mastery score', async () => {
    const { view, verbs } = lms({ data: { masteryScore: 0.8 } });
    const au = await openThinAu(view);
    await au.report({ completed: false, progress: 1, seconds: 1, success: 'passed', score: { scaled: 0.7 } });
    await au.report({ completed: false, progress: 1, seconds: 1, success: 'failed', score: { scaled: 0.85 } });
    assert.deepEqual(verbs(), ['initialized']);
    await au.report({ completed: false, progress: 1, seconds: 1, success: 'failed', score: { scaled: 0.7 } });
    au.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(verbs(), ['initialized', 'failed', 'terminated']);
  });

  it('says that a learner has failed when the session ends, who may pass until then', async () => {
    const { view, sent, verbs } = lms();
    const au = await openThinAu(view);
    await au.report({ ...done, success: 'failed', score: { scaled: 0.3 } });
    await au.report({ ...done, success: 'passed', score: { scaled: 0.8 } });
    au.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(verbs(), ['initialized', 'completed', 'passed', 'terminated']);
    const other = lms();
    const failed = await openThinAu(other.view);
    for (const scaled of [0.3, 0.4]) await failed.report({ ...done, success: 'failed', score: { scaled } });
    failed.leave();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(other.verbs(), ['initialized', 'completed', 'failed', 'terminated']);
    assert.deepEqual([other.sent[2]!.result!.success, other.sent[2]!.result!.score], [false, { scaled: 0.4 }]);
    assert.deepEqual(sent[2]!.result!.score, { scaled: 0.8 });
  });

  it('says nothing of what is only looked at', async () => {
    const { view, verbs } = lms({ data: { launchMode: 'Browse' } });
    const au = await openThinAu(view);
    await au.report({ ...done, success: 'passed' });
    au.leave();
    assert.equal(au.launchMode, 'Browse');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(verbs(), ['initialized', 'terminated']);
  });

  it('says again what was not answered, as the same statement', async () => {
    const { view, verbs } = lms({ lose: 'completed' });
    const au = await openThinAu(view);
    await assert.rejects(au.report(done), (error: unknown) => error instanceof DeliveryError && error.code === 'network');
    await au.report(done);
    await au.report(done);
    assert.deepEqual(verbs(), ['initialized', 'completed']);
  });

  it('tells why it cannot, and goes on after an LMS that refused', async () => {
    const refused = (code: string) => (error: unknown): boolean => error instanceof DeliveryError && error.code === code;
    await assert.rejects(openThinAu(lms({ token: { 'error-code': '1' } }).view), refused('unauthorized'));
    await assert.rejects(openThinAu(lms({ data: { launchMode: 'normal' } }).view), refused('launch-invalid'));
    await assert.rejects(openThinAu(lms({ data: { contextTemplate: null } }).view), refused('launch-invalid'));
    const { view, verbs } = lms({ refuse: 'completed' });
    const au = await openThinAu(view);
    await assert.rejects(au.report({ ...done, success: 'passed' }), refused('rejected'));
    await au.report({ completed: false, progress: 1, seconds: 1, success: 'passed' });
    assert.deepEqual(verbs(), ['initialized', 'passed']);
  });
});

describe('what a dispatch says of learners and to them', () => {
  it('makes pseudonyms that differ by licence and tell no name', () => {
    assert.match(pseudonymOf('salt', '林梅'), /^[0-9a-f]{64}$/);
    assert.equal(pseudonymOf('salt', 'a'), pseudonymOf('salt', 'a'));
    assert.notEqual(pseudonymOf('salt', 'a'), pseudonymOf('other', 'a'));
  });

  it('has words for every refusal, in both languages, and for those it does not know', () => {
    for (const code of ['licence-full', 'licence-ended', 'licence-revoked', 'not-found', 'stub-missing', 'unreachable', 'toString', '']) {
      assert.match(licenceWords(code, true), /[\u4e00-\u9fff]/);
      assert.match(licenceWords(code, false), /^[A-Z][^\u4e00-\u9fff]+\.$/);
    }
  });
});
