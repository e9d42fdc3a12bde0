import { createReceipt, VERBS, type Statement } from '@lectern/core';
import { expect, oneEvent, waitUntil } from '@open-wc/testing';
import type { LecternErrorEvent } from '../internal/lectern-error-event.js';
import { LearningStatementEvent } from '../internal/learning-statement-event.js';
import { fakeHost, provide, urlOf } from '../simulation-viewer/simulation-viewer.fixture.js';
import { emptyLedger, sampleLedger } from './credit-tracker.fixture.js';
import type { CreditTracker } from './credit-tracker.js';
import type { CreditTrackerError } from './credit-tracker-error.js';
import './define.js';
import { readLedger } from './read-ledger.js';

let places: HTMLElement[] = [];
const realFetch = globalThis.fetch;

function put(set: Partial<CreditTracker> = {}, place: HTMLElement = document.createElement('div')): CreditTracker {
  place.lang ||= 'en';
  places.push(place);
  const tracker = Object.assign(document.createElement('credit-tracker'), set);
  place.append(tracker);
  if (!place.isConnected) document.body.append(place);
  return tracker;
}

const text = (tracker: CreditTracker, selector: string): string =>
  [...tracker.renderRoot.querySelectorAll(selector)].map((element) => element.textContent.replace(/\s+/g, ' ').trim()).join(' | ');
const shown = (tracker: CreditTracker, selector: string): Promise<void> => waitUntil(() => tracker.renderRoot.querySelector(selector), selector) as Promise<void>;

/** Answers requests for credits; everything else goes on to the network. */
function answer(reply: (url: string, init?: RequestInit) => Response | Promise<Response>): void {
  globalThis.fetch = (input, init) => (String(input).includes('/credits') ? Promise.resolve(reply(String(input), init)) : realFetch(input, init));
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });

describe('<credit-tracker>', () => {
  beforeEach(() => (places = []));
  afterEach(() => {
    for (const place of places) place.remove();
    globalThis.fetch = realFetch;
  });

  it('tells earned from conferred, in numbers and in one sentence for the figure', async () => {
    const tracker = put({ ledger: sampleLedger() });
    await shown(tracker, 'svg.ring');
    expect(text(tracker, '.share dd')).to.equal('1 | 1.5 | 2 | 3.5');
    expect(tracker.renderRoot.querySelector('.ring')!.getAttribute('aria-label')).to.equal('2.5 of 6 credits proven, of which 1 conferred; 2 begun, 3.5 still required.');
    expect(text(tracker, '.ring .big')).to.equal('2.5');
  });

  it('adds up no two schemes, and says so', async () => {
    const tracker = put({ ledger: sampleLedger() });
    await shown(tracker, '.entry');
    expect(text(tracker, '.scheme:nth-of-type(2) .entry .amount')).to.contain('5').and.to.contain('ECTS');
    expect(text(tracker, '.small')).to.contain('not added up');
  });

  it('opens each credit onto its evidence', async () => {
    const tracker = put({ ledger: sampleLedger() });
    await shown(tracker, '.entry');
    const [, lathe] = tracker.renderRoot.querySelectorAll<HTMLDetailsElement>('details');
    lathe!.querySelector('summary')!.click();
    expect(lathe!.open).to.equal(true);
    const inside = lathe!.textContent.replace(/\s+/g, ' ');
    expect(inside).to.contain('passed').and.to.contain('86 / 100 (86%)').and.to.contain('f3a1c5b0-2f6e-4c0a-8a51-7d0c1b2e3f44').and.to.contain('Only the institution');
    expect(inside).to.contain('Hours per credit').and.to.contain('24 in all');
  });

  it('shows credit that was taken back as such', async () => {
    const ledger = sampleLedger();
    const [first, ...rest] = ledger.entries;
    const revoked = { ...first!, conferral: { ...first!.conferral!, revokedAt: '2026-11-22T00:00:00Z', reason: 'Plagiarism' } };
    const tracker = put({ ledger: { ...ledger, entries: [revoked, ...rest] } });
    await shown(tracker, '.revoked');
    expect(text(tracker, '.revoked .status')).to.equal('Taken back');
    expect(text(tracker, '.revoked .inside')).to.contain('Plagiarism');
    expect(text(tracker, '.share.conferred dd')).to.equal('0');
  });

  it('never links to anything but http', async () => {
    const ledger = JSON.parse(JSON.stringify(sampleLedger()).replaceAll('https://riverside.example/', 'javascript:alert(1)')) as ReturnType<typeof sampleLedger>;
    const tracker = put({ ledger });
    await shown(tracker, '.entry');
    expect(tracker.renderRoot.querySelector('a')).to.equal(null);
  });

  it('reads the learner’s ledger with the session’s token, and again when evidence is stored', async () => {
    let asked = 0;
    const ledgers = [emptyLedger(), sampleLedger()];
    let authorization: string | null = null;
    answer((_url, init) => {
      authorization = new Headers(init?.headers).get('authorization');
      return json(ledgers[Math.min(asked++, 1)]);
    });
    const session = document.createElement('learning-session');
    const place = provide(fakeHost({ creditsUrl: '/credits' }));
    places.push(place);
    place.append(session);
    const tracker = put({}, session);
    await shown(tracker, '.nothing');
    expect(authorization).to.equal('Bearer test');
    const statement = { id: 'a', verb: VERBS.passed, object: { id: 'https://x.example/a' }, timestamp: '2026-11-23T00:00:00Z' } as unknown as Statement;
    const { receipt, advance } = createReceipt('a', 'durable');
    tracker.dispatchEvent(new LearningStatementEvent(statement, receipt));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).to.equal(1);
    advance('stored');
    await waitUntil(() => tracker.renderRoot.querySelector('.entry'), 'refreshed', { timeout: 3000 });
    expect(text(tracker, '[role=status].unseen')).to.contain('1.5 earned by evidence, 1 conferred');
  });

  it('keeps what it shows when a refresh fails, and says as of when', async () => {
    let fail = false;
    answer(() => (fail ? new Response('', { status: 503 }) : json(sampleLedger())));
    const tracker = put({ src: '/credits' });
    await shown(tracker, '.entry');
    fail = true;
    await tracker.refresh();
    await tracker.updateComplete;
    expect(text(tracker, '.stale')).to.contain('could not be refreshed');
    expect(tracker.renderRoot.querySelectorAll('.entry').length).to.equal(4);
  });

  for (const [status, code] of [[401, 'ledger-unauthorized'], [404, 'ledger-unreachable'], [500, 'ledger-unreachable']] as const) {
    it(`says what to do when the server answers ${status}`, async () => {
      answer(() => new Response('', { status }));
      const tracker = document.createElement('credit-tracker');
      const failed = oneEvent(tracker, 'lectern-error');
      tracker.src = '/credits';
      put({}, Object.assign(document.createElement('div'), { lang: 'en' })).replaceWith(tracker);
      expect(((await failed) as unknown as LecternErrorEvent).error.code).to.equal(code);
      await shown(tracker, '[role=alert] button');
      answer(() => json(sampleLedger()));
      tracker.renderRoot.querySelector<HTMLElement>('[role=alert] button')!.click();
      await shown(tracker, '.entry');
    });
  }

  it('says that there is no learner where there is none', async () => {
    const tracker = put();
    await waitUntil(() => text(tracker, '.waiting').includes('no learner'));
  });

  it('shows anything that is no ledger as an error', async () => {
    const tracker = put({ src: urlOf({ learner: {} }) });
    await shown(tracker, '[role=alert]');
    expect(text(tracker, '[role=alert]')).to.contain('ledger-invalid').and.to.contain('learner.account');
  });

  it('speaks Chinese in a Chinese place', async () => {
    const tracker = put({ ledger: sampleLedger() }, Object.assign(document.createElement('div'), { lang: 'zh-CN' }));
    await waitUntil(() => text(tracker, 'h3') === '实践选修模块');
    expect(text(tracker, '.share dt')).to.contain('凭证据获得').and.to.contain('学校已授予');
  });

  it('is accessible, also in Arabic order and with everything open', async function () {
    this.timeout(20_000);
    const tracker = put({ ledger: sampleLedger() }, Object.assign(document.createElement('div'), { lang: 'en', dir: 'rtl' }));
    await shown(tracker, '.entry');
    for (const details of tracker.renderRoot.querySelectorAll('details')) details.open = true;
    await expect(tracker).to.be.accessible();
    const faulty = put({ ledger: {} as never });
    await shown(faulty, '[role=alert]');
    await expect(faulty).to.be.accessible();
  });
});

