/** A page that is left right after a burst of calls: what arrives before the next visit, and what after it. An LRS on another origin, 20 ms away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { rounded } from './figures.mjs';
import { startPage } from './page-host.mjs';

const LRS_DELAY = 20;

export const WAYS = ['page.close()', 'navigation', 'window.close()', 'last call in pagehide'] as const;
export type Way = (typeof WAYS)[number];

const RECORDERS = ['lectern', '@xapi/xapi', 'fetch', 'fetch with keepalive'] as const;
export type RecorderName = (typeof RECORDERS)[number];

/** Milliseconds of silence after which nothing more is expected of a page that is gone. */
const SILENCE = 400;

/** Trials at a time: they mostly wait. */
const LANES = 3;

/** What became of the statements of one trial. */
export interface Outcome {
  readonly calls: number;
  readonly beforeNextVisit: number;
  readonly afterNextVisit: number;
  /** Stored twice by an LRS that does not look at ids. Ours does, as every conformant one. */
  readonly sentAgain: number;
  readonly inOrder: boolean;
}

declare global {
  /** What bench/pages/leaving.ts offers. */
  var bench: {
    prepare(trial: object): Promise<void>;
    burst(count: number, then: 'stay' | 'navigate' | 'close' | 'pagehide'): void;
    deliver(trial: object): Promise<number>;
  };
}

export interface LeavingHost {
  readonly url: string;
  /** Statements sent, ids again and again. */
  readonly received: { readonly ids: ReadonlySet<string>; readonly times: ReadonlyMap<string, number> };
  close(): Promise<unknown>;
}

export function startLeavingHost(): Promise<LeavingHost> {
  return startPage('leaving.ts', { lrsDelay: LRS_DELAY, pages: { '/elsewhere': '<!doctype html><title>elsewhere</title>' } }) as Promise<LeavingHost>;
}

export interface Trial {
  readonly by: RecorderName;
  readonly way: Way;
  readonly count: number;
  /** Of its own among all trials of a host. */
  readonly number: number;
}

export async function leaveOnce(browser: Browser, host: LeavingHost, { by, way, count, number }: Trial): Promise<Outcome> {
  const context = await browser.newContext();
  try {
    // The same machine under another name is another origin.
    const endpoint = `${host.url.replace('localhost', '127.0.0.1')}/xapi/`;
    const trial = { by, endpoint, registration: randomUUID(), number };
    const arrived = (): string[] => [...host.received.ids].filter((id) => Number.parseInt(id.slice(0, 8), 16) === number);
    const page = await openPage(context, host.url, way === 'window.close()');
    await page.evaluate((each) => globalThis.bench.prepare(each), trial);
    await leave(page, way, count);
    await silence(() => arrived().length);
    const beforeNextVisit = arrived().length;
    if (by === 'lectern') await visit(context, host.url, trial);
    const ids = arrived();
    return {
      calls: count,
      beforeNextVisit,
      afterNextVisit: ids.length,
      sentAgain: ids.reduce((sum, id) => sum + host.received.times.get(id)! - 1, 0),
      inOrder: ids.every((id, index) => index === 0 || id > ids[index - 1]!),
    };
  } finally {
    await context.close();
  }
}

/** Only a window that a script has opened may close itself. */
async function openPage(context: BrowserContext, url: string, byScript: boolean): Promise<Page> {
  const first = await context.newPage();
  await first.goto(url);
  if (!byScript) return ready(first);
  const opened = context.waitForEvent('page');
  await first.evaluate((address) => void open(address), url);
  return ready(await opened);
}

async function ready(page: Page): Promise<Page> {
  await page.waitForFunction('globalThis.bench');
  return page;
}

async function leave(page: Page, way: Way, count: number): Promise<void> {
  const then = ({ 'page.close()': 'stay', navigation: 'navigate', 'window.close()': 'close', 'last call in pagehide': 'pagehide' } as const)[way];
  // The page may be gone before it can say that it has done so.
  const burst = page.evaluate(([calls, next]) => globalThis.bench.burst(calls, next), [count, then] as const).catch(() => undefined);
  if (way === 'window.close()') return void (page.isClosed() || (await page.waitForEvent('close')));
  if (then !== 'stay') await page.waitForURL('**/elsewhere');
  await burst;
  await page.close();
}

async function visit(context: BrowserContext, url: string, trial: object): Promise<void> {
  const page = await ready(await openPage(context, url, false));
  for (let left = 1; left > 0; ) left = await page.evaluate((each) => globalThis.bench.deliver(each), trial);
  await page.close();
}

async function silence(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await sleep(SILENCE);
  }
}

/** @param trials of 20 calls each; with 500 waiting a quarter of that */
export async function benchLeaving({ trials = 20 } = {}) {
  const host = await startLeavingHost();
  const browser = await launchBrowser();
  try {
    const plans = [20, 500].flatMap((count) =>
      RECORDERS.flatMap((by) => WAYS.flatMap((way) => Array.from({ length: count === 20 ? trials : Math.ceil(trials / 4) }, () => ({ by, way, count })))),
    );
    const outcomes: (Omit<Trial, 'number'> & Outcome)[] = [];
    let number = 0;
    const lane = async (): Promise<void> => {
      for (let plan = plans.shift(); plan; plan = plans.shift()) {
        outcomes.push({ ...plan, ...(await leaveOnce(browser, host, { ...plan, number: ++number })) });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const ours = outcomes.filter(({ by }) => by === 'lectern');
    const broken = ours.some(({ calls, afterNextVisit, inOrder }) => afterNextVisit !== calls || !inOrder);
    return { lrsDelayMs: LRS_DELAY, broken, ...Object.fromEntries([20, 500].map((count) => [`${count} waiting`, table(outcomes.filter((each) => each.count === count))])) };
  } finally {
    await browser.close();
    await host.close();
  }
}

function table(outcomes: readonly (Omit<Trial, 'number'> & Outcome)[]) {
  const row = (by: RecorderName, way: Way): string => {
    const those = outcomes.filter((each) => each.by === by && each.way === way);
    const sum = (pick: (outcome: Outcome) => number): number => those.reduce((total, each) => total + pick(each), 0);
    const calls = sum((each) => each.calls);
    const lost = rounded(((calls - sum((each) => each.afterNextVisit)) / calls) * 100, 0);
    const next = by === 'lectern' ? `, ${sum((each) => each.afterNextVisit)} after it, ${sum((each) => each.sentAgain)} sent again` : '';
    const order = those.filter(({ inOrder }) => !inOrder).length;
    return `${sum((each) => each.beforeNextVisit)} of ${calls} before the next visit${next}; lost ${lost} %; out of order in ${order} of ${those.length} trials`;
  };
  return Object.fromEntries(RECORDERS.map((by) => [by, Object.fromEntries(WAYS.map((way) => [way, row(by, way)]))]));
}
