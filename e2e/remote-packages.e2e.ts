import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Frame, Page, Response } from 'playwright-core';
import { madeOf, serveBytes, type ByteServer } from '../packages/courseware/src/remote/byte-server.fixture.js';
import { cartridge, item, web } from '../packages/courseware/src/imscc/cartridge.fixture.js';
import { makeEpub } from '../packages/courseware/src/frame/book/book.fixture.js';
import { scorm12, sco } from '../packages/courseware/src/package/zip.fixture.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { startCampus, type Campus } from './campus.js';
import { sparsePackage } from './sparse-package.js';

const MB = 1_000_000;
const lesson = new Uint8Array(readFileSync(fileURLToPath(new URL('../packages/server/demo/media/lesson.mp4', import.meta.url))));

const SCO = `<!doctype html><title>SCO</title><link rel="stylesheet" href="style.css"><body><p id="said">waiting</p><img src="picture%20one.svg" id="picture"><script>
  let at = window; while (!at.API && at !== at.parent) at = at.parent;
  document.querySelector('#said').textContent = at.API.LMSInitialize('') + ' ' + location.pathname.split('/').pop();
</script>`;
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>';

/** 200 MB, of which the first unit needs a few hundred bytes. */
const large = () =>
  sparsePackage([
    { path: 'assets/film.mp4', content: { zeros: 120 * MB } },
    { path: 'index.html', content: SCO },
    { path: 'style.css', content: '#said { color: rgb(1, 2, 3) }' },
    { path: 'picture one.svg', content: svg },
    { path: 'assets/more.bin', content: { zeros: 80 * MB } },
    { path: 'imsmanifest.xml', content: scorm12('<item identifier="i" identifierref="r"><title>One</title></item>', sco('r', 'index.html')) },
  ]);

