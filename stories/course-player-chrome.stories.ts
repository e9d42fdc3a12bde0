import type { Course, CourseNode, DocumentUnit, StateContent } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, render, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { dark, demoUrl, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const guide = (id: string, title: DocumentUnit['title'], more: Partial<DocumentUnit> = {}): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title,
  moveOn: 'Completed',
  expectedSeconds: 240,
  sources: [
    { src: demoUrl('document/set-up-guide.en.md'), type: 'text/markdown', lang: 'en' },
    { src: demoUrl('document/set-up-guide.zh-CN.md'), type: 'text/markdown', lang: 'zh-CN' },
  ],
  ...more,
});

/** A course in which some units come before others. */
const ordered: Course = {
  id: 'https://lectern.example/stories/ordered',
  title: { en: 'Lathe licence', 'zh-CN': '车床上岗证' },
  format: 'course',
  language: 'en',
  children: [
    {
      type: 'block',
      id: 'first',
      title: { en: 'One after the other', 'zh-CN': '依次学习' },
      order: 'forced',
      children: [guide('safety', { en: 'Safety first', 'zh-CN': '安全第一' }), guide('set-up', { en: 'Setting up', 'zh-CN': '调试' }), guide('cut', { en: 'The first cut', 'zh-CN': '第一刀' })],
    },
    guide('extra', { en: 'For the curious', 'zh-CN': '拓展阅读' }, { moveOn: 'NotApplicable' }),
    {
      type: 'block',
      id: 'licence',
      title: { en: 'Licence', 'zh-CN': '考核' },
      requires: ['first', 'extra'],
      children: [guide('test', { en: 'The test', 'zh-CN': '考试' }), guide('again', { en: 'What to remember', 'zh-CN': '要点' }, { requires: ['test'] })],
    },
  ],
};

const begun: StateContent = { current: 'safety', 'unit:safety': { progress: 0.4, sessions: 1, seatSeconds: 95, suspended: true } };
const half: StateContent = { current: 'set-up', 'unit:safety': { completed: true, progress: 1, sessions: 1, seatSeconds: 240 }, 'unit:set-up': { progress: 0.2, sessions: 1, seatSeconds: 40, suspended: true } };

function recorded(player: TemplateResult, course: Course, past: StateContent): TemplateResult {
  const host = new MemoryHost();
  host.documents.set(`${course.id} lectern.session`, past);
  host.setDelivery({ stored: 12 });
  return html`<memory-session .host=${host}>${player}</memory-session>`;
}

/** A course of many units, in blocks of fifty. */
function manyUnits(count: number): Course {
  const blocks: CourseNode[] = [];
  for (let from = 0; from < count; from += 50) {
    const children = Array.from({ length: Math.min(50, count - from) }, (_, index) => guide(`u${from + index}`, { en: `${from + index + 1}. Lesson of the course`, 'zh-CN': `第 ${from + index + 1} 课` }));
    blocks.push({ type: 'block', id: `b${from}`, title: { en: `Part ${from / 50 + 1}`, 'zh-CN': `第 ${from / 50 + 1} 部分` }, children });
  }
  return { ...ordered, id: `https://lectern.example/stories/${count}`, title: { en: `A course of ${count} units`, 'zh-CN': `${count} 个单元的课程` }, children: blocks };
}

const many = (count: number): TemplateResult => {
  const course = manyUnits(count);
  const at = `u${Math.floor(count / 2)}`;
  return recorded(html`<course-player .course=${course}></course-player>`, course, { current: at, [`unit:${at}`]: { progress: 0.3, sessions: 1, seatSeconds: 40, suspended: true } });
};

const until = async <T>(look: () => T | null | undefined): Promise<T> => {
  for (let turn = 0; turn < 400; turn += 1) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It did not come.');
};
const playerIn = (canvas: HTMLElement): CoursePlayer => canvas.querySelector('course-player')!;

const meta: Meta<CoursePlayer> = { title: 'Course player/Chrome', component: 'course-player', render: () => recorded(html`<course-player .course=${ordered}></course-player>`, ordered, begun) };
export default meta;

/** `requires` and `order: "forced"`: what is closed says what comes first. */
export const Locked: Story = {};

/** Further on: the next unit is open, the one behind it is not. */
export const HalfWay: Story = { render: () => recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half) };

export const LockedChinese: Story = { render: () => html`<div lang="zh-CN">${recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half)}</div>` };

export const LockedDark: Story = { render: () => dark(recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half)) };

export const LockedNarrow: Story = { render: () => html`<div style="max-width: 320px">${recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half)}</div>` };

export const LockedRightToLeft: Story = { render: () => html`<div dir="rtl">${recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half)}</div>` };

/** After leaving: what is saved, and how much is left. */
export const Left: Story = {
  render: () => recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half),
  play: async ({ canvasElement }) => {
    const exit = await until(() => playerIn(canvasElement).shadowRoot!.querySelector<HTMLElement>('[part~=exit]'));
    exit.click();
    await until(() => playerIn(canvasElement).shadowRoot!.querySelector('.left'));
  },
};

/** Full screen where the browser has none to give: over the page. */
export const PseudoFullscreen: Story = {
  parameters: ownPage(),
  beforeEach: () => {
    Object.defineProperty(document, 'fullscreenEnabled', { configurable: true, get: () => false });
    return () => void Reflect.deleteProperty(document, 'fullscreenEnabled');
  },
  render: () => html`<p>What the page has to say besides.</p>${recorded(html`<course-player .course=${ordered}></course-player>`, ordered, half)}`,
  play: async ({ canvasElement }) => {
    await until(() => playerIn(canvasElement).snapshot);
    await playerIn(canvasElement).enterFullscreen();
  },
};

/** The page draws header, contents and steps itself, from `snapshot`. */
export const HostChrome: Story = {
  render: () => {
    const draw = ({ currentTarget }: Event): void => {
      const player = currentTarget as CoursePlayer;
      const { units, next, progress, saving } = player.snapshot!;
      render(
        html`<ol>
            ${units.map(({ id, title, status, current, lock }) => html`<li><button aria-current=${current} ?disabled=${lock !== undefined} @click=${() => void player.open(id)}>${title}</button> ${lock?.words ?? status}</li>`)}
          </ol>
          <p>${Math.floor(progress.fraction * 100)} % · ${Math.round(progress.seconds / 60)} min spent${progress.remainingSeconds === undefined ? '' : `, ${Math.round(progress.remainingSeconds / 60)} min left`} · ${saving?.text}</p>
          <p>
            <button ?disabled=${!next.allowed} @click=${() => void player.next()}>Next</button> <button @click=${() => void player.suspend()}>Exit</button>
            <button @click=${() => void player.enterFullscreen()}>Full screen</button>
          </p>`,
        player.closest('memory-session')!.parentElement!.querySelector<HTMLElement>('.mine')!,
      );
    };
    return html`<div>
      <div class="mine"></div>
      ${recorded(html`<course-player chrome="none" .course=${ordered} @lectern-change=${draw}></course-player>`, ordered, half)}
    </div>`;
  },
};

/** A table of contents of the page's own, in the player's place for it. */
export const OwnContents: Story = {
  render: () =>
    recorded(
      html`<course-player .course=${ordered}>
        <div slot="contents" style="padding: 16px"><strong>Our own contents</strong><ol><li>Safety</li><li>Licence</li></ol></div>
      </course-player>`,
      ordered,
      half,
    ),
};

/** A thousand units. */
export const ThousandUnits: Story = { render: () => many(1000) };

/** Ten thousand. */
export const TenThousandUnits: Story = { parameters: ownPage(), render: () => many(10_000) };
