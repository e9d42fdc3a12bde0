import type { Frame, Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFixture } from './fixtures.js';
import type { Campus } from './campus.js';

/** How a person works through the golf course of the fixtures (a SCORM 1.2 SCO of fifteen pages with a test at the end). */

export const LAST_PAGE = 14;

/** Imports the package as it is. @returns the course's id */
export async function importGolf(campus: Campus): Promise<string> {
  const answer = await fetch(`${campus.url}/courseware`, {
    method: 'POST',
    headers: { authorization: campus.authorization, 'content-type': 'application/zip' },
    body: await readFixture('scorm12/RuntimeBasicCalls.zip'),
  });
  const body = (await answer.json()) as { id: string };
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  return body.id;
}

/** A launch for a learner of this test's own, as a host's back end would ask for it. */
export async function launch(campus: Campus, course: string, learner: string): Promise<{ url: string; registration: string }> {
  const answer = await fetch(`${campus.url}/launches`, {
    method: 'POST',
    headers: { authorization: campus.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ course, learner: { account: { homePage: 'https://students.example.edu', name: learner } } }),
  });
  const body = (await answer.json()) as { url: string; registration: string };
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  return { url: new URL(body.url, campus.url).href, registration: body.registration };
}

/** The SCO's own window, wherever it is nested. */
export async function scoFrame(page: Page): Promise<Frame> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const frame = page.frames().find((candidate) => candidate.url().includes('shared/launchpage.html'));
    if (frame && (await frame.evaluate('typeof initialized === "boolean" && initialized').catch(() => false))) return frame;
    if (Date.now() > deadline) throw new Error(`the SCO did not start; frames: ${page.frames().map((each) => each.url()).join(' ')}`);
    await sleep(20);
  }
}

export const currentPage = (sco: Frame): Promise<number> => sco.evaluate('currentPage') as Promise<number>;

/** Presses Next until `page` is reached. */
export async function readTo(sco: Frame, page: number): Promise<void> {
  while ((await currentPage(sco)) < page) await sco.locator('#butNext').click();
}

/** Answers every question rightly and submits. */
export async function passTest(page: Page): Promise<void> {
  const deadline = Date.now() + 10_000;
  let test: Frame | undefined;
  while (!test) {
    test = page.frames().find((frame) => frame.url().includes('assessmenttemplate.html'));
    if (Date.now() > deadline) throw new Error('the test did not open');
    if (!test) await sleep(20);
  }
  await test.waitForLoadState('load');
  for (const answer of await test.locator('.correctAnswer').all()) {
    const input = answer.locator('input');
    if ((await input.getAttribute('type')) === 'text') {
      const text = await answer.textContent();
      await input.fill(/\((\d+)\)/.exec(text ?? '')![1]!);
    } else {
      await input.check();
    }
  }
  await test.locator('input[type=button]').click();
}
