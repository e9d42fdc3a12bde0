import { expect } from '@open-wc/testing';
import { newUuid, type Statement } from '@lectern/core';
import { aStatement, StubLrs, type Seen } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, openTab, type Tab, type TabOptions } from './bench.fixture.js';

const database = `lectern.test.${newUuid()}`;
const key = { activityId: 'https://campus.example/course', stateId: 'lectern.session' };

describe('the outbox in several tabs', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(50), ...options });
    tabs.push(tab);
    return tab;
  }
  const some = (count: number): Statement[] => Array.from({ length: count }, () => aStatement());

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

  for (const [name, options] of [
    ['Web Locks', {}],
    ['a lease, where there are none', { locks: null }],
  ] as const) {
    it(`sends from one at a time, by ${name}`, async () => {
      lrs.latency = 10;
      let sending = 0;
      let most = 0;
      const honest = lrs.fetch;
      (lrs as { fetch: typeof fetch }).fetch = async (...args) => {
        most = Math.max(most, ++sending);
        return honest(...args).finally(() => sending--);
      };
      const pair = [open(options), open(options)] as const;
      const receipts = Array.from({ length: 6 }, (_, round) => pair[round % 2]!.queue.record(some(5))).flat();
      await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
      expect(lrs.statements).to.have.length(30);
      expect(lrs.repeats).to.equal(0);
      expect(most).to.equal(1);
    });
  }

  it('moves the receipts of one tab when another has sent', async () => {
    lrs.fault = () => 'refuse';
    const first = open({ timers: new HastyTimers(100_000) });
    const [receipt] = first.queue.record(some(1));
    await first.queue.delivery.flush();
    lrs.fault = () => 'pass';
    const second = open();
    await second.queue.delivery.flush();
    await receipt!.reached('stored');
    expect(first.queue.delivery.getState()).to.include({ waiting: 0, stored: 1 });
    expect(lrs.repeats).to.equal(0);
  });

  it('shows what another tab has waiting', async () => {
    lrs.fault = () => 'refuse';
    await Promise.all(open().queue.record(some(2)).map((receipt) => receipt.reached('durable')));
    const second = open();
    await second.queue.delivery.flush();
    expect(second.queue.delivery.getState()).to.include({ waiting: 2, held: 'unreachable' });
  });

  it('sends what a tab left that died while another was open', async () => {
    const survivor = open();
    await survivor.queue.delivery.flush();
    const victim = open({ timers: new HastyTimers(100_000), limits: { linger: 100_000 } });
    const [receipt] = victim.queue.record(some(1));
    await receipt!.reached('durable');
    victim.kill();
    for (let wait = 0; wait < 100 && lrs.statements.length === 0; wait++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(lrs.statements).to.have.length(1);
  });

  it('takes over the lease of a tab that died', async () => {
    lrs.fault = () => 'hang';
    const victim = open({ locks: null });
    victim.queue.record(some(1));
    while (lrs.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const lease = Object.keys(localStorage).find((name) => name.startsWith('lectern.lease.v1.'))!;
    const left = localStorage.getItem(lease)!;
    victim.kill();
    await new Promise((resolve) => setTimeout(resolve, 20));
    localStorage.setItem(lease, left); // As a browser leaves it that was killed.
    lrs.fault = () => 'pass';
    let now = Date.now();
    const heir = open({ locks: null, clock: { now: () => now } });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(lrs.statements).to.have.length(0);
    now += 120_000;
    await heir.queue.delivery.flush();
    expect(lrs.statements).to.have.length(1);
  });
});

