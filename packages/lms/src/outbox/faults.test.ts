import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { newUuid } from '@lectern/core';
import { aStatement, StubLrs, type Fault } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, openTab, type Tab, type TabOptions } from './bench.fixture.js';
import { DeliveryError } from './delivery-error.js';

const database = `lectern.test.${newUuid()}`;

const inTurn = (first: () => void, then: () => void) => (): void => {
  first();
  then();
};

describe('the outbox against an LRS that fails', () => {
  let lrs: StubLrs;
  let timers: HastyTimers;
  let tabs: Tab[];

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, timers, timeout: 60, ...options });
    tabs.push(tab);
    return tab;
  }

  beforeEach(() => {
    lrs = new StubLrs();
    timers = new HastyTimers();
    tabs = [];
  });
  afterEach(async () => {
    for (const tab of tabs) tab.kill();
    await Promise.all(tabs.map((tab) => tab.close()));
    forget();
  });
  after(() => indexedDB.deleteDatabase(database));

  /** Each blocks the way; none is the record's fault. */
  const blocked: readonly (readonly [name: string, fault: Fault, held: string, code: string])[] = [
    ['401', { status: 401 }, 'unauthorized', 'unauthorized'],
    ['403', { status: 403 }, 'unauthorized', 'unauthorized'],
    ['404', { status: 404 }, 'unreachable', 'not-found'],
    ['405', { status: 405 }, 'unreachable', 'not-found'],
    ['408', { status: 408 }, 'unreachable', 'timeout'],
    ['429', { status: 429 }, 'busy', 'busy'],
    ['500', { status: 500 }, 'unreachable', 'server-error'],
    ['502', { status: 502, headers: { 'Content-Type': 'text/html' }, body: '<html>Bad gateway</html>' }, 'unreachable', 'server-error'],
    ['503', { status: 503 }, 'busy', 'busy'],
    ['504', { status: 504 }, 'unreachable', 'server-error'],
    ['511 of a captive portal', { status: 511 }, 'unreachable', 'network'],
    ['a refused connection', 'refuse', 'unreachable', 'network'],
    ['a connection reset after storing', 'lose-answer', 'unreachable', 'network'],
    ['silence', 'hang', 'unreachable', 'timeout'],
    ["a captive portal's page with 200", { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' }, 'unreachable', 'not-an-lrs'],
    ['text with 200', { status: 200, body: 'OK' }, 'unreachable', 'not-an-lrs'],
    ['other JSON with 200', { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"ok":true}' }, 'unreachable', 'not-an-lrs'],
    ['ids of others with 200', { status: 200, headers: { 'Content-Type': 'application/json' }, body: '["b9a2f0a6-1a8e-4f5f-8d1c-111111111111"]' }, 'unreachable', 'not-an-lrs'],
    ['204', { status: 204 }, 'unreachable', 'not-an-lrs'],
  ];

  for (const [name, fault, held, code] of blocked) {
    it(`keeps everything through ${name}, over a reload, and sends it once`, async () => {
      const registration = newUuid();
      lrs.fault = () => fault;
      const first = open({ registration, timers: new HastyTimers(10_000) });
      const statements = [aStatement('initialized'), aStatement(), aStatement('terminated')];
      const receipts = first.queue.record(statements);
      await first.queue.delivery.flush();
      expect(first.queue.delivery.getState()).to.deep.equal({ waiting: 3, unsafe: 0, stored: 0, failed: 0, held });
      expect(receipts.map(({ status }) => status)).to.deep.equal(['durable', 'durable', 'durable']);
      expect(receipts[0]!.error).to.be.instanceOf(DeliveryError).with.property('code', code);
      first.kill();
      lrs.fault = () => 'pass';
      const second = open({ registration });
      await second.queue.delivery.flush();
      expect(lrs.statements).to.deep.equal(statements);
      expect(await second.queue.inspection.waiting()).to.deep.equal([]);
      expect(second.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 3, failed: 0 });
    });
  }

  it('answers a flush by a try that began after it was asked for, not by one that was failing already', async () => {
    const tab = open({ timers: new HastyTimers(10_000), timeout: 100, limits: { linger: 0 } });
    lrs.fault = () => 'hang';
    const [receipt] = tab.queue.record([aStatement()]);
    await waitUntil(() => lrs.seen.length === 1);
    lrs.fault = () => 'pass';
    await Promise.all([tab.queue.delivery.flush(), tab.queue.delivery.flush()]);
    expect(receipt!.status).to.equal('stored');
    expect(tab.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 1, failed: 0 });
    expect(lrs.seen.length).to.equal(2);
  });

  it('gives up what has long had no answer when someone asks, and what has just been sent only once it is as old', async () => {
    const { now } = performance;
    let later = 0;
    performance.now = () => now.call(performance) + later;
    try {
      const tab = open({ timers: new HastyTimers(10_000), timeout: 30_000, limits: { linger: 0 } });
      lrs.fault = () => 'hang';
      const [receipt] = tab.queue.record([aStatement()]);
      await waitUntil(() => lrs.seen.length === 1);
      lrs.fault = () => 'pass';
      later = 9_500;
      const flushed = tab.queue.delivery.flush();
      await aTimeout(100);
      expect(receipt!.status).to.equal('durable');
      await flushed;
      expect(receipt!.status).to.equal('stored');
      expect(lrs.seen.length).to.equal(2);
    } finally {
      performance.now = now;
    }
  });

  it('waits for a database that opens slowly before it sends what is only in memory: what lies there comes first', async () => {
    const registration = newUuid();
    lrs.fault = () => 'refuse';
    const first = open({ registration, timers: new HastyTimers(10_000) });
    const [early] = first.queue.record([aStatement('initialized')]);
    await early!.reached('durable');
    first.kill();
    lrs.fault = () => 'pass';
    const { open: openNow } = IDBFactory.prototype;
    let release = (): void => undefined;
    // The request is held back, as WebKit has done for seconds.
    IDBFactory.prototype.open = function (...args: Parameters<IDBFactory['open']>) {
      const request = openNow.apply(this, args);
      const { addEventListener } = request;
      request.addEventListener = function (this: IDBOpenDBRequest, type: string, listener: EventListener) {
        if (type !== 'success') return addEventListener.call(this, type, listener);
        addEventListener.call(this, type, (event) => (release = inTurn(release, () => listener.call(this, event))));
      } as typeof request.addEventListener;
      return request;
    };
    try {
      const second = open({ registration, timers: { set: (callback, delay) => setTimeout(callback, Math.min(delay, 100)), clear: (timer) => clearTimeout(timer as number) } });
      const [late] = second.queue.record([aStatement('terminated')]);
      await waitUntil(() => second.queue.delivery.getState().held === 'storage');
      expect(lrs.statements).to.deep.equal([]);
      release();
      await late!.reached('stored');
      expect(lrs.statements.map(({ verb }) => verb.id.split('/').at(-1))).to.deep.equal(['initialized', 'terminated']);
    } finally {
      IDBFactory.prototype.open = openNow;
    }
  });

  it('says offline where the browser is sure of it, and sends when the network is back', async () => {
    lrs.fault = () => 'refuse';
    const tab = open({ timers: new HastyTimers(10_000) });
    tab.page.isOnline = false;
    const [receipt] = tab.queue.record([aStatement()]);
    await tab.queue.delivery.flush();
    expect(tab.queue.delivery.getState().held).to.equal('offline');
    lrs.fault = () => 'pass';
    tab.page.isOnline = true;
    tab.page.be('online');
    await receipt!.reached('stored');
  });

  it('sets a refused statement aside with the reason, and lets the rest go on in order (400)', async () => {
    const tab = open();
    const statements = Array.from({ length: 23 }, () => aStatement());
    const bad = [statements[3]!, statements[17]!].map(({ id }) => id);
    lrs.fault = ({ method, body }) => (method === 'POST' && bad.some((id) => body.includes(id)) ? { status: 400, body: 'no such verb here' } : 'pass');
    const receipts = tab.queue.record(statements);
    await tab.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal(statements.map(({ id }) => id).filter((id) => !bad.includes(id)));
    expect(receipts[3]!.status).to.equal('failed');
    expect(receipts[3]!.error).to.be.instanceOf(DeliveryError).with.property('code', 'rejected');
    expect(tab.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 21, failed: 2 });
    const failed = await tab.queue.inspection.failed();
    expect(failed.map(({ id, reason }) => [id, reason.code, reason.status])).to.deep.equal(bad.map((id) => [id, 'rejected', 400]));
    expect(failed[0]!.reason.message).to.contain('no such verb here');
  });

  it('takes a 409 for success where the LRS has the same statement, and sets aside where it has another', async () => {
    const tab = open();
    const [same, other, fresh] = [aStatement('completed'), aStatement('passed'), aStatement('terminated')];
    lrs.statements.push(JSON.parse(JSON.stringify(same)) as typeof same, { ...other, result: { success: false } });
    lrs.fault = ({ method, body }) => (method === 'POST' && body.includes(same.id) ? { status: 409 } : 'pass');
    const receipts = tab.queue.record([same, { ...other, result: { success: true } }, fresh]);
    await tab.queue.delivery.flush();
    expect(receipts.map(({ status }) => status)).to.deep.equal(['stored', 'failed', 'stored']);
    expect(receipts[1]!.error).to.have.property('code', 'conflict');
    expect(lrs.ids).to.deep.equal([same.id, other.id, fresh.id]);
  });

  it('splits what is too large, and sets aside what is too large alone (413)', async () => {
    const tab = open();
    const statements = Array.from({ length: 12 }, () => aStatement());
    const large = aStatement('answered', { result: { response: 'x'.repeat(5_000) } });
    lrs.fault = ({ body }) => (body.length > 2_500 ? { status: 413 } : 'pass');
    const receipts = tab.queue.record([...statements, large]);
    await tab.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal(statements.map(({ id }) => id));
    expect(receipts.at(-1)!.error).to.have.property('code', 'too-large');
  });

  it('comes back when the LRS says so, in seconds or at a date', async () => {
    const now = Date.parse('2026-11-23T10:00:00Z');
    const answers: Fault[] = [
      { status: 429, headers: { 'Retry-After': '7' } },
      { status: 503, headers: { 'Retry-After': 'Mon, 23 Nov 2026 10:00:11 GMT' } },
    ];
    lrs.fault = () => answers.shift() ?? 'pass';
    const tab = open({ clock: { now: () => now } });
    await tab.queue.record([aStatement()])[0]!.reached('stored');
    expect(timers.delays).to.include(7_000).and.to.include(11_000);
  });

  it("means a date to come back at by the LRS's clock, not by a learner's that is an hour behind", async () => {
    const now = Date.parse('2026-11-23T09:00:00Z');
    let asked = false;
    lrs.fault = () => {
      if (asked) return 'pass';
      asked = true;
      return { status: 503, headers: { 'Retry-After': 'Mon, 23 Nov 2026 10:00:17 GMT', Date: 'Mon, 23 Nov 2026 10:00:00 GMT' } };
    };
    const tab = open({ clock: { now: () => now } });
    await tab.queue.record([aStatement()])[0]!.reached('stored');
    expect(timers.delays).to.include(17_000);
  });

  it('leaves an LRS alone that asked for it, even when the learner comes back to the tab', async () => {
    lrs.fault = () => ({ status: 429, headers: { 'Retry-After': '600' } });
    const tab = open({ timers: new HastyTimers(100_000) });
    tab.queue.record([aStatement()]);
    await tab.queue.delivery.flush();
    const asked = lrs.seen.length;
    tab.page.be('visible');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(lrs.seen.length).to.equal(asked);
    lrs.fault = () => 'pass';
    await tab.queue.delivery.flush();
    expect(lrs.statements).to.have.length(1);
  });

  it('backs off further each time, with full jitter', async () => {
    const now = Date.now();
    let failures = 4;
    lrs.fault = () => (failures-- > 0 ? { status: 500 } : 'pass');
    const tab = open({ clock: { now: () => now }, random: () => 0.5, limits: { backOffBase: 1_000, backOffCap: 3_000 } });
    await tab.queue.record([aStatement()])[0]!.reached('stored');
    expect(timers.delays.filter((delay) => delay >= 500 && delay < 5_000)).to.deep.equal([500, 1_000, 1_500, 1_500]);
  });

  it('stores once what was stored while the answer was lost', async () => {
    let losses = 2;
    lrs.fault = () => (losses-- > 0 ? 'lose-answer' : 'pass');
    const tab = open();
    const statements = [aStatement(), aStatement()];
    await Promise.all(tab.queue.record(statements).map((receipt) => receipt.reached('stored')));
    expect(lrs.statements).to.deep.equal(statements);
    expect(lrs.repeats).to.equal(4);
  });

  it('refuses a statement that breaks the specification, and never sends it', async () => {
    const tab = open();
    const invalid = aStatement('scored', { result: { score: { scaled: 2 } } });
    const nameless = { ...aStatement(), id: undefined as unknown as string };
    const circular = aStatement() as unknown as Record<string, unknown>;
    circular['context'] = { extensions: { 'https://x.example/self': circular } };
    const receipts = tab.queue.record([invalid, aStatement(), nameless, circular as never]);
    expect(receipts.map(({ status }) => status)).to.deep.equal(['failed', 'journaled', 'failed', 'failed']);
    expect(receipts[0]!.error).to.be.instanceOf(DeliveryError).with.property('field', 'result.score.scaled');
    expect(receipts[0]!.error).to.have.property('code', 'statement-invalid');
    await receipts[1]!.reached('stored');
    await tab.queue.delivery.flush();
    expect(lrs.statements).to.have.length(1);
    expect(tab.queue.delivery.getState()).to.include({ failed: 3, waiting: 0 });
    expect((await tab.queue.inspection.failed()).map(({ reason }) => reason.code)).to.deep.equal(Array(3).fill('statement-invalid'));
  });

  it('sets a refused document aside, and waits with one that another writer keeps changing', async () => {
    const tab = open();
    const key = { activityId: 'https://campus.example/course', stateId: 's' };
    lrs.fault = ({ path }) => (path === 'activities/state' ? { status: 400 } : 'pass');
    const refused = tab.queue.saveState(key, { a: 1 });
    await tab.queue.delivery.flush();
    expect(refused.error).to.have.property('code', 'rejected');
    lrs.fault = ({ method }) => (method === 'PUT' ? { status: 412 } : 'pass');
    const raced = tab.queue.saveState(key, { a: 2 }, { mode: 'replace' });
    await tab.queue.delivery.flush();
    expect(raced.status).to.equal('durable');
    expect(tab.queue.delivery.getState().held).to.equal('busy');
    lrs.fault = () => 'pass';
    await raced.reached('stored');
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 2 });
  });

  it('lets a person inspect, export, retry and discard', async () => {
    const tab = open({ timers: new HastyTimers(10_000) });
    const [first, second, third] = [aStatement(), aStatement(), aStatement()];
    lrs.fault = ({ body }) => (body.includes(third.id) ? { status: 500 } : { status: 400 });
    const receipts = tab.queue.record([first, second, third]);
    // Alone in its batch each, so that the first two are set aside before the third blocks the way.
    lrs.fault = ({ body }) => (JSON.parse(body).length > 1 || !body.includes(third.id) ? { status: 400 } : { status: 500 });
    await tab.queue.delivery.flush();
    const exported = await tab.queue.inspection.export();
    expect(exported).to.include({ format: 'lectern.outbox', v: 1 });
    expect(exported.waiting.map(({ id }) => id)).to.deep.equal([third.id]);
    expect(exported.failed.map(({ id }) => id)).to.deep.equal([first.id, second.id]);
    expect(await tab.queue.inspection.discard([second.id, third.id, 'nobody'])).to.equal(2);
    expect(receipts[2]!.error).to.have.property('code', 'discarded');
    lrs.fault = () => 'pass';
    expect(await tab.queue.inspection.retry()).to.equal(1);
    await tab.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([first.id]);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 0, failed: 0 });
  });
});
