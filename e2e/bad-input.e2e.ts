import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { launch } from './golf.js';
import { allStatements, verbOf } from './lrs.js';

interface PlayerLike {
  readonly delivery?: { readonly waiting: number; readonly failed: number; readonly stored: number };
  readonly currentUnit?: { readonly id: string };
  readonly session?: {
    readonly connection: { readonly delivery: { flush(): Promise<void> }; readonly outbox: { retry(): Promise<number> } };
    dispatch(event: object): unknown;
  };
  open(unit: string): Promise<void>;
}

/** What the LRS does in place of answering; `pass` lets the real one answer. */
type Fault = number | 'hang' | 'gone' | 'pass';

interface Case {
  readonly fault: Fault;
  /** What the player says, in English and in Chinese. */
  readonly en: RegExp;
  readonly zh: RegExp;
  /** The statement itself is refused: it is set aside with the reason, and sent again by hand. */
  readonly refused?: true;
}

const UNREACHABLE = { en: /\d+ waiting: the record store cannot be reached/, zh: /\d+ 条记录等待中：无法连接记录库/ };
const SIGNED_OUT = { en: /\d+ waiting until you sign in again/, zh: /\d+ 条记录等待中?[，：]?.*登录/ };
const BUSY = { en: /\d+ waiting: the record store is busy/, zh: /\d+ 条记录等待中：记录库繁忙/ };

const CASES: readonly Case[] = [
  { fault: 400, en: /Could not be saved: the record store refuses it \(rejected\)\. Tell the support/, zh: /无法保存：记录库拒绝接收/, refused: true },
  { fault: 401, ...SIGNED_OUT },
  { fault: 403, ...SIGNED_OUT },
  { fault: 404, ...UNREACHABLE },
  { fault: 409, en: /Could not be saved: the record store has another record in its place \(conflict\)/, zh: /无法保存：记录库中已有另一条/, refused: true },
  { fault: 413, en: /Could not be saved: it is too large for the record store \(too-large\)/, zh: /无法保存：内容过大/, refused: true },
  { fault: 429, ...BUSY },
  { fault: 500, ...UNREACHABLE },
  { fault: 'gone', ...UNREACHABLE },
  { fault: 'hang', ...UNREACHABLE },
];

/** Opened in turn, so that there is something to tell. */
const UNITS = ['guide', 'film'];

