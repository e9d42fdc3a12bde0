import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import './define.js';
import type { CoursePlayer } from './course-player.js';
import { courseOf, MEDIA, MemoryHost, video, type MemorySession } from './memory-host.fixture.js';

const tracks = [{ src: `${MEDIA}captions.en.vtt`, kind: 'captions', lang: 'en', label: 'English' }] as const;

async function mount(src: string): Promise<{ player: CoursePlayer; own: HTMLVideoElement; host: MemoryHost }> {
  const host = new MemoryHost();
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const own = document.createElement('video');
  own.muted = true;
  own.src = src;
  const player = document.createElement('course-player');
  player.append(own);
  session.append(player);
  return { player, own, host };
}

const taken = (player: CoursePlayer): HTMLVideoElement | undefined => player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('video') ?? undefined;

describe('a video that the page has put into the player', function () {
  this.timeout(15_000);
  beforeEach(() => localStorage.clear());

  it('shows before there is a course, is taken over while it plays, and all of it is told', async () => {
    const { player, own, host } = await mount(`${MEDIA}lesson.webm`);
    await player.updateComplete;
    expect(own.checkVisibility()).to.equal(true);
    await waitUntil(() => own.readyState >= 3, 'can play', { timeout: 5000 });
    await own.play();
    player.course = courseOf(video('a', { tracks }));
    await waitUntil(() => taken(player) === own);
    expect(own.paused).to.equal(false);
    await waitUntil(() => own.currentTime > 0, 'goes on');
    expect(own.controls).to.equal(true);
    expect(own.querySelectorAll('track')).to.have.length(1);
    expect(player.querySelector('video')).to.equal(null);
    await waitUntil(() => host.verbs.includes('played'), 'told', { timeout: 5000 });
    expect(host.verbs.slice(0, 2)).to.deep.equal(['initialized', 'played']);
    await expect(player).to.be.accessible();
  });

  it('goes when another unit is on the stage: nothing plays unseen', async () => {
    const { player, own } = await mount(`${MEDIA}lesson.webm?another`);
    await own.play();
    player.course = courseOf(video('a'));
    await waitUntil(() => taken(player));
    expect(taken(player)).not.to.equal(own);
    expect(own.isConnected).to.equal(false);
    expect(own.paused || own.networkState === HTMLMediaElement.NETWORK_EMPTY).to.equal(true);
  });

  it('that had failed already is a fault of the unit', async () => {
    const { player, own } = await mount('/nowhere.webm');
    await waitUntil(() => own.error !== null, 'it fails', { timeout: 5000 });
    player.course = courseOf(video('a', { sources: [{ src: '/nowhere.webm', type: 'video/webm' }] }));
    await waitUntil(() => player.shadowRoot!.querySelector('[part=error]'), 'says so', { timeout: 5000 });
  });
});
