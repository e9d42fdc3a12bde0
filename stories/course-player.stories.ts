import type { ActivitySequencing, AudioUnit, Course, DocumentUnit, StateContent, VideoUnit } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer, DownloadEvent } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { strToU8, zipSync } from 'fflate';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { answer, dark, demoUrl, never, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const demo = {
  video: demoUrl('media/lesson.webm'),
  poster: demoUrl('media/poster.jpg'),
  captions: demoUrl('media/captions.zh-CN.vtt'),
  chapters: demoUrl('media/chapters.en.vtt'),
  chaptersZh: demoUrl('media/chapters.zh-CN.vtt'),
  guide: demoUrl('document/set-up-guide.en.md'),
  guideZh: demoUrl('document/set-up-guide.zh-CN.md'),
};

const film = (id: string, title: VideoUnit['title']): VideoUnit => ({
  type: 'unit',
  kind: 'video',
  id,
  title,
  description: { en: 'The machine, the key, the tool, the speed: a minute that saves fingers.', 'zh-CN': '机床、扳手、刀具、转速：用一分钟保住手指。' },
  moveOn: 'Completed',
  expectedSeconds: 66,
  sources: [{ src: demo.video, type: 'video/webm' }],
  poster: demo.poster,
  tracks: [
    { src: demo.captions, kind: 'captions', lang: 'zh-CN', label: '中文' },
    { src: demo.chapters, kind: 'chapters', lang: 'en' },
    { src: demo.chaptersZh, kind: 'chapters', lang: 'zh-CN' },
  ],
});

const guide = (id: string, title: DocumentUnit['title']): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title,
  moveOn: 'Completed',
  expectedSeconds: 240,
  sources: [
    { src: demo.guide, type: 'text/markdown', lang: 'en' },
    { src: demo.guideZh, type: 'text/markdown', lang: 'zh-CN' },
  ],
});

const course: Course = {
  id: 'https://lectern.example/stories/lathe',
  title: { en: 'Lathe safety and set-up', 'zh-CN': '车床安全与调试' },
  format: 'course',
  language: 'en',
  children: [
    {
      type: 'block',
      id: 'learn',
      title: { en: 'Learn', 'zh-CN': '学习' },
      children: [film('film', { en: 'Five checks before you start', 'zh-CN': '开机前的五项检查' }), guide('guide', { en: 'Set-up guide', 'zh-CN': '调试指南' })],
    },
    {
      type: 'block',
      id: 'again',
      title: { en: 'Once more', 'zh-CN': '再来一遍' },
      children: [film('film-2', { en: 'The same film, for those in doubt', 'zh-CN': '同一段视频，供有疑问的人' }), guide('guide-2', { en: 'What to remember', 'zh-CN': '要点' })],
    },
  ],
};

const locked = new URL('../packages/components/src/course-player/units/document/locked.fixture.pdf', import.meta.url).href;

/** A course of a PDF; its pdf.js is what npm put on this machine. */
const pdf = (more: Partial<DocumentUnit> = {}): TemplateResult => html`<course-player
  pdf-assets=${new URL('pdfjs/', document.baseURI).href}
  .course=${{
    ...course,
    children: [
      {
        type: 'unit',
        kind: 'document',
        id: 'handout',
        title: { en: 'Handout: speeds and checks', 'zh-CN': '随身页：转速与检查' },
        moveOn: 'Completed',
        download: true,
        sources: [
          { src: demoUrl('document/speeds-handout.en.pdf'), type: 'application/pdf', lang: 'en' },
          { src: demoUrl('document/speeds-handout.zh-CN.pdf'), type: 'application/pdf', lang: 'zh-CN' },
        ],
        ...more,
      },
    ],
  } satisfies Course}
></course-player>`;

const LONG = 'Fundamentals of precision manufacturing with particular regard to the safe operation of conventional and numerically controlled machine tools';

/** What a learner did before, as the session keeps it. */
const past: StateContent = {
  current: 'guide',
  'unit:film': { completed: true, progress: 1, sessions: 2, seatSeconds: 80, length: 66.5, segments: [[0, 66.5]] },
  'unit:guide': { progress: 0.4, sessions: 1, seatSeconds: 50, suspended: true },
  'unit:film-2': { success: 'failed', progress: 0.7, sessions: 1, seatSeconds: 50, length: 66.5, segments: [[3, 20], [31, 52]] },
};

