import { expect, waitUntil } from '@open-wc/testing';
import { newUuid, type DeliveryState, type Statement } from '@lectern/core';
import { aStatement, StubLrs } from '../stub-lrs.fixture.js';
import { entriesOf, forget, HastyTimers, journalOf, openTab, type Tab, type TabOptions } from './bench.fixture.js';
import type { JournalStorage } from './journal.js';

const database = `lectern.test.${newUuid()}`;
const key = { activityId: 'https://campus.example/course', stateId: 'lectern.session' };

describe('the outbox keeps what it says', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(50), ...options });
    tabs.push(tab);
    return tab;
  }
  const some = (count: number): Statement[] => Array.from({ length: count }, () => aStatement());
  const ids = (statements: readonly Statement[]): string[] => statements.map(({ id }) => id);

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

  it('journals before it returns: a page killed at once loses nothing', async () => {
    const first = open();
    const statements = some(20);
    const receipts = first.queue.record(statements);
    first.kill();
    expect(receipts.every(({ status }) => status === 'journaled')).to.equal(true);
    expect(journalOf(queue)).to.have.length(20);
    const second = open();
    await second.queue.delivery.flush();
    expect(ids(lrs.statements)).to.deep.equal(ids(statements));
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('journals a burst of calls in few entries before the turn ends, and all of it before a document that may speak of it', async () => {
    const first = open();
    const statements = some(300);
    const receipts = statements.map((statement) => first.queue.record([statement])[0]!);
    expect(receipts.slice(0, 10).every(({ status }) => status === 'journaled')).to.equal(true);
    expect(receipts.at(-1)!.status).to.equal('pending');
    first.queue.saveState(key, { done: true });
    expect(receipts.every(({ status }) => status === 'journaled')).to.equal(true);
    const later = aStatement();
    const [last] = first.queue.record([later]);
    expect(last!.status).to.equal('pending');
    await Promise.resolve();
    expect(last!.status).to.equal('journaled');
    expect(entriesOf(queue).length).to.be.lessThan(25);
    first.kill();
    const second = open();
    await second.queue.delivery.flush();
    expect(ids(lrs.statements)).to.deep.equal(ids([...statements, later]));
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('hands the network what a burst has just brought when the page is left in the same turn', async () => {
    const tab = open();
    const statements = some(41);
    await tab.queue.record(statements.slice(0, 1))[0]!.reached('stored');
    for (const statement of statements.slice(1)) tab.queue.record([statement]);
    tab.page.be('hidden');
    expect(journalOf(queue)).to.have.length(40);
    tab.kill();
    await waitUntil(() => lrs.statements.length === 41);
    expect(ids(lrs.statements)).to.deep.equal(ids(statements));
  });

  it('does not bring back what was taken out by hand with the rest of its burst', async () => {
    lrs.fault = () => 'refuse';
    const first = open({ database: null });
    const statements = some(6);
    first.queue.record(statements);
    await first.queue.inspection.discard([statements[2]!.id]);
    expect(entriesOf(queue)).to.have.length(1);
    first.kill();
    lrs.fault = () => 'pass';
    const second = open({ database: null });
    await second.queue.delivery.flush();
    expect(ids(lrs.statements)).to.deep.equal(ids(statements.filter((_, index) => index !== 2)));
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('says durable only after the transaction, and takes the journal entry back', async () => {
    lrs.fault = () => 'refuse';
    const first = open();
    const receipts = first.queue.record(some(3));
    await receipts[2]!.reached('durable');
    expect(journalOf(queue)).to.deep.equal([]);
    expect((await first.queue.inspection.waiting()).length).to.equal(3);
    first.kill();
    lrs.fault = () => 'pass';
    await open().queue.delivery.flush();
    expect(lrs.statements).to.have.length(3);
  });

  it('keeps the order over pages, even when the clock is set back', async () => {
    const statements = some(3);
    const first = open({ clock: { now: () => 2_000_000_000_000 } });
    first.queue.record([statements[0]!]);
    first.queue.record([statements[1]!]);
    first.kill();
    const second = open({ clock: { now: () => 1_000_000_000_000 } });
    second.queue.record([statements[2]!]);
    await second.queue.delivery.flush();
    expect(ids(lrs.statements)).to.deep.equal(ids(statements));
  });

  it('works without IndexedDB: the journal keeps the records until they are stored', async () => {
    lrs.fault = () => 'refuse';
    const first = open({ database: null });
    const receipts = first.queue.record(some(2));
    await first.queue.delivery.flush();
    expect(receipts.map(({ status }) => status)).to.deep.equal(['journaled', 'journaled']);
    first.kill();
    lrs.fault = () => 'pass';
    await open({ database: null }).queue.delivery.flush();
    expect(lrs.statements).to.have.length(2);
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('works without localStorage: unsafe until durable', async () => {
    const tab = open({ storage: null });
    const [receipt] = tab.queue.record(some(1));
    expect(receipt!.status).to.equal('pending');
    expect(tab.queue.delivery.getState()).to.include({ waiting: 1, unsafe: 1 });
    await receipt!.reached('durable');
    expect(tab.queue.delivery.getState()).to.include({ unsafe: 0 });
    await receipt!.reached('stored');
  });

  it('says so when nothing here is safe, and sends all the same', async () => {
    lrs.fault = () => 'refuse';
    const tab = open({ storage: null, database: null });
    const receipts = tab.queue.record(some(2));
    await tab.queue.delivery.flush();
    expect(receipts[0]!.status).to.equal('pending');
    expect(tab.queue.delivery.getState()).to.include({ waiting: 2, unsafe: 2 });
    lrs.fault = () => 'pass';
    await tab.queue.delivery.flush();
    expect(receipts[1]!.status).to.equal('stored');
  });

  it('lives with a storage that is full or goes over the cap', async () => {
    const full: JournalStorage = {
      length: 0,
      key: () => null,
      getItem: () => null,
      removeItem: () => undefined,
      setItem() {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const [inFull] = open({ storage: full }).queue.record(some(1));
    expect(inFull!.status).to.equal('pending');
    await inFull!.reached('stored');
    const capped = open({ limits: { journalUnits: 1_500 }, queue: newUuid() }).queue.record(some(10));
    expect(new Set(capped.map(({ status }) => status))).to.deep.equal(new Set(['journaled', 'pending']));
    await Promise.all(capped.map((receipt) => receipt.reached('stored')));
    expect(lrs.statements).to.have.length(11);
  });

  it('leaves a newer journal alone, and sets aside what it cannot read', async () => {
    const prefix = `lectern.journal.v1.${queue}.`;
    localStorage.setItem(`${prefix}5.newer`, JSON.stringify({ v: 99, sealed: '…' }));
    localStorage.setItem(`${prefix}6.broken`, '{"v":1,"kind":"statement"');
    localStorage.setItem(`${prefix}odd`, JSON.stringify({ v: 1, kind: 'statement', order: '7', id: 'x', body: {} }));
    const tab = open();
    await tab.queue.delivery.flush();
    expect(entriesOf(queue)).to.deep.equal([`${prefix}5.newer`]);
    const failed = await tab.queue.inspection.failed();
    expect(failed.map(({ reason }) => reason.code)).to.deep.equal(['journal-unreadable', 'journal-unreadable']);
    expect(failed.some(({ body }) => body === '{"v":1,"kind":"statement"')).to.equal(true);
    expect(tab.queue.delivery.getState().failed).to.equal(2);
  });

  it('understands the journals of older versions, in every form they had', async () => {
    const statements = some(5);
    const prefix = `lectern.journal.v1.${queue}.`;
    const body = (index: number): string => JSON.stringify(statements[index]);
    const save = (content: object): string => JSON.stringify({ key, mode: 'merge', content });
    const line = (kind: string, order: number, id: string, text: string): string => `{"v":1,"kind":"${kind}","order":${order},"id":"${id}","body":${text}}`;
    // Quoted, its place in the key alone; then unquoted; then with its place inside; then a burst in one entry.
    localStorage.setItem(`${prefix}1.${statements[0]!.id}`, JSON.stringify({ v: 1, kind: 'statement', body: body(0) }));
    localStorage.setItem(`${prefix}2.${statements[1]!.id}`, `{"v":1,"kind":"statement","body":${body(1)}}`);
    localStorage.setItem(`${prefix}3.${statements[2]!.id}`, line('statement', 3, statements[2]!.id, body(2)));
    localStorage.setItem(`${prefix}4.${statements[3]!.id}+1`, [3, 4].map((index) => line('statement', index + 1, statements[index]!.id, body(index))).join('\n'));
    localStorage.setItem(`${prefix}6.page.6`, JSON.stringify({ v: 1, kind: 'state', body: save({ a: 1 }) }));
    localStorage.setItem(`${prefix}7.page.7`, line('state', 7, 'page.7', save({ b: 2 })));
    const tab = open();
    expect(await tab.queue.loadState(key)).to.deep.equal({ a: 1, b: 2 });
    await tab.queue.delivery.flush();
    expect(ids(lrs.statements)).to.deep.equal(ids(statements));
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 1, b: 2 });
    expect(entriesOf(queue)).to.deep.equal([]);
    expect(tab.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 7, failed: 0 });
  });

  it('writes what older code can read as older code did, and the rest so that it is left alone', () => {
    const tab = open({ timers: new HastyTimers(100_000), limits: { linger: 100_000 } });
    tab.queue.record(some(1));
    tab.queue.saveState(key, { a: 1 });
    tab.queue.saveState({ ...key, stateId: 'asked' }, { a: 1 }, { mode: 'replace', policy: 'ask' });
    tab.queue.saveState({ profileId: 'p' }, { a: 1 });
    expect(journalOf(queue).map((text) => JSON.parse(text).v).sort()).to.deep.equal([1, 1, 2, 2]);
  });

  it('takes one statement once, however often it is recorded', async () => {
    const tab = open();
    const statement = aStatement();
    const [first] = tab.queue.record([statement]);
    const [again, other] = tab.queue.record([{ ...statement }, { ...statement, result: { success: true } }]);
    expect(again).to.equal(first);
    expect(other!.error).to.have.property('code', 'conflict');
    await first!.reached('stored');
    expect(lrs.statements).to.have.length(1);
  });

  it('sends again what vanished from the store, rather than believe that it arrived', async () => {
    lrs.fault = () => 'refuse';
    const tab = open();
    const [receipt] = tab.queue.record(some(1));
    await receipt!.reached('durable');
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(database);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('records', 'readwrite');
        transaction.objectStore('records').clear();
        transaction.oncomplete = () => resolve(opening.result.close());
      };
      opening.onerror = reject;
    });
    lrs.fault = () => 'pass';
    tab.page.be('visible');
    await receipt!.reached('stored');
    expect(lrs.statements).to.have.length(1);
  });

  it('makes one of many saves of a document, after the statements it follows', async () => {
    const tab = open();
    const receipts = [1, 2, 3, 4, 5].map((step) => {
      tab.queue.record(some(1));
      return tab.queue.saveState(key, { [`unit:${step % 2}`]: step, current: step });
    });
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ 'unit:0': 4, 'unit:1': 5, current: 5 });
    expect(lrs.seen.map(({ path }) => path)).to.deep.equal(['statements', 'activities/state']);
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('resumes in a new page with the state that a killed page had only journaled', async () => {
    lrs.documents.set(JSON.stringify([key.activityId, key.stateId]), { content: { a: 1, b: 1 }, etag: '"1"' });
    const first = open();
    first.queue.saveState(key, { b: 2 });
    first.queue.saveState(key, { c: 3 });
    first.kill();
    expect(journalOf(queue)).to.have.length(1);
    const second = open();
    expect(await second.queue.loadState(key)).to.deep.equal({ a: 1, b: 2, c: 3 });
  });

  it('refuses a document that is none', () => {
    const tab = open();
    for (const content of [null, [1], 'x', { big: 1n }]) {
      expect(tab.queue.saveState(key, content as never).error).to.have.property('code', 'document-invalid');
    }
  });

  it('tells people what waits and what has arrived', async () => {
    const tab = open();
    const states: DeliveryState[] = [];
    tab.queue.delivery.subscribe((state) => states.push(state));
    await Promise.all(tab.queue.record(some(150)).map((receipt) => receipt.reached('stored')));
    await tab.queue.delivery.flush();
    expect(states[0]).to.include({ waiting: 150 });
    expect(states.at(-1)).to.deep.equal({ waiting: 0, unsafe: 0, stored: 150, failed: 0 });
    expect(states.length).to.be.lessThan(20);
  });

  it('keeps two queues apart', async () => {
    const other = new StubLrs();
    other.fault = () => 'refuse';
    const a = open();
    const b = open({ lrs: other, queue: newUuid() });
    const [inB] = b.queue.record(some(1));
    await a.queue.record(some(1))[0]!.reached('stored');
    await b.queue.delivery.flush();
    expect(inB!.status).to.equal('durable');
    expect(a.queue.delivery.getState()).to.include({ waiting: 0, stored: 1 });
    expect(b.queue.delivery.getState()).to.include({ waiting: 1, held: 'unreachable' });
  });
});
