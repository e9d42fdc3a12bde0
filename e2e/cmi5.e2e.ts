import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { cmi5Package } from './cmi5-au.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';

const completion = { completion: true, duration: 'PT1S' };
const success = { success: true, duration: 'PT1S' };

interface Au {
  say(verb: string, result?: object): Promise<number>;
  exit(): Promise<void>;
}

describe('cmi5 in the player', () => {
  let campus: Campus;
  let browser: Browser;
  let course: string;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
    course = ((await (await asHost('/courseware', cmi5Package(), 'application/zip')).json()) as { id: string }).id;
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  const asHost = (path: string, body: Uint8Array<ArrayBuffer> | string, type = 'application/json'): Promise<Response> =>
    fetch(new URL(path, campus.url), { method: 'POST', body, headers: { Authorization: campus.authorization, 'Content-Type': type } });

  async function enrol(): Promise<{ context: BrowserContext; url: string; registration: string }> {
    const answer = await asHost('/launches', JSON.stringify({ course, learner: { homePage: 'https://uni.example', name: randomUUID() } }));
    const { url, registration } = (await answer.json()) as { url: string; registration: string };
    return { context: await browser.newContext({ locale: 'en-US' }), url, registration };
  }
  async function openPlayer(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  /** The AU in its frame, when it has said that it is initialized. */
  async function framedAu(page: Page): Promise<Frame> {
    const body = page.frameLocator('iframe').locator('body[data-ready]');
    await body.waitFor();
    return (await (await body.elementHandle())!.ownerFrame())!;
  }
  const say = (frame: Frame | Page, verb: string, result?: object): Promise<number> =>
    frame.evaluate(([name, what]) => (window as unknown as { au: Au }).au.say(name, what), [verb, result] as const);
  const exit = (frame: Frame | Page): Promise<void> => frame.evaluate(() => void (window as unknown as { au: Au }).au.exit());
  const verbs = async (registration: string): Promise<string[]> => (await allStatements(campus, { registration })).map(verbOf);
  const entry = (page: Page, title: string) => page.locator('course-player').getByRole('button', { name: new RegExp(`^${title}`) });

  it('runs an AU in a frame until it returns, and one in a window of its own', { timeout: 60_000 }, async () => {
    const { context, url, registration } = await enrol();
    const page = await openPlayer(context, url);
    const au = await framedAu(page);
    assert.equal(new URL(au.url()).searchParams.get('own'), '1');
    assert.equal(await say(au, 'completed', completion), 200);
    assert.equal(await say(au, 'passed', success), 200);
    await exit(au);
    await page.getByText('The unit has ended.').waitFor();
    assert.equal(await page.locator('iframe').count(), 0);
    await entry(page, 'Framed').getByText('Passed').waitFor();

    await entry(page, 'Window').click();
    const [opened] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', { name: 'Open in a new window' }).click()]);
    await opened.locator('body[data-ready]').waitFor();
    assert.equal(await say(opened, 'completed', completion), 200);
    const closed = opened.waitForEvent('close');
    await exit(opened);
    await closed; // the page it returns to closes its window
    await page.bringToFront();
    await page.getByText('The unit has ended.').waitFor();
    assert.deepEqual(await verbs(registration), ['launched', 'initialized', 'completed', 'passed', 'terminated', 'launched', 'initialized', 'completed', 'satisfied', 'satisfied', 'terminated']);
    await context.close();
  });

  it('asks before a second tab takes over, tells the first, and counts nothing twice', { timeout: 60_000 }, async () => {
    const { context, url, registration } = await enrol();
    const first = await openPlayer(context, url);
    const before = await framedAu(first);
    assert.equal(await say(before, 'completed', completion), 200);
    const second = await openPlayer(context, url);
    await second.getByText('open in another tab').waitFor();
    assert.deepEqual(await verbs(registration), ['launched', 'initialized', 'completed'], 'nothing has ended yet');
    await second.getByRole('button', { name: 'Continue here' }).click();
    await first.getByText('gone on in another tab').waitFor();
    assert.equal(await first.locator('iframe').count(), 0);
    const now = await framedAu(second);
    assert.equal(await say(now, 'completed', completion), 403, 'completed once in a registration');
    assert.equal(await say(now, 'passed', success), 200);
    assert.deepEqual(await verbs(registration), ['launched', 'initialized', 'completed', 'abandoned', 'launched', 'initialized', 'passed']);
    await context.close();
  });

  it('goes on after its tab was killed, and knows what was waived meanwhile', { timeout: 60_000 }, async () => {
    const { context, url, registration } = await enrol();
    const page = await openPlayer(context, url);
    assert.equal(await say(await framedAu(page), 'completed', completion), 200);
    const crashed = page.waitForEvent('crash');
    await killRenderers(browser);
    await crashed;
    await page.close();
    const waived = await asHost('/launches/units/waivers', JSON.stringify({ registration, unit: 'window', reason: 'Administrative' }));
    assert.equal(waived.status, 201, await waived.text());
    const again = await openPlayer(context, url);
    await framedAu(again);
    await entry(again, 'Framed').getByText('Completed').waitFor();
    await entry(again, 'Window').getByText('Waived').waitFor();
    assert.deepEqual(await verbs(registration), ['launched', 'initialized', 'completed', 'waived', 'satisfied', 'abandoned', 'launched', 'initialized']);
    await context.close();
  });
});
