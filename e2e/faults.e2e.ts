import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { withoutFixtures } from './fixtures.js';
import { importGolf, LAST_PAGE, launch, passTest, readTo, scoFrame } from './golf.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';
import { randomOf } from './random.js';

/** Others in every run; more of them with LECTERN_FAULTS. The seed is printed, so that a failure can be had again. */
const MOMENTS = Number(process.env['LECTERN_FAULTS'] ?? 24);
const SEED = Number(process.env['LECTERN_SEED'] ?? Date.now() % 1_000_000);
const FAULTS = ['close', 'kill', 'cut'] as const;
type Fault = (typeof FAULTS)[number];

/** Tells every receipt's progress while the page lives: id → the best status seen. */
async function watchReceipts(page: Page, seen: Map<string, string>): Promise<void> {
  await page.exposeBinding('receiptIs', (_source, id: string, status: string) => void seen.set(id, status));
  await page.addInitScript(() => {
    const tell = (globalThis as unknown as { receiptIs(id: string, status: string): void }).receiptIs;
    addEventListener('learning-statement', (event) => {
      const { receipt } = event as unknown as { receipt: { id: string; status: string; subscribe(listener: () => void): void } };
      tell(receipt.id, receipt.status);
      receipt.subscribe(() => tell(receipt.id, receipt.status));
    });
  });
}

describe(`faults at ${MOMENTS} random moments of a run (LECTERN_SEED=${SEED})`, { skip: withoutFixtures }, () => {
  let campus: Campus;
  let course: string;

  before(async () => {
    campus = await startCampus();
    course = await importGolf(campus);
  });
  after(() => campus?.dispose());

  it('loses nothing that was journaled, and stores nothing twice', { timeout: 600_000 }, async () => {
    const random = randomOf(SEED);
    const totals = { journaled: 0, durable: 0, stored: 0, pending: 0, statements: 0 };
    const plans = Array.from({ length: MOMENTS }, (_, index) => ({
      learner: `fault-${index}`,
      fault: FAULTS[index % FAULTS.length]!,
      // Every fifth while the course is still opening; the others once the SCO runs, so that there is something to lose.
      opening: index % 5 === 0,
      after: Math.floor(random() * 1_800),
    }));
    const lane = async (): Promise<void> => {
      // A browser a lane: killing its renderers must not reach the other lane's pages.
      let browser = await launchBrowser();
      try {
        for (let plan = plans.shift(); plan; plan = plans.shift()) {
          if (!browser.isConnected()) browser = await launchBrowser();
          const outcome = await oneMoment(browser, campus, course, plan);
          totals.statements += outcome.statements;
          for (const status of outcome.statuses) totals[status as keyof typeof totals] += 1;
        }
      } finally {
        // One that is left open would keep this process for ever, and with it the run that waits to say what failed.
        await browser.close();
      }
    };
    await Promise.all([lane(), lane()]);
    console.log(`receipts when the fault struck: ${JSON.stringify(totals)}`);
    assert.ok(totals.statements > MOMENTS, 'there was something to lose');
  });
});

async function oneMoment(
  browser: Browser,
  campus: Campus,
  course: string,
  plan: { learner: string; fault: Fault; opening: boolean; after: number },
): Promise<{ statuses: string[]; statements: number }> {
  const label = `${plan.learner} ${plan.fault} ${plan.after} ms after ${plan.opening ? 'navigation' : 'the start'}`;
  const context = await browser.newContext();
  try {
    const { url, registration } = await launch(campus, course, plan.learner);
    const seen = new Map<string, string>();
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await watchReceipts(page, seen);
    await page.goto(url);
    if (!plan.opening) await scoFrame(page);
    const learning = workThrough(page).catch(() => undefined);
    await sleep(plan.after);
    await strike(plan.fault, browser, context, page);
    const promised = new Map(seen);
    await Promise.race([learning, sleep(500)]);
    if (plan.fault === 'cut') {
      await sleep(100);
      for (const [id, status] of seen) promised.set(id, status);
      await page.close();
      await context.setOffline(false);
    }
    await page.close().catch(() => undefined);
    await drain(context, url, label);

    const stored = await allStatements(campus, { registration });
    const ids = stored.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, `${label}: no id twice`);
    for (const [id, status] of promised) {
      if (status === 'pending' || status === 'failed') continue;
      assert.ok(ids.includes(id), `${label}: ${status} ${id} is in the LRS`);
    }
    assert.ok(![...promised.values()].includes('failed'), `${label}: none failed`);
    for (const verb of ['completed', 'passed']) {
      assert.ok(stored.filter((each) => verbOf(each) === verb).length <= 1, `${label}: at most one ${verb}`);
    }
    const opened = stored.filter((each) => verbOf(each) === 'initialized').length;
    const closed = stored.filter((each) => verbOf(each) === 'terminated').length;
    assert.ok(opened - closed <= 1 && closed <= opened, `${label}: ${opened} sessions begun, ${closed} ended`);
    return { statuses: [...promised.values()], statements: stored.length };
  } finally {
    await context.close().catch(() => undefined);
  }
}

async function workThrough(page: Page): Promise<void> {
  const sco = await scoFrame(page);
  await readTo(sco, LAST_PAGE);
  await passTest(page);
  await sco.locator('#butExit').click();
}

async function strike(fault: Fault, browser: Browser, context: BrowserContext, page: Page): Promise<void> {
  if (fault === 'close') await page.close({ runBeforeUnload: false });
  else if (fault === 'cut') await context.setOffline(true);
  else await killRenderers(browser);
}

/** The next visit: the page opens again, and all that waited is stored. */
async function drain(context: BrowserContext, url: string, label: string): Promise<void> {
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  await page.goto(url);
  await scoFrame(page);
  const waiting = (): Promise<number | undefined> =>
    page.evaluate(() => {
      const player = document.querySelector('course-player') as unknown as { delivery?: { waiting: number } } | null;
      return player?.delivery?.waiting;
    });
  const deadline = Date.now() + 20_000;
  for (let calm = 0; calm < 2; ) {
    calm = (await waiting()) === 0 ? calm + 1 : 0;
    if (Date.now() > deadline) throw new Error(`${label}: ${await waiting()} still wait after the next visit`);
    await sleep(150);
  }
  await page.close();
}
