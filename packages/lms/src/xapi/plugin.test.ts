import { expect } from '@open-wc/testing';
import { newUuid, openSession, type Course, type LmsConnection, type Unit } from '@lectern/core';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import { aStatement, ACTOR, ENDPOINT, StubLrs } from '../stub-lrs.fixture.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { xapiPlugin, type XapiConnection, type XapiPluginOptions } from './plugin.js';

const course: Course = { id: 'https://campus.example/course', title: 'Course', format: 'course', children: [] };
const key = { activityId: course.id, stateId: 'lectern.session' };

describe('xapiPlugin', () => {
  let lrs: StubLrs;
  let outbox: Outbox;
  const database = `lectern.test.${newUuid()}`;

  async function connect(options: Partial<XapiPluginOptions> = {}): Promise<XapiConnection> {
    return xapiPlugin({
      endpoint: ENDPOINT,
      getToken: () => Promise.resolve('Bearer one'),
      actor: ACTOR,
      registration: newUuid(),
      fetch: lrs.fetch,
      outbox,
      ...options,
    }).connect({ course });
  }

  beforeEach(() => {
    lrs = new StubLrs();
    outbox = createOutbox({ database });
  });
  afterEach(() => outbox.close());
  after(() => indexedDB.deleteDatabase(database));

  it('records, and a receipt says stored when the LRS has said so', async () => {
    const connection: LmsConnection = await connect();
    const statements = [aStatement('initialized'), aStatement(), aStatement('terminated')];
    const receipts = connection.record(statements);
    expect(receipts.map(({ status }) => status)).to.deep.equal(['journaled', 'journaled', 'journaled']);
    await receipts[2]!.reached('durable');
    expect(lrs.statements).to.have.length(0);
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
    expect(lrs.statements).to.deep.equal(statements);
    expect(lrs.seen[0]!.headers.get('X-Experience-API-Version')).to.equal('1.0.3');
    expect(lrs.seen[0]!.headers.get('Authorization')).to.equal('Bearer one');
    await connection.delivery.flush();
    expect(connection.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 3, failed: 0 });
  });

  it('speaks the version it is told', async () => {
    const connection = await connect({ version: '2.0.0' });
    await connection.record([aStatement()])[0]!.reached('stored');
    expect(lrs.seen[0]!.headers.get('X-Experience-API-Version')).to.equal('2.0.0');
  });

  for (const ahead of [-7_200_000, 7_200_000]) {
    it(`stamps a session by an LRS whose clock is ${ahead / 3_600_000} h ahead, and says by how much`, async () => {
      lrs.clock = () => Date.now() + ahead;
      const connection = await connect();
      expect(connection.clock!.skew).to.equal(undefined);
      const unit = { type: 'unit', kind: 'html', id: 'u', title: 'U', moveOn: 'Completed', href: 'x' } as Unit;
      const session = await openSession({ course: { ...course, children: [unit] }, connection });
      const { offset, uncertainty } = connection.clock!.skew!;
      expect(Math.abs(offset - ahead)).to.be.at.most(uncertainty);
      const { recorded } = session.dispatch({ unitId: 'u', type: 'initialized', at: Date.now() });
      const late = lrs.clock() - Date.parse(recorded[0]!.statement.timestamp);
      expect(late).to.be.within(0, 2_500);
    });
  }

  it('learns no time from what is no answer of an LRS', async () => {
    lrs.fault = () => ({ status: 200, headers: { 'Content-Type': 'text/html', Date: 'Thu, 01 Jan 1970 00:00:00 GMT' }, body: '<html>Sign in</html>' });
    const connection = await connect();
    connection.record([aStatement()]);
    await connection.delivery.flush();
    expect(connection.clock!.skew).to.equal(undefined);
  });

  it('asks for another token once when one is refused, then waits visibly', async () => {
    const asked: (string | undefined)[] = [];
    lrs.fault = ({ headers }) => (headers.get('Authorization') === 'Bearer good' ? 'pass' : { status: 401 });
    let next = 'Bearer bad';
    const connection = await connect({
      getToken: (rejected) => {
        asked.push(rejected);
        return Promise.resolve(next);
      },
    });
    const [receipt] = connection.record([aStatement()]);
    await connection.delivery.flush();
    expect(asked.slice(0, 2)).to.deep.equal([undefined, 'Bearer bad']);
    expect(connection.delivery.getState()).to.include({ waiting: 1, held: 'unauthorized', failed: 0 });
    expect(receipt!.status).to.equal('durable');
    expect(receipt!.error).to.be.instanceOf(DeliveryError).with.property('code', 'unauthorized');
    next = 'Bearer good';
    await connection.delivery.flush();
    expect(receipt!.status).to.equal('stored');
    expect(connection.delivery.getState().held).to.equal(undefined);
  });

  it('merges and replaces state documents, and resumes with what still waits', async () => {
    const registration = newUuid();
    const connection = await connect({ registration });
    expect(await connection.loadState(key)).to.equal(undefined);
    lrs.fault = () => ({ status: 500 });
    connection.saveState(key, { a: 1, b: 1 });
    const receipt = connection.saveState(key, { b: 2 });
    expect(await connection.loadState(key)).to.deep.equal({ a: 1, b: 2 });
    lrs.fault = () => 'pass';
    await connection.delivery.flush();
    expect(receipt.status).to.equal('stored');
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 1, b: 2 });
    expect(lrs.seen.filter(({ method }) => method === 'POST').at(-1)!.body).to.equal('{"a":1,"b":2}');
    connection.saveState(key, { c: 3 }, { mode: 'replace' });
    await connection.delivery.flush();
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ c: 3 });
  });

  it('replaces what another device has changed, knowing it', async () => {
    const connection = await connect();
    await connection.saveState(key, { a: 1 }, { mode: 'replace' }).reached('stored');
    lrs.documents.set(JSON.stringify([key.activityId, key.stateId]), { content: { other: true }, etag: '"x"' });
    await connection.saveState(key, { a: 2 }, { mode: 'replace' }).reached('stored');
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 2 });
    expect(lrs.seen.filter(({ method }) => method === 'PUT').every(({ headers }) => headers.has('If-Match') || headers.has('If-None-Match'))).to.equal(true);
  });

  it('resumes offline from the last known document, and says so when nobody knows', async () => {
    const registration = newUuid();
    const first = await connect({ registration });
    await first.saveState(key, { a: 1 }).reached('stored');
    expect(await first.loadState(key)).to.deep.equal({ a: 1 });
    await first.saveState(key, { b: 2 }).reached('stored');
    await first.close();
    lrs.fault = () => 'refuse';
    const second = await connect({ registration });
    expect(await second.loadState(key)).to.deep.equal({ a: 1, b: 2 });
    const fault = await second.loadState({ ...key, stateId: 'never-seen' }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(DeliveryError).with.property('code', 'network');
  });

  it('launches and observes through the launch server', async () => {
    const answers: Record<string, unknown>[] = [
      { url: '/au?x=1', method: 'AnyWindow', sessionId: 's 1' },
      { initialized: true, completed: false, satisfied: false, terminated: false, success: 'passed', score: { scaled: 0.9, raw: 'x' }, progress: 7 },
      { initialized: true, completed: false, satisfied: false, terminated: true, abandoned: true },
      { units: { u: { completed: true, success: 'passed', progress: 1, satisfied: true }, w: { completed: 'yes', success: 'x', progress: 7, waived: true }, bad: 1 } },
      { units: [] },
      { url: 'javascript:alert(1)', method: 'AnyWindow', sessionId: 's' },
    ];
    const urls: string[] = [];
    const connection = await connect({
      launchUrl: 'https://campus.example/launches/units',
      fetch: (input) => {
        urls.push(String(input));
        return Promise.resolve(Response.json(answers.shift()));
      },
    });
    const unit = { type: 'unit', kind: 'xapi', id: 'u', title: 'U', moveOn: 'Completed', url: 'x' } as Unit;
    expect(connection.capabilities.launch).to.equal(true);
    const launch = await connection.launch!(unit);
    expect(launch).to.deep.equal({ url: 'https://campus.example/au?x=1', method: 'AnyWindow', sessionId: 's 1' });
    expect(await connection.observe!(unit, launch)).to.deep.equal({
      initialized: true, completed: false, satisfied: false, terminated: false, success: 'passed', score: { scaled: 0.9 },
    });
    expect(urls[1]).to.equal('https://campus.example/launches/units/s%201');
    expect((await connection.observe!(unit, launch)).abandoned).to.equal(true);
    const outcomes = await connection.outcomes!();
    expect(urls.at(-1)).to.equal('https://campus.example/launches/units');
    expect({ ...outcomes }).to.deep.equal({ u: { completed: true, success: 'passed', progress: 1 }, w: { completed: false, progress: 0, waived: true } });
    expect(await connection.outcomes!().catch((error: unknown) => error)).to.be.instanceOf(DeliveryError).with.property('field', 'units');
    const fault = await connection.launch!(unit).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(DeliveryError).with.property('field', 'url');
  });

  it('launches a tool: in a window where the player asks for one, with the origins that may keep data, and what went wrong', async () => {
    const url = 'https://tool.example/login';
    const answers: Record<string, unknown>[] = [
      { url, method: 'AnyWindow', sessionId: 's', storageOrigins: ['https://tool.example'] },
      { initialized: false, problem: { code: 'refused', message: 'x'.repeat(600) } },
      { initialized: true, problem: { code: 'tool', message: 5 } },
      { initialized: true, problem: { code: 'other' } },
      ...[['javascript:alert(1)'], ['https://tool.example/path'], ['*'], [5], 'https://tool.example'].map((storageOrigins) => ({ url, method: 'AnyWindow', sessionId: 's', storageOrigins })),
    ];
    const sent: unknown[] = [];
    const connection = await connect({
      launchUrl: 'https://campus.example/launches/units',
      fetch: (_input, init) => {
        if (typeof init?.body === 'string') sent.push(JSON.parse(init.body));
        return Promise.resolve(Response.json(answers.shift()));
      },
    });
    const unit: Unit = { type: 'unit', kind: 'lti', id: 't', title: 'T', moveOn: 'Completed', tool: 'x' };
    const launch = await connection.launch!(unit, { ownWindow: true });
    expect(launch.storageOrigins).to.deep.equal(['https://tool.example']);
    expect(sent).to.deep.equal([{ unit: 't', embedded: true, ownWindow: true }]);
    expect((await connection.observe!(unit, launch)).problem).to.deep.equal({ code: 'refused', message: 'x'.repeat(500) });
    expect((await connection.observe!(unit, launch)).problem).to.deep.equal({ code: 'tool' });
    expect((await connection.observe!(unit, launch)).problem).to.equal(undefined);
    while (answers.length > 0) {
      const fault = await connection.launch!(unit).catch((error: unknown) => error);
      expect(fault).to.be.instanceOf(DeliveryError).with.property('field', 'storageOrigins');
    }
    expect(sent.at(-1)).to.deep.equal({ unit: 't', embedded: true });
  });

  it('cannot launch without a launch server', async () => {
    const connection = await connect();
    expect(connection.capabilities.launch).to.equal(false);
    expect(connection.launch).to.equal(undefined);
  });
});
