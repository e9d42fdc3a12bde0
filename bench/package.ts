/** What the first unit of a package that stays on the web costs, until it shows: bytes, requests and time, for packages of growing length. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { sparsePackage, type SparseEntry } from '../e2e/sparse-package.js';
import { madeOf, serveBytes, type ByteServer } from '../packages/courseware/src/remote/byte-server.fixture.js';
import { sco, scorm12 } from '../packages/courseware/src/package/zip.fixture.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { root } from '../scripts/workspace.mjs';
import { median, rounded } from './figures.mjs';

const RUNS = 3;
const MB = 1_000_000;

/** A SCO in front of as many megabytes and files as a platform's packages have. */
function packageOf(megabytes: number, files: number): ReturnType<typeof sparsePackage> {
  const entries: SparseEntry[] = Array.from({ length: files }, (_, index) => ({ path: `assets/part-${index}.bin`, content: { zeros: Math.floor((megabytes * MB) / files) } }));
  return sparsePackage([
    ...entries.slice(0, files / 2),
    { path: 'index.html', content: '<!doctype html><title>SCO</title><p>shown</p>' },
    { path: 'imsmanifest.xml', content: scorm12('<item identifier="i" identifierref="r"><title>One</title></item>', sco('r', 'index.html')) },
    ...entries.slice(files / 2),
  ]);
}

export async function benchPackage(): Promise<Record<string, unknown>> {
  const page = '<!doctype html><html lang="en"><title>Content</title><script type="module" src="./frame.js"></script><body></body></html>';
  const content = await startHost({ pages: { '/frame/': page }, mounts: { '/frame/': join(root, 'packages/courseware/dist/frame-page') } });
  const pages: Record<string, string> = {};
  const host = await startHost({ pages, mounts: { '/lectern/': join(root, 'packages/components/dist/bundle') } });
  const server = await serveBytes(madeOf(new Uint8Array()));
  pages['/'] = `<!doctype html><html lang="en"><title>Host</title><script type="module" src="/lectern/lectern.js"></script><course-player src="${server.url}" frame="${content.url}/frame/"></course-player>`;
  const browser = await launchBrowser();
  try {
    const results: Record<string, unknown> = {};
    for (const [megabytes, files] of [[20, 20], [200, 20], [200, 2000], [2000, 200]] as const) {
      server.file = packageOf(megabytes, files);
      const runs = [];
      for (let run = 0; run < RUNS; run++) runs.push(await measure(browser, host.url, server));
      results[`${megabytes} MB, ${files} files`] = {
        'kB until it shows': rounded(median(runs.map(({ bytes }) => bytes)) / 1000, 0),
        requests: median(runs.map(({ requests }) => requests)),
        ms: rounded(median(runs.map(({ ms }) => ms)), 0),
      };
    }
    return results;
  } finally {
    await browser.close();
    await Promise.all([host.close(), content.close(), server.close()]);
  }
}

async function measure(browser: Browser, url: string, server: ByteServer): Promise<{ bytes: number; requests: number; ms: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const [bytes, requests, begin] = [server.sent, server.requests.length, performance.now()];
  await page.goto(url);
  await page.frameLocator('iframe').frameLocator('iframe').getByText('shown').waitFor();
  const cost = { bytes: server.sent - bytes, requests: server.requests.length - requests, ms: performance.now() - begin };
  await context.close();
  return cost;
}
