import { newUuid, type LmsPlugin, type OutcomeReport, type StateContent } from '@lectern/core';
import { cmi5Plugin } from '../cmi5/index.js';
import { fanOutPlugin } from '../fan-out/index.js';
import { fetchPlugin } from '../fetch/index.js';
import { PLATFORM_URL, ReferencePlatform } from '../fetch/reference-platform.fixture.js';
import { hostLearning } from '../host/index.js';
import { ltiPlugin } from '../lti/index.js';
import { DeliveryError } from '../outbox/delivery-error.js';
import { parentPlugin } from '../parent/index.js';
import { scorm12Plugin, scorm2004Plugin } from '../scorm/index.js';
import { PlainLms } from '../scorm/scorm.fixture.js';
import { ACTOR, ENDPOINT, stateName, StubLrs, type Fault } from '../stub-lrs.fixture.js';
import { xapiLaunchPlugin } from '../xapi-launch/index.js';
import { xapiPlugin } from '../xapi/index.js';
import type { PlaceFault, PlaceUnderTest } from './place.js';

const ALL: readonly PlaceFault[] = ['down', 'busy', 'refused', 'lost-answer', 'silent', 'garbage'];

/** Milliseconds: a place that never answers is given up soon. */
const TIMEOUT = 150;

const FAULTS: Readonly<Record<PlaceFault, Fault>> = {
  down: 'refuse', busy: { status: 503 }, refused: { status: 401 }, 'lost-answer': 'lose-answer', silent: 'hang',
  garbage: { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' },
};

function lrsPlace(plugin: (lrs: StubLrs, registration: string) => LmsPlugin, more: Partial<PlaceUnderTest> | ((lrs: StubLrs) => Partial<PlaceUnderTest>) = {}): PlaceUnderTest {
  const lrs = new StubLrs();
  const registration = newUuid();
  return {
    plugin: () => plugin(lrs, registration),
    statements: () => lrs.ids,
    faults: ALL,
    fail: (fault) => (lrs.fault = () => (fault ? FAULTS[fault] : 'pass')),
    ...(typeof more === 'function' ? more(lrs) : more),
  };
}

const getToken = (): Promise<string> => Promise.resolve('Bearer x');

export const xapiPlace = (): PlaceUnderTest => lrsPlace((lrs, registration) => xapiPlugin({ endpoint: ENDPOINT, getToken, actor: ACTOR, registration, fetch: lrs.fetch, timeout: TIMEOUT }));

/** An LRS beside a gradebook. */
export function xapiOutcomesPlace(): PlaceUnderTest {
  let outcome: OutcomeReport | undefined;
  return lrsPlace((lrs, registration) => xapiPlugin({
    endpoint: ENDPOINT, getToken, actor: ACTOR, registration, timeout: TIMEOUT, outcomesUrl: `${ENDPOINT}outcomes`,
    fetch: async (url, init) => {
      const response = await lrs.fetch(url, init);
      if (!String(url).endsWith('/outcomes') || response.status !== 404) return response;
      const told = JSON.parse(String(init?.body)) as OutcomeReport;
      if (told.unitId === undefined) outcome = told;
      return new Response(null, { status: 204 });
    },
  }), { outcome: () => outcome });
}

export const fanOutPlace = (): PlaceUnderTest => lrsPlace((lrs, registration) => fanOutPlugin({
  primary: xapiPlugin({ endpoint: ENDPOINT, getToken, actor: ACTOR, registration, fetch: lrs.fetch, timeout: TIMEOUT }),
  others: [{ name: 'nation', endpoint: 'https://nation.example/xapi/', getToken, fetch: new StubLrs().fetch, timeout: TIMEOUT }],
}));

/** What a page's address may say, and its tab keep. */
function tab(search: string, more: object = {}): Window {
  const items = new Map<string, string>();
  const storage = { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value) };
  const view = new EventTarget();
  return Object.assign(view, {
    location: { search, hash: '', pathname: '/', origin: 'https://content.example', href: `https://content.example/${search}` }, localStorage: storage, sessionStorage: storage, ...more,
  }) as unknown as Window;
}

