import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { run } from '../packages/cli/dist/index.js';
import { openZip } from '../packages/courseware/dist/index.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { readFixture, withoutFixtures } from './fixtures.js';
import { launch } from './golf.js';
import { h5pPlayer } from './h5p-player.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';
import { startScormHost } from './scorm-host.js';
import { waitFor } from './wait.js';

const COURSE = {
  id: 'https://owner.example/courses/capitals', title: 'Capitals', language: 'en',
  children: [{ type: 'unit', kind: 'h5p', id: 'blanks', title: 'Fill in', href: 'activities/capitals.h5p', moveOn: 'Passed', masteryScore: 0.7 }],
};

describe('a packed course with H5P content', { skip: withoutFixtures }, () => {
  let browser: Browser;
  let folder: string;
  let env: { readonly LECTERN_H5P_PLAYER: string };

  before(async () => {
    browser = await launchBrowser();
    env = { LECTERN_H5P_PLAYER: await h5pPlayer() };
    folder = await mkdtemp(join(tmpdir(), 'lectern-pack-h5p-'));
    await mkdir(join(folder, 'course', 'activities'), { recursive: true });
    await writeFile(join(folder, 'course', 'course.json'), JSON.stringify(COURSE));
    const archive = await readFixture('h5p/filltheblanks.h5p');
    await writeFile(join(folder, 'course', 'activities', 'capitals.h5p'), archive);
    await writeFile(join(folder, 'capitals.h5p'), archive);
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function pack(from: string, as: string, name = as): Promise<Uint8Array<ArrayBuffer>> {
    const out = join(folder, `${name}.zip`);
    assert.equal(await run(['pack', join(folder, from), '--as', as, '--out', out], { env }), 0);
    return new Uint8Array(await readFile(out));
  }

  // A course of an author's own, with a package in it; and a package by itself.
  for (const [as, version, from] of [['scorm12', '1.2', 'course'], ['scorm2004-4', '2004', 'capitals.h5p']] as const) {
    it(`as ${as}, played in another SCORM host, killed, resumed, completed`, { timeout: 180_000 }, async () => {
      const host = await startScormHost(await pack(from, as), version);
      const context = await browser.newContext({ locale: 'en' });
      const asked = origins(context);
      try {
        const first = await open(context, host.url);
        const blanks = (await content(first)).locator('input.h5p-text-input');
        await blanks.nth(0).fill('Brasilia');
        await blanks.nth(1).fill('Washington');
        await blanks.nth(1).press('Tab');
        await waitFor(async () => flushed(first, 'Washington'));
        await killRenderers(browser);
        await first.close().catch(() => undefined);

        const second = await open(context, host.url);
        const frame = await content(second);
        const inputs = frame.locator('input.h5p-text-input');
        await waitFor(async () => (await inputs.nth(1).inputValue()) === 'Washington', 30_000);
        await inputs.nth(2).fill('Berlin');
        await inputs.nth(3).fill('Sydney');
        await frame.getByRole('button', { name: /Check/ }).click();
        await waitFor(() => Promise.resolve(/passed|completed/.test(String(statusOf(host.kept(), version)))), 30_000);
        assert.equal(statusOf(host.kept(), version), version === '1.2' ? 'passed' : 'completed');
        await waitFor(() => Promise.resolve(scoreOf(host.kept(), version) === 75));
        await second.close({ runBeforeUnload: false });
        assert.deepEqual(asked(), [new URL(host.url).origin], 'it asks nobody else');
      } finally {
        await context.close();
        await host.close();
      }
    });
  }

  describe('in an LMS with a record store', () => {
    let campus: Campus;

    // Its content origin has no h5p-standalone: what plays is the package's own.
    before(async () => void (campus = await startCampus()));
    after(() => campus?.dispose());

    it('as cmi5: the answer and the score come home', { timeout: 180_000 }, async () => {
      const answer = await fetch(`${campus.url}/courseware?manifest=cmi5.xml`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: await pack('course', 'cmi5') });
      assert.equal(answer.status, 201, await answer.clone().text());
      const { id } = (await answer.json()) as { id: string };
      const { url, registration } = await launch(campus, id, 'packed-h5p');
      const context = await browser.newContext({ locale: 'en' });
      try {
        const page = await open(context, url);
        const frame = await content(page);
        const inputs = frame.locator('input.h5p-text-input');
        for (const [at, word] of ['Brasilia', 'Washington', 'Berlin', 'Canberra'].entries()) await inputs.nth(at).fill(word);
        await frame.getByRole('button', { name: /Check/ }).click();
        await waitFor(async () => (await allStatements(campus, { registration })).some((each) => verbOf(each) === 'passed' && each.result?.score?.scaled === 1), 30_000);
        const verbs = (await allStatements(campus, { registration })).map(verbOf);
        assert.ok(verbs.includes('answered'), verbs.join());
      } finally {
        await context.close();
      }
    });
  });

  it('gives the same bytes each time, holds the player with its licence, and reads back as the course it was', { timeout: 60_000 }, async () => {
    const [one, other] = [await pack('course', 'scorm2004-3', 'one'), await pack('course', 'scorm2004-3', 'other')];
    assert.equal(createHash('sha256').update(one).digest('hex'), createHash('sha256').update(other).digest('hex'));
    const zip = await openZip(one);
    for (const path of ['lectern/frame/h5p/main.bundle.js', 'lectern/frame/h5p/styles/h5p.css', 'lectern/frame/h5p/LICENSE', 'activities/capitals.h5p/h5p.json', 'activities/capitals.h5p/content/content.json']) assert.ok(zip.has(path), path);
    assert.ok(!zip.has('activities/capitals.h5p'));
    assert.deepEqual((JSON.parse(new TextDecoder().decode(await zip.bytes('course.json'))) as typeof COURSE).children, COURSE.children);
    await zip.close();
  });

  it('as cc says that it cannot run where scripts are left out', async () => {
    const zip = await openZip(await pack('course', 'cc'));
    assert.match(new TextDecoder().decode(await zip.bytes('lectern/units/blanks.html')), /the activity cannot run here/);
    await zip.close();
  });
});

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

function origins(context: BrowserContext): () => string[] {
  const asked = new Set<string>();
  context.on('request', (request) => asked.add(new URL(request.url()).origin));
  return () => [...asked].filter((origin) => origin !== 'null');
}

async function content(page: Page): Promise<Frame> {
  let found: Frame | undefined;
  await waitFor(async () => {
    for (const frame of page.frames()) if ((await frame.locator('.h5p-content .h5p-question-content').count().catch(() => 0)) > 0) found = frame;
    return found !== undefined;
  }, 45_000);
  return found!;
}

interface Playing {
  readonly session?: {
    readonly course: { readonly id: string; readonly children: readonly { readonly id: string }[] };
    readonly connection: { loadState(key: object): Promise<unknown>; readonly delivery: { flush(): Promise<void>; getState(): { readonly waiting: number } } };
  };
}

/** What the learner wrote is in the content's state, and all that waited is with the LMS. */
async function flushed(page: Page, word: string): Promise<boolean> {
  for (const frame of page.frames()) {
    const found = frame.locator('#lectern course-player');
    if (!(await found.count().catch(() => 0))) continue;
    return found.evaluate(async (element, text) => {
      const { session } = element as unknown as Playing;
      if (!session) return false;
      const { course, connection } = session;
      await connection.delivery.flush();
      const kept = await connection.loadState({ activityId: `${course.id}${course.id.startsWith('urn:') ? ':' : '/'}${course.children[0]!.id}`, stateId: 'lectern.h5p' });
      return JSON.stringify(kept ?? '').includes(text) && connection.delivery.getState().waiting === 0;
    }, word);
  }
  return false;
}

type Kept = Record<string, unknown> | undefined;
const at = (kept: Kept, ...path: string[]): unknown => path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], kept);
const statusOf = (kept: Kept, version: string): unknown => (version === '1.2' ? at(kept, 'core', 'lesson_status') : at(kept, 'completion_status'));
const scoreOf = (kept: Kept, version: string): number => Number(version === '1.2' ? at(kept, 'core', 'score', 'raw') : at(kept, 'score', 'raw'));
