import { createReceipt, createSession, LecternError, type Course, type LaunchedUnitState, type LmsConnection, type LtiUnit, type UnitLaunch, type UnitLaunchOptions } from '@lectern/core';
import { expect, waitUntil } from '@open-wc/testing';
import { open as openLti } from '../lti.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { PlatformStorage } from './platform-storage.js';

/** The other name of this machine: the same files on another origin. */
const toolOrigin = `${location.protocol}//${location.hostname === 'localhost' ? '127.0.0.1' : 'localhost'}:${location.port}`;
const toolPage = '/packages/components/src/course-player/units/lti/tool.fixture.html';
const patience = { timeout: 15_000 };

type Answer = Readonly<Record<string, unknown>>;

/** A frame with the fixture in it. */
async function frameOf(origin: string, sandbox?: string): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  if (sandbox !== undefined) frame.setAttribute('sandbox', sandbox);
  frame.src = `${origin}${toolPage}`;
  const ready = new Promise<void>((resolve) => addEventListener('message', function heard({ data, source }: MessageEvent<Answer>) {
    if (source !== frame.contentWindow || data['ready'] !== true) return;
    removeEventListener('message', heard);
    resolve();
  }));
  document.body.append(frame);
  await ready;
  return frame;
}

/** To whatever is there: a sandboxed page has no origin that could be named. */
// eslint-disable-next-line no-restricted-syntax -- see above
const tell = (to: Window, message: unknown): void => to.postMessage(message, '*');

/** What the page in a frame hears when it says something to this one; `undefined` when it hears nothing. */
async function ask(frame: HTMLIFrameElement, message: unknown): Promise<Answer | undefined> {
  const mark = crypto.randomUUID();
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    addEventListener('message', function heard({ data, source }: MessageEvent<{ heard?: Answer & { mark?: string } }>) {
      if (source !== frame.contentWindow || !data?.heard) return;
      if (data.heard.mark !== mark) return void (answer = data.heard);
      removeEventListener('message', heard);
      resolve(answer);
    });
    tell(frame.contentWindow!, { ask: message });
    // Messages keep their order, so that this one comes after any answer to the first.
    tell(frame.contentWindow!, { ask: { echo: mark } });
  });
}

/** Answers the mark of `ask`. */
function echo({ data, source }: MessageEvent<{ echo?: string }>): void {
  if (data && typeof data === 'object' && typeof data.echo === 'string') tell(source as Window, { mark: data.echo });
}

