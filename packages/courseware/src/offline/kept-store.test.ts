import { expect } from '@open-wc/testing';
import { readFileList } from './file-list.js';
import { KeepError } from './keep-error.js';
import { KeptStore, type KeepProgress } from './kept-store.js';

const MB = 1024 * 1024;
const BASE = 'https://content.example/c/one/';

/** A server of files, with what goes wrong at servers. */
class Server {
  readonly files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; etag: string; type: string }>();
  readonly asked: string[] = [];
  answer: ((url: string, range: string | null) => Response | undefined) | undefined;
  /** Bytes after which a body breaks off. */
  breakAt = Infinity;

  put(path: string, bytes: Uint8Array<ArrayBuffer> | string, type = 'application/octet-stream', etag = '"1"'): void {
    this.files.set(BASE + path, { bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, etag, type });
  }

  get listed(): { url: string; size: number }[] {
    return [...this.files].map(([url, { bytes }]) => ({ url, size: bytes.length }));
  }

  readonly fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    init?.signal?.throwIfAborted();
    const url = String(input);
    const range = new Headers(init?.headers).get('range');
    this.asked.push(range ? `${url.slice(BASE.length)} ${range}` : url.slice(BASE.length));
    const given = this.answer?.(url, range);
    if (given) return given;
    const file = this.files.get(url);
    if (!file) return new Response('No.', { status: 404 });
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    let at = from;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at >= file.bytes.length) return controller.close();
        if (at - from >= this.breakAt) return controller.error(new TypeError('network'));
        controller.enqueue(file.bytes.slice(at, (at += MB / 2)));
      },
    });
    const headers: Record<string, string> = { 'content-type': file.type, etag: file.etag, 'content-length': String(file.bytes.length - from) };
    return range ? new Response(body, { status: 206, headers: { ...headers, 'content-range': `bytes ${from}-${file.bytes.length - 1}/${file.bytes.length}` } }) : new Response(body, { headers });
  }) as typeof fetch;
}

const pattern = (length: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 997) bytes[i] = (i * seed) % 251;
  return bytes;
};

