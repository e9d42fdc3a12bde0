import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import type { Consent, LmsConnection, LmsPlugin, SignOutOptions } from '@lectern/core';
import '../course-player/define.js';
import '../credit-tracker/define.js';
import { courseOf, MemoryHost, video } from '../course-player/memory-host.fixture.js';
import './define.js';
import type { LearningSession } from './learning-session.js';

const ENDPOINT = 'https://lrs.example/xapi/';
const ACTOR = { objectType: 'Agent', name: 'Lin Xiaoyu', account: { homePage: 'https://campus.example', name: 'l-1' } } as const;

/** Answers for an LRS that starts empty, and remembers what it was asked. */
class Lrs {
  readonly seen: string[] = [];
  readonly bodies: string[] = [];
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = String(input instanceof Request ? input.url : input);
    if (!url.startsWith('https://lrs.example/')) return realFetch(input, init);
    this.seen.push(`${init.method ?? 'GET'} ${new URL(url).pathname}`);
    if (init.method === undefined || init.method === 'GET') return new Response('', { status: 404 });
    this.bodies.push(String(init.body));
    const body = JSON.parse(String(init.body)) as { id: string }[];
    return init.method === 'POST' && Array.isArray(body) ? Response.json(body.map(({ id }) => id)) : new Response(null, { status: 204, headers: { ETag: '"1"' } });
  };
}
const { fetch: realFetch } = globalThis;

async function mount(configure: (session: LearningSession) => void) {
  const session = document.createElement('learning-session');
  session.lang = 'en';
  configure(session);
  const player = document.createElement('course-player');
  player.course = courseOf(video('a'));
  session.append(player);
  (await fixture(html`<div></div>`)).append(session);
  await session.updateComplete;
  return { session, player };
}

function byParts(session: LearningSession): void {
  Object.assign(session, { endpoint: ENDPOINT, actor: ACTOR, registration: crypto.randomUUID(), getToken: () => Promise.resolve('Bearer one') });
}

const lectern = (): string[] => Object.entries(localStorage).filter(([key]) => key.startsWith('lectern.')).map(([key, value]) => `${key} ${value}`);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

/** A connection that says what it was told. */
function told(host: MemoryHost, heedsConsent = true) {
  const news: (Consent | SignOutOptions | undefined)[] = [];
  const plugin: LmsPlugin = {
    name: 'memory',
    heedsConsent,
    detect: () => true,
    connect: async ({ course, consent }): Promise<LmsConnection> => {
      news.push(consent);
      const connection = await host.connect(course);
      return {
        ...connection,
        setConsent: (next, waiting) => (news.push(next, waiting as never), Promise.resolve()),
        signOut: (options) => (news.push(options), Promise.resolve({ unsent: 3 })),
      };
    },
  };
  return { news, plugin };
}

