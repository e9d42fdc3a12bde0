/**
 * Renders every story of `storybook-static/` in Chromium, in English on light and in Chinese on dark: no error on the console,
 * no failed render, no axe violation. A story may switch an axe rule off only with `parameters.a11y.reason`. Each element's docs
 * page has to name all that its manifest says of it.
 *
 * A page is loaded once and goes from story to story, as Storybook's own sidebar makes it do. Two pages share the work of a dress,
 * an element at a time: its modules and its shaders load once.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { serveStatic } from './static-server.mjs';
import { root } from './workspace.mjs';

const dresses = ['locale:en;theme:light', 'locale:zh-CN;theme:dark'];
const PAGES_PER_DRESS = 2;
/** The first picture in 3D on a busy machine without a GPU takes half a minute; the later ones a second. */
const RENDER_LIMIT_MS = 90_000;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a story says about its own accessibility: rules it switches off, and why. */
function exemptions(a11y = {}) {
  const off = (a11y.config?.rules ?? []).filter(({ enabled }) => enabled === false).map(({ id }) => id);
  for (const [id, { enabled }] of Object.entries(a11y.options?.rules ?? {})) if (enabled === false) off.push(id);
  const silenced = off.length > 0 || a11y.disable === true || ['off', 'todo'].includes(a11y.test);
  const reasoned = typeof a11y.reason === 'string' && a11y.reason.trim() !== '';
  return { rules: reasoned ? off : [], problem: silenced && !reasoned ? 'parameters.a11y silences checks without parameters.a11y.reason' : undefined };
}

/** A page that tells what goes wrong in it and what it still waits for. */
async function openPage(context) {
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  // Media stay open while they play; everything else ends.
  const requests = new Set();
  page.on('request', (request) => request.resourceType() !== 'media' && requests.add(request));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => requests.delete(request));
  return { page, requests, takeProblems: () => problems.splice(0) };
}

/** Runs in the page. Waits until nothing in the story, through all shadow roots, has changed for a moment. */
async function stillness() {
  const pending = [];
  const read = (parent) => {
    let text = '';
    for (const element of parent.querySelectorAll('*')) {
      if (element.isUpdatePending) pending.push(element);
      if (element.shadowRoot) text += element.shadowRoot.innerHTML + read(element.shadowRoot);
    }
    return text;
  };
  const story = document.querySelector('#storybook-root');
  let before;
  let same = 0;
  for (const deadline = Date.now() + 3000; same < 3 && Date.now() < deadline;) {
    pending.length = 0;
    const now = story.innerHTML + read(story);
    same = pending.length === 0 && now === before ? same + 1 : 0;
    before = now;
    await new Promise((next) => setTimeout(next, 40));
  }
}

async function settle({ page, requests }) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    await page.evaluate(stillness);
    if (requests.size === 0) return;
  }
}

async function show({ page }, base, { id, globals, loaded }) {
  if (loaded) await page.evaluate((storyId) => globalThis.__STORYBOOK_PREVIEW__.channel.emit('setCurrentStory', { storyId, viewMode: 'story' }), id);
  else await page.goto(`${base}/iframe.html?id=${id}&viewMode=story&globals=a11y.manual:!true;${globals}`);
  await page.waitForFunction((storyId) => {
    const render = globalThis.__STORYBOOK_PREVIEW__?.currentRender;
    return render?.id === storyId && ['finished', 'completed', 'errored', 'aborted'].includes(render.phase);
  }, id, { timeout: RENDER_LIMIT_MS, polling: 30 });
  return page.evaluate(() => {
    const { phase, story } = globalThis.__STORYBOOK_PREVIEW__.currentRender;
    const a11y = story?.parameters?.a11y;
    return { phase, failed: document.body.matches('.sb-show-errordisplay, .sb-show-nopreview'), a11y: a11y && JSON.parse(JSON.stringify(a11y)) };
  });
}

async function violations(page, disabledRules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ content: axeSource });
  return page.evaluate(async (rules) => {
    const { violations: list } = await globalThis.axe.run('#storybook-root', {
      resultTypes: ['violations'],
      rules: Object.fromEntries(rules.map((id) => [id, { enabled: false }])),
    });
    return list.map(({ id, help, nodes }) => `axe ${id}: ${help} (${nodes.map(({ target }) => target.flat().join(' ')).join('; ')})`);
  }, disabledRules);
}

async function checkStory(opened, base, options) {
  const problems = [];
  const shown = await show(opened, base, options);
  if (shown.failed || !['finished', 'completed'].includes(shown.phase)) problems.push(`did not render (${shown.phase})`);
  await settle(opened);
  const { rules, problem } = exemptions(shown.a11y);
  if (problem) problems.push(problem);
  if (!shown.failed) problems.push(...await violations(opened.page, rules));
  return [...opened.takeProblems(), ...problems];
}

