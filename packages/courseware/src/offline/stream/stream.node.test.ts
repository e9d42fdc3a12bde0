import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KeepError } from '../keep-error.js';
import { chooseVariant } from './choose-variant.js';
import { planStream } from './plan-stream.js';
import { readPlaylist, type MultivariantPlaylist } from './read-playlist.js';
import { reducePlaylist } from './reduce-playlist.js';

const AT = 'https://film.example/a/';
const MASTER = `${AT}index.m3u8?key=1`;

const lines = (...text: string[]): string => ['#EXTM3U', ...text, ''].join('\n');
const media = (...text: string[]): string => lines('#EXT-X-TARGETDURATION:6', ...text, '#EXT-X-ENDLIST');
const master = lines(
  '#EXT-X-INDEPENDENT-SEGMENTS',
  '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x"',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="sound/en.m3u8"',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="low",NAME="English",URI="sound/en-low.m3u8"',
  '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="中文, 简体",LANGUAGE="zh",URI="subs/zh.m3u8"',
  '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"',
  '#EXT-X-STREAM-INF:BANDWIDTH=800000,AVERAGE-BANDWIDTH=600000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="low",SUBTITLES="subs"',
  'v/360.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2400000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="high",SUBTITLES="subs"',
  'v/720.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2",AUDIO="high",SUBTITLES="subs"',
  'v/1080.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=1500000,RESOLUTION=1280x720,CODECS="hvc1.1.6.L93,mp4a.40.2",AUDIO="high"',
  'v/hevc.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.5",AUDIO="low"',
  'v/sound.m3u8',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,URI="v/frames.m3u8"',
);
const plays = (codecs: string): boolean => !codecs.includes('hvc1');
const read = (text: string): ReturnType<typeof readPlaylist> => readPlaylist(text, MASTER);

/** A server of playlists, which notes what it was asked. */
function server(files: Readonly<Record<string, string | Response | (() => Response)>>): { readonly fetch: typeof fetch; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    fetch: (input, init) => {
      const url = input as string;
      asked.push(`${init?.mode === 'no-cors' ? 'no-cors' : (init?.method ?? 'GET')} ${url}`);
      const found = files[url];
      if (typeof found === 'function') return Promise.resolve().then(found);
      if (init?.method === 'HEAD') return Promise.resolve(new Response(null));
      return Promise.resolve(found instanceof Response ? found.clone() : found === undefined ? new Response('No.', { status: 404 }) : new Response(found));
    },
  };
}
const plan = (fetch: typeof globalThis.fetch, url = MASTER) => planStream(url, { signal: new AbortController().signal, plays, wantsPicture: true, fetch });
const refusal = (work: Promise<unknown>): Promise<Pick<KeepError, 'code' | 'file' | 'field'>> => work.then(() => assert.fail('was taken'), ({ code, file, field }: KeepError) => ({ code, ...(file ? { file } : {}), ...(field ? { field } : {}) }));

