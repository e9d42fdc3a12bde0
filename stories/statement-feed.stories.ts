import { CoreError } from '@lectern/core';
import '@lectern/components/statement-feed/define';
import type { StatementFeed } from '@lectern/components/statement-feed';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { ENDPOINT, hostileStatements, MemoryLrs, record, sampleStatement, stored } from '../packages/components/src/statement-feed/statement-feed.fixture.js';
import { answer, dark, never, offline, ownPage, status } from './environment.js';

type Story = StoryObj<StatementFeed>;

const meta: Meta<StatementFeed> = {
  title: 'Statement feed',
  component: 'statement-feed',
  argTypes: {
    target: { control: false },
    getToken: { control: false },
    source: { control: 'select', options: ['both', 'page', 'store'] },
    receipt: { control: 'select', options: ['', 'pending', 'journaled', 'durable', 'stored', 'failed', 'unknown'] },
  },
};
export default meta;

const getToken = (): Promise<string> => Promise.resolve('Bearer story');

/** A feed that listens to events of its own, so that stories beside each other on a docs page do not mix. */
function live(tell: (target: EventTarget) => void, attributes: Partial<StatementFeed> = {}): TemplateResult {
  const target = new EventTarget();
  // When the feed listens, a moment after it is there.
  setTimeout(() => tell(target), 100);
  return feed({ ...attributes, target });
}

function feed({ target, endpoint, source = 'both', verb = '', learner = '', receipt = '', since = '', ascending = false, follow = false, limit = 50 }: Partial<StatementFeed>): TemplateResult {
  return html`<statement-feed
    .target=${target}
    .endpoint=${endpoint}
    .getToken=${getToken}
    .source=${source}
    .verb=${verb}
    .learner=${learner}
    .receipt=${receipt}
    .since=${since}
    .limit=${limit}
    ?ascending=${ascending}
    ?follow=${follow}
  ></statement-feed>`;
}

const page = (attributes: Partial<StatementFeed> = {}): TemplateResult => feed({ target: new EventTarget(), endpoint: ENDPOINT, ...attributes });

const lrs = (count: number, before: readonly unknown[] = []) => (): (() => void) =>
  new MemoryLrs([...before, ...Array.from({ length: count }, (_, n) => stored(sampleStatement(count - 1 - n)))]).install();

/** Every receipt there is, as a page that records sees them. */
function everyReceipt(target: EventTarget): void {
  record(target, sampleStatement(5), 'stored');
  record(target, sampleStatement(4), 'failed', new CoreError('statement-invalid', 'The statement is not valid: actor.mbox must be mailto: and one address.', { field: 'actor.mbox', clause: 'xAPI 1.0.3 Data 2.4.2.3' }));
  record(target, sampleStatement(3), 'durable');
  record(target, sampleStatement(2), 'journaled');
  record(target, sampleStatement(0), 'pending');
}

/** What a page records as it happens, each with its receipt: in memory, journaled, durable, stored, failed with the reason. */
export const Live: Story = { render: () => live(everyReceipt) };

/** A record store with more pages. */
export const RecordStore: Story = { render: () => page({ limit: 20 }), beforeEach: lrs(130), parameters: ownPage('46rem') };

/** Both at once: what waits here, above what has arrived. A statement that both have is shown once. */
export const Both: Story = { render: () => live(everyReceipt, { endpoint: ENDPOINT, limit: 10 }), beforeEach: lrs(12), parameters: ownPage('46rem') };

/** The store looks for the verb, the feed for a part of the learner's name; it says which is which. */
export const Filtered: Story = { render: () => page({ verb: 'completed', learner: 'li', limit: 10 }), beforeEach: lrs(300), parameters: ownPage('30rem') };

/** Nothing is as it is asked for. */
export const NothingMatches: Story = { render: () => page({ verb: 'abandoned' }), beforeEach: lrs(20), parameters: ownPage('24rem') };