function recorded(player: TemplateResult, prepare: (host: MemoryHost) => void = () => undefined): TemplateResult {
  const host = new MemoryHost();
  host.documents.set(`${course.id} lectern.session`, past);
  host.setDelivery({ stored: 12 });
  prepare(host);
  return html`<memory-session .host=${host}>${player}</memory-session>`;
}

const player = (more: Partial<Pick<CoursePlayer, 'course' | 'src' | 'unit'>> = {}): TemplateResult =>
  html`<course-player .course=${more.src === undefined ? (more.course ?? course) : undefined} .src=${more.src ?? ''} .unit=${more.unit}></course-player>`;

/** Eight megabytes of a package of two hundred, and then silence. */
const stalling = (): Promise<Response> => {
  const begin = new Uint8Array(8_400_000);
  begin.set([0x50, 0x4b, 3, 4]);
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(begin), pull: never as () => Promise<never> });
  return Promise.resolve(new Response(body, { headers: { 'content-length': '200000000' } }));
};

const lessonPackage = (): Uint8Array<ArrayBuffer> =>
  zipSync({
    'course.json': strToU8(JSON.stringify({ id: course.id, title: 'A lesson in a package', children: [{ type: 'unit', kind: 'scorm', id: 'lesson', title: 'Lathe operation', version: '1.2', href: 'index.html' }, { ...guide('guide', 'Set-up guide'), sources: [{ src: 'guide.md', type: 'text/markdown' }] }] })),
    'index.html': strToU8('<title>Lesson</title>'),
    'guide.md': strToU8('# Set-up guide\n\nCheck the guard, the chuck key, the tool and the speed.'),
  }) as Uint8Array<ArrayBuffer>;

const data = (text: string): string => `data:application/json,${encodeURIComponent(text)}`;

const meta: Meta<CoursePlayer> = {
  title: 'Course player',
  component: 'course-player',
  args: { headingLevel: 2 },
  argTypes: { headingLevel: { control: { type: 'number', min: 1, max: 5 } }, course: { control: 'object' }, src: { control: 'text' }, unit: { control: 'text' } },
  render: () => player(),
};
export default meta;

/** Without a `<learning-session>` around it: it plays, and says that nothing is recorded. */
export const NoSession: Story = {};

/** In a session, with what the learner did before: it opens where they were. */
export const Resumed: Story = { render: () => recorded(player()) };

/** A video: what was watched, chapters, ten seconds back. */
export const Video: Story = { render: () => recorded(player({ unit: 'film-2' })) };

/** A Markdown document in the reader's language. */
export const Document: Story = { render: () => recorded(player({ unit: 'guide' })) };

/** A PDF in the reader's language, page by page; the outline, search and print are in its tools. */
export const Pdf: Story = { render: () => recorded(pdf()) };

/** The same where the learner has read before: it goes on at their page. */
export const PdfResumed: Story = { render: () => recorded(pdf(), (host) => host.documents.set(`${course.id} lectern.session`, { current: 'handout', 'unit:handout': { progress: 0.4, sessions: 1, suspended: true, length: 5, position: 2, segments: [[0, 2]] } })) };

/** A locked PDF asks for its password (it is `lathe`). */
export const PdfLocked: Story = { render: () => recorded(pdf({ sources: [{ src: locked, type: 'application/pdf' }] })) };

/** A picture with its alternative text and a caption; larger and smaller by keys. */
export const Picture: Story = {
  render: () =>
    recorded(
      pdf({
        title: { en: 'Tool height', 'zh-CN': '刀尖高度' },
        sources: [{ src: demoUrl('document/tool-height.svg'), type: 'image/svg+xml' }],
        alt: { en: 'Three views of a bar from its end: the tool above the axis, on it, and below.', 'zh-CN': '从端面看工件的三种情况：刀具高于、对准、低于轴线。' },
        caption: { en: 'Too high, on centre, too low.', 'zh-CN': '过高、对中心、过低。' },
      }),
    ),
};

/** An EPUB is read on the content's own origin; a course that names no courseware frame says so. */
export const EpubWithoutFrame: Story = { render: () => recorded(pdf({ sources: [{ src: demoUrl('document/any.epub'), type: 'application/epub+zip' }] })) };

/** What comes from the PDF's address is none. */
export const PdfBroken: Story = { render: () => recorded(pdf({ sources: [{ src: demo.guide, type: 'application/pdf' }] })) };

