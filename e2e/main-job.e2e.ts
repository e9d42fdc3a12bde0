import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { withoutFixtures } from './fixtures.js';
import { currentPage, importGolf, LAST_PAGE, launch, passTest, readTo, scoFrame } from './golf.js';
import { allStatements, verbOf } from './lrs.js';
import { waitFor } from './wait.js';

describe('the main job: a package nobody here wrote, imported, played, closed, resumed, completed', { skip: withoutFixtures }, () => {
  let campus: Campus;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
    context = await browser.newContext();
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

  it('finds every step in the LRS', { timeout: 120_000 }, async () => {
    const course = await importGolf(campus);
    const { url, registration } = await launch(campus, course, 'main-job');

    const first = await open(url);
    const sco = await scoFrame(first);
    assert.equal(await currentPage(sco), 0);
    await readTo(sco, 5);
    await first.close({ runBeforeUnload: false });

    const second = await open(url);
    const resumed = await scoFrame(second);
    assert.equal(await currentPage(resumed), 5, 'resumes on the page where the tab was closed');
    await readTo(resumed, LAST_PAGE);
    await passTest(second);
    await sleep(200);
    await resumed.locator('#butExit').click();

    await waitFor(async () => (await allStatements(campus, { registration })).filter((each) => verbOf(each) === 'terminated').length >= 2);
    const statements = await allStatements(campus, { registration });
    const verbs = statements.map(verbOf);
    for (const verb of ['initialized', 'suspended', 'resumed', 'completed', 'passed', 'terminated']) {
      assert.ok(verbs.includes(verb), `${verb} is in the LRS; there are ${verbs.join(', ')}`);
    }
    assert.equal(verbs.filter((verb) => verb === 'completed').length, 1);
    assert.equal(verbs.filter((verb) => verb === 'passed').length, 1);
    const passed = statements.find((each) => verbOf(each) === 'passed')!;
    assert.equal(passed.result?.success, true);
    const last = statements.filter((each) => verbOf(each) === 'terminated').at(-1)!;
    assert.equal(last.result?.score?.scaled, 1);
    assert.equal(last.result?.score?.raw, 100);
    assert.equal(last.result?.completion, true);
    for (const { actor, context: about } of statements) {
      assert.deepEqual(Object.keys(actor).filter((key) => key !== 'objectType'), ['account'], 'no name, no e-mail');
      assert.equal(about?.registration, registration);
    }
    await second.close();
  });
});
