import { aTimeout, expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import type { Course, VideoUnit } from '@lectern/core';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import type { LecternErrorEvent } from '../../internal/lectern-error-event.js';
import { courseOf, MEDIA, MemoryHost, video, type MemorySession } from '../memory-host.fixture.js';

const rootOf = (player: CoursePlayer): ShadowRoot => player.shadowRoot!.querySelector('.unit')!.shadowRoot!;
const media = (player: CoursePlayer): HTMLVideoElement => rootOf(player).querySelector('video')!;
const bar = (player: CoursePlayer): string => rootOf(player).querySelector('.bar')!.textContent!.replace(/\s+/g, ' ');
const EXTENSION = 'https://w3id.org/xapi/video/extensions/';

async function mount(course: Course, host: MemoryHost): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = course;
  session.append(player);
  await waitUntil(() => player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('video'));
  media(player).muted = true;
  return player;
}

const ready = (player: CoursePlayer): Promise<void> => waitUntil(() => media(player).readyState >= 3, 'can play', { timeout: 5000 });

/** The tests' server has no ranges: Firefox reaches only what has come. */
const reaches = (player: CoursePlayer, time: number): Promise<void> => waitUntil(() => media(player).seekable.length > 0 && media(player).seekable.end(0) >= time, 'has come', { timeout: 8000 });

