import { expect, waitUntil } from '@open-wc/testing';
import { newUuid, type Consent, type Statement } from '@lectern/core';
import { forget } from '../outbox/bench.fixture.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { aStatement, ACTOR, StubLrs, type Fault } from '../stub-lrs.fixture.js';
import { course, MemoryPlugin, theNation, visit, type Visit } from './fan-out.fixture.js';
import { fanOutPlugin } from './plugin.js';
import type { FanOutTarget } from './target.js';

const database = `lectern.test.${newUuid()}`;

const codeOf = (error: unknown): string | undefined => (error instanceof DeliveryError ? error.code : undefined);

describe('fanOutPlugin', () => {
  let university: StubLrs;
  let nation: StubLrs;
  let registration: string;
  let visits: Visit[];

  async function open(others: readonly FanOutTarget[] = [theNation(nation)], consent?: Consent): Promise<Visit> {
    const opened = await visit({ university, database, registration, others, ...(consent ? { consent } : {}) });
    visits.push(opened);
    return opened;
  }

  beforeEach(() => {
    university = new StubLrs();
    nation = new StubLrs();
    registration = newUuid();
    visits = [];
  });
  afterEach(async () => {
    for (const { kill } of visits) kill();
    await Promise.all(visits.map(({ outbox }) => outbox.close()));
    forget();
  });
  after(() => indexedDB.deleteDatabase(database));

  it('sends to all, by a token of each; documents are the primary\'s', async () => {
    const { connection } = await open();
    const statements = [aStatement('initialized'), aStatement(), aStatement('terminated')];
    const receipts = connection.record(statements);
    expect(receipts.map(({ status, targets }) => [status, targets!['nation']!.status])).to.deep.equal([['journaled', 'journaled'], ['journaled', 'journaled'], ['journaled', 'journaled']]);
    connection.saveState({ activityId: course.id, stateId: 's' }, { a: 1 });
    await connection.deliveries['primary']!.flush();
    await connection.deliveries['nation']!.flush();
    expect([university.statements, nation.statements]).to.deep.equal([statements, statements]);
    expect([university.documents.size, nation.documents.size]).to.deep.equal([1, 0]);
    expect(new Set(nation.seen.map(({ headers }) => headers.get('Authorization')))).to.deep.equal(new Set(['Bearer nation']));
    expect(connection.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 4, failed: 0 });
    expect(connection.deliveries['nation']!.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 3, failed: 0 });
    expect(receipts.map(({ status, targets }) => [status, targets!['nation']!.status])).to.deep.equal([['stored', 'stored'], ['stored', 'stored'], ['stored', 'stored']]);
  });

  const faults: readonly (readonly [name: string, fault: Fault, held: string])[] = [
    ['is down', 'refuse', 'unreachable'],
    ['answers 500', { status: 500 }, 'unreachable'],
    ['asks for time', { status: 429 }, 'busy'],
    ['refuses the token', { status: 401 }, 'unauthorized'],
    ['does not answer', 'hang', 'unreachable'],
  ];
  for (const [name, fault, held] of faults) {
    it(`holds nobody up when the nation's ${name}, nor when the university's does`, async () => {
      const { connection } = await open();
      const places = [['primary', university, 'nation', nation], ['nation', nation, 'primary', university]] as const;
      for (const [bad, badLrs, good, goodLrs] of places) {
        badLrs.fault = () => fault;
        const statement = aStatement();
        const [receipt] = connection.record([statement]);
        await connection.deliveries[good]!.flush();
        expect(goodLrs.ids).to.include(statement.id);
        await connection.deliveries[bad]!.flush();
        expect(connection.deliveries[bad]!.getState()).to.include({ waiting: 1, failed: 0, held });
        expect(connection.deliveries[good]!.getState()).to.include({ waiting: 0, failed: 0 }).and.not.have.property('held');
        expect([receipt!.status, receipt!.targets!['nation']!.status]).to.deep.equal(bad === 'primary' ? ['durable', 'stored'] : ['stored', 'durable']);
        expect(connection.delivery.getState()).to.deep.equal(connection.deliveries['primary']!.getState());
        badLrs.fault = () => 'pass';
        await connection.deliveries[bad]!.flush();
        expect(badLrs.ids).to.include(statement.id);
      }
    });
  }

  it('flushes all, and waits for the primary alone', async () => {
    nation.fault = () => 'hang';
    const { connection } = await open([theNation(nation, { timeout: 60_000 })]);
    const [receipt] = connection.record([aStatement()]);
    await connection.delivery.flush();
    expect(receipt!.status).to.equal('stored');
    await waitUntil(() => nation.seen.length > 0);
    expect(await receipt!.reached('stored')).to.equal(receipt);
  });

  it('lets each refuse what it will, and shows it at its place', async () => {
    const { connection } = await open();
    const [refused, taken] = [aStatement(), aStatement()];
    nation.fault = ({ body }) => (body.includes(refused.id) ? { status: 400, body: 'no' } : 'pass');
    const receipts = connection.record([refused, taken]);
    await connection.deliveries['primary']!.flush();
    await connection.deliveries['nation']!.flush();
    expect(university.ids).to.deep.equal([refused.id, taken.id]);
    expect(nation.ids).to.deep.equal([taken.id]);
    expect(receipts.map(({ status, targets }) => [status, targets!['nation']!.status])).to.deep.equal([['stored', 'failed'], ['stored', 'stored']]);
    expect(connection.delivery.getState().failed).to.equal(0);
    expect(connection.deliveries['nation']!.getState().failed).to.equal(1);
    const outbox = connection.outboxes['nation']!;
    expect((await outbox.failed()).map(({ id, reason }) => [id, reason.code])).to.deep.equal([[refused.id, 'rejected']]);
    nation.fault = () => 'pass';
    expect(await outbox.retry()).to.equal(1);
    await connection.deliveries['nation']!.flush();
    expect(nation.ids).to.deep.equal([taken.id, refused.id]);
  });

  it('keeps for a closed page\'s next visit what each has not got', async () => {
    nation.fault = () => 'refuse';
    const token = { getToken: () => new Promise<string>(() => undefined) };
    const first = await open([theNation(nation, token)]);
    const statements = [aStatement('initialized'), aStatement()];
    const receipts = first.connection.record(statements);
    expect(receipts[0]!.targets!['nation']!.status).to.equal('journaled');
    first.kill(); // Before a token, a connection, or IndexedDB.
    nation.fault = () => 'pass';
    const second = await open();
    await Promise.all([second.connection.deliveries['primary']!.flush(), second.connection.deliveries['nation']!.flush()]);
    expect([university.statements, nation.statements]).to.deep.equal([statements, statements]);
    expect([university.repeats, nation.repeats]).to.deep.equal([0, 0]);
  });

  it('sends at once, when the page is left, to all who can be reached', async () => {
    const { connection, page } = await open();
    connection.record([aStatement('initialized')]);
    await Promise.all([connection.deliveries['primary']!.flush(), connection.deliveries['nation']!.flush()]);
    const last = aStatement('terminated');
    connection.record([last]);
    page.be('hidden');
    await waitUntil(() => university.ids.includes(last.id) && nation.ids.includes(last.id));
    expect(nation.seen.some(({ keepalive }) => keepalive)).to.equal(true);
  });

  it('gives a target what it may see, and keeps nothing else for it', async () => {
    university.fault = () => 'refuse';
    nation.fault = () => 'refuse';
    const pseudonym = { objectType: 'Agent', account: { homePage: 'https://id.university.example', name: 'f3a9' } } as const;
    const limited = theNation(nation, {
      filter: ({ verb }) => verb.id.endsWith('/completed'),
      redact: ({ result: _result, ...statement }) => statement,
      identity: () => pseudonym,
    });
    const { connection } = await open([limited]);
    const [seen, private_] = [aStatement('completed', { result: { response: 'secret' } }), aStatement()];
    const receipts = connection.record([seen, private_]);
    expect(receipts.map(({ targets }) => Object.keys(targets!))).to.deep.equal([['nation'], []]);
    const journaled = Object.entries({ ...localStorage }).filter(([key]) => key.startsWith('lectern.journal') && key.includes('fan-out'));
    expect(journaled.length).to.be.greaterThan(0);
    for (const [, text] of journaled) expect(text).to.include('f3a9').and.not.include(ACTOR.account!.name).and.not.include(private_.id).and.not.include('secret');
    university.fault = () => 'pass';
    nation.fault = () => 'pass';
    await Promise.all([connection.deliveries['primary']!.flush(), connection.deliveries['nation']!.flush()]);
    expect(university.statements).to.deep.equal([seen, private_]);
    const { result: _result, ...redacted } = seen;
    expect(nation.statements).to.deep.equal([{ ...redacted, actor: pseudonym }]);
  });

  const rubbish: readonly (readonly [name: string, more: object, code: string])[] = [
    ['a filter that throws', { filter: () => { throw new Error('broken'); } }, 'plugin-invalid'],
    ['a filter that promises', { filter: () => Promise.resolve(false) }, 'plugin-invalid'],
    ['a filter that says nothing', { filter: () => undefined }, 'plugin-invalid'],
    ['a redaction that throws', { redact: () => { throw 'broken'; } }, 'redaction-failed'],
    ['a redaction that promises', { redact: (statement: Statement) => Promise.resolve(statement) }, 'redaction-failed'],
    ['a redaction that changes the id', { redact: (statement: Statement) => ({ ...statement, id: newUuid() }) }, 'redaction-failed'],
    ['a redaction that gives a list', { redact: (statement: Statement) => [statement] }, 'redaction-failed'],
    ['a redaction that makes no statement', { redact: ({ id }: Statement) => ({ id }) }, 'redaction-failed'],
    ['a pseudonym that throws', { identity: () => { throw new Error('broken'); } }, 'identity-refused'],
    ['a pseudonym that is none', { identity: () => ({ mbox: 'mailto:learner@campus.example' }) }, 'identity-refused'],
  ];
  for (const [name, more, code] of rubbish) {
    it(`lets nothing through ${name}, and says so`, async () => {
      const { connection } = await open([theNation(nation, more)]);
      const told: number[] = [];
      connection.deliveries['nation']!.subscribe(({ failed }) => told.push(failed));
      const [receipt] = connection.record([aStatement()]);
      expect(receipt!.targets!['nation']!.status).to.equal('failed');
      expect(codeOf(receipt!.targets!['nation']!.error)).to.equal(code);
      await Promise.all([receipt!.reached('stored'), connection.deliveries['nation']!.flush()]);
      expect(nation.statements).to.deep.equal([]);
      expect(connection.deliveries['nation']!.getState()).to.include({ waiting: 0, failed: 1 });
      expect(connection.delivery.getState()).to.include({ waiting: 0, failed: 0 });
      expect(told.at(-1)).to.equal(1);
    });
  }

  it('lets a target\'s functions change their own copy only', async () => {
    const spoil = (statement: Statement): void => void ((statement as { verb: unknown }).verb = { id: 'https://x.example/spoilt' });
    const spoiling = theNation(nation, { filter: (statement) => (spoil(statement), true) });
    const { connection } = await open([spoiling]);
    const statement = aStatement();
    const { verb } = statement;
    connection.record([statement]);
    await Promise.all([connection.deliveries['primary']!.flush(), connection.deliveries['nation']!.flush()]);
    expect([university.statements[0]!.verb, nation.statements[0]!.verb]).to.deep.equal([verb, verb]);
  });

  it('takes two targets of one endpoint, and the primary\'s own, each by its queue and its rules', async () => {
    const faculty = new StubLrs();
    const endpoint = 'https://lrs.university.example/xapi/';
    const { connection } = await open([theNation(nation, { endpoint }), theNation(faculty, { name: 'faculty', endpoint, filter: () => false })]);
    connection.record([aStatement()]);
    await Promise.all(Object.values(connection.deliveries).map((delivery) => delivery.flush()));
    expect([university, nation, faculty].map(({ statements }) => statements.length)).to.deep.equal([1, 1, 0]);
  });

  it('names what is wrong with the targets before anything is recorded', () => {
    const primary = new MemoryPlugin();
    const target = theNation(nation);
    const cases: readonly (readonly [others: readonly unknown[], field: string])[] = [
      [[null], 'others[0]'],
      [[{ ...target, name: ' ' }], 'others[0].name'],
      [[{ ...target, name: 'primary' }], 'others[0].name'],
      [[target, { ...target, endpoint: 'https://other.example/xapi' }], 'others[1].name'],
      [[{ ...target, endpoint: 'javascript:alert(1)' }], 'others[0].endpoint'],
      [[{ ...target, plugin: primary }], 'others[0].endpoint'],
      [[{ ...target, getToken: 'Bearer' }], 'others[0].getToken'],
      [[{ ...target, filter: true }], 'others[0].filter'],
      [[{ ...target, redact: {} }], 'others[0].redact'],
      [[{ name: 'x', plugin: {} }], 'others[0].plugin'],
      [[{ name: 'x', plugin: fanOutPlugin({ primary, others: [] }) }], 'others[0].plugin'],
    ];
    for (const [others, field] of cases) {
      expect(() => fanOutPlugin({ primary, others: others as FanOutTarget[] }), field).to.throw(DeliveryError).with.property('field', field);
    }
    expect(() => fanOutPlugin({ primary: fanOutPlugin({ primary, others: [] }), others: [] })).to.throw(DeliveryError).with.property('field', 'primary');
  });

  it('is at home where the primary is, fails to connect when it does, and shows each connection to the page', async () => {
    const primary = new MemoryPlugin(registration);
    const shown: unknown[] = [];
    const others = [{ name: 'other', plugin: new MemoryPlugin(registration) }];
    const plugin = fanOutPlugin({ primary, others, onConnect: (connection) => shown.push(connection) });
    expect(await plugin.detect()).to.equal(true);
    const connection = await plugin.connect({ course });
    await Promise.resolve();
    expect(shown).to.deep.equal([connection]);
    expect([connection.registration, connection.launch, connection.primary.plugin]).to.deep.equal([registration, undefined, 'memory']);
    await connection.close();
    primary.before = () => { throw new DeliveryError('unauthorized', 'no'); };
    const fault = await plugin.connect({ course }).catch((error: unknown) => error);
    expect(codeOf(fault)).to.equal('unauthorized');
    primary.detect = () => false;
    expect(await plugin.detect()).to.equal(false);
  });

  it('lets nothing leave for anyone before the learner agrees, and then all of it', async () => {
    const plugin = new MemoryPlugin(registration);
    const { connection, page } = await open([theNation(nation), { name: 'other', plugin }], 'pending');
    const [receipt] = connection.record([aStatement('initialized')]);
    await Promise.all(Object.values(connection.deliveries).map((delivery) => delivery.flush()));
    page.be('hidden');
    expect([university.seen.length, nation.seen.length, plugin.connects]).to.deep.equal([0, 0, 0]);
    expect(Object.values(connection.deliveries).map((delivery) => delivery.getState().held)).to.deep.equal(['consent', 'consent', 'consent']);
    await connection.setConsent('granted');
    await Promise.all([receipt!, ...Object.values(receipt!.targets!)].map((each) => each.reached('stored')));
    expect([university.statements.length, nation.statements.length, plugin.kept.size]).to.deep.equal([1, 1, 1]);
  });

  it('drops everywhere what waits when the learner declines, and lets go of a plugin that cannot be told', async () => {
    const plugin = new MemoryPlugin(registration);
    const { connection } = await open([theNation(nation), { name: 'other', plugin }]);
    await connection.record([aStatement()])[0]!.targets!['other']!.reached('stored');
    nation.fault = () => 'refuse';
    const [receipt] = connection.record([aStatement()]);
    await connection.setConsent('denied');
    expect(codeOf(receipt!.targets!['nation']!.error)).to.equal('consent-denied');
    expect(await connection.outboxes['nation']!.waiting()).to.deep.equal([]);
    await waitUntil(() => plugin.closes === 1);
    const [later] = connection.record([aStatement()]);
    expect([later!, ...Object.values(later!.targets!)].map(({ error }) => codeOf(error))).to.deep.equal(['consent-denied', 'consent-denied', 'consent-denied']);
  });

  it('ends with a primary that cannot be told, unless the learner agrees', async () => {
    const primary = new MemoryPlugin(registration);
    const plugin = fanOutPlugin({ primary, others: [theNation(nation)] });
    expect(plugin.heedsConsent).to.equal(undefined);
    const connection = await plugin.connect({ course });
    await connection.setConsent('granted');
    expect(primary.closes).to.equal(0);
    await connection.setConsent('denied');
    expect(primary.closes).to.equal(1);
  });

  it('clears every place when the learner signs out of a machine that many use', async () => {
    university.fault = () => 'refuse';
    nation.fault = () => 'refuse';
    const { connection } = await open();
    connection.record([aStatement(), aStatement()]);
    expect(await connection.signOut({ unsent: 'clear', patience: 50 })).to.deep.equal({ unsent: 4 });
    const next = await open();
    for (const outbox of Object.values(next.connection.outboxes)) expect(await outbox.waiting()).to.deep.equal([]);
    expect(Object.keys(localStorage).filter((key) => key.startsWith('lectern.journal'))).to.deep.equal([]);
  });

  it('keeps no open copies beside the records of a primary that seals its own', async () => {
    const primary = new MemoryPlugin(registration);
    const connect = primary.connect.bind(primary);
    primary.connect = async () => ({ ...(await connect()), vault: { seal: () => undefined, open: () => Promise.resolve(undefined) } });
    const fault = await fanOutPlugin({ primary, others: [theNation(nation)] }).connect({ course }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(DeliveryError).with.property('field', 'encryption');
    expect(primary.closes).to.equal(1);
  });

  it('closes all, and waits for no other that hangs', async () => {
    const [hanging, throwing] = [new MemoryPlugin(registration), new MemoryPlugin(registration)];
    hanging.close = () => new Promise(() => undefined);
    throwing.close = () => Promise.reject(new Error('broken'));
    const { connection } = await open([{ name: 'hanging', plugin: hanging }, { name: 'throwing', plugin: throwing }, theNation(nation)]);
    const [receipt] = connection.record([aStatement()]);
    await Promise.all([receipt!, ...Object.values(receipt!.targets!)].map((each) => each.reached('stored')));
    await connection.close();
    expect([hanging.closes, throwing.closes]).to.deep.equal([1, 1]);
  });
});
