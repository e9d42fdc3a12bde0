import { expect } from '@open-wc/testing';
import { newUuid } from '@lectern/core';
import { aStatement, StubLrs } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, journalOf, openTab, type Tab, type TabOptions } from './bench.fixture.js';

const database = `lectern.test.${newUuid()}`;
const key = { activityId: 'https://campus.example/course', stateId: 'lectern.session' };

describe('consent', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(20), ...options });
    tabs.push(tab);
    return tab;
  }
  const codeOf = (fault: unknown): unknown => (fault as { code?: unknown }).code;
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

  beforeEach(() => {
    lrs = new StubLrs();
    tabs = [];
    queue = newUuid();
  });
  afterEach(async () => {
    for (const tab of tabs) tab.kill();
    await Promise.all(tabs.map((tab) => tab.close()));
    forget();
  });
  after(() => indexedDB.deleteDatabase(database));

  it('pending: nothing leaves by any way, everything waits safely, and goes in order when it is granted', async () => {
    const tab = open({ consent: 'pending' });
    const statements = [aStatement('initialized'), aStatement('completed'), aStatement('terminated')];
    const receipts = tab.queue.record(statements);
    const saved = tab.queue.saveState(key, { a: 1 });
    expect(receipts.map(({ status }) => status)).to.deep.equal(['journaled', 'journaled', 'journaled']);
    await saved.reached('durable');
    await tab.queue.delivery.flush();
    tab.page.be('hidden');
    tab.page.be('visible');
    tab.page.be('online');
    expect(codeOf(await tab.queue.loadState({ ...key, stateId: 'unknown' }).catch((error: unknown) => error))).to.equal('consent-pending');
    await settled();
    expect(lrs.seen).to.have.length(0);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 4, unsafe: 0, failed: 0, held: 'consent' });
    expect(codeOf(receipts[0]!.error)).to.equal('consent-pending');
    await tab.queue.setConsent('granted');
    await saved.reached('stored');
    expect(lrs.ids).to.deep.equal(statements.map(({ id }) => id));
    expect(tab.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 4, failed: 0 });
  });

  it('pending: resumes from what this browser knows', async () => {
    const first = open();
    await first.queue.saveState(key, { a: 1 }, { mode: 'replace' }).reached('stored');
    await first.queue.loadState(key);
    await first.close();
    lrs.seen.length = 0;
    const second = open({ consent: 'pending' });
    second.queue.saveState(key, { b: 2 });
    expect(await second.queue.loadState(key)).to.deep.equal({ a: 1, b: 2 });
    expect(lrs.seen).to.have.length(0);
  });

  it('denied: what waited is gone from every store, and what comes is not taken', async () => {
    const tab = open({ consent: 'pending' });
    const [receipt] = tab.queue.record([aStatement('completed')]);
    const saved = tab.queue.saveState(key, { a: 1 });
    await saved.reached('durable');
    const fresh = tab.queue.record([aStatement()])[0]!;
    await tab.queue.setConsent('denied');
    for (const { status, error } of [receipt!, saved, fresh]) expect([status, codeOf(error)]).to.deep.equal(['failed', 'consent-denied']);
    expect(codeOf(tab.queue.record([aStatement()])[0]!.error)).to.equal('consent-denied');
    expect(codeOf(tab.queue.saveState(key, { a: 2 }).error)).to.equal('consent-denied');
    expect(tab.queue.delivery.getState()).to.include({ waiting: 0, failed: 0 });
    expect(await tab.queue.inspection.waiting()).to.deep.equal([]);
    expect(journalOf(queue)).to.deep.equal([]);
    await tab.queue.setConsent('granted');
    const [later] = tab.queue.record([aStatement('passed')]);
    await later!.reached('stored');
    expect(lrs.ids).to.deep.equal([later!.id]);
    expect(lrs.documents.size).to.equal(0);
  });

  it('denied and kept: what waited goes should the learner agree after all', async () => {
    const tab = open({ consent: 'pending' });
    const [receipt] = tab.queue.record([aStatement('completed')]);
    await tab.queue.setConsent('denied', 'keep');
    await tab.queue.delivery.flush();
    expect(tab.queue.delivery.getState()).to.include({ waiting: 1, held: 'consent' });
    expect(lrs.seen).to.have.length(0);
    await tab.queue.setConsent('granted');
    await receipt!.reached('stored');
  });

  it('holds for every tab of the queue, and a drop in one is not undone by another', async () => {
    const first = open({ consent: 'pending' });
    const second = open();
    expect(second.queue.consent).to.equal('pending');
    const receipts = [...first.queue.record([aStatement()]), ...second.queue.record([aStatement(), aStatement()])];
    await first.queue.setConsent('denied');
    for (let wait = 0; wait < 100 && receipts.some(({ status }) => status !== 'failed'); wait++) await settled();
    expect(receipts.map(({ error }) => codeOf(error))).to.deep.equal(['consent-denied', 'consent-denied', 'consent-denied']);
    await first.queue.setConsent('granted');
    await Promise.all([first.queue.delivery.flush(), second.queue.delivery.flush()]);
    second.page.be('visible');
    await second.queue.delivery.flush();
    await open().queue.delivery.flush();
    expect(second.queue.consent).to.equal('granted');
    expect(lrs.statements).to.have.length(0);
  });

  it('is not undone by a tab that heard nothing, or that died while it wrote', async () => {
    const deaf = open();
    lrs.fault = () => 'refuse';
    const [frozen] = deaf.queue.record([aStatement()]);
    await frozen!.reached('durable');
    const waiting = await deaf.queue.inspection.waiting();
    const { BroadcastChannel } = globalThis;
    Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    try {
      const mute = open();
      await mute.queue.setConsent('denied');
    } finally {
      globalThis.BroadcastChannel = BroadcastChannel;
    }
    // As a tab leaves it that was killed between the drop and its own transaction.
    const straggler = openTab({ lrs, database, queue: newUuid(), consent: 'pending' });
    tabs.push(straggler);
    await straggler.queue.delivery.flush();
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(database);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('records', 'readwrite');
        for (const record of waiting) transaction.objectStore('records').put(record);
        transaction.oncomplete = () => resolve(opening.result.close());
      };
      opening.onerror = reject;
    });
    lrs.fault = () => 'pass';
    expect(deaf.queue.consent).to.equal('denied');
    await deaf.queue.setConsent('granted');
    deaf.page.be('visible');
    await deaf.queue.delivery.flush();
    await open().queue.delivery.flush();
    expect(frozen!.status).to.equal('failed');
    expect(lrs.statements).to.have.length(0);
    // What is recorded after it counts, whatever the clock says.
    const late = open({ clock: { now: () => 1_000_000_000_000 } });
    await late.queue.record([aStatement()])[0]!.reached('stored');
  });

  it('is remembered for pages whose host says nothing, and fails closed where the storage was cleared or meddled with', async () => {
    await open({ consent: 'denied' }).queue.setConsent('denied', 'keep');
    const silent = open();
    expect(silent.queue.consent).to.equal('denied');
    localStorage.setItem(`lectern.consent.v1.${queue}`, 'whatever');
    expect(open().queue.consent).to.equal('pending');
    const pending = open({ consent: 'pending' });
    forget();
    pending.queue.record([aStatement()]);
    await pending.queue.delivery.flush();
    expect(lrs.seen).to.have.length(0);
  });

  it('can be taken back while records go', async () => {
    const tab = open({ limits: { batchCount: 1, linger: 0 } });
    lrs.fault = ({ path }) => {
      if (path === 'statements' && lrs.statements.length === 1) void tab.queue.setConsent('pending');
      return 'pass';
    };
    tab.queue.record(Array.from({ length: 5 }, () => aStatement()));
    await tab.queue.delivery.flush();
    // The one that had left arrived, and no other left after it.
    expect(lrs.statements).to.have.length(2);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 3, held: 'consent' });
  });
});
