import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const course = (id: string): string =>
  JSON.stringify({
    id: `https://host.example/${id}`,
    format: 'course',
    title: `Course ${id}`,
    language: 'en',
    children: [
      {
        type: 'unit',
        kind: 'video',
        id: 'lesson',
        title: `Lesson ${id}`,
        moveOn: 'Completed',
        sources: [{ src: '/demo/media/lesson.mp4', type: 'video/mp4' }],
      },
    ],
  });

const html = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}</head><body>${body}</body></html>`;

const script = '<script type="module" src="/lectern/lectern.js"></script>';
const player = (id: string): string =>
  `<learning-session id="s-${id}" token-url="/token"><course-player id="${id}" src="/course-${id}.json"></course-player></learning-session>`;

async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: 'jsx' },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.text;
}

const REACT_APP = `
  import { useState } from 'react';
  import { createRoot } from 'react-dom/client';
  function App() {
    const [verbs, setVerbs] = useState([]);
    const [shown, setShown] = useState(true);
    return <main onClick={() => undefined}>
      <button id="toggle" onClick={() => setShown(!shown)}>toggle</button>
      <output>{verbs.join(' ')}</output>
      {shown && <learning-session token-url="/token" ref={(element) => element?.addEventListener('learning-statement', (event) =>
        setVerbs((before) => [...before, event.statement.verb.id.split('/').at(-1)]))}>
        <course-player src="/course-a.json"></course-player></learning-session>}
    </main>;
  }
  createRoot(document.querySelector('#app')).render(<App />);`;

const VUE_APP = `
  import { createApp, h, ref } from 'vue';
  createApp({ setup() {
    const verbs = ref([]); const shown = ref(true);
    const add = (event) => verbs.value.push(event.statement.verb.id.split('/').at(-1));
    return () => h('main', [
      h('button', { id: 'toggle', onClick: () => (shown.value = !shown.value) }, 'toggle'),
      h('output', verbs.value.join(' ')),
      shown.value ? h('learning-session', { 'token-url': '/token', 'onLearning-statement': add }, [h('course-player', { src: '/course-a.json' })]) : null,
    ]); } }).mount('#app');`;

/** What a page can tell about its globals and its own style. */
const survey = (page: Page): Promise<{ globals: string[]; style: string; sheets: number }> =>
  page.evaluate(() => ({
    globals: Object.getOwnPropertyNames(globalThis),
    style: getComputedStyle(document.querySelector('p')!).cssText,
    sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
  }));

describe('in the page of somebody else', () => {
  let host: Awaited<ReturnType<typeof startHost>>;
  let browser: Browser;
  const errors: string[] = [];

  before(async () => {
    const probe = '<p>A host paragraph.</p>';
    host = await startHost({
      pages: {
        '/course-a.json': course('a'),
        '/course-b.json': course('b'),
        '/plain.html': html(probe),
        '/one.html': html(probe + player('a'), script),
        '/two.html': html(player('a') + player('b'), script),
        '/twice.html': html(player('a'), `${script}<script type="module" src="/lectern/lectern.js?again"></script><script type="module" src="/copy/lectern.js"></script>`),
        '/alone.html': html('<course-player id="a" src="/course-a.json"></course-player>', script),
        '/react.html': html('<div id="app"></div>', `${script}<script type="module" src="/react.js"></script>`),
        '/react.js': await bundle(REACT_APP),
        '/vue.html': html('<div id="app"></div>', `${script}<script type="module" src="/vue.js"></script>`),
        '/vue.js': await bundle(VUE_APP),
      },
      mounts: {
        '/lectern/': `${root}packages/components/dist/bundle`,
        '/copy/': `${root}packages/components/dist/bundle`,
        '/demo/': `${root}packages/server/demo`,
      },
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  const open = async (path: string): Promise<Page> => {
    const context = await browser.newContext();
    const page = await context.newPage();
    errors.length = 0;
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && !/404/.test(message.text()) && errors.push(message.text()));
    await page.goto(host.url + path);
    return page;
  };
  const play = (page: Page, id: string): Promise<void> =>
    page.locator(`#${id} video`).evaluate(async (video) => {
      const media = video as unknown as { muted: boolean; play(): Promise<void> };
      media.muted = true;
      await media.play();
    });

  it('adds nothing to the globals, the page’s style or its sheets', async () => {
    const plain = await survey(await open('/plain.html'));
    const page = await open('/one.html');
    await page.locator('course-player video').waitFor();
    const embedded = await survey(page);
    const added = embedded.globals.filter((name) => !plain.globals.includes(name));
    // Lit marks its versions and its metadata on the global, so that two copies know of each other; nothing else is allowed.
    assert.deepEqual(added.filter((name) => !['litElementVersions', 'litHtmlVersions', 'reactiveElementVersions', 'litPropertyMetadata'].includes(name)), []);
    assert.equal(embedded.style, plain.style);
    assert.equal(embedded.sheets, plain.sheets);
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('two players share nothing', async () => {
    const page = await open('/two.html');
    await page.locator('#a video').waitFor();
    await page.locator('#b video').waitFor();
    const heard = await page.evaluate(() => {
      const out: string[] = [];
      (globalThis as unknown as { heard: string[] }).heard = out;
      for (const id of ['a', 'b']) {
        document.getElementById(id)!.addEventListener('learning-statement', (event) => {
          const { statement } = event as unknown as { statement: { object: { id: string } } };
          out.push(`${id} ${statement.object.id}`);
        });
      }
      return out.length;
    });
    assert.equal(heard, 0);
    await play(page, 'a');
    await page.waitForFunction(() => (globalThis as unknown as { heard: string[] }).heard.length > 0);
    // What b might have to say would come with it.
    await page.waitForTimeout(800);
    const lines = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    for (const line of lines) {
      const [element, object] = line.split(' ');
      assert.ok(object!.startsWith(`https://host.example/${element}`), line);
    }
    assert.equal(lines.some((line) => line.startsWith('b') && line.includes('played')), false);
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('the script loaded three times does no harm', async () => {
    const page = await open('/twice.html');
    await page.locator('#a video').waitFor();
    await play(page, 'a');
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  it('without a session it plays, and says that nothing is recorded', async () => {
    const page = await open('/alone.html');
    await page.locator('#a video').waitFor();
    await page.getByText(/not (being )?recorded|nothing is recorded/i).first().waitFor();
    assert.deepEqual(errors, []);
    await page.context().close();
  });

  for (const framework of ['react', 'vue']) {
    it(`inside a ${framework} app: renders, is heard, comes and goes`, async () => {
      const page = await open(`/${framework}.html`);
      const video = page.locator('course-player video');
      await video.waitFor();
      await video.evaluate((element) => (element as unknown as { play(): Promise<void> }).play());
      await page.locator('output').filter({ hasText: 'played' }).waitFor();
      await page.locator('#toggle').click();
      await video.waitFor({ state: 'detached' });
      await page.locator('#toggle').click();
      await video.waitFor();
      assert.deepEqual(errors, []);
      await page.context().close();
    });
  }
});