const outcomeOf = (lrs: StubLrs, activityId: string): Partial<OutcomeReport> => {
  const about = lrs.statements.filter(({ object }) => 'id' in object && object.id === activityId);
  const said = (verb: string) => about.find(({ verb: { id } }) => id.endsWith(`/${verb}`));
  const passed = said('passed');
  return { completed: said('completed') !== undefined, ...(passed ? { success: 'passed' as const } : {}), ...(passed?.result?.score ? { score: passed.result.score } : {}) };
};

export function cmi5Place(): PlaceUnderTest {
  const activityId = 'https://lms.example/au/1';
  let launches = 0;
  return lrsPlace((lrs, registration) => {
    const sessionId = newUuid();
    lrs.write(stateName(activityId, 'LMS.LaunchData'), {
      contextTemplate: { contextActivities: { grouping: [{ id: 'https://publisher.example/au' }] }, extensions: { 'https://w3id.org/xapi/cmi5/context/extensions/sessionid': sessionId } },
      launchMode: 'Normal', moveOn: 'CompletedAndPassed',
    });
    const search = `?${new URLSearchParams({ endpoint: ENDPOINT, fetch: `https://lms.example/fetch/${++launches}`, actor: JSON.stringify(ACTOR), registration, activityId })}`;
    const send: typeof fetch = async (url, init) => {
      if (!String(url).startsWith('https://lms.example/fetch/')) return lrs.fetch(url, init);
      const fault = lrs.fault({ method: 'POST', path: 'fetch', headers: new Headers(), body: '', keepalive: false });
      if (fault === 'refuse') throw new TypeError('Failed to fetch');
      return typeof fault === 'object' ? new Response(fault.body ?? '', { status: fault.status, headers: fault.headers ?? {} }) : Response.json({ 'auth-token': 'dG9rZW4=' });
    };
    return cmi5Plugin({ window: tab(search), fetch: send, timeout: TIMEOUT });
  }, (lrs) => ({
    // What the AU says of itself is the plugin's own.
    statements: () => lrs.statements.filter(({ object }) => !('id' in object) || object.id !== activityId).map(({ id }) => id),
    outcome: () => outcomeOf(lrs, activityId),
  }));
}

export function xapiLaunchPlace(): PlaceUnderTest {
  const activity = 'https://lms.example/activity/1';
  return lrsPlace((lrs, registration) => {
    const search = `?${new URLSearchParams({ endpoint: ENDPOINT, auth: 'Basic YTpi', actor: JSON.stringify(ACTOR), registration, activity_id: activity })}`;
    return xapiLaunchPlugin({ window: tab(search), fetch: lrs.fetch, timeout: TIMEOUT });
  }, (lrs) => ({ outcome: () => outcomeOf(lrs, activity) }));
}

export const ltiPlace = (): PlaceUnderTest => lrsPlace((lrs, registration) => {
  const element = { textContent: JSON.stringify({ tokenUrl: '/launches/token', launch: 'launch-token' }) };
  const send: typeof fetch = async (url, init) => {
    if (!String(url).endsWith('/launches/token')) return lrs.fetch(url, init);
    const fault = lrs.fault({ method: 'POST', path: 'token', headers: new Headers(), body: '', keepalive: false });
    if (fault === 'refuse') throw new TypeError('Failed to fetch');
    if (typeof fault === 'object') return new Response(fault.body ?? '', { status: fault.status, headers: fault.headers ?? {} });
    return Response.json({ token: 'abc', expires: new Date(Date.now() + 3_600_000).toISOString(), endpoint: ENDPOINT, actor: ACTOR, registration });
  };
  return ltiPlugin({ window: tab('', { document: { getElementById: () => element } }), fetch: send, timeout: TIMEOUT });
});

export function fetchPlace(): PlaceUnderTest {
  const platform = new ReferencePlatform();
  return {
    plugin: () => fetchPlugin({ url: PLATFORM_URL, fetch: platform.fetch, timeout: TIMEOUT }),
    statements: () => platform.statements.map(({ id }) => id),
    outcome: () => platform.outcomes.get(''),
    faults: ALL,
    fail: (fault) => (platform.fault = fault),
  };
}