/**
 * One page of one dress, which takes elements' stories from the queue until it is empty. A page in which something broke is not used again. A story whose page's
 * process died gets another: Chromium's workers do so once in thousands of stories, and a story that is to blame brings the next one down, too.
 */
async function work(context, base, globals, queue, report) {
  let opened;
  const mine = [];
  const died = new Set();
  while (mine.length > 0 || queue.length > 0) {
    if (mine.length === 0) mine.push(...queue.shift());
    const id = mine.shift();
    const loaded = opened !== undefined;
    opened ??= await openPage(context);
    try {
      report(id, (await checkStory(opened, base, { id, globals, loaded })).map((problem) => `${problem} [${globals}]`));
    } catch (error) {
      if (String(error).includes('Target crashed') && !died.has(id)) {
        died.add(id);
        mine.unshift(id);
      } else report(id, [...opened.takeProblems(), error instanceof Error ? error.message : String(error)].map((problem) => `${problem} [${globals}]`));
      await opened.page.close();
      opened = undefined;
    }
  }
  await opened?.page.close();
}

/** What the manifest says of each element: the names that its docs page has to show. */
function documented() {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/components/custom-elements.json'), 'utf8'));
  const declarations = manifest.modules.flatMap((module) => module.declarations ?? []).filter(({ tagName }) => tagName);
  return new Map(declarations.map((element) => [
    element.tagName,
    ['attributes', 'events', 'slots', 'cssParts', 'cssProperties'].flatMap((kind) => (element[kind] ?? []).map(({ name }) => name).filter(Boolean)),
  ]));
}

async function checkDocs(context, base, { id, title }) {
  const opened = await openPage(context);
  try {
    await opened.page.goto(`${base}/iframe.html?id=${id}&viewMode=docs&globals=a11y.manual:!true;${dresses[0]}`);
    const table = opened.page.locator('.docblock-argstable').first();
    await table.waitFor({ timeout: RENDER_LIMIT_MS });
    const shown = new Set((await table.locator('tbody td:first-child').allInnerTexts()).map((text) => text.trim().replace(/\*$/, '')));
    // A part of an element's stories has its name first: "Course player/Launched units".
    const tag = title.split('/')[0].toLowerCase().replaceAll(' ', '-');
    const names = documented().get(tag);
    const missing = names ? names.filter((name) => !shown.has(name)) : [];
    return [...(names ? [] : [`the manifest knows no <${tag}>`]), ...missing.map((name) => `the docs of <${tag}> lack ${name}`), ...opened.takeProblems()];
  } catch (error) {
    return [...opened.takeProblems(), error instanceof Error ? error.message : String(error)];
  } finally {
    await opened.page.close();
  }
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<{ passed: number, failed: number }>} one per story, one per docs page
 */
export async function smokeStories(log) {
  const entries = Object.values(JSON.parse(readFileSync(join(root, 'storybook-static/index.json'), 'utf8')).entries);
  const found = new Map(entries.map(({ id }) => [id, []]));
  const elements = new Map();
  for (const { id, title } of entries.filter(({ type }) => type === 'story')) elements.set(title, [...(elements.get(title) ?? []), id]);
  const longestFirst = [...elements.values()].sort((a, b) => b.length - a.length);
  const docs = entries.filter(({ type }) => type === 'docs');
  const server = await serveStatic(join(root, 'storybook-static'), { '/favicon.ico': (_, response) => response.writeHead(204).end() });
  const browser = await launchBrowser();
  try {
    // A context each: what one dress's stories keep in the browser, and forget, is not the other's.
    const contexts = await Promise.all(dresses.map(() => browser.newContext({ reducedMotion: 'reduce' })));
    await Promise.all(dresses.flatMap((globals, index) => {
      const queue = [...longestFirst];
      return Array.from({ length: PAGES_PER_DRESS }, () => work(contexts[index], server.url, globals, queue, (id, problems) => found.get(id).push(...problems)));
    }));
    for (const entry of docs) found.get(entry.id).push(...await checkDocs(contexts[0], server.url, entry));
  } finally {
    await browser.close();
    await server.close();
  }
  const counts = { passed: 0, failed: 0 };
  for (const [id, problems] of found) {
    counts[problems.length ? 'failed' : 'passed'] += 1;
    if (problems.length) log(`${id}:\n${[...new Set(problems)].map((problem) => `  ${problem}`).join('\n')}`);
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await smokeStories(console.log);
  console.log(`stories: ${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
