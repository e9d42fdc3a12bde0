import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { leaveOnce, startLeavingHost, WAYS, type LeavingHost } from '../bench/leaving.js';
import { launchBrowser } from '../scripts/browser.mjs';

const TRIALS = 3;

/** More than the 64 KiB that a browser sends for a page that is gone. */
const OVER_THE_CAP = 300;

describe('a page that is left right after the last call', () => {
  let browser: Browser;
  let host: LeavingHost;
  let number = 0;

  before(async () => {
    // One after the other: what has started is closed, should the other fail.
    host = await startLeavingHost();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  for (const way of WAYS) {
    it(`has delivered everything in order after the next visit: ${way}`, { timeout: 120_000 }, async () => {
      const outcome = async (count: number) => {
        const { afterNextVisit, inOrder } = await leaveOnce(browser, host, { by: 'lectern', way, count, number: ++number });
        return { count, afterNextVisit, inOrder };
      };
      const counts = [...Array<number>(TRIALS).fill(20), OVER_THE_CAP];
      assert.deepEqual(await Promise.all(counts.map(outcome)), counts.map((count) => ({ count, afterNextVisit: count, inOrder: true })));
    });
  }
});
