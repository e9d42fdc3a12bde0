import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { run } from '../packages/cli/dist/index.js';
import { launchBrowser } from '../scripts/browser.mjs';
import { startCampus, type Campus } from './campus.js';
import { launch } from './golf.js';
import { killRenderers } from './kill.js';
import { allStatements, verbOf } from './lrs.js';
import { startScormHost } from './scorm-host.js';

/** A lesson as an author has it, which scores by a button; its data model is the course's own, not the host's. */
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

const COURSE = {
  id: 'https://owner.example/courses/knots', title: { en: 'Knots', 'zh-CN': '绳结' }, language: 'en',
  children: [
    { type: 'unit', kind: 'html', id: 'why', title: 'Why knots', href: 'pages/为什么 🪢.html', moveOn: 'Completed', completion: { policy: 'visited' } },
    { type: 'unit', kind: 'document', id: 'notes', title: 'Notes', moveOn: 'Completed', sources: [{ src: 'notes.md', type: 'text/markdown' }] },
    { type: 'unit', kind: 'scorm', version: '1.2', id: 'lesson', title: 'Lesson', href: 'sco/index.html', moveOn: 'Passed' },
  ],
};

describe('a packed course, played in another SCORM host, killed in the middle, resumed, completed', () => {
  let browser: Browser;
  let folder: string;

  before(async () => {
    browser = await launchBrowser();
    folder = await mkdtemp(join(tmpdir(), 'lectern-pack-'));
    await writeCourse(join(folder, 'course'));
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('adds little to its media', async () => {
    const media = 3_000_000;
    const films = join(folder, 'films');
    await mkdir(films);
    await writeFile(join(films, 'film.mp4'), Buffer.alloc(media));
    await writeFile(join(films, 'course.json'), JSON.stringify({ id: 'https://owner.example/films', title: 'Films', children: [{ type: 'unit', kind: 'video', id: 'film', title: 'Film', sources: [{ src: 'film.mp4', type: 'video/mp4' }] }] }));
    for (const as of ['scorm12', 'scorm2004-3', 'cmi5', 'xapi', 'cc']) {
      const file = join(folder, `films-${as}.zip`);
      assert.equal(await run(['pack', films, '--as', as, '--out', file], { env: {} }), 0);
      const added = (await stat(file)).size - media;
      assert.ok(added <= 150 * 1024, `${as} adds ${added} bytes`);
    }
  });

  for (const [as, version] of [['scorm12', '1.2'], ['scorm2004-4', '2004']] as const) {
    it(`as ${as}`, { timeout: 120_000 }, async () => {
      const file = join(folder, `${as}.zip`);
      assert.equal(await run(['pack', join(folder, 'course'), '--as', as, '--out', file], { env: {} }), 0);
      const host = await startScormHost(new Uint8Array(await readFile(file)), version);
      const context = await browser.newContext({ locale: 'en' });
      const asked: string[] = [];
      context.on('request', (request) => asked.push(new URL(request.url()).origin));
      try {
        const first = await open(context, host.url);
        await frameWith(first, '#why');
        await openUnit(first, 'lesson');
        const sco = await frameWith(first, '#pass');
        assert.equal(await sco.locator('#says').textContent(), 'location ');
        await saved(first);
        assert.equal(statusOf(host.kept(), version), 'incomplete');
        assert.match(JSON.stringify(host.kept()), /"suspend_data":"L1\./);
        await killRenderers(browser);
        await first.close().catch(() => undefined);

        const second = await open(context, host.url);
        const again = await frameWith(second, '#pass');
        assert.equal(await again.locator('#says').textContent(), 'location 3', 'the lesson goes on where it was');
        await again.locator('#pass').click();
        await openUnit(second, 'notes');
        await until(() => statusOf(host.kept(), version) === (version === '1.2' ? 'passed' : 'completed'), 'the course is done');
        assert.equal(scoreOf(host.kept(), version), 80);
        await second.close({ runBeforeUnload: false });
        assert.deepEqual([...new Set(asked.filter((origin) => origin !== 'null'))], [new URL(host.url).origin], 'it asks nobody else');
      } finally {
        await context.close();
        await host.close();
      }
    });
  }
});

describe('a packed course, imported into this very server as an LMS that does not know it', () => {
  let campus: Campus;
  let browser: Browser;
  let folder: string;

  before(async () => {
    [campus, browser] = await Promise.all([startCampus(), launchBrowser()]);
    folder = await mkdtemp(join(tmpdir(), 'lectern-pack-'));
    await writeCourse(join(folder, 'course'));
  });
  after(async () => {
    await browser?.close();
    await campus?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [as, manifest] of [['cmi5', 'cmi5.xml'], ['xapi', 'tincan.xml'], ['scorm12', 'imsmanifest.xml'], ['scorm2004-3', 'imsmanifest.xml']] as const) {
    it(`as ${as}: played, killed, resumed, completed`, { timeout: 120_000 }, async () => {
      const file = join(folder, `${as}.zip`);
      assert.equal(await run(['pack', join(folder, 'course'), '--as', as, '--out', file], { env: {} }), 0);
      const answer = await fetch(`${campus.url}/courseware?manifest=${manifest}`, { method: 'POST', headers: { authorization: campus.authorization, 'content-type': 'application/zip' }, body: await readFile(file) });
      const { id, format, units } = (await answer.json()) as { id: string; format: string; units: number };
      assert.deepEqual([answer.status, format, units], [201, as.replace(/-.*/, ''), 1]);
      const { url, registration } = await launch(campus, id, `packed-${as}`);
      const context = await browser.newContext({ locale: 'en' });
      try {
        const first = await open(context, url);
        await frameWith(first, '#why');
        await openUnit(first, 'lesson');
        await frameWith(first, '#pass');
        await saved(first);
        await killRenderers(browser);
        await first.close().catch(() => undefined);

        const second = await open(context, url);
        await takeOver(second);
        const again = await frameWith(second, '#pass');
        assert.equal(await again.locator('#says').textContent(), 'location 3', 'the lesson goes on where it was');
        await again.locator('#pass').click();
        await openUnit(second, 'notes');
        await until(async () => (await verbsOf(campus, registration)).includes(as === 'cmi5' ? 'satisfied' : 'passed'), 'the course is done');
        if (as === 'cmi5') {
          // The page is left, and nothing of it runs any more: what ends the session was on its way.
          await second.goto('about:blank');
          await until(async () => (await verbsOf(campus, registration)).includes('terminated'), 'terminated');
        }
        await second.close({ runBeforeUnload: false });
        const statements = await allStatements(campus, { registration });
        const passed = statements.filter((each) => verbOf(each) === 'passed');
        assert.ok(passed.some(({ result }) => result?.score?.scaled === 0.8), JSON.stringify(passed.map(({ result }) => result)));
      } finally {
        await context.close();
      }
    });
  }
});

interface Playing {
  readonly session?: { readonly connection: { readonly delivery: { flush(): Promise<void>; getState(): { readonly waiting: number } } } };
  open(id: string): Promise<void>;
}

/** All that was done is with the LMS: sent now, and not at its next interval. */
async function saved(page: Page): Promise<void> {
  await until(async () => {
    for (const frame of page.frames()) {
      const found = frame.locator('#lectern course-player');
      if (!(await found.count().catch(() => 0))) continue;
      return found.evaluate(async (element) => {
        const { session } = element as unknown as Playing;
        await session?.connection.delivery.flush();
        return session?.connection.delivery.getState().waiting === 0;
      });
    }
    return false;
  }, 'nothing waits');
}

async function openUnit(page: Page, id: string): Promise<void> {
  await until(async () => {
    for (const frame of page.frames()) {
      const found = frame.locator('#lectern course-player');
      if (!(await found.count().catch(() => 0))) continue;
      await found.evaluate((element, unit) => (element as unknown as Playing).open(unit), id);
      return true;
    }
    return false;
  }, 'the packed player');
}

/** What was open in a tab that crashed may still be held for a moment. */
async function takeOver(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /continue here/i });
  await Promise.race([button.click({ timeout: 10_000 }).catch(() => undefined), frameWith(page, '#pass')]);
}

const verbsOf = async (campus: Campus, registration: string): Promise<string[]> => (await allStatements(campus, { registration })).map(verbOf);

async function writeCourse(at: string): Promise<void> {
  await mkdir(join(at, 'pages'), { recursive: true });
  await mkdir(join(at, 'sco'));
  await writeFile(join(at, 'course.json'), JSON.stringify(COURSE));
  await writeFile(join(at, 'pages', '为什么 🪢.html'), '<!doctype html><title>Why</title><p id="why">Because.');
  await writeFile(join(at, 'notes.md'), '# Notes\n\nA few words.\n');
  await writeFile(join(at, 'sco', 'index.html'), SCO);
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  if (process.env['SHOW']) page.on('console', (message) => console.log(message.text()));
  await page.goto(url);
  return page;
}

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

type Kept = Record<string, unknown> | undefined;
const at = (kept: Kept, ...path: string[]): unknown => path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], kept);
const statusOf = (kept: Kept, version: string): unknown => (version === '1.2' ? at(kept, 'core', 'lesson_status') : at(kept, 'completion_status'));
const scoreOf = (kept: Kept, version: string): number => Number(version === '1.2' ? at(kept, 'core', 'score', 'raw') : at(kept, 'score', 'raw'));

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
