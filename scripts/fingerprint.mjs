/** Skips a build step whose inputs are what they were when it last succeeded. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './workspace.mjs';

const cache = join(root, '.cache', 'steps');
const skipped = new Set(['node_modules', 'dist', 'generated', '.git', '.cache']);

/**
 * Files under a path relative to the root, sorted; a file is its own list, a missing path an empty one.
 * @param {string} path
 * @returns {string[]}
 */
export function filesUnder(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [absolute];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesUnder(join(path, entry.name)));
}

/**
 * A hash over names and contents.
 * @param {string[]} inputs files and folders, relative to the root
 * @param {(file: string) => boolean} [include]
 */
export function fingerprint(inputs, include = () => true) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap(filesUnder).filter(include)) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Runs a step unless its inputs are unchanged and its outputs still exist.
 * @param {string} name
 * @param {{ inputs: string[], include?: (file: string) => boolean, outputs: string[], run: () => unknown }} step
 * @returns {Promise<boolean>} whether it ran
 */
export async function runUnlessUnchanged(name, { inputs, include, outputs, run }) {
  const stamp = join(cache, name);
  const before = fingerprint(inputs, include);
  const recorded = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (recorded === before && outputs.every((output) => existsSync(join(root, output)))) return false;
  await run();
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, before);
  return true;
}
