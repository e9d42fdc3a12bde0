import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSession, openSession, type Course, type OutcomeReport } from '@lectern/core';
import { cmi5Plugin, type Cmi5Connection } from '@lectern/lms/cmi5';
import { startTestServer, type TestServer } from '../server.fixture.js';
import { au, enrol, importStructure, LaunchedAu, type Enrolled } from './cmi5-au.fixture.js';

const course: Course = {
  id: 'https://p.example/lathe', title: '车床', language: 'zh-CN', format: 'course',
  children: [
    { type: 'unit', kind: 'video', id: 'read', title: 'Read', moveOn: 'Completed', sources: [{ src: 'a.mp4' }] },
    { type: 'unit', kind: 'simulation', id: 'turn', title: 'Turn', moveOn: 'Passed', src: 's.json' },
  ],
};

/** A tab: its address, its storage, and its end. */
class Tab extends EventTarget {
  readonly location: { readonly search: string; readonly href: string };
  readonly items = new Map<string, string>();

  constructor(url: URL) {
    super();
    this.location = { search: url.search, href: url.href };
  }

  /** The tab as it is after its page crashed: what listened in it is gone. */
  reloaded(): Tab {
    const tab = new Tab(new URL(this.location.href));
    for (const [key, value] of this.items) tab.items.set(key, value);
    return tab;
  }

  get sessionStorage() {
    return { getItem: (key: string) => this.items.get(key) ?? null, setItem: (key: string, value: string) => void this.items.set(key, value) };
  }
}

interface Opened {
  readonly connection: Cmi5Connection;
  readonly tab: Tab;
  readonly sessionId: string;
}

