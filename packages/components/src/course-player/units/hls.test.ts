import type { MediaUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { fragmentsOf, record, RECORDED, SECONDS } from './recorded-stream.fixture.js';
import { courseOf, MemoryHost, video, type MemorySession } from '../memory-host.fixture.js';

const HLS = 'application/vnd.apple.mpegurl';
const urlOf = (part: BlobPart, type = ''): string => URL.createObjectURL(new Blob([part], { type }));

/** A playlist of one stretch for each fragment. */
function playlist(bytes: Uint8Array<ArrayBuffer>): string {
  const { init, fragments } = fragmentsOf(bytes);
  const stretches = fragments.map((fragment) => urlOf(fragment));
  const each = (SECONDS / stretches.length).toFixed(3);
  return urlOf(['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXT-X-MAP:URI="${urlOf(init)}"`, ...stretches.flatMap((url) => [`#EXTINF:${each},`, url]), '#EXT-X-ENDLIST', ''].join('\n'), HLS);
}

describe('a stream (HLS) where the browser plays none by itself', function () {
  this.timeout(30_000);
  const { canPlayType } = HTMLMediaElement.prototype;
  beforeEach(() => {
    localStorage.clear();
    HTMLMediaElement.prototype.canPlayType = function (type) {
      return /mpegurl/i.test(type) ? '' : canPlayType.call(this, type);
    };
  });
  afterEach(() => {
    HTMLMediaElement.prototype.canPlayType = canPlayType;
  });

  async function show(sources: MediaUnit['sources'], host = new MemoryHost()): Promise<CoursePlayer> {
    const session = await fixture<MemorySession>(html`<memory-session lang="en"></memory-session>`);
    session.host = host;
    const player = document.createElement('course-player');
    player.course = courseOf(video('a', { sources, completionThreshold: 0.5 } as never), video('b'));
    session.append(player);
    return player;
  }
  const media = (player: CoursePlayer): HTMLVideoElement | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot?.querySelector('video');
  const words = (player: CoursePlayer): string => player.shadowRoot!.textContent!;

  it('is played by hls.js, counts what was watched, and ends with its unit', async function () {
    if (!MediaRecorder.isTypeSupported(RECORDED)) return this.skip();
    const host = new MemoryHost();
    const recorded = await record();
    // WebKit records no fragments.
    if (fragmentsOf(recorded).fragments.length === 0) return this.skip();
    const player = await show([{ src: playlist(recorded), type: HLS }], host);
    await waitUntil(() => (media(player)?.readyState ?? 0) >= 3, 'can play', { timeout: 15_000 });
    const element = media(player)!;
    expect(element.controls).to.equal(true);
    expect(element.currentSrc).to.match(/^blob:/);
    element.muted = true;
    await element.play();
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 15_000 });
    expect(host.verbs.slice(0, 2)).to.deep.equal(['initialized', 'played']);
    await player.open('b');
    await waitUntil(() => !element.isConnected);
    expect(element.getAttribute('src')).to.equal(null);
  });

  it('says what is wrong: nothing there, no playlist', async () => {
    const gone = await show([{ src: '/no/such/list.m3u8', type: HLS }]);
    await waitUntil(() => words(gone).includes('media-unreachable'), 'unreachable', { timeout: 15_000 });
    const wrong = await show([{ src: urlOf('once upon a time'), type: HLS }]);
    await waitUntil(() => words(wrong).includes('media-unsupported'), 'unsupported', { timeout: 15_000 });
  });

  it('is not needed where another source comes first', async () => {
    const player = await show([{ src: '/packages/server/demo/media/lesson.webm', type: 'video/webm' }, { src: '/no/such/list.m3u8', type: HLS }]);
    await waitUntil(() => (media(player)?.readyState ?? 0) >= 1, 'metadata', { timeout: 15_000 });
    expect(media(player)!.currentSrc).to.match(/lesson\.webm$/);
  });
});
