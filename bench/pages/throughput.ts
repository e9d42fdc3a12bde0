/** Runs in the page: event → statement → journal → stub LRS, as fast as it goes; and `@xapi/xapi` alone beside it. */
import { createSession, type Course, type Statement } from '@lectern/core';
import { xapiPlugin } from '@lectern/lms';
import xapiModule from '@xapi/xapi';

const course: Course = {
  id: 'https://bench.example/throughput',
  format: 'course',
  title: 'Throughput',
  children: [{ type: 'unit', kind: 'simulation', id: 's', title: 'Steps', moveOn: 'Completed', src: 's.json' }],
};
const actor = { objectType: 'Agent', account: { homePage: 'https://bench.example', name: 'learner' } } as const;

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

const statement = (index: number): Statement => ({
  id: crypto.randomUUID(),
  actor,
  verb: { id: 'https://w3id.org/xapi/seriousgames/verbs/used', display: { en: 'used' } },
  object: { objectType: 'Activity', id: `https://bench.example/o${index}` },
  timestamp: new Date().toISOString(),
});

async function xapi(count: number, batch: number): Promise<number> {
  const client = new xapiModule.default({ endpoint: new URL('/xapi/', location.href).href, auth: 'Bearer bench' });
  const started = performance.now();
  for (let index = 0; index < count; index += batch) {
    const statements = Array.from({ length: Math.min(batch, count - index) }, (_, offset) => statement(index + offset));
    if (batch === 1) await client.sendStatement({ statement: statements[0] as never });
    else await client.sendStatements({ statements: statements as never });
  }
  return performance.now() - started;
}

Object.assign(globalThis, { bench: { lectern, xapi } });
