import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { launch } from './golf.js';
import { waitFor } from './wait.js';

async function importPackage(campus: Campus, fixture: string): Promise<string> {
  const answer = await fetch(`${campus.url}/courseware`, {
    method: 'POST',
    headers: { authorization: campus.authorization, 'content-type': 'application/zip' },
    body: await readFixture(fixture),
  });
  const body = (await answer.json()) as { id: string };
  assert.equal(answer.status, 201, JSON.stringify(body));
  return body.id;
}

const title = (page: Page): Promise<string> => page.locator('.unit-title').innerText();

/** Each unit of the contents: open, or why not. */
async function contents(page: Page): Promise<Record<string, string>> {
  const entries = await page.locator('.contents .entry').evaluateAll((buttons) =>
    buttons.map((button) => [button.querySelector('.entry-title')!.textContent!, button.getAttribute('aria-disabled') === 'true' ? (button.querySelector('.closed') ?? button.querySelector('.facts'))!.textContent!.split(' · ').at(-1)!.trim() : 'open']),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The SCO of a unit, once it has found its API. */
async function sco(page: Page, part: string): Promise<Frame> {
  let found: Frame | undefined;
  await waitFor(async () => {
    found = page.frames().find((frame) => frame.url().includes('shared/launchpage.html') && frame.url().includes(part));
    return found !== undefined && (await found.evaluate('typeof currentPage === "number"').catch(() => false)) === true;
  });
  return found!;
}

describe('courses of SCORM 2004 lead their learners by their own rules', { skip: withoutFixtures }, () => {
  let campus: Campus;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'en' });
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  const open = async (url: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await page.goto(url);
    return page;
  };

  it('forced order: a unit opens when the one before it is satisfied, also on another device', { timeout: 120_000 }, async () => {
    const course = await importPackage(campus, 'scorm2004/SequencingForcedSequential.zip');
    const { url } = await launch(campus, course, 'in-order');
    const page = await open(url);
    const playing = await sco(page, 'content=playing');
    assert.equal(await title(page), 'Playing the Game');
    const { Etiquette, Quiz } = await contents(page);
    assert.notEqual(Etiquette, 'open');
    assert.notEqual(Quiz, 'open');
    await page.locator('.contents .entry').nth(1).click({ force: true });
    assert.equal(await title(page), 'Playing the Game', 'a closed unit does not open');

    // The SCO is satisfied on its last page.
    await readThrough(playing);
    await waitFor(async () => (await contents(page))['Etiquette'] === 'open');
    await page.locator('[part~=next]').click();
    await sco(page, 'content=etiquette');
    assert.equal(await title(page), 'Etiquette');
    await page.close({ runBeforeUnload: false });

    const elsewhere = await (await browser.newContext({ locale: 'en' })).newPage();
    await elsewhere.goto(url);
    await sco(elsewhere, 'content=etiquette');
    assert.equal(await title(elsewhere), 'Etiquette');
    assert.equal((await contents(elsewhere))['Playing the Game'], 'open');
    assert.notEqual((await contents(elsewhere))['Handicapping'], 'open');
    await elsewhere.context().close();
  });

  it('remediation: what was not passed is taught again, alone; then the course ends', { timeout: 120_000 }, async () => {
    const course = await importPackage(campus, 'scorm2004/SequencingSimpleRemediation.zip');
    const page = await open((await launch(campus, course, 'remediation')).url);
    const seen: string[] = [];
    let frame: Frame | undefined;
    /** Waits for the next unit, does it, and goes on. */
    const pass = async (score?: number): Promise<void> => {
      await waitFor(async () => {
        const found = page.frames().find((each) => each.url().includes('shared/launchpage.html'));
        return found !== undefined && found !== frame && (await found.evaluate('typeof currentPage === "number"').catch(() => false)) === true && ((frame = found), true);
      });
      seen.push(await title(page));
      if (score === undefined) await readThrough(frame!);
      else await frame!.evaluate(`RecordTest(${score})`);
      await page.locator('[part~=next]').click();
    };
    for (let lesson = 0; lesson < 4; lesson += 1) await pass();
    for (const score of [100, 0, 100, 100]) await pass(score);
    await pass();
    await pass(100);
    // The last quiz has rules of its own, in place of the shared ones with the skip (CAM 5.1.1).
    await pass(100);
    assert.deepEqual(seen, [
      'Playing the Game', 'Etiquette', 'Handicapping', 'Having Fun', 'Playing Quiz', 'Etiquette Quiz', 'Handicapping Quiz', 'Having Fun Quiz', 'Etiquette', 'Etiquette Quiz', 'Having Fun Quiz',
    ]);
    await page.locator('.left').getByText('You have reached the end of the course').waitFor();
    await page.locator('.left').getByText('You have passed it.').waitFor({ timeout: 3000 });
    await page.close();
  });
});

async function readThrough(frame: Frame): Promise<void> {
  const last = (await frame.evaluate('pageArray.length - 1')) as number;
  while (((await frame.evaluate('currentPage')) as number) < last) await frame.locator('#butNext').click();
}
