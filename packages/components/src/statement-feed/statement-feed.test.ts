import { CoreError, VERBS } from '@lectern/core';
import { aTimeout, expect, oneEvent, waitUntil } from '@open-wc/testing';
import { fakeHost, provide } from '../simulation-viewer/simulation-viewer.fixture.js';
import type { LecternErrorEvent } from '../internal/lectern-error-event.js';
import './define.js';
import { Poller } from './poller.js';
import type { StatementExportEvent, StatementSelectEvent } from './statement-feed.events.js';
import { ENDPOINT, hostileStatements, MemoryLrs, record, sampleStatement, stored } from './statement-feed.fixture.js';
import type { StatementFeed } from './statement-feed.js';

let places: HTMLElement[] = [];
let undo: (() => void)[] = [];

function put(set: Partial<StatementFeed> = {}, place: HTMLElement = document.createElement('div')): StatementFeed {
  place.lang ||= 'en';
  places.push(place);
  const feed = Object.assign(document.createElement('statement-feed'), set);
  place.append(feed);
  if (!place.isConnected) document.body.append(place);
  return feed;
}

/** A record store with these, the first the oldest. */
function lrs(count: number, more: readonly unknown[] = []): MemoryLrs {
  const store = new MemoryLrs([...Array.from({ length: count }, (_, n) => stored(sampleStatement(count - 1 - n))), ...more]);
  undo.push(store.install());
  return store;
}

const getToken = (): Promise<string> => Promise.resolve('Bearer test');
const all = (feed: StatementFeed, selector: string): HTMLElement[] => [...feed.renderRoot.querySelectorAll<HTMLElement>(selector)];
const one = (feed: StatementFeed, selector: string): HTMLElement => all(feed, selector)[0]!;
const text = (feed: StatementFeed, selector: string): string => all(feed, selector).map((element) => element.textContent.replace(/\s+/g, ' ').trim()).join(' | ');
const rows = (feed: StatementFeed, count: number): Promise<void> => waitUntil(() => all(feed, 'li[data-key]').length === count, `${count} rows`, { timeout: 5000 }) as Promise<void>;
const counted = (feed: StatementFeed, words: string): Promise<void> => waitUntil(() => text(feed, '.count') === words, `"${words}" instead of "${text(feed, '.count')}"`, { timeout: 5000 }) as Promise<void>;
const settled = async (feed: StatementFeed): Promise<void> => {
  await aTimeout(0);
  await feed.updateComplete;
};

