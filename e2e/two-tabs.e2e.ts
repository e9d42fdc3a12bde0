import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { launch } from './golf.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';
import { waitFor } from './wait.js';

interface PlayerLike {
  readonly currentUnit?: { readonly id: string };
}

describe('one attempt in two tabs of a browser', () => {
  let campus: Campus;
  let browser: Browser;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  const says = (page: Page, words: string): Promise<void> => page.locator('course-player .left').getByText(words).waitFor({ timeout: 20_000 });
  const unitIn = (page: Page): Promise<string | undefined> => page.evaluate(() => (document.querySelector('course-player') as PlayerLike | null)?.currentUnit?.id);
  const saved = (page: Page): Promise<void> => page.locator('course-player [part=delivery]').filter({ hasText: 'All saved' }).waitFor({ timeout: 20_000 });

  async function tab(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Plays the film for a while. @returns the seconds it has come to */
  async function play(page: Page, milliseconds: number): Promise<number> {
    const film = page.locator('course-player video');
    await film.evaluate(async (element) => {
      const media = element as HTMLVideoElement;
      media.muted = true;
      await media.play();
    });
    await sleep(milliseconds);
    return film.evaluate((element) => {
      (element as HTMLVideoElement).pause();
      return (element as HTMLVideoElement).currentTime;
    });
  }

  it('the second offers to go on, the first gives way, and nothing is told twice', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const { url, registration } = await launch(campus, 'demo', 'two-tabs');
    const first = await tab(context, url);
    await saved(first);
    const reached = await play(first, 2_500);
    await saved(first);
    const before = (await allStatements(campus, { registration })).length;

    const second = await tab(context, url);
    await says(second, 'The course is open elsewhere');
    assert.equal(await unitIn(second), undefined);
    await sleep(1_000);
    assert.equal((await allStatements(campus, { registration })).length, before, 'the second has told nothing');

    await second.getByRole('button', { name: 'Continue here' }).focus();
    await second.keyboard.press('Enter');
    await says(first, 'The course goes on elsewhere');
    await waitFor(async () => (await unitIn(second)) === 'film', 20_000);
    const film = second.locator('course-player video');
    await waitFor(async () => (await film.evaluate((element) => (element as HTMLVideoElement).currentTime)) >= reached - 0.5, 20_000);
    await play(second, 1_500);
    await saved(second);
    assert.equal(await first.locator('course-player video').count(), 0, 'nothing plays in the first');

    // And back, by the first one's own button.
    await first.bringToFront();
    await first.getByRole('button', { name: 'Continue here' }).click();
    await says(second, 'The course goes on elsewhere');
    await waitFor(async () => (await allStatements(campus, { registration })).filter((statement) => verbOf(statement) === 'initialized').length >= 3, 30_000);
    await saved(first);

    const statements = await allStatements(campus, { registration });
    const verbs = statements.map(verbOf);
    assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
    assert.equal(verbs.filter((verb) => verb === 'initialized').length, 3, verbs.join());
    assert.equal(verbs.filter((verb) => verb === 'terminated').length, 2, verbs.join());
    for (const [index, verb] of verbs.entries()) if (verb === 'terminated') assert.equal(verbs.slice(index + 1).find((next) => next === 'initialized' || next === 'terminated'), 'initialized', verbs.join());
    await context.close();
  });

  it('a tab that was killed holds nobody up', async () => {
    const context = await browser.newContext({ locale: 'en-GB' });
    const { url, registration } = await launch(campus, 'demo', 'two-tabs-killed');
    const first = await tab(context, url);
    await saved(first);
    await play(first, 1_500);
    await saved(first);
    await killRenderers(browser);
    const second = await tab(context, url);
    await saved(second);
    assert.equal(await second.locator('course-player .left').count(), 0);
    await waitFor(async () => (await unitIn(second)) === 'film', 20_000);
    await play(second, 1_000);
    await saved(second);
    await waitFor(async () => (await allStatements(campus, { registration })).filter((statement) => verbOf(statement) === 'initialized').length >= 2, 30_000);
    const verbs = (await allStatements(campus, { registration })).map(verbOf);
    assert.equal(verbs.filter((verb) => verb === 'initialized').length, 2, verbs.join());
    await context.close();
  });
});
