import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { importGolf, LAST_PAGE, launch, passTest, readTo, scoFrame } from './golf.js';
import { allStatements, verbOf } from './lrs.js';

const problem = async (answer: Response): Promise<Record<string, unknown>> => {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  return (await answer.json()) as Record<string, unknown>;
};

describe('the server as others meet it', () => {
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

  const upload = (body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${campus.url}/courseware`, {
      method: 'POST',
      headers: { authorization: campus.authorization, 'content-type': 'application/zip', ...headers },
      body,
    });

  it('prints the campus’s address, and never the secret it was given', () => {
    assert.ok(campus.output().includes(campus.url), campus.output());
    assert.ok(!campus.output().includes('e2e-secret-0123456789abcdef'));
  });

  it('serves the campus and the player with a policy that has no unsafe-*', async () => {
    for (const path of ['/', '/play/demo']) {
      const answer = await fetch(campus.url + path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const directive = (name: string): string => policy.split(';').find((part) => part.trim().startsWith(`${name} `))?.trim() ?? '';
      assert.equal(directive('script-src'), "script-src 'self'", path);
      assert.equal(directive('style-src'), "style-src 'self'", path);
      assert.ok(!policy.includes('unsafe-inline') && !policy.includes("'unsafe-eval'"), path);
    }
  });

  it('refuses hostile packages with code, file and field', { skip: withoutFixtures }, async () => {
    const cases: [name: string, body: BodyInit][] = [
      ['text', 'this is no zip'],
      ['truncated', (await readFixture('scorm12/RuntimeBasicCalls.zip')).subarray(0, 20_000)],
      ['bad-MalformedXml', await readFixture('scorm12/bad-MalformedXml.zip')],
      ['bad-MissingLaunchUrl', await readFixture('scorm12/bad-MissingLaunchUrl.zip')],
      ['bad-MissingOrgIdentifier', await readFixture('scorm2004/bad-MissingOrgIdentifier.zip')],
    ];
    for (const [name, body] of cases) {
      const answer = await upload(body);
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`);
      const { code, detail, status } = await problem(answer);
      assert.equal(status, answer.status, name);
      assert.equal(typeof code, 'string', name);
      assert.ok(String(detail).length > 10, name);
    }
  });

  it('refuses a wrong key, and knows no unknown course', async () => {
    const wrong = await upload('x', { authorization: `Basic ${btoa('e2e-key:wrong')}` });
    assert.equal(wrong.status, 401);
    await problem(wrong);
    const unknown = await fetch(`${campus.url}/courses/nowhere/course.json`);
    assert.equal(unknown.status, 404);
    assert.equal((await problem(unknown))['status'], 404);
    const page = await fetch(`${campus.url}/play/nowhere`);
    assert.equal(page.status, 404);
  });

  it('imports every package of the fixtures that is sound', { skip: withoutFixtures }, async () => {
    for (const name of [
      'scorm12/OneFilePerSCO.zip',
      'scorm12/Prerequisites.zip',
      'scorm2004/RuntimeBasicCalls.zip',
      'scorm2004/SequencingForcedSequential.zip',
      'cmi5/multi_au_framed.zip',
      'cmi5/pre_post_test_framed.zip',
      'xapi/tincan-golf.zip',
    ]) {
      const answer = await upload(await readFixture(name));
      assert.equal(answer.status, 201, `${name}: ${await answer.clone().text()}`);
      const { id, units } = (await answer.json()) as { id: string; units: number };
      assert.ok(units > 0, name);
      const gone = await fetch(`${campus.url}/courseware/${id}`, { method: 'DELETE', headers: { authorization: campus.authorization } });
      assert.equal(gone.status, 204, name);
    }
  });

  it('is killed in the middle of a lesson, comes back, and nothing is missing', { skip: withoutFixtures, timeout: 120_000 }, async () => {
    const course = await importGolf(campus);
    const { url, registration } = await launch(campus, course, 'server-killed');
    const page: Page = await browser.newPage();
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    await page.goto(url);
    const sco = await scoFrame(page);
    await readTo(sco, LAST_PAGE);
    // The content comes from the same server, so the last page must be there before it dies.
    await sleep(1_000);
    await campus.kill();
    await passTest(page);
    await sleep(500);
    await campus.restart();
    await sco.locator('#butExit').click();
    const deadline = Date.now() + 60_000;
    let verbs: string[] = [];
    while (!verbs.includes('terminated')) {
      if (Date.now() > deadline) throw new Error(`only ${verbs.join(', ')} arrived`);
      await sleep(300);
      verbs = (await allStatements(campus, { registration })).map(verbOf);
    }
    for (const verb of ['initialized', 'completed', 'passed', 'terminated']) {
      assert.equal(verbs.filter((each) => each === verb).length, 1, `${verb} once; there are ${verbs.join(', ')}`);
    }
    await page.close();
  });

  it('ends cleanly on SIGTERM', { timeout: 60_000 }, async () => {
    assert.equal(await campus.stop(), 0);
    await campus.restart();
  });
});
