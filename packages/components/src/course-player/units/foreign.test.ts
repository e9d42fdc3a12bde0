import { createReceipt, createSession, type Course, type LaunchedUnitState, type LecternError, type LmsConnection, type Unit } from '@lectern/core';
import { expect, waitUntil } from '@open-wc/testing';
import { open as openCmi5 } from './cmi5.js';
import { open as openHtml } from './html.js';
import { open as openLink } from './link.js';
import { open as openScorm } from './scorm.js';
import type { OpenUnit, UnitContext, UnitView } from './unit-view.js';

/** The other name of this machine: the same files on another origin. */
const contentOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;
const base = `${contentOrigin}/packages/courseware/src/frame/`;
const delivered = { waiting: 0, unsafe: 0, stored: 0, failed: 0 };

describe('units of foreign content', () => {
  let host: HTMLElement;
  let abort: AbortController;
  let failures: LecternError[];
  let verbs: string[];
  let observed: LaunchedUnitState;

  beforeEach(() => {
    host = document.body.appendChild(document.createElement('div'));
    abort = new AbortController();
    failures = [];
    verbs = [];
    observed = { initialized: false, completed: false, satisfied: false, terminated: false };
  });
  afterEach(() => {
    abort.abort();
    host.remove();
  });

  function contextOf(unit: Unit, launches = true): UnitContext {
    const connection: LmsConnection = {
      plugin: 'memory',
      learner: { account: { homePage: 'https://school.example', name: 'li' } },
      registration: crypto.randomUUID(),
      launchMode: 'Normal',
      capabilities: { state: true, launch: launches, report: false },
      delivery: { getState: () => delivered, subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: () => Promise.resolve(undefined),
      saveState: ({ stateId }) => createReceipt(stateId, 'journaled').receipt,
      record: (statements) => statements.map((statement) => (verbs.push(statement.verb.id.split('/').pop()!), createReceipt(statement.id, 'journaled').receipt)),
      report: () => Promise.resolve(),
      close: () => Promise.resolve(),
      ...(launches
        ? { launch: () => Promise.resolve({ url: `${base}page.fixture.html`, method: 'AnyWindow', sessionId: 's' } as const), observe: () => Promise.resolve(observed) }
        : {}),
    };
    const course: Course = { id: 'https://lms.example/c', title: 'C', format: 'course', base, frame: `${base}frame.fixture.html`, children: [unit] };
    const session = createSession({ course, connection });
    return {
      course, unit, host, base, languages: ['en'], signal: abort.signal,
      words: { msg: (text: string) => text } as unknown as UnitContext['words'],
      session: Promise.resolve(session),
      dispatch: (event) => session.dispatch({ ...event, unitId: unit.id }),
      fail: (error) => failures.push(error),
      announce: () => undefined,
      navigate: () => undefined,
    };
  }

  const openUnit = (open: unknown, context: UnitContext): Promise<UnitView> => Promise.resolve((open as OpenUnit)(context));
  const says = (): string => host.shadowRoot!.querySelector('.says')!.textContent;
  const page = (extra: object): Unit => ({ type: 'unit', kind: 'html', id: 'p', title: 'Page', href: 'page.fixture.html', moveOn: 'Completed', completion: { policy: 'visited' }, ...extra }) as Unit;

  it('a visited page is completed when it has loaded, and has a title', async () => {
    const view = await openUnit(openHtml, contextOf(page({})));
    await waitUntil(() => verbs.length === 2);
    expect(verbs).to.deep.equal(['initialized', 'completed']);
    expect(says()).to.equal('');
    expect(host.shadowRoot!.querySelector('iframe')!.title).to.equal('Page');
    await view.close();
    expect(host.shadowRoot!.querySelector('iframe')).to.equal(null);
  });

  it('a timed page is completed by the time it was seen', async () => {
    await openUnit(openHtml, contextOf(page({ completion: { policy: 'time', seconds: 2 } })));
    await waitUntil(() => verbs.includes('initialized'));
    expect(verbs).to.not.include('completed');
    await waitUntil(() => verbs.includes('completed'), 'completed', { timeout: 4000 });
  });

  it('completes a page that was scrolled as far as its policy asks, and not before', async () => {
    const completion = { policy: 'scrolled', fraction: 0.9 };
    await openUnit(openHtml, contextOf(page({ href: 'long-page.fixture.html', completion })));
    await waitUntil(() => verbs.includes('initialized'), 'initialized', { timeout: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(verbs).to.not.include('completed');
    abort.abort();
    abort = new AbortController();
    host.remove();
    host = document.body.appendChild(document.createElement('div'));
    verbs = [];
    await openUnit(openHtml, contextOf(page({ href: 'long-page.fixture.html?scroll', completion })));
    await waitUntil(() => verbs.includes('completed'), 'completed', { timeout: 15_000 });
  });

  it('completes a page that is shorter than the view, as all of it is seen', async () => {
    host.style.height = '400px';
    await openUnit(openHtml, contextOf(page({ completion: { policy: 'scrolled', fraction: 1 } })));
    await waitUntil(() => verbs.includes('completed'), 'completed', { timeout: 15_000 });
  });

  it('completes an activity when it says so, and hears nothing else from it', async () => {
    const saying = (messages: unknown[]): Unit => page({ href: `long-page.fixture.html?say=${encodeURIComponent(JSON.stringify(messages))}`, completion: { policy: 'reported' } });
    const type = 'lectern.completion';
    await openUnit(openHtml, contextOf(saying([null, 'completed', { completed: true }, { type, completed: 'true' }, { type, progress: 7 }, { type, progress: '1' }, { type, progress: 1 }])));
    await waitUntil(() => verbs.includes('initialized'), 'initialized', { timeout: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(verbs).to.not.include('completed');
    abort.abort();
    abort = new AbortController();
    host.remove();
    host = document.body.appendChild(document.createElement('div'));
    verbs = [];
    await openUnit(openHtml, contextOf(saying([{ type, progress: 0.5 }, { type, completed: true }, { type, completed: true }])));
    await waitUntil(() => verbs.includes('completed'), 'completed', { timeout: 15_000 });
    expect(verbs.filter((verb) => verb === 'completed')).to.have.length(1);
  });

  it('a page that is not there fails, and is not completed', async () => {
    await openUnit(openHtml, contextOf(page({ href: 'gone.html' })));
    await waitUntil(() => failures.length > 0);
    expect(failures[0]!.code).to.equal('content-missing');
    expect(verbs).to.deep.equal([]);
  });

  it('an address that hides a script is refused', async () => {
    const refused = await openUnit(openHtml, contextOf(page({ href: 'javascript:alert(1)' }))).catch((error: LecternError) => error.code);
    expect(refused).to.equal('launch-invalid');
  });

  it('a SCO runs, and leaves as the learner leaves', async () => {
    const href = `sco.fixture.html?boot=${encodeURIComponent('[["LMSInitialize",""]]')}`;
    const view = await openUnit(openScorm, contextOf({ type: 'unit', kind: 'scorm', id: 's', title: 'SCO', version: '1.2', href, moveOn: 'Completed' }));
    await waitUntil(() => verbs.includes('initialized'));
    await waitUntil(() => says() === '');
    await view.close();
    expect(verbs).to.deep.equal(['initialized', 'suspended', 'terminated']);
  });

  it('a launched unit records by itself; what it did reaches the session', async () => {
    const context = contextOf({ type: 'unit', kind: 'cmi5', id: 'au', title: 'AU', url: 'index.html', launchMethod: 'AnyWindow', moveOn: 'Passed', publisherId: 'urn:au' });
    const view = await openUnit(openCmi5, context);
    const frame = host.shadowRoot!.querySelector('iframe')!;
    expect(frame.src).to.equal(`${base}page.fixture.html`);
    expect(frame.getAttribute('sandbox')).to.contain('allow-scripts');
    observed = { initialized: true, completed: true, success: 'passed', score: { scaled: 0.9 }, progress: 1, satisfied: true, terminated: false };
    await view.close();
    const state = (await context.session).getState().units['au']!;
    expect([state.completed, state.success, state.score?.scaled]).to.deep.equal([true, 'passed', 0.9]);
    expect(verbs).to.deep.equal([]);
  });

  it('a link opens in a window that cannot reach back, and is completed with that', async () => {
    const unit = { type: 'unit', kind: 'link', id: 'l', title: 'Link', href: 'https://elsewhere.example/page', moveOn: 'Completed' } as const;
    await openUnit(openLink, contextOf(unit));
    const link = host.shadowRoot!.querySelector('a')!;
    expect([link.href, link.target, link.rel]).to.deep.equal([unit.href, '_blank', 'noopener noreferrer']);
    expect(verbs).to.deep.equal([]);
    link.addEventListener('click', (event) => event.preventDefault());
    link.click();
    expect(verbs).to.deep.equal(['initialized', 'completed']);
    expect(host.shadowRoot!.textContent).to.contain('Opened, completed');
    await expect(host).to.be.accessible();
  });

  it('a link that hides a script is refused', async () => {
    const context = contextOf({ type: 'unit', kind: 'link', id: 'l', title: 'Link', href: 'javascript:alert(1)', moveOn: 'Completed' });
    const refused = await Promise.resolve().then(() => openUnit(openLink, context)).catch((error: LecternError) => error.code);
    expect(refused).to.equal('unit-failed');
  });

  it('a unit that needs a server to launch it says so', async () => {
    const context = contextOf({ type: 'unit', kind: 'xapi', id: 'x', title: 'X', url: 'index.html', moveOn: 'Completed' }, false);
    expect(await openUnit(openCmi5, context).catch((error: LecternError) => error.code)).to.equal('unit-failed');
  });

  const cmi5 = (more: object = {}): Unit => ({ type: 'unit', kind: 'cmi5', id: 'au', title: 'AU', url: 'index.html', launchMethod: 'AnyWindow', moveOn: 'Passed', publisherId: 'urn:au', ...more }) as Unit;
  const press = (): void => host.shadowRoot!.querySelector('button')!.click();
  const inAnotherTab = async (context: UnitContext): Promise<AbortController> => {
    const other = new AbortController();
    const { connection } = await context.session;
    await new Promise<void>((granted) => void navigator.locks.request(`lectern launch ${connection.registration}`, () => {
      granted();
      return new Promise((resolve) => other.signal.addEventListener('abort', resolve));
    }).catch(() => other.abort()));
    return other;
  };

  it('a second tab offers to take over, and the first one is told', async () => {
    const context = contextOf(cmi5());
    const other = await inAnotherTab(context);
    const view = await openUnit(openCmi5, context);
    expect(host.shadowRoot!.querySelector('iframe')).to.equal(null);
    expect(says()).to.contain('open in another tab');
    await expect(host).to.be.accessible();
    press();
    await waitUntil(() => host.shadowRoot!.querySelector('iframe'));
    expect(other.signal.aborted).to.equal(true);
    // And now the other way round.
    const { connection } = await context.session;
    const taken = navigator.locks.request(`lectern launch ${connection.registration}`, { steal: true }, () => undefined);
    await waitUntil(() => says().includes('gone on in another tab'));
    await taken;
    expect(host.shadowRoot!.querySelector('iframe')).to.equal(null);
    press();
    await waitUntil(() => host.shadowRoot!.querySelector('iframe'));
    await view.close();
    await waitUntil(async () => !(await navigator.locks.query()).held!.some(({ name }) => name?.startsWith('lectern launch')), 'let go');
  });

  it('a session that was abandoned elsewhere says so, and can be begun again', async () => {
    const context = contextOf(cmi5());
    await openUnit(openCmi5, context);
    observed = { initialized: true, completed: false, satisfied: false, terminated: true, abandoned: true };
    // The frame goes on to another page, as to a returnURL: the player looks at once.
    const frame = host.shadowRoot!.querySelector('iframe')!;
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    frame.src = `${base}page.fixture.html?returned`;
    await waitUntil(() => says().includes('started again elsewhere'));
    expect(host.shadowRoot!.querySelector('iframe')).to.equal(null);
    press();
    await waitUntil(() => host.shadowRoot!.querySelector('iframe'));
  });

  it('a window that is blocked is said, and one that opens is followed', async () => {
    const context = contextOf(cmi5({ launchMethod: 'OwnWindow', objectives: ['urn:o'] }));
    const course: Course = { ...context.course, objectives: [{ id: 'urn:o', title: 'To know' }, { id: 'urn:p', title: 'Another’s' }] };
    await openUnit(openCmi5, { ...context, course });
    expect(host.shadowRoot!.querySelector('.objectives')!.textContent).to.contain('To know').and.not.contain('Another');
    await expect(host).to.be.accessible();
    const { open } = window;
    const went: string[] = [];
    const opened = { opener: window, closed: false, close: () => undefined, focus: () => went.push('focus'), location: { replace: (href: string) => went.push(href) } };
    try {
      window.open = () => null;
      press();
      await waitUntil(() => says().includes('blocked the window'));
      window.open = () => opened as unknown as Window;
      press();
      await waitUntil(() => went.length === 1);
      expect([went, opened.opener]).to.deep.equal([[`${base}page.fixture.html`], null]);
      expect(says()).to.contain('open in another window');
      press();
      expect(went.at(-1)).to.equal('focus');
      opened.closed = true;
      document.dispatchEvent(new Event('visibilitychange'));
      expect(says()).to.contain('window of the unit is closed');
      observed = { initialized: true, completed: true, satisfied: true, terminated: true };
      document.dispatchEvent(new Event('visibilitychange'));
      await waitUntil(() => says().includes('has ended'));
    } finally {
      window.open = open;
    }
  });

  it('a unit with a window of its own waits for the learner’s hand', async () => {
    const context = contextOf({ type: 'unit', kind: 'cmi5', id: 'au', title: 'AU', url: 'index.html', launchMethod: 'OwnWindow', moveOn: 'Passed', publisherId: 'urn:au' });
    await openUnit(openCmi5, context);
    expect(host.shadowRoot!.querySelector('iframe')).to.equal(null);
    expect(host.shadowRoot!.querySelector('button')!.textContent).to.equal('Open in a new window');
  });
});
