import type { LmsPlugin } from '@lectern/core';
import '@lectern/components/course-player/define';
import '@lectern/components/learning-session/define';
import type { LearningSession } from '@lectern/components/learning-session';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { courseOf, MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { dark } from './environment.js';

type Story = StoryObj<LearningSession>;

const course = courseOf({
  type: 'unit',
  kind: 'document',
  id: 'page',
  title: { en: 'A page to read', 'zh-CN': '一页读物' },
  moveOn: 'Completed',
  sources: [{ src: `data:text/markdown,${encodeURIComponent('Whatever stands inside a learning session is recorded.\n\n学习会话之内的一切都会被记录。')}`, type: 'text/markdown' }],
});

function session(connect: () => ReturnType<LmsPlugin['connect']>): TemplateResult {
  const plugins: LmsPlugin[] = [{ name: 'story', detect: () => true, connect }];
  return html`<learning-session .plugins=${plugins}><course-player .course=${course}></course-player></learning-session>`;
}

const meta: Meta<LearningSession> = {
  title: 'Learning session',
  component: 'learning-session',
  argTypes: {
    plugins: { control: false },
    launch: { control: false },
    actor: { control: 'object' },
    getToken: { control: false },
    tokenRequest: { control: false },
  },
};
export default meta;

/** Shows nothing of its own: the player inside says what is saved. */
export const Connected: Story = {
  render: () => {
    const host = new MemoryHost();
    host.setDelivery({ stored: 1 });
    return session(() => host.connect(course));
  },
};

/** While the connection is being made. The player says so; what the learner did before decides where it opens. */
export const Connecting: Story = { render: () => session(() => new Promise(() => undefined)) };

/** Nothing inside: nothing to see. */
export const Empty: Story = { render: () => html`<learning-session></learning-session>` };

const unreachable = (): TemplateResult => session(() => Promise.reject(Object.assign(new Error('lrs.example did not answer.'), { code: 'network' })));

/** The learner's record cannot be reached. The content goes on; a retry is at hand. */
export const Unreachable: Story = { render: unreachable };

/** The network is away: what was recorded waits in the browser, and the player says so. */
export const Offline: Story = {
  render: () => {
    const host = new MemoryHost();
    host.setDelivery({ waiting: 2, held: 'offline' });
    return session(() => host.connect(course));
  },
};

/** The learner's sign-in has ended. */
export const SignedOut: Story = {
  render: () => session(() => Promise.reject(Object.assign(new Error('The launch was answered with 401.'), { code: 'unauthorized' }))),
};

/** Nobody has told the element how to reach a record. */
export const Unconfigured: Story = {
  render: () => html`<learning-session><course-player .course=${course}></course-player></learning-session>`,
};

const noPlatform = (): TemplateResult => html`<learning-session lms="auto"><course-player .course=${course}></course-player></learning-session>`;

/** It looked for an LMS around the page, and there is none: nothing is recorded, and that is said, with the reasons for whoever looks after the page. */
export const NoPlatform: Story = { render: noPlatform };

/** The same on a dark part of a page. */
export const NoPlatformDark: Story = { render: () => dark(noPlatform()) };

/** What the LMS's launch gave is used up: the learner opens the course there again. */
export const SessionOver: Story = {
  render: () => session(() => Promise.reject(Object.assign(new Error('This launch has been used already: open the course from the LMS again.'), { code: 'unauthorized', field: 'fetch' }))),
};

/** What the LRS said may be long. */
export const LongText: Story = {
  render: () => session(() => Promise.reject(Object.assign(new Error(`https://records.example/${'a-very-long-address/'.repeat(8)} did not answer as expected. `.repeat(2)), { code: 'server-error' }))),
};

/** In Chinese, whatever the page speaks. */
export const Chinese: Story = { render: () => html`<div lang="zh-CN">${unreachable()}</div>` };

/** In a page that runs from right to left. */
export const RightToLeft: Story = { render: () => html`<div dir="rtl">${unreachable()}</div>` };

/** On a dark part of a page. */
export const Dark: Story = { render: () => dark(unreachable()) };