describe('<learning-session> and privacy', function () {
  this.timeout(20_000);
  let lrs: Lrs;
  beforeEach(() => {
    lrs = new Lrs();
    globalThis.fetch = lrs.fetch;
  });
  afterEach(() => {
    globalThis.fetch = realFetch;
    localStorage.clear();
  });

  it('pending: the lesson plays, nothing leaves, the player says why, and all goes when it is granted', async () => {
    const { session, player } = await mount((element) => {
      byParts(element);
      element.setAttribute('consent', 'pending');
    });
    await waitUntil(() => player.shadowRoot!.textContent!.includes('until you agree to being recorded'), 'words', { timeout: 8000 });
    expect(player.currentUnit!.id).to.equal('a');
    await waitUntil(() => lectern().some((entry) => entry.startsWith('lectern.waiting.')), 'kept in the browser', { timeout: 5000 });
    await pause();
    expect(lrs.seen).to.deep.equal([]);
    expect(session.shadowRoot!.querySelector('[role=alert]')).to.equal(null);
    await expect(player).to.be.accessible();
    await session.setConsent('granted');
    await waitUntil(() => player.session, 'a session', { timeout: 5000 });
    await waitUntil(() => lrs.seen.includes('POST /xapi/statements'), 'statements', { timeout: 8000 });
    expect(lrs.bodies.join()).to.contain('initialized').and.contain('l-1').and.not.contain('Lin Xiaoyu');
    await session.signOut();
  });

  it('denied: nobody is asked, nothing is recorded, and what was kept is gone', async () => {
    const { session, player } = await mount((element) => {
      byParts(element);
      element.consent = 'pending';
    });
    await waitUntil(() => lectern().some((entry) => entry.startsWith('lectern.waiting.')), 'kept in the browser', { timeout: 8000 });
    await session.setConsent('denied');
    await waitUntil(() => player.shadowRoot!.textContent!.includes('Nothing is recorded here'), 'words', { timeout: 5000 });
    await pause();
    expect(lectern().filter((entry) => entry.includes('waiting.') || entry.includes('journal.'))).to.deep.equal([]);
    expect(lrs.seen).to.deep.equal([]);
    session.consent = 'granted';
    await waitUntil(() => player.session && lrs.seen.includes('POST /xapi/statements'), 'recorded again', { timeout: 8000 });
    await session.signOut();
  });

  it('tells its connections, and ends them when consent is denied', async () => {
    const host = new MemoryHost();
    const { news, plugin } = told(host);
    const { session, player } = await mount((element) => {
      element.consent = 'granted';
      element.plugins = [plugin];
    });
    await waitUntil(() => player.session, 'a session', { timeout: 8000 });
    session.consent = 'pending';
    await session.updateComplete;
    await pause();
    expect(player.session).to.not.equal(undefined);
    await session.setConsent('denied', 'keep');
    expect(news).to.deep.equal(['granted', 'pending', 'drop', 'denied', 'keep']);
    await waitUntil(() => player.shadowRoot!.textContent!.includes('Nothing is recorded here'), 'words', { timeout: 5000 });
  });

  it('does not connect a plugin that knows nothing of consent before it is granted', async () => {
    const host = new MemoryHost();
    const { plugin } = told(host, false);
    const { session, player } = await mount((element) => {
      element.consent = 'pending';
      element.plugins = [plugin];
    });
    await waitUntil(() => player.shadowRoot!.textContent!.includes('Nothing is saved until you agree'), 'words', { timeout: 8000 });
    expect(host.connections).to.equal(0);
    await session.setConsent('granted');
    await waitUntil(() => host.verbs.includes('initialized'), 'what waited', { timeout: 5000 });
    expect(host.connections).to.equal(1);
  });

  it('asks nobody about credits either, and says why', async () => {
    const { session } = await mount((element) => {
      byParts(element);
      element.creditsUrl = 'https://lrs.example/credits';
      element.consent = 'pending';
    });
    const tracker = document.createElement('credit-tracker');
    session.append(tracker);
    await waitUntil(() => tracker.shadowRoot!.textContent!.includes('as soon as you agree'), 'words', { timeout: 8000 });
    expect(lrs.seen).to.deep.equal([]);
    await session.setConsent('granted');
    await waitUntil(() => lrs.seen.includes('GET /credits'), 'credits', { timeout: 5000 });
    await session.signOut();
  });

  it('signs out as it is told, and says what was not sent', async () => {
    const { news, plugin } = told(new MemoryHost());
    const { session, player } = await mount((element) => (element.plugins = [plugin]));
    await waitUntil(() => player.session, 'a session', { timeout: 8000 });
    expect(await session.signOut({ unsent: 'clear', patience: 1 })).to.deep.equal({ unsent: 3 });
    expect(news).to.deep.equal([undefined, { unsent: 'clear', patience: 1 }]);
    expect(await session.signOut()).to.deep.equal({ unsent: 0 });
  });

  it('keeps what waits for the record sealed, where the host brings a key, and tells it later', async () => {
    const key = (await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])) as CryptoKey;
    const kept = (): string[] => lectern().filter((entry) => entry.startsWith('lectern.waiting.'));
    const { session, player } = await mount((element) => {
      byParts(element);
      element.encryption = { key };
      element.consent = 'pending';
    });
    const { course } = player;
    const { registration } = session;
    await waitUntil(() => player.session === undefined && kept().length > 0, 'kept in the browser', { timeout: 8000 });
    expect(kept().join()).to.contain('"s1.').and.not.contain('unitId');
    session.remove();
    await pause();
    const next = await mount((element) => {
      byParts(element);
      Object.assign(element, { registration, encryption: { key }, consent: 'granted' });
    });
    next.player.course = course;
    await waitUntil(() => lrs.bodies.join().includes('initialized'), 'what was kept', { timeout: 8000 });
    await waitUntil(() => kept().length === 0, 'nothing kept', { timeout: 5000 });
    await next.session.signOut();
  });

  it('leaves nothing of the learner behind on a machine that many people use', async () => {
    const { session, player } = await mount(byParts);
    await waitUntil(() => player.session, 'a session', { timeout: 8000 });
    await waitUntil(() => lrs.seen.includes('POST /xapi/statements'), 'statements', { timeout: 8000 });
    const { registration } = session;
    await session.signOut({ unsent: 'clear' });
    await pause();
    const left = lectern();
    // A random mark under a hash of the registration, which is random itself: it says nothing of anybody.
    expect(left.filter((entry) => !/^lectern\.(?:given-up|attempt)\./.test(entry))).to.deep.equal([]);
    expect(left.join()).not.to.contain(registration).and.not.contain('l-1');
  });
});
