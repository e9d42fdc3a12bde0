import { expect, waitUntil } from '@open-wc/testing';
import { createReceipt, newUuid, type Receipt } from '@lectern/core';
import { forget } from '../outbox/bench.fixture.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { aStatement, StubLrs } from '../stub-lrs.fixture.js';
import { MemoryPlugin, visit, type Visit } from './fan-out.fixture.js';

const database = `lectern.test.${newUuid()}`;

describe('a target that is a plugin', () => {
  let university: StubLrs;
  let registration: string;
  let plugin: MemoryPlugin;
  let visits: Visit[];

  async function open(patience?: number): Promise<Visit> {
    const others = [{ name: 'other', plugin, timeout: 100 }];
    const opened = await visit({ university, database, registration, others, ...(patience === undefined ? {} : { patience }) });
    visits.push(opened);
    return opened;
  }

  beforeEach(() => {
    university = new StubLrs();
    registration = newUuid();
    plugin = new MemoryPlugin(registration);
    visits = [];
  });
  afterEach(async () => {
    for (const { kill } of visits) kill();
    await Promise.all(visits.map(({ outbox }) => outbox.close()));
    forget();
  });
  after(() => indexedDB.deleteDatabase(database));

  for (const [name, before] of [
    ['throws', () => { throw new Error('broken'); }],
    ['is refused', () => { throw new DeliveryError('rejected', 'no'); }],
    ['never connects', () => new Promise<void>(() => undefined)],
  ] as const) {
    it(`that ${name} keeps nobody waiting, and has its statements kept until it connects`, async () => {
      plugin.before = before;
      const { connection } = await open();
      const statement = aStatement();
      const [receipt] = connection.record([statement]);
      expect(receipt!.targets!['other']!.status).to.equal('journaled');
      await receipt!.reached('stored');
      await connection.deliveries['other']!.flush();
      expect(connection.deliveries['other']!.getState()).to.deep.equal({ waiting: 1, unsafe: 0, stored: 0, failed: 0, held: 'unreachable' });
      plugin.before = () => undefined;
      await connection.deliveries['other']!.flush();
      expect(receipt!.targets!['other']!.status).to.equal('stored');
      expect([...plugin.kept.values()]).to.deep.equal([statement]);
    });
  }

  it('that makes no connection is asked for another', async () => {
    const connect = plugin.connect.bind(plugin);
    plugin.connect = () => Promise.resolve(undefined as never);
    const { connection } = await open();
    const [receipt] = connection.record([aStatement()]);
    await connection.deliveries['other']!.flush();
    expect(receipt!.targets!['other']!.error).to.have.property('code', 'plugin-invalid');
    plugin.connect = connect;
    await connection.deliveries['other']!.flush();
    expect(receipt!.targets!['other']!.status).to.equal('stored');
  });

  it('is tried again by itself', async () => {
    plugin.before = () => {
      if (plugin.connects < 4) throw new Error('not yet');
    };
    const { connection } = await open(5);
    await connection.record([aStatement()])[0]!.targets!['other']!.reached('stored');
    expect(plugin.connects).to.equal(4);
  });

  it('gets at the next visit what the last page was closed with', async () => {
    plugin.before = () => new Promise<void>(() => undefined);
    const first = await open();
    const statement = aStatement();
    first.connection.record([statement]);
    first.kill();
    plugin.before = () => undefined;
    const second = await open();
    await second.connection.deliveries['other']!.flush();
    expect([...plugin.kept.values()]).to.deep.equal([statement]);
  });

  it('is closed when it connects after it was given up', async () => {
    let connect = (): void => undefined;
    plugin.before = () => new Promise<void>((resolve) => (connect = resolve));
    const { connection } = await open();
    connection.record([aStatement()]);
    await connection.deliveries['other']!.flush();
    await connection.close();
    const before = plugin.closes;
    connect();
    await waitUntil(() => plugin.closes === before + 1);
  });

  it('that is not at home waits visibly', async () => {
    plugin.detect = () => false;
    const { connection } = await open();
    const [receipt] = connection.record([aStatement()]);
    await connection.deliveries['other']!.flush();
    expect(receipt!.targets!['other']!.error).to.have.property('code', 'plugin-invalid');
    expect(connection.deliveries['other']!.getState()).to.include({ waiting: 1, failed: 0 });
    expect(plugin.connects).to.equal(0);
  });

  it('of another registration gets nothing of this one, which is set aside', async () => {
    plugin.registration = newUuid();
    const { connection } = await open();
    const [own, none] = [aStatement('progressed', { context: { registration } }), aStatement()];
    const receipts = connection.record([own, none]);
    await connection.deliveries['other']!.flush();
    expect([...plugin.kept.keys()]).to.deep.equal([none.id]);
    expect(receipts[0]!.targets!['other']!.error).to.include({ code: 'rejected', field: 'context.registration' });
    expect((await connection.outboxes['other']!.failed()).map(({ id }) => id)).to.deep.equal([own.id]);
    expect(university.ids).to.include(own.id);
  });

  it('that throws or gives no receipts is connected anew', async () => {
    const receive = plugin.receive;
    const answers: (() => Receipt)[] = [() => { throw new Error('broken'); }, () => undefined as never];
    plugin.receive = (statement) => (answers.shift() ?? (() => receive(statement)))();
    const { connection } = await open();
    const [receipt] = connection.record([aStatement()]);
    for (let attempt = 0; attempt < 3; attempt++) await connection.deliveries['other']!.flush();
    expect(receipt!.targets!['other']!.status).to.equal('stored');
    expect(plugin.kept.size).to.equal(1);
    expect(plugin.connects).to.equal(3);
    expect(connection.deliveries['other']!.getState()).to.include({ waiting: 0, failed: 0 });
  });

  it('that does not say "stored" gets them again; what it refuses is set aside', async () => {
    const receive = plugin.receive;
    const [slow, refused] = [aStatement(), aStatement()];
    let keeps = false;
    plugin.receive = (statement) => {
      const { receipt, advance } = createReceipt(statement.id);
      if (statement.id === refused.id) advance('failed', new DeliveryError('unauthorized', 'not this one'));
      else if (keeps) return receive(statement);
      return receipt;
    };
    const { connection } = await open();
    const receipts = connection.record([slow]);
    await connection.deliveries['other']!.flush();
    expect(connection.deliveries['other']!.getState()).to.include({ waiting: 1, held: 'unreachable' });
    keeps = true;
    await connection.deliveries['other']!.flush();
    expect(receipts[0]!.targets!['other']!.status).to.equal('stored');
    const [second] = connection.record([refused]);
    await connection.deliveries['other']!.flush();
    expect(second!.targets!['other']!.error).to.have.property('code', 'rejected');
    expect(connection.deliveries['other']!.getState()).to.include({ waiting: 0, failed: 1 });
  });
});
