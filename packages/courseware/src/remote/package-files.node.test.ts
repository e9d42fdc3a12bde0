import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { readPackage } from '../package/read-package.js';
import { ID } from '../package/zip.fixture.js';
import { madeOf, serveBytes } from './byte-server.fixture.js';
import { responseFromPort, serveOnPort } from './file-port.js';
import { packageBase, packageKey, parsePackageUrl } from './package-address.js';
import { PackageContent } from './package-files.js';
import { probe } from './probe.js';

const film = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 7919) % 256);
const words = strToU8(Array.from({ length: 60_000 }, (_, index) => `${(index * 7919) % 100_003} `).join(''));
const packed = (): Uint8Array =>
  zipSync({
    'course.json': strToU8(JSON.stringify({ id: ID, title: 'C', children: [{ type: 'unit', kind: 'html', id: 'p', title: 'P', href: 'a page.html', completion: { policy: 'visited' } }] })),
    'a page.html': strToU8('<title>Page</title>'),
    'film.mp4': [film, { level: 0 }],
    'words.txt': words,
    'data.json.gz': [new Uint8Array([0x1f, 0x8b]), { level: 0 }],
    'web_resources/picture.png': strToU8('png'),
  });

async function open(how: 'web' | 'blob'): Promise<{ content: PackageContent; sent: () => number; close: () => Promise<void> }> {
  const bytes = packed();
  const server = await serveBytes(madeOf(bytes));
  const source = how === 'web' ? (await probe(server.url, { signal: new AbortController().signal })).ranges! : new Blob([bytes as Uint8Array<ArrayBuffer>]);
  return { content: new PackageContent(await readPackage(source, { id: ID }), source), sent: () => server.sent, close: () => server.close() };
}

/** As it goes in a browser: over a port. */
async function ask(content: PackageContent, path: string, range?: string, method: 'GET' | 'HEAD' = 'GET'): Promise<Response> {
  const { port1, port2 } = new MessageChannel();
  serveOnPort(port2, (request, signal) => content.respond(request, signal));
  return responseFromPort(port1, { path, method, ...(range === undefined ? {} : { range }) }, { 'x-content-type-options': 'nosniff' }).response;
}

const bodyOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

for (const how of ['web', 'blob'] as const) {
  test(`files of a package (${how}) are answered as a server does`, async () => {
    const { content, close } = await open(how);
    const page = await ask(content, 'a page.html');
    assert.deepEqual([page.status, page.headers.get('content-type'), page.headers.get('x-content-type-options'), await page.text()], [200, 'text/html; charset=utf-8', 'nosniff', '<title>Page</title>']);
    for (const [path, whole] of [['film.mp4', film], ['words.txt', words]] as const) {
      const all = await ask(content, path);
      assert.deepEqual([all.status, all.headers.get('content-length')], [200, String(whole.length)]);
      assert.deepEqual(await bodyOf(all), whole);
      for (const [range, from, to] of [['bytes=0-', 0, whole.length], ['bytes=100-199', 100, 200], ['bytes=200000-', 200_000, whole.length], ['bytes=-50', whole.length - 50, whole.length], [`bytes=5-${whole.length * 2}`, 5, whole.length]] as const) {
        const part = await ask(content, path, range);
        assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes ${from}-${to - 1}/${whole.length}`]);
        assert.deepEqual(await bodyOf(part), whole.subarray(from, to), `${path} ${range}`);
      }
      const beyond = await ask(content, path, `bytes=${whole.length}-`);
      assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${whole.length}`]);
      assert.equal((await bodyOf(await ask(content, path, 'bytes=9-3'))).length, whole.length);
      const head = await ask(content, path, undefined, 'HEAD');
      assert.deepEqual([head.headers.get('content-length'), (await bodyOf(head)).length], [String(whole.length), 0]);
    }
    for (const path of ['nothing.html', '../course.json']) {
      const missing = await ask(content, path);
      assert.deepEqual([missing.status, await missing.text()], [404, `The package has no file "${path}".`]);
    }
    assert.equal(await (await ask(content, 'wiki_content/$IMS-CC-FILEBASE$/picture.png')).text(), 'png');
    await close();
  });
}

test('a part of a stored film costs that part', async () => {
  const { content, sent, close } = await open('web');
  const before = sent();
  await bodyOf(await ask(content, 'film.mp4', 'bytes=300000-300999'));
  assert.ok(sent() - before <= 3 * 32 * 1024, `${sent() - before}`);
  await close();
});

test('who stops reading ends the reading', async () => {
  const { content, close } = await open('blob');
  const reader = (await ask(content, 'film.mp4')).body!.getReader();
  await reader.read();
  await reader.cancel();
  await close();
});

test('addresses on the content origin', async () => {
  const key = await packageKey('https://host.example', 'https://files.example/a.zip');
  assert.match(key, /^[0-9a-f]{32}$/);
  assert.notEqual(key, await packageKey('https://other.example', 'https://files.example/a.zip'));
  assert.equal(packageBase('https://content.example/frame/', key), `https://content.example/frame/packages/${key}/`);
  assert.equal(packageBase('https://content.example/x/frame.html', key), `https://content.example/x/packages/${key}/`);
  const scope = 'https://content.example/frame/packages/';
  const parse = (path: string): unknown => parsePackageUrl(`${scope}${path}`, scope);
  assert.deepEqual(parse(`${key}/a%20b/c.html?x=1#y`), { key, path: 'a b/c.html' });
  for (const bad of [key, `${key}/`, 'xyz/a.html', `${key}/a%2Fb`, `${key}/%2e%2e%5Cb`, `${key}/%E0%A4%A`, `${key}/a%00`]) assert.equal(parse(bad), undefined, bad);
  assert.equal(parsePackageUrl(`https://content.example/frame/${key}/a`, scope), undefined);
  assert.equal(parsePackageUrl(`https://evil.example/frame/packages/${key}/a`, scope), undefined);
});
