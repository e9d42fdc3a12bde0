import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { startTool, type TestTool, type ToolSetup } from '../packages/server/src/lti-platform/tool.fixture.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { allStatements, verbOf } from './lrs.js';

const patience = { timeout: 15_000 };

describe('LTI tools in the player', () => {
  let campus: Campus;
  let browser: Browser;
  let tool: TestTool;
  let course: string;

  before(async () => {
    campus = await startCampus();
    browser = await launchBrowser();
    // By another name of this machine: to the browser, another site.
    tool = await startTool('localhost');
    const registered = await asHost('/lti-platform/tools', JSON.stringify({ name: 'quizzes', ...tool.draft }));
    assert.equal(registered.status, 201, await registered.clone().text());
    tool.setUp((await registered.json()) as ToolSetup);
    const unit = (id: string, title: string, more: object): object => ({ type: 'unit', kind: 'lti', id, title, tool: 'quizzes', masteryScore: 0.6, moveOn: 'Passed', ...more });
    const json = { id: 'https://example.org/lti-e2e', title: 'With a tool', language: 'en', children: [unit('framed', 'Framed', {}), unit('window', 'Window', { launchMethod: 'OwnWindow' }), unit('missing', 'Missing', { tool: 'nobody' })] };
    const imported = await asHost('/courseware', new Uint8Array(zipSync({ 'course.json': strToU8(JSON.stringify(json)) })), 'application/zip');
    assert.equal(imported.status, 201, await imported.clone().text());
    course = ((await imported.json()) as { id: string }).id;
  });
  after(async () => {
    await browser?.close();
    await tool?.close();
    await campus?.dispose();
  });

  const asHost = (path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<Response> =>
    fetch(new URL(path, campus.url), { method: 'POST', body, headers: { authorization: campus.authorization, 'content-type': type } });
  async function enrol(locale = 'en-US'): Promise<{ context: BrowserContext; url: string; registration: string }> {
    const registration = randomUUID();
    const answer = await asHost('/launches', JSON.stringify({ course, learner: { homePage: 'https://uni.example', name: randomUUID() }, registration }));
    return { context: await browser.newContext({ locale }), url: ((await answer.json()) as { url: string }).url, registration };
  }
  async function openPlayer(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }
  async function framedTool(page: Page): Promise<Frame> {
    const body = page.frameLocator('iframe').locator('body[data-ready]');
    await body.waitFor(patience);
    return (await (await body.elementHandle())!.ownerFrame())!;
  }
  const entry = (page: Page, title: string) => page.locator('course-player').getByRole('button', { name: new RegExp(`^${title}`) });

  it('runs a tool in a frame with its state kept by the player, takes its score, and shows the unit as passed', { timeout: 90_000 }, async () => {
    const { context, url, registration } = await enrol();
    const page = await openPlayer(context, url);
    const faults: string[] = [];
    page.on('console', (message) => {
      if (/content security policy|trusted ?types|refused to/i.test(message.text())) faults.push(message.text());
    });
    const frame = await framedTool(page);
    assert.equal(new URL(frame.url()).origin, tool.url);
    assert.equal(await frame.locator('body').getAttribute('data-ready'), 'stored', 'the tool has found what it kept with the player');
    await frame.locator('#fail').click();
    await frame.getByText('sent:200').waitFor(patience);
    await page.getByText('Your result: 20% · Not passed').waitFor(patience);
    await frame.locator('#pass').click();
    await page.getByText('Your result: 85% · Passed').waitFor(patience);
    await entry(page, 'Framed').getByText('Passed').waitFor(patience);
    await frame.locator('#back').click();
    await page.getByText('You have left the tool.').waitFor(patience);
    assert.equal(await page.locator('iframe').count(), 0);
    assert.deepEqual((await allStatements(campus, { registration })).map(verbOf), ['launched', 'completed', 'failed', 'passed']);
    assert.deepEqual(faults, [], 'the page’s own policy lets it');

    // On another device, later.
    const again = await openPlayer(await browser.newContext({ locale: 'en-US' }), url);
    await entry(again, 'Framed').getByText('Passed').waitFor(patience);
    await again.context().close();
    await context.close();
  });

  it('runs a tool in a window of its own, without a place to keep data', { timeout: 90_000 }, async () => {
    const { context, url, registration } = await enrol();
    const page = await openPlayer(context, url);
    await entry(page, 'Window').click();
    const [opened] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', { name: 'Open in a new window' }).click()]);
    await opened.locator('body[data-ready="plain"]').waitFor(patience);
    await opened.locator('#pass').click();
    await opened.getByText('sent:200').waitFor(patience);
    const closed = opened.waitForEvent('close');
    await opened.locator('#back').click();
    await closed;
    await page.bringToFront();
    await page.getByText('You have left the tool. Your result: 85% · Passed').waitFor(patience);
    const verbs = (await allStatements(campus, { registration })).map(verbOf);
    assert.deepEqual(verbs.slice(-3), ['launched', 'completed', 'passed']);
    await context.close();
  });

  it('runs a tool in a player on a page of another origin, too, where the tool goes by its own means', { timeout: 90_000 }, async () => {
    const registration = randomUUID();
    const grant = await (await asHost('/launches', JSON.stringify({ course, learner: { homePage: 'https://uni.example', name: 'elsewhere' }, registration }))).text();
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>MOOC</title><script type="module" src="${campus.url}/lectern/lectern.js"></script>
      <learning-session token-url="/token"><course-player src="${campus.url}/courses/${course}/course.json"></course-player></learning-session></html>`;
    const host = createServer((request, response) => {
      const isToken = request.url === '/token';
      response.writeHead(200, { 'Content-Type': isToken ? 'application/json' : 'text/html' }).end(isToken ? grant : html);
    }).listen(0, '127.0.0.1');
    await once(host, 'listening');
    const context = await browser.newContext({ locale: 'en-US' });
    try {
      const page = await openPlayer(context, `http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
      const frame = await framedTool(page);
      assert.equal(await frame.locator('body').getAttribute('data-ready'), 'plain');
      await frame.locator('#pass').click();
      await page.getByText('Your result: 85% · Passed').waitFor(patience);
    } finally {
      await context.close();
      host.closeAllConnections();
      host.close();
    }
    assert.deepEqual((await allStatements(campus, { registration })).map(verbOf), ['launched', 'completed', 'passed']);
  });

  it('says in words what keeps a tool from coming: it is not set up, it is down, it was refused', { timeout: 120_000 }, async () => {
    const { context, url } = await enrol('zh-CN');
    const page = await openPlayer(context, url);
    await framedTool(page);
    await entry(page, 'Missing').click();
    await page.getByText('此处未设置该工具').waitFor(patience);

    // It asks for its answer at an address that it is not registered with: nobody is sent there.
    const elsewhere: string[] = [];
    context.on('request', (request) => {
      if (new URL(request.url()).pathname === '/elsewhere') elsewhere.push(request.url());
    });
    await page.route('**/lti-platform/authorize?**', (route) => route.continue({ url: route.request().url().replace(encodeURIComponent(`${tool.url}/launch`), encodeURIComponent(`${tool.url}/elsewhere`)) }));
    await entry(page, 'Framed').click();
    await page.getByText('工具未能让您登录').waitFor(patience);
    await page.getByText('redirect_uri').waitFor(patience);
    assert.deepEqual(elsewhere, []);
    await page.unroute('**/lti-platform/authorize?**');

    await page.route(`${tool.url}/login**`, (route) => route.abort());
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText('无法连接到工具').waitFor({ timeout: 30_000 });
    await page.unroute(`${tool.url}/login**`);
    // By the keyboard: Chromium 156 loses a simulated click beside a frame that shows its error page.
    await page.getByRole('button', { name: '重试' }).press('Enter');
    await framedTool(page);
    await page.getByText('无法连接到工具').waitFor({ state: 'detached', timeout: 15_000 });
    await context.close();
  });
});
