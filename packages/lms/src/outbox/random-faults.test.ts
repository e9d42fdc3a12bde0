import { expect } from '@open-wc/testing';
import { newUuid, type Receipt, type Statement } from '@lectern/core';
import { aStatement, StubLrs, type Fault } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, journalOf, openTab, type Tab } from './bench.fixture.js';

const database = `lectern.test.${newUuid()}`;

const FAULTS: readonly Fault[] = [
  { status: 401 },
  { status: 404 },
  { status: 429, headers: { 'Retry-After': '1' } },
  { status: 500 },
  { status: 503 },
  { status: 413 }, // Only while the batch is more than one; see below.
  { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' },
  'refuse',
  'hang',
  'lose-answer',
];

/** mulberry32: the same faults for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the outbox under random faults', function () {
  this.timeout(60_000);
  afterEach(forget);
  after(() => indexedDB.deleteDatabase(database));

  const seeds = Number(new URLSearchParams(location.search).get('seeds') ?? 4);
  for (let seed = 1; seed <= seeds; seed++) {
    it(`delivers each statement exactly once and in order through faults and deaths of the page (seed ${seed})`, async () => {
      const random = randomFrom(seed);
      const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
      const pause = (most: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * most));
      const lrs = new StubLrs();
      let faults = 0;
      let calm = false;
      lrs.fault = ({ path, body }) => {
        if (calm || random() > 0.45) return 'pass';
        const fault = pick(FAULTS);
        const several = path === 'statements' && body !== '' && (JSON.parse(body) as unknown[]).length > 1;
        if (typeof fault === 'object' && fault.status === 413 && !several) return 'pass';
        faults++;
        return fault;
      };
      const queue = newUuid();
      const open = (): Tab => openTab({ lrs, database, queue, timers: new HastyTimers(8), timeout: 10, random, limits: { batchCount: 7, linger: 0 } });

      const recorded: Statement[] = [];
      const receipts: Receipt[] = [];
      let deaths = 0;
      let tab = open();
      const die = async (): Promise<void> => {
        tab.kill();
        deaths++;
        if (random() < 0.5) await pause(5);
        tab = open();
      };
      while (recorded.length < 300) {
        const statements = Array.from({ length: 1 + Math.floor(random() * 8) }, () => aStatement());
        recorded.push(...statements);
        receipts.push(...tab.queue.record(statements));
        if (random() < 0.3) tab.queue.saveState({ activityId: 'https://campus.example/c', stateId: 's' }, { count: recorded.length });
        if (random() < 0.2) tab.page.be(pick(['hidden', 'visible', 'online']));
        if (random() < 0.7) await pause(25);
        if (random() < 0.25) await die();
      }
      for (let rounds = 0; rounds < 100 && lrs.statements.length < recorded.length; rounds++) {
        await pause(25);
        if (random() < 0.2) await die();
      }
      expect(receipts.every(({ status }) => status !== 'pending' && status !== 'failed')).to.equal(true);
      calm = true;
      await tab.queue.delivery.flush();
      expect(lrs.ids).to.deep.equal(recorded.map(({ id }) => id));
      expect(lrs.document('https://campus.example/c', 's')).to.have.property('count');
      expect(tab.queue.delivery.getState()).to.include({ waiting: 0, failed: 0 });
      expect(journalOf(queue)).to.deep.equal([]);
      expect(faults, 'fewer on a slow machine, which asks less often').to.be.greaterThan(5);
      expect(deaths).to.be.greaterThan(5);
      await tab.close();
      tab.kill();
    });
  }
});
