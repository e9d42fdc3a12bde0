import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { withoutFixtures } from './fixtures.js';
import { currentPage, importGolf, launch, readTo, scoFrame } from './golf.js';
import { killRenderers } from './kill.js';
import { keepCourse, safe } from './offline-steps.js';
import { waitFor } from './wait.js';

describe('a course that is kept for times without a network', () => {
  let campus: Campus;
  let browser: Browser;
  let context: BrowserContext | undefined;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  async function visit(url: string): Promise<Page> {
    context ??= await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    // The SCO asks whether to go on where the learner was.
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await page.goto(url);
    return page;
  }

  it('a SCO goes on without its server, after a killed tab too, and all comes home later', { skip: withoutFixtures, timeout: 180_000 }, async () => {
    const course = await importGolf(campus);
    const { url, registration } = await launch(campus, course, 'commuter');
    const page = await visit(url);
    await readTo(await scoFrame(page), 2);
    await keepCourse(page);
    await campus.kill();
    try {
      await withoutServer(page, url);
    } finally {
      await campus.restart();
    }

    const again = context!.pages().at(-1)!;
    await again.getByText('All saved').waitFor({ timeout: 90_000 });
    await context!.close();
    context = undefined;

    const elsewhere = await visit((await launch(campus, course, 'commuter')).url);
    assert.equal(await currentPage(await scoFrame(elsewhere)), 6, 'on another device');
    const query = new URLSearchParams({ registration, limit: '500' });
    const { statements } = (await (await fetch(`${campus.url}/xapi/statements?${query}`, { headers: { authorization: campus.authorization, 'x-experience-api-version': '2.0.0' } })).json()) as { statements: { id: string }[] };
    assert.ok(statements.length > 3);
    assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
  });

  async function withoutServer(page: Page, url: string): Promise<void> {
    await page.reload();
    const sco = await scoFrame(page);
    assert.equal(await currentPage(sco), 2, 'where the learner was');
    await readTo(sco, 6);
    await page.getByText('waiting', { exact: false }).first().waitFor();
    await safe(page);
    await killRenderers(browser);
    await page.close();

    // The launch was in the tab that is gone; its address has it.
    const again = await visit(url);
    assert.equal(await currentPage(await scoFrame(again)), 6, 'where the learner was without a network');
  }

  it('film, text, sound, quiz, PDF and simulation of the demo course work without a server, and freeing takes them away', { timeout: 180_000 }, async () => {
    const url = `${campus.url}/play/demo?learner=traveller`;
    const page = await visit(url);
    await page.locator('course-player video').waitFor();
    await keepCourse(page);
    await campus.kill();
    try {
      await page.goto('about:blank');
      await page.goto(url);
      // The page has brought one that waits for the network; the player has one of its own.
      await page.getByText('No network: the course is played from this device', { exact: false }).waitFor();
      const video = page.locator('course-player .unit video');
      await video.waitFor();
      // To its end, where no buffer of the page reaches that was gone.
      const [from, to] = await video.evaluate(async (element) => {
        const media = element as HTMLVideoElement;
        if (media.readyState < 1) await new Promise((resolve) => media.addEventListener('loadedmetadata', resolve, { once: true }));
        media.currentTime = media.duration - 2;
        await new Promise((resolve) => media.addEventListener('seeked', resolve, { once: true }));
        const begin = media.currentTime;
        media.muted = true;
        await media.play();
        await new Promise((resolve) => media.addEventListener('timeupdate', resolve, { once: true }));
        return [begin, media.currentTime];
      });
      assert.ok(to! >= from!);
      const open = async (name: string): Promise<void> => page.locator('course-player').getByRole('button', { name: new RegExp(name) }).first().click();
      await open('Set-up guide');
      await page.locator('course-player').getByText('A lathe forgives little', { exact: false }).waitFor();
      await waitFor(async () => page.locator('course-player .unit img').first().evaluate((image) => (image as HTMLImageElement).naturalWidth > 0).catch(() => false));
      await open('Three cuts');
      await waitFor(async () => page.locator('course-player .unit audio').evaluate((audio) => (audio as HTMLAudioElement).readyState > 1).catch(() => false));
      await open('Check yourself');
      await page.locator('course-player').getByRole('button', { name: 'Begin', exact: true }).waitFor();
      await open('Handout');
      await page.locator('course-player canvas').first().waitFor({ timeout: 30_000 });
      await open('Virtual lathe');
      await page.locator('simulation-viewer').getByRole('button', { name: 'Begin the procedure' }).waitFor({ timeout: 60_000 });
    } finally {
      await campus.restart();
    }
    await page.reload();
    await page.locator('course-player').getByText('All saved').waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Free the space' }).click();
    await page.getByRole('button', { name: 'Keep for offline' }).waitFor();
    await campus.kill();
    try {
      await assert.rejects(page.reload(), /ERR_(FAILED|CONNECTION_REFUSED)/);
    } finally {
      await campus.restart();
    }
  });
});
