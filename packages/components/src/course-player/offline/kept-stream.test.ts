import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import type { Course, MediaUnit } from '@lectern/core';
import '../define.js';
import type { CoursePlayer } from '../course-player.js';
import { MemoryHost, type MemorySession } from '../memory-host.fixture.js';
import { fragmentsOf, record, RECORDED, SECONDS } from '../units/recorded-stream.fixture.js';
import type { OfflineState } from './offline-course.js';

const ORIGIN = 'https://courses.example/';
const SRC = `${ORIGIN}stream/course.json`;
const { fetch: realFetch, XMLHttpRequest: RealRequest } = globalThis;

/** A server of a course with streams, and whether anybody hears it. */
class Site {
  readonly files = new Map<string, Blob>();
  readonly asked: string[] = [];
  away = false;
  sources: MediaUnit['sources'] = [{ src: 'v/index.m3u8', type: 'application/vnd.apple.mpegurl' }];
  more: Course['children'] = [];

  put(path: string, ...parts: BlobPart[]): void {
    this.files.set(path, new Blob(parts));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(ORIGIN)) return realFetch(input, init);
    init?.signal?.throwIfAborted();
    if (this.away) throw new TypeError('Failed to fetch');
    const path = url.slice(`${ORIGIN}stream/`.length);
    this.asked.push(path);
    if (path === 'course.json') return Response.json(this.course());
    const file = this.files.get(path);
    return file ? new Response(init?.method === 'HEAD' ? null : file) : new Response('No.', { status: 404 });
  };

  course(): Course {
    return {
      id: 'https://courses.example/stream', title: 'Stream', format: 'course',
      children: [{ type: 'unit', kind: 'video', id: 'film', title: 'Film', moveOn: 'Completed', completionThreshold: 0.5, sources: this.sources } as unknown as MediaUnit, ...this.more],
    };
  }
}

const playlist = (...lines: string[]): string => ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:3', '#EXT-X-PLAYLIST-TYPE:VOD', ...lines, '#EXT-X-ENDLIST', ''].join('\n');
const words = (player: CoursePlayer): string => player.shadowRoot!.textContent!.replace(/\s+/g, ' ');
const media = (player: CoursePlayer): HTMLVideoElement | null | undefined => player.shadowRoot!.querySelector('.unit')?.shadowRoot?.querySelector('video');

