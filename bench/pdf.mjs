/** Time from navigation to the first page of a PDF, drawn, against bare pdf.js (the same build, the same file, the same width) in the same run. */
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
const FILE = '/document/speeds-handout.zh-CN.pdf';
const head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>bench</title>';

const pages = {
  '/bare.html': `${head}<script type="module" src="/bare.js"></script></head><body></body></html>`,
  '/bare.js': `
    import * as pdf from '/lectern/pdf/legacy/build/pdf.min.mjs';
    pdf.GlobalWorkerOptions.workerSrc = '/lectern/pdf/legacy/build/pdf.worker.min.mjs';
    const file = await pdf.getDocument({ url: '${FILE}', cMapUrl: '/lectern/pdf/cmaps/', standardFontDataUrl: '/lectern/pdf/standard_fonts/' }).promise;
    const page = await file.getPage(1);
    const viewport = page.getViewport({ scale: 700 / page.getViewport({ scale: 1 }).width });
    const canvas = document.createElement('canvas');
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    await page.render({ canvas, viewport }).promise;
    document.body.append(canvas);`,
  '/lectern.html':
    `${head}<link rel="preload" href="/course.json" as="fetch" crossorigin><script type="module" src="/lectern/lectern.js"></script></head>` +
    '<body><learning-session token-url="/token"><course-player src="/course.json"></course-player></learning-session></body></html>',
  '/course.json': JSON.stringify({
    id: 'https://bench.example/pdf',
    format: 'course',
    title: 'Bench',
    children: [{ type: 'unit', kind: 'document', id: 'd', title: 'PDF', moveOn: 'Completed', sources: [{ src: FILE, type: 'application/pdf' }] }],
  }),
};

/** Looks at every frame for a page's picture, in shadow roots too: both pages put it in place when it has been drawn. */
function probe() {
  const find = (scope) => scope.querySelector('canvas') ?? [...scope.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot && find(shadowRoot));
  const look = () => {
    if (document.body && find(document)) globalThis.readyAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function measure(browser, url, profile) {
  const context = await browser.newContext({ viewport: { width: 800, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(probe);
  if (profile) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: profile.latency, downloadThroughput: profile.throughput, uploadThroughput: profile.throughput });
    await session.send('Emulation.setCPUThrottlingRate', { rate: profile.cpu });
  }
  await page.goto(url, { waitUntil: 'commit' });
  const handle = await page.waitForFunction(() => globalThis.readyAt, null, { timeout: 90_000 });
  const time = await handle.jsonValue();
  await context.close();
  return time;
}

export async function benchPdf({ runs = 7 } = {}) {
  const host = await startHost({
    pages,
    mounts: {
      '/lectern/pdf/': join(root, 'node_modules/pdfjs-dist'),
      '/lectern/': join(root, 'packages/components/dist/bundle'),
      '/document/': join(root, 'packages/server/demo/document'),
    },
  });
  const browser = await launchBrowser();
  const out = {};
  try {
    for (const [name, profile] of Object.entries(PROFILES)) {
      const times = { bare: [], lectern: [] };
      for (const kind of Object.keys(times)) await measure(browser, `${host.url}/${kind}.html`, profile);
      for (let run = 0; run < runs; run++) for (const kind of Object.keys(times)) times[kind].push(await measure(browser, `${host.url}/${kind}.html`, profile));
      const ratios = times.lectern.map((time, index) => time / times.bare[index]);
      out[name] = { bareMs: rounded(median(times.bare), 0), ms: rounded(median(times.lectern), 0), ratio: rounded(median(ratios)), ratioMin: rounded(Math.min(...ratios)), ratioMax: rounded(Math.max(...ratios)) };
    }
  } finally {
    await browser.close();
    await host.close();
  }
  return out;
}
