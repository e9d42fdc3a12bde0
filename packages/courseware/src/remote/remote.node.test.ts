import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { madeOf, serveBytes, type ByteServer } from './byte-server.fixture.js';
import { download } from './download.js';
import { probe } from './probe.js';
import type { RangeSource } from './range-source.js';
import { RemoteError } from './remote-error.js';

const BLOCK = 32 * 1024;
const SIZE = 3_000_001;
const bytes = Uint8Array.from({ length: SIZE }, (_, index) => (index * 31) % 251);
const stopper = (): AbortController => new AbortController();
const code = (reading: Promise<unknown>): Promise<string> => reading.then(() => 'fulfilled', (error: unknown) => (error instanceof RemoteError ? error.code : (error as Error).name));
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a file on the web, read in parts', () => {
  let server: ByteServer;
  beforeEach(async () => {
    server = await serveBytes(madeOf(bytes));
  });
  afterEach(() => server.close());

  const open = async (): Promise<RangeSource> => (await probe(server.url, { signal: stopper().signal })).ranges!;

  it('takes its head, and no more', async () => {
    const { head, size, ranges } = await probe(server.url, { signal: stopper().signal });
    assert.deepEqual([head.length, size, ranges?.size, server.sent], [2 * BLOCK, SIZE, SIZE, 2 * BLOCK]);
    assert.deepEqual(head, bytes.subarray(0, 2 * BLOCK));
  });

  it('reads any part, each block once, neighbours by one request', async () => {
    const source = await open();
    for (const [offset, length] of [[0, 10], [BLOCK - 3, 7], [SIZE - 22, 22], [SIZE - 22, 100], [5 * BLOCK + 1, 3 * BLOCK], [6 * BLOCK, BLOCK], [SIZE, 5]] as const) {
      assert.deepEqual(await source.read(offset, length), bytes.subarray(offset, offset + length), `${offset}+${length}`);
    }
    // The head has the first two; the end is one block; blocks 5 to 8 are one request; the sixth is there already.
    assert.deepEqual(server.requests.map(({ range }) => range), ['bytes=0-65535', `bytes=${Math.floor(SIZE / BLOCK) * BLOCK}-${SIZE - 1}`, `bytes=${5 * BLOCK}-${9 * BLOCK - 1}`]);
    await Promise.all([source.read(20 * BLOCK, 10), source.read(20 * BLOCK + 50, 10), source.read(19 * BLOCK, BLOCK * 3)]);
    assert.deepEqual(server.requests.slice(3).map(({ range }) => range), [20, 19, 21].map((block) => `bytes=${block * BLOCK}-${(block + 1) * BLOCK - 1}`));
  });

  it('keeps no more than 16 MiB', async () => {
    const size = 40 * 1024 * 1024;
    server.file = { size, read: (_, length) => new Uint8Array(length) };
    const source = await open();
    for (let offset = 0; offset < size; offset += 1024 * 1024) await source.read(offset, 1024 * 1024);
    const before = server.requests.length;
    await source.read(size - 100, 100);
    assert.equal(server.requests.length, before);
    await source.read(0, 100);
    assert.equal(server.requests.length, before + 1);
  });

  it('notices that the file was replaced: by its tag, by its length, by a server that answers with all of it', async () => {
    for (const change of [() => (server.etag = '"2"'), () => (server.file = madeOf(bytes.subarray(0, SIZE - 1))), () => (server.ranges = false), () => (server.file = madeOf(bytes.subarray(0, 100)))]) {
      const source = await open();
      change();
      assert.equal(await code(source.read(10 * BLOCK, 10)), 'remote-changed');
      assert.equal(await code(source.stream(10 * BLOCK, 10).getReader().read()), 'remote-changed');
      Object.assign(server, { etag: '"1"', file: madeOf(bytes), ranges: true });
      assert.deepEqual(await source.read(10 * BLOCK, 10), bytes.subarray(10 * BLOCK, 10 * BLOCK + 10));
    }
  });

  it('tries again where the network or the server falters, and says so when it goes on', async () => {
    const source = await open();
    server.fault = (index) => (index === 1 ? 503 : undefined);
    assert.deepEqual(await source.read(10 * BLOCK, 10), bytes.subarray(10 * BLOCK, 10 * BLOCK + 10));
    server.fault = () => 403;
    assert.equal(await code(source.read(20 * BLOCK, 10)), 'remote-refused');
  });

  it('streams a long part by requests that grow, and takes it up where it broke', async () => {
    const source = await open();
    const gather = async (): Promise<Uint8Array> => new Uint8Array(await new Response(source.stream(1000, 2_000_000)).arrayBuffer());
    assert.deepEqual(await gather(), bytes.subarray(1000, 2_001_000));
    assert.deepEqual(server.requests.slice(1).map(({ range }) => range), ['bytes=1000-263143', 'bytes=263144-787431', 'bytes=787432-1836007', 'bytes=1836008-2000999']);
    server.fault = (index) => (index < 7 ? 'cut' : undefined);
    assert.deepEqual(await gather(), bytes.subarray(1000, 2_001_000));
    assert.ok(server.requests.length > 8);
  });

  it('ends every transfer when it rests, and begins anew afterwards', async () => {
    const size = 500_000_000;
    server.file = { size, read: (_, length) => new Uint8Array(length) };
    const source = await open();
    server.pauseAt = 100_000;
    const reader = source.stream(0, size).getReader();
    await reader.read();
    const reading = code(source.read(300_000_000, 100_000_000));
    await until(() => server.open === 2);
    source.rest();
    assert.equal(await reading, 'AbortError');
    await assert.rejects(async () => { for (;;) if ((await reader.read()).done) return; });
    await until(() => server.open === 0);
    assert.ok(server.sent < size, `${server.sent}`);
    server.pauseAt = undefined;
    assert.equal((await source.read(100_000_000, 5)).length, 5);
  });

  it('a reader who stops ends the transfer', async () => {
    server.file = { size: 500_000_000, read: (_, length) => new Uint8Array(length) };
    const source = await open();
    server.pauseAt = 100_000;
    const reader = source.stream(0, 400_000_000).getReader();
    await reader.read();
    await reader.cancel();
    await until(() => server.open === 0);
  });
});

