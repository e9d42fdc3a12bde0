/** Time from navigation to a playable video with its controls, against a bare `<video>` in the same run. */
import { join } from 'node:path';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { root } from '../scripts/workspace.mjs';
import { median, rounded } from './figures.mjs';

const PROFILES = {
  desktop: undefined,
  /** A slow phone: CPU ÷ 4, 1.6 Mbit/s, 150 ms. */
  'slow phone': { cpu: 4, latency: 150, throughput: (1.6 * 1024 * 1024) / 8 },
};

const head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>bench</title>';

const pages = {
  '/bare.html': `${head}</head><body><video controls preload="auto" src="/media/lesson.mp4" width="640" height="360"></video></body></html>`,
  // As docs/getting-started.md says for the quickest start, and as the server writes `/play/:id`: the first video stands in the tag.
  '/lectern.html':
    `${head}<link rel="preload" href="/course.json" as="fetch" crossorigin><script type="module" src="/lectern/lectern.js"></script></head>` +
    '<body><learning-session token-url="/token"><course-player src="/course.json">' +
    '<video controls preload="auto" src="/media/lesson.mp4" width="640" height="360"></video></course-player></learning-session></body></html>',
  // The bare tag: the video is asked for when the script and the course are there.
  '/tag.html':
    `${head}<link rel="preload" href="/course.json" as="fetch" crossorigin><script type="module" src="/lectern/lectern.js"></script></head>` +
    '<body><learning-session token-url="/token"><course-player src="/course.json"></course-player></learning-session></body></html>',
  '/course.json': JSON.stringify({
    id: 'https://bench.example/course',
    format: 'course',
    title: 'Bench',
    children: [
      { type: 'unit', kind: 'video', id: 'v', title: 'Video', moveOn: 'Completed', sources: [{ src: '/media/lesson.mp4', type: 'video/mp4' }] },
    ],
  }),
};

/** Looks at every frame for a video, in shadow roots too, that can play and shows controls; the same probe for both pages. */
function probe() {
  const find = (scope) => {
    const video = scope.querySelector('video');
    if (video) return video;
    for (const element of scope.querySelectorAll('*')) {
      const found = element.shadowRoot && find(element.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  const look = () => {
    const video = document.body && find(document);
    if (video && video.readyState >= 3 && video.controls && video.clientHeight > 0) globalThis.readyAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function measure(browser, url, profile) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(probe);
  if (profile) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: profile.latency,
      downloadThroughput: profile.throughput,
      uploadThroughput: profile.throughput,
    });
    await session.send('Emulation.setCPUThrottlingRate', { rate: profile.cpu });
  }
  await page.goto(url, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => globalThis.readyAt, null, { timeout: 60_000 });
  const time = await handle.jsonValue();
  await context.close();
  return time;
}

function compare(times, kind) {
  const ratios = times[kind].map((time, index) => time / times.bare[index]);
  return {
    ms: rounded(median(times[kind]), 0),
    ratio: rounded(median(ratios)),
    ratioMin: rounded(Math.min(...ratios)),
    ratioMax: rounded(Math.max(...ratios)),
  };
}

export async function benchReady({ runs = 9 } = {}) {
  const host = await startHost({
    pages,
    mounts: {
      '/lectern/': join(root, 'packages/components/dist/bundle'),
      '/media/': join(root, 'packages/server/demo/media'),
    },
  });
  const browser = await launchBrowser();
  const out = {};
  try {
    for (const [name, profile] of Object.entries(PROFILES)) {
      const times = { bare: [], lectern: [], tag: [] };
      for (const kind of Object.keys(times)) await measure(browser, `${host.url}/${kind}.html`, profile);
      for (let run = 0; run < runs; run++) {
        for (const kind of Object.keys(times)) times[kind].push(await measure(browser, `${host.url}/${kind}.html`, profile));
      }
      out[name] = { bareMs: rounded(median(times.bare), 0), 'video in the tag': compare(times, 'lectern'), 'tag alone': compare(times, 'tag') };
    }
  } finally {
    await browser.close();
    await host.close();
  }
  return out;
}