describe('an LTI tool’s data in the player', () => {
  let abort: AbortController;
  let frames: HTMLIFrameElement[];
  const put = (key: unknown, value: unknown): object => ({ subject: 'lti.put_data', message_id: 'm', key, value });
  const get = (key: unknown): object => ({ subject: 'lti.get_data', message_id: 'm', key });
  const open = async (origin = toolOrigin, sandbox?: string): Promise<HTMLIFrameElement> => {
    const frame = await frameOf(origin, sandbox);
    frames.push(frame);
    return frame;
  };
  const listen = (frame: HTMLIFrameElement, origins = [toolOrigin]): void => new PlatformStorage({ origins, source: () => frame.contentWindow }).listen(abort.signal);
  const codeOf = (answer: Answer | undefined): unknown => (answer?.['error'] as { code?: unknown } | undefined)?.code;

  beforeEach(() => {
    abort = new AbortController();
    frames = [];
    addEventListener('message', echo, { signal: abort.signal });
  });
  afterEach(() => {
    abort.abort();
    for (const frame of frames) frame.remove();
  });

  it('is kept, read, overwritten and taken away by the tool’s pages', async () => {
    const frame = await open();
    listen(frame);
    expect(await ask(frame, { subject: 'lti.capabilities', message_id: 'm' })).to.deep.equal({
      subject: 'lti.capabilities.response', message_id: 'm', supported_messages: [{ subject: 'lti.capabilities' }, { subject: 'lti.get_data' }, { subject: 'lti.put_data' }],
    });
    expect(await ask(frame, get('state'))).to.deep.equal({ subject: 'lti.get_data.response', message_id: 'm', key: 'state', value: null });
    expect(await ask(frame, put('state', 'abc'))).to.deep.equal({ subject: 'lti.put_data.response', message_id: 'm', key: 'state', value: 'abc' });
    expect((await ask(frame, get('state')))!['value']).to.equal('abc');
    await ask(frame, put('__proto__', 'x'));
    expect([(await ask(frame, get('__proto__')))!['value'], (await ask(frame, get('constructor')))!['value']]).to.deep.equal(['x', null]);
    await ask(frame, put('state', null));
    expect((await ask(frame, get('state')))!['value']).to.equal(null);
    // The tool goes on to another of its pages.
    await ask(frame, put('nonce', 'n'));
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    frame.src = `${toolOrigin}${toolPage}?next`;
    await loaded;
    expect((await ask(frame, get('nonce')))!['value']).to.equal('n');
  });

  it('is nobody else’s: other frames hear nothing, another origin in the frame is told that it is one', async () => {
    const [frame, other] = [await open(), await open()];
    listen(frame);
    await ask(frame, put('state', 'abc'));
    expect(await ask(other, get('state'))).to.equal(undefined);
    tell(window, put('state', 'forged'));
    expect((await ask(frame, get('state')))!['value']).to.equal('abc');
    const own = await open(location.origin);
    listen(own);
    for (const message of [get('state'), put('state', 'forged'), { subject: 'lti.capabilities', message_id: 'm' }]) expect(codeOf(await ask(own, message))).to.equal('wrong_origin');
    const opaque = await open(toolOrigin, 'allow-scripts');
    listen(opaque);
    expect(await ask(opaque, get('state')), 'a page without an origin').to.equal(undefined);
    expect((await ask(frame, get('state')))!['value']).to.equal('abc');
    abort.abort();
    abort = new AbortController();
    addEventListener('message', echo, { signal: abort.signal });
    expect(await ask(frame, get('state')), 'when the unit has closed').to.equal(undefined);
  });

  it('has bounds, and what is no message of the specification is refused or passed over', async () => {
    const frame = await open();
    listen(frame);
    for (const message of [put('', 'x'), put(5, 'x'), put('k'.repeat(256), 'x'), put(undefined, 'x'), put('k', 5), put('k', { a: 1 }), get(null)]) {
      expect(codeOf(await ask(frame, message)), JSON.stringify(message)).to.equal('bad_request');
    }
    expect(codeOf(await ask(frame, put('k', 'x'.repeat(4_097))))).to.equal('storage_exhaustion');
    expect(codeOf(await ask(frame, { subject: 'lti.frameResize', message_id: 'm', height: 1e9 }))).to.equal('unsupported_subject');
    for (const message of [null, 5, 'lti.get_data', [], { subject: 'lti.get_data' }, { subject: 'lti.get_data', message_id: 5 }, { subject: 'lti.get_data', message_id: 'm'.repeat(101) }, { subject: 'other', message_id: 'm' }, { subject: `lti.${'x'.repeat(100)}`, message_id: 'm' }]) {
      expect(await ask(frame, message), JSON.stringify(message)).to.equal(undefined);
    }
    for (let index = 0; index < 64; index += 1) expect(codeOf(await ask(frame, put(`k${index}`, 'x')))).to.equal(undefined);
    expect(codeOf(await ask(frame, put('k64', 'x')))).to.equal('storage_exhaustion');
    expect(codeOf(await ask(frame, put('k0', 'y'))), 'one that is there may change').to.equal(undefined);
    await ask(frame, put('k1', undefined));
    expect(codeOf(await ask(frame, put('k64', 'x')))).to.equal(undefined);
  });
});

