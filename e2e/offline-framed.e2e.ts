import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { launch } from './golf.js';
import { h5pPlayer } from './h5p-player.js';
import { killRenderers } from './kill.js';
import { keepCourse, notKept, openUnit, safe } from './offline-steps.js';
import { waitFor } from './wait.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An activity that knows no standard and stores what was ticked. */
const CHECKS = `<!doctype html><html lang="en"><title>Checks</title><h1>Checks</h1>
<label><input type="checkbox" name="chuck"> The chuck key is out</label> <label><input type="checkbox" name="guard"> The guard is down</label><output></output><script>
for (const box of document.querySelectorAll('input')) {
  box.checked = localStorage[box.name] === 'yes';
  box.onchange = () => (localStorage[box.name] = box.checked ? 'yes' : 'no');
}
document.querySelector('output').textContent = 'ready';
</script></html>`;

interface Said {
  readonly id: string;
  readonly verb: { readonly id: string };
  readonly object: { readonly id: string };
}

describe('what runs in the frame, kept for times without a network', () => {
  let campus: Campus;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  before(async () => {
    campus = await startCampus({ LECTERN_H5P_PLAYER: await h5pPlayer(), LECTERN_EMBEDDERS: '*' });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
  });

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
  async function frameWith(page: Page, selector: string): Promise<Frame> {
    let found: Frame | undefined;
    await waitFor(async () => {
      for (const frame of page.frames()) if ((await frame.locator(selector).count().catch(() => 0)) > 0) found = frame;
      return found !== undefined;
    }, 40_000);
    return found!;
  }
  const blanksOf = async (page: Page): Promise<{ frame: Frame; values: () => Promise<string[]> }> => {
    const frame = await frameWith(page, 'input.h5p-text-input');
    return { frame, values: () => frame.locator('input.h5p-text-input').evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)) };
  };
  async function importPackage(body: Uint8Array): Promise<string> {
    const answer = await fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: body as Uint8Array<ArrayBuffer> });
    assert.equal(answer.status, 201, await answer.clone().text());
    return ((await answer.json()) as { id: string }).id;
  }
  const headers = (): Record<string, string> => ({ authorization: campus.authorization, 'x-experience-api-version': '2.0.0' });
  async function said(registration: string): Promise<Said[]> {
    const answer = await fetch(`${campus.url}/xapi/statements?${new URLSearchParams({ registration, limit: '500', ascending: 'true' })}`, { headers: headers() });
    return ((await answer.json()) as { statements: Said[] }).statements;
  }
  const verbsOf = (statements: readonly Said[], unit = ''): (string | undefined)[] => statements.filter(({ object }) => object.id.endsWith(unit)).map(({ verb }) => verb.id.split('/').at(-1));

  it('H5P goes on without its server, after a killed tab too, and its score comes home once', { skip: withoutFixtures, timeout: 240_000 }, async () => {
    const course = await importPackage(await readFixture('h5p/filltheblanks.h5p'));
    const { url, registration } = await launch(campus, course, 'h5p-commuter');
    const train = await device();
    const page = await visit(train, url);
    const before = await blanksOf(page);
    await before.frame.locator('input.h5p-text-input').nth(0).fill('Brasilia');
    await before.frame.locator('input.h5p-text-input').nth(0).press('Tab');
    await keepCourse(page);
    assert.deepEqual(await notKept(page), {});
    await waitFor(async () => (await before.values())[0] === 'Brasilia');
    await page.waitForTimeout(500);
    await safe(page);
    await campus.kill();
    let again: Page;
    try {
      await page.reload();
      const away = await blanksOf(page);
      await waitFor(async () => (await away.values())[0] === 'Brasilia');
      await away.frame.locator('input.h5p-text-input').nth(1).fill('Washington');
      await away.frame.locator('input.h5p-text-input').nth(1).press('Tab');
      // What it wants to have back is looked at every few seconds.
      await page.waitForTimeout(6_000);
      await safe(page);
      await killRenderers(browser);
      await page.close();

      again = await visit(train, url);
      const resumed = await blanksOf(again);
      await waitFor(async () => (await resumed.values())[1] === 'Washington');
      await resumed.frame.locator('input.h5p-text-input').nth(2).fill('Berlin');
      await resumed.frame.locator('input.h5p-text-input').nth(3).fill('Sydney');
      await resumed.frame.getByRole('button', { name: /Check/ }).click();
      await again.getByText('waiting', { exact: false }).first().waitFor();
      await safe(again);
    } finally {
      await campus.restart();
    }
    await again.getByText('All saved').waitFor({ timeout: 90_000 });
    await waitFor(async () => verbsOf(await said(registration)).includes('completed'), 30_000);
    const statements = await said(registration);
    assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
    for (const verb of ['answered', 'completed']) assert.equal(verbsOf(statements).filter((each) => each === verb).length, 1, verb);

    const elsewhere = await blanksOf(await visit(await device(), url));
    await waitFor(async () => (await elsewhere.values())[1] === 'Washington');
  });

  it('a web page has without a network what it stored on another device, H5P in a course plays, and a unit that a server starts says why it does not', { skip: withoutFixtures, timeout: 240_000 }, async () => {
    const h5p = Object.entries(unzipSync(await readFixture('h5p/drag.h5p')));
    const course = {
      id: 'https://courses.example.edu/kept', format: 'course', title: 'Kept',
      children: [
        { type: 'unit', kind: 'document', id: 'words', title: 'Words', moveOn: 'Completed', sources: [{ src: 'words.md', type: 'text/markdown' }] },
        { type: 'unit', kind: 'html', id: 'checks', title: 'Checks', moveOn: 'Completed', href: 'checks/index.html', completion: { policy: 'visited' } },
        { type: 'unit', kind: 'h5p', id: 'drag', title: 'Drag', moveOn: 'Completed', href: 'drag' },
        { type: 'unit', kind: 'cmi5', id: 'au', title: 'Assigned', moveOn: 'Completed', url: 'au/index.html', publisherId: 'https://courses.example.edu/kept/au' },
        { type: 'unit', kind: 'lti', id: 'tool', title: 'Tool', moveOn: 'NotApplicable', tool: 'lab' },
      ],
    };
    const id = await importPackage(zipSync({ 'course.json': text(JSON.stringify(course)), 'words.md': text('Some words.'), 'checks/index.html': text(CHECKS), 'au/index.html': text('<!doctype html><title>AU</title>'), ...Object.fromEntries(h5p.map(([path, bytes]) => [`drag/${path}`, bytes])) }));
    const { url, registration } = await launch(campus, id, 'checker');
    const atDesk = await visit(await device(), url);
    await openUnit(atDesk, 'checks');
    await (await frameWith(atDesk, 'output')).getByLabel('The chuck key is out').check();
    await waitFor(async () => (await pageState(registration)).includes('"chuck":"yes"'));
    await atDesk.close();

    // On this device the page itself has never been open.
    const train = await device();
    const page = await visit(train, url);
    await openUnit(page, 'words');
    await page.getByText('Some words.').waitFor();
    await keepCourse(page);
    assert.deepEqual(await notKept(page), { au: 'needs-server', tool: 'needs-server' });
    const rows = page.locator('course-player nav');
    await rows.getByText('On this device').first().waitFor();
    assert.equal(await rows.getByText('On this device').count(), 3);
    assert.equal(await rows.getByText('Needs the network').count(), 2);
    await page.getByText('2 units cannot be kept on this device').click();
    await page.getByText('It is started by a server', { exact: false }).first().waitFor();
    await safe(page);
    await campus.kill();
    let again: Page;
    try {
      // The page is open, and the network goes: the unit says why, and not that something is broken.
      await openUnit(page, 'au');
      await page.getByText('This unit needs the network').waitFor();
      await killRenderers(browser);
      await page.close();

      again = await visit(train, url);
      await again.getByText('No network: the course is played from this device', { exact: false }).first().waitFor();
      for (const unit of ['au', 'tool']) {
        await openUnit(again, unit);
        await again.getByText('This unit needs the network').waitFor();
        await again.getByText('It is started by a server', { exact: false }).last().waitFor();
        await openUnit(again, 'words');
        await again.getByText('Some words.').waitFor();
      }
      await openUnit(again, 'checks');
      const checks = await frameWith(again, 'output');
      assert.equal(await checks.getByLabel('The chuck key is out').isChecked(), true);
      await checks.getByLabel('The guard is down').check();
      await openUnit(again, 'drag');
      await (await frameWith(again, '.h5p-drag-text')).getByRole('button', { name: /Check/ }).waitFor();
      await safe(again);
      await killRenderers(browser);
      await again.close();

      again = await visit(train, url);
      await again.getByText('No network: the course is played from this device', { exact: false }).first().waitFor();
      await openUnit(again, 'checks');
      const resumed = await frameWith(again, 'output');
      assert.equal(await resumed.getByLabel('The guard is down').isChecked(), true);
      // The browser takes a file away: the browser's own page about it is no lesson that was opened.
      await resumed.evaluate(async () => {
        for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) if (url.endsWith('/checks/index.html')) await (await caches.open(name)).delete(url);
      });
      await openUnit(again, 'words');
      await openUnit(again, 'checks');
      await again.getByText('This unit could not be opened').waitFor();
      await safe(again);
    } finally {
      await campus.restart();
    }
    await again.getByText('All saved').waitFor({ timeout: 90_000 });
    await waitFor(async () => (await pageState(registration)).includes('"guard":"yes"'), 30_000);
    assert.match(await pageState(registration), /"chuck":"yes"/);
    assert.equal(verbsOf(await said(registration), 'checks').filter((verb) => verb === 'completed').length, 1);
  });

  async function pageState(registration: string): Promise<string> {
    const agent = JSON.stringify({ objectType: 'Agent', account: { homePage: 'https://students.example.edu', name: 'checker' } });
    const activityId = (await said(registration)).map(({ object }) => object.id).find((id) => id.endsWith('checks')) ?? 'urn:none';
    const answer = await fetch(`${campus.url}/xapi/activities/state?${new URLSearchParams({ activityId, agent, registration, stateId: 'lectern.page' })}`, { headers: headers() });
    return answer.ok ? answer.text() : '';
  }

  it('H5P is not said to be kept where the site lacks what plays it; the rest of the course is', { skip: withoutFixtures, timeout: 90_000 }, async () => {
    const folder = (path: string): string => fileURLToPath(new URL(`../packages/${path}/`, import.meta.url));
    const content = await mkdtemp(join(tmpdir(), 'lectern-content-'));
    const files = { ...Object.fromEntries(Object.entries(unzipSync(await readFixture('h5p/drag.h5p'))).filter(([path]) => !path.endsWith('/')).map(([path, bytes]) => [`drag/${path}`, bytes])), 'words.md': text('Some words.') };
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(content, path)), { recursive: true });
      await writeFile(join(content, path), bytes);
    }
    const elsewhere = await startHost({ mounts: { '/c/': content, '/': folder('courseware/dist/frame-page') } });
    const pages: Record<string, string> = {
      '/files.json': JSON.stringify({ version: '1', files: Object.entries(files).map(([path, bytes]) => ({ path, size: bytes.length })) }),
      '/host.html': `<!doctype html><html lang="en"><title>Host</title><script type="module" src="/lectern/lectern.js"></script><course-player offline src="/course.json"></course-player>`,
    };
    const host = await startHost({ pages, mounts: { '/lectern/': folder('components/dist/bundle') } });
    pages['/course.json'] = JSON.stringify({
      id: 'https://host.example/c', title: 'Activities', format: 'course', base: `${elsewhere.url}/c/`, frame: `${elsewhere.url}/index.html`, files: `${host.url}/files.json`,
      children: [
        { type: 'unit', kind: 'document', id: 'words', title: 'Words', moveOn: 'Completed', sources: [{ src: 'words.md', type: 'text/markdown' }] },
        { type: 'unit', kind: 'h5p', id: 'drag', title: 'Drag', moveOn: 'Completed', href: 'drag/' },
      ],
    });
    try {
      const page = await visit(await device(), `${host.url}/host.html`);
      await page.getByText('Some words.').waitFor();
      await keepCourse(page);
      assert.deepEqual(await notKept(page), { drag: 'no-player' });
      await page.getByText('The site lacks what plays H5P', { exact: false }).first().waitFor({ state: 'attached' });
    } finally {
      await host.close();
      await elsewhere.close();
      await rm(content, { recursive: true, force: true });
    }
  });
});
