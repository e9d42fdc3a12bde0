/**
 * Builds everything that is not in git: locale modules, the custom-elements manifest, declarations, JavaScript, browser bundles.
 * Each step is skipped while the content of what it reads is unchanged, so a second `npm start` starts at once.
 * `--force` runs every step; `--only=locales,manifest` runs those named.
 * Steps: locales, manifest, types, libraries, bundles.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFrameworkElements } from './framework-elements.mjs';
import { runUnlessUnchanged } from './fingerprint.mjs';
import { ensureLocales } from './localize.mjs';
import { packages, root } from './workspace.mjs';

const { values: flags } = parseArgs({ options: { force: { type: 'boolean' }, only: { type: 'string' } } });
const only = flags.only?.split(',');

if (flags.force) rmSync(join(root, '.cache', 'steps'), { recursive: true, force: true });

/** Runs one of the workspace's own tools; its output is shown only when it fails. */
function tool(script, args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(Buffer.concat(output).toString().trim()))));
  });
}

/** Where the bundles go, which the file-by-file builds share a `dist` with. */
const bundleOutput = /[\\/]dist[\\/](?:bundle|frame-page|launch-page[\\/](?:chunks|launch\.js)|dispatch-page)/;

/** Deletes the JavaScript an earlier build left and this one no longer makes; declarations are tsc's own affair. */
function prune(folder, since, isOurs) {
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path, since, isOurs);
    else if (/\.js(\.map)?$/.test(entry.name) && isOurs(path) && statSync(path).mtimeMs < since) rmSync(path);
  }
}

async function rollup(half) {
  const since = Date.now() - 1000;
  await tool('rollup/dist/bin/rollup', ['-c', `--configOnly=${half}`, '--silent']);
  for (const { dir } of packages) prune(join(dir, 'dist'), since, (path) => bundleOutput.test(path) === (half === 'bundles'));
}

const notTest = (file) => !/\.(test|fixture)\.ts$/.test(file);
const sourcesOf = (...names) => names.flatMap((name) => [`packages/${name}/src`, `packages/${name}/package.json`, `packages/${name}/tsconfig.json`]);
const sources = sourcesOf(...packages.map(({ name }) => name));
const builders = ['rollup.config.mjs', 'scripts/workspace.mjs', 'scripts/bundle-graph.mjs', 'package-lock.json'];

const steps = [
  ['locales', () => ensureLocales()],
  ['manifest', () => runUnlessUnchanged('manifest', {
    inputs: ['packages/components/src', 'custom-elements-manifest.config.mjs', 'scripts/framework-elements.mjs', 'package-lock.json'],
    include: notTest,
    outputs: ['packages/components/custom-elements.json', 'packages/components/src/frameworks/generated/elements.ts'],
    async run() {
      await tool('@custom-elements-manifest/analyzer/cem.js', ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--quiet']);
      writeFrameworkElements();
    },
  })],
  ['types', () => runUnlessUnchanged('types', {
    inputs: [...sources, 'tsconfig.base.json', 'package-lock.json'],
    include: notTest,
    outputs: packages.map(({ name }) => `packages/${name}/dist/index.d.ts`),
    run: () => tool('typescript/bin/tsc', ['-b', ...packages.map(({ name }) => `packages/${name}`)]),
  })],
  ['libraries', () => runUnlessUnchanged('libraries', {
    inputs: [...sources, ...builders],
    include: notTest,
    outputs: packages.map(({ name }) => `packages/${name}/dist/index.js`),
    run: () => rollup('libraries'),
  })],
  ['bundles', () => runUnlessUnchanged('bundles', {
    inputs: [...sourcesOf('core', 'courseware', 'lms', 'components'), 'packages/courseware/assets', 'packages/components/src/locales/generated', ...builders],
    include: notTest,
    outputs: ['packages/components/dist/bundle/lectern.js', 'packages/courseware/dist/frame-page/frame.js', 'packages/courseware/dist/frame-page/worker.js', 'packages/lms/dist/launch-page/launch.js', 'packages/lms/dist/dispatch-page/stub/stub.js', 'packages/lms/dist/dispatch-page/framed/framed.js'],
    run: () => rollup('bundles'),
  })],
];

async function runStep([name, step]) {
  const start = performance.now();
  try {
    const ran = await step();
    if (ran) console.log(`build: ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(`build: ${name} failed\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1; // and go on: what else is broken is worth knowing in the same run
  }
}

async function runSteps(...names) {
  for (const step of steps.filter(([name]) => names.includes(name) && (only?.includes(name) ?? true))) await runStep(step);
}

// Declarations and JavaScript both read what the first two write, and neither reads the other.
await runSteps('locales', 'manifest');
await Promise.all([runSteps('types'), runSteps('libraries', 'bundles')]);
