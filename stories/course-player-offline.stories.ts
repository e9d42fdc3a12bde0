import type { Cmi5Unit, Course, DocumentUnit, LinkUnit, VideoUnit } from '@lectern/core';
import '@lectern/components/course-player/define';
import type { CoursePlayer, OfflineState } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { answer, dark, demoUrl, never, offline, ownPage } from './environment.js';

type Story = StoryObj<CoursePlayer>;

const guide = (id: string, title: DocumentUnit['title'], file = 'document/set-up-guide'): DocumentUnit => ({
  type: 'unit',
  kind: 'document',
  id,
  title,
  moveOn: 'Completed',
  expectedSeconds: 240,
  sources: [
    { src: demoUrl(`${file}.en.md`), type: 'text/markdown', lang: 'en' },
    { src: demoUrl(`${file}.zh-CN.md`), type: 'text/markdown', lang: 'zh-CN' },
  ],
});
const workshop: LinkUnit = { type: 'unit', kind: 'link', id: 'map', title: { en: 'Where the workshops are', 'zh-CN': '车间在哪里' }, moveOn: 'NotApplicable', href: 'https://maps.example/' };

const children = [guide('safety', { en: 'Safety first', 'zh-CN': '安全第一' }), guide('set-up', { en: 'Setting up', 'zh-CN': '调试' }), workshop];

/** Each story has a course of its own: what is kept of one is not kept of another. */
function courseAt(name: string, more: Partial<Course> = {}): { readonly src: string; readonly serve: () => () => void } {
  const course: Course = { id: `https://lectern.example/stories/${name}`, title: { en: 'Lathe licence', 'zh-CN': '车床上岗证' }, format: 'course', language: 'en', children, ...more };
  const src = demoUrl(`offline/${name}.json`);
  return { src, serve: () => answer(`offline/${name}.json`, () => Promise.resolve(Response.json(course))) };
}

function show(src: string): TemplateResult {
  const host = new MemoryHost();
  host.setDelivery({ stored: 12 });
  return html`<memory-session .host=${host}><course-player offline src=${src}></course-player></memory-session>`;
}