describe('playlists of streams', () => {
  it('tell of segments, what they begin with, keys and ranges, each once', () => {
    const found = read(
      media(
        '#EXT-X-MAP:URI="init.mp4",BYTERANGE="700@0"',
        '#EXT-X-KEY:METHOD=AES-128,URI="../keys/1?x=,y",IV=0x00',
        '#EXTINF:6.0,',
        '#EXT-X-BYTERANGE:1000@700',
        'all.m4s',
        '#EXTINF:6,A title, with a comma',
        '#EXT-X-BYTERANGE:1000',
        'all.m4s',
        '#EXT-X-KEY:METHOD=NONE',
        '#EXT-X-GAP',
        '#EXTINF:6,',
        'missing.m4s',
        '#EXTINF:3.5,',
        '/b/last.m4s#x',
      ),
    );
    assert.deepEqual(found, { kind: 'media', files: [`${AT}init.mp4`, 'https://film.example/keys/1?x=,y', `${AT}all.m4s`, 'https://film.example/b/last.m4s'], duration: 15.5 });
  });

  for (const [why, text, code, field] of [
    ['a sign-in page', '<!doctype html><p>Sign in</p>', 'keep-stream-invalid', 'line 1'],
    ['nothing', '', 'keep-stream-invalid', 'line 1'],
    ['one that is live', lines('#EXT-X-TARGETDURATION:6', '#EXTINF:6,', 'a.ts'), 'keep-stream-live', 'line 5'],
    ['a licence', media('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://licence",KEYFORMAT="com.apple.streamingkeydelivery"', '#EXTINF:6,', 'a.ts'), 'keep-stream-protected', 'line 3'],
    ['a key of another format', media('#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="urn:uuid:edef8ba9"', '#EXTINF:6,', 'a.ts'), 'keep-stream-protected', 'line 3'],
    ['a key without an address', media('#EXT-X-KEY:METHOD=AES-128', '#EXTINF:6,', 'a.ts'), 'keep-stream-invalid', 'line 3'],
    ['both kinds', lines('#EXT-X-STREAM-INF:BANDWIDTH=1', 'a.m3u8', '#EXTINF:6,', 'a.ts', '#EXT-X-ENDLIST'), 'keep-stream-invalid', 'line 1'],
    ['variables', lines('#EXT-X-DEFINE:NAME="h",VALUE="x"', '#EXTINF:6,', '{$h}.ts', '#EXT-X-ENDLIST'), 'keep-stream-invalid', 'line 2'],
    ['a difference', media('#EXT-X-SKIP:SKIPPED-SEGMENTS=3', '#EXTINF:6,', 'a.ts'), 'keep-stream-invalid', 'line 3'],
    ['no segment', media(), 'keep-stream-invalid', 'line 1'],
    ['a range that is none', media('#EXTINF:6,', '#EXT-X-BYTERANGE:-5@0', 'a.ts'), 'keep-stream-invalid', 'line 4'],
    ['a range beyond all numbers', media('#EXTINF:6,', '#EXT-X-BYTERANGE:999999999999999@9007199254740991', 'a.ts'), 'keep-stream-invalid', 'line 4'],
    ['a length that is none', media('#EXTINF:NaN,', 'a.ts'), 'keep-stream-invalid', 'line 3'],
    ['more than a day', media('#EXTINF:90000,', 'a.ts'), 'keep-stream-invalid', 'line 3'],
    ['a script', media('#EXTINF:6,', 'javascript:alert(1)'), 'keep-stream-invalid', 'line 4'],
    ['a file of the machine', media('#EXTINF:6,', 'file:///etc/passwd'), 'keep-stream-invalid', 'line 4'],
    ['data in place of an address', media('#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain,k"', '#EXTINF:6,', 'a.ts'), 'keep-stream-invalid', 'line 3'],
    ['a password', media('#EXTINF:6,', 'https://me:secret@film.example/a.ts'), 'keep-stream-invalid', 'line 4'],
    ['a variant without a bandwidth', lines('#EXT-X-STREAM-INF:RESOLUTION=1x1', 'a.m3u8'), 'keep-stream-invalid', 'line 3'],
    ['no variant', lines('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="a.m3u8"'), 'keep-stream-invalid', 'line 1'],
    ['a line without end', media('#EXTINF:6,', 'x'.repeat(30_000)), 'keep-stream-invalid', 'line 4'],
    ['segments without end', media(...Array.from({ length: 21_601 }, (_, index) => `#EXTINF:1,\n${index}.ts`)), 'keep-stream-invalid', 'line 43204'],
    ['lines without end', `#EXTM3U${'\n'.repeat(200_001)}`, 'keep-stream-invalid', 'line 200000'],
    ['variants without end', lines(...Array.from({ length: 501 }, (_, index) => `#EXT-X-STREAM-INF:BANDWIDTH=1\n${index}.m3u8`)), 'keep-stream-invalid', 'line 1002'],
    ['more than any playlist', `#EXTM3U\n${'#\n'.repeat(2_000_001)}`, 'keep-stream-invalid', 'line 1'],
  ] as const) {
    it(`are refused with ${why}, by line`, () => {
      assert.throws(() => read(text), (error: KeepError) => error instanceof KeepError && error.code === code && error.file === MASTER && error.field === field || assert.fail(`${error.code} ${error.field} ${error.message}`));
    });
  }

  it('are refused by what is wrong with them, or read: nothing else', () => {
    const tag = fc.constantFrom('#EXTM3U', '#EXTINF:', '#EXT-X-KEY:', '#EXT-X-MAP:', '#EXT-X-STREAM-INF:', '#EXT-X-MEDIA:', '#EXT-X-BYTERANGE:', '#EXT-X-ENDLIST', '');
    const attributes = fc.constantFrom('METHOD=AES-128,URI="k"', 'BANDWIDTH=1', 'URI="', 'TYPE=AUDIO,GROUP-ID="a",URI="b.m3u8"', '6,', '1@2');
    const line = fc.oneof(fc.tuple(tag, fc.oneof(attributes, fc.string())).map(([name, rest]) => name + rest), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (text) => {
        try {
          const found = read(['#EXTM3U', ...text].join('\n'));
          if (found.kind === 'media') for (const url of found.files) assert.match(url, /^https?:/);
        } catch (error) {
          assert.ok(error instanceof KeepError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the variant that is kept', () => {
  const choose = (text: string, wantsPicture = true, can = plays) => chooseVariant(read(text) as MultivariantPlaylist, can, wantsPicture);

  it('is the best of those with at most 720 lines and 2.5 Mbit/s that the browser decodes, with its own sound and subtitles', () => {
    const { variant, renditions } = choose(master)!;
    assert.equal(variant.url, `${AT}v/720.m3u8`);
    assert.deepEqual(renditions.map(({ url }) => url), [`${AT}sound/en.m3u8`, `${AT}subs/zh.m3u8`]);
  });

  it('is the least where all are more; the shorter side of an upright film counts', () => {
    const tall = lines('#EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=720x1280', 'tall.m3u8', '#EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=480x854', 'less.m3u8');
    assert.equal(choose(tall)!.variant.url, `${AT}tall.m3u8`);
    const all = lines('#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=3840x2160', 'a.m3u8', '#EXT-X-STREAM-INF:BANDWIDTH=7000000,RESOLUTION=1920x1080', 'b.m3u8');
    assert.equal(choose(all)!.variant.url, `${AT}b.m3u8`);
  });

  it('of a film has a picture, where one has; of sound alone need not', () => {
    const both = lines('#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"', 'sound.m3u8', '#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,CODECS="avc1.640028"', 'film.m3u8');
    assert.equal(choose(both)!.variant.url, `${AT}film.m3u8`);
    assert.equal(choose(both, false)!.variant.url, `${AT}sound.m3u8`);
    assert.equal(choose(master, true, () => false), undefined);
  });
});

describe('what of a stream is kept', () => {
  const files = {
    [MASTER]: master,
    [`${AT}v/720.m3u8`]: media('#EXT-X-MAP:URI="init.mp4"', '#EXTINF:6,', '1.m4s', '#EXTINF:4,', 'https://cdn.example/2.m4s'),
    [`${AT}sound/en.m3u8`]: media('#EXTINF:10,', 'en.aac'),
    [`${AT}subs/zh.m3u8`]: media('#EXTINF:10,', 'zh.vtt'),
  };

  it('is one variant with all it needs, and how much that is about', async () => {
    const { fetch, asked } = server(files);
    const found = await plan(fetch);
    assert.deepEqual(found.files.map(({ url }) => url), [
      MASTER, `${AT}v/720.m3u8`, `${AT}v/init.mp4`, `${AT}v/1.m4s`, 'https://cdn.example/2.m4s', `${AT}sound/en.m3u8`, `${AT}sound/en.aac`, `${AT}subs/zh.m3u8`, `${AT}subs/zh.vtt`,
    ]);
    assert.deepEqual(found.playlists, [MASTER, `${AT}v/720.m3u8`, `${AT}sound/en.m3u8`, `${AT}subs/zh.m3u8`]);
    assert.equal(found.estimate, (10 * 2_400_000 + 10 * 160_000) / 8);
    assert.deepEqual(asked.filter((each) => each.startsWith('HEAD')), [`HEAD ${AT}subs/zh.vtt`, 'HEAD https://cdn.example/2.m4s']);
  });

  it('is one rendition where there is no choice', async () => {
    const { fetch } = server({ [MASTER]: media('#EXTINF:6,', 'a.ts') });
    const found = await plan(fetch);
    assert.deepEqual([found.playlists, found.files.map(({ url }) => url), found.estimate], [[MASTER], [MASTER, `${AT}a.ts`], 0]);
  });

  it('is nothing where playlists lead round in a circle, or to a choice within a choice', async () => {
    const self = lines('#EXT-X-STREAM-INF:BANDWIDTH=1', 'index.m3u8?key=1');
    assert.deepEqual(await refusal(plan(server({ [MASTER]: self }).fetch)), { code: 'keep-stream-invalid', file: MASTER, field: 'URI' });
    const other = `${AT}other.m3u8`;
    const pair = { [MASTER]: lines('#EXT-X-STREAM-INF:BANDWIDTH=1', 'other.m3u8'), [other]: lines('#EXT-X-STREAM-INF:BANDWIDTH=1', 'index.m3u8?key=1') };
    assert.deepEqual(await refusal(plan(server(pair).fetch)), { code: 'keep-stream-invalid', file: other });
  });

  it('is nothing where a playlist is not there, leads elsewhere, or does not end', async () => {
    const sound = `${AT}sound/en.m3u8`;
    const refused = (answer: string | Response | (() => Response)) => refusal(plan(server({ ...files, [sound]: answer }).fetch));
    assert.deepEqual(await refused(new Response('No.', { status: 403 })), { code: 'keep-refused', file: sound });
    const moved = (): Response => Object.defineProperty(new Response(media('#EXTINF:6,', 'a.ts')), 'url', { value: 'https://login.example/en.m3u8' });
    assert.deepEqual(await refused(moved), { code: 'keep-stream-invalid', file: sound });
    let sent = 0;
    const endless = (): Response => new Response(new ReadableStream({ pull: (controller) => ((sent += 1), controller.enqueue(new TextEncoder().encode('#'.repeat(100_000)))) }));
    assert.deepEqual(await refused(endless), { code: 'keep-stream-invalid', file: sound });
    assert.ok(sent < 60, 'it is not read to its end');
    assert.equal((await refused(lines('#EXT-X-TARGETDURATION:6', '#EXTINF:6,', 'a.aac'))).code, 'keep-stream-live');
    const gone = (): Response => {
      throw new TypeError('Failed to fetch');
    };
    assert.deepEqual(await refused(gone), { code: 'keep-unreachable', file: sound });
  });

  it('is nothing where a server lets no page read, and that is not taken for a network that has gone', async () => {
    const { fetch } = server(files);
    const closed: typeof globalThis.fetch = (input, init) => ((input as string).startsWith('https://cdn.example/') && init?.mode !== 'no-cors' ? Promise.reject(new TypeError('Failed to fetch')) : (input as string).startsWith('https://cdn.example/') ? Promise.resolve(new Response(null)) : fetch(input, init));
    assert.deepEqual(await refusal(plan(closed)), { code: 'keep-refused', file: 'https://cdn.example/2.m4s', field: 'access-control-allow-origin' });
  });
});

describe('a kept stream’s own list', () => {
  it('has what is kept and nothing else', () => {
    const text = reducePlaylist(master, MASTER, new Set([`${AT}v/720.m3u8`, `${AT}sound/en.m3u8`, `${AT}subs/zh.m3u8`]));
    assert.deepEqual(text.split('\n').map((line) => line.slice(0, 45)), [
      '#EXTM3U',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME=',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",N',
      '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c',
      '#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-B',
      'v/720.m3u8',
      '',
    ]);
  });
});
