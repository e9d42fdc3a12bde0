import { expect } from '@open-wc/testing';
import { newUuid } from '@lectern/core';
import { aStatement, StubLrs } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, openTab, type Tab, type TabOptions } from './bench.fixture.js';

const database = `lectern.test.${newUuid()}`;
const key = { activityId: 'https://campus.example/course', stateId: 'lectern.session' };

/** All that IndexedDB holds of a queue. */
async function leftIn(queue: string): Promise<unknown[]> {
  const opening = indexedDB.open(database);
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const transaction = opening.result.transaction(['records', 'failed', 'documents']);
  const requests = (['records', 'failed', 'documents'] as const).map((name) => transaction.objectStore(name).getAll());
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  opening.result.close();
  return requests.flatMap(({ result }) => result as { queue: string }[]).filter((value) => value.queue === queue);
}

describe('signing out', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(50), ...options });
    tabs.push(tab);
    return tab;
  }

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

  it('sends first what it can, and leaves no known document behind', async () => {
    const tab = open({ timers: new HastyTimers(8_000), limits: { linger: 100_000 } });
    await tab.queue.saveState(key, { a: 1 }, { mode: 'replace' }).reached('durable');
    await tab.queue.loadState(key);
    const [receipt] = tab.queue.record([aStatement('terminated')]);
    expect(await tab.queue.signOut()).to.deep.equal({ unsent: 0 });
    expect(receipt!.status).to.equal('stored');
    expect(await leftIn(queue)).to.deep.equal([]);
  });

  it('keeps by default what cannot be sent, for the next visit', async () => {
    lrs.fault = () => 'hang';
    const tab = open({ limits: { linger: 100_000 } });
    const [receipt] = tab.queue.record([aStatement('completed')]);
    expect(await tab.queue.signOut({ patience: 10 })).to.deep.equal({ unsent: 1 });
    expect(receipt!.status).to.equal('durable');
    tab.kill();
    lrs.fault = () => 'pass';
    await open().queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([receipt!.id]);
  });

  for (const [name, options] of [
    ['Web Locks', {}],
    ['a lease', { locks: null }],
  ] as const) {
    it(`clears when it is told to, and nothing that names the learner stays (${name})`, async () => {
      lrs.fault = ({ body }) => (body.includes('refused') ? { status: 400 } : { status: 500 });
      const tab = open(options);
      const [refused] = tab.queue.record([aStatement('answered', { result: { response: 'refused' } })]);
      await refused!.reached('stored').catch(() => undefined);
      const [receipt] = tab.queue.record([aStatement('completed')]);
      const saved = tab.queue.saveState(key, { a: 1 });
      await saved.reached('durable');
      expect(await tab.queue.signOut({ unsent: 'clear' })).to.deep.equal({ unsent: 2 });
      expect(receipt!.error).to.have.property('code', 'discarded');
      expect(saved.error).to.have.property('code', 'discarded');
      expect(tab.queue.record([aStatement()])[0]!.error).to.have.property('code', 'closed');
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await leftIn(queue)).to.deep.equal([]);
      const left = Object.entries(localStorage).filter(([name]) => name.startsWith('lectern.')).map(([name, value]) => `${name} ${value}`);
      expect(left.filter((entry) => entry.includes(queue) || entry.includes('learner'))).to.deep.equal([]);
      lrs.fault = () => 'pass';
      const next = open(options);
      await next.queue.delivery.flush();
      expect(lrs.statements).to.have.length(0);
      await next.queue.record([aStatement()])[0]!.reached('stored');
    });
  }

  it('clears what other tabs of the queue have, and they go on', async () => {
    lrs.fault = () => 'refuse';
    const [first, second] = [open(), open()];
    const [receipt] = second.queue.record([aStatement('completed')]);
    await receipt!.reached('durable');
    await first.queue.signOut({ unsent: 'clear', patience: 10 });
    for (let wait = 0; wait < 100 && receipt!.status !== 'failed'; wait++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(receipt!.error).to.have.property('code', 'discarded');
    lrs.fault = () => 'pass';
    const [fresh] = second.queue.record([aStatement('passed')]);
    await fresh!.reached('stored');
    second.page.be('visible');
    await second.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([fresh!.id]);
  });

  it('keeps no document that an answer brings after it', async () => {
    const tab = open();
    await tab.queue.delivery.flush();
    lrs.latency = 80;
    const loading = tab.queue.loadState(key);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await tab.queue.signOut({ unsent: 'clear', patience: 1 });
    await loading;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await leftIn(queue)).to.deep.equal([]);
  });
});
