import type { Course, H5pUnit, HtmlUnit, ScormUnit, Unit } from '@lectern/core';
import type { H5pProblem } from '@lectern/courseware/frame';
import '@lectern/components/course-player/define';
import type { CoursePlayer } from '@lectern/components/course-player';
import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import { MemoryHost } from '../packages/components/src/course-player/memory-host.fixture.js';
import { dark, ownPage } from './environment.js';
import { inNoTime, stagedFrame, type Scene } from './staged-frame.js';

type Story = StoryObj<CoursePlayer>;

/** As a publisher's page would be: in its own language and colours, whatever the player speaks. */
const LESSON = `<h1>Clamping</h1><p>Open the jaws, push the bar against them and tighten with the T-handled key.</p><p><label><input type="checkbox"> The key is back in its holder.</label></p>`;

const sco: ScormUnit = { type: 'unit', kind: 'scorm', id: 'sco', version: '1.2', title: { en: 'Clamping the work', 'zh-CN': '工件装夹' }, moveOn: 'Completed', href: 'sco/index.html' };
const page: HtmlUnit = { type: 'unit', kind: 'html', id: 'page', title: { en: 'The parts of a lathe', 'zh-CN': '车床的组成' }, moveOn: 'Completed', href: 'page.html', completion: { policy: 'time', seconds: 60 } };
const activity: H5pUnit = { type: 'unit', kind: 'h5p', id: 'h5p', title: { en: 'Name the parts', 'zh-CN': '认识部件' }, moveOn: 'Completed', href: 'h5p/' };

const shows: Scene = (player) => Promise.resolve(player.loaded());

/** The player waits twenty seconds for a SCO's first words; here they are over at once. */
const silent: Scene = (player) => inNoTime(20_000, () => Promise.resolve(player.loaded()));

function staged(unit: Unit, scene: Scene, body = LESSON): TemplateResult {
  const host = new MemoryHost();
  host.setDelivery({ stored: 4 });
  const course: Course = {
    id: `https://lectern.example/stories/foreign-${unit.kind}`,
    title: { en: 'Lathe safety and set-up', 'zh-CN': '车床安全与调试' },
    format: 'course',
    language: 'en',
    base: document.baseURI,
    frame: stagedFrame(body, scene),
    children: [unit],
  };
  return html`<memory-session .host=${host}><course-player trusted .course=${course}></course-player></memory-session>`;
}

const meta: Meta<CoursePlayer> = { title: 'Course player/Foreign content', component: 'course-player', render: () => staged(page, shows) };
export default meta;

/** A web page in the courseware frame; a minute with it completes the unit. */
export const WebPage: Story = {};

/** The page is on its way. */
export const WebPageOpening: Story = { render: () => staged(page, () => Promise.resolve(), '') };

/** The content's server answered 404. */
export const WebPageGone: Story = { render: () => staged(page, (player) => Promise.resolve(player.loaded(404)), '') };

export const WebPageChinese: Story = { render: () => html`<div lang="zh-CN">${staged(page, shows)}</div>` };

export const WebPageRightToLeft: Story = { render: () => html`<div dir="rtl">${staged(page, shows)}</div>` };

export const WebPageDark: Story = { render: () => dark(staged(page, shows)) };

export const WebPageNarrow: Story = { render: () => html`<div style="max-width: 328px">${staged(page, shows)}</div>` };

/** A SCO whose page has loaded and that has never called `Initialize`. */
export const ScormSilent: Story = { parameters: ownPage(), render: () => staged(sco, silent) };

export const ScormSilentChinese: Story = { parameters: ownPage(), render: () => html`<div lang="zh-CN" style="max-width: 328px">${staged(sco, silent)}</div>` };

/** A SCO that has gone to another site, where it finds no API. */
export const ScormLeft: Story = {
  render: () =>
    staged(sco, async (player) => {
      await player.loaded();
      await player.notice({ code: 'content-left' });
    }, '<p>Some other site.</p>'),
};

/** The learner's browser keeps nothing for the content's site. */
export const ScormWithoutJournal: Story = {
  render: () =>
    staged(sco, async (player) => {
      await player.loaded();
      await player.notice({ code: 'journal-failed', detail: 'The quota has been exceeded.' });
    }),
};

const problem = (found: H5pProblem): Scene => (player) => Promise.resolve(player.h5p?.({ type: 'problem', problem: found }));

/** The content origin has nothing that plays H5P. */
export const H5pWithoutPlayer: Story = { render: () => staged(activity, problem({ code: 'h5p-player-missing' }), '') };

/** A library was not published with the content. */
export const H5pLibraryMissing: Story = { render: () => staged(activity, problem({ code: 'h5p-file-missing', file: 'H5P.Hotspots-1.5/library.json' }), '') };

export const H5pDamaged: Story = { render: () => staged(activity, problem({ code: 'h5p-file-damaged', file: 'content/content.json' }), '') };

export const H5pDamagedChinese: Story = { render: () => html`<div lang="zh-CN" style="max-width: 328px">${staged(activity, problem({ code: 'h5p-file-damaged', file: 'content/content.json' }), '')}</div>` };

/** The content's own code threw. */
export const H5pFailed: Story = { render: () => dark(staged(activity, problem({ code: 'h5p-failed', detail: 'TypeError: H5P.Hotspots is not a constructor' }), '')) };
