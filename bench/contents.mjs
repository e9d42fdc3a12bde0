/** The contents of long courses: until they are there, and whether drawing or scrolling them ever halts the page. Against a bare list of as many buttons, drawn in one go. */
import { join } from 'node:path';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { root } from '../scripts/workspace.mjs';
import { median, rounded } from './figures.mjs';

const COUNTS = [1000, 10_000];
const head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>';

const courseOf = (count) => ({
  id: `https://bench.example/contents/${count}`,
  format: 'course',
  title: `A course of ${count} units`,
  children: Array.from({ length: count / 50 }, (_, block) => ({
    type: 'block',
    id: `b${block}`,
    title: `Part ${block + 1}`,
    children: Array.from({ length: 50 }, (_unit, index) => ({
      type: 'unit',
      kind: 'document',
      id: `u${block * 50 + index}`,
      title: `${block * 50 + index + 1}. Lesson of the course`,
      moveOn: 'Completed',
      expectedSeconds: 240,
      sources: [{ src: '/page.md', type: 'text/markdown' }],
    })),
  })),
});

const pages = Object.fromEntries([
  ['/page.md', '# A page\n\nWords.'],
  ...COUNTS.flatMap((count) => [
    [`/course-${count}.json`, JSON.stringify(courseOf(count))],
    [
      `/lectern-${count}.html`,
      `${head}<script type="module" src="/lectern/lectern.js"></script></head><body style="margin: 0"><learning-session token-url="/token"><course-player src="/course-${count}.json" unit="u${count / 2}"></course-player></learning-session></body></html>`,
    ],
    [
      `/bare-${count}.html`,
      `${head}<style>.list { block-size: 600px; overflow: auto } button { display: block; inline-size: 100%; padding: 16px }</style></head><body><div class="list"></div><script type="module">
        const list = document.querySelector('.list');
        for (let n = 1; n <= ${count}; n++) list.append(Object.assign(document.createElement('button'), { textContent: n + '. Lesson of the course' }));
      </script></body></html>`,
    ],
  ]),
]);

/** Notes every task above 50 ms, as the browser itself counts them, from the first script on. */
function watchTasks() {
  globalThis.tasks = [];
  new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration, startTime }) => ({ duration, startTime })))).observe({ type: 'longtask', buffered: true });
}

const longest = (page, from = 0) => page.evaluate((since) => Math.max(0, ...globalThis.tasks.filter(({ startTime }) => startTime >= since).map(({ duration }) => duration)), from);
const list = { lectern: () => document.querySelector('course-player')?.shadowRoot?.querySelector('.contents-list'), bare: () => document.querySelector('.list') };

/** To the end and back by the wheel, and by the End and Home keys where there are any. */
async function scroll(page, kind) {
  const place = await page.evaluateHandle(list[kind]);
  const box = await place.asElement().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 100);
  for (let turn = 0; turn < 40; turn++) {
    await page.mouse.wheel(0, turn < 20 ? 3000 : -3000);
    await page.waitForTimeout(50);
  }
  if (kind === 'lectern') {
    await place.evaluate((element) => element.querySelector('.entry[tabindex="0"]').focus());
    for (const key of ['End', 'Home', 'PageDown', 'ArrowDown', 'End']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(100);
    }
  }
}

async function measure(browser, url, kind, count) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  try {
    await page.addInitScript(watchTasks);
    await page.goto(url);
    await page.waitForFunction(({ of, all }) => {
      const place = of === 'bare' ? document : document.querySelector('course-player')?.shadowRoot;
      return place?.querySelectorAll(of === 'bare' ? 'button' : '.entry').length === all;
    }, { of: kind, all: count }, { timeout: 120_000 });
    await page.waitForTimeout(500);
    const drawn = await longest(page);
    const from = await page.evaluate(() => performance.now());
    await scroll(page, kind);
    await page.waitForTimeout(300);
    return { drawn, scrolled: await longest(page, from) };
  } finally {
    await page.close();
  }
}

export async function benchContents({ runs = 5 } = {}) {
  const host = await startHost({ pages, mounts: { '/lectern/': join(root, 'packages/components/dist/bundle') } });
  const browser = await launchBrowser();
  const out = {};
  try {
    for (const count of COUNTS) {
      const found = { bare: [], lectern: [] };
      for (let run = 0; run < runs; run++) for (const kind of Object.keys(found)) found[kind].push(await measure(browser, `${host.url}/${kind}-${count}.html`, kind, count));
      const of = (kind, what) => found[kind].map((one) => one[what]);
      out[`${count} units`] = {
        longestTaskWhileDrawnMs: rounded(median(of('lectern', 'drawn')), 0),
        longestTaskWhileScrolledMs: rounded(median(of('lectern', 'scrolled')), 0),
        worstMs: rounded(Math.max(...of('lectern', 'drawn'), ...of('lectern', 'scrolled')), 0),
        bareDrawnMs: rounded(median(of('bare', 'drawn')), 0),
        bareScrolledMs: rounded(median(of('bare', 'scrolled')), 0),
      };
    }
  } finally {
    await browser.close();
    await host.close();
  }
  return out;
}
