import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { scoFrame } from './golf.js';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** What axe finds on the page as it is now, shadow roots included. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary ?? ''}`));
}

describe('the demo campus', () => {
  let campus: Campus;
  let browser: Browser;
  let page: Page | undefined;
  const errors: string[] = [];

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await page?.context().close();
    page = undefined;
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    errors.length = 0;
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => errors.push(String(error)));
    opened.on('console', (message) => {
      // A State document that is not there yet is 404 by the specification; the browser reports it all the same.
      if (message.type() === 'error' && !/status of 404/.test(message.text())) errors.push(message.text());
    });
    opened.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await opened.goto(campus.url + path);
    page = opened;
    return opened;
  }

  for (const [lang, colorScheme, width] of [
    ['en', 'light', 1280],
    ['zh-CN', 'dark', 360],
  ] as const) {
    it(`stands in ${lang}, ${colorScheme}, ${width} px: no errors, no violations, nothing wider than the screen`, { timeout: 90_000 }, async () => {
      const shown = await open(`/?learner=looker-${lang}`, { locale: lang, colorScheme, viewport: { width, height: 800 } });
      await shown.locator('course-player video').waitFor();
      await shown.locator('credit-tracker').getByText(lang === 'en' ? 'Still required' : '还需', { exact: false }).first().waitFor();
      await shown.locator('simulation-viewer').getByRole('button', { name: lang === 'en' ? 'Begin the procedure' : '开始' }).waitFor();
      await shown.locator('statement-feed .verb').getByText(lang === 'en' ? 'opened' : '打开').first().waitFor();
      assert.ok((await shown.evaluate(() => document.documentElement.scrollWidth)) <= width, 'nothing scrolls sideways');
      assert.deepEqual(await violations(shown), []);
      assert.deepEqual(errors, []);
    });
  }

  it('brings the film with the page, before any script', async () => {
    const text = await (await fetch(campus.url)).text();
    assert.match(text, /<course-player id="player" src="[^"]+"><video [^>]*preload="auto"[^>]*><source /);
  });

  it('turns what the learner does into evidence, live', { timeout: 90_000 }, async () => {
    const shown = await open('/?learner=watcher');
    const video = shown.locator('course-player video');
    await video.waitFor();
    await video.evaluate(async (element) => {
      const media = element as unknown as { muted: boolean; playbackRate: number; play(): Promise<void> };
      media.muted = true;
      media.playbackRate = 8;
      await media.play();
    });
    const feed = shown.locator('statement-feed');
    const completed = feed.locator('li', { has: shown.locator('.verb', { hasText: /^completed$/ }) });
    await completed.first().waitFor({ timeout: 60_000 });
    await completed.first().getByText('stored', { exact: true }).waitFor();
    // Once from the event, once from the record store: one row.
    await feed.getByRole('button', { name: 'Refresh' }).click();
    await feed.getByRole('combobox', { name: 'Verb', exact: true }).selectOption({ label: 'completed' });
    await feed.getByText('Looked for in the whole record store: Verb.').waitFor();
    assert.equal(await completed.count(), 1);
    await completed.locator('summary').click();
    // The row holds the statement as the store gives it, once the store has answered.
    await completed.getByRole('region', { name: 'The statement as JSON' }).getByText('"stored"', { exact: true }).waitFor();
    const download = shown.waitForEvent('download');
    await feed.getByRole('button', { name: 'Export' }).click();
    await feed.getByRole('button', { name: 'CSV' }).click();
    assert.match((await download).suggestedFilename(), /^statements-.*\.csv$/);
    await shown.locator('course-player').getByText('All saved').waitFor();
    await shown.locator('credit-tracker').getByText('In progress').first().waitFor();
    assert.deepEqual(errors, []);
  });

  it('plays a package that a visitor drops on it', { skip: withoutFixtures, timeout: 90_000 }, async () => {
    const shown = await open('/?learner=visitor');
    await shown.locator('#file').setInputFiles({ name: 'golf.zip', mimeType: 'application/zip', buffer: Buffer.from(await readFixture('scorm12/RuntimeBasicCalls.zip')) });
    await shown.locator('#upload a.button').click();
    const sco = await scoFrame(shown);
    assert.equal(await sco.evaluate('currentPage'), 0);
    assert.deepEqual(errors, []);
  });

  it('says in words what is wrong with a package, with code, file and field', { skip: withoutFixtures }, async () => {
    const shown = await open('/?learner=visitor');
    await shown.locator('#file').setInputFiles({ name: 'bad.zip', mimeType: 'application/zip', buffer: Buffer.from(await readFixture('scorm12/bad-MalformedXml.zip')) });
    const refusal = shown.locator('#upload [role=alert]');
    await refusal.waitFor();
    assert.match((await refusal.textContent()) ?? '', /imsmanifest\.xml/);
  });

  it('is walked by keyboard alone from the top into the course', async () => {
    const shown = await open('/?learner=keyboard');
    await shown.locator('course-player video').waitFor();
    await shown.keyboard.press('Tab');
    await shown.keyboard.press('Enter');
    for (let presses = 0; presses < 40; presses++) {
      await shown.keyboard.press('Tab');
      const inPlayer = await shown.evaluate(() => document.activeElement?.localName === 'course-player');
      const name = await shown.evaluate(() => (document.activeElement?.shadowRoot?.activeElement as HTMLElement | null)?.textContent ?? '');
      if (inPlayer && /Set-up guide/.test(name)) {
        await shown.keyboard.press('Enter');
        await shown.locator('course-player').getByRole('heading', { name: 'Set-up guide' }).first().waitFor();
        return;
      }
    }
    assert.fail('the next unit was not reached');
  });
});
