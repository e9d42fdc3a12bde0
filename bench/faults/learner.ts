/** One learner with a browser of their own, whose pages and browser die again and again, on a line that fails. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { killBrowser, killRenderers } from '../../e2e/kill.js';
import { launchPersistent } from '../../scripts/browser.mjs';
import { createLedger, type Death, type Ledger } from './ledger.js';
import { startFaultyProxy, type FaultyProxy } from './proxy.js';

/** How a life ends, as often as each is named here. */
const ENDS = ['tab closed', 'navigated away', 'renderer killed', 'renderer killed', 'browser killed', 'tab closed'] as const;

/** Milliseconds between two bursts of calls, at most: a page records for about as long as it lives. */
const PACE = 150;

export interface LearnerOptions {
  /** Of the page that records. */
  readonly page: string;
  /** Of the server. */
  readonly server: string;
  readonly authorization: string;
  readonly registration: string;
  readonly random: () => number;
  /** How likely a request meets a fault. */
  readonly chance: number;
  /** Statements a life, at most. */
  readonly most: number;
  readonly onFault: (fault: string) => void;
  readonly onDelivery: (sent: 'sent by keepalive' | 'sent in turn', count: number) => void;
}

export interface Learner {
  readonly registration: string;
  readonly ledger: Ledger;
  /** Opens the page, lets it record, and kills it. */
  liveOnce(): Promise<void>;
  /** A visit on a good line. @returns how many are still left */
  deliverAll(): Promise<number>;
  close(): Promise<void>;
}

export async function createLearner(options: LearnerOptions): Promise<Learner> {
  const { random, onFault } = options;
  const ledger = createLedger();
  const profile = await mkdtemp(join(tmpdir(), 'lectern-profile-'));
  const proxy = await startFaultyProxy({
    target: options.server,
    random,
    chance: options.chance,
    onFault,
    onStored(ids, keepalive) {
      for (const id of ids) ledger.says(id, 'stored');
      options.onDelivery(keepalive ? 'sent by keepalive' : 'sent in turn', ids.length);
    },
  });
  let context: BrowserContext | undefined;
  let life = 0;
  let onCall = (): void => undefined;

  async function browse(): Promise<BrowserContext> {
    if (context) return context;
    const opened = await launchPersistent(profile);
    opened.once('close', () => (context = undefined));
    await opened.exposeBinding('tell', (_source, what: string, entries: [string, string][]) => {
      if (what === 'called') onCall();
      for (const [id, word] of entries) {
        if (what === 'called') ledger.called(id, word);
        else ledger.says(id, word);
      }
    });
    return (context = opened);
  }

  async function open(count: number): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browse();
    const page = await context.newPage();
    const orders = { endpoint: `${proxy.url}/xapi/`, authorization: options.authorization, registration: options.registration, life: ++life, count, pace: PACE };
    await page.addInitScript(`globalThis.orders = ${JSON.stringify(orders)};`);
    await page.goto(options.page);
    return { context, page };
  }

  return {
    registration: options.registration,
    ledger,
    async liveOnce() {
      const { context, page } = await open(1 + Math.floor(random() * options.most));
      await sleep(random() * (random() < 0.5 ? 250 : 1_200));
      if (random() < 0.35) {
        onFault('network cut');
        await cutNetwork(context, proxy, 50 + random() * 400);
      }
      // Half of them while a call is being answered.
      if (random() < 0.5) await Promise.race([new Promise<void>((resolve) => (onCall = resolve)), sleep(100)]);
      const end = ENDS[Math.floor(random() * ENDS.length)]!;
      onFault(end);
      ledger.died(await strike(end, context, page));
      if (random() < 0.5) await sleep(random() * 100);
    },
    async deliverAll() {
      proxy.calm = true;
      const { page } = await open(0);
      await page.waitForFunction('globalThis.deliverAll');
      const left = await page.evaluate('deliverAll()');
      await page.close();
      return left as number;
    },
    async close() {
      await context?.close();
      await proxy.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function cutNetwork(context: BrowserContext, proxy: FaultyProxy, duration: number): Promise<void> {
  await context.setOffline(true);
  proxy.cut();
  await sleep(duration);
  await context.setOffline(false);
}

async function strike(end: (typeof ENDS)[number], context: BrowserContext, page: Page): Promise<Death> {
  const browser = context.browser() as Browser;
  if (end === 'browser killed') {
    await killBrowser(browser);
    return 'browser';
  }
  if (end === 'renderer killed') {
    const pages = context.pages();
    const crashed = page.waitForEvent('crash');
    await killRenderers(browser);
    await crashed;
    // The browser's own first tab has crashed too, and a browser without tabs would go.
    await context.newPage();
    for (const dead of pages) await dead.close();
    return 'renderer';
  }
  if (end === 'navigated away') await page.goto('about:blank');
  await page.close();
  return 'tab';
}
