import { expect } from '@open-wc/testing';
import { newUuid, type Agent, type Statement } from '@lectern/core';
import { xapiPlugin, type XapiConnection, type XapiPluginOptions } from '../xapi/plugin.js';
import { aStatement, ACTOR, ENDPOINT, StubLrs } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, journalOf, openTab, type Tab, type TabOptions } from './bench.fixture.js';
import { createOutbox, type Outbox } from './outbox.js';

const database = `lectern.test.${newUuid()}`;
const SECRET = 'a very private answer';
const answer = (): Statement => aStatement('answered', { result: { response: SECRET, success: true } });
const withoutResponse = ({ result: { response: _response, ...result } = {}, ...statement }: Statement): Statement => ({ ...statement, result });

describe('redaction', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(redact: TabOptions['redact']): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(20), redact });
    tabs.push(tab);
    return tab;
  }
  const kept = async ({ queue: { inspection } }: Tab): Promise<string> => JSON.stringify([await inspection.export(), journalOf(queue)]);

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

  it('comes before anything is kept', async () => {
    lrs.fault = () => 'refuse';
    const tab = open(withoutResponse);
    const statement = answer();
    const [receipt] = tab.queue.record([statement]);
    expect(receipt!.status).to.equal('journaled');
    expect(await kept(tab)).not.to.contain(SECRET);
    expect(statement.result!.response).to.equal(SECRET);
    expect(tab.queue.record([statement])[0]).to.equal(receipt);
    lrs.fault = () => 'pass';
    await tab.queue.delivery.flush();
    expect(lrs.statements).to.deep.equal([withoutResponse(statement)]);
  });

  it('may leave a statement out; its receipt says so, and nothing has failed', async () => {
    const tab = open((statement) => (statement.verb.id.endsWith('answered') ? undefined : statement));
    const [left, taken] = tab.queue.record([answer(), aStatement('completed')]);
    expect(left!.error).to.have.property('code', 'redacted');
    await taken!.reached('stored');
    expect(tab.queue.delivery.getState()).to.deep.equal({ waiting: 0, unsafe: 0, stored: 1, failed: 0 });
    expect(await kept(tab)).not.to.contain(SECRET);
  });

  const hostile: readonly (readonly [name: string, redact: (statement: Statement) => unknown, field: string])[] = [
    ['throws', () => { throw new Error(SECRET); }, ''],
    ['is asynchronous', (statement) => Promise.resolve(statement), 'actor'],
    ['returns null', () => null, ''],
    ['breaks the statement', ({ verb: _verb, ...statement }) => statement, 'verb'],
    ['changes the id', (statement) => ({ ...statement, id: newUuid() }), 'id'],
    ['changes who it is', (statement) => ({ ...statement, actor: { ...ACTOR, account: { ...ACTOR.account, name: 'other' } } }), 'actor'],
    ['breaks what it was given', (statement) => { (statement as { actor: unknown }).actor = undefined; throw new Error(); }, ''],
  ];
  for (const [name, redact, field] of hostile) {
    it(`fails closed when the hook ${name}`, async () => {
      const tab = open(redact as TabOptions['redact']);
      const statement = answer();
      const [receipt] = tab.queue.record([statement]);
      expect(receipt!.error).to.have.property('code', 'redaction-failed');
      if (field) expect(receipt!.error!.field).to.equal(field);
      await tab.queue.delivery.flush();
      expect(statement.actor).to.deep.equal(ACTOR);
      expect(lrs.seen).to.have.length(0);
      expect(tab.queue.delivery.getState().failed).to.equal(1);
      expect(await tab.queue.inspection.retry()).to.equal(0);
      expect(await kept(tab)).not.to.contain(SECRET);
    });
  }

  it('keeps nothing of a statement that cannot be redacted because it is invalid', async () => {
    const tab = open(withoutResponse);
    const [receipt] = tab.queue.record([{ ...answer(), timestamp: 'yesterday' }]);
    expect(receipt!.error).to.have.property('code', 'statement-invalid');
    await tab.queue.delivery.flush();
    expect(await kept(tab)).to.contain('statement-invalid').and.not.contain(SECRET);
  });
});

