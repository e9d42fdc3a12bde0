import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Statement } from '@lectern/core';
import { findScormApi, MAX_HOPS } from './find-api.js';
import { KeptDocuments } from './kept-documents.js';
import { sessionTime } from './outcome-elements.js';
import { COURSE_ID, launchIn, memoryStorage, PlainLms, settle } from './scorm.fixture.js';
import { isPageState } from './suspend-data.js';
import { thinUnit } from './thin-unit.js';

const KEY = { activityId: COURSE_ID, stateId: 'lectern.session' };

const statement = (verb: string, extra: Partial<Statement> = {}): Statement => ({
  id: crypto.randomUUID(), actor: { account: { homePage: 'https://lms.example', name: 'a' } }, verb: { id: `http://adlnet.gov/expapi/verbs/${verb}` },
  object: { id: `${COURSE_ID}/q1` }, timestamp: '2026-01-01T10:00:00.000Z', ...extra,
});

for (const version of ['1.2', '2004'] as const) {
  describe(`the SCORM ${version} plugin`, () => {
    const status = version === '1.2' ? 'cmi.core.lesson_status' : 'cmi.completion_status';
    const exit = version === '1.2' ? 'cmi.core.exit' : 'cmi.exit';
    const score = version === '1.2' ? 'cmi.core.score.raw' : 'cmi.score.raw';

    it('asks to be taken up again before anything else is done', () => {
      const lms = new PlainLms(version);
      launchIn(version, lms.api);
      assert.equal(lms.kept[exit], 'suspend');
      assert.equal(lms.kept[status], 'incomplete');
    });

    it('commits an outcome at the end of the turn, its score on the hundred by the true maximum', async () => {
      const lms = new PlainLms(version);
      const { session, time } = launchIn(version, lms.api);
      const told = session.connection.report({ completed: true, success: 'passed', score: { raw: 16, min: 0, max: 16 }, progress: 1, seconds: 60 });
      await time.pass(0);
      await told;
      assert.equal(lms.kept[score], '100');
      assert.equal(lms.kept[version === '1.2' ? status : 'cmi.success_status'], 'passed');
    });

    it('brings documents back on the next launch, with the same registration', async () => {
      const lms = new PlainLms(version);
      const first = launchIn(version, lms.api);
      const receipt = first.session.connection.saveState(KEY, { 'unit:知识': { completed: true, position: 12.5 } });
      first.session.connection.saveState(KEY, { current: '知识' });
      first.session.leave();
      assert.equal(receipt.status, 'stored');
      assert.match(lms.kept['cmi.suspend_data']!, /^[\w.-]+$/);
      const second = launchIn(version, new PlainLms(version, lms.kept).api);
      assert.deepEqual(await second.session.connection.loadState(KEY), { 'unit:知识': { completed: true, position: 12.5 }, current: '知识' });
      assert.equal(second.session.connection.registration, first.session.connection.registration);
    });

    it('counts the time of the launch, and none of a sleeping machine', async () => {
      const lms = new PlainLms(version);
      const { session, time } = launchIn(version, lms.api);
      await time.pass(95_500);
      session.leave();
      assert.equal(lms.kept[version === '1.2' ? 'cmi.core.session_time' : 'cmi.session_time'], version === '1.2' ? '0000:01:35.50' : 'PT1M35.5S');
    });

    it('counts the time of a launch that was killed with the next one, once, and only where the LMS did not', async () => {
      const [session, total] = version === '1.2' ? ['cmi.core.session_time', 'cmi.core.total_time'] : ['cmi.session_time', 'cmi.total_time'];
      const span = (seconds: number): string => sessionTime(seconds, version)[0]![1];
      const kept: Record<string, string> = { [total]: span(100) };
      const killed = launchIn(version, new PlainLms(version, kept).api);
      await killed.time.pass(70_000);
      assert.equal(kept[session], span(60), 'said while nothing else was to be said');
      const second = launchIn(version, new PlainLms(version, kept).api);
      await second.time.pass(5_000);
      second.session.leave();
      assert.equal(kept[session], span(65));
      // It counts what was finished, in whole seconds.
      kept[total] = span(165);
      const third = launchIn(version, new PlainLms(version, kept).api);
      await third.time.pass(2_000);
      third.session.leave();
      assert.equal(kept[session], span(2));
      // An LMS that counts a killed launch by itself, and one that never says a total.
      const counted = { ...kept, [total]: span(300) };
      launchIn(version, new PlainLms(version, counted).api).session.leave();
      assert.equal(counted[session], span(0));
      delete kept[total];
      launchIn(version, new PlainLms(version, kept).api).session.leave();
      assert.equal(kept[session], span(0));
    });

    it('keeps what is not committed, tells so, tries again, and brings it home at the next launch', async () => {
      const lms = new PlainLms(version);
      const storage = memoryStorage();
      const { session, time } = launchIn(version, lms.api, { storage });
      lms.refuseCommit = true;
      const told = session.connection.report({ completed: true, success: 'passed', progress: 1, seconds: 1 });
      const receipt = session.connection.saveState(KEY, { current: 'u1' });
      await time.pass(5_000);
      assert.equal(receipt.status, 'journaled');
      assert.deepEqual({ ...session.connection.delivery.getState() }, { waiting: 2, unsafe: 0, stored: 0, failed: 0, held: 'unreachable' });
      assert.equal(lms.kept[status], 'incomplete');
      // The tab dies here; the LMS has nothing of it.
      const next = launchIn(version, new PlainLms(version, lms.kept).api, { storage });
      assert.equal(lms.kept[version === '1.2' ? status : 'cmi.success_status'], 'passed');
      assert.deepEqual(await next.session.connection.loadState(KEY), { current: 'u1' });
      assert.equal(storage.items.size, 0);
      // Had it lived on, it would have arrived as well.
      lms.refuseCommit = false;
      await time.pass(60_000);
      await told;
      assert.equal(receipt.status, 'stored');
    });

    it('says nothing in review and browse mode', async () => {
      for (const mode of ['review', 'browse']) {
        const lms = new PlainLms(version, { [version === '1.2' ? 'cmi.core.lesson_mode' : 'cmi.mode']: mode });
        const { session, time } = launchIn(version, lms.api);
        await session.connection.report({ completed: true, progress: 1, seconds: 1 });
        session.connection.saveState(KEY, { current: 'u1' });
        await time.pass(20_000);
        session.leave();
        assert.deepEqual(lms.calls.filter((call) => /^(Set|Commit)/.test(call)), []);
      }
    });

    it('takes numbers for strings, and an API without GetLastError', async () => {
      const lms = new PlainLms(version);
      lms.faults = { odd: true };
      const { session, time } = launchIn(version, lms.api);
      const told = session.connection.report({ completed: true, progress: 1, seconds: 1 });
      await time.pass(0);
      await told;
      assert.equal(lms.kept[status], 'completed');
    });

    it('outlives an LMS whose window is gone in the middle', async () => {
      const lms = new PlainLms(version);
      const storage = memoryStorage();
      const { session, time } = launchIn(version, lms.api, { storage });
      lms.gone = true;
      const [receipt] = session.connection.record([statement('completed')]);
      await time.pass(100);
      assert.equal(receipt!.status, 'journaled');
      assert.equal((receipt!.error as { code?: string } | undefined)?.code, 'lms-gone');
      session.leave();
      assert.equal(storage.items.size, 1);
    });

    it('keeps its place in less room than the standard gives, whether it is refused or silently cut', async () => {
      for (const silently of [false, true]) {
        const lms = new PlainLms(version);
        lms.faults = { room: 1500, silently };
        const { session } = launchIn(version, lms.api);
        for (let unit = 0; unit < 60; unit++) {
          session.connection.saveState(KEY, { [`unit:${unit}`]: { completed: true, success: 'passed', segments: Array.from({ length: 9 }, () => [Math.random() * 99, Math.random() * 99]) } });
        }
        session.leave();
        const back = await launchIn(version, new PlainLms(version, lms.kept).api).session.connection.loadState(KEY);
        assert.equal(Object.keys(back!).length, 60);
        assert.ok(Object.values(back!).every((unit) => (unit as { completed: boolean }).completed));
        assert.ok((back!['unit:59'] as { segments?: unknown }).segments, 'the newest is whole');
      }
    });

    it('says which document has no room at all', () => {
      const lms = new PlainLms(version);
      lms.faults = { refuse: { 'cmi.suspend_data': 405 } };
      const { session } = launchIn(version, lms.api);
      const receipt = session.connection.saveState(KEY, { current: 'u' });
      session.leave();
      assert.equal(receipt.status, 'failed');
      assert.equal((receipt.error as { code?: string; field?: string }).field, 'cmi.suspend_data');
    });

    it('writes answers as interactions', async () => {
      const lms = new PlainLms(version);
      const { session, time } = launchIn(version, lms.api);
      const definition = { type: 'x:y', interactionType: 'choice', choices: [{ id: 'red' }, { id: 'blue one' }], correctResponsesPattern: ['blue one'] } as const;
      session.connection.record([statement('answered', { object: { id: `${COURSE_ID}/q 1`, definition }, result: { response: 'red[,]blue one', success: false, duration: 'PT5S' } })]);
      await time.pass(0);
      const at = 'cmi.interactions.0';
      assert.equal(lms.kept[`${at}.type`], 'choice');
      assert.equal(lms.kept[version === '1.2' ? `${at}.student_response` : `${at}.learner_response`], version === '1.2' ? 'a,b' : 'red[,]blue one');
      assert.equal(lms.kept[`${at}.result`], version === '1.2' ? 'wrong' : 'incorrect');
      assert.equal(lms.kept[`${at}.latency`], version === '1.2' ? '0000:00:05.00' : 'PT5S');
      assert.ok(!/\s/.test(lms.kept[`${at}.id`]!) || version === '2004');
    });

    it('names units as objectives, each once', async () => {
      const lms = new PlainLms(version);
      const { session, time } = launchIn(version, lms.api);
      const report = (unitId: string, completed: boolean): void => void session.connection.report({ unitId, completed, progress: 1, seconds: 1 });
      report('u1', false);
      report('u2', true);
      report('u1', true);
      await time.pass(0);
      const objective = version === '1.2' ? 'status' : 'completion_status';
      assert.deepEqual([0, 1].map((index) => [lms.kept[`cmi.objectives.${index}.id`], lms.kept[`cmi.objectives.${index}.${objective}`]]), [['u1', 'completed'], ['u2', 'completed']]);
      assert.equal(lms.kept['cmi.objectives.2.id'], undefined);
    });

    it('is refused by name where the LMS does not begin', () => {
      assert.throws(() => launchIn(version, {}), { code: 'lms-refused', field: 'Initialize' });
      const throwing = new PlainLms(version);
      throwing.gone = true;
      assert.throws(() => launchIn(version, throwing.api), { code: 'lms-gone' });
    });

    it('closes with the way back to the LMS, once', async () => {
      const lms = new PlainLms(version);
      const { session } = launchIn(version, lms.api);
      await session.connection.close();
      await session.connection.close();
      session.leave();
      assert.equal(lms.calls.filter((call) => call.startsWith('Finish')).length, 1);
      assert.equal(lms.kept['adl.nav.request'], version === '2004' ? 'suspendAll' : undefined);
    });
  });
}

