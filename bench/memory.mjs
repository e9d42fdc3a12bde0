/**
 * Opens and closes a hundred units of mixed kinds in one player, and weighs the page after the tenth and after the last. What grows by more than a fifth, or leaves a
 * frame, a document or a worker behind, fails the run: a garbage collector has no clock. Simulations are weighed apart: model-viewer keeps
 * one renderer for the page, and the tables in it grow.
 */
import { join } from 'node:path';
import { launchBrowser } from '../scripts/browser.mjs';
import { startHost } from '../scripts/stub-host.mjs';
import { root } from '../scripts/workspace.mjs';
import { rounded } from './figures.mjs';

const OPENED = 100;
const FIRST = 10;
/** Of a heap after the hundredth unit, against after the tenth. */
const MOST = 1.2;

/** Documents and frames that the browser itself may keep for a while: far fewer than were opened. */
const SPARE = 5;

const film = [{ src: '/media/lesson.webm', type: 'video/webm' }];
const units = [
  { kind: 'video', sources: film, tracks: [{ src: '/media/captions.en.vtt', kind: 'captions', lang: 'en' }, { src: '/media/chapters.en.vtt', kind: 'chapters', lang: 'en' }] },
  { kind: 'document', sources: [{ src: '/document/set-up-guide.en.md', type: 'text/markdown' }] },
  { kind: 'scorm', version: '1.2', href: '/scorm/index.html' },
  { kind: 'document', sources: [{ src: '/document/speeds-handout.en.pdf', type: 'application/pdf' }] },
  { kind: 'audio', sources: film },
  { kind: 'html', href: '/scorm/index.html', completion: { policy: 'visited' } },
  { kind: 'quiz', quiz: { questions: [{ id: 'q', kind: 'single', prompt: 'Which?', choices: [{ id: 'a', text: 'A', correct: true }, { id: 'b', text: 'B' }] }] } },
  { kind: 'document', alt: 'A lathe', sources: [{ src: '/media/poster.jpg', type: 'image/jpeg' }] },
  { kind: 'simulation', src: '/simulation/simulation.json' },
  { kind: 'link', href: 'https://standards.example/iso' },
].map((unit, index) => ({ type: 'unit', id: `${index}-${unit.kind}`, title: `A unit of the kind ${unit.kind}`, moveOn: 'CompletedOrPassed', ...unit }));

const demo = join(root, 'packages/server/demo');
const mounts = { '/media/': join(demo, 'media'), '/document/': join(demo, 'document'), '/simulation/': join(demo, 'simulation') };

/** After the garbage has been collected, as often as it takes finalizers to have run. */
async function weigh(page, cdp) {
  await page.waitForTimeout(500);
  for (let turn = 0; turn < 4; turn++) {
    await cdp.send('HeapProfiler.collectGarbage');
    await page.waitForTimeout(200);
  }
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), documents: of('Documents'), frames: of('Frames'), listeners: of('JSEventListeners'), shownFrames: page.frames().length, workers: page.workers().length };
}

/** Opens a unit and waits until there is something to see of it. */
async function show(page, id) {
  await page.evaluate((unitId) => document.querySelector('course-player').open(unitId), id);
  await page.waitForFunction((unitId) => {
    const player = document.querySelector('course-player');
    if (player.currentUnit?.id !== unitId) return false;
    const host = player.shadowRoot.querySelector('.unit');
    return host && (host.shadowRoot ?? host).querySelector('video, audio, article, canvas, iframe, img, form, button, simulation-viewer, a') !== null;
  }, id, { timeout: 60_000 });
  await page.waitForTimeout(400);
}

export async function benchMemory() {
  return { mixed: await weighKinds(units.filter(({ kind }) => kind !== 'simulation'), MOST), 'with simulations': await weighKinds(units, Infinity) };
}

async function weighKinds(chosen, most) {
  const content = await startHost({ mounts: { '/frame/': join(root, 'packages/courseware/dist/frame-page'), '/scorm/': join(demo, 'scorm') } });
  const course = {
    id: 'https://bench.example/memory',
    format: 'course',
    title: 'Mixed kinds',
    frame: `${content.url}/frame/index.html`,
    children: chosen.map((unit) => ('href' in unit && unit.kind !== 'link' ? { ...unit, href: `${content.url}${unit.href}` } : unit)),
  };
  const host = await startHost({
    mounts: { ...mounts, '/lectern/': join(root, 'packages/components/dist/bundle') },
    pages: {
      '/course.json': JSON.stringify(course),
      '/': '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><script type="module" src="/lectern/lectern.js"></script></head><body><learning-session token-url="/token"><course-player src="/course.json"></course-player></learning-session></body></html>',
    },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    const errors = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(host.url);
    await page.waitForFunction(() => document.querySelector('course-player')?.session !== undefined, null, { timeout: 60_000 });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    let first;
    for (let opened = 1; opened <= OPENED; opened++) {
      await show(page, chosen[(opened - 1) % chosen.length].id);
      if (opened !== FIRST && opened !== OPENED) continue;
      // Nothing is open: what is still there has been left behind.
      await page.evaluate(() => document.querySelector('course-player').suspend());
      const now = await weigh(page, cdp);
      if (opened === FIRST) first = now;
      else {
        const ratio = now.heap / first.heap;
        const left = [
          ...['shownFrames', 'workers'].filter((name) => now[name] > first[name]),
          ...['documents', 'frames'].filter((name) => now[name] > first[name] + SPARE),
        ];
        return {
          kinds: new Set(chosen.map(({ kind }) => kind)).size,
          heapMB: rounded(now.heap / 1e6, 1),
          heapRatio: rounded(ratio),
          nodesRatio: rounded(now.nodes / first.nodes),
          listenersRatio: rounded(now.listeners / first.listeners),
          ...Object.fromEntries(['documents', 'frames', 'shownFrames', 'workers'].map((name) => [name, `${first[name]} → ${now[name]}`])),
          errors: errors.length,
          ...(ratio > most || left.length > 0 || errors.length > 0 ? { broken: [ratio > most ? 'heap' : '', ...left, ...errors.slice(0, 3)].filter(Boolean).join(', ') } : {}),
        };
      }
    }
  } finally {
    await browser.close();
    await host.close();
    await content.close();
  }
  return undefined;
}