describe('readLedger', () => {
  type Change = (ledger: Record<string, never>) => unknown;
  const broken = (change: Change): unknown => {
    const ledger = JSON.parse(JSON.stringify(sampleLedger())) as Record<string, never>;
    return change(ledger) ?? ledger;
  };
  const set = (path: string, value: unknown): Change => (ledger) => {
    const keys = path.split('.');
    let target = ledger as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) target = target[key] as Record<string, unknown>;
    target[keys.at(-1)!] = value;
    return undefined;
  };

  for (const [name, change, field] of [
    ['a string', () => 'ledger', undefined],
    ['a list', () => [], undefined],
    ['entries that are none', set('entries', {}), 'entries'],
    ['an entry that is null', set('entries.1', null), 'entries[1]'],
    ['a status of its own', set('entries.0.progress.status', 'conferred'), 'entries[0].progress.status'],
    ['more than all', set('entries.0.progress.progress', 7), 'entries[0].progress.progress'],
    ['credits that are no number', set('entries.0.progress.policy.credits', '3'), 'entries[0].progress.policy.credits'],
    ['negative credits', set('goal.credits', -1), 'goal.credits'],
    ['a title that is a number', set('entries.2.progress.policy.title', 3), 'entries[2].progress.policy.title'],
    ['a time that is none', set('at', 'yesterday'), 'at'],
    ['a conferral by nobody', set('entries.0.conferral.by', {}), 'entries[0].conferral.by.name'],
    ['endless words', set('learner.name', 'x'.repeat(100_000)), 'learner.name'],
    ['endless entries', set('entries', Array.from({ length: 5000 }, () => ({}))), 'entries'],
  ] as const) {
    it(`refuses ${name}, and says where`, () => {
      try {
        readLedger(broken(change));
      } catch (error) {
        const fault = error as CreditTrackerError;
        expect(fault.code).to.equal('ledger-invalid');
        expect(fault.field).to.equal(field);
        return;
      }
      expect.fail('it was accepted');
    });
  }

  it('takes over what is known and leaves the rest', () => {
    const ledger = readLedger({ ...sampleLedger(), secret: 1, __proto__: { goal: 'x' } });
    expect(ledger).to.deep.equal(sampleLedger());
  });
});
