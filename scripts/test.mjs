/**
 * `npm test`: every check of the project, one stage after another, ending with the single line `N passed, N failed`.
 * `--only=unit,browser` selects stages (`firefox` and `webkit`, which take the browser tests to another engine of this machine, run only when they are named); `--verbose` prints the output of stages that pass as well.
 */
import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { findBrowser } from './browser.mjs';
import { compileTests } from './compile-tests.mjs';
import { filesUnder } from './fingerprint.mjs';
import { packages, root } from './workspace.mjs';

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, verbose: { type: 'boolean' } } });

const STAGE_LIMIT_MS = 20 * 60_000;

/** @typedef {{ passed: number, failed: number, skipped?: number, output: string }} Result */

/** Runs a script of the workspace under this Node and collects what it prints. */
function node(args, env = {}) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: STAGE_LIMIT_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', ...env },
    });
    const output = [];
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const text = stripVTControlCharacters(Buffer.concat(output).toString());
      done({ ok: code === 0, output: signal ? `${text}\nstopped by ${signal} (a stage may take ${STAGE_LIMIT_MS / 60_000} minutes)` : text });
    });
  });
}

const bin = (path) => join(root, 'node_modules', path);

/** A tool that either succeeds or not counts as one check. */
async function check(...args) {
  const { ok, output } = await node(args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
}

/** A run that failed without a failed test (it crashed, hung, or found nothing) is a failure all the same. */
function counted(counts, { ok, output }) {
  const failed = counts.failed || (ok && counts.passed > 0 ? 0 : 1);
  return { ...counts, failed, output };
}

async function nodeTests(files, options, env) {
  const result = await node([...options, '--test', '--test-reporter=spec', ...files.map((file) => relative(root, file))], env);
  const count = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(result.output)?.[1] ?? 0);
  const summary = result.output.indexOf('✖ failing tests:');
  return counted(
    { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') + count('todo') },
    { ok: result.ok, output: summary >= 0 && !flags.verbose ? result.output.slice(summary) : result.output },
  );
}

/** wtr redraws its progress bar; only the last state and what it says about failures are worth keeping. */
async function browserTests(engine) {
  const result = await node([bin('@web/test-runner/dist/bin.js')], { LECTERN_ENGINE: engine });
  const totals = [...result.output.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1) ?? [];
  const output = result.output.split('\n').filter((line) => !/\|[█ ]+\|/u.test(line)).join('\n').replace(/\n{3,}/g, '\n\n');
  // A file that does not load has no tests to fail; it counts as one.
  const files = [...output.matchAll(/^ ❌ (?:Could not import|.*did not (?:start|finish)|Tests were interrupted)/gm)].length;
  return counted({ passed: Number(totals[1] ?? 0), failed: Number(totals[2] ?? 0) + files, skipped: Number(totals[3] ?? 0) }, { ok: result.ok, output });
}

/** Checks that live in this folder as functions over a log. */
async function logged(run) {
  const lines = [];
  const counts = await run((line) => lines.push(line));
  return { ...counts, output: lines.join('\n') };
}

async function messages() {
  const { untranslatedMessages } = await import('./check-messages.mjs');
  const missing = await untranslatedMessages();
  return { passed: missing.length ? 0 : 1, failed: missing.length ? 1 : 0, output: missing.join('\n') };
}

async function stories() {
  const built = await check(bin('storybook/dist/bin/dispatcher.js'), 'build', '-o', 'storybook-static', '--quiet');
  if (built.failed) return built;
  const smoke = await logged(async (log) => (await import('./story-smoke.mjs')).smokeStories(log));
  if (smoke.passed + smoke.failed === 0) return { passed: 1, failed: 1, output: 'stories/ holds no story' };
  return { passed: built.passed + smoke.passed, failed: smoke.failed, output: smoke.output };
}

const matching = (pattern, folders) => folders.flatMap(filesUnder).filter((file) => pattern.test(file));

async function unitTests() {
  const { files, command } = await compileTests(matching(/\.node\.test\.ts$/, ['packages', 'scripts']));
  return nodeTests(files, ['--enable-source-maps'], { LECTERN_COMMAND: command });
}

/** @type {Record<string, () => Promise<Result>>} */
const stages = {
  build: () => check('scripts/build.mjs'),
  lint: () => check(bin('eslint/bin/eslint.js'), '.'),
  types: () => check(bin('typescript/bin/tsc'), '-b'),
  messages,
  unit: unitTests,
  browser: () => browserTests('chromium'),
  firefox: () => browserTests('firefox'),
  webkit: () => browserTests('webkit'),
  size: () => logged(async (log) => (await import('./size.mjs')).checkSizes(log)),
  packages: () => logged(async (log) => (await import('./check-packages.mjs')).checkPackages(log)),
  docs: () => check(bin('typedoc/bin/typedoc'), '--logLevel', 'Warn'),
  stories,
  // Two at a time: each has a server, a database and a browser, and spends half of its time on waiting for them.
  e2e: () => nodeTests(matching(/\.e2e\.ts$/, ['e2e']), ['--import', 'tsx', '--test-concurrency=2']),
};

/** Stages whose figures are worth a line even when they pass. */
const always = new Set(['size']);

async function runStage(name) {
  const start = performance.now();
  /** @type {Result} */
  let result;
  try {
    result = await stages[name]();
  } catch (error) {
    result = { passed: 0, failed: 1, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
  console.log(`${result.failed ? '✖' : '✔'} ${name.padEnd(9)} ${result.passed} passed, ${result.failed} failed${skipped} (${seconds} s)`);
  const output = result.output.trim();
  if (output && (result.failed || flags.verbose || always.has(name))) console.log(output.replace(/^/gm, '    '));
  return result;
}

/** Not on every machine; see engines.mjs. */
const ON_DEMAND = ['firefox', 'webkit'];

const names = flags.only?.split(',') ?? Object.keys(stages).filter((name) => !ON_DEMAND.includes(name));
const unknown = names.filter((name) => !(name in stages));
if (unknown.length) {
  console.error(`No stage ${unknown.join(', ')}. Stages: ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}

// Declarations, locale modules and the manifest are read by nearly every stage; `build` makes them first in a full run.
const made = names.includes('docs') ? 'locales,manifest,types' : 'locales,manifest';
if (!names.includes('build')) await node(['scripts/build.mjs', `--only=${made}`]);
if (names.some((name) => ['browser', 'stories', 'e2e'].includes(name))) {
  const { executablePath, source } = await findBrowser().catch((error) => ({ executablePath: error.message, source: 'none' }));
  console.log(`browser: ${executablePath.replace(`${root}/`, '')} (${source})`);
}
console.log(`lectern: ${packages.length} packages on Node ${process.version}`);

/**
 * What runs side by side on a machine with two cores: checks that compute in one lane, checks that mostly wait for a browser or a server in the
 * other, the longest first. `build` comes before both. The first lane, when it is done, takes over what the other would come to last.
 */
const BROWSING = ['e2e', 'stories', 'browser', ...ON_DEMAND];
const lanes = [names.filter((name) => name !== 'build' && !BROWSING.includes(name)), BROWSING.filter((name) => names.includes(name))];

const total = { passed: 0, failed: 0 };
async function runLane(own, others = []) {
  for (let name = own.shift(); name; name = own.shift() ?? others.pop()) {
    const { passed, failed } = await runStage(name);
    total.passed += passed;
    total.failed += failed;
  }
}
if (names.includes('build')) await runLane(['build']);
await Promise.all([runLane(lanes[0], lanes[1]), runLane(lanes[1])]);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