/** Our content plugin as an AU of our LMS, which holds every rule of cmi5 and refuses what breaks one. */
describe('the cmi5 plugin in a strict LMS', () => {
  let server: TestServer;
  const open: Cmi5Connection[] = [];
  before(async () => (server = await startTestServer()));
  after(async () => {
    await Promise.all(open.map((connection) => connection.close()));
    await server.close();
  });

  async function connect(tab: Tab): Promise<Cmi5Connection> {
    const connection = await cmi5Plugin({ window: tab as unknown as Window }).connect({ course });
    open.push(connection);
    return connection;
  }

  async function enrolled(attributes: string, over: object = {}): Promise<Enrolled> {
    return enrol(server, await importStructure(server, au('lathe', attributes)), over);
  }

  async function launch(learner: Enrolled, over: object = {}): Promise<Opened> {
    const { url, sessionId } = await LaunchedAu.launch(server, learner, 'lathe', over);
    const tab = new Tab(url);
    return { tab, sessionId, connection: await connect(tab) };
  }

  const observe = async ({ token }: Enrolled, { sessionId }: Opened): Promise<Record<string, unknown>> =>
    (await server.request(`/launches/units/${sessionId}`, { headers: { Authorization: `Bearer ${token}` } })).json() as Promise<Record<string, unknown>>;

  const outcome = (more: Partial<OutcomeReport> = {}): OutcomeReport => ({ completed: true, success: 'passed', score: { raw: 18, min: 0, max: 20 }, progress: 1, seconds: 9, ...more });

  it('says all that a session says, in an order and a form that the LMS takes', async () => {
    const learner = await enrolled('moveOn="CompletedAndPassed" masteryScore="0.8"');
    const opened = await launch(learner, { returnUrl: `${server.url}/done` });
    const { connection } = opened;
    assert.equal(connection.launchData.moveOn, 'CompletedAndPassed');
    assert.equal(connection.launchData.masteryScore, 0.8);
    assert.equal(connection.returnUrl, `${server.url}/done`);
    const session = createSession({ course, connection });
    const receipts = (['initialized', 'completed', 'terminated'] as const).flatMap((type) => session.dispatch({ unitId: 'read', type }).recorded.map(({ receipt }) => receipt));
    await connection.report(outcome({ completed: false, success: undefined, score: undefined, progress: 0.5 }));
    await connection.report(outcome());
    await connection.close();
    assert.deepEqual(receipts.map(({ status }) => status), ['stored', 'stored', 'stored']);
    const { failed, waiting } = connection.delivery.getState();
    assert.deepEqual({ failed, waiting }, { failed: 0, waiting: 0 });
    const seen = await observe(learner, opened);
    assert.deepEqual({ ...seen, score: undefined }, { initialized: true, completed: true, satisfied: true, terminated: true, success: 'passed', score: undefined, progress: 1 });
    assert.deepEqual(seen['score'], { scaled: 0.9, raw: 18, min: 0, max: 20 });
  });

  it('takes the learner up again, and says completed and passed once in a registration', async () => {
    const learner = await enrolled('moveOn="Completed"');
    const first = await launch(learner);
    const session = createSession({ course, connection: first.connection });
    session.dispatch({ unitId: 'read', type: 'initialized' });
    session.dispatch({ unitId: 'read', type: 'completed' });
    await first.connection.report(outcome());
    await first.connection.close();
    const second = await launch(learner);
    const again = await openSession({ course, connection: second.connection });
    assert.equal(again.getState().units['read']?.completed, true);
    await second.connection.report(outcome());
    await second.connection.report(outcome({ success: 'failed' }));
    await second.connection.close();
    assert.equal(second.connection.delivery.getState().failed, 0);
    assert.equal((await observe(learner, second))['success'], undefined);
  });

  it('holds a verdict against the mastery score of the launch, and fails at the end alone', async () => {
    const learner = await enrolled('moveOn="Passed" masteryScore="0.95"');
    const opened = await launch(learner);
    void opened.connection.report(outcome()).catch(() => undefined);
    await opened.connection.delivery.flush();
    assert.equal((await observe(learner, opened))['success'], undefined);
    await opened.connection.close();
    assert.equal((await observe(learner, opened))['success'], 'failed');
    const second = await launch(learner);
    await second.connection.report(outcome({ score: { scaled: 0.97 } }));
    await second.connection.close();
    assert.equal((await observe(learner, second))['success'], 'passed');
  });

  for (const launchMode of ['Browse', 'Review'] as const) {
    it(`records that it was opened and closed in ${launchMode}, and nothing else`, async () => {
      const learner = await enrolled('moveOn="Completed"', { launchMode });
      const opened = await launch(learner);
      const { connection } = opened;
      assert.equal(connection.launchMode === 'Normal', false);
      const session = createSession({ course, connection });
      session.dispatch({ unitId: 'read', type: 'initialized' });
      await connection.report(outcome());
      await connection.close();
      assert.equal(connection.delivery.getState().failed, 0);
      const { initialized, completed, terminated } = await observe(learner, opened);
      assert.deepEqual({ initialized, completed, terminated }, { initialized: true, completed: false, terminated: true });
    });
  }

  it('goes on in a tab that crashed and was loaded again, and not once the session has ended', async () => {
    const learner = await enrolled('moveOn="Completed"');
    const opened = await launch(learner);
    const tab = opened.tab.reloaded();
    const again = await connect(tab);
    await again.report(outcome());
    // What state is sent beside the last words may come too late for the session; it waits for the next one.
    tab.dispatchEvent(new Event('pagehide'));
    await again.delivery.flush();
    assert.equal(again.delivery.getState().failed, 0);
    const { completed, terminated } = await observe(learner, opened);
    assert.deepEqual({ completed, terminated }, { completed: true, terminated: true });
    await assert.rejects(connect(tab), { code: 'lms-gone' });
    // Another tab with the same address: the token was given already.
    await assert.rejects(connect(new Tab(new URL(opened.tab.location.href))), { code: 'unauthorized', field: 'fetch' });
  });

  it('tells what it can say no more once the LMS has abandoned the session', async () => {
    const learner = await enrolled('moveOn="Completed"');
    const killed = await launch(learner);
    await killed.connection.delivery.flush();
    const next = await launch(learner);
    await next.connection.delivery.flush();
    assert.equal((await observe(learner, killed))['abandoned'], true);
    await assert.rejects(killed.connection.report(outcome()), { code: 'rejected' });
    await next.connection.report(outcome({ completed: true, success: undefined }));
    await next.connection.close();
    assert.equal((await observe(learner, next))['completed'], true);
  });
});
