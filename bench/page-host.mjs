/** Bundles a benchmark's page script from source and serves it beside the stub LRS. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { startHost } from '../scripts/stub-host.mjs';
import { root } from '../scripts/workspace.mjs';

export async function startPage(entry, { lrsDelay = 0, mounts = {}, pages = {} } = {}) {
  const bundled = await build({
    entryPoints: [join(root, 'bench/pages', entry)],
    tsconfig: join(root, 'tsconfig.base.json'),
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  return startHost({
    lrsDelay,
    mounts,
    pages: {
      '/': '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><script type="module" src="/page.js"></script></head><body></body></html>',
      '/page.js': bundled.outputFiles[0].text,
      ...pages,
    },
  });
}
