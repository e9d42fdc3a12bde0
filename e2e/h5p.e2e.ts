import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { launch } from './golf.js';
import { h5pPlayer } from './h5p-player.js';
import { killRenderers } from './kill.js';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import { startHost } from '../scripts/stub-host.mjs';
import { waitFor } from './wait.js';

interface Said {
  readonly verb: { readonly id: string };
  readonly object: { readonly id: string; readonly definition?: { readonly interactionType?: string; readonly description?: Record<string, string> } };
  readonly result?: { readonly response?: string; readonly completion?: boolean; readonly success?: boolean; readonly score?: { readonly scaled?: number; readonly raw?: number } };
  readonly actor: { readonly account: { readonly name: string } };
}

describe('H5P content', { skip: withoutFixtures }, () => {
  let campus: Campus;
  let browser: Browser;
  let context: BrowserContext | undefined;

  const pages: Record<string, string | Uint8Array> = {};
  const folder = (path: string): string => fileURLToPath(new URL(`../packages/${path}/`, import.meta.url));
  let host: Awaited<ReturnType<typeof startHost>>;

  before(async () => {
    host = await startHost({ pages: pages as Record<string, string>, mounts: { '/lectern/': folder('components/dist/bundle') } });
    campus = await startCampus({ LECTERN_EMBEDDERS: host.url, LECTERN_H5P_PLAYER: await h5pPlayer() });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
    await host?.close();
  });

  const post = (body: BodyInit): Promise<Response> => fetch(`${campus.url}/courseware`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body });

  async function importH5p(name: string): Promise<string> {
    const answer = await post(await readFixture(`h5p/${name}.h5p`));
    assert.equal(answer.status, 201, await answer.clone().text());
    return ((await answer.json()) as { id: string }).id;
  }

  async function visit(url: string): Promise<Page> {
    context ??= await browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async function content(page: Page): Promise<Frame> {
    let found: Frame | undefined;
    await waitFor(async () => {
      for (const frame of page.frames()) if ((await frame.locator('.h5p-content .h5p-question-content, .h5p-content .h5p-question').count().catch(() => 0)) > 0) found = frame;
      return found !== undefined;
    });
    return found!;
  }

  async function said(registration: string): Promise<Said[]> {
    const answer = await fetch(`${campus.url}/xapi/statements?${new URLSearchParams({ registration, limit: '200', ascending: 'true' })}`, { headers: { authorization: campus.authorization, 'x-experience-api-version': '2.0.0' } });
    return ((await answer.json()) as { statements: Said[] }).statements;
  }
  const verbsOf = (statements: readonly Said[]): (string | undefined)[] => statements.map(({ verb }) => verb.id.split('/').at(-1));

  it('keeps what was filled in through a killed tab, and its score comes home', { timeout: 120_000 }, async () => {
    const { url, registration } = await launch(campus, await importH5p('filltheblanks'), 'h5p-learner');
    const page = await visit(url);
    const blanks = (await content(page)).locator('input.h5p-text-input');
    await blanks.nth(0).fill('Brasilia');
    await blanks.nth(1).fill('Washington');
    await blanks.nth(1).press('Tab');
    await waitFor(async () => (await stateOf(registration)).includes('Washington'), 30_000);
    await killRenderers(browser);
    await page.close();

    const again = await visit(url);
    const frame = await content(again);
    const inputs = frame.locator('input.h5p-text-input');
    await waitFor(async () => (await inputs.nth(1).inputValue()) === 'Washington');
    assert.equal(await inputs.nth(0).inputValue(), 'Brasilia');
    await inputs.nth(2).fill('Berlin');
    await inputs.nth(3).fill('Sydney');
    await frame.getByRole('button', { name: /Check/ }).click();
    await waitFor(async () => verbsOf(await said(registration)).includes('completed'));
    const statements = await said(registration);
    const answered = statements.find(({ verb }) => verb.id.endsWith('answered'))!;
    assert.equal(answered.object.definition?.interactionType, 'fill-in');
    assert.equal(answered.result?.score?.scaled, 0.75);
    assert.match(answered.result?.response ?? '', /Brasilia\[,\]Washington\[,\]Berlin\[,\]Sydney/);
    assert.ok(!/[<>]/.test(JSON.stringify(answered.object.definition?.description)), 'no markup');
    assert.equal(verbsOf(statements).filter((verb) => verb === 'completed').length, 1);
    assert.ok(statements.every(({ actor }) => actor.account.name === 'h5p-learner'));
  });

  async function stateOf(registration: string): Promise<string> {
    const agent = JSON.stringify({ objectType: 'Agent', account: { homePage: 'https://students.example.edu', name: 'h5p-learner' } });
    const [first] = await said(registration);
    const activityId = first?.object.id ?? 'urn:none';
    const query = new URLSearchParams({ activityId, agent, registration, stateId: 'lectern.h5p' });
    const answer = await fetch(`${campus.url}/xapi/activities/state?${query}`, { headers: { authorization: campus.authorization, 'x-experience-api-version': '2.0.0' } });
    return answer.ok ? answer.text() : '';
  }

  it('is refused on import where it is damaged, with the file', async () => {
    for (const [name, code, file] of [
      ['broken-content-json', 'malformed-json', 'content/content.json'],
      ['corrupt_archive', 'not-a-zip', undefined],
    ] as const) {
      const answer = await post(await readFixture(`h5p/${name}.h5p`));
      assert.equal(answer.status, 422);
      const problem = (await answer.json()) as { code: string; file?: string };
      assert.equal(problem.code, code);
      assert.equal(problem.file, file);
    }
  });

  describe('in a page of a host’s', () => {
    let elsewhere: Awaited<ReturnType<typeof startHost>>;

    before(async () => {
      // A content origin that lacks what plays H5P.
      elsewhere = await startHost({ mounts: { '/frame/': folder('courseware/dist/frame-page') } });
    });
    after(() => elsewhere?.close());

    async function player(course: object, lang: string): Promise<Page> {
      pages['/course.json'] = JSON.stringify({ id: 'https://host.example/c', title: 'Activities', format: 'course', ...course });
      pages['/host.html'] = `<!doctype html><html lang="${lang}"><title>Host</title><script type="module" src="/lectern/lectern.js"></script><course-player src="/course.json"></course-player>`;
      return visit(`${host.url}/host.html`);
    }
    const unit = (href: string): object => ({ type: 'unit', kind: 'h5p', id: 'a', title: 'Capitals', moveOn: 'Completed', href });
    const text = { type: 'unit', kind: 'document', id: 'b', title: 'Words', moveOn: 'Completed', sources: [{ src: 'words.md', type: 'text/markdown' }] };

    it('says that the site lacks its player, and the rest of the course is usable', { timeout: 60_000 }, async () => {
      pages['/words.md'] = 'Some words.';
      const id = await importH5p('filltheblanks');
      const page = await player({ frame: `${elsewhere.url}/frame/index.html`, children: [unit(`${campus.contentUrl}/c/${id}/`), text] }, 'en');
      await page.getByText('This activity cannot be shown here').waitFor({ timeout: 20_000 });
      await page.getByRole('button', { name: /Words/ }).first().click();
      await page.getByText('Some words.').waitFor();
    });

    it('says which library is missing, in Chinese, too', { timeout: 60_000 }, async () => {
      const files = unzipSync(await readFixture('h5p/filltheblanks.h5p'));
      const kept = Object.entries(files).filter(([path]) => !path.startsWith('H5P.JoubelUI'));
      const refused = await post(zipSync(Object.fromEntries(kept)) as Uint8Array<ArrayBuffer>);
      assert.equal(refused.status, 422);
      const problem = (await refused.json()) as { code: string; file: string };
      assert.equal(problem.code, 'file-missing');
      assert.match(problem.file, /^H5P\.JoubelUI-1\.\d\/library\.json$/);
      // In a course of the author's own, nobody has looked.
      const course = { id: 'https://host.example/c2', title: 'C', format: 'course', children: [{ ...unit('x/'), id: 'a' }, { ...text, sources: [{ src: 'words.md', type: 'text/markdown' }] }] };
      const packed = zipSync({ 'course.json': new TextEncoder().encode(JSON.stringify(course)), 'words.md': new TextEncoder().encode('Some words.'), ...Object.fromEntries(kept.map(([path, bytes]) => [`x/${path}`, bytes])) });
      const answer = await post(packed as Uint8Array<ArrayBuffer>);
      assert.equal(answer.status, 201, await answer.clone().text());
      const { id } = (await answer.json()) as { id: string };
      const page = await player({ frame: `${campus.contentUrl}/frame/`, children: [unit(`${campus.contentUrl}/c/${id}/x/`), text] }, 'zh-CN');
      await page.getByText('该活动缺少部分内容').waitFor({ timeout: 45_000 });
      await page.getByText(/JoubelUI-1\.\d\/library\.json/).first().waitFor({ state: 'attached' });
    });

    it('plays from a package that stays where it is', { timeout: 60_000 }, async () => {
      pages['/drag.h5p'] = await readFixture('h5p/drag.h5p');
      pages['/host.html'] = `<!doctype html><html lang="en"><title>Host</title><script type="module" src="/lectern/lectern.js"></script><course-player src="/drag.h5p" frame="${campus.contentUrl}/frame/"></course-player>`;
      const page = await visit(`${host.url}/host.html`);
      await (await content(page)).getByRole('button', { name: /Check/ }).waitFor();
    });
  });
});
