import type { Course, LaunchedUnitState, LtiUnit } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { dark, never, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const tool = (id: string, title: LtiUnit['title'], more: Partial<LtiUnit> = {}): LtiUnit => ({
  type: 'unit', kind: 'lti', id, title, tool: 'laboratory', launchMethod: 'OwnWindow', moveOn: 'Passed', masteryScore: 0.6, ...more,
});

const course = (more: Partial<LtiUnit> = {}): Course => ({
  id: 'https://lectern.example/stories/tools',
  title: { en: 'Spectroscopy, with the laboratory’s own tool', 'zh-CN': '光谱学：使用实验室的工具' },
  format: 'course',
  language: 'en',
  children: [tool('measure', { en: 'Measure a spectrum', 'zh-CN': '测量光谱' }, more), tool('report', { en: 'Hand in the report', 'zh-CN': '提交报告' })],
});

const RUNNING: LaunchedUnitState = { initialized: true, completed: false, satisfied: false, terminated: false };

function launched(state: LaunchedUnitState | undefined = RUNNING, launcher: Partial<NonNullable<MemoryHost['launcher']>> = {}, more: Partial<LtiUnit> = {}): TemplateResult {
  const host = new MemoryHost();
  host.setDelivery({ stored: 3 });
  host.launcher = {
    launch: () => Promise.resolve({ url: 'https://tool.invalid/login', method: 'OwnWindow', sessionId: 's' }),
    observe: () => Promise.resolve(state),
    outcomes: () => Promise.resolve({}),
    ...launcher,
  };
  return html`<memory-session .host=${host}><course-player .course=${course(more)} unit="measure"></course-player></memory-session>`;
}

const framed: Partial<LtiUnit> = { launchMethod: 'AnyWindow' };

/** The first button of the open unit, when it is there. */
async function button(canvas: HTMLElement): Promise<HTMLButtonElement> {
  for (;;) {
    const found = canvas.querySelector('course-player')?.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('button');
    if (found) return found;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Windows as they open here: not at all, or ones that nobody sees. */
function windows(open: () => object | null): () => void {
  const real = window.open;
  window.open = open as typeof window.open;
  return () => {
    window.open = real;
  };
}
const unseen = (): object => ({ closed: false, opener: null, location: { replace: () => undefined }, close: () => undefined, focus: () => undefined });

/** Opens the tool's window, and has the player look at what came of it. */
async function openAndLook({ canvasElement }: { readonly canvasElement: HTMLElement }): Promise<void> {
  const offer = await button(canvasElement);
  offer.click();
  // The button is another one when the window is open.
  while (offer.isConnected) await new Promise((resolve) => setTimeout(resolve, 20));
  document.dispatchEvent(new Event('visibilitychange'));
}

const inWindow = (state: LaunchedUnitState): Story => ({ parameters: ownPage(), beforeEach: () => windows(unseen), render: () => launched(state), play: openAndLook });

const meta: Meta<CoursePlayer> = { title: 'Course player/LTI tools', component: 'course-player', render: () => launched() };
export default meta;

/** A tool that asks for a window of its own. */
export const OwnWindow: Story = {};

/** While the server makes the launch. */
export const Launching: Story = { render: () => launched(RUNNING, { launch: never as () => Promise<never> }, framed) };

/** The server has no such tool. */
export const NotSetUp: Story = {
  render: () => launched(RUNNING, { launch: () => Promise.reject(Object.assign(new Error('The LRS answered 404: No tool "laboratory" is registered here.'), { code: 'not-found' })) }, framed),
};

/** The browser has not let the window open. */
export const PopupBlocked: Story = { parameters: ownPage(), beforeEach: () => windows(() => null), play: async ({ canvasElement }) => (await button(canvasElement)).click() };

/** The tool runs in its window. */
export const InItsWindow: Story = inWindow(RUNNING);

/** Its score has come. */
export const Passed: Story = inWindow({ ...RUNNING, completed: true, success: 'passed', score: { scaled: 0.85 }, progress: 1, satisfied: true });

/** A score below what the course asks for. */
export const NotPassed: Story = inWindow({ ...RUNNING, completed: true, success: 'failed', score: { scaled: 0.4 }, progress: 1 });

/** The tool has sent the learner back. */
export const Left: Story = inWindow({ ...RUNNING, completed: true, success: 'passed', score: { scaled: 0.85 }, progress: 1, satisfied: true, terminated: true });

/** The server would not answer the tool. */
export const Refused: Story = inWindow({ ...RUNNING, initialized: false, problem: { code: 'refused', message: 'The tool asked for its answer at an address (redirect_uri) that it is not registered with.' } });

/** The tool has sent the learner back with words of its own. */
export const ToolError: Story = inWindow({ ...RUNNING, terminated: true, problem: { code: 'tool', message: 'The spectrometer is being serviced until 14:00.' } });

/** Nothing has come of the frame for a while. */
export const NotReached: Story = {
  render: () => launched({ ...RUNNING, initialized: false }, { launch: () => Promise.resolve({ url: 'https://tool.invalid/login', method: 'AnyWindow', sessionId: 's' }) }, framed),
  play: async ({ canvasElement }) => {
    const unit = (): ShadowRoot | null | undefined => canvasElement.querySelector('course-player')?.shadowRoot?.querySelector('.unit')?.shadowRoot;
    while (!unit()?.querySelector('button')) {
      if (unit()?.querySelector('iframe')) document.dispatchEvent(new Event('visibilitychange'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
};

export const Dark: Story = { ...inWindow(RUNNING), render: () => dark(launched({ ...RUNNING, completed: true, success: 'passed', score: { scaled: 0.85 }, progress: 1, satisfied: true })) };

export const RightToLeft: Story = { render: () => html`<div dir="rtl">${launched()}</div>` };

export const NarrowChinese: Story = { ...inWindow(RUNNING), render: () => html`<div lang="zh-CN" style="max-width: 328px">${launched({ ...RUNNING, terminated: true, problem: { code: 'tool', message: '光谱仪维护至 14:00。' } })}</div>` };
