/**
 * Builds everything that is not in git: locale modules, the custom-elements manifest, declarations, JavaScript, browser bundles.
 * Each step is skipped while the content of what it reads is unchanged, so a second `npm start` starts at once.
 * `--force` runs every step; `--only=locales,manifest` runs those named.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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

/** Deletes what an earlier build left in `dist` and this one no longer makes: declarations are tsc's own affair. */
function prune(folder, since) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path, since);
    else if (/\.js(\.map)?$/.test(entry.name) && statSync(path).mtimeMs < since) rmSync(path);
  }
}

async function bundle() {
  const since = Date.now() - 1000;
  await tool('rollup/dist/bin/rollup', ['-c', '--silent']);
  for (const { dir } of packages) if (existsSync(join(dir, 'dist'))) prune(join(dir, 'dist'), since);
}

const notTest = (file) => !/\.(test|fixture)\.ts$/.test(file);
const sources = packages.flatMap(({ name }) => [`packages/${name}/src`, `packages/${name}/package.json`, `packages/${name}/tsconfig.json`]);

const steps = [
  ['locales', () => ensureLocales()],
  ['manifest', () => runUnlessUnchanged('manifest', {
    inputs: ['packages/components/src', 'custom-elements-manifest.config.mjs', 'package-lock.json'],
    include: notTest,
    outputs: ['packages/components/custom-elements.json'],
    run: () => tool('@custom-elements-manifest/analyzer/cem.js', ['analyze', '--config', 'custom-elements-manifest.config.mjs', '--quiet']),
  })],
  ['types', () => runUnlessUnchanged('types', {
    inputs: [...sources, 'tsconfig.base.json', 'package-lock.json'],
    include: notTest,
    outputs: packages.map(({ name }) => `packages/${name}/dist/index.d.ts`),
    run: () => tool('typescript/bin/tsc', ['-b', ...packages.map(({ name }) => `packages/${name}`)]),
  })],
  ['bundles', () => runUnlessUnchanged('bundles', {
    inputs: [...sources, 'rollup.config.mjs', 'scripts/workspace.mjs', 'package-lock.json', 'packages/components/src/locales/generated'],
    include: notTest,
    outputs: packages.map(({ name }) => `packages/${name}/dist/index.js`),
    run: bundle,
  })],
];

for (const [name, step] of steps.filter(([name]) => !only || only.includes(name))) {
  const start = performance.now();
  try {
    const ran = await step();
    if (ran) console.log(`build: ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(`build: ${name} failed\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
    break;
  }
}