describe('findScormApi', () => {
  const view = (parts: object): Window => parts as Window;
  const home = { LMSInitialize: () => 'true' };

  it('looks in this window, its parents, its opener and its opener’s parents', () => {
    const top = view({ API: home });
    Object.assign(top, { parent: top });
    const middle = view({ parent: top });
    assert.equal(findScormApi(view({ parent: middle }), 'API')?.where, 'parent 2');
    const alone = view({ opener: view({ parent: middle }) });
    Object.assign(alone, { parent: alone, top: alone });
    assert.equal(findScormApi(alone, 'API')?.where, 'opener, parent 2');
    assert.equal(findScormApi(view({ API: home }), 'API')?.where, 'this window');
  });

  it('passes over windows of other origins, and things of that name that are no API', () => {
    const top = view({ API: home });
    Object.assign(top, { parent: top });
    const foreign = new Proxy({}, { get: (_target, name) => { if (name === 'parent') return top; throw new DOMException('Blocked', 'SecurityError'); } }) as Window;
    assert.equal(findScormApi(view({ parent: foreign, API: 'a string' }), 'API')?.where, 'parent 2');
    assert.equal(findScormApi(view({ get parent(): Window { throw new DOMException('Blocked', 'SecurityError'); } }), 'API'), undefined);
  });

  it('ends in a loop of windows, and in a tower of them', () => {
    const one = view({});
    const two = view({ parent: one });
    Object.assign(one, { parent: two, opener: two, top: two });
    assert.equal(findScormApi(one, 'API'), undefined);
    let tower = view({ API: home });
    for (let hop = 0; hop <= MAX_HOPS; hop++) tower = view({ parent: tower });
    assert.equal(findScormApi(tower, 'API'), undefined);
  });
});

