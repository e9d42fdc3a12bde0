import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';

const SCO = `<!doctype html><title>Lesson</title><button id="pass">Pass</button><p id="says"></p>
<script>
let api; for (let w = window; !(api = w.API) && w !== w.parent; w = w.parent);
api.LMSInitialize('');
document.querySelector('#says').textContent = 'location ' + api.LMSGetValue('cmi.core.lesson_location');
api.LMSSetValue('cmi.core.lesson_location', '3'); api.LMSCommit('');
document.querySelector('#pass').onclick = () => {
  api.LMSSetValue('cmi.core.score.raw', '80'); api.LMSSetValue('cmi.core.score.max', '100'); api.LMSSetValue('cmi.core.lesson_status', 'passed');
  api.LMSCommit(''); api.LMSFinish('');
};
</script>`;

const until = async (condition: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  for (const end = Date.now() + 25_000; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 100))) if (Date.now() > end) throw new Error(`waited too long: ${what}`);
};

/** One server is a platform, whose course has a unit of another's: that one is the tool. They are different sites, and no cookie is ever sent. */
describe('a course that a platform launches by LTI', () => {
  let owner: Campus;
  let platform: Campus;
  let browser: Browser;
  /** The tool's address, as another site than the platform's. */
  let at: string;
  let lesson: string;
  let course: string;

  before(async () => {
    // A page that the test hands over is nobody's address to the browser, which would keep it from addresses of this machine.
    [owner, platform, browser] = await Promise.all([startCampus(), startCampus(), launchBrowser({ args: ['--disable-features=LocalNetworkAccessChecks'] })]);
    at = owner.url.replace('127.0.0.1', 'localhost');
    lesson = await importCourse(owner, { id: 'https://owner.example/lesson', title: 'Knots', language: 'en', children: [{ type: 'unit', kind: 'scorm', version: '1.2', id: 'lesson', title: 'Lesson', href: 'sco/index.html', moveOn: 'Passed' }] }, { 'sco/index.html': SCO });
    const tool = { name: 'lectern', loginUrl: `${at}/lti/login`, redirectUris: [`${at}/lti/launch`], targetLinkUri: `${at}/lti/courses/${lesson}`, jwksUrl: `${at}/lti/jwks` };
    const { clientId, deploymentId, platform: its } = (await asHost(platform, '/lti-platform/tools', tool)) as { clientId: string; deploymentId: string; platform: Record<string, string> };
    await asHost(owner, '/lti/platforms', { name: 'other campus', issuer: its['issuer'], clientId, deployments: [deploymentId], authorizationUrl: its['authorizationUrl'], tokenUrl: its['tokenUrl'], jwksUrl: its['jwksUrl'] });
    course = await importCourse(platform, { id: 'https://platform.example/course', title: 'With knots', language: 'en', children: [{ type: 'unit', kind: 'lti', id: 'knots', title: 'Knots', tool: 'lectern', masteryScore: 0.6, moveOn: 'Passed' }] });
  });
  after(async () => {
    await browser?.close();
    await Promise.all([owner?.dispose(), platform?.dispose()]);
  });

  async function asHost(campus: Campus, path: string, body: object | Uint8Array<ArrayBuffer>): Promise<unknown> {
    const isZip = body instanceof Uint8Array;
    const answer = await fetch(new URL(path, campus.url), { method: 'POST', body: isZip ? body : JSON.stringify(body), headers: { authorization: campus.authorization, 'content-type': isZip ? 'application/zip' : 'application/json' } });
    assert.equal(answer.status, 201, await answer.clone().text());
    return answer.json();
  }
  const importCourse = async (campus: Campus, json: object, files: Record<string, string> = {}): Promise<string> =>
    ((await asHost(campus, '/courseware', new Uint8Array(zipSync({ 'course.json': strToU8(JSON.stringify(json)), ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])) })))) as { id: string }).id;

  /** A browser that keeps no cookies: what sets one is taken out of the answers. */
  async function withoutCookies(): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en-US' });
    await context.route('**/lti/login*', async (route) => {
      // Not by the context's own means, which keep cookies.
      const answer = await fetch(route.request().url(), { redirect: 'manual', headers: { 'accept-language': 'en-US' } });
      assert.match(answer.headers.get('set-cookie') ?? '', /SameSite=None; Secure; Partitioned/);
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => !['set-cookie', 'content-length', 'content-encoding'].includes(name)));
      await route.fulfill({ status: answer.status, headers, body: await answer.text() });
    });
    return context;
  }
  async function frameWith(page: Page, selector: string): Promise<Frame> {
    let found: Frame | undefined;
    await until(async () => {
      for (const frame of page.frames()) if (await frame.locator(selector).count().catch(() => 0)) found = frame;
      return found !== undefined;
    }, `${selector} in ${page.frames().map((frame) => frame.url()).join(' ')}`);
    return found!;
  }
  async function open(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  it('goes on after its tab was killed, and its result is the unit’s', { timeout: 120_000 }, async () => {
    const registration = randomUUID();
    const { url } = (await asHost(platform, '/launches', { course, learner: { homePage: 'https://uni.example', name: 'ann' }, registration })) as { url: string };
    const context = await withoutCookies();
    const posted: string[] = [];
    context.on('request', (request) => void (request.method() === 'POST' && posted.push(new URL(request.url()).pathname)));
    const first = await open(context, url);
    assert.equal(await (await frameWith(first, '#pass')).locator('#says').textContent(), 'location ');
    const tool = await frameWith(first, '#lectern course-player');
    assert.equal(new URL(tool.url()).hash, '', 'the launch is out of the address');
    assert.ok(posted.includes('/lti/launch/confirm'), 'the platform has kept what no cookie could');
    await tool.locator('course-player').evaluate(async (element) => (element as unknown as { session: { connection: { delivery: { flush(): Promise<void> } } } }).session.connection.delivery.flush());
    await killRenderers(browser);
    await first.close().catch(() => undefined);

    const again = await open(context, url);
    const lessonFrame = await frameWith(again, '#pass').catch(async () => {
      await again.getByRole('button', { name: /continue here|start|open/i }).first().click();
      return frameWith(again, '#pass');
    });
    assert.equal(await lessonFrame.locator('#says').textContent(), 'location 3', 'it goes on where it was');
    await lessonFrame.locator('#pass').click();
    await again.getByText(/Your result: 80% · Passed/).waitFor({ timeout: 20_000 });
    await until(async () => (await allStatements(platform, { registration })).map(verbOf).includes('passed'), 'the platform knows');
    assert.deepEqual(await context.cookies(), []);
    await context.close();
  });
});
