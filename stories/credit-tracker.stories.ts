import type { CreditLedger } from '@lectern/core';
import '@lectern/components/credit-tracker/define';
import type { CreditTracker } from '@lectern/components/credit-tracker';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { emptyLedger, sampleLedger } from '../packages/components/src/credit-tracker/credit-tracker.fixture.js';
import { answer, dark, never, offline, ownPage, status } from './environment.js';

type Story = StoryObj<CreditTracker>;

const meta: Meta<CreditTracker> = {
  title: 'Credit tracker',
  component: 'credit-tracker',
  render: ({ ledger }) => html`<credit-tracker .ledger=${ledger}></credit-tracker>`,
  argTypes: { ledger: { control: 'object' } },
};
export default meta;

const fetched = (src: string) => html`<credit-tracker src=${src}></credit-tracker>`;
const jsonUrl = (text: string): string => `data:application/json,${encodeURIComponent(text)}`;
const LONG = 'Fundamentals of precision manufacturing with particular regard to the safe operation of conventional and numerically controlled machine tools';

function long(): CreditLedger {
  const ledger = sampleLedger();
  return {
    ...ledger,
    learner: { name: 'Hubert Blaine Wolfeschlegelsteinhausenbergerdorff', account: 'h' },
    goal: { title: LONG, credits: 160, scheme: 'CN' },
    entries: ledger.entries.map(({ progress, ...entry }) => ({
      ...entry,
      progress: { ...progress, policy: { ...progress.policy, title: LONG, institution: { name: `University of ${LONG}` } } },
    })),
  };
}

/** Credit of every kind: conferred, earned by evidence, pending, not begun, in two schemes. */
export const Default: Story = { args: { ledger: sampleLedger() } };

/** The first day: a goal, and nothing towards it. */
export const Empty: Story = { args: { ledger: emptyLedger() } };

/** Where no goal is given nothing is "required"; the ring shows what there is. */
export const WithoutGoal: Story = {
  args: { ledger: { learner: sampleLedger().learner, entries: sampleLedger().entries, at: sampleLedger().at } },
};

/** Credit that the institution took back, with its reason. */
export const TakenBack: Story = {
  args: {
    ledger: {
      ...sampleLedger(),
      entries: sampleLedger().entries.map((entry) =>
        entry.conferral ? { ...entry, conferral: { ...entry.conferral, revokedAt: '2026-11-22T02:00:00.000Z', reason: 'Conferred twice by mistake.' } } : entry,
      ),
    },
  },
};

/** Long names, long titles. */
export const LongText: Story = { args: { ledger: long() } };

/** A phone's width. */
export const Narrow: Story = { render: () => html`<div style="max-inline-size: 328px"><credit-tracker .ledger=${sampleLedger()}></credit-tracker></div>` };

/** A server that takes its time. */
export const Loading: Story = { render: () => fetched('/slow/ledger.json'), beforeEach: () => answer('/slow/', never), parameters: ownPage('20rem') };

/** What the server sent is no ledger: code and place for whoever runs the page, plain words for the learner. */
export const Invalid: Story = { render: () => fetched(jsonUrl('{"learner":{"account":"lin"},"entries":[{"progress":{}}],"at":"2026-11-23T00:00:00Z"}')) };

/** The server does not answer as it should; a retry is at hand. */
export const Unreachable: Story = { render: () => fetched('/broken/ledger.json'), beforeEach: () => answer('/broken/', status(503)), parameters: ownPage('14rem') };

/** Whoever reads has no right to: the session has ended. */
export const SignedOut: Story = { render: () => fetched('/closed/ledger.json'), beforeEach: () => answer('/closed/', status(401)), parameters: ownPage('14rem') };

/** The machine is offline before anything could be read. */
export const Offline: Story = { render: () => fetched('/away/ledger.json'), beforeEach: () => offline('/away/'), parameters: ownPage('14rem') };

/** No session around it and no `src`. */
export const NoLearner: Story = { render: () => html`<credit-tracker></credit-tracker>` };

/** In Chinese, whatever the page speaks. */
export const Chinese: Story = { render: () => html`<div lang="zh-CN"><credit-tracker .ledger=${sampleLedger()}></credit-tracker></div>` };

/** In a page that runs from right to left. */
export const RightToLeft: Story = { render: () => html`<div dir="rtl"><credit-tracker .ledger=${sampleLedger()}></credit-tracker></div>` };

/** On a dark part of a page. */
export const Dark: Story = { render: () => dark(html`<credit-tracker .ledger=${sampleLedger()}></credit-tracker>`) };
