import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { run } from '../packages/cli/dist/index.js';
import { readPackage } from '../packages/courseware/dist/index.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { launch } from './golf.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';
import { startScormHost } from './scorm-host.js';

const COURSE = {
  id: 'https://owner.example/courses/knots', title: { en: 'Knots', 'zh-CN': '绳结' }, language: 'en',
  children: [
    { type: 'unit', kind: 'html', id: 'why', title: 'Why knots', href: 'why.html', moveOn: 'Completed', completion: { policy: 'visited' } },
    { type: 'unit', kind: 'document', id: 'notes', title: 'Notes', moveOn: 'Completed', sources: [{ src: 'notes.md', type: 'text/markdown' }] },
  ],
};

interface Report {
  readonly used: number;
  readonly learners: readonly { readonly learner: string; readonly completed: boolean; readonly progress: number }[];
}

describe('a dispatched course: shown in another LMS, kept by its owner', () => {
  let campus: Campus;
  let browser: Browser;
  let folder: string;

  before(async () => {
    [campus, browser] = await Promise.all([startCampus(), launchBrowser()]);
    folder = await mkdtemp(join(tmpdir(), 'lectern-dispatch-'));
    await mkdir(join(folder, 'course'));
    await writeFile(join(folder, 'course', 'course.json'), JSON.stringify(COURSE));
    await writeFile(join(folder, 'course', 'why.html'), '<!doctype html><title>Why</title><p id="why">Because.');
    await writeFile(join(folder, 'course', 'notes.md'), '# Notes\n\nA few words.\n');
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** Writes a stub, and finds its licence. */
  async function dispatch(as: string, ...more: string[]): Promise<{ archive: Uint8Array<ArrayBuffer>; id: string }> {
    const file = join(folder, `${as}-${Math.random()}.zip`);
    const env = { LECTERN_KEY: 'e2e-key', LECTERN_SECRET: 'e2e-secret-0123456789abcdef' };
    assert.equal(await run(['dispatch', join(folder, 'course'), '--as', as, '--to', campus.url, '--institution', 'Example University', '--out', file, ...more], { env }), 0);
    assert.ok((await stat(file)).size <= 30 * 1024, `${as} weighs ${(await stat(file)).size} bytes`);
    const { dispatches } = (await admin('/dispatches')) as { dispatches: { id: string }[] };
    return { archive: new Uint8Array(await readFile(file)), id: dispatches.at(-1)!.id };
  }

  const admin = (path: string): Promise<unknown> => fetch(campus.url + path, { headers: { authorization: campus.authorization } }).then((answer) => answer.json());

  /** A page in whose frames sites of others have no cookies. */
  async function open(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCookieControls' as never, { enableThirdPartyCookieRestriction: true } as never).catch(() => undefined);
    await page.goto(url);
    return page;
  }

  for (const [as, version] of [['scorm12', '1.2'], ['scorm2004-3', '2004']] as const) {
    it(`as ${as}: killed, resumed, completed; the LMS has the result and the owner all else`, { timeout: 120_000 }, async () => {
      const { archive, id } = await dispatch(as, '--seats', '1');
      const host = await startScormHost(archive, version, { student: 'Lin Mei 2026-17' });
      const context = await browser.newContext({ locale: 'en' });
      try {
        const first = await open(context, host.url);
        await frameWith(first, '#why');
        await until(async () => ((await admin(`/dispatches/${id}`)) as Report).learners[0]?.progress === 0.5, 'the owner knows of the first half');
        await killRenderers(browser);
        await first.close().catch(() => undefined);

        const second = await open(context, host.url);
        const framed = await frameWith(second, 'course-player');
        await until(() => framed.locator('course-player').evaluate((element) => ((element as unknown as { progress: number }).progress === 0.5)), 'it goes on where it was');
        await framed.locator('course-player').evaluate((element) => (element as unknown as { open(id: string): Promise<void> }).open('notes'));
        await until(() => JSON.stringify(host.kept()).includes(version === '1.2' ? '"lesson_status":"completed"' : '"completion_status":"completed"'), 'the LMS knows');
        await until(async () => ((await admin(`/dispatches/${id}`)) as Report).learners[0]?.completed === true, 'the owner knows');
        const { used, learners } = (await admin(`/dispatches/${id}`)) as Report;
        assert.equal(used, 1);
        assert.match(learners[0]!.learner, /^[0-9a-f]{64}$/, 'a pseudonym');
        const verbs = (await allStatements(campus, { agent: JSON.stringify({ account: { homePage: 'https://lectern.example/institutions/Example%20University', name: learners[0]!.learner } }) })).map(verbOf);
        assert.ok(verbs.includes('completed'), verbs.join(' '));
        assert.ok(!JSON.stringify(await allStatements(campus, {})).includes('2026-17'), 'no name of the LMS’s');
        assert.deepEqual(await context.cookies(campus.url), [], 'without cookies');
        await second.close();
      } finally {
        await context.close();
        await host.close();
      }
      const other = await startScormHost(archive, version, { student: 'Another' });
      const crowd = await browser.newContext({ locale: 'zh-CN' });
      try {
        const page = await open(crowd, other.url);
        const framed = await frameWith(page, '.alarm');
        assert.match((await framed.locator('.alarm').textContent()) ?? '', /名额已满.*licence-full/);
        await page.screenshot({ path: process.env['SHOT'] ?? join(folder, 'full.png') });
      } finally {
        await crowd.close();
        await other.close();
      }
    });
  }

  it('as cmi5: an LMS gets completed, once, and terminated', { timeout: 120_000 }, async () => {
    const { archive } = await dispatch('cmi5');
    const answer = await fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: archive });
    const { id } = (await answer.json()) as { id: string };
    const { url, registration } = await launch(campus, id, 'dispatched-cmi5');
    const context = await browser.newContext({ locale: 'en' });
    try {
      for (const turn of [1, 2]) {
        const page = await open(context, url);
        const framed = await frameWith(page, '#lectern course-player');
        const player = framed.locator('course-player');
        await until(() => player.evaluate((element) => Boolean((element as unknown as { session?: object }).session)), 'a session');
        await player.evaluate((element) => (element as unknown as { open(id: string): Promise<void> }).open('why'));
        await until(() => player.evaluate((element) => (element as unknown as { progress: number }).progress >= 0.5), 'the page was seen');
        await player.evaluate((element) => (element as unknown as { open(id: string): Promise<void> }).open('notes'));
        await until(async () => (await verbsOf(registration)).includes('completed'), `completed in turn ${turn}`);
        await page.goto('about:blank');
        await page.close();
      }
      await until(async () => (await verbsOf(registration)).includes('terminated'), 'terminated');
      const verbs = await verbsOf(registration);
      assert.equal(verbs.filter((verb) => verb === 'completed').length, 1, verbs.join(' '));
      assert.ok(verbs.includes('satisfied'));
    } finally {
      await context.close();
    }
  });

  it('as xapi: an LMS gets in its LRS what came of two sessions, and the owner a pseudonym', { timeout: 120_000 }, async () => {
    const { archive, id: licence } = await dispatch('xapi', '--seats', '1');
    const answer = await fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: archive });
    const { id, format } = (await answer.json()) as { id: string; format: string };
    assert.equal(format, 'xapi');
    const { url, registration } = await launch(campus, id, 'dispatched-xapi');
    const context = await browser.newContext({ locale: 'en' });
    const asked: string[] = [];
    context.on('request', (request) => void (request.frame().parentFrame()?.parentFrame() && asked.push(`${request.url()} ${request.headers()['referer'] ?? ''}`)));
    try {
      for (const turn of [1, 2]) {
        const page = await open(context, url);
        const player = (await frameWith(page, '#lectern course-player')).locator('course-player');
        await until(() => player.evaluate((element, least) => ((element as unknown as { progress: number }).progress >= least), turn / 2 - 0.5), 'it goes on where it was');
        await player.evaluate((element, unit) => (element as unknown as { open(id: string): Promise<void> }).open(unit), turn === 1 ? 'why' : 'notes');
        await until(() => player.evaluate((element, least) => ((element as unknown as { progress: number }).progress >= least), turn / 2), 'the unit was seen');
        if (turn === 2) await until(async () => (await verbsOf(registration)).includes('completed'), 'the LMS knows');
        await page.goto('about:blank');
        await until(async () => (await verbsOf(registration)).filter((verb) => verb === 'terminated').length === turn, `the end of session ${turn}`);
        await page.close();
      }
      assert.deepEqual((await verbsOf(registration)).sort(), ['completed', 'initialized', 'initialized', 'resumed', 'suspended', 'terminated', 'terminated']);
      const { used, learners } = (await admin(`/dispatches/${licence}`)) as Report;
      assert.deepEqual([used, learners.length, learners[0]!.completed], [1, 1, true]);
      assert.match(learners[0]!.learner, /^[0-9a-f]{64}$/);
      assert.ok(asked.length > 0 && !asked.some((request) => request.includes('auth=')), 'the launch is the LMS’s and the stub’s');
    } finally {
      await context.close();
    }
    const other = await launch(campus, id, 'another-xapi');
    const crowd = await browser.newContext({ locale: 'zh-CN' });
    try {
      const page = await open(crowd, other.url);
      assert.match((await (await frameWith(page, '#lectern > .alarm')).locator('.alarm').textContent()) ?? '', /名额已满.*licence-full/);
    } finally {
      await crowd.close();
    }
  });

  it('as cc: a link, by which each browser is a learner and takes a place, until it is told to forget', { timeout: 120_000 }, async () => {
    const licences = ((await admin('/dispatches')) as { dispatches: object[] }).dispatches.length;
    for (const more of [['--mastery', '0.6'], ['--identity', 'account']]) {
      assert.equal(await run(['dispatch', join(folder, 'course'), '--as', 'cc', '--to', campus.url, '--institution', 'X', ...more], { env: { LECTERN_KEY: 'e2e-key', LECTERN_SECRET: 'e2e-secret-0123456789abcdef' } }), 1);
    }
    const { archive, id } = await dispatch('cc', '--seats', '1');
    assert.equal(((await admin('/dispatches')) as { dispatches: object[] }).dispatches.length, licences + 1, 'what is refused makes no licence');
    const cartridge = await readPackage(archive, { id: 'urn:x' });
    const [unit] = cartridge.course.children;
    await cartridge.close();
    assert.ok(unit?.type === 'unit' && unit.kind === 'link' && unit.href === `${campus.url}/dispatch/${id}`);
    const { href } = unit;
    const context = await browser.newContext({ locale: 'en' });
    const other = await browser.newContext({ locale: 'zh-CN' });
    try {
      const first = await context.newPage();
      await first.goto(href);
      await first.locator('.card button').click();
      await openUnit(first, 'why', 0.5);
      await until(async () => ((await admin(`/dispatches/${id}`)) as Report).learners[0]?.progress === 0.5, 'the owner knows of the first half');
      await first.close();
      const second = await context.newPage();
      await second.goto(href);
      await until(() => second.locator('course-player').evaluate((element) => (element as unknown as { progress: number }).progress === 0.5).catch(() => false), 'it goes on where it was, unasked');
      await openUnit(second, 'notes', 1);
      await until(async () => ((await admin(`/dispatches/${id}`)) as Report).learners[0]?.completed === true, 'the owner knows');
      const { used, learners } = (await admin(`/dispatches/${id}`)) as Report;
      assert.deepEqual([used, learners.length], [1, 1]);
      assert.match(learners[0]!.learner, /^[0-9a-f]{64}$/);

      const crowd = await other.newPage();
      await crowd.goto(href);
      await crowd.locator('.card button').click();
      await until(async () => /名额已满.*licence-full/.test((await crowd.locator('.alarm').textContent({ timeout: 1000 }).catch(() => null)) ?? ''), 'there is one place');

      second.on('dialog', (dialog) => void dialog.accept());
      await second.locator('.browser button').click();
      await second.locator('.card button').waitFor();
      assert.ok(!(await second.evaluate(() => JSON.stringify(localStorage))).includes(learners[0]!.learner), 'nothing of who learned here before');
    } finally {
      await context.close();
      await other.close();
    }
  });

  async function openUnit(page: Page, unit: string, progress: number): Promise<void> {
    const player = page.locator('course-player');
    await until(() => player.evaluate((element) => Boolean((element as unknown as { session?: object }).session)), 'a session');
    await player.evaluate((element, id) => (element as unknown as { open(id: string): Promise<void> }).open(id), unit);
    await until(() => player.evaluate((element, least) => (element as unknown as { progress: number }).progress >= least, progress), `${unit} was seen`);
  }

  const verbsOf = async (registration: string): Promise<string[]> => (await allStatements(campus, { registration })).map(verbOf);
});

async function frameWith(page: Page, selector: string): Promise<Frame> {
  let found: Frame | undefined;
  await until(async () => {
    for (const frame of page.frames()) {
      if (await frame.locator(selector).count().catch(() => 0)) found = frame;
    }
    return found !== undefined;
  }, selector);
  return found!;
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
