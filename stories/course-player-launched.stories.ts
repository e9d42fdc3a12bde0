import type { Cmi5Unit, Course, LaunchedUnitState, UnitOutcome } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { dark, never, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const au = (id: string, title: Cmi5Unit['title'], more: Partial<Cmi5Unit> = {}): Cmi5Unit => ({
  type: 'unit', kind: 'cmi5', id, title, url: 'https://publisher.example/index.html', publisherId: `https://publisher.example/au/${id}`, launchMethod: 'OwnWindow', moveOn: 'Passed',
  description: { en: 'Clamp the work, choose the speed, take the first cut: a simulator of the publisher’s, with a test at the end.', 'zh-CN': '装夹工件、选择转速、进行第一次切削：出版方的模拟练习，最后有一次测试。' },
  objectives: ['urn:clamp', 'urn:speed'],
  ...more,
});

const course: Course = {
  id: 'https://lectern.example/stories/cmi5',
  title: { en: 'Turning, in the publisher’s simulator', 'zh-CN': '车削模拟课程' },
  format: 'cmi5',
  language: 'en',
  objectives: [
    { id: 'urn:clamp', title: { en: 'Clamp a workpiece safely', 'zh-CN': '安全装夹工件' } },
    { id: 'urn:speed', title: { en: 'Choose a speed for material and tool', 'zh-CN': '根据材料和刀具选择转速' } },
  ],
  children: [
    au('before', { en: 'What you know already', 'zh-CN': '课前测试' }, { moveOn: 'CompletedOrPassed' }),
    { type: 'block', id: 'block', title: { en: 'At the lathe', 'zh-CN': '车床操作' }, children: [au('turn', { en: 'First cut', 'zh-CN': '第一次切削' }), au('after', { en: 'Test', 'zh-CN': '测试' })] },
  ],
};

const OUTCOMES: Readonly<Record<string, UnitOutcome>> = { before: { completed: false, progress: 0, waived: true }, after: { completed: true, success: 'failed', progress: 1 } };
const RUNNING: LaunchedUnitState = { initialized: true, completed: false, satisfied: false, terminated: false };

/** Of the story that is open elsewhere too; others have one of their own each time, since an attempt goes on in one place. */
const ELSEWHERE = crypto.randomUUID();

interface Circumstances {
  readonly launcher?: Partial<NonNullable<MemoryHost['launcher']>> | undefined;
  readonly registration?: string;
}

function launched(unit: string, { launcher = {}, registration = crypto.randomUUID() }: Circumstances = {}, course_ = course): TemplateResult {
  const host = new MemoryHost();
  host.registration = registration;
  host.setDelivery({ stored: 12 });
  host.launcher = {
    launch: () => Promise.resolve({ url: 'https://publisher.example/index.html', method: 'OwnWindow', sessionId: 's' }),
    observe: () => Promise.resolve(RUNNING),
    outcomes: () => Promise.resolve(OUTCOMES),
    ...launcher,
  };
  return html`<memory-session .host=${host}><course-player .course=${course_} .unit=${unit}></course-player></memory-session>`;
}

/** The first button of the open unit, when it is there. */
async function button(canvas: HTMLElement): Promise<HTMLButtonElement> {
  for (;;) {
    const found = canvas.querySelector('course-player')?.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('button');
    if (found) return found;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Windows as they open here: not at all, or ones that nobody sees. */
function windows(open: () => Window | null): () => void {
  const real = window.open;
  window.open = open;
  return () => {
    window.open = real;
  };
}

interface FakeWindow {
  closed: boolean;
  opener: unknown;
  readonly location: { replace(): void };
  close(): void;
  focus(): void;
}
const fakeWindow = (): FakeWindow => ({ closed: false, opener: null, location: { replace: () => undefined }, close: () => undefined, focus: () => undefined });

const looked = (): boolean => document.dispatchEvent(new Event('visibilitychange'));

const meta: Meta<CoursePlayer> = { title: 'Course player/Launched units', component: 'course-player', render: () => launched('turn') };
export default meta;

/** An AU that asks for a window of its own says what it is about. Its neighbours show what the server knows: one was waived, one not passed. */
export const OwnWindow: Story = {};

/** While the server makes the launch. */
export const Launching: Story = {
  render: () => launched('turn', { launcher: { launch: never as () => Promise<never> } }, { ...course, children: [au('turn', 'First cut', { launchMethod: 'AnyWindow' })] }),
};

/** The browser has not let the window open. */
export const PopupBlocked: Story = {
  parameters: ownPage(),
  beforeEach: () => windows(() => null),
  play: async ({ canvasElement }) => (await button(canvasElement)).click(),
};

/** The AU runs in its window. */
export const InItsWindow: Story = {
  parameters: ownPage(),
  beforeEach: () => windows(() => fakeWindow() as unknown as Window),
  render: () => launched('turn'),
  play: async ({ canvasElement }) => (await button(canvasElement)).click(),
};

/** The learner has closed the AU's window. */
export const WindowClosed: Story = {
  parameters: ownPage(),
  beforeEach: () => windows(() => ({ ...fakeWindow(), closed: true }) as unknown as Window),
  render: () => launched('turn'),
  play: async ({ canvasElement }) => {
    (await button(canvasElement)).click();
    await new Promise((resolve) => setTimeout(resolve, 100));
    looked();
  },
};

/** The session was abandoned: the unit was begun again on another device, or its time ran out. */
export const Abandoned: Story = {
  parameters: ownPage(),
  beforeEach: () => windows(() => fakeWindow() as unknown as Window),
  render: () => launched('turn', { launcher: { observe: () => Promise.resolve({ ...RUNNING, terminated: true, abandoned: true }) } }),
  play: async ({ canvasElement }) => {
    (await button(canvasElement)).click();
    await new Promise((resolve) => setTimeout(resolve, 100));
    looked();
  },
};

/** Another tab runs a unit of the registration: one at a time records. */
export const OpenInAnotherTab: Story = {
  parameters: ownPage(),
  beforeEach: async () => {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    await new Promise<void>((granted) => void navigator.locks.request(`lectern launch ${ELSEWHERE}`, () => (granted(), held)).catch(() => undefined));
    return release;
  },
  render: () => launched('turn', { registration: ELSEWHERE }, { ...course, children: [au('turn', { en: 'First cut', 'zh-CN': '第一次切削' }, { launchMethod: 'AnyWindow' })] }),
};

/** Nothing here can launch the AU. */
export const NoServer: Story = {
  render: () => {
    const host = new MemoryHost();
    return html`<memory-session .host=${host}><course-player .course=${course} unit="turn"></course-player></memory-session>`;
  },
};

export const Dark: Story = { render: () => dark(launched('turn')) };

export const RightToLeft: Story = { render: () => html`<div dir="rtl">${launched('turn')}</div>` };

export const NarrowChinese: Story = { render: () => html`<div lang="zh-CN" style="max-width: 328px">${launched('turn')}</div>` };
