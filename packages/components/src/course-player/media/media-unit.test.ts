import type { AudioUnit, Course, MediaUnit } from '@lectern/core';
import { expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { holdBack } from './hold-back.js';
import { courseOf, MEDIA, MemoryHost, video, type MemorySession } from '../memory-host.fixture.js';

const rootOf = (player: CoursePlayer): ShadowRoot => player.shadowRoot!.querySelector('.unit')!.shadowRoot!;
const media = (player: CoursePlayer): HTMLMediaElement => rootOf(player).querySelector<HTMLMediaElement>('video, audio')!;

async function mount(course: Course, host = new MemoryHost()): Promise<CoursePlayer> {
  const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
  session.host = host;
  const player = document.createElement('course-player');
  player.course = course;
  session.append(player);
  await waitUntil(() => player.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('video, audio'));
  media(player).muted = true;
  return player;
}
const ready = (player: CoursePlayer): Promise<void> => waitUntil(() => media(player).readyState >= 3, 'can play', { timeout: 5000 });

/** A second of silence in PCM. */
function silence(): string {
  const bytes = new Uint8Array(44 + 8000);
  const view = new DataView(bytes.buffer);
  const words = (at: number, text: string): void => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  words(0, 'RIFF');
  view.setUint32(4, 36 + 8000, true);
  words(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  words(36, 'data');
  view.setUint32(40, 8000, true);
  bytes.fill(128, 44);
  return URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }));
}

const sound = (): AudioUnit => ({ type: 'unit', kind: 'audio', id: 's', title: 'A sound', moveOn: 'Completed', completionThreshold: 0.5, sources: [{ src: silence(), type: 'audio/wav' }] });
const film = (more: Partial<MediaUnit>): MediaUnit => video('a', more as never);
const srt = (text: string): string => `data:application/x-subrip,${encodeURIComponent(text)}`;

describe('media', function () {
  this.timeout(15_000);
  beforeEach(() => localStorage.clear());

  it('sound is played, told by the audio profile, and completed by what was heard', async () => {
    const host = new MemoryHost();
    const player = await mount(courseOf(sound()), host);
    await ready(player);
    expect(media(player).localName).to.equal('audio');
    await expect(player).to.be.accessible();
    await media(player).play();
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 5000 });
    expect(host.statements[0]!.context!.contextActivities!.category!.map(({ id }) => id)).to.include('https://w3id.org/xapi/audio');
  });

  it('captions in SRT and of another origin are shown; those that are none are said to be missing, and the film plays', async () => {
    const player = await mount(courseOf(film({
      tracks: [
        { src: `${srt('1\n00:00:00,500 --> 00:00:02,000\n你好 & <i>欢迎</i>\n')}#.srt`, kind: 'captions', lang: 'zh-CN', label: '中文' },
        { src: 'data:text/html,<title>Sign in</title>#.srt', kind: 'captions', lang: 'fr', label: 'Français' },
      ],
    })));
    await ready(player);
    await waitUntil(() => media(player).textTracks.length === 1);
    const [track] = media(player).textTracks;
    track!.mode = 'showing';
    expect([track!.label, track!.language, (track!.cues![0] as VTTCue).text]).to.deep.equal(['中文', 'zh-CN', '你好 &amp; <i>欢迎</i>']);
    await waitUntil(() => rootOf(player).querySelector('.lacking')?.textContent?.includes('Français'));
    await media(player).play();
    media(player).pause();
  });

  it('a transcript follows the playing, leads to its places, and is accessible', async () => {
    const player = await mount(courseOf(film({ tracks: [{ src: `${MEDIA}captions.en.vtt`, kind: 'captions', lang: 'en', label: 'English' }, { src: `${MEDIA}captions.zh-CN.vtt`, kind: 'captions', lang: 'zh-CN', label: '中文' }] })));
    await ready(player);
    rootOf(player).querySelector<HTMLElement>('.transcript summary')!.click();
    await waitUntil(() => rootOf(player).querySelectorAll('.lines button').length > 3);
    await expect(player).to.be.accessible();
    const lines = [...rootOf(player).querySelectorAll<HTMLButtonElement>('.lines button')];
    const seeked = oneEvent(media(player), 'seeked');
    lines[3]!.click();
    await seeked;
    await waitUntil(() => lines[3]!.getAttribute('aria-current') === 'true');
    const select = rootOf(player).querySelector<HTMLSelectElement>('.transcript select')!;
    select.value = '1';
    select.dispatchEvent(new Event('change'));
    await waitUntil(() => rootOf(player).querySelector('.lines')?.getAttribute('lang') === 'zh-CN');
  });

  it('what must be watched cannot be skipped: by slider, chapter or speed, until it is completed', async () => {
    const host = new MemoryHost();
    const player = await mount(courseOf(film({ seekAhead: false, completionThreshold: 0.03 })), host);
    await ready(player);
    const element = media(player);
    element.currentTime = 40;
    await waitUntil(() => element.currentTime < 1, 'held back');
    await waitUntil(() => player.shadowRoot!.querySelector('[role=status]')!.textContent!.includes('only by watching'));
    element.playbackRate = 8;
    await waitUntil(() => element.playbackRate === 2);
    await element.play();
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 6000 });
    const seeked = oneEvent(element, 'seeked');
    element.currentTime = 40;
    await seeked;
    expect(element.currentTime).to.be.closeTo(40, 1);
  });

  it('what was jumped to and played before the rule had loaded is no licence to go on there', async () => {
    const element = Object.assign(document.createElement('video'), { src: `${MEDIA}lesson.webm`, muted: true });
    await oneEvent(element, 'loadedmetadata');
    element.currentTime = 40;
    const said: string[] = [];
    const stop = new AbortController();
    const context = { announce: (text: string) => void said.push(text), words: { msg: (text: string) => text } as never, signal: stop.signal };
    holdBack(element, context, () => ({ position: 41, segments: [[0, 1], [40, 41]] }) as never);
    expect(element.currentTime).to.equal(1);
    expect(said).to.have.length(1);
    stop.abort();
  });
});
