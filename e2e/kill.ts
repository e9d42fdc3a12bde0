import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

async function processesOf(browser: Browser): Promise<{ type: string; id: number }[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

/** SIGKILL to every renderer of this browser, as the out-of-memory killer would. */
export async function killRenderers(browser: Browser): Promise<void> {
  for (const { type, id } of await processesOf(browser)) if (type === 'renderer') kill(id);
}

/** SIGKILL to the browser and all that belongs to it. Resolves when it is gone. */
export async function killBrowser(browser: Browser): Promise<void> {
  const processes = await processesOf(browser);
  const gone = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
  for (const { id } of processes.sort((a, b) => Number(b.type === 'browser') - Number(a.type === 'browser'))) kill(id);
  await gone;
}

/** SIGKILL to the embedded PostgreSQL of a data folder: to all of it. */
export async function killDatabase(data: string): Promise<void> {
  const { folder } = JSON.parse(await readFile(join(data, 'postgres.json'), 'utf8')) as { folder: string };
  const [pid] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
  kill(Number(pid));
}
