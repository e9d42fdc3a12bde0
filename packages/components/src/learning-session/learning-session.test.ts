import { expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import { ContextEvent } from '@lit/context';
import type { LmsPlugin, Receipt } from '@lectern/core';
import { fanOutPlugin } from '@lectern/lms/fan-out';
import '../course-player/define.js';
import { courseOf, MemoryHost, video } from '../course-player/memory-host.fixture.js';
import type { LearningStatementEvent } from '../internal/learning-statement-event.js';
import type { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { learningHostContext, type LearningHost } from '../internal/session-context.js';
import './define.js';
import type { LmsChosenEvent } from './learning-session.events.js';
import type { LearningSession } from './learning-session.js';

const plugin = (host: MemoryHost, home = true): LmsPlugin => ({ name: 'memory', detect: () => home, connect: ({ course }) => host.connect(course) });

async function mount(configure: (session: LearningSession) => void = () => undefined) {
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

describe('<learning-session>', function () {
  this.timeout(15_000);
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
    localStorage.clear();
  });

  it('connects its players through the first plugin at home, once for each course', async () => {
    const [away, home] = [new MemoryHost(), new MemoryHost()];
    const { session, player } = await mount((element) => (element.plugins = [plugin(away, false), plugin(home)]));
    const second = document.createElement('course-player');
    second.course = player.course;
    session.append(second);
    await waitUntil(() => player.session ?? second.session, 'a session', { timeout: 8000 });
    await waitUntil(() => home.verbs.includes('initialized'), 'initialized', { timeout: 5000 });
    // One attempt goes on in one place; the other offers to take over.
    await waitUntil(() => [player, second].some((one) => one.session === undefined && /another tab or window/i.test(one.shadowRoot!.textContent ?? '')), 'the other place', { timeout: 8000 });
    expect([away.connections, home.connections]).to.deep.equal([0, 1]);
    await expect(session).to.be.accessible();
  });

  it('records to several places by a fan-out, and what it records tells of each', async () => {
    const [university, nation] = [new MemoryHost(), new MemoryHost()];
    nation.registration = university.registration;
    const fanOut = fanOutPlugin({ primary: plugin(university), others: [{ name: 'nation', plugin: plugin(nation) }] });
    const receipts: Receipt[] = [];
    const { player } = await mount((element) => {
      element.plugins = [fanOut];
      element.addEventListener('learning-statement', (event) => receipts.push((event as LearningStatementEvent).receipt));
    });
    await waitUntil(() => nation.verbs.includes('initialized'), 'the nation has it', { timeout: 5000 });
    expect(university.verbs).to.deep.equal(['initialized']);
    expect(player.session!.connection.plugin).to.equal('fan-out');
    nation.controls[0]!.advance('stored');
    await receipts[0]!.targets!['nation']!.reached('stored');
    expect(receipts[0]!.status).to.equal('journaled');
  });

  it('may be configured after it is there', async () => {
    const host = new MemoryHost();
    const { session, player } = await mount();
    await new Promise((resolve) => setTimeout(resolve, 100));
    session.plugins = [plugin(host)];
    await waitUntil(() => player.session, 'a session', { timeout: 1000 });
    expect(player.session!.connection.plugin).to.equal('memory');
  });

  it('says so when nobody configures it, and the content plays all the same', async () => {
    const { session, player } = await mount();
    const { error } = (await oneEvent(session, 'lectern-error')) as LecternErrorEvent;
    expect(error.code).to.equal('session-unconfigured');
    await session.updateComplete;
    expect(session.shadowRoot!.querySelector('[role=alert]')!.textContent).to.contain('Your record cannot be reached');
    await waitUntil(() => player.shadowRoot!.textContent!.includes('nothing is saved yet'));
    expect(player.currentUnit!.id).to.equal('a');
    await expect(session).to.be.accessible();
  });

  it('asks its token URL, shows what is wrong, and recovers by a retry', async () => {
    let answers = 0;
    globalThis.fetch = (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      if (!url.endsWith('/my-token')) return fetch(input, init);
      answers += 1;
      if (answers === 1) return Promise.resolve(new Response('', { status: 401 }));
      return Promise.resolve(
        Response.json({
          token: 'abc',
          expires: new Date(Date.now() + 3_600_000).toISOString(),
          endpoint: `${location.origin}/xapi/`,
          actor: { objectType: 'Agent', account: { homePage: 'https://test.example', name: 'l' } },
          registration: '11111111-1111-4111-8111-111111111112',
          launchMode: 'Normal',
          creditsUrl: `${location.origin}/credits`,
        }),
      );
    };
    const { session, player } = await mount((element) => element.setAttribute('token-url', '/my-token'));
    await waitUntil(() => session.shadowRoot!.querySelector('[role=alert]'), 'an error', { timeout: 8000 });
    expect(session.shadowRoot!.textContent).to.contain('Your sign-in has ended');
    session.shadowRoot!.querySelector('button')!.click();
    await waitUntil(() => player.session, 'a session', { timeout: 8000 });
    expect(player.session!.connection.registration).to.equal('11111111-1111-4111-8111-111111111112');
    expect(session.shadowRoot!.querySelector('[role=alert]')).to.equal(null);
    await session.signOut();
  });

  it('signs out: what is open ends in its own session, and the player says that nothing is recorded', async () => {
    const host = new MemoryHost();
    const { session, player } = await mount((element) => (element.plugins = [plugin(host)]));
    await waitUntil(() => host.verbs.includes('initialized'), 'initialized', { timeout: 5000 });
    await session.signOut();
    expect(host.verbs.slice(-2)).to.deep.equal(['suspended', 'terminated']);
    await waitUntil(() => player.shadowRoot!.textContent!.includes('Nothing is recorded here'));
    const other = new MemoryHost();
    session.plugins = [plugin(other)];
    await waitUntil(() => other.verbs.includes('initialized'), 'the next learner', { timeout: 5000 });
    expect(host.verbs.at(-1)).to.equal('terminated');
  });

  it('tells who reads statements of its LRS, and asks for no token where a plugin records elsewhere', async () => {
    let host: LearningHost | undefined;
    const { session, player } = await mount((element) => (element.plugins = [plugin(new MemoryHost())]));
    player.dispatchEvent(new ContextEvent(learningHostContext, player, (value) => (host = value)));
    expect(await host!.lrsEndpoint!()).to.equal(undefined);
    expect(session.shadowRoot!.querySelector('[role=alert]')).to.equal(null);
    session.plugins = undefined;
    session.endpoint = 'https://lrs.example/xapi/';
    session.actor = { account: { homePage: 'https://test.example', name: 'l' } };
    const refused: (string | undefined)[] = [];
    session.getToken = (rejected) => Promise.resolve(`Bearer ${refused.push(rejected)}`);
    await session.updateComplete;
    player.dispatchEvent(new ContextEvent(learningHostContext, player, (value) => (host = value)));
    expect(await host!.lrsEndpoint!()).to.equal('https://lrs.example/xapi/');
    expect(await host!.authorize('Bearer old')).to.equal('Bearer 1');
    expect(refused).to.deep.equal(['Bearer old']);
  });

  it('survives being moved, and ends when it is taken away', async () => {
    const host = new MemoryHost();
    const { session, player } = await mount((element) => (element.plugins = [plugin(host)]));
    await waitUntil(() => host.verbs.includes('initialized'), 'initialized', { timeout: 5000 });
    const elsewhere = await fixture(html`<section></section>`);
    elsewhere.append(session);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(host.connections).to.equal(1);
    expect(host.verbs).to.deep.equal(['initialized']);
    expect(player.currentUnit!.id).to.equal('a');
    session.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(host.verbs.slice(-2)).to.deep.equal(['suspended', 'terminated']);
  });

  it('looks for its LMS, and says plainly that nothing is recorded where there is none', async () => {
    const chosen: LmsChosenEvent[] = [];
    const { session, player } = await mount((element) => {
      element.lms = 'auto';
      element.addEventListener('lms-chosen', (event) => chosen.push(event));
    });
    await waitUntil(() => player.session, 'the session', { timeout: 5000 });
    await session.updateComplete;
    const notice = session.shadowRoot!.querySelector('[part=notice]')!;
    expect(notice.textContent).to.contain('Nothing you do here is recorded');
    expect(notice.textContent).to.contain('No window around this page has an API_1484_11.');
    expect(chosen.map(({ plugin: name, trials }) => [name, trials.length])).to.deep.equal([['none', 6]]);
    expect(player.session!.connection.plugin).to.equal('none');
    await waitUntil(() => player.shadowRoot!.textContent.includes('Nothing is recorded here'));
    await expect(session).to.be.accessible();
    expect(session.shadowRoot!.querySelector('[part=error]')).to.equal(null);
  });

  it('finds the LMS around it, and tells the nation as well', async () => {
    const told: string[] = [];
    const nation: typeof fetch = async (_url, init) => {
      const statements = JSON.parse(String(init?.body)) as { id: string; verb: { id: string } }[];
      told.push(...statements.map(({ verb }) => verb.id.split('/').at(-1)!));
      return Response.json(statements.map(({ id }) => id));
    };
    const values = new Map<string, string>();
    const api = {
      LMSInitialize: () => 'true', LMSFinish: () => 'true', LMSCommit: () => 'true', LMSGetLastError: () => '0', LMSGetErrorString: () => '', LMSGetDiagnostic: () => '',
      LMSGetValue: (element: string) => values.get(element) ?? '', LMSSetValue: (element: string, value: string) => (values.set(element, value), 'true'),
    };
    Object.assign(window, { API: api });
    try {
      const { player } = await mount((element) => {
        element.setAttribute('lms', 'scorm2004 scorm12');
        element.others = [{ name: 'nation', endpoint: 'https://nation.example/xapi/', getToken: () => Promise.resolve('Bearer x'), fetch: nation }];
      });
      await waitUntil(() => told.includes('initialized'), 'the nation has it', { timeout: 5000 });
      expect(player.session!.connection.plugin).to.equal('fan-out');
      expect(values.get('cmi.core.exit')).to.equal('suspend');
    } finally {
      delete (window as unknown as { API?: unknown }).API;
    }
  });

  it('names a plugin that there is not', async () => {
    const { session } = await mount((element) => (element.lms = 'moodle'));
    const { error } = (await oneEvent(session, 'lectern-error')) as LecternErrorEvent;
    expect([error.code, error.field]).to.deep.equal(['session-unconfigured', 'lms']);
  });
});
