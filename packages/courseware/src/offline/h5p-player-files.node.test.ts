import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { KeepError } from './keep-error.js';
import { readH5pPlayerFiles } from './h5p-player-files.js';

const FOLDER = 'https://content.example/frame/h5p/';
const real = globalThis.fetch;

/** A host with these files in the player's folder. */
function serve(files: Readonly<Record<string, string | Response>>): void {
  globalThis.fetch = (input) => {
    const url = input as string;
    assert.ok(url.startsWith(FOLDER), url);
    const found = files[url.slice(FOLDER.length)];
    return Promise.resolve(found instanceof Response ? found.clone() : found === undefined ? new Response('No.', { status: 404 }) : new Response(found));
  };
}
const read = () => readH5pPlayerFiles(FOLDER, new AbortController().signal);

describe('what plays H5P', () => {
  afterEach(() => {
    globalThis.fetch = real;
  });

  it('is its scripts, its style sheets, and what these name below its folder, once', async () => {
    serve({
      'main.bundle.js': 'a',
      'frame.bundle.js': 'b',
      'styles/h5p.css': `@import "more.css"; @font-face { src: url('../fonts/a.woff2?x=1#y'), url(../fonts/gone.woff) } p { background: url( "../images/b.gif" ) } q { background: url(data:image/gif;base64,AAAA) url(https://elsewhere.example/c.png) url(../../../secret) url(styles.css) }`,
      'styles/more.css': `@import url(h5p.css); @import 'more.css'; b { background: url(../images/b.gif) }`,
      'fonts/a.woff2': 'f',
      'images/b.gif': 'g',
    });
    const list = await read();
    assert.deepEqual(list?.files.map(({ url }) => url.slice(FOLDER.length)).sort(), ['fonts/a.woff2', 'frame.bundle.js', 'images/b.gif', 'main.bundle.js', 'styles/h5p.css', 'styles/more.css']);
  });

  it('has another version when it is another', async () => {
    const files = { 'main.bundle.js': 'a', 'frame.bundle.js': 'b', 'styles/h5p.css': 'c' };
    serve(files);
    const first = await read();
    assert.equal((await read())?.version, first?.version);
    serve({ ...files, 'frame.bundle.js': 'b2' });
    assert.notEqual((await read())?.version, first?.version);
  });

  it('is nothing where the host has none, also one that answers everything with its own page', async () => {
    serve({ 'main.bundle.js': 'a' });
    assert.equal(await read(), undefined);
    const page = new Response('<p>Hello</p>', { headers: { 'content-type': 'text/html' } });
    serve({ 'main.bundle.js': page, 'frame.bundle.js': page, 'styles/h5p.css': page });
    assert.equal(await read(), undefined);
  });

  it('without a network is not known', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await assert.rejects(read(), ({ code, file }: KeepError) => code === 'keep-unreachable' && file === `${FOLDER}main.bundle.js`);
  });

  it('has an end, however its style sheets go on', async () => {
    globalThis.fetch = (input) => Promise.resolve(new Response(/\.js$/.test(input as string) ? 'a' : `@import "${Math.random()}.css"; ${'url('.repeat(50_000)}`));
    const list = await read();
    assert.ok(list!.files.length < 30);
  });
});