describe('packages that stay where they are', () => {
  let campus: Campus;
  let browser: Browser;
  let server: ByteServer;
  let host: Awaited<ReturnType<typeof startHost>>;
  const pages: Record<string, string> = {};

  before(async () => {
    host = await startHost({ pages, mounts: { '/lectern/': fileURLToPath(new URL('../packages/components/dist/bundle/', import.meta.url)) } });
    [campus, browser, server] = await Promise.all([startCampus({ LECTERN_EMBEDDERS: host.url }), launchBrowser(), serveBytes(madeOf(new Uint8Array()))]);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await host?.close();
    await campus?.dispose();
  });
  beforeEach(() => {
    Object.assign(server, { ranges: true, etag: '"1"', fault: undefined, pauseAt: undefined });
  });

  /** A page of the host with a player in it. */
  async function open(attributes = `frame="${campus.contentUrl}/frame/"`): Promise<Page> {
    const page = await browser.newPage();
    pages['/host.html'] = `<!doctype html><html lang="en"><title>Host</title><script type="module" src="/lectern/lectern.js"></script><course-player src="${server.url}" ${attributes}></course-player>`;
    await page.goto(`${host.url}/host.html`);
    return page;
  }

  const contentFrame = async (page: Page): Promise<Frame> => {
    for (let tries = 0; tries < 500; tries++) {
      const found = page.frames().find((frame) => frame.url().includes('/frame/packages/'));
      if (found) return found;
      await page.waitForTimeout(30);
    }
    throw new Error(`No content: ${await page.locator('course-player').innerText()}`);
  };
  const state = (page: Page): Promise<string> => page.evaluate(() => (document.querySelector('course-player') as unknown as { state: string }).state);
  const told = (page: Page, words: string): Promise<void> => page.getByText(words).first().waitFor();
  const closed = async (): Promise<void> => {
    while (server.open > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('a SCO of a 200 MB package runs on the content origin after less than 2 MB', async () => {
    server.file = large();
    const before = server.sent;
    const documents: Response[] = [];
    const page = await open();
    page.on('response', (response) => void (response.url().includes('/frame/packages/') && response.request().isNavigationRequest() && documents.push(response)));
    const content = await contentFrame(page);
    await content.waitForFunction(() => document.querySelector('#said')?.textContent === 'true index.html');
    const cost = server.sent - before;
    assert.ok(cost <= 2 * MB, `${cost} bytes`);
    console.log(`# ${cost} bytes until the first unit of ${server.file.size} ran`);
    assert.equal(new URL(content.url()).origin, campus.contentUrl);
    assert.equal(await content.evaluate(() => getComputedStyle(document.querySelector('#said')!).color), 'rgb(1, 2, 3)');
    await content.waitForFunction(() => (document.querySelector('#picture') as HTMLImageElement).naturalWidth === 40);
    // As text: what a compiler adds to functions is not on the page.
    const answers = (await content.evaluate(`Promise.all([['assets/film.mp4', 'bytes=100000000-100000999'], ['nothing.html', ''], ['/frame/worker.js', '']].map(async ([path, range]) => {
      const { status, headers, body } = await fetch(path, range ? { headers: { range } } : {});
      await body.cancel();
      return [status, headers.get('content-type'), headers.get('content-range'), headers.get('content-length'), headers.get('x-content-type-options')];
    }))`)) as unknown[][];
    assert.deepEqual(answers[0], [206, 'video/mp4', `bytes 100000000-100000999/${120 * MB}`, '1000', 'nosniff']);
    assert.deepEqual(answers.slice(1).map(([status]) => status), [404, 200]);
    assert.ok(server.sent - before <= 2 * MB, `${server.sent - before} bytes`);
    const header = (await documents.at(-1)!.allHeaders())['content-security-policy'];
    assert.equal(header, (await fetch(`${campus.contentUrl}/frame/`)).headers.get('content-security-policy'));
    await page.close();
  });

  it('closing the player ends every transfer', async () => {
    server.file = large();
    const page = await open();
    const content = await contentFrame(page);
    await content.waitForFunction(() => document.querySelector('#said')?.textContent?.startsWith('true'));
    server.pauseAt = MB / 10;
    await content.evaluate(() => {
      void fetch('assets/film.mp4').then((answer) => {
        const reader = answer.body!.getReader();
        const go = (): unknown => reader.read().then(({ done }) => (done ? undefined : go()));
        return go();
      });
    });
    while (server.open === 0) await page.waitForTimeout(5);
    await page.evaluate(() => document.querySelector('course-player')!.remove());
    await closed();
    assert.ok(server.sent < 120 * MB);
    await page.close();
  });

  it('a film and a page of a cartridge; without a content origin the film plays and the page says why it does not', async () => {
    server.file = sparsePackage([
      { path: 'imsmanifest.xml', content: cartridge(item('film', 'f', 'Film') + item('page', 'p', 'Page'), web('f', 'lesson.mp4') + web('p', 'page.html')) },
      { path: 'page.html', content: '<title>Page</title><h1>Of the cartridge</h1>' },
      { path: 'lesson.mp4', content: lesson },
    ]);
    const page = await open('');
    await page.waitForFunction(() => {
      const video = document.querySelector('course-player')?.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('video');
      return video && video.readyState >= 2 && video.videoWidth > 0;
    });
    await page.evaluate(() => (document.querySelector('course-player') as unknown as { open(id: string): Promise<void> }).open('page'));
    await told(page, 'This page cannot run units of this kind');
    await page.evaluate((frame) => document.querySelector('course-player')!.setAttribute('frame', frame), `${campus.contentUrl}/frame/`);
    await page.waitForFunction(() => (document.querySelector('course-player') as unknown as { state: string }).state === 'ready');
    await page.evaluate(() => (document.querySelector('course-player') as unknown as { open(id: string): Promise<void> }).open('page'));
    await (await contentFrame(page)).getByText('Of the cartridge').waitFor();
    await page.close();
  });

  it('a long film of a package plays and seeks on the content origin, and is watched', async () => {
    // The demo's film, and 400 megabytes behind it that mean nothing (ISO/IEC 14496-12, 8.1.2): nobody fetches them to see its end.
    const box = new Uint8Array(8);
    new DataView(box.buffer).setUint32(0, 400 * MB);
    box.set(new TextEncoder().encode('free'), 4);
    const film = { begin: new Uint8Array([...lesson, ...box]), zeros: 400 * MB - 8 };
    server.file = sparsePackage([
      { path: 'imsmanifest.xml', content: cartridge(item('film', 'f', 'Film'), web('f', 'film.mp4')) },
      { path: 'film.mp4', content: film },
    ]);
    const before = server.sent;
    const page = await open();
    const stage = await contentFrame(page);
    await stage.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
    const shown = server.sent - before;
    console.log(`# ${shown} bytes until a film of ${400 * MB} shows`);
    // How far a browser reads ahead while the machine is busy with other things is its own affair; a hundredth is no download.
    assert.ok(shown <= 4 * MB, `${shown} bytes`);
    await page.evaluate(() => {
      const verbs: string[] = [];
      Object.assign(globalThis, { verbs });
      document.querySelector('course-player')!.addEventListener('learning-statement', (event) => verbs.push((event as unknown as { statement: { verb: { id: string } } }).statement.verb.id.split('/').at(-1)!));
    });
    await stage.evaluate(() => {
      const video = document.querySelector('video')!;
      video.muted = true;
      void video.play();
      video.addEventListener('timeupdate', () => video.currentTime > 0.3 && video.currentTime < 5 && (video.currentTime = 30));
    });
    await page.waitForFunction(() => ['played', 'seeked'].every((verb) => (globalThis as unknown as { verbs: string[] }).verbs.includes(verb)));
    const cost = server.sent - before;
    console.log(`# ${cost} bytes to play and seek in a film of ${400 * MB}`);
    // How far a browser reads ahead is its own affair, and it takes the film for one of 48 Mbit/s; all of it is what it must not take.
    assert.ok(cost < 300 * MB, `${cost} bytes`);
    await page.getByText('watched · complete at 90%').waitFor();
    await page.evaluate(() => document.querySelector('course-player')!.remove());
    await closed();
    await page.close();
  });

  it('a book of a package is read in the frame', async () => {
    server.file = sparsePackage([
      { path: 'imsmanifest.xml', content: cartridge(item('book', 'b', 'Book'), web('b', 'the book.epub')) },
      { path: 'the book.epub', content: makeEpub() },
    ]);
    const page = await open();
    const reads = async (): Promise<boolean> => (await Promise.all(page.frames().map((frame) => frame.getByText('The lathe.').count().catch(() => 0)))).some((count) => count > 0);
    for (let tries = 0; !(await reads()); tries++) {
      assert.ok(tries < 500, await page.locator('course-player').innerText());
      await page.waitForTimeout(30);
    }
    assert.equal(await state(page), 'ready');
    assert.equal(await page.getByRole('alert').count(), 0);
    await page.close();
  });

  it('a server without ranges: progress, cancel, and again', async () => {
    server.file = large();
    server.ranges = false;
    server.pauseAt = 20 * MB;
    const page = await open();
    await told(page, 'Downloading');
    await page.getByRole('progressbar').waitFor();
    await page.getByText(/^(19|20)\.\d MB of 200\.\d MB fetched · \d+%$/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await told(page, 'The download was cancelled');
    await closed();
    server.pauseAt = undefined;
    server.file = sparsePackage([
      { path: 'index.html', content: SCO },
      { path: 'imsmanifest.xml', content: scorm12('<item identifier="i" identifierref="r"><title>One</title></item>', sco('r', 'index.html')) },
    ]);
    await page.getByRole('button', { name: 'Try again' }).click();
    await (await contentFrame(page)).waitForFunction(() => document.querySelector('#said')?.textContent?.startsWith('true'));
    await page.close();
  });

  it('one bare film, a page of a network that asks to sign in, and a page that is meant', async () => {
    server.file = madeOf(lesson);
    const film = await open();
    await film.waitForFunction(() => {
      const video = document.querySelector('course-player')?.shadowRoot?.querySelector('.unit')?.shadowRoot?.querySelector('video');
      return video && video.videoWidth > 0;
    });
    await film.close();
    server.file = madeOf(new TextEncoder().encode('<!doctype html><title>Sign in</title>'));
    const portal = await open();
    await told(portal, 'The course is damaged');
    assert.equal(await state(portal), 'error');
    await portal.close();
    server.file = madeOf(new Uint8Array([0, 1, 2, 3]));
    const unknown = await open();
    await told(unknown, 'This is nothing the player can open');
    await unknown.close();
  });
});