/** A page and the frames it has shown, one for each visit: both are windows as far as messages go. */
export function parentPlace(): PlaceUnderTest {
  const registration = newUuid();
  const statements: string[] = [];
  const documents = new Map<string, StateContent>();
  let outcome: OutcomeReport | undefined;
  let fault: PlaceFault | undefined;
  const page = Object.assign(new EventTarget(), { location: { href: 'https://mooc.example/learn' }, setTimeout: setTimeout.bind(globalThis) });

  async function does<T>(work: () => T): Promise<T> {
    if (fault === 'down') throw new Error('The database is down.');
    if (fault === 'busy') throw new DeliveryError('busy', 'Later.');
    if (fault === 'refused') throw new DeliveryError('unauthorized', 'Sign in again.');
    if (fault === 'silent') return new Promise(() => undefined);
    const done = work();
    if (fault === 'lost-answer') throw new Error('The answer was lost.');
    return done;
  }

  return {
    plugin() {
      const content: EventTarget = new EventTarget();
      const frame = { contentWindow: { postMessage: (data: unknown, _origin: string, ports: MessagePort[]) => tell(content, data, 'https://mooc.example', around, ports) }, ownerDocument: { defaultView: page }, src: 'https://content.example/' };
      const around = { postMessage: (data: unknown) => tell(page, data, 'https://content.example', frame.contentWindow, []) };
      const view = Object.assign(content, {
        parent: around, location: { href: 'https://content.example/' }, setInterval: setInterval.bind(globalThis), clearInterval: clearInterval.bind(globalThis),
        setTimeout: setTimeout.bind(globalThis), clearTimeout: clearTimeout.bind(globalThis),
      });
      hostLearning(frame as unknown as HTMLIFrameElement, {
        learner: ACTOR, registration,
        load: ({ activityId, stateId }) => does(() => documents.get(`${activityId} ${stateId}`)),
        save: ({ activityId, stateId }, document) => does(() => documents.set(`${activityId} ${stateId}`, document)),
        record: (given) => does(() => statements.push(...given.map(({ id }) => id).filter((id) => !statements.includes(id)))),
        report: (told) => does(() => told.unitId === undefined && (outcome = told)),
      });
      return parentPlugin({ origins: ['https://mooc.example'], window: view as unknown as Window, timeout: TIMEOUT });
    },
    statements: () => statements,
    outcome: () => outcome,
    faults: ALL.filter((one) => one !== 'garbage'),
    fail: (next) => (fault = next),
  };
}

function tell(to: EventTarget, data: unknown, origin: string, source: unknown, ports: MessagePort[]): void {
  const event = new MessageEvent('message', { data: structuredClone(data), origin, ports });
  Object.defineProperty(event, 'source', { value: source });
  queueMicrotask(() => to.dispatchEvent(event));
}

/** @param odd it answers numbers for strings, and has no `GetLastError` */
export function scormPlace(version: '1.2' | '2004', odd = false): PlaceUnderTest {
  const name = version === '1.2' ? 'API' : 'API_1484_11';
  const host = window as unknown as Record<string, unknown>;
  const kept: Record<string, string> = { [version === '1.2' ? 'cmi.core.student_id' : 'cmi.learner_id']: newUuid() };
  let lms = new PlainLms(version, kept);
  const of = (one: string, another: string): string | undefined => kept[version === '1.2' ? one : another];
  return {
    plugin() {
      lms = new PlainLms(version, kept);
      lms.faults = { odd };
      host[name] = lms.api;
      return version === '1.2' ? scorm12Plugin({ homePage: 'https://lms.example' }) : scorm2004Plugin({ homePage: 'https://lms.example' });
    },
    outcome: () => ({
      completed: ['completed', 'passed', 'failed'].includes(of('cmi.core.lesson_status', 'cmi.completion_status') ?? ''),
      ...(of('cmi.core.lesson_status', 'cmi.success_status') === 'passed' ? { success: 'passed' } : {}),
      score: { scaled: Number(of('cmi.core.score.raw', 'cmi.score.raw')) / 100 },
    }),
    faults: ['down', 'busy'],
    fail(fault) {
      lms.gone = fault === 'down';
      lms.refuseCommit = fault === 'busy';
    },
    end: () => delete host[name] as unknown as undefined,
  };
}
