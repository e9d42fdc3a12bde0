/**
 * Finds a Chromium for tests and measurements, so that `npm ci` alone is enough on Linux x64.
 * In this order: CHROME_PATH; an installed Chrome or Chromium; the one inside @sparticuz/chromium.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { root } from './workspace.mjs';

const run = promisify(execFile);

/**
 * SwiftShader gives WebGL2 on machines without a GPU, and only WebGL2: pages put together by it cost half as much again as by Chromium's
 * own software compositor. Media must play without a gesture in a test.
 */
const COMMON_ARGS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-gpu-compositing',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
  // Playwright switches storage partitioning off, and Chromium then denies cross-site frames their storage altogether. The last of
  // these flags wins: this one replaces Playwright's list, so that courseware frames behave as in people's browsers.
  '--disable-features=HttpsUpgrades,MediaRouter,PaintHolding,Translate',
];

/**
 * @typedef {object} FoundBrowser
 * @property {string} executablePath
 * @property {string[]} args flags it needs here (as root: `--no-sandbox`)
 * @property {NodeJS.ProcessEnv} env its environment, with libraries and fonts where the machine has none
 * @property {'CHROME_PATH' | 'installed' | 'npm'} source
 */

async function installedChrome() {
  const { Launcher } = await import('chrome-launcher');
  try {
    return Launcher.getInstallations().find((path) => existsSync(path));
  } catch {
    // chrome-launcher throws when it finds none; that is an answer here, not a failure.
    return undefined;
  }
}

/** Unpacks the browser inside @sparticuz/chromium once per version, atomically, into `.cache/`. */
async function unpackedChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let packageFolder;
  try {
    packageFolder = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium'))));
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const folder = join(root, '.cache', `chromium-${version}`);
  if (existsSync(join(folder, 'chromium'))) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    // The package unpacks into TMPDIR, and its NSS libraries only when it believes it runs on Lambda.
    await run(process.execPath, ['-e', 'import("@sparticuz/chromium").then((m) => m.default.executablePath())'], {
      cwd: root,
      env: { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(join(folder, 'chromium'))) throw error;
  }
  return folder;
}

async function lacksLibraries(executablePath) {
  const { stdout } = await run('ldd', [executablePath]).catch(() => ({ stdout: 'not found' }));
  return stdout.includes('not found');
}

/** @returns {Promise<FoundBrowser>} */
async function npmChromium(folder) {
  const executablePath = join(folder, 'chromium');
  const env = { ...process.env };
  if (await lacksLibraries(executablePath)) {
    env['LD_LIBRARY_PATH'] = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  }
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_PATH'] = join(folder, 'fonts');
  return { executablePath, args: args(), env, source: 'npm' };
}

function args() {
  return process.getuid?.() === 0 ? ['--no-sandbox', ...COMMON_ARGS] : COMMON_ARGS;
}

/**
 * The browser to use, with the flags and the environment it needs on this machine.
 * @returns {Promise<FoundBrowser>}
 * @throws {Error} when there is none, saying what to do
 */
export async function findBrowser() {
  const named = process.env['CHROME_PATH'];
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which does not exist.`);
    return { executablePath: named, args: args(), env: { ...process.env }, source: 'CHROME_PATH' };
  }
  const installed = await installedChrome();
  if (installed) return { executablePath: installed, args: args(), env: { ...process.env }, source: 'installed' };
  const folder = await unpackedChromium();
  if (folder) return npmChromium(folder);
  throw new Error(
    'No Chromium found. Install Chrome or Chromium, or run `npx playwright install --with-deps chromium` ' +
      'and set CHROME_PATH to its executable.',
  );
}

/**
 * Launches that browser headless.
 * @param {import('playwright-core').LaunchOptions} [options] more options; `args` are added to the needed ones
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser(options = {}) {
  const found = await findBrowser();
  return chromium.launch({ ...options, executablePath: found.executablePath, env: found.env, args: [...found.args, ...(options.args ?? [])] });
}

/**
 * Launches that browser headless on a profile that outlives it.
 * @param {string} profile a folder
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export async function launchPersistent(profile) {
  const { executablePath, env, args: needed } = await findBrowser();
  return chromium.launchPersistentContext(profile, { executablePath, env, args: needed });
}