describe('<statement-feed>', function () {
  this.timeout(20_000);
  beforeEach(() => {
    places = [];
    undo = [];
  });
  afterEach(() => {
    for (const place of places) place.remove();
    for (const back of undo) back();
  });

  describe('of this page', () => {
    it('shows what is recorded, the latest first, each receipt as it changes', async () => {
      const feed = put({ source: 'page' });
      await feed.updateComplete;
      expect(text(feed, '[part=empty]')).to.contain('Nothing recorded yet');
      const control = record(document.body, sampleStatement(3), 'pending');
      record(document.body, sampleStatement(0), 'stored');
      await rows(feed, 2);
      expect(text(feed, '.status')).to.equal('stored | in memory');
      for (const [status, said] of [['journaled', 'journaled'], ['durable', 'durable'], ['stored', 'stored']] as const) {
        control.advance(status);
        await settled(feed);
        expect(text(feed, 'li:last-child .status')).to.equal(said);
      }
      expect(text(feed, '.count')).to.equal('2 statements');
    });

    it('says in a sentence who did what, with which result', async () => {
      const feed = put({ source: 'page' });
      await feed.updateComplete;
      record(document.body, { ...sampleStatement(0), verb: VERBS.passed, result: { score: { raw: 86, max: 100 }, success: true, duration: 'PT4M12S' } });
      await rows(feed, 1);
      expect(text(feed, '.line')).to.equal('lin passed Setting up a lathe 86 / 100 (86%) · successful · 4 minutes');
      const time = one(feed, 'time');
      expect(time.getAttribute('datetime')).to.equal(sampleStatement(0).timestamp.slice(0, 10) + time.getAttribute('datetime')!.slice(10));
      expect(time.title).to.match(/\d\d:\d\d:\d\d/);
    });

    it('says why one failed', async () => {
      const feed = put({ source: 'page' });
      await feed.updateComplete;
      record(document.body, sampleStatement(0), 'failed', new CoreError('statement-invalid', 'actor.mbox must be one address.', { field: 'actor.mbox', clause: 'xAPI 1.0.3 Data 2.4.2.3' }));
      await rows(feed, 1);
      expect(text(feed, '.status')).to.equal('failed');
      expect(text(feed, '.why')).to.equal('statement-invalid');
      one(feed, 'summary').click();
      await waitUntil(() => text(feed, '.note').includes('actor.mbox · xAPI 1.0.3 Data 2.4.2.3: actor.mbox must be one address.'));
    });

    it('listens to one element only, where it is told which', async () => {
      const feed = put({ source: 'page', htmlFor: 'there' });
      const [there, elsewhere] = [document.createElement('div'), document.createElement('div')];
      there.id = 'there';
      places[0]!.append(there, elsewhere);
      await feed.updateComplete;
      record(elsewhere, sampleStatement(0));
      record(there, sampleStatement(1));
      await rows(feed, 1);
      const target = new EventTarget();
      feed.target = target;
      await feed.updateComplete;
      record(there, sampleStatement(2));
      record(target, sampleStatement(3));
      await rows(feed, 2);
    });

    it('goes on where it was when it is moved, and lets go when it is taken away', async () => {
      const feed = put({ source: 'page' });
      await feed.updateComplete;
      const control = record(document.body, sampleStatement(0), 'pending');
      await rows(feed, 1);
      const elsewhere = document.createElement('div');
      places.push(elsewhere);
      document.body.append(elsewhere);
      elsewhere.append(feed);
      control.advance('durable');
      await settled(feed);
      expect(text(feed, '.status')).to.equal('durable');
      feed.remove();
      record(document.body, sampleStatement(1));
      elsewhere.append(feed);
      await settled(feed);
      expect(all(feed, 'li[data-key]').length).to.equal(1);
    });
  });

  describe('of a record store', () => {
    it('reads page after page with the token', async () => {
      const store = lrs(25);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store', limit: 10 });
      await rows(feed, 10);
      expect(text(feed, '.count')).to.equal('10 loaded, more in the record store');
      expect(store.tokens[0]).to.equal('Bearer test');
      for (const count of [20, 25]) {
        one(feed, '[part=more]').click();
        await rows(feed, count);
      }
      expect(all(feed, '[part=more]').length).to.equal(0);
      expect(text(feed, '.count')).to.equal('25 statements');
    });

    it('asks for another token once when one is refused', async () => {
      const store = lrs(3);
      store.instead = () => (store.tokens.at(-1) === 'old' ? new Response('', { status: 401 }) : undefined);
      const feed = put({ endpoint: ENDPOINT, getToken: (rejected) => Promise.resolve(rejected === 'old' ? 'new' : 'old') });
      await rows(feed, 3);
      expect(store.tokens).to.deep.equal(['old', 'new']);
    });

    it('shows once what comes both ways, and as stored', async () => {
      const store = lrs(2);
      const feed = put({ endpoint: ENDPOINT, getToken, target: new EventTarget() });
      await rows(feed, 2);
      record(feed.target!, sampleStatement(0), 'durable');
      const late = sampleStatement(0, Date.now() + 1000, { id: '00000000-0000-4000-8000-00000000abcd' });
      record(feed.target!, late, 'journaled');
      await rows(feed, 3);
      expect(text(feed, '.status')).to.equal('journaled | stored | stored');
      store.statements.push(stored(late));
      await feed.refresh();
      await settled(feed);
      expect(text(feed, '.status')).to.equal('stored | stored | stored');
    });

    it('looks for news from where the store can be relied on, not from the latest it has seen', async () => {
      const store = lrs(3);
      const [first, second, third] = store.statements as { stored: string }[];
      store.consistentThrough = first!.stored;
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 3);
      // Stored before what was seen, and shown only now.
      store.statements.splice(1, 0, { ...second, id: '00000000-0000-4000-8000-00000000beef' });
      await feed.refresh();
      await rows(feed, 4);
      expect(store.asked.at(-1)!.searchParams.get('since')).to.equal(first!.stored);
      store.consistentThrough = new Date().toISOString();
      await feed.refresh();
      await feed.refresh();
      expect(store.asked.at(-1)!.searchParams.get('since')).to.equal(third!.stored);
      expect(store.asked.at(-1)!.searchParams.get('ascending')).to.equal('true');
    });

    it('says how far the store can see, where that is far behind', async () => {
      const store = lrs(2);
      store.consistentThrough = new Date(Date.now() - 3_600_000).toISOString();
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 2);
      expect(text(feed, '.foot')).to.contain('later statements may be missing');
    });

    it('follows it while somebody can see the page, and less often after faults', async () => {
      const looks: number[] = [];
      let failed = false;
      let shown: DocumentVisibilityState = 'visible';
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => shown });
      undo.push(() => Reflect.deleteProperty(document, 'visibilityState'));
      const poller = new Poller({ interval: () => 5, look: () => Promise.resolve({ failed, wait: looks.push(1) === 3 ? 50 : 0 }) });
      undo.push(() => poller.stop());
      poller.start();
      await waitUntil(() => looks.length >= 4, 'looks');
      shown = 'hidden';
      await aTimeout(30);
      const asleep = looks.length;
      await aTimeout(60);
      expect(looks.length).to.equal(asleep);
      failed = true;
      shown = 'visible';
      document.dispatchEvent(new Event('visibilitychange'));
      await waitUntil(() => looks.length >= asleep + 3, 'awake');
      poller.stop();
      const stopped = looks.length;
      await aTimeout(100);
      expect(looks.length).to.equal(stopped);
    });

    it('shows what is stored meanwhile, when it is followed', async () => {
      const store = lrs(2);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store', follow: true, interval: 2 });
      await rows(feed, 2);
      expect(one(feed, '[part=follow]').getAttribute('aria-pressed')).to.equal('true');
      store.statements.push(stored(sampleStatement(0, Date.now() + 60_000, { id: '00000000-0000-4000-8000-00000000f011' })));
      await rows(feed, 3);
    });

    it('reads the store of the session around it, and forgets it with the session', async () => {
      const store = lrs(3);
      const host = Object.assign(fakeHost(), { lrsEndpoint: () => Promise.resolve(ENDPOINT) });
      const feed = put({ target: new EventTarget() }, provide(host));
      await rows(feed, 3);
      expect(store.tokens[0]).to.equal('Bearer test');
      record(feed.target!, sampleStatement(7), 'pending');
      await rows(feed, 4);
      places[0]!.remove();
      document.body.append(feed);
      places.push(feed);
      await rows(feed, 1);
      expect(text(feed, '.status')).to.equal('in memory');
    });

    it('shows only this page where the session’s records go elsewhere', async () => {
      const feed = put({ target: new EventTarget() }, provide(fakeHost()));
      await waitUntil(() => text(feed, '[part=empty]').includes('Nothing recorded yet'));
      expect(all(feed, '[part=error]').length).to.equal(0);
    });

    it('says that nobody is signed in', async () => {
      const feed = put({ source: 'store' });
      await waitUntil(() => text(feed, '[part=empty]').includes('nobody is signed in'));
    });

    for (const [status, code] of [[401, 'feed-unauthorized'], [403, 'feed-unauthorized'], [400, 'feed-refused'], [429, 'feed-busy'], [500, 'feed-unreachable']] as const) {
      it(`says what to do when it answers ${status}, and tries again`, async () => {
        const store = lrs(2);
        store.instead = () => new Response(JSON.stringify({ field: 'agent', detail: '<b>no</b>' }), { status });
        const feed = put({ source: 'store' });
        const failed = oneEvent(feed, 'lectern-error');
        Object.assign(feed, { endpoint: ENDPOINT, getToken });
        expect(((await failed) as unknown as LecternErrorEvent).error.code).to.equal(code);
        await settled(feed);
        expect(text(feed, '[role=alert]')).to.contain(code);
        store.instead = () => undefined;
        one(feed, '[part=retry]').click();
        await rows(feed, 2);
        expect(all(feed, '[role=alert]').length).to.equal(0);
      });
    }

    for (const [name, body] of [
      ['a page', '<!doctype html>'],
      ['a list', '[]'],
      ['statements that are none', '{"statements":{}}'],
      ['a next page elsewhere', '{"statements":[],"more":"https://evil.example/xapi/statements"}'],
    ] as const) {
      it(`takes ${name} for no record store`, async () => {
        lrs(0).instead = () => new Response(body);
        const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
        await waitUntil(() => text(feed, '[role=alert]').includes('feed-invalid'));
      });
    }
  });

  describe('filters', () => {
    it('are asked of the store where it knows them, and otherwise said to be of what is loaded', async () => {
      const store = lrs(60);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store', limit: 10 });
      await rows(feed, 10);
      const verb = one(feed, 'select') as HTMLSelectElement;
      const filtered = oneEvent(feed, 'statement-filter');
      verb.value = VERBS.completed.id;
      verb.dispatchEvent(new Event('change'));
      await filtered;
      await waitUntil(() => store.asked.at(-1)!.searchParams.get('verb') === VERBS.completed.id, 'asked');
      await counted(feed, '8 statements');
      expect(text(feed, '.filtered p')).to.contain('Looked for in the whole record store: Verb.');
      expect([...verb.options].length).to.be.greaterThan(3);
      feed.verb = '';
      await counted(feed, '10 loaded, more in the record store');
      feed.learner = 'li';
      await counted(feed, '4 of 10 loaded');
      expect(text(feed, '.filtered p')).to.contain('Looked for only among the 10 that are loaded: Learner.');
      one(feed, '[part=clear]').click();
      await counted(feed, '10 loaded, more in the record store');
      expect(store.asked.length).to.equal(3);
    });

    it('say when nothing matches, and when one is not understood', async () => {
      const feed = put({ target: new EventTarget(), receipt: 'failed' });
      record(feed.target!, sampleStatement(0));
      await feed.updateComplete;
      record(feed.target!, sampleStatement(1));
      await waitUntil(() => text(feed, '[part=empty]').includes('No statement matches'));
      const failed = oneEvent(feed, 'lectern-error');
      feed.since = 'yesterday';
      const { error } = (await failed) as unknown as LecternErrorEvent;
      expect([error.code, error.field]).to.deep.equal(['filter-invalid', 'since']);
      expect(text(feed, '.filtered .warn')).to.contain('From');
    });

    it('take ranges by name', async () => {
      const feed = put({ target: new EventTarget() });
      await feed.updateComplete;
      record(feed.target!, sampleStatement(0));
      record(feed.target!, sampleStatement(200));
      await rows(feed, 2);
      const range = all(feed, 'select')[1] as HTMLSelectElement;
      range.value = 'hour';
      range.dispatchEvent(new Event('change'));
      await rows(feed, 1);
      range.value = 'own';
      range.dispatchEvent(new Event('change'));
      await settled(feed);
      expect(all(feed, 'input[type=datetime-local]').length).to.equal(2);
      expect((one(feed, 'input[type=datetime-local]') as HTMLInputElement).value).to.match(/^\d{4}-/);
    });
  });

  describe('export', () => {
    async function exported(feed: StatementFeed, format: 'json' | 'csv'): Promise<StatementExportEvent['exported']> {
      if (all(feed, '[part=export]').length === 0) one(feed, '[part=export-button]').click();
      await settled(feed);
      const ready = new Promise<StatementExportEvent['exported']>((resolve) => {
        feed.addEventListener('statement-export', (event) => {
          event.preventDefault();
          resolve(event.exported);
        }, { once: true });
      });
      one(feed, `[part=export-${format}]`).click();
      return ready;
    }

    it('gives what is shown, as statements and as a table', async () => {
      lrs(8);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 8);
      const json = await exported(feed, 'json');
      expect(JSON.parse(await json.blob.text())).to.deep.equal(feed.statements);
      expect(json.fileName).to.match(/^statements-\d{4}-\d\d-\d\dT\d{6}Z\.json$/);
      const csv = await exported(feed, 'csv');
      const bytes = new Uint8Array(await csv.blob.arrayBuffer());
      expect([...bytes.slice(0, 3)]).to.deep.equal([0xef, 0xbb, 0xbf]);
      expect((await csv.blob.text()).trim().split('\r\n').length).to.equal(9);
      await settled(feed);
      expect(text(feed, '.outcome')).to.equal('Exported: 8.');
    });

    it('leaves out of JSON what is no statement, and says so', async () => {
      lrs(2, hostileStatements());
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 2 + hostileStatements().length);
      const { count, leftOut } = await exported(feed, 'json');
      expect(count + leftOut).to.equal(2 + hostileStatements().length);
      expect(leftOut).to.be.greaterThan(7);
      await settled(feed);
      expect(text(feed, '.outcome')).to.contain('Left out');
    });

    it('gives all pages, and stops when it is told to', async () => {
      const store = lrs(1200);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store', limit: 10 });
      await rows(feed, 10);
      one(feed, '[part=export-button]').click();
      await settled(feed);
      all(feed, 'input[type=radio]')[1]!.click();
      await settled(feed);
      const { count } = await exported(feed, 'csv');
      expect(count).to.equal(1200);
      let release: (response: Response) => void = () => undefined;
      store.instead = () => new Promise((resolve) => (release = resolve));
      one(feed, '[part=export-csv]').click();
      await waitUntil(() => text(feed, '.progress').includes('Reading all pages'));
      one(feed, '[part=export] button').click();
      release(new Response('{"statements":[]}'));
      await waitUntil(() => all(feed, '[part=export-csv]').length === 1);
      expect(text(feed, '.outcome')).to.equal('');
    });

    it('says when the pages break off', async () => {
      const store = lrs(1200);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store', limit: 10 });
      await rows(feed, 10);
      one(feed, '[part=export-button]').click();
      await settled(feed);
      all(feed, 'input[type=radio]')[1]!.click();
      await settled(feed);
      store.instead = (url) => (url.searchParams.has('from') ? new Response('', { status: 500 }) : undefined);
      const failed = oneEvent(feed, 'lectern-error');
      one(feed, '[part=export-json]').click();
      expect(((await failed) as unknown as LecternErrorEvent).error.code).to.equal('feed-unreachable');
      await settled(feed);
      expect(text(feed, '.outcome')).to.contain('could not be finished');
    });
  });

  describe('a row', () => {
    it('opens to the facts and the JSON, which is text', async () => {
      lrs(0, [stored({ ...sampleStatement(0), verb: { id: 'https://x.example/v', display: { en: '<img src=x onerror="globalThis.hit=1">' } } })]);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 1);
      const selected = oneEvent(feed, 'statement-select');
      one(feed, 'summary').click();
      expect(((await selected) as unknown as StatementSelectEvent).statement).to.deep.equal(feed.statements[0]);
      await settled(feed);
      const pre = one(feed, 'pre');
      expect(JSON.parse(pre.textContent)).to.deep.equal(feed.statements[0]);
      expect([pre.lang, pre.dir, pre.tabIndex]).to.deep.equal(['en', 'ltr', 0]);
      expect(all(feed, 'img').length).to.equal(0);
      expect(text(feed, '.facts')).to.contain('lectern:learner');
    });

    it('is reached by arrows, Home and End, with one stop for Tab', async () => {
      lrs(5);
      const feed = put({ endpoint: ENDPOINT, getToken, source: 'store' });
      await rows(feed, 5);
      const press = async (key: string): Promise<number> => {
        feed.shadowRoot!.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
        await settled(feed);
        return all(feed, 'summary').indexOf(feed.shadowRoot!.activeElement as HTMLElement);
      };
      one(feed, 'summary').focus();
      expect([await press('ArrowDown'), await press('ArrowDown'), await press('ArrowUp'), await press('End'), await press('ArrowDown'), await press('Home')]).to.deep.equal([1, 2, 1, 4, 4, 0]);
      expect(all(feed, 'summary').map(({ tabIndex }) => tabIndex)).to.deep.equal([0, -1, -1, -1, -1]);
    });
  });

  it('survives every statement that nobody should send, opened too', async () => {
    const hostile = hostileStatements();
    lrs(1, hostile);
    const feed = put({ endpoint: ENDPOINT, getToken, target: new EventTarget() });
    await rows(feed, 1 + hostile.length);
    const cyclic: Record<string, unknown> = { id: 'cyclic' };
    cyclic['self'] = cyclic;
    record(feed.target!, cyclic, 'stored');
    record(feed.target!, null, 'stored');
    feed.target!.dispatchEvent(Object.assign(new Event('learning-statement'), { statement: { id: 'bare' }, receipt: 7 }));
    await rows(feed, 4 + hostile.length);
    expect(text(feed, '.status')).to.contain('no receipt');
    for (const details of all(feed, 'details') as HTMLDetailsElement[]) details.open = true;
    await waitUntil(() => all(feed, '[part=details]').length === 4 + hostile.length, 'open', { timeout: 10_000 });
    expect((globalThis as { hit?: number }).hit).to.equal(undefined);
    expect(all(feed, 'script, img').length).to.equal(0);
    expect(text(feed, '.inside')).to.contain('This breaks the rules of xAPI').and.to.contain('It cannot be written as JSON').and.to.contain('Cut here after');
    expect(one(feed, '.feed').scrollWidth).to.be.at.most(one(feed, '.feed').clientWidth);
  });

  it('draws two thousand rows as the reader comes to them', async () => {
    const feed = put({ target: new EventTarget() });
    feed.style.setProperty('--lectern-feed-height', '300px');
    await feed.updateComplete;
    for (let n = 0; n < 2000; n++) record(feed.target!, sampleStatement(n));
    await counted(feed, '2,000 statements');
    const drawn = (): number => all(feed, 'li[data-key]').length;
    expect(drawn()).to.be.at.most(200);
    const before = drawn();
    await waitUntil(() => {
      // The heights of rows that have not been in sight are guesses: the end moves while it is come to.
      one(feed, '.scroll').scrollTop = 1e6;
      return drawn() > before;
    }, 'more rows', { timeout: 15_000 });
    one(feed, '.grow button').click();
    await settled(feed);
    expect(drawn()).to.be.lessThan(2000);
  });

  it('tells of new statements, together and once', async () => {
    const feed = put({ target: new EventTarget() });
    await feed.updateComplete;
    for (let n = 0; n < 5; n++) record(feed.target!, sampleStatement(n));
    await waitUntil(() => text(feed, '[role=status].unseen') === '5 new statements', 'told', { timeout: 6000 });
  });

  it('speaks Chinese in a Chinese place', async () => {
    const feed = put({ target: new EventTarget() }, Object.assign(document.createElement('div'), { lang: 'zh-CN' }));
    await waitUntil(() => text(feed, '.count') === '0 条记录');
    record(feed.target!, { ...sampleStatement(0), verb: VERBS.completed });
    await rows(feed, 1);
    expect(text(feed, '.line')).to.contain('lin 完成 车床调试');
    expect(text(feed, '.status')).to.equal('已入库');
  });

  it('is accessible in every state, also in Arabic order', async () => {
    lrs(12);
    const feed = put({ endpoint: ENDPOINT, getToken, target: new EventTarget(), limit: 10, learner: 'l' }, Object.assign(document.createElement('div'), { lang: 'en', dir: 'rtl' }));
    await waitUntil(() => all(feed, 'li[data-key]').length > 0);
    record(feed.target!, sampleStatement(0, Date.now() + 1000, { id: 'x' }), 'failed', new CoreError('statement-invalid', 'No.'));
    one(feed, '[part=export-button]').click();
    await settled(feed);
    one(feed, 'summary').click();
    await waitUntil(() => all(feed, 'pre').length === 1);
    await expect(feed).to.be.accessible();
    const narrow = put({ target: new EventTarget(), source: 'page' }, Object.assign(document.createElement('div'), { style: 'inline-size: 320px' }));
    await narrow.updateComplete;
    record(narrow.target!, sampleStatement(1), 'journaled');
    one(narrow, '[part=filter-button]').click();
    await rows(narrow, 1);
    expect(one(narrow, '.feed').scrollWidth).to.be.at.most(320);
    await expect(narrow).to.be.accessible();
    const faulty = put({ endpoint: 'nowhere:', source: 'store', getToken });
    await waitUntil(() => all(faulty, '[role=alert]').length === 1);
    await expect(faulty).to.be.accessible();
  });
});
