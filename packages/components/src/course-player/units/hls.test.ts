import type { MediaUnit } from '@lectern/core';
import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { courseOf, MemoryHost, video, type MemorySession } from '../memory-host.fixture.js';

const HLS = 'application/vnd.apple.mpegurl';
const RECORDED = 'video/mp4;codecs=avc1.42E01E';
const urlOf = (part: BlobPart, type = ''): string => URL.createObjectURL(new Blob([part], { type }));

/** Two seconds of a canvas as fragmented MP4: its boxes, one after the other. */
async function record(): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  const paint = canvas.getContext('2d')!;
  let hue = 0;
  const timer = setInterval(() => {
    paint.fillStyle = `hsl(${(hue += 20)} 80% 50%)`;
    paint.fillRect(0, 0, 64, 48);
  }, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: RECORDED });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  recorder.start(500);
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.stop();
  await stopped;
  clearInterval(timer);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A playlist of one stretch for each fragment. */
function playlist(bytes: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  let end = bytes.length;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const size = view.getUint32(at);
    if (type === 'moof') starts.push(at);
    if (type === 'mfra') end = at;
    at += Math.max(8, size);
  }
  const stretches = starts.map((start, index) => urlOf(bytes.slice(start, starts[index + 1] ?? end)));
  const each = (2.2 / stretches.length).toFixed(3);
  return urlOf(['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXT-X-MAP:URI="${urlOf(bytes.slice(0, starts[0]))}"`, ...stretches.flatMap((url) => [`#EXTINF:${each},`, url]), '#EXT-X-ENDLIST', ''].join('\n'), HLS);
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
    const player = await show([{ src: playlist(await record()), type: HLS }], host);
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