describe('video unit', function () {
  this.timeout(15_000);
  beforeEach(() => localStorage.clear());

  it('plays before the session is there, and tells it all when it comes', async () => {
    const host = new MemoryHost();
    let letIn!: () => void;
    host.gate = new Promise((resolve) => (letIn = resolve));
    const player = await mount(courseOf(video('a')), host);
    await ready(player);
    expect(media(player).controls).to.equal(true);
    await media(player).play();
    await aTimeout(900);
    media(player).pause();
    expect(host.statements).to.have.length(0);
    letIn();
    await waitUntil(() => host.verbs.includes('paused'));
    // Muting is an interaction, told whenever it has settled.
    const told = host.statements.filter(({ verb }) => !verb.id.endsWith('interacted'));
    expect(told.map(({ verb }) => verb.id.split('/').at(-1))).to.deep.equal(['initialized', 'played', 'paused']);
    const [initialized, , paused] = told;
    expect(initialized!.context!.extensions![`${EXTENSION}length`]).to.be.within(60, 70);
    const segments = paused!.result!.extensions![`${EXTENSION}played-segments`] as string;
    expect(segments).to.match(/^0\.0\d\d\[\.\]0\.[5-9]\d\d$|^0\.0\d\d\[\.\]1\.\d{3}$/);
    await waitUntil(() => bar(player).includes('% watched'));
  });

  it('completes by the union of what was watched, never by the slider', async () => {
    const host = new MemoryHost();
    const player = await mount(courseOf(video('a', { completionThreshold: 0.02 })), host);
    await ready(player);
    await reaches(player, 55);
    media(player).currentTime = 55;
    await oneEvent(media(player), 'seeked');
    await waitUntil(() => host.verbs.includes('seeked'));
    expect(host.verbs).not.to.include('completed');
    const seeked = host.statements.at(-1)!.result!.extensions!;
    expect([seeked[`${EXTENSION}time-from`], seeked[`${EXTENSION}time-to`]]).to.deep.equal([0, 55]);
    await media(player).play();
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 5000 });
    await waitUntil(() => bar(player).includes('Watched, completed'));
    await player.updateComplete;
    expect(player.shadowRoot!.querySelector('[role=status]')!.textContent).to.contain('Video a: Completed');
    expect(player.shadowRoot!.querySelector('.verdict.completed')).to.exist;
  });

  it('goes on where the learner stopped, and not when they have already moved', async () => {
    const host = new MemoryHost();
    const course = courseOf(video('a'));
    const first = await mount(course, host);
    await ready(first);
    await reaches(first, 30);
    media(first).currentTime = 30;
    await oneEvent(media(first), 'seeked');
    await media(first).play();
    await aTimeout(500);
    await first.suspend();
    expect(host.verbs.slice(-3)).to.deep.equal(['paused', 'suspended', 'terminated']);

    const before = host.statements.length;
    const second = await mount(course, host);
    await waitUntil(() => media(second).currentTime >= 30, 'resumed', { timeout: 12_000 });
    await aTimeout(100);
    expect(host.verbs.slice(before), 'its own jump is not the learner’s').to.deep.equal(['initialized', 'resumed']);
    await second.suspend();

    let letIn!: () => void;
    host.gate = new Promise((resolve) => (letIn = resolve));
    const third = await mount(course, host);
    await ready(third);
    await media(third).play();
    letIn();
    await waitUntil(() => third.session !== undefined);
    await aTimeout(200);
    expect(media(third).currentTime).to.be.below(5);
  });

  it('shows chapters that lead into the video, and jumps back ten seconds', async () => {
    const host = new MemoryHost();
    const tracks: VideoUnit['tracks'] = [
      { src: `${MEDIA}chapters.en.vtt`, kind: 'chapters', lang: 'en' },
      { src: `${MEDIA}captions.en.vtt`, kind: 'captions', lang: 'en', label: 'English' },
    ];
    const player = await mount(courseOf(video('a', { tracks })), host);
    await ready(player);
    await waitUntil(() => rootOf(player).querySelector('.chapters'), 'chapters', { timeout: 3000 });
    rootOf(player).querySelector<HTMLElement>('summary')!.click();
    const chapters = rootOf(player).querySelectorAll<HTMLElement>('.chapters button');
    expect(chapters.length).to.be.above(3);
    chapters[2]!.click();
    await oneEvent(media(player), 'seeked');
    const at = media(player).currentTime;
    expect(at).to.be.above(10);
    rootOf(player).querySelector<HTMLElement>('.back')!.click();
    await oneEvent(media(player), 'seeked');
    expect(media(player).currentTime).to.be.closeTo(at - 10, 0.1);
    await expect(player).to.be.accessible();
  });

  it('remembers captions, and tells settings once they are set', async () => {
    const host = new MemoryHost();
    const course = courseOf(video('a', { tracks: [{ src: `${MEDIA}captions.en.vtt`, kind: 'captions', lang: 'en', label: 'English' }] }));
    const first = await mount(course, host);
    await ready(first);
    for (let volume = 0.9; volume > 0.5; volume -= 0.1) media(first).volume = volume;
    media(first).playbackRate = 1.5;
    media(first).textTracks[0]!.mode = 'showing';
    await waitUntil(() => host.verbs.includes('interacted'), 'interacted', { timeout: 3000 });
    const told = host.statements.filter(({ verb }) => verb.id.endsWith('interacted'));
    expect(told).to.have.length(1);
    expect(told[0]!.context!.extensions![`${EXTENSION}speed`]).to.equal('1.5x');
    expect(told[0]!.context!.extensions![`${EXTENSION}cc-subtitle-lang`]).to.equal('en');
    first.remove();
    const second = await mount(course, host);
    expect(media(second).textTracks[0]!.mode).to.equal('showing');
  });

  for (const [name, src, code] of [
    ['that is not there', '/no/such/film.mp4', 'media-unreachable'],
    ['that is no video', '/package.json', 'media-unsupported'],
  ] as const) {
    it(`says what is wrong with a file ${name}`, async () => {
      const player = document.createElement('course-player');
      Object.assign(player, { lang: 'en', course: courseOf(video('a', { sources: [{ src }] })) });
      const parent = await fixture(html`<div></div>`);
      setTimeout(() => parent.append(player));
      const { error } = (await oneEvent(player, 'lectern-error')) as LecternErrorEvent;
      expect(error.code).to.equal(code);
      expect(error.file).to.contain(src);
      await player.updateComplete;
      await expect(player).to.be.accessible();
    });
  }
});