/** On a dark part of a page, paper stays white. */
export const PdfDark: Story = { render: () => dark(recorded(pdf())) };

/** In a page that runs from right to left. */
export const PdfRightToLeft: Story = { render: () => html`<div dir="rtl">${recorded(pdf())}</div>` };

/** As wide as a small phone, in Chinese. */
export const PdfNarrow: Story = { render: () => html`<div lang="zh-CN" style="max-width: 328px">${recorded(pdf())}</div>` };

/** A course of one unit has no contents and no neighbours. */
export const SingleUnit: Story = { render: () => recorded(player({ course: { ...course, children: [film('only', 'Five checks before you start')] } })) };

/** While the description is on its way. */
export const Loading: Story = { render: () => html`<course-player></course-player>` };

/** A course without units. */
export const Empty: Story = { render: () => player({ course: { ...course, children: [] } }) };

/** What comes from the address is no course; the details name the field. */
export const Broken: Story = {
  render: () => player({ src: data(JSON.stringify({ ...course, children: [{ ...film('a', 'A'), completionThreshold: 7 }] })) }),
};

/** A package on a server that does not answer in parts: it is downloaded, in sight, and can be stopped. */
export const Downloading: Story = {
  parameters: ownPage(),
  beforeEach: () => answer('package-on-its-way', stalling),
  render: () => player({ src: 'https://files.example/package-on-its-way' }),
};

/** The learner has stopped the download. */
export const DownloadCancelled: Story = {
  parameters: ownPage(),
  beforeEach: () => answer('package-cancelled', stalling),
  render: () => html`<course-player src="https://files.example/package-cancelled" @lectern-download=${({ currentTarget, loaded }: DownloadEvent) => loaded > 0 && (currentTarget as CoursePlayer).cancel()}></course-player>`,
};

/** A package with a SCORM lesson, on a page that names no content origin to run it on. */
export const NoContentOrigin: Story = {
  parameters: ownPage(),
  beforeEach: () => answer('package-of-a-lesson', () => Promise.resolve(new Response(lessonPackage()))),
  render: () => recorded(player({ src: 'https://files.example/package-of-a-lesson' })),
};

/** What comes from the address is neither a course, a package, nor media. */
export const UnknownFormat: Story = {
  parameters: ownPage(),
  beforeEach: () => answer('something-else', () => Promise.resolve(new Response(new Uint8Array([0, 1, 2, 3])))),
  render: () => player({ src: 'https://files.example/something-else' }),
};

/** A unit that leads to another site. */
export const WebLink: Story = {
  render: () =>
    recorded(player({ course: { ...course, children: [{ type: 'unit', kind: 'link', id: 'link', title: { en: 'Standards for machine tools', 'zh-CN': '机床标准' }, href: 'https://standards.example/iso/16156', moveOn: 'Completed' }, film('film', 'Five checks')] }, unit: 'link' })),
};

/** A unit that the course does not have was asked for. The contents still lead on. */
export const UnknownUnit: Story = { render: () => player({ unit: 'nowhere' }) };

/** The network is away: what was recorded waits in the browser. */
export const Offline: Story = { render: () => recorded(player(), (host) => host.setDelivery({ waiting: 3, held: 'offline' })) };

/** The learner has not agreed yet to being recorded: it waits in the browser. */
export const ConsentPending: Story = { render: () => recorded(player(), (host) => host.setDelivery({ waiting: 3, held: 'consent' })) };

/** Not even the browser can keep what was recorded: only an open page can. */
export const Unsafe: Story = { render: () => recorded(player(), (host) => host.setDelivery({ waiting: 2, unsafe: 2, held: 'storage' })) };

/** The learner's record cannot be opened. The content plays; a retry is at hand. */
export const NotConnected: Story = {
  render: () => recorded(player(), (host) => {
    host.fault = new Error('the record store answered 503');
  }),
};

/** Long titles, many units, deep blocks. */
export const LongText: Story = {
  render: () =>
    recorded(
      player({
        course: {
          ...course,
          id: 'https://lectern.example/stories/long',
          title: LONG,
          children: [
            { type: 'block', id: 'b', title: LONG, children: [{ type: 'block', id: 'bb', title: LONG, children: [film('film', LONG), guide('g', `${LONG} ${LONG}`)] }] },
            ...Array.from({ length: 12 }, (_, index) => guide(`g${index}`, `${index + 1}. ${LONG}`)),
          ],
        },
      }),
    ),
};