describe('identity', () => {
  let lrs: StubLrs;
  let outbox: Outbox;
  const course = { id: 'https://campus.example/course', title: 'Course', format: 'course', children: [] } as const;
  const key = { activityId: course.id, stateId: 'lectern.session' };
  const named: Agent = { objectType: 'Agent', name: 'Lin Xiaoyu', account: { homePage: 'https://campus.example', name: 'l-1' } };
  const teacher: Agent = { objectType: 'Agent', name: 'Wu Laoshi', mbox: 'mailto:wu@campus.example' };

  const connect = async (options: Partial<XapiPluginOptions>): Promise<XapiConnection> =>
    xapiPlugin({ endpoint: ENDPOINT, getToken: () => Promise.resolve('Bearer one'), actor: named, registration: newUuid(), fetch: lrs.fetch, outbox, ...options }).connect({ course });

  /** What the LRS is told with a statement of this actor. */
  async function told(actor: Agent, options: Partial<XapiPluginOptions> = {}): Promise<{ statement: Statement; connection: XapiConnection }> {
    const connection = await connect({ actor, ...options });
    const statement = aStatement('completed', {
      actor,
      object: { objectType: 'Agent', ...actor },
      context: { instructor: teacher, team: { objectType: 'Group', name: 'Class 3', member: [{ ...actor }, teacher] } },
    });
    await connection.record([statement])[0]!.reached('stored');
    return { statement: lrs.statements.at(-1)!, connection };
  }

  beforeEach(() => {
    lrs = new StubLrs();
    outbox = createOutbox({ database });
  });
  afterEach(async () => {
    await outbox.close();
    forget();
  });

  it('is nameless by default, everywhere in a statement and in the agent of documents', async () => {
    const urls: string[] = [];
    const { statement, connection } = await told(named, { fetch: (input, init) => (urls.push(decodeURIComponent(String(input))), lrs.fetch(input, init)) });
    const { name: _name, ...nameless } = named;
    const { name: _teacher, ...nobody } = teacher;
    expect(statement.actor).to.deep.equal(nameless);
    expect(statement.object).to.deep.equal(nameless);
    expect(statement.context).to.deep.equal({ instructor: nobody, team: { objectType: 'Group', name: 'Class 3', member: [nameless, nobody] } });
    await connection.loadState(key);
    expect(urls.at(-1)).to.contain(`agent=${JSON.stringify(nameless)}`.replaceAll(' ', '+'));
    expect(connection.learner.name).to.equal('Lin Xiaoyu');
  });

  it('stays as given where the host wants it so', async () => {
    expect((await told(named, { identity: 'as-given' })).statement.actor).to.deep.equal(named);
  });

  it('goes on with an e-mail address by default, and refuses it where only accounts are accepted', async () => {
    const { name: _name, ...nameless } = teacher;
    expect((await told(teacher)).statement.actor).to.deep.equal(nameless);
    expect((await told(named, { identity: 'account' })).statement.actor).not.to.have.property('name');
    for (const [actor, field] of [[teacher, 'actor.mbox'], [{ openid: 'https://id.example/x' }, 'actor.openid'], [{ mbox_sha1sum: 'a'.repeat(40) }, 'actor.mbox_sha1sum']] as const) {
      const error = await connect({ actor, identity: 'account' }).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'identity-refused', field });
    }
  });

  it('may be a pseudonym, the same in statements and documents', async () => {
    const urls: string[] = [];
    const identity = (): Agent => ({ account: { homePage: 'https://pseudonyms.example', name: 'p-7' } });
    const { statement, connection } = await told(teacher, { identity, fetch: (input, init) => (urls.push(decodeURIComponent(String(input))), lrs.fetch(input, init)) });
    const pseudonym = { objectType: 'Agent', account: { homePage: 'https://pseudonyms.example', name: 'p-7' } };
    expect([statement.actor, statement.object]).to.deep.equal([pseudonym, pseudonym]);
    expect(JSON.stringify(statement)).not.to.contain('wu@');
    await connection.loadState(key);
    expect(urls.at(-1)).to.contain('p-7').and.not.contain('wu@');
  });

  it('refuses a pseudonym that is none', async () => {
    for (const identity of [() => { throw new Error('no'); }, () => ({ mbox: 'mailto:a@b.example' }), () => undefined as never, () => ({ account: { homePage: 'x', name: 'y' } })]) {
      const error = await connect({ identity }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'identity-refused');
    }
  });

  it('asks for consent again at the last moment, and before it launches anything', async () => {
    let withdraw: () => unknown = () => undefined;
    const connection = await connect({ launchUrl: 'https://campus.example/launches/units', getToken: async () => (await withdraw(), 'Bearer one') });
    withdraw = () => connection.setConsent('pending');
    connection.record([aStatement()]);
    await connection.delivery.flush();
    expect(lrs.seen).to.have.length(0);
    expect(connection.consent).to.equal('pending');
    expect(connection.delivery.getState()).to.include({ waiting: 1, held: 'consent' });
    const unit = { type: 'unit', kind: 'xapi', id: 'u', title: 'U', moveOn: 'Completed', url: 'x' } as never;
    const fault = await connection.launch!(unit).catch((error: unknown) => error);
    expect(fault).to.have.property('code', 'consent-pending');
    expect(lrs.seen).to.have.length(0);
  });
});