// What hangs waits for half a minute: the others need not wait for it.
describe('bad input, on a real page', { concurrency: 2 }, () => {
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

  /** A learner of the test's own on a page whose LRS fails as `state.fault` says. */
  async function begin(learner: string, state: { fault: Fault }): Promise<{ context: BrowserContext; page: Page; url: string; registration: string; ids: Set<string> }> {
    const context = await browser.newContext({ locale: 'en-GB' });
    await context.route(`${campus.url}/xapi/**`, (route) => answer(route, state.fault));
    const { url, registration } = await launch(campus, 'demo', learner);
    const ids = new Set<string>();
    await context.exposeBinding('recorded', (_source, id: string) => void ids.add(id));
    await context.addInitScript(() => {
      const { recorded } = globalThis as unknown as { recorded(id: string): void };
      addEventListener('learning-statement', (event) => recorded((event as unknown as { statement: { id: string } }).statement.id));
    });
    const page = await context.newPage();
    return { context, page, url, registration, ids };
  }

  async function answer(route: Route, fault: Fault): Promise<void> {
    if (fault === 'pass') return route.continue();
    if (fault === 'hang') return;
    if (fault === 'gone') return route.abort('connectionrefused');
    // Who is told of a conflict looks at what is there, and finds nothing.
    if (fault === 409 && route.request().method() === 'GET') return route.continue();
    return route.fulfill({ status: fault, headers: fault === 429 ? { 'retry-after': '1' } : {}, body: '' });
  }

  const onPlayer = <T>(page: Page, work: (player: PlayerLike) => T | Promise<T>): Promise<T> =>
    page.evaluate(`(${work.toString()})(document.querySelector('course-player'))`) as Promise<T>;

  const says = async (page: Page, words: RegExp, timeout = 15_000): Promise<void> => {
    const place = page.locator('course-player [part=delivery]');
    await place.filter({ hasText: words }).waitFor({ timeout }).catch(async () => assert.fail(`should say ${words}, says: ${await place.textContent({ timeout: 1_000 }).catch(() => 'nothing')} ${JSON.stringify(await onPlayer(page, (player) => player.delivery))}`));
  };

  async function speak(page: Page, lang: string): Promise<void> {
    await page.evaluate((value) => document.querySelector('course-player')!.setAttribute('lang', value), lang);
  }

  async function assertStoredOnce(ids: ReadonlySet<string>, registration: string): Promise<string[]> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const stored = await allStatements(campus, { registration });
      const found = stored.map(({ id }) => id);
      const missing = [...ids].filter((id) => !found.includes(id));
      if (missing.length === 0) {
        assert.equal(new Set(found).size, found.length, 'none twice');
        return stored.map(verbOf);
      }
      if (Date.now() > deadline) assert.fail(`${missing.length} of ${ids.size} are missing`);
      await sleep(200);
    }
  }

  // A learner for several: a page that has recovered from one stands the next.
  const LEARNERS: readonly (readonly Fault[])[] = [[400, 401, 403, 404, 500], [409, 413, 429, 'gone'], ['hang']];

  describe('an LRS that answers otherwise while a learner works', { concurrency: 3 }, () => {
    for (const faults of LEARNERS) {
      it(`${faults.join(', ')}: says what is true in both languages, and stores everything once when it has recovered`, { timeout: 180_000 }, async () => {
        const state: { fault: Fault } = { fault: 'pass' };
        const { context, page, url, registration, ids } = await begin(`lrs-${faults[0]}`, state);
        await page.goto(url);
        await says(page, /All saved/);
        for (const [turn, fault] of faults.entries()) {
          const { en, zh, refused } = CASES.find((one) => one.fault === fault)!;
          const before = ids.size;
          state.fault = fault;
          await page.evaluate((unit) => (document.querySelector('course-player') as unknown as PlayerLike).open(unit), UNITS[turn % UNITS.length]!);
          await says(page, en, fault === 'hang' ? 60_000 : 20_000);
          assert.ok(ids.size > before, 'something was recorded meanwhile');
          assert.equal(await page.locator('course-player [part=delivery]').getByText('All saved').count(), 0);
          await speak(page, 'zh-CN');
          await says(page, zh);
          await speak(page, 'en');
          state.fault = 'pass';
          if (refused) await sendAgain(page);
          else {
            await says(page, en);
            await page.locator('course-player [part=delivery] button').click({ timeout: 3_000 }).catch(() => undefined); // It may have tried by itself.
          }
          await says(page, /All saved/, 30_000);
        }
        await assertStoredOnce(ids, registration);
        await context.close();
      });
    }
  });

  /** What was set aside, by hand; more than once: what was on its way when the LRS recovered may still come back refused. */
  async function sendAgain(page: Page): Promise<void> {
    for (let failed = 1, tries = 0; failed > 0 && tries < 20; tries++) {
      failed = await onPlayer(page, async (player) => {
        await player.session!.connection.outbox.retry();
        await player.session!.connection.delivery.flush();
        return player.delivery!.failed;
      });
      await sleep(250);
    }
  }

  for (const fault of ['gone', 500] as const) {
    it(`a first visit with an LRS that is ${fault}: the lesson plays, is kept, and is told at the next visit`, { timeout: 90_000 }, async () => {
      const state: { fault: Fault } = { fault };
      const { context, page, url, registration, ids } = await begin(`first-${fault}`, state);
      await page.goto(url);
      await says(page, /Kept in this browser until your record can be reached: the record store cannot be reached/);
      const video = page.locator('course-player video');
      await video.evaluate(async (element) => {
        const media = element as unknown as { muted: boolean; play(): Promise<void> };
        media.muted = true;
        await media.play();
      });
      await sleep(1_500);
      await speak(page, 'zh-CN');
      await says(page, /先保存在此浏览器中/);
      await page.close();
      assert.equal((await allStatements(campus, { registration })).length, 0);

      state.fault = 'pass';
      const next = await context.newPage();
      await next.goto(url);
      await says(next, /All saved/);
      const verbs = await assertStoredOnce(ids, registration);
      assert.equal(verbs.filter((verb) => verb === 'played').length, 1, verbs.join());
      assert.ok(verbs.indexOf('terminated') > verbs.indexOf('played'), verbs.join());
      await context.close();
    });
  }

  it('a first visit with an LRS that recovers while the page is open: everything is stored without a click', { timeout: 60_000 }, async () => {
    const state: { fault: Fault } = { fault: 500 };
    const { context, page, url, registration, ids } = await begin('recovering', state);
    await page.goto(url);
    await says(page, /Kept in this browser/);
    state.fault = 'pass';
    await says(page, /All saved/, 30_000);
    assert.deepEqual((await assertStoredOnce(ids, registration)).filter((verb) => verb === 'initialized').length, 1);
    await context.close();
  });

  for (const [name, fulfill, en, zh] of [
    ['401', { status: 401 }, /Your sign-in has ended/, /登录/],
    ['500', { status: 500 }, /Your record cannot be reached\. Check your connection/, /请检查网络/],
    ['HTML', { status: 200, contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' }, /Tell the support of this site/, /技术支持/],
  ] as const) {
    it(`a token URL that answers ${name}: the lesson plays, the page says why nothing is saved, and a retry saves all`, { timeout: 60_000 }, async () => {
      const { context, page, url, registration, ids } = await begin(`token-${name}`, { fault: 'pass' });
      let broken = true;
      await context.route(`${campus.url}/launches/token`, (route) => (broken ? route.fulfill(fulfill) : route.continue()));
      await page.goto(url);
      const alert = page.locator('learning-session [role=alert]').first();
      await alert.filter({ hasText: en }).waitFor();
      await says(page, /nothing is saved yet/);
      await page.locator('course-player video').waitFor();
      await page.evaluate(() => document.documentElement.setAttribute('lang', 'zh-CN'));
      await alert.filter({ hasText: zh }).waitFor();
      await says(page, /尚未保存任何记录/);
      await page.evaluate(() => document.documentElement.setAttribute('lang', 'en'));
      broken = false;
      await alert.getByRole('button').click();
      await says(page, /All saved/);
      assert.equal((await assertStoredOnce(ids, registration)).filter((verb) => verb === 'initialized').length, 1);
      await context.close();
    });
  }

  for (const [name, fulfill, details] of [
    ['404', { status: 404, contentType: 'application/problem+json', body: '{"status":404,"code":"not-found"}' }, /course-missing.*course\.json/s],
    ['HTML', { status: 200, contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' }, /course-invalid.*course\.json/s],
    ['a course that breaks its schema', { status: 200, contentType: 'application/json', body: '{"id":"https://x.example/c","title":"C","children":[{"type":"unit","kind":"film","id":"u","title":"U"}]}' }, /invalid-course.*course\.json.*children\[0\]\.kind/s],
  ] as const) {
    it(`a course.json that is ${name}: code, file and field, and a retry`, { timeout: 60_000 }, async () => {
      const { context, page, url } = await begin(`course-${name.length}`, { fault: 'pass' });
      let broken = true;
      await context.route(`${campus.url}/courses/demo/course.json`, (route) => (broken ? route.fulfill(fulfill) : route.continue()));
      await page.goto(url);
      const problem = page.locator('course-player [role=alert]');
      await problem.waitFor();
      assert.match((await problem.textContent()) ?? '', details);
      broken = false;
      await problem.getByRole('button', { name: 'Try again' }).click();
      await page.locator('course-player video').waitFor();
      await context.close();
    });
  }

  it('a statement that breaks the specification never leaves, and the learner is told', { timeout: 60_000 }, async () => {
    const { context, page, url, registration, ids } = await begin('invalid', { fault: 'pass' });
    await page.goto(url);
    await says(page, /All saved/);
    // What a page's own script might say: xAPI has no such type of interaction.
    await onPlayer(page, (player) => {
      player.session!.dispatch({ type: 'initialized', unitId: 'habits' });
      player.session!.dispatch({ type: 'answered', unitId: 'habits', interaction: { id: 'q', type: 'nonsense', response: 'x' } });
    });
    await says(page, /Could not be saved: it breaks the rules for records \(statement-invalid, object\.definition\.interactionType\)/);
    assert.equal((await allStatements(campus, { registration })).filter((each) => verbOf(each) === 'answered').length, 0);
    assert.ok(ids.size > 1);
    await context.close();
  });
});
