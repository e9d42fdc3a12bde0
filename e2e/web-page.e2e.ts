import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { zipSync } from 'fflate';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { launch } from './golf.js';
import { killRenderers } from './kill.js';
import { waitFor } from './wait.js';

/** An activity that knows no standard: it notes in `localStorage` what was ticked, as pages do. */
const ACTIVITY = `<!doctype html><html lang="en"><title>Checks</title><h1>Checks</h1>
<label><input type="checkbox" name="chuck"> The chuck key is out</label> <label><input type="checkbox" name="guard"> The guard is down</label>
<p>Seen by <output></output></p><script>
document.querySelector('output').textContent = localStorage.getItem('who') ?? 'nobody';
for (const box of document.querySelectorAll('input')) {
  box.checked = localStorage[box.name] === 'yes';
  box.onchange = () => (localStorage[box.name] = box.checked ? 'yes' : 'no');
}
addEventListener('pagehide', () => localStorage.setItem('who', 'who left'));
</script></html>`;

const COURSE = {
  id: 'https://courses.example.edu/checks', format: 'course', title: 'Checks',
  children: [
    { type: 'unit', kind: 'html', id: 'safety', title: 'Checks', moveOn: 'Completed', href: 'checks/index.html', completion: { policy: 'visited' } },
    { type: 'unit', kind: 'html', id: 'others', title: 'Others', moveOn: 'Completed', href: 'checks/index.html?others', completion: { policy: 'visited' } },
  ],
};

describe('a web page that keeps its state by itself', () => {
  let campus: Campus;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  let courseId: string;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    const body = zipSync({ 'course.json': text(JSON.stringify(COURSE)), 'checks/index.html': text(ACTIVITY) }) as Uint8Array<ArrayBuffer>;
    const answer = await fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body });
    assert.equal(answer.status, 201, await answer.clone().text());
    courseId = ((await answer.json()) as { id: string }).id;
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

  /** Another device, or another learner's turn at the same one. */
  async function device(): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en-GB' });
    contexts.push(context);
    return context;
  }
  async function visit(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  async function activity(page: Page, query = ''): Promise<Frame> {
    let found: Frame | undefined;
    await waitFor(async () => {
      found = page.frames().find((frame) => frame.url().endsWith(`checks/index.html${query}`));
      return found !== undefined && (await found.locator('output').count().catch(() => 0)) === 1;
    }, 40_000);
    return found!;
  }
  const ticked = (frame: Frame): Promise<boolean[]> => frame.locator('input').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked));

  async function stateOf(learner: string, registration: string): Promise<string> {
    const agent = JSON.stringify({ objectType: 'Agent', account: { homePage: 'https://students.example.edu', name: learner } });
    const headers = { authorization: campus.authorization, 'x-experience-api-version': '2.0.0' };
    const listed = await fetch(`${campus.url}/xapi/statements?${new URLSearchParams({ registration, limit: '50' })}`, { headers });
    const { statements } = (await listed.json()) as { statements: { object: { id: string } }[] };
    const activityId = statements.map(({ object }) => object.id).find((id) => id.endsWith('safety')) ?? 'urn:none';
    const answer = await fetch(`${campus.url}/xapi/activities/state?${new URLSearchParams({ activityId, agent, registration, stateId: 'lectern.page' })}`, { headers });
    return answer.ok ? answer.text() : '';
  }

  it('has it again after a killed tab and on another device, and nobody else has it', { timeout: 180_000 }, async () => {
    const li = await launch(campus, courseId, 'li');
    const wang = await launch(campus, courseId, 'wang');
    const shared = await device();
    const first = await visit(shared, li.url);
    await (await activity(first)).getByLabel('The chuck key is out').check();
    await waitFor(async () => (await stateOf('li', li.registration)).includes('"chuck":"yes"'));
    await killRenderers(browser);
    await first.close();

    const others = await visit(shared, wang.url);
    const unticked = await activity(others);
    assert.deepEqual(await ticked(unticked), [false, false]);
    assert.equal(await unticked.locator('output').textContent(), 'nobody');
    await others.close();

    const again = await visit(shared, li.url);
    assert.deepEqual(await ticked(await activity(again)), [true, false]);
    await (await activity(again)).getByLabel('The guard is down').check();
    // Another unit of the same page is not told, and leaving it keeps what it says in leaving.
    await again.locator('course-player').evaluate((player) => (player as unknown as { open(id: string): Promise<unknown> }).open('others'));
    assert.deepEqual(await ticked(await activity(again, '?others')), [false, false]);
    await waitFor(async () => (await stateOf('li', li.registration)).includes('who left'));
    await again.close();

    const elsewhere = await visit(await device(), li.url);
    await elsewhere.locator('course-player').evaluate((player) => (player as unknown as { open(id: string): Promise<unknown> }).open('safety'));
    const restored = await activity(elsewhere);
    assert.deepEqual(await ticked(restored), [true, true]);
    assert.equal(await restored.locator('output').textContent(), 'who left');
  });
});