it('suspend data that is not ours, cut short or poisoned is not read', async () => {
  for (const text of ['', 'page=3;score=5', 'L1.', 'L1.AAAA', 'L1.q1Yqy', '{"v":1}', `L1.${'A'.repeat(60_000)}`]) assert.equal(KeptDocuments.read(text), undefined, text.slice(0, 20));
  const { text } = new KeptDocuments('r').pack(4096, thinUnit);
  assert.equal(KeptDocuments.read(text)?.registration, 'r');
  assert.equal(KeptDocuments.read(text.slice(0, -3)), undefined);
  await settle();
});

it('what a page stores by itself makes room for what was completed, however late and large it is', () => {
  const documents = new KeptDocuments('r');
  const noise = randomBytes(9_000).toString('base64');
  documents.save('lectern.session', { 'unit:a': { completed: true, position: 3 } }, 'merge');
  documents.save('https://x/c/p lectern.page', { revision: 1, items: { small: '1' } }, 'replace');
  assert.deepEqual(KeptDocuments.read(documents.pack(4096, thinUnit, isPageState).text)?.load('https://x/c/p lectern.page'), { revision: 1, items: { small: '1' } });
  documents.save('https://x/c/p lectern.page', { revision: 2, items: { noise } }, 'replace');
  const { text, cut } = documents.pack(4096, thinUnit, isPageState);
  assert.deepEqual(cut, ['https://x/c/p lectern.page']);
  assert.deepEqual(KeptDocuments.read(text)?.load('lectern.session'), { 'unit:a': { completed: true, position: 3 } });
});
