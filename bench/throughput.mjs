/** Statements per second from one page to an LRS 20 ms away, against `@xapi/xapi` in the same run. */
import { launchBrowser } from '../scripts/browser.mjs';
import { median, rounded } from './figures.mjs';
import { startPage } from './page-host.mjs';

const LRS_DELAY = 20;

export async function benchThroughput({ runs = 5, count = 1_000 } = {}) {
  const host = await startPage('throughput.ts', { lrsDelay: LRS_DELAY });
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto(host.url);
    await page.waitForFunction(() => globalThis.bench);
    const ours = [];
    const arrays = [];
    const single = [];
    await page.evaluate((n) => globalThis.bench.lectern(n), 100);
    for (let run = 0; run < runs; run++) {
      ours.push(await page.evaluate((n) => globalThis.bench.lectern(n), count));
      arrays.push(await page.evaluate((n) => globalThis.bench.xapi(n, 50), count));
      single.push(await page.evaluate((n) => globalThis.bench.xapi(n, 1), 40));
    }
    const rate = (statements, ms) => (statements / ms) * 1_000;
    const stored = rate(count, median(ours.map(({ storedMs }) => storedMs)));
    const inArrays = rate(count, median(arrays));
    const oneByOne = rate(40, median(single));
    return {
      lrsDelayMs: LRS_DELAY,
      journaledPerSecond: rounded(rate(count, median(ours.map(({ journalMs }) => journalMs))), 0),
      microsecondsPerStatement: rounded((median(ours.map(({ journalMs }) => journalMs)) / count) * 1_000, 0),
      longestTaskMs: rounded(median(ours.map(({ longestTaskMs }) => longestTaskMs)), 0),
      storedPerSecond: rounded(stored, 0),
      xapiOneByOnePerSecond: rounded(oneByOne, 0),
      xapiArraysOf50PerSecond: rounded(inArrays, 0),
      ratioToOneByOne: rounded(stored / oneByOne, 1),
      ratioToArrays: rounded(stored / inArrays),
      received: host.received.ids.size,
    };
  } finally {
    await browser.close();
    await host.close();
  }
}
