/**
 * Renders every story of `storybook-static/` in Chromium, in English on light and in Chinese on dark: no error on the console,
 * no failed render, no axe violation. A story may switch an axe rule off only with `parameters.a11y.reason`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { serveStatic } from './static-server.mjs';
import { root } from './workspace.mjs';

const dresses = ['locale:en;theme:light', 'locale:zh-CN;theme:dark'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a story says about its own accessibility: rules it switches off, and why. */
function exemptions(a11y = {}) {
  const off = (a11y.config?.rules ?? []).filter(({ enabled }) => enabled === false).map(({ id }) => id);
  for (const [id, { enabled }] of Object.entries(a11y.options?.rules ?? {})) if (enabled === false) off.push(id);
  const silenced = off.length > 0 || a11y.disable === true || ['off', 'todo'].includes(a11y.test);
  const reasoned = typeof a11y.reason === 'string' && a11y.reason.trim() !== '';
  return { rules: reasoned ? off : [], problem: silenced && !reasoned ? 'parameters.a11y silences checks without parameters.a11y.reason' : undefined };
}

async function violations(page, disabledRules) {
  await page.addScriptTag({ content: axeSource });
  const found = await page.evaluate(async (rules) => {
    const { violations: list } = await globalThis.axe.run('#storybook-root', { rules: Object.fromEntries(rules.map((id) => [id, { enabled: false }])) });
    return list.map(({ id, help, nodes }) => `axe ${id}: ${help} (${nodes.map(({ target }) => target.flat().join(' ')).join('; ')})`);
  }, disabledRules);
  return found;
}

async function checkStory(context, url) {
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  try {
    await page.goto(url);
    await page.waitForSelector('body.sb-show-main, body.sb-show-errordisplay, body.sb-show-nopreview', { state: 'attached' });
    const shown = await page.evaluate(async () => {
      const preview = globalThis.__STORYBOOK_PREVIEW__;
      const render = preview.currentRender;
      const deadline = Date.now() + 20_000;
      while (!['finished', 'completed', 'errored', 'aborted'].includes(render.phase) && Date.now() < deadline) await new Promise((next) => setTimeout(next, 20));
      const a11y = render.story?.parameters?.a11y;
      return { phase: render.phase, failed: document.body.matches('.sb-show-errordisplay, .sb-show-nopreview'), a11y: a11y && JSON.parse(JSON.stringify(a11y)) };
    });
    if (shown.failed || !['finished', 'completed'].includes(shown.phase)) problems.push(`did not render (${shown.phase})`);
    await page.waitForLoadState('networkidle');
    const { rules, problem } = exemptions(shown.a11y);
    if (problem) problems.push(problem);
    if (!shown.failed) problems.push(...await violations(page, rules));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await page.close();
  }
  return problems;
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<{ passed: number, failed: number }>} one per story
 */
export async function smokeStories(log) {
  const { entries } = JSON.parse(readFileSync(join(root, 'storybook-static/index.json'), 'utf8'));
  const stories = Object.values(entries).filter(({ type }) => type === 'story');
  const server = await serveStatic(join(root, 'storybook-static'), { '/favicon.ico': (_, response) => response.writeHead(204).end() });
  const browser = await launchBrowser();
  const counts = { passed: 0, failed: 0 };
  try {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    for (const { id } of stories) {
      const problems = new Set();
      for (const globals of dresses) {
        for (const problem of await checkStory(context, `${server.url}/iframe.html?id=${id}&viewMode=story&globals=a11y.manual:!true;${globals}`)) problems.add(`${problem} [${globals}]`);
      }
      counts[problems.size ? 'failed' : 'passed'] += 1;
      if (problems.size) log(`story ${id}:\n${[...problems].map((problem) => `  ${problem}`).join('\n')}`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await smokeStories(console.log);
  console.log(`stories: ${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
