/**
 * Writes the locale modules the components import (`packages/components/src/locales/generated/`).
 * They are not in git, so everything that reads the components' source asks for them first.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { runUnlessUnchanged } from './fingerprint.mjs';
import { root } from './workspace.mjs';

const run = promisify(execFile);

/** @returns {Promise<boolean>} whether anything had to be written */
export function ensureLocales() {
  return runUnlessUnchanged('localize', {
    inputs: ['packages/components/src', 'packages/components/xliff', 'lit-localize.json'],
    include: (file) => !file.endsWith('.test.ts'),
    outputs: ['packages/components/src/locales/generated/locale-codes.ts'],
    run: () => run(process.execPath, [join(root, 'node_modules/@lit/localize-tools/bin/lit-localize.js'), 'build'], { cwd: root }),
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureLocales();
}