describe('what is kept for times without a network', () => {
  let store: KeptStore;
  let server: Server;
  const never = new AbortController().signal;
  const id = 'course https://host.example/course.json';

  const clear = async (): Promise<void> => {
    for (const name of await caches.keys()) if (name.startsWith('lectern-kept')) await caches.delete(name);
  };
  const keep = (version = '1', signal = never, progress?: (news: KeepProgress) => void) => store.keep({ id, version, files: server.listed }, { signal, fetch: server.fetch, ...(progress ? { progress } : {}) });
  const get = (path: string, range?: string) => store.answer(new Request(BASE + path, range ? { headers: { range } } : {}));
  const refused = async (work: Promise<unknown>): Promise<KeepError> => {
    try {
      await work;
    } catch (error) {
      expect(error).to.be.instanceOf(KeepError);
      return error as KeepError;
    }
    throw new Error('it was not refused');
  };

  beforeEach(async () => {
    await clear();
    store = new KeptStore();
    server = new Server();
  });
  after(clear);

  it('answers whole files and parts of them, also across pieces, as their server would', async () => {
    const film = pattern(9 * MB + 123);
    server.put('film.mp4', film, 'video/mp4');
    server.put('a/index.html', '<p>Hello', 'text/html; charset=utf-8');
    server.put('empty.txt', '', 'text/plain');
    const news: KeepProgress[] = [];
    const entry = await keep('1', never, (each) => news.push(each));
    expect(entry).to.include({ complete: true, files: 3, bytes: film.length + 8 });
    expect(news.at(-1)).to.deep.equal({ files: 3, totalFiles: 3, bytes: film.length + 8, totalBytes: film.length + 8 });
    const whole = (await get('film.mp4'))!;
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length'), whole.headers.get('accept-ranges')]).to.deep.equal([200, 'video/mp4', String(film.length), 'bytes']);
    expect(new Uint8Array(await whole.arrayBuffer())).to.deep.equal(film);
    for (const [range, from, to] of [['bytes=0-0', 0, 0], [`bytes=${4 * MB - 5}-${4 * MB + 4}`, 4 * MB - 5, 4 * MB + 4], [`bytes=${9 * MB}-`, 9 * MB, film.length - 1], ['bytes=-10', film.length - 10, film.length - 1], [`bytes=5-${99 * MB}`, 5, film.length - 1]] as const) {
      const part = (await get('film.mp4', range))!;
      expect([part.status, part.headers.get('content-range')], range).to.deep.equal([206, `bytes ${from}-${to}/${film.length}`]);
      expect(new Uint8Array(await part.arrayBuffer()), range).to.deep.equal(film.slice(from, to + 1));
    }
    const beyond = (await get('film.mp4', `bytes=${film.length}-`))!;
    expect([beyond.status, beyond.headers.get('content-range')]).to.deep.equal([416, `bytes */${film.length}`]);
    for (const nonsense of ['bytes=9-3', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-']) expect((await get('film.mp4', nonsense))!.status, nonsense).to.equal(200);
    expect(await (await get('a/index.html?from=menu#top'))!.text()).to.equal('<p>Hello');
    expect((await get('empty.txt'))!.status).to.equal(200);
    expect((await get('empty.txt', 'bytes=0-'))!.status).to.equal(416);
    expect(await get('nothing.txt')).to.equal(undefined);
    expect(await store.answer(new Request(`${BASE}film.mp4`, { method: 'POST' }))).to.equal(undefined);
    const blob = (await store.blob(id, `${BASE}film.mp4`))!;
    expect([blob.size, blob.type]).to.deep.equal([film.length, 'video/mp4']);
  });

  it('goes on where it was broken off, without fetching again what is there', async () => {
    server.put('film.mp4', pattern(9 * MB), 'video/mp4');
    server.put('page.html', 'x', 'text/html');
    server.breakAt = 5 * MB;
    const error = await refused(keep());
    expect(error.code).to.equal('keep-unreachable');
    expect(error.file).to.equal(`${BASE}film.mp4`);
    expect(await store.entry(id)).to.equal(undefined);
    expect(await get('page.html'), 'no part of a version answers').to.equal(undefined);
    expect((await store.partial(id))?.version).to.equal('1');
    server.breakAt = Infinity;
    server.asked.length = 0;
    await keep();
    expect(server.asked).to.deep.equal([`film.mp4 bytes=${4 * MB}-`]);
    expect(new Uint8Array(await (await get('film.mp4'))!.arrayBuffer())).to.deep.equal(pattern(9 * MB));
    server.asked.length = 0;
    await keep();
    expect(server.asked).to.deep.equal([]);
  });

  it('begins a file anew that has changed since it was broken off', async () => {
    server.put('film.mp4', pattern(9 * MB, 1), 'video/mp4', '"1"');
    server.breakAt = 5 * MB;
    await refused(keep());
    server.breakAt = Infinity;
    server.put('film.mp4', pattern(9 * MB, 7), 'video/mp4', '"2"');
    await keep();
    expect(new Uint8Array(await (await get('film.mp4'))!.arrayBuffer())).to.deep.equal(pattern(9 * MB, 7));
  });

  it('ends at once when it is cancelled', async () => {
    server.put('film.mp4', pattern(9 * MB), 'video/mp4');
    const stop = new AbortController();
    const reason = new DOMException('no', 'AbortError');
    try {
      await keep('1', stop.signal, ({ bytes }) => bytes > MB && stop.abort(reason));
      throw new Error('it was kept');
    } catch (error) {
      expect(error).to.equal(reason);
    }
    expect(await store.entry(id)).to.equal(undefined);
  });

  it('never mixes two versions: the old one answers until the last file of the new is there', async () => {
    server.put('a.js', 'old a', 'text/javascript');
    server.put('b.js', 'old b', 'text/javascript');
    await keep('1');
    server.put('a.js', 'new a!', 'text/javascript', '"2"');
    server.put('b.js', 'new b!', 'text/javascript', '"2"');
    server.answer = (url) => (url.endsWith('b.js') ? new Response('', { status: 503 }) : undefined);
    expect((await refused(keep('2'))).code).to.equal('keep-refused');
    const now = async () => [await (await get('a.js'))!.text(), await (await get('b.js'))!.text()];
    expect(await now()).to.deep.equal(['old a', 'old b']);
    server.answer = undefined;
    await keep('2');
    expect(await now()).to.deep.equal(['new a!', 'new b!']);
    expect((await caches.keys()).filter((name) => name.startsWith('lectern-kept ')).length, 'the old one is gone').to.equal(1);
  });

  it('what is newer on the network is not answered from here, and what is a fallback only when it is asked for', async () => {
    server.put('a.js', 'a', 'text/javascript');
    await keep();
    await store.setMode(id, 'network');
    expect(await get('a.js')).to.equal(undefined);
    await store.setMode(id, 'fallback');
    expect(await get('a.js')).to.equal(undefined);
    expect(await (await store.answer(new Request(`${BASE}a.js`), 'fallback'))!.text()).to.equal('a');
  });

  it('answers without reading what is remembered of every course, unless an entry is older than its headers', async () => {
    server.put('a.js', 'a', 'text/javascript');
    await keep();
    const registry = await caches.open('lectern-kept');
    const [key] = await registry.keys();
    const { headers } = (await registry.match(key!))!;
    const entry = await store.entry(id);
    await registry.put(key!, new Response('not read', { headers }));
    expect(await (await get('a.js'))!.text()).to.equal('a');
    // As it was written before there were the headers.
    await registry.put(key!, Response.json(entry));
    expect(await (await get('a.js'))!.text()).to.equal('a');
    await store.setMode(id, 'network');
    expect(await get('a.js')).to.equal(undefined);
    for (const odd of [null, {}, { mode: 'kept' }]) {
      await registry.put(key!, Response.json(odd));
      expect(await get('a.js'), JSON.stringify(odd)).to.equal(undefined);
    }
  });

  it('refuses what is not the file: a sign-in page that says 200, an answer that may not be read, another length, a status', async () => {
    server.put('a.js', 'let a;', 'text/javascript');
    const html = (): Response => new Response('<html>Sign in', { headers: { 'content-type': 'text/html' } });
    const cases: [string, Response, string][] = [
      ['a captive portal', html(), 'keep-refused'],
      ['another length', new Response('let', { headers: { 'content-length': '3', 'content-type': 'text/javascript' } }), 'keep-changed'],
      ['too long, without a length', new Response('let a; let b;', { headers: { 'content-type': 'text/javascript' } }), 'keep-changed'],
      ['too short, without a length', new Response('le', { headers: { 'content-type': 'text/javascript' } }), 'keep-changed'],
      ['gone', new Response('', { status: 404 }), 'keep-refused'],
      ['an error', new Response('', { status: 500 }), 'keep-refused'],
      ['a part nobody asked for', new Response('a', { status: 206, headers: { 'content-range': 'bytes 3-3/6' } }), 'keep-refused'],
    ];
    for (const [name, response, code] of cases) {
      server.answer = () => response;
      const error = await refused(keep());
      expect(error.code, name).to.equal(code);
      expect(error.file, name).to.equal(`${BASE}a.js`);
      expect(await store.entry(id), name).to.equal(undefined);
    }
    const opaque = new Response('');
    Object.defineProperty(opaque, 'type', { value: 'opaque' });
    server.answer = () => opaque;
    expect((await refused(keep())).code).to.equal('keep-refused');
    server.answer = () => {
      throw new TypeError('Failed to fetch');
    };
    expect((await refused(keep())).code).to.equal('keep-unreachable');
  });

  it('takes text of another origin by what arrives: how long it was on its way says nothing', async () => {
    server.put('a.js', 'let a;', 'text/javascript');
    const from = (text: string): Response => Object.defineProperty(new Response(text, { headers: { 'content-length': '3', 'content-type': 'text/javascript' } }), 'type', { value: 'cors' });
    server.answer = () => from('let');
    expect((await refused(keep())).code).to.equal('keep-changed');
    server.answer = () => from('let a;');
    expect((await keep()).bytes).to.equal(6);
    server.put('b.bin', 'abcdef');
    server.answer = () => Object.defineProperty(new Response('abc', { headers: { 'content-length': '3', 'content-type': 'video/mp4' } }), 'type', { value: 'cors' });
    expect((await refused(keep('2'))).code).to.equal('keep-changed');
  });

  it('says that there is no room, and keeps what is there for the next try', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) server.put(`${name}.bin`, pattern(1000));
    let puts = 0;
    const full: CacheStorage = {
      delete: (name) => caches.delete(name), has: (name) => caches.has(name), keys: () => caches.keys(), match: (request) => caches.match(request),
      async open(name) {
        const cache = await caches.open(name);
        const real = cache.put.bind(cache);
        cache.put = (request, response) => (name !== 'lectern-kept' && ++puts > 4 ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : real(request, response));
        return cache;
      },
    };
    const error = await refused(new KeptStore(full).keep({ id, version: '1', files: server.listed }, { signal: never, fetch: server.fetch }));
    expect(error.code).to.equal('keep-quota');
    server.asked.length = 0;
    await keep();
    expect(server.asked.length, 'only what was missing').to.be.lessThan(6);
    expect((await store.entry(id))?.bytes).to.equal(6000);
  });

  it('keeps ten thousand files', async () => {
    for (let n = 0; n < 10_000; n++) server.put(`f/${n}.txt`, String(n), 'text/plain');
    const entry = await keep();
    expect(entry.files).to.equal(10_000);
    expect(await (await get('f/9999.txt'))!.text()).to.equal('9999');
  }).timeout(120_000);

  it('frees the space of one course, and leaves the others', async () => {
    server.put('a.js', 'a', 'text/javascript');
    await keep();
    await store.keep({ id: 'other', version: '1', files: server.listed }, { signal: never, fetch: server.fetch });
    await store.free(id);
    expect((await store.entries()).map((entry) => entry.id)).to.deep.equal(['other']);
    await store.free('other');
    expect((await caches.keys()).filter((name) => name.startsWith('lectern-kept '))).to.deep.equal([]);
  });

  it('says so where the browser stores nothing', () => {
    expect(() => new KeptStore(null as unknown as CacheStorage)).to.throw(KeepError);
  });
});