describe('a server that answers only with all of it', () => {
  let server: ByteServer;
  beforeEach(async () => {
    server = await serveBytes(madeOf(bytes));
    server.ranges = false;
  });
  afterEach(() => server.close());

  it('is downloaded by the request that found out, with progress', async () => {
    const { signal } = stopper();
    const found = await probe(server.url, { signal });
    assert.equal(found.ranges, undefined);
    const seen: number[] = [];
    const blob = await download(found.stream(), { url: server.url, total: found.size, limit: 1e9, signal, progress: ({ loaded, total }) => (seen.push(loaded), assert.equal(total, SIZE)) });
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), bytes);
    assert.deepEqual([seen[0], seen.at(-1), server.requests.length], [0, SIZE, 1]);
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  });

  it('can be cancelled', async () => {
    server.file = { size: 500_000_000, read: (_, length) => new Uint8Array(length) };
    const stop = stopper();
    const found = await probe(server.url, { signal: stop.signal });
    const progress = ({ loaded }: { loaded: number }): void => {
      if (loaded > 1_000_000) stop.abort();
    };
    assert.equal(await code(download(found.stream(), { url: server.url, total: undefined, limit: 1e9, signal: stop.signal, progress })), 'AbortError');
    await until(() => server.open === 0);
    assert.ok(server.sent < 100_000_000);
  });

  it('is refused when it is too large: told or not', async () => {
    const { signal } = stopper();
    for (const total of [SIZE, undefined]) {
      const found = await probe(server.url, { signal });
      assert.equal(await code(download(found.stream(), { url: server.url, total, limit: 1_000_000, signal, progress: () => undefined })), 'remote-too-large');
      await until(() => server.open === 0);
    }
  });

  it('breaks off: said, not taken for whole', async () => {
    server.fault = () => 'cut';
    const { signal } = stopper();
    const found = await probe(server.url, { signal });
    assert.equal(await code(download(found.stream(), { url: server.url, total: found.size, limit: 1e9, signal, progress: () => undefined })), 'remote-unreachable');
  });
});

describe('what the first request meets', () => {
  it('a status, nobody, an empty file, a length that is not told', async () => {
    const server = await serveBytes(madeOf(bytes));
    const { signal } = stopper();
    server.fault = () => 404;
    const error = await probe(server.url, { signal }).catch((reason: unknown) => reason);
    assert.ok(error instanceof RemoteError && error.code === 'remote-refused' && error.status === 404);
    server.fault = undefined;
    server.file = madeOf(new Uint8Array());
    assert.deepEqual((await probe(server.url, { signal })).head.length, 0);
    server.file = madeOf(bytes);
    // As between origins that expose no headers: the length comes from a HEAD.
    const veiled: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const headers = new Headers(response.headers);
      headers.delete('content-range');
      return new Response(response.body, { status: response.status, headers });
    };
    assert.equal((await probe(server.url, { signal, fetch: veiled })).ranges?.size, SIZE);
    // A preflight for `Range` that is refused: asked again without.
    const strict: typeof fetch = (input, init) => (new Headers(init?.headers).has('range') ? Promise.reject(new TypeError('Failed to fetch')) : fetch(input, init));
    const plain = await probe(server.url, { signal, fetch: strict });
    assert.deepEqual([plain.ranges, plain.size], [undefined, SIZE]);
    plain.close();
    await server.close();
    assert.equal(await code(probe(server.url, { signal })), 'remote-unreachable');
  });
});
