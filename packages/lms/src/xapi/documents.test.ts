import { expect } from '@open-wc/testing';
import { newUuid, type Course, type DocumentConflict, type SaveStateOptions, type StateContent } from '@lectern/core';
import { createOutbox, type Outbox } from '../outbox/outbox.js';
import { FakePage, forget, HastyTimers } from '../outbox/bench.fixture.js';
import { ACTOR, aStatement, ENDPOINT, profileName, stateName, StubLrs } from '../stub-lrs.fixture.js';
import { xapiPlugin, type XapiConnection, type XapiPluginOptions } from './plugin.js';

const course: Course = { id: 'https://campus.example/course', title: 'Course', format: 'course', children: [] };
const key = { activityId: course.id, stateId: 'notes' };
const preferences = { profileId: 'cmi5LearnerPreferences' };
const there = stateName(key.activityId, key.stateId);

describe('documents', () => {
  let lrs: StubLrs;
  let outboxes: Outbox[];
  let page: FakePage;
  let registration: string;
  const database = `lectern.test.${newUuid()}`;

  /** Another device has a database of its own. */
  async function connect(options: Partial<XapiPluginOptions> & { device?: string } = {}): Promise<XapiConnection> {
    const { device = database, ...more } = options;
    const outbox = createOutbox({ database: device, page, timers: new HastyTimers(50) });
    outboxes.push(outbox);
    return xapiPlugin({ endpoint: ENDPOINT, getToken: () => Promise.resolve('Bearer one'), actor: ACTOR, registration, fetch: lrs.fetch, outbox, ...more }).connect({ course });
  }

  function conflictsOf(connection: XapiConnection): DocumentConflict[] {
    const conflicts: DocumentConflict[] = [];
    connection.conflicts!.subscribe((conflict) => conflicts.push(conflict));
    return conflicts;
  }

  beforeEach(() => {
    lrs = new StubLrs();
    outboxes = [];
    page = new FakePage();
    registration = newUuid();
  });
  afterEach(async () => {
    await Promise.all(outboxes.map((outbox) => outbox.close()));
    forget();
  });
  after(() => indexedDB.deleteDatabase(database));

  describe('that someone else has changed', () => {
    const mine = { a: 'mine', m: 1 };
    const theirs = { a: 'theirs', t: 1 };

    /** Loads, lets another device write, saves. */
    async function collide(options: SaveStateOptions) {
      lrs.documents.set(there, { content: { a: 'old' }, etag: '"old"' });
      const connection = await connect();
      const conflicts = conflictsOf(connection);
      await connection.loadState(key);
      lrs.write(there, theirs);
      const receipt = connection.saveState(key, mine, { mode: 'replace', ...options });
      await connection.delivery.flush();
      await Promise.resolve();
      return { connection, conflicts, receipt, document: lrs.documents.get(there)!.content };
    }

    const cases: readonly (readonly [name: string, options: SaveStateOptions, outcome: DocumentConflict['outcome'], document: StateContent])[] = [
      ['are overwritten, and it is told, where last-write-wins was declared', { policy: 'last-write-wins' }, 'overwritten', mine],
      ['are merged where that was declared', { policy: 'merge' }, 'merged', { a: 'mine', m: 1, t: 1 }],
      ['are what the resolver makes of both', { policy: (ours, others) => ({ both: [ours['a'], others['a']] }) }, 'resolved', { both: ['mine', 'theirs'] }],
      ['are left alone where it was to be asked', { policy: 'ask' }, 'set-aside', theirs],
      ['are left alone where the resolver gives nothing', { policy: () => undefined }, 'set-aside', theirs],
      ['are left alone where the resolver fails', { policy: () => Promise.reject(new Error('no')) }, 'set-aside', theirs],
      ['are left alone where the resolver makes no document', { policy: () => ['x'] as never }, 'set-aside', theirs],
    ];
    for (const [name, options, outcome, document] of cases) {
      it(name, async () => {
        const met = await collide(options);
        expect(met.document).to.deep.equal(document);
        expect(met.conflicts).to.deep.equal([{ key, mine, theirs, outcome, document }]);
        expect(met.receipt.status).to.equal(outcome === 'set-aside' ? 'failed' : 'stored');
        if (outcome === 'set-aside') {
          expect(met.receipt.error).to.have.property('code', 'conflict');
          const [kept] = await met.connection.outbox.failed();
          expect(JSON.parse(kept!.body).content).to.deep.equal(mine);
          // Having seen it, the caller may decide.
          expect(await met.connection.loadState(key)).to.deep.equal(theirs);
          await met.connection.saveState(key, { decided: true }, { mode: 'replace', ...options }).reached('stored');
          expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ decided: true });
        }
      });
    }
  });

  for (const quiet of [false, true]) {
    it(`are no conflict with what this browser wrote itself${quiet ? ', where the LRS does not name the version' : ''}`, async () => {
      lrs.quiet = quiet;
      const connection = await connect();
      const conflicts = conflictsOf(connection);
      await connection.loadState(key);
      for (const step of [1, 2, 3]) await connection.saveState(key, { step }, { mode: 'replace', policy: 'ask' }).reached('stored');
      let losses = 1;
      lrs.fault = ({ method }) => (method === 'PUT' && losses-- > 0 ? 'lose-answer' : 'pass');
      await connection.saveState(key, { step: 4 }, { mode: 'replace', policy: 'ask' }).reached('stored');
      // In a new page, which has not loaded it.
      const next = await connect();
      const others = conflictsOf(next);
      await next.saveState(key, { step: 5 }, { mode: 'replace', policy: 'ask' }).reached('stored');
      expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ step: 5 });
      expect([...conflicts, ...others]).to.deep.equal([]);
    });
  }

  it('keep a policy over a killed page, and a save that nobody can decide on is set aside', async () => {
    const first = await connect();
    await first.saveState(key, { a: 1 }, { mode: 'replace' }).reached('stored');
    lrs.fault = () => 'refuse';
    await first.saveState(key, { a: 2 }, { mode: 'replace', policy: (mine) => mine }).reached('durable');
    await first.close();
    lrs.fault = () => 'pass';
    lrs.write(there, { a: 'elsewhere' });
    const second = await connect();
    await second.delivery.flush();
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 'elsewhere' });
    expect((await second.outbox.failed()).map(({ reason }) => reason.code)).to.deep.equal(['conflict']);
  });

  it('are looked at before they are replaced when the page is left, or wait for the next visit', async () => {
    lrs.quiet = true;
    const connection = await connect();
    await connection.loadState(key);
    connection.saveState(key, { a: 1 }, { mode: 'replace', policy: 'ask' });
    page.be('hidden');
    expect(lrs.seen.at(-1)).to.include({ method: 'PUT', keepalive: true });
    expect(lrs.seen.at(-1)!.headers.get('If-None-Match')).to.equal('*');
    await connection.delivery.flush();
    const puts = (): number => lrs.seen.filter(({ method }) => method === 'PUT').length;
    const before = puts();
    const receipt = connection.saveState(key, { a: 2 }, { mode: 'replace', policy: 'ask' });
    page.be('hidden');
    expect(puts()).to.equal(before);
    await connection.delivery.flush();
    expect(receipt.status).to.equal('stored');
  });

  describe('of profiles', () => {
    const shared = { activityId: course.id, profileId: 'glossary' };

    it('are saved, loaded and merged like states, with the condition that the specification demands', async () => {
      const connection = await connect();
      expect(connection.capabilities.profiles).to.equal(true);
      expect(await connection.loadProfile!(shared)).to.equal(undefined);
      await connection.saveProfile!(shared, { term: 'x' }, { mode: 'replace' }).reached('stored');
      await connection.saveProfile!(shared, { other: 'y' }).reached('stored');
      await connection.saveProfile!({ profileId: 'reading' }, { size: 2 }).reached('stored');
      expect(lrs.documents.get(profileName('glossary', course.id))!.content).to.deep.equal({ term: 'x', other: 'y' });
      expect(lrs.documents.get(profileName('reading'))!.content).to.deep.equal({ size: 2 });
      expect(lrs.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(
        ['GET activities/profile', 'PUT activities/profile', 'POST activities/profile', 'POST agents/profile'],
      );
      expect(lrs.seen[1]!.headers.get('If-None-Match')).to.equal('*');
      expect(await connection.loadState({ activityId: course.id, stateId: 'glossary' })).to.equal(undefined);
    });

    it('are never overwritten unseen where nothing was declared', async () => {
      lrs.write(profileName('glossary', course.id), { by: 'another learner' });
      const connection = await connect();
      const conflicts = conflictsOf(connection);
      const receipt = connection.saveProfile!(shared, { by: 'me' }, { mode: 'replace' });
      await connection.delivery.flush();
      expect(receipt.error).to.have.property('code', 'conflict');
      expect(conflicts.map(({ theirs, outcome }) => [theirs, outcome])).to.deep.equal([[{ by: 'another learner' }, 'set-aside']]);
    });

    it('are there offline, with what waits, in the next page too', async () => {
      lrs.write(profileName('reading'), { size: 2, font: 'serif' });
      const first = await connect();
      await first.loadProfile!({ profileId: 'reading' });
      lrs.fault = () => 'refuse';
      await first.saveProfile!({ profileId: 'reading' }, { size: 3 }).reached('durable');
      await first.close();
      const second = await connect();
      expect(await second.loadProfile!({ profileId: 'reading' })).to.deep.equal({ size: 3, font: 'serif' });
      lrs.fault = () => 'pass';
      await second.delivery.flush();
      expect(lrs.documents.get(profileName('reading'))!.content).to.deep.equal({ size: 3, font: 'serif' });
    });

    it('may be withheld: the learner preferences of cmi5 without an error, and nothing else has to wait', async () => {
      lrs.fault = ({ path }) => (path.endsWith('profile') ? { status: 403 } : 'pass');
      const connection = await connect();
      expect(await connection.loadProfile!(preferences)).to.equal(undefined);
      const quietly = connection.saveProfile!(preferences, { languagePreference: 'zh-CN' });
      const refused = connection.saveProfile!(shared, { term: 'x' });
      const [recorded] = connection.record([aStatement()]);
      await recorded!.reached('stored');
      await connection.delivery.flush();
      for (const { error } of [quietly, refused]) expect(error).to.include({ code: 'rejected', status: 403 });
      expect((await connection.outbox.failed()).map(({ body }) => JSON.parse(body).key)).to.deep.equal([shared]);
      expect(connection.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 1, failed: 1 });
      const fault = await connection.loadProfile!(shared).catch((error: unknown) => error);
      expect(fault).to.have.property('code', 'unauthorized');
    });
  });
});
