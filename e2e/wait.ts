import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until it is so. Rejects after `milliseconds`. */
export async function waitFor(condition: () => Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await sleep(100);
  }
}
