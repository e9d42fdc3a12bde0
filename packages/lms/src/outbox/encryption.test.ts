import { expect } from '@open-wc/testing';
import { newUuid } from '@lectern/core';
import { aStatement, profileName, StubLrs } from '../stub-lrs.fixture.js';
import { forget, HastyTimers, journalOf, openTab, type Tab, type TabOptions } from './bench.fixture.js';
import { createOutbox } from './outbox.js';
import type { FailedRecord, KnownDocument, OutboxRecord } from './record.js';

const database = `lectern.test.${newUuid()}`;
const key = { activityId: 'https://campus.example/course', stateId: 'lectern.session' };
const SECRET = 'a very private answer';

const aKey = (usages: KeyUsage[] = ['encrypt', 'decrypt']): Promise<CryptoKey> => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, usages) as Promise<CryptoKey>;
const anAnswer = () => aStatement('answered', { result: { response: SECRET } });

async function inDatabase<Value>(work: (transaction: IDBTransaction) => IDBRequest<Value>): Promise<Value> {
  const opening = indexedDB.open(database);
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const transaction = opening.result.transaction(['records', 'failed', 'documents'], 'readwrite');
  const request = work(transaction);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  opening.result.close();
  return request.result;
}

describe('encryption of what waits', () => {
  let lrs: StubLrs;
  let tabs: Tab[];
  let queue: string;

  function open(options: Partial<TabOptions> = {}): Tab {
    const tab = openTab({ lrs, database, queue, timers: new HastyTimers(2_000), limits: { linger: 0, backOffBase: 1 }, ...options });
    tabs.push(tab);
    return tab;
  }
  const records = async (): Promise<OutboxRecord[]> => ((await inDatabase((transaction) => transaction.objectStore('records').getAll())) as OutboxRecord[]).filter((record) => record.queue === queue);
  const failed = async (): Promise<FailedRecord[]> => ((await inDatabase((transaction) => transaction.objectStore('failed').getAll())) as FailedRecord[]).filter((record) => record.queue === queue);
  const documents = async (): Promise<KnownDocument[]> => ((await inDatabase((transaction) => transaction.objectStore('documents').getAll())) as KnownDocument[]).filter((document) => document.queue === queue);
  const atRest = async (): Promise<string> => JSON.stringify([await records(), await failed(), await documents(), journalOf(queue)]);

  /** Once the key is here. */
  async function openSealed(encryptionKey: CryptoKey, options: Partial<TabOptions> = {}): Promise<Tab> {
    const tab = open({ encryption: { key: encryptionKey }, ...options });
    await tab.queue.delivery.flush();
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

  for (const usages of [['encrypt', 'decrypt'], ['wrapKey', 'unwrapKey']] as KeyUsage[][]) {
    it(`seals records, refused ones and documents, and opens them at the next visit (${usages.join(', ')})`, async () => {
      const host = await aKey(usages);
      lrs.fault = ({ path, body }) => (path === 'activities/state' ? 'pass' : body.includes('first') ? { status: 400, body: SECRET } : { status: 500 });
      const first = await openSealed(host);
      await first.queue.loadState(key);
      await first.queue.saveState(key, { note: SECRET }, { mode: 'replace' }).reached('stored');
      const [refused] = first.queue.record([aStatement('answered', { result: { response: `${SECRET} first` } })]);
      await refused!.reached('stored').catch(() => undefined);
      const [receipt] = first.queue.record([anAnswer()]);
      expect(receipt!.status).to.equal('journaled');
      const saved = first.queue.saveState(key, { more: SECRET });
      expect(journalOf(queue).join()).to.contain('"s1.').and.not.contain(SECRET);
      await saved.reached('durable');
      first.kill();
      expect([await records(), await failed(), await documents()].map(({ length }) => length)).to.deep.equal([2, 1, 1]);
      expect(await atRest()).not.to.contain(SECRET);
      const second = await openSealed(host);
      expect((await second.queue.inspection.failed()).map(({ body, reason }) => [body.includes(SECRET), reason.message.includes(SECRET)])).to.deep.equal([[true, true]]);
      lrs.fault = ({ method }) => (method === 'GET' ? 'refuse' : 'pass');
      expect(await second.queue.loadState(key)).to.deep.equal({ note: SECRET, more: SECRET });
      await second.queue.delivery.flush();
      expect(lrs.ids).to.deep.equal([receipt!.id]);
      expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ note: SECRET, more: SECRET });
    });
  }

  it('opens what a killed page had only journaled', async () => {
    const host = await aKey();
    const first = await openSealed(host, { database: null });
    const [receipt] = first.queue.record([anAnswer()]);
    first.queue.saveState(key, { a: 1 });
    first.queue.saveState(key, { b: 2 });
    first.kill();
    const second = await openSealed(host, { database: null });
    await second.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([receipt!.id]);
    expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 1, b: 2 });
    expect(journalOf(queue)).to.deep.equal([]);
  });

  it('claims nothing before the key is here: in memory until then, sent all the same, safe as soon as it comes', async () => {
    lrs.fault = () => 'refuse';
    let bring: (key: CryptoKey) => void = () => undefined;
    const tab = open({ encryption: { key: () => new Promise((resolve) => (bring = resolve)) } });
    const [receipt] = tab.queue.record([anAnswer()]);
    const saved = tab.queue.saveState(key, { a: SECRET });
    expect([receipt!.status, saved.status]).to.deep.equal(['pending', 'pending']);
    expect(tab.queue.delivery.getState()).to.include({ waiting: 2, unsafe: 2 });
    expect(journalOf(queue)).to.deep.equal([]);
    bring(await aKey());
    await Promise.all([receipt!.reached('durable'), saved.reached('durable')]);
    expect(await atRest()).not.to.contain(SECRET);
    lrs.fault = () => 'pass';
    await tab.queue.delivery.flush();
    expect(lrs.statements).to.have.length(1);
  });

  it('stores nothing when the key does not come, and asks again', async () => {
    const host = await aKey();
    lrs.fault = () => 'refuse';
    let asked = 0;
    const tab = open({ encryption: { key: () => (++asked === 1 ? Promise.reject(new Error('offline')) : Promise.resolve(host)) } });
    const [receipt] = tab.queue.record([anAnswer()]);
    await tab.queue.inspection.waiting();
    expect(receipt!.status).to.equal('pending');
    expect(await records()).to.deep.equal([]);
    tab.page.be('online');
    await receipt!.reached('durable');
    lrs.fault = () => 'pass';
    await tab.queue.delivery.flush();
    expect(receipt!.status).to.equal('stored');
    expect((await tab.queue.inspection.waiting()).length).to.equal(0);
  });

  for (const [name, encryption] of [
    ['a wrong key', async () => ({ key: await aKey() })],
    ['no key', async () => undefined],
    ['a key that does not come', async () => ({ key: () => Promise.reject(new Error('gone')) })],
  ] as const) {
    it(`keeps what ${name} does not open, and sends it when the right one comes`, async () => {
      const host = await aKey();
      lrs.fault = () => 'refuse';
      const first = await openSealed(host);
      const [kept] = first.queue.record([anAnswer()]);
      const saved = first.queue.saveState(key, { a: 1, b: 1 });
      await saved.reached('durable');
      first.kill();
      lrs.fault = () => 'pass';
      const given = await encryption();
      const second = open(given ? { encryption: given } : {});
      const [fresh] = second.queue.record([aStatement('passed')]);
      await fresh!.reached('stored');
      // A later save of a document must not be overtaken by an earlier one: it waits too.
      const later = second.queue.saveState(key, { b: 2 });
      await second.queue.delivery.flush();
      expect(later.status).not.to.equal('stored');
      expect(second.queue.delivery.getState()).to.include({ waiting: 3, failed: 0, held: 'locked' });
      expect(lrs.ids).to.deep.equal([fresh!.id]);
      await second.close();
      const third = await openSealed(host, given && typeof given.key !== 'function' ? { encryption: { key: host, previous: [given.key] } } : {});
      await third.queue.delivery.flush();
      expect(lrs.ids).to.deep.equal([fresh!.id, kept!.id]);
      if (name !== 'a key that does not come') expect(lrs.document(key.activityId, key.stateId)).to.deep.equal({ a: 1, b: 2 });
    });
  }

  it('lets statements go past what is locked when the page is left, and no document', async () => {
    lrs.fault = () => 'refuse';
    const first = await openSealed(await aKey());
    await first.queue.saveState(key, { a: 1 }).reached('durable');
    first.kill();
    lrs.fault = () => 'pass';
    const second = await openSealed(await aKey(), { limits: { linger: 100_000 } });
    const [receipt] = second.queue.record([aStatement('completed')]);
    second.queue.saveState(key, { b: 2 });
    second.page.be('hidden');
    await receipt!.reached('stored');
    expect(lrs.seen.filter(({ method }) => method !== 'GET').map(({ path }) => path)).to.deep.equal(['statements']);
  });

  it('seals profiles, and remembers under the seal which version was ours', async () => {
    const host = await aKey();
    const profile = { profileId: 'settings' };
    const first = await openSealed(host);
    await first.queue.saveState(profile, { note: SECRET }, { mode: 'replace' }).reached('stored');
    lrs.fault = () => 'refuse';
    await first.queue.saveState(profile, { note: `${SECRET}, revised` }, { mode: 'replace' }).reached('durable');
    first.kill();
    expect(await documents()).to.have.length(1);
    expect(await atRest()).not.to.contain(SECRET).and.not.to.contain('"ours"');
    lrs.fault = () => 'pass';
    const second = await openSealed(host);
    await second.queue.delivery.flush();
    expect(second.queue.delivery.getState()).to.include({ waiting: 0, failed: 0 });
    expect(lrs.documents.get(profileName('settings'))?.content).to.deep.equal({ note: `${SECRET}, revised` });
  });

  it('sets aside what was changed or moved, with its code', async () => {
    const host = await aKey();
    lrs.fault = () => 'refuse';
    const first = await openSealed(host);
    const receipts = first.queue.record([anAnswer(), anAnswer(), anAnswer()]);
    await receipts[2]!.reached('durable');
    first.kill();
    const [flipped, swapped, sound] = await records();
    const middle = Math.floor(flipped!.body.length * 0.8);
    const wrong = flipped!.body[middle] === 'A' ? 'B' : 'A';
    await inDatabase((transaction) => {
      const store = transaction.objectStore('records');
      store.put({ ...flipped, body: flipped!.body.slice(0, middle) + wrong + flipped!.body.slice(middle + 1) });
      return store.put({ ...swapped, body: sound!.body });
    });
    lrs.fault = () => 'pass';
    const second = await openSealed(host);
    await second.queue.delivery.flush();
    expect(lrs.ids).to.deep.equal([receipts[2]!.id]);
    const aside = await second.queue.inspection.failed();
    expect(aside.map(({ reason }) => reason.code)).to.deep.equal(['record-tampered', 'record-tampered']);
    expect(await second.queue.inspection.retry()).to.equal(0);
  });

  it('adopts what lies here plain, and seals it; then what was sealed with a key of before', async () => {
    lrs.fault = ({ path, body }) => (path === 'activities/state' ? 'pass' : body.includes('refused') ? { status: 400 } : { status: 500 });
    const plain = open();
    await plain.queue.saveState(key, { note: SECRET }, { mode: 'replace' }).reached('stored');
    const [refused] = plain.queue.record([aStatement('answered', { result: { response: `refused ${SECRET}` } })]);
    await refused!.reached('stored').catch(() => undefined);
    const [receipt] = plain.queue.record([anAnswer()]);
    await receipt!.reached('durable');
    plain.queue.record([anAnswer()]);
    plain.kill();
    expect(await atRest()).to.contain(SECRET);
    const [old, current] = [await aKey(), await aKey()];
    await (await openSealed(old)).close();
    expect(await atRest()).not.to.contain(SECRET);
    await (await openSealed(current, { encryption: { key: current, previous: [old] } })).close();
    const last = await openSealed(current);
    expect(last.queue.delivery.getState()).to.include({ waiting: 2, failed: 1, held: 'unreachable' });
    lrs.fault = () => 'pass';
    await last.queue.delivery.flush();
    expect(lrs.statements).to.have.length(2);
  });

  it('refuses a key that it cannot use', async () => {
    const wrong = [
      await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']),
      await crypto.subtle.generateKey({ name: 'AES-CBC', length: 256 }, false, ['encrypt', 'decrypt']),
      await aKey(['encrypt']),
      undefined,
    ];
    for (const candidate of wrong) {
      const outbox = createOutbox({ database: null, encryption: { key: candidate as CryptoKey } });
      expect(() => outbox.open({ queue, transport: {} as never })).to.throw().with.property('code', 'key-invalid');
    }
  });
});
