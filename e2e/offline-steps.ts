import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitFor } from './wait.js';

/** What a learner does, and sees, of times without a network. */

export interface OfflineWords {
  readonly state: string;
  readonly code?: string | undefined;
}

export const statusOf = (page: Page): Promise<OfflineWords> =>
  page.evaluate(() => {
    const { status } = (document.querySelector('course-player') as unknown as { offline: { status: { state: string; error?: { code: string; message: string } } } }).offline;
    return { state: status.state, code: status.error && `${status.error.code}: ${status.error.message}` };
  });

/** Why units are not kept, by their ids. */
export const notKept = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => (document.querySelector('course-player') as unknown as { offline: { status: { notKept: Record<string, string> } } }).offline.status.notKept);

export async function keepCourse(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Keep for offline' }).click({ timeout: 30_000 });
  await page.getByText(/On this device, also without a network|On this device: .* To open this page itself|cannot be kept|try again/i).first().waitFor({ timeout: 60_000 });
  assert.deepEqual(await statusOf(page), { state: 'kept', code: undefined });
}

/** Everything said so far is where a killed tab leaves it. */
export async function safe(page: Page): Promise<void> {
  let calm = 0;
  await waitFor(async () => {
    const unsafe = await page.evaluate(() => (document.querySelector('course-player') as unknown as { delivery?: { unsafe: number } }).delivery?.unsafe);
    calm = unsafe === 0 ? calm + 1 : 0;
    return calm >= 10;
  });
}

/** Opens a unit, once there is a course to open it in. */
export async function openUnit(page: Page, id: string): Promise<void> {
  const player = page.locator('course-player');
  await waitFor(() => player.evaluate((element) => (element as unknown as { currentUnit?: unknown }).currentUnit !== undefined));
  await player.evaluate((element, unit) => (element as unknown as { open(id: string): Promise<unknown> }).open(unit).then(() => undefined, () => undefined), id);
}