describe('a list of a course’s files', () => {
  const read = (value: unknown) => readFileList(value, BASE, 'files.json');

  it('names files below the course’s folder, whatever they are called', () => {
    const list = read({ version: 'x', files: [{ path: 'a b/#1?.html', size: 3 }, { path: 'c.js' }, { path: 'c.js' }] });
    expect(list.files).to.deep.equal([{ url: `${BASE}a%20b/%231%3F.html`, size: 3 }, { url: `${BASE}c.js` }]);
  });

  it('is refused with the field where it is none, leads elsewhere, or has no end', () => {
    const cases: [unknown, string][] = [
      [null, ''], [[], ''], ['x', ''], [{ files: [] }, 'version'], [{ version: 1, files: [] }, 'version'], [{ version: 'x' }, 'files'], [{ version: 'x', files: {} }, 'files'],
      ...['../a', 'a/../../b', '/etc', 'a//b', '', '.', 'a\\b', 'a\0', 5, null].map((path): [unknown, string] => [{ version: 'x', files: [{ path }] }, 'files[0].path']),
      ...[-1, 1.5, '3', Infinity].map((size): [unknown, string] => [{ version: 'x', files: [{ path: 'a', size }] }, 'files[0].size']),
      [{ version: 'x', files: [null] }, 'files[0].path'],
      [{ version: 'x', files: Array.from({ length: 50_001 }, (_, n) => ({ path: String(n) })) }, 'files'],
    ];
    for (const [value, field] of cases) {
      try {
        read(value);
        throw new Error(`taken: ${JSON.stringify(value)?.slice(0, 100)}`);
      } catch (error) {
        expect(error, JSON.stringify(value)?.slice(0, 100)).to.be.instanceOf(KeepError);
        expect((error as KeepError).field).to.equal(field);
      }
    }
  });

  it('another scheme in a name stays a name', () => {
    expect(read({ version: 'x', files: [{ path: 'https:' }, { path: 'javascript:alert(1)' }] }).files.every(({ url }) => url.startsWith(BASE))).to.equal(true);
  });
});