describe('a stream (HLS) that is kept', function () {
  this.timeout(60_000);
  let site: Site;
  let host: MemoryHost;
  let bytes: Uint8Array<ArrayBuffer>;
  /** What a player asked the network for by itself. */
  const requested: string[] = [];

  const clear = async (): Promise<void> => {
    localStorage.clear();
    for (const name of await caches.keys()) if (name.startsWith('lectern-kept')) await caches.delete(name);
  };
  before(async function () {
    if (!MediaRecorder.isTypeSupported(RECORDED)) return this.skip();
    bytes = await record();
    // WebKit records no fragments.
    if (fragmentsOf(bytes).fragments.length === 0) return this.skip();
  });
  beforeEach(async () => {
    await clear();
    requested.length = 0;
    site = new Site();
    host = new MemoryHost();
    globalThis.fetch = site.fetch;
    // Of hls.js itself: what it plays before the course is kept is not of interest here.
    globalThis.XMLHttpRequest = class extends RealRequest {
      override open(method: string, url: string | URL): void {
        requested.push(String(url));
        super.open(method, url);
      }
    };
  });
  afterEach(async () => {
    globalThis.fetch = realFetch;
    globalThis.XMLHttpRequest = RealRequest;
    await clear();
  });

  async function open(): Promise<CoursePlayer> {
    const session = await fixture<MemorySession>(html`<memory-session lang="en" .host=${host}><course-player offline src=${SRC}></course-player></memory-session>`);
    return session.querySelector('course-player')!;
  }
  const reach = (player: CoursePlayer, state: OfflineState): Promise<void> => waitUntil(() => player.offline?.status.state === state, `${state} of ${player.offline?.status.state} ${player.offline?.status.error?.message ?? ''}`, { timeout: 20_000 });

  async function keep(): Promise<CoursePlayer> {
    const player = await open();
    await waitUntil(() => player.offline?.status.state === 'none', 'none', { timeout: 20_000 });
    await player.offline!.keep();
    return player;
  }

  /** Plays it without a network, from a page that knows nothing of it, until half of it was seen. */
  async function watchAway(): Promise<HTMLVideoElement> {
    site.away = true;
    requested.length = 0;
    const player = await open();
    await waitUntil(() => (media(player)?.readyState ?? 0) >= 3, 'can play', { timeout: 20_000 });
    const element = media(player)!;
    element.muted = true;
    await element.play();
    await waitUntil(() => host.verbs.includes('completed'), 'completed', { timeout: 20_000 });
    expect(requested, 'asked of the network').to.deep.equal([]);
    return element;
  }

  it('has one variant with subtitles and keys, is played without a network, and freed whole', async () => {
    const { init, fragments } = fragmentsOf(bytes);
    const key = crypto.getRandomValues(new Uint8Array(16));
    const iv = crypto.getRandomValues(new Uint8Array(16));
    const secret = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt']);
    const each = (SECONDS / fragments.length).toFixed(3);
    site.put('v/index.m3u8', ['#EXTM3U',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="en.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,CODECS="avc1.42E01E",SUBTITLES="s"', 'much.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x480,CODECS="avc1.42E01E",SUBTITLES="s"', 'v.m3u8', ''].join('\n'));
    site.put('v/v.m3u8', playlist('#EXT-X-MAP:URI="init.mp4"', `#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x${[...iv].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`, ...fragments.flatMap((_, index) => [`#EXTINF:${each},`, `${index}.m4s`])));
    site.put('v/en.m3u8', playlist(`#EXTINF:${SECONDS},`, 'en.vtt'));
    site.put('v/en.vtt', 'WEBVTT\n\n00:00.000 --> 00:02.000\nMind the chuck.\n');
    site.put('v/key', key);
    site.put('v/init.mp4', init);
    for (const [index, fragment] of fragments.entries()) site.put(`v/${index}.m4s`, await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, secret, fragment));

    const player = await keep();
    const { state, bytes: kept, notKept } = player.offline!.status;
    expect([state, notKept]).to.deep.equal(['kept', {}]);
    expect(kept).to.equal([...site.files.values()].reduce((sum, { size }) => sum + size, 0));
    expect(site.asked).not.to.include('v/much.m3u8');
    player.parentElement!.remove();

    const element = await watchAway();
    await waitUntil(() => [...element.textTracks].some(({ cues }) => [...(cues ?? [])].some((cue) => (cue as VTTCue).text.includes('Mind the chuck.'))), 'subtitles', { timeout: 20_000 });
    const away = document.querySelector('course-player')!;
    await reach(away, 'kept');
    await away.offline!.free();
    expect((await caches.keys()).filter((name) => name.startsWith('lectern-kept '))).to.deep.equal([]);
    away.parentElement!.remove();
    site.away = true;
    const gone = await open();
    await waitUntil(() => gone.state === 'error', 'no course', { timeout: 20_000 });
  });

  it('is put together of parts of one file', async () => {
    const { init, fragments } = fragmentsOf(bytes);
    const each = (SECONDS / fragments.length).toFixed(3);
    let at = init.length;
    const parts = fragments.flatMap((fragment) => {
      const line = `#EXT-X-BYTERANGE:${fragment.length}@${at}`;
      at += fragment.length;
      return [`#EXTINF:${each},`, line, 'all.mp4'];
    });
    site.put('v/index.m3u8', playlist(`#EXT-X-MAP:URI="all.mp4",BYTERANGE="${init.length}@0"`, ...parts));
    site.put('v/all.mp4', init, ...fragments);
    const player = await keep();
    expect(player.offline!.status.state).to.equal('kept');
    player.parentElement!.remove();
    await watchAway();
  });

  it('says that it is not here where the browser has taken a part of it away', async () => {
    const { init, fragments } = fragmentsOf(bytes);
    site.put('v/index.m3u8', playlist('#EXT-X-MAP:URI="init.mp4"', ...fragments.flatMap((_, index) => ['#EXTINF:0.5,', `${index}.m4s`])));
    site.put('v/init.mp4', init);
    for (const [index, fragment] of fragments.entries()) site.put(`v/${index}.m4s`, fragment);
    (await keep()).parentElement!.remove();
    for (const name of await caches.keys()) if (name.startsWith('lectern-kept ')) await (await caches.open(name)).delete(`${ORIGIN}stream/v/init.mp4`);
    site.away = true;
    const player = await open();
    await waitUntil(() => /This unit is not on this device/.test(words(player)), 'gone', { timeout: 30_000 });
  });

  it('is left out where it is live, locked or none, with the reason, and the rest is kept', async () => {
    site.put('words.md', 'Some words.');
    site.more = [
      { type: 'unit', kind: 'document', id: 'words', title: 'Words', moveOn: 'Completed', sources: [{ src: 'words.md', type: 'text/markdown' }] },
      ...(['locked', 'none'] as const).map((id) => ({ type: 'unit', kind: 'audio', id, title: id, moveOn: 'Completed', sources: [{ src: `v/${id}.m3u8`, type: 'application/vnd.apple.mpegurl' }] }) as unknown as MediaUnit),
    ];
    site.put('v/index.m3u8', '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.ts\n');
    site.put('v/locked.m3u8', playlist('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://licence",KEYFORMAT="com.apple.streamingkeydelivery"', '#EXTINF:3,', 'a.ts'));
    site.put('v/none.m3u8', playlist('#EXTINF:3,', 'file:///etc/passwd'));
    const player = await keep();
    const { state, notKept, problems } = player.offline!.status;
    expect(state).to.equal('kept');
    expect(notKept).to.deep.equal({ film: 'live', locked: 'protected', none: 'stream' });
    expect([problems!['none']!.code, problems!['none']!.file, problems!['none']!.field]).to.deep.equal(['keep-stream-invalid', `${ORIGIN}stream/v/none.m3u8`, 'line 6']);
    await waitUntil(() => /3 units cannot be kept on this device/.test(words(player)), 'how many', { timeout: 20_000 });
    for (const said of ['It is a live broadcast', 'locked it against being kept', 'a stream that this browser cannot keep', 'Not on this device']) expect(words(player)).to.include(said);
    player.parentElement!.remove();
    site.away = true;
    const away = await open();
    await waitUntil(() => /It is a live broadcast, which has no end. The other units of the course can be used now/.test(words(away)), 'why', { timeout: 20_000 });
    await away.open('words');
    await waitUntil(() => away.shadowRoot!.querySelector('.unit')?.shadowRoot?.textContent?.includes('Some words.'), 'the text', { timeout: 20_000 });
  });

  it('that is all of a course, and live, is refused in words', async () => {
    site.put('v/index.m3u8', '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.ts\n');
    const player = await keep();
    const { state, error } = player.offline!.status;
    expect([state, error?.code, error?.file]).to.deep.equal(['failed', 'keep-stream-live', `${ORIGIN}stream/v/index.m3u8`]);
    await waitUntil(() => /This course cannot be kept on this device. It is a live broadcast, which has no end./.test(words(player)), 'why', { timeout: 20_000 });
  });
});
