import { createReceipt, createSession, type Course, type HtmlUnit, type LmsConnection, type StateContent } from '@lectern/core';
import { aTimeout, expect, waitUntil } from '@open-wc/testing';
import { open } from './html.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** The other name of this machine: the same files on another origin. */
const contentOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;
const base = `${contentOrigin}/packages/courseware/src/frame/`;

/** The record of the unit `p`. */
const PAGE = 'https://lms.example/storing/p lectern.page';

type Step = readonly [name: string, ...values: unknown[]];
type Saved = { readonly revision: number; readonly items: Readonly<Record<string, string>> };

/** A learner's record that outlives the pages. */
class Learner {
  readonly registration = crypto.randomUUID();
  readonly records = new Map<string, StateContent>();
  refuses = false;
  readonly state: boolean;
  constructor(state = true) {
    this.state = state;
  }

  connection(): LmsConnection {
    return {
      plugin: 'memory',
      learner: { account: { homePage: 'https://school.example', name: 'li' } },
      registration: this.registration,
      launchMode: 'Normal',
      capabilities: { state: this.state, launch: false, report: false },
      delivery: { getState: () => ({ waiting: 0, unsafe: 0, stored: 0, failed: 0 }), subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: ({ activityId, stateId }) => Promise.resolve(this.records.get(`${activityId} ${stateId}`)),
      saveState: ({ activityId, stateId }, content) => {
        const { receipt, advance } = createReceipt(stateId, this.refuses ? 'pending' : 'journaled');
        if (this.refuses) advance('failed');
        else this.records.set(`${activityId} ${stateId}`, content);
        return receipt;
      },
      record: (statements) => statements.map(({ id }) => createReceipt(id, 'journaled').receipt),
      report: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  get saved(): StateContent | undefined {
    return this.records.get(PAGE);
  }

  set saved(content: StateContent | undefined) {
    if (content) this.records.set(PAGE, content);
  }

  get items(): Saved['items'] {
    const { seen: _, ...items } = (this.saved as Saved | undefined)?.items ?? {};
    return items;
  }

  /** What the page has found, and whether it was a `Storage`, and its session's item. */
  get seen(): readonly [items: Saved['items'], storage: boolean, session: string | null] {
    return JSON.parse((this.saved as Saved).items['seen']!) as Learner['seen'];
  }
}

describe('a page’s own storage', function () {
  this.timeout(30_000);
  let hosts: HTMLElement[] = [];
  let abort: AbortController;

  beforeEach(() => {
    abort = new AbortController();
  });
  afterEach(() => {
    abort.abort();
    for (const host of hosts) host.remove();
    hosts = [];
  });

  /** Opens a page that does these steps; its record waits no longer than it takes. */
  async function visit(learner: Learner, steps: readonly Step[], id = 'p'): Promise<UnitView & { kill(): void }> {
    const host = document.body.appendChild(document.createElement('div'));
    hosts.push(host);
    const unit: HtmlUnit = { type: 'unit', kind: 'html', id, title: 'Page', href: `storing-page.fixture.html?do=${encodeURIComponent(JSON.stringify(steps))}`, moveOn: 'Completed', completion: { policy: 'visited' } };
    const course: Course = { id: 'https://lms.example/storing', title: 'C', format: 'course', base, frame: `${base}frame.fixture.html`, children: [unit] };
    const session = createSession({ course, connection: learner.connection() });
    let loaded = false;
    const context = {
      course, unit, host, base, languages: ['en'], signal: abort.signal,
      words: { msg: (text: string) => text } as unknown as UnitContext['words'],
      session: Promise.resolve(session),
      dispatch: (event) => ((loaded = true), session.dispatch({ ...event, unitId: unit.id })),
      fail: (error) => expect.fail(error.message),
      announce: () => undefined,
      navigate: () => undefined,
    } satisfies UnitContext<HtmlUnit>;
    const view = await open(context);
    await waitUntil(() => loaded, 'loaded', { timeout: 15_000 });
    return { ...view, kill: () => host.remove() };
  }
  const until = (found: () => boolean): Promise<void> => waitUntil(found, 'kept', { timeout: 8_000 });

  it('comes home, and is there again on another device', async () => {
    const learner = new Learner();
    const first = await visit(learner, [['set', 'place', '3'], ['put', 'mood', '好'], ['set', '__proto__', 'x']]);
    await until(() => learner.items['place'] === '3');
    await first.close();
    const { saved } = learner;
    const elsewhere = Object.assign(new Learner(), { saved });
    const second = await visit(elsewhere, [['see'], ['remove', 'mood']]);
    await until(() => elsewhere.items['mood'] === undefined);
    expect(elsewhere.seen[0]).to.include({ place: '3', mood: '好' });
    expect((elsewhere.saved as Saved).revision).to.be.above((saved as Saved).revision);
    await second.close();
  });

  it('holds of frames in the page, of the pages it goes on to, and of what is said in leaving', async () => {
    const learner = new Learner();
    const view = await visit(learner, [['inside', [['set', 'inner', '1']]], ['go', [['see'], ['set', 'next', '2'], ['farewell', 'last', '3']]]]);
    await until(() => learner.items['next'] === '2');
    await view.close();
    expect(learner.items).to.include({ next: '2', last: '3' });
  });

  it('is nobody else’s, and of no other unit', async () => {
    const [li, wang] = [new Learner(), new Learner()];
    const first = await visit(li, [['set', 'secret', 'li'], ['session', 'li']]);
    await first.close();
    const second = await visit(wang, [['see'], ['set', 'secret', 'wang']]);
    await second.close();
    expect(wang.seen).to.deep.equal([{}, true, null]);
    const other = await visit(li, [['see']], 'q');
    await other.close();
    const seen = (li.records.get(PAGE.replace('/p ', '/q ')) as Saved).items['seen']!;
    expect(seen).to.match(/^\[{},/);
  });

  it('survives a killed page, also where somebody else came between', async () => {
    const [li, wang] = [new Learner(), new Learner()];
    li.refuses = true;
    const first = await visit(li, [['set', 'place', '7']]);
    await aTimeout(1000);
    first.kill();
    const between = await visit(wang, [['see']]);
    await between.close();
    expect(wang.seen[0]).to.deep.equal({});
    li.refuses = false;
    const again = await visit(li, [['see']]);
    await until(() => li.items['place'] === '7');
    await again.close();
    expect(li.seen[0]).to.deep.equal({ place: '7' });
  });

  it('gives way to what another device has gone on from', async () => {
    const learner = new Learner();
    learner.refuses = true;
    const first = await visit(learner, [['set', 'place', 'here']]);
    await first.close();
    learner.refuses = false;
    learner.saved = { revision: 9, items: { place: 'there' } };
    const second = await visit(learner, [['see']]);
    await second.close();
    expect(learner.seen[0]).to.deep.equal({ place: 'there' });
  });

  it('stays in the browser where the record keeps nothing', async () => {
    const learner = new Learner(false);
    const first = await visit(learner, [['set', 'place', '5']], 'stays');
    await first.close();
    const kept = Object.assign(new Learner(false), { registration: crypto.randomUUID() });
    const second = await visit(kept, [['see']], 'stays');
    await second.close();
    expect(JSON.stringify(await contentStorage())).to.contain('place').and.to.contain('5');
  });

  it('is the page’s alone: two at a time do not see each other, and what others keep stays', async () => {
    const [li, wang] = [new Learner(), new Learner()];
    wang.saved = { revision: 1, items: { mine: 'wang' } };
    const first = await visit(li, [['set', 'a', '1']]);
    const second = await visit(wang, [['see'], ['put', 'b', '2']]);
    await until(() => wang.items['b'] === '2');
    expect(wang.items).to.deep.equal({ mine: 'wang', b: '2' });
    expect(wang.seen).to.deep.equal([{ mine: 'wang' }, true, null]);
    await second.close();
    await first.close();
    expect(li.items).to.deep.equal({ a: '1' });
    const third = await visit(li, [['clear'], ['set', 'z', '1']]);
    await third.close();
    expect(li.items).to.deep.equal({ z: '1' });
  });

  it('is the page’s alone, on the pages that it goes on to', async function () {
    // WebKit runs a page's first scripts before anybody can find its window: there, the stand-in is that of the first page, and comes late to others.
    if (navigator.vendor.startsWith('Apple')) return this.skip();
    const [li, wang] = [new Learner(), new Learner()];
    const first = await visit(li, [['set', 'a', '1']]);
    const second = await visit(wang, [['put', 'b', '2'], ['go', [['see'], ['set', 'c', '3']]]]);
    await until(() => wang.items['c'] === '3');
    expect(wang.items).to.deep.equal({ b: '2', c: '3' });
    expect(wang.seen).to.deep.equal([{ b: '2' }, true, null]);
    await second.close();
    await first.close();
    expect(li.items).to.deep.equal({ a: '1' });
  });

  it('is not given what no page can have stored', async () => {
    for (const saved of [{ revision: -1, items: {} }, { revision: 1, items: { a: 1 } }, { revision: 1, items: [] }, { revision: 'x' }, { items: { big: 'x'.repeat(1_000_001) }, revision: 1 }]) {
      const learner = Object.assign(new Learner(), { saved: saved as unknown as StateContent });
      const view = await visit(learner, [['see']]);
      await view.close();
      expect(learner.seen[0]).to.deep.equal({});
    }
  });

  /** All of the content origin's storage, as a page there sees it. */
  async function contentStorage(): Promise<Readonly<Record<string, string>>> {
    const frame = document.body.appendChild(document.createElement('iframe'));
    hosts.push(frame);
    frame.src = `${base}storing-page.fixture.html?tell`;
    return new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data as Readonly<Record<string, string>>), { once: true }));
  }
});