/** In Chinese, whatever the page speaks. */
export const Chinese: Story = { render: () => html`<div lang="zh-CN">${recorded(player({ unit: 'film' }))}</div>` };

/** In a page that runs from right to left; the media's transport does not. */
export const RightToLeft: Story = { render: () => html`<div dir="rtl">${recorded(player({ unit: 'film-2' }))}</div>` };

/** On a dark part of a page. */
export const Dark: Story = { render: () => dark(recorded(player({ unit: 'film-2' }))) };

/** As wide as a small phone. */
export const Narrow: Story = { render: () => html`<div style="max-width: 328px">${recorded(player({ unit: 'film-2' }))}</div>` };

/** In a page's own colours and corners. */
export const Themed: Story = {
  render: () =>
    html`<div style="--lectern-color-accent: #7a3f8f; --lectern-color-accent-tint: #f3eaf6; --lectern-color-on-accent: #fff; --lectern-radius: 2px; --lectern-font-family: Georgia, serif; color-scheme: light; background: #fff">
      ${recorded(player({ unit: 'film-2' }))}
    </div>`,
};

/** Opens when the unit before it is satisfied. */
const after = (id: string, before: string | undefined): ActivitySequencing => ({
  objectives: [
    { id: 'own', primary: true, maps: [{ target: id, write: ['satisfied'] }] },
    ...(before === undefined ? [] : [{ id: 'before', maps: [{ target: before, read: ['satisfied'] as const }] }]),
  ],
  ...(before === undefined ? {} : { preConditions: [{ action: 'disabled', combination: 'any', conditions: [{ condition: 'satisfied', objective: 'before', not: true }, { condition: 'objectiveStatusKnown', objective: 'before', not: true }] }] }),
});

const led: Course = {
  ...course,
  id: 'https://lectern.example/stories/led',
  format: 'scorm2004',
  sequencing: { rootId: 'all', root: { controlMode: { flow: true } }, activities: { a: after('a', undefined), b: after('b', 'a'), c: after('c', 'b') } },
  children: [guide('a', { en: 'Setting up', 'zh-CN': '调试' }), guide('b', { en: 'First cut', 'zh-CN': '第一刀' }), guide('c', { en: 'Measuring', 'zh-CN': '测量' })],
};

/** The course's own rules say what is open: one unit after the other. */
export const ForcedOrder: Story = { render: () => recorded(html`<course-player .course=${led}></course-player>`) };

export const ForcedOrderChinese: Story = { render: () => html`<div lang="zh-CN">${recorded(html`<course-player .course=${led}></course-player>`)}</div>` };

const flowing: Course = { ...led, id: 'https://lectern.example/stories/flow', sequencing: { rootId: 'all', root: { controlMode: { flow: true, choice: false } }, activities: {} } };

/** Contents to look at only. */
export const LedByTheCourse: Story = { render: () => recorded(html`<course-player .course=${flowing}></course-player>`) };

/** Sound alone, with captions as a transcript. */
const recording: AudioUnit = {
  type: 'unit',
  kind: 'audio',
  id: 'sound',
  title: { en: 'The sound of a good cut', 'zh-CN': '听辨切削声音' },
  moveOn: 'Completed',
  sources: [{ src: demo.video, type: 'video/webm' }],
  tracks: [{ src: demo.captions, kind: 'captions', lang: 'zh-CN', label: '中文' }],
};

export const Sound: Story = { render: () => recorded(html`<course-player .course=${{ ...course, children: [recording] }}></course-player>`) };

export const TranscriptOpen: Story = {
  render: () => recorded(html`<course-player .course=${{ ...course, children: [film('film', { en: 'Five checks', 'zh-CN': '五项检查' })] }}></course-player>`),
  play: async ({ canvasElement }) => {
    const player = canvasElement.querySelector('course-player')!;
    for (let turn = 0; turn < 200; turn += 1) {
      const summary = player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector<HTMLElement>('.transcript summary');
      if (summary) return summary.click();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  },
};

export const CaptionsMissing: Story = {
  render: () => recorded(html`<course-player .course=${{ ...course, children: [{ ...film('film', { en: 'Five checks', 'zh-CN': '五项检查' }), tracks: [{ src: 'data:text/html,none#.srt', kind: 'captions', lang: 'fr', label: 'Français' }] }] }}></course-player>`),
};
