/** Are the packages, as they would be published, sound? publint and attw on each built package; every check counts as one. */
import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packages, root } from './workspace.mjs';

const run = promisify(execFile);

/** pdf.js as its authors build it: an ES module with polyfills inside that publint takes for CommonJS. */
const PDFJS = /\/bundle\/(?:pdf\/|chunks\/pdf-)/;

async function publintProblems({ dir, manifest }) {
  const { messages } = await publint({ pkgDir: dir, level: 'warning', strict: true, pack: 'npm' });
  return messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code).filter((words) => !PDFJS.test(words));
}

/** Entry points that are files to serve, not modules to import with types. */
const assets = (manifest) => Object.entries(manifest.exports ?? {})
  .filter(([subpath, entry]) => subpath.includes('*') || typeof entry === 'string')
  .map(([subpath]) => subpath.replace(/^\.\//, ''));

/** attw's report without the entry points that are well. */
function failedEntries(report) {
  const entries = report.split(/^\*{5,}$/m).map((entry) => entry.split('\n').filter((line) => line.trim() && !line.includes('ignor')));
  const wrong = entries.filter((lines) => lines.some((line) => /^(?:node16|bundler)[^:]*: (?!OK)/.test(line)));
  return (wrong.length ? wrong : entries).map((lines) => lines.join(' · '));
}

async function typeProblems({ dir, manifest }) {
  const args = ['--pack', dir, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji', '--no-summary'];
  const excluded = assets(manifest);
  if (excluded.length) args.push('--exclude-entrypoints', ...excluded);
  try {
    await run(process.execPath, [join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'), ...args], { cwd: root });
    return [];
  } catch (error) {
    return failedEntries(String(error.stdout || error.stderr || error.message));
  }
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<{ passed: number, failed: number }>} two checks per package
 */
export async function checkPackages(log) {
  const counts = { passed: 0, failed: 0 };
  for (const pkg of packages) {
    for (const [tool, check] of [['publint', publintProblems], ['attw', typeProblems]]) {
      const problems = await check(pkg);
      counts[problems.length ? 'failed' : 'passed'] += 1;
      for (const problem of problems) log(`${tool} ${relative(root, pkg.dir)}: ${problem}`);
    }
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await checkPackages(console.log);
  console.log(`packages: ${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
