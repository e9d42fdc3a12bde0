/**
 * The other engines that learners have, for the browser tests: `npm test -- --only=firefox,webkit`. Both come from the machine (Debian: `firefox-esr`; `webkit2gtk-driver` and
 * `xvfb`), since npm has neither; Chromium is what a bare machine tests with (`browser.mjs`).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';

/** The first that exists. @throws {Error} saying what to install */
function find(variable, candidates, advice) {
  const named = process.env[variable];
  const found = [...(named ? [named] : []), ...candidates].find((path) => existsSync(path));
  if (!found) throw new Error(`${advice}, or set ${variable} to its executable.`);
  return found;
}

/** Firefox by WebDriver BiDi. */
export function firefoxLauncher() {
  const executablePath = find('FIREFOX_PATH', ['/usr/bin/firefox', '/usr/bin/firefox-esr'], 'No Firefox found. Install it (Debian: `apt-get install firefox-esr`)');
  return chromeLauncher({
    puppeteer,
    concurrency: 1,
    // A page counts as loaded when all of its modules have come; how long its tests take has a limit of its own.
    async createPage({ context }) {
      const page = await context.newPage();
      page.setDefaultNavigationTimeout(0);
      return page;
    },
    launchOptions: {
      browser: 'firefox',
      executablePath,
      headless: true,
      // Media must play without a gesture in a test, and unheard.
      extraPrefsFirefox: { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0, 'media.volume_scale': '0.0' },
    },
  });
}

/** Keys by the names that tests use, as WebDriver has them (WebDriver 17.4.2). */
const KEYS = { Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', Space: ' ', Backspace: '\uE003', Delete: '\uE017', Home: '\uE011', End: '\uE010', PageUp: '\uE00E', PageDown: '\uE00F', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A' };

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** WebKitGTK (the engine of Safari) by WebDriver, on a display of its own. */
export function webkitLauncher() {
  const binary = find(
    'WEBKIT_PATH',
    ['4.1', '6.0', '4.0'].flatMap((version) => [`/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`, `/usr/lib/x86_64-linux-gnu/webkitgtk-${version}/MiniBrowser`]),
    'No WebKit found. Install it (Debian: `apt-get install webkit2gtk-driver xvfb`)',
  );
  const active = new Map();
  const children = [];
  let opening;

  function run(command, args, env = {}) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
    children.push(child);
    return child;
  }

  async function display() {
    if (process.env['DISPLAY']) return process.env['DISPLAY'];
    const [number] = await new Promise((resolve, reject) => {
      const server = run('Xvfb', ['-displayfd', '1', '-screen', '0', '1400x1000x24']);
      server.stdout.once('data', (data) => resolve([String(data).trim()]));
      server.once('error', () => reject(new Error('WebKit needs a display. Install Xvfb (Debian: `apt-get install xvfb`).')));
    });
    return `:${number}`;
  }

  async function call(base, method, path, body) {
    const response = await fetch(`${base}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  async function open() {
    const base = `http://127.0.0.1:${await freePort()}`;
    run('WebKitWebDriver', [`--port=${new URL(base).port}`], {
      DISPLAY: await display(),
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
    });
    for (let tries = 0; !(await fetch(`${base}/status`).catch(() => undefined)); tries++) {
      if (tries > 100) throw new Error('WebKitWebDriver does not answer.');
      await sleep(100);
    }
    const { sessionId } = await call(base, 'POST', '/session', {
      capabilities: { alwaysMatch: { browserName: 'MiniBrowser', pageLoadStrategy: 'none', 'webkitgtk:browserOptions': { binary, args: ['--automation', '--autoplay-policy=allow'] } } },
    });
    return (method, path, body) => call(`${base}/session/${sessionId}`, method, path, body);
  }

  const session = () => (opening ??= open());

  return {
    name: 'WebKit',
    type: 'webdriver',
    concurrency: 1,
    initialize() {},
    async startSession(id, url) {
      active.set(id, url);
      await (await session())('POST', '/url', { url });
    },
    isActive: (id) => active.has(id),
    getBrowserUrl: (id) => active.get(id),
    async stopSession(id) {
      active.delete(id);
      await (await session())('POST', '/url', { url: 'about:blank' });
      return {};
    },
    /** @param {readonly string[]} keys characters, or names of keys */
    async sendKeys(_id, keys) {
      const actions = keys.flatMap((key) => ['keyDown', 'keyUp'].map((type) => ({ type, value: KEYS[key] ?? key })));
      await (await session())('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
    },
    async stop() {
      await opening?.then((ask) => ask('DELETE', '')).catch(() => undefined);
      for (const child of children.reverse()) child.kill();
    },
  };
}
