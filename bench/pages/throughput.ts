/** Runs in the page: event → statement → journal → stub LRS, as fast as it goes; and `@xapi/xapi` alone beside it. */
import { createSession } from '@lectern/core';
import { xapiPlugin } from '@lectern/lms';
import xapiModule from '@xapi/xapi';
import { actor, course, statement } from './statements.js';

/** Milliseconds of the longest stretch in which the main thread answered nobody. */
function watchLongest(): () => number {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
  });
  observer.observe({ type: 'longtask', buffered: false });
  return () => {
    for (const entry of observer.takeRecords()) longest = Math.max(longest, entry.duration);
    observer.disconnect();
    return longest;
  };
}

async function lectern(count: number): Promise<{ journalMs: number; storedMs: number; longestTaskMs: number }> {
  const plugin = xapiPlugin({
    endpoint: new URL('/xapi/', location.href).href,
    getToken: async () => 'Bearer bench',
    actor,
    registration: crypto.randomUUID(),
  });
  const connection = await plugin.connect({ course });
  const session = createSession({ course, connection });
  session.dispatch({ type: 'initialized', unitId: 's' });
  await connection.delivery.flush();
  const longest = watchLongest();
  const started = performance.now();
  const receipts = [];
  for (let index = 0; index < count; index++) {
    const { recorded } = session.dispatch({ type: 'used', unitId: 's', object: { id: `o${index}`, title: `Object ${index}` } });
    receipts.push(...recorded.map(({ receipt }) => receipt));
  }
  const journalMs = performance.now() - started;
  await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
  const storedMs = performance.now() - started;
  const longestTaskMs = longest();
  await connection.close();
  return { journalMs, storedMs, longestTaskMs };
}

async function xapi(count: number, batch: number): Promise<number> {
  const client = new xapiModule.default({ endpoint: new URL('/xapi/', location.href).href, auth: 'Bearer bench' });
  const started = performance.now();
  for (let index = 0; index < count; index += batch) {
    const statements = Array.from({ length: Math.min(batch, count - index) }, (_, offset) => statement(`o${index + offset}`));
    if (batch === 1) await client.sendStatement({ statement: statements[0] as never });
    else await client.sendStatements({ statements: statements as never });
  }
  return performance.now() - started;
}

Object.assign(globalThis, { bench: { lectern, xapi } });