async function reach(canvas: HTMLElement, state: OfflineState): Promise<CoursePlayer> {
  const player = canvas.querySelector('course-player')!;
  for (let turn = 0; turn < 800; turn += 1) {
    if (player.offline?.status.state === state) {
      await player.updateComplete;
      return player;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It is ${player.offline?.status.state}, not ${state}.`);
}

const press = (player: CoursePlayer): void => player.shadowRoot!.querySelector<HTMLElement>('[part~=offline-button]')!.click();

/** Keeps the course as a learner would, and shows what comes of it. */
const keepUntil = (state: OfflineState): NonNullable<Story['play']> => async ({ canvasElement }) => {
  press(await reach(canvasElement, 'none'));
  await reach(canvasElement, state);
};

const forget = async (): Promise<void> => {
  for (const name of await caches.keys()) if (name.startsWith('lectern-kept')) await caches.delete(name);
};

/** Its own page: what this browser keeps is one for all stories. */
function story(name: string, play: NonNullable<Story['play']>, { course, network, wrap = (shown) => shown }: { course?: Partial<Course>; network?: () => () => void; wrap?: (shown: TemplateResult) => TemplateResult } = {}): Story {
  const { src, serve } = courseAt(name, course);
  return {
    parameters: ownPage(),
    beforeEach: () => {
      const undo = [serve(), ...(network ? [network()] : [])];
      return async () => {
        for (const each of undo.reverse()) each();
        await forget();
      };
    },
    render: () => wrap(show(src)),
    play,
  };
}

const meta: Meta<CoursePlayer> = { title: 'Course player/Offline', component: 'course-player' };
export default meta;

/** `offline`: the course can be kept. */
export const Offered: Story = story('offered', async ({ canvasElement }) => void (await reach(canvasElement, 'none')));

/** On its way. It can be broken off, and gone on with. */
export const Keeping: Story = story('keeping', keepUntil('keeping'), { course: { children: [children[0]!, guide('long', { en: 'A long text', 'zh-CN': '长文' }, 'offline/never'), workshop] }, network: () => answer('offline/never', never) });

/** Broken off: what is here stays. */
export const Partial_: Story = {
  ...story(
    'partial',
    async ({ canvasElement }) => {
      press(await reach(canvasElement, 'none'));
      const player = await reach(canvasElement, 'keeping');
      press(player);
      await reach(canvasElement, 'partial');
    },
    { course: { children: [children[0]!, guide('long', { en: 'A long text', 'zh-CN': '长文' }, 'offline/never'), workshop] }, network: () => answer('offline/never', never) },
  ),
  name: 'Broken off',
};

/** Kept; one unit needs the network all the same, and says so in the contents and below the buttons. */
export const Kept: Story = story('kept', keepUntil('kept'));

const live: VideoUnit = { type: 'unit', kind: 'video', id: 'live', title: { en: 'From the workshop', 'zh-CN': '车间现场' }, moveOn: 'Completed', sources: [{ src: demoUrl('offline/live.m3u8'), type: 'application/vnd.apple.mpegurl' }] };
const launched: Cmi5Unit = { type: 'unit', kind: 'cmi5', id: 'lab', publisherId: 'https://lectern.example/stories/lab', title: { en: 'Practice lab', 'zh-CN': '虚拟实训室' }, moveOn: 'Completed', url: 'https://lab.example/', launchMethod: 'AnyWindow' };

/** Kept but for three units, and why each is not: a broadcast, one that a server starts, one on another site. */
export const KeptInPart: Story = story(
  'in-part',
  async ({ canvasElement }) => {
    await keepUntil('kept')({ canvasElement } as Parameters<NonNullable<Story['play']>>[0]);
    canvasElement.querySelector('course-player')!.shadowRoot!.querySelector<HTMLDetailsElement>('.offline details')!.open = true;
  },
  { course: { children: [children[0]!, live, launched, workshop] }, network: () => answer('offline/live.m3u8', () => Promise.resolve(new Response('#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n'))) },
);

export const KeptChinese: Story = story('kept-zh', keepUntil('kept'), { wrap: (shown) => html`<div lang="zh-CN">${shown}</div>` });

export const KeptDark: Story = story('kept-dark', keepUntil('kept'), { wrap: dark });

export const KeptRightToLeft: Story = story('kept-rtl', keepUntil('kept'), { wrap: (shown) => html`<div dir="rtl">${shown}</div>` });

export const KeptNarrow: Story = story('kept-narrow', keepUntil('kept'), { wrap: (shown) => html`<div style="max-width: 320px">${shown}</div>` });

/** Without a network: played from this device. */
export const NoNetwork: Story = story('no-network', async ({ canvasElement }) => {
  await keepUntil('kept')({ canvasElement } as Parameters<NonNullable<Story['play']>>[0]);
  const player = canvasElement.querySelector('course-player')!;
  const undo = offline('demo/');
  try {
    const { src } = player;
    player.src = '';
    await player.updateComplete;
    player.src = src;
    for (let turn = 0; turn < 800 && !player.offline?.status.offline; turn += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    await reach(canvasElement, 'kept');
  } finally {
    undo();
  }
});

/** A network’s sign-in page came in the place of a file. */
export const SignInPage: Story = story('portal', keepUntil('failed'), {
  course: { children: [children[0]!, guide('long', { en: 'A long text', 'zh-CN': '长文' }, 'offline/sign-in'), workshop] },
  network: () => answer('offline/sign-in', () => Promise.resolve(new Response('<p>Sign in</p>', { headers: { 'content-type': 'text/html' } }))),
});

/** The device is full. */
export const NoRoom: Story = story('full', keepUntil('failed'), {
  network: () => {
    const put = Object.getOwnPropertyDescriptor(Cache.prototype, 'put')!;
    Object.defineProperty(Cache.prototype, 'put', { configurable: true, value: () => Promise.reject(new DOMException('Quota exceeded.', 'QuotaExceededError')) });
    return () => Object.defineProperty(Cache.prototype, 'put', put);
  },
});

/** Nothing of the course can be kept: that is said, and nothing is offered. */
export const NothingToKeep: Story = story('nothing', async ({ canvasElement }) => void (await reach(canvasElement, 'unable')), { course: { children: [workshop] } });