describe('the outbox when the page is left', () => {
  let lrs: StubLrs;
  let tab: Tab;
  const statementsIn = ({ body }: Seen): Statement[] => JSON.parse(body) as Statement[];

  beforeEach(() => {
    lrs = new StubLrs();
  });
  afterEach(async () => {
    tab.kill();
    await tab.close();
    forget();
  });

  /** With a token, as a page has that has spoken to the LRS, and nothing sent by turns. */
  async function openIdle(): Promise<void> {
    tab = openTab({ lrs, database, limits: { linger: 100_000 } });
    await tab.queue.loadState(key);
    await tab.queue.delivery.flush();
    lrs.seen.length = 0;
  }

  it('hands over what waits at once, with keepalive and the xAPI headers', async () => {
    await openIdle();
    const statements = [aStatement('initialized'), aStatement('suspended'), aStatement('terminated')];
    const receipts = tab.queue.record(statements);
    const saved = tab.queue.saveState(key, { a: 1 });
    tab.page.be('hidden');
    expect(lrs.seen.map(({ path, keepalive }) => [path, keepalive])).to.deep.equal([['statements', true], ['activities/state', true]]);
    expect(statementsIn(lrs.seen[0]!)).to.deep.equal(statements);
    expect(lrs.seen[0]!.headers.get('X-Experience-API-Version')).to.equal('1.0.3');
    expect(lrs.seen[0]!.headers.get('Authorization')).to.equal('Bearer token');
    tab.page.be('hidden');
    expect(lrs.seen).to.have.length(2);
    await Promise.all([...receipts, saved].map((receipt) => receipt.reached('stored')));
    await tab.queue.delivery.flush();
    expect(lrs.repeats).to.equal(0);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 0, stored: 4 });
  });

  it('stays within the budget: what the learner has earned first, then what fits in order, the rest at the next visit', async () => {
    await openIdle();
    const filler = Array.from({ length: 500 }, () => aStatement('answered', { result: { response: '答'.repeat(100) } }));
    const earned = [aStatement('completed'), aStatement('passed')];
    tab.queue.record([...filler.slice(0, 400), earned[0]!, ...filler.slice(400), earned[1]!, aStatement('terminated')]);
    tab.queue.saveState(key, { a: 1 });
    lrs.fault = () => 'hang';
    tab.page.be('hidden');
    const bytes = lrs.seen.reduce((sum, { body }) => sum + new TextEncoder().encode(body).length, 0);
    expect(bytes).to.be.greaterThan(40 * 1024).and.lessThan(64 * 1024);
    const sent = statementsIn(lrs.seen[0]!).map(({ id }) => id);
    // Whoever takes `terminated` takes nothing more of that session.
    expect(sent.slice(-2)).to.deep.equal(earned.map(({ id }) => id));
    expect(sent.slice(0, -2)).to.deep.equal(filler.slice(0, sent.length - 2).map(({ id }) => id));
    expect(lrs.seen[1]!.path).to.equal('activities/state');
  });

  it('sends again what is on its way, so that what comes after cannot overtake it', async () => {
    await openIdle();
    const statements = [aStatement('initialized'), aStatement('answered'), aStatement('terminated')];
    const receipts = tab.queue.record(statements.slice(0, 2));
    lrs.fault = () => ({ status: 503 });
    tab.page.be('hidden');
    receipts.push(...tab.queue.record(statements.slice(2)));
    lrs.fault = () => 'pass';
    tab.page.be('hidden');
    expect(lrs.seen.map(statementsIn)).to.deep.equal([statements.slice(0, 2), statements]);
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
    expect(lrs.statements).to.deep.equal(statements);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 0, stored: 3 });
  });

  it('keeps back what would overtake what an earlier page has left', async () => {
    const queue = newUuid();
    lrs.fault = () => 'refuse';
    const earlier = openTab({ lrs, database, queue });
    const [left] = earlier.queue.record([aStatement('initialized')]);
    await left!.reached('durable');
    earlier.kill();
    tab = openTab({ lrs, database, queue });
    const receipts = tab.queue.record([aStatement('answered')]);
    lrs.fault = () => 'pass';
    tab.page.be('hidden'); // Before anyone knows what is there.
    lrs.fault = () => 'refuse';
    await tab.queue.delivery.flush();
    lrs.fault = () => 'pass';
    tab.page.be('hidden'); // Knowing it.
    expect(lrs.seen.some(({ keepalive }) => keepalive)).to.equal(false);
    await tab.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([left!.id, receipts[0]!.id]);
    receipts.push(...tab.queue.record([aStatement('terminated')]));
    tab.page.be('hidden'); // Alone again.
    expect(lrs.seen.at(-1)!.keepalive).to.equal(true);
  });

  it('closes by the same way', async () => {
    await openIdle();
    tab.queue.record([aStatement('terminated')]);
    await tab.queue.close();
    expect(lrs.statements).to.have.length(1);
    const [late] = tab.queue.record([aStatement()]);
    expect(late!.status).to.equal('journaled');
  });
});
