/** SetValue from a SCO through the real courseware frame on an origin of its own, against scorm-again called directly. */
import { join } from 'node:path';
import { launchBrowser } from '../scripts/browser.mjs';
import { root } from '../scripts/workspace.mjs';
import { median, rounded } from './figures.mjs';
import { startPage } from './page-host.mjs';

/** What a SCO does in both cases: the same calls on the API it finds in its parent. Rates go to the page on top. */
const SCO = `
  const api = parent.API;
  const run = (name, count, value) => {
    const started = performance.now();
    for (let index = 0; index < count; index++) api.LMSSetValue(name, value(index));
    return count / (performance.now() - started) * 1000;
  };
  addEventListener('load', () => {
    api.LMSInitialize('');
    const state = 'x'.repeat(4000);
    run('cmi.core.lesson_location', 2000, String);
    const rates = {
      location: run('cmi.core.lesson_location', 50000, String),
      suspendData: run('cmi.suspend_data', 5000, (index) => index + state),
    };
    const started = performance.now();
    for (let index = 0; index < 50; index++) { api.LMSSetValue('cmi.core.lesson_location', String(index)); api.LMSCommit(''); }
    rates.commitMicroseconds = (performance.now() - started) / 50 * 1000;
    top.postMessage({ rates }, '*');
  });`;

const document = (body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title></head><body>${body}</body></html>`;

export async function benchSetValue({ runs = 5 } = {}) {
  const host = await startPage('setvalue.ts', {
    mounts: { '/frame/': join(root, 'packages/courseware/dist/frame-page') },
    pages: {
      '/frame/': document('<script type="module" src="/frame/frame.js"></script>'),
      '/sco.html': document('<script src="/sco.js"></script>'),
      '/sco.js': SCO,
    },
  });
  // The same machine under another name is another origin.
  const content = host.url.replace('localhost', '127.0.0.1');
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto(host.url);
    await page.waitForFunction(() => globalThis.bench);
    const runs_ = { bridge: [], direct: [] };
    for (let run = 0; run < runs; run++) {
      for (const kind of ['direct', 'bridge']) {
        runs_[kind].push(await page.evaluate(([name, base]) => globalThis.bench[name](base), [kind, content]));
      }
    }
    const middle = (kind, key) => median(runs_[kind].map((rates) => rates[key]));
    const compare = (key) => ({
      bridgePerSecond: rounded(middle('bridge', key), 0),
      directPerSecond: rounded(middle('direct', key), 0),
      ratio: rounded(middle('bridge', key) / middle('direct', key)),
    });
    return {
      'lesson_location (SetValue)': compare('location'),
      'suspend_data of 4 KB (SetValue)': compare('suspendData'),
      'SetValue + Commit, journaled (µs)': {
        bridge: rounded(middle('bridge', 'commitMicroseconds'), 0),
        directWithoutStorage: rounded(middle('direct', 'commitMicroseconds'), 0),
      },
    };
  } finally {
    await browser.close();
    await host.close();
  }
}