describe('an LTI unit', () => {
  let host: HTMLElement;
  let abort: AbortController;
  let failures: LecternError[];
  let verbs: string[];
  let observed: LaunchedUnitState;
  let launches: (UnitLaunchOptions | undefined)[];
  let launch: () => Promise<UnitLaunch>;

  beforeEach(() => {
    host = document.body.appendChild(document.createElement('div'));
    abort = new AbortController();
    failures = [];
    verbs = [];
    launches = [];
    observed = { initialized: false, completed: false, satisfied: false, terminated: false };
    launch = () => Promise.resolve({ url: `${toolOrigin}${toolPage}`, method: 'AnyWindow', sessionId: 's', storageOrigins: [toolOrigin] });
  });
  afterEach(() => {
    abort.abort();
    host.remove();
  });

  const unitOf = (more: Partial<LtiUnit> = {}): LtiUnit => ({ type: 'unit', kind: 'lti', id: 't', title: 'Tool', tool: 'quizzes', moveOn: 'Passed', masteryScore: 0.6, ...more });
  function contextOf(unit = unitOf(), launching = true): UnitContext<LtiUnit> {
    const connection: LmsConnection = {
      plugin: 'memory', learner: { account: { homePage: 'https://school.example', name: 'li' } }, registration: crypto.randomUUID(), launchMode: 'Normal',
      capabilities: { state: true, launch: launching, report: false },
      delivery: { getState: () => ({ waiting: 0, unsafe: 0, stored: 0, failed: 0 }), subscribe: () => () => undefined, flush: () => Promise.resolve() },
      loadState: () => Promise.resolve(undefined),
      saveState: ({ stateId }) => createReceipt(stateId, 'journaled').receipt,
      record: (statements) => statements.map((statement) => (verbs.push(statement.verb.id), createReceipt(statement.id, 'journaled').receipt)),
      report: () => Promise.resolve(),
      close: () => Promise.resolve(),
      ...(launching ? { launch: (_unit, options) => (launches.push(options), launch()), observe: () => Promise.resolve(observed) } : {}),
    };
    const course: Course = { id: 'https://lms.example/c', title: 'C', format: 'course', children: [unit] };
    const session = createSession({ course, connection });
    return {
      course, unit, host, base: location.href, languages: ['en'], signal: abort.signal,
      words: { msg: (text: string | { strings: string[]; values: unknown[] }) => (typeof text === 'string' ? text : text.strings.reduce((all, part, index) => all + String(text.values[index - 1]) + part)) } as unknown as UnitContext['words'],
      session: Promise.resolve(session),
      dispatch: (event) => session.dispatch({ ...event, unitId: unit.id }),
      fail: (error) => failures.push(error),
      announce: () => undefined,
      navigate: () => undefined,
    };
  }
  const root = (): ShadowRoot => host.shadowRoot!;
  const says = (): string => root().querySelector('.says')!.textContent;
  const buttons = (): string[] => [...root().querySelectorAll('button')].map(({ textContent }) => textContent);
  const press = (name: string): void => [...root().querySelectorAll('button')].find(({ textContent }) => textContent === name)!.click();
  const frame = (): HTMLIFrameElement | null => root().querySelector('iframe');
  const look = (): boolean => document.dispatchEvent(new Event('visibilitychange'));

  it('opens in a frame, and what the server has of it reaches the session, which says nothing itself', async () => {
    const context = contextOf();
    const view = await openLti(context);
    expect([frame()!.title, frame()!.src, says()]).to.deep.equal(['Tool', `${toolOrigin}${toolPage}`, 'Opening the tool…']);
    expect(frame()!.getAttribute('sandbox')).to.contain('allow-scripts').and.not.contain('allow-top-navigation');
    await expect(host).to.be.accessible();
    observed = { ...observed, initialized: true };
    look();
    await waitUntil(() => says() === '', 'launched', patience);
    observed = { ...observed, completed: true, success: 'passed', score: { scaled: 0.856 }, progress: 1, satisfied: true };
    look();
    await waitUntil(() => says() === 'Your result: 85.6% · Passed', 'the result', patience);
    expect(frame(), 'the tool stays').not.to.equal(null);
    const state = (await context.session).getState().units['t']!;
    expect([state.completed, state.success, state.score?.scaled, verbs]).to.deep.equal([true, 'passed', 0.856, []]);
    observed = { ...observed, terminated: true };
    look();
    await waitUntil(() => says() === 'You have left the tool. Your result: 85.6% · Passed', 'left', patience);
    expect([frame(), buttons()]).to.deep.equal([null, ['Start it again']]);
    observed = { ...observed, terminated: false };
    press('Start it again');
    await waitUntil(() => frame(), 'again', patience);
    await view.close();
    expect(frame()).to.equal(null);
  });

  it('keeps the tool’s data, and no longer than the launch', async () => {
    addEventListener('message', echo, { signal: abort.signal });
    await openLti(contextOf());
    await new Promise((resolve) => frame()!.addEventListener('load', resolve, { once: true }));
    await ask(frame()!, { subject: 'lti.put_data', message_id: 'm', key: 'state', value: 'abc' });
    expect((await ask(frame()!, { subject: 'lti.get_data', message_id: 'm', key: 'state' }))!['value']).to.equal('abc');
  });

  it('offers a window of its own and another try where nothing comes', async () => {
    await openLti(contextOf());
    for (let turn = 0; turn < 3; turn += 1) {
      look();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await waitUntil(() => says().includes('cannot be reached'), 'silent', patience);
    expect(buttons()).to.deep.equal(['Try again', 'Open in a new window']);
    await expect(host).to.be.accessible();
    press('Try again');
    await waitUntil(() => launches.length === 2 && says() === 'Opening the tool…' && buttons().length === 0, 'another try', patience);
    observed = { ...observed, initialized: true };
    look();
    await waitUntil(() => says() === '', 'arrived', patience);
  });

  it('says that the server would not answer the tool, and shows words from elsewhere as text', async () => {
    await openLti(contextOf());
    observed = { ...observed, problem: { code: 'refused', message: '<img src=x onerror=alert(1)> redirect_uri' } };
    look();
    await waitUntil(() => says().includes('could not sign you in'), 'refused', patience);
    expect([frame(), root().querySelector('.detail')!.textContent, root().querySelector('img')]).to.deep.equal([null, '<img src=x onerror=alert(1)> redirect_uri', null]);
    await expect(host).to.be.accessible();
    observed = { initialized: true, completed: false, satisfied: false, terminated: true, problem: { code: 'tool', message: 'Out of <b>order</b>' } };
    press('Try again');
    await waitUntil(() => says().includes('something went wrong'), 'the tool’s error', patience);
    expect([root().querySelector('.detail')!.textContent, buttons()]).to.deep.equal(['Out of <b>order</b>', ['Start it again']]);
  });

  it('opens in a window of its own by the learner’s hand, and says when it was closed', async () => {
    await openLti(contextOf(unitOf({ launchMethod: 'OwnWindow' })));
    expect([launches.length, frame(), buttons()]).to.deep.equal([0, null, ['Open in a new window']]);
    await expect(host).to.be.accessible();
    const { open } = window;
    const went: string[] = [];
    const opened = { opener: window, closed: false, close: () => undefined, focus: () => went.push('focus'), location: { replace: (href: string) => went.push(href) } };
    try {
      window.open = () => null;
      press('Open in a new window');
      await waitUntil(() => says().includes('blocked the window'), 'blocked', patience);
      window.open = () => opened as unknown as Window;
      press('Open in a new window');
      await waitUntil(() => went.length === 1, 'opened', patience);
      expect([went, opened.opener, launches]).to.deep.equal([[`${toolOrigin}${toolPage}`], null, [{ ownWindow: true }]]);
      await waitUntil(() => says().includes('open in another window'), 'said', patience);
      observed = { ...observed, initialized: true, completed: true, success: 'failed', score: { scaled: 0.2 } };
      look();
      await waitUntil(() => says() === 'Your result: 20% · Not passed', 'result', patience);
      opened.closed = true;
      look();
      await waitUntil(() => says().includes('window of the tool is closed'), 'closed', patience);
    } finally {
      window.open = open;
    }
  });

  const refusalOf = async (context: UnitContext<LtiUnit>): Promise<unknown> =>
    openLti({ ...context, host: host.appendChild(document.createElement('div')) }).then((view: UnitView) => view, (error: LecternError) => error.code);

  it('is refused where no server launches it, where the server has no such tool, and on the page’s own origin', async () => {
    expect(await refusalOf(contextOf(unitOf(), false))).to.equal('unit-failed');
    launch = () => Promise.reject(new LecternError('not-found', 'The LRS answered 404: {"code":"tool-unknown"}'));
    expect(await refusalOf(contextOf())).to.equal('tool-unknown');
    launch = () => Promise.reject(new LecternError('network', 'No network.'));
    expect(await refusalOf(contextOf())).to.equal('network');
    for (const url of [location.href, 'javascript:alert(1)', 'data:text/html,x']) {
      launch = () => Promise.resolve({ url, method: 'AnyWindow', sessionId: 's' });
      expect(await refusalOf(contextOf()), url).to.equal('unit-failed');
    }
    expect([...host.children].map((place) => place.shadowRoot!.querySelector('iframe'))).to.deep.equal([null, null, null, null, null, null]);
  });
});