/** A filter that is none is not applied, and said to be so. */
export const FilterNotUnderstood: Story = { render: () => page({ since: 'yesterday' }), beforeEach: lrs(3), parameters: ownPage('24rem') };

/** The first moment of a page. */
export const Empty: Story = { render: () => feed({ target: new EventTarget() }) };

/** Only a record store, and nobody is signed in. */
export const NoSession: Story = { render: () => feed({ target: new EventTarget(), source: 'store' }) };

/** A store that takes its time. */
export const Loading: Story = { render: () => page(), beforeEach: () => answer(ENDPOINT, never), parameters: ownPage('24rem') };

/** The store cannot be reached; a retry is at hand. */
export const Unreachable: Story = { render: () => page(), beforeEach: () => answer(ENDPOINT, status(502)), parameters: ownPage('24rem') };

/** It cannot be reached, but what this page records goes on. */
export const UnreachableWhileLive: Story = { render: () => live(everyReceipt, { endpoint: ENDPOINT }), beforeEach: () => answer(ENDPOINT, status(502)), parameters: ownPage('34rem') };

/** The token is refused. */
export const Unauthorized: Story = { render: () => page(), beforeEach: () => answer(ENDPOINT, status(401)), parameters: ownPage('24rem') };

/** It asks to come back later. */
export const Busy: Story = { render: () => page(), beforeEach: () => answer(ENDPOINT, status(429)), parameters: ownPage('24rem') };

/** What answers is a page for people. */
export const NoRecordStore: Story = {
  render: () => page(),
  beforeEach: () => answer(ENDPOINT, () => Promise.resolve(new Response('<!doctype html><title>Sign in</title>', { headers: { 'Content-Type': 'text/html' } }))),
  parameters: ownPage('24rem'),
};

/** The machine is offline. */
export const Offline: Story = { render: () => page(), beforeEach: () => offline(ENDPOINT), parameters: ownPage('24rem') };

/** A store that knows only what was stored until an hour ago says so, and so does the feed. */
export const NotUpToDate: Story = {
  render: () => page({ limit: 10 }),
  beforeEach: () => {
    const store = new MemoryLrs([stored(sampleStatement(100)), stored(sampleStatement(90))]);
    store.consistentThrough = new Date(Date.now() - 3_600_000).toISOString();
    return store.install();
  },
  parameters: ownPage('24rem'),
};

/** Two thousand statements in one page: the rows come as the reader does. */
export const Thousands: Story = {
  render: () => live((target) => {
    for (let n = 1999; n >= 0; n--) record(target, sampleStatement(n));
  }),
  parameters: ownPage('40rem'),
};

/** Statements of every wrong shape, endless ones, and ones that would like to be markup. */
export const Hostile: Story = { render: () => page(), beforeEach: lrs(3, hostileStatements()), parameters: ownPage('46rem') };

const LONG = 'Fundamentals of precision manufacturing with particular regard to the safe operation of conventional and numerically controlled machine tools';

/** Long names. */
export const LongText: Story = {
  render: () => live((target) => {
    const { object, ...rest } = sampleStatement(1);
    record(target, { ...rest, actor: { name: 'Hubert Blaine Wolfeschlegelsteinhausenbergerdorff', mbox: 'mailto:h@campus.example' }, object: { ...object, definition: { name: { en: LONG } } } }, 'durable');
    record(target, sampleStatement(0), 'stored');
  }),
};

/** A phone's width. */
export const Narrow: Story = { render: () => html`<div style="max-inline-size: 320px">${live(everyReceipt)}</div>` };

/** In Chinese, whatever the page speaks. */
export const Chinese: Story = { render: () => html`<div lang="zh-CN">${live(everyReceipt)}</div>` };

/** In a page that runs from right to left. */
export const RightToLeft: Story = { render: () => html`<div dir="rtl">${live(everyReceipt)}</div>` };

/** On a dark part of a page. */
export const Dark: Story = { render: () => dark(live(everyReceipt)) };
