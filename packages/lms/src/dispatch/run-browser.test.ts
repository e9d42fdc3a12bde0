import { expect, waitUntil } from '@open-wc/testing';
import { runBrowser } from './run-browser.js';

interface Asked {
  readonly learner: string;
  readonly launchMode: string;
}

/** The page of a licence by browsers, under which the server lets nobody in: what it was asked is what counts here. */
describe('a dispatched course without an LMS', () => {
  const KEY = 'lectern.dispatch L 1';
  const asked: Asked[] = [];
  const { fetch } = window;
  let place: HTMLElement;

  /** A window of its own, which tests may be in or not. */
  function viewOf(more: object = {}): Window {
    const view: object = { navigator: { language: 'en' }, location, crypto, localStorage, confirm: () => true, ...more };
    return Object.assign(view, 'parent' in view ? {} : { parent: view }) as Window;
  }

  beforeEach(() => {
    asked.length = 0;
    localStorage.removeItem(KEY);
    window.fetch = (url, init) => {
      expect(url).to.equal('/dispatch/L%201/launch');
      asked.push(JSON.parse(String(init?.body)) as Asked);
      return Promise.resolve(Response.json({ code: 'licence-full', detail: 'All 1 places are taken.' }, { status: 403 }));
    };
    place = Object.assign(document.createElement('main'), { id: 'place' });
    place.dataset['id'] = 'L 1';
    document.body.append(place);
  });
  afterEach(() => {
    window.fetch = fetch;
    localStorage.removeItem(KEY);
    place.remove();
  });

  it('takes a place when the learner begins, by a random number that the browser keeps', async () => {
    const running = runBrowser(place, viewOf());
    await waitUntil(() => place.querySelector('button'), 'a button');
    expect([place.textContent, asked.length, localStorage.getItem(KEY)]).to.satisfy(([words, times, kept]: [string, number, string | null]) => /You learn here without a name/.test(words) && times === 0 && kept === null);
    expect(place.querySelector('h1')!.textContent).to.equal(document.title);
    place.querySelector('button')!.click();
    await running;
    expect(asked[0]!.learner).to.match(/^[\da-f]{64}$/);
    expect([asked[0]!.launchMode, localStorage.getItem(KEY)]).to.deep.equal(['Normal', asked[0]!.learner]);
    expect(place.textContent).to.match(/All places that your institution has.*licence-full/);
    // Who has begun goes on.
    await runBrowser(place, viewOf());
    expect(asked.map(({ learner }) => learner)).to.deep.equal([asked[0]!.learner, asked[0]!.learner]);
  });

  it('asks nobody in a frame, and leads to a window of its own, in the learner’s language', async () => {
    await runBrowser(place, viewOf({ parent: {}, navigator: { language: 'zh-CN' } }));
    const link = place.querySelector('a')!;
    expect([link.target, link.rel, link.href, link.textContent, link.lang]).to.deep.equal(['_blank', 'noopener', location.href, '打开课程', 'zh-CN']);
    expect([asked, localStorage.getItem(KEY)]).to.deep.equal([[], null]);
  });

  it('takes no place where the browser keeps nothing', async () => {
    for (const broken of [{ get localStorage(): Storage { throw new DOMException('no', 'SecurityError'); } }, { localStorage: { getItem: () => null, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } } }, { localStorage: { getItem: () => null, setItem: () => undefined } }]) {
      const view = viewOf();
      Object.defineProperties(view, Object.getOwnPropertyDescriptors(broken));
      const running = runBrowser(place, view);
      await waitUntil(() => place.querySelector('button'), 'a button');
      place.querySelector('button')!.click();
      await running;
      expect(asked.at(-1)!.launchMode).to.equal('Browse');
      place.replaceChildren();
    }
  });

  it('takes what it finds for a number only where it is one', async () => {
    localStorage.setItem(KEY, '<img src=x>');
    const running = runBrowser(place, viewOf());
    await waitUntil(() => place.querySelector('button'), 'a button');
    place.querySelector('button')!.click();
    await running;
    expect(localStorage.getItem(KEY)).to.match(/^[\da-f]{64}$/);
  });
});
