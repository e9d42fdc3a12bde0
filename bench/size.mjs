/** Size of each entry point of the browser packages as a page would load it: bundled, minified, lazy parts left out. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { measureSizes } from '../scripts/size.mjs';
import { entryPoints, root } from '../scripts/workspace.mjs';
import { rounded } from './figures.mjs';

const BROWSER_PACKAGES = ['@lectern/core', '@lectern/courseware', '@lectern/lms', '@lectern/components'];
const kib = (bytes) => rounded(bytes / 1024, 1);

/** Bytes of the entry's chunk and of everything it imports statically. */
async function entrySize(source) {
  const { outputFiles, metafile } = await build({
    entryPoints: [source],
    tsconfig: join(root, 'packages/components/tsconfig.json'),
    tsconfigRaw: undefined,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: join(root, '.cache/bench-size'),
    absWorkingDir: root,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    logLevel: 'silent',
  });
  const entry = Object.keys(metafile.outputs).find((name) => metafile.outputs[name].entryPoint);
  const loaded = new Set();
  const load = (name) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const { path, kind } of metafile.outputs[name].imports) if (kind === 'import-statement') load(path);
  };
  load(entry);
  const sizes = { gzipKiB: 0, brotliKiB: 0 };
  for (const { path, contents } of outputFiles) {
    if (![...loaded].some((name) => path.endsWith(name))) continue;
    sizes.gzipKiB += gzipSync(contents, { level: 9 }).length;
    sizes.brotliKiB += brotliCompressSync(contents).length;
  }
  return { gzipKiB: kib(sizes.gzipKiB), brotliKiB: kib(sizes.brotliKiB) };
}

export async function benchSize() {
  const out = {};
  for (const [specifier, source] of entryPoints()) {
    if (BROWSER_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))) {
      out[specifier] = await entrySize(source).catch((error) => ({ error: String(error).split('\n')[0] }));
    }
  }
  for (const { name, gzip, brotli, maxGzip } of measureSizes()) {
    out[name] = { gzipKiB: kib(gzip), brotliKiB: kib(brotli), budgetKiB: kib(maxGzip), ratioToBudget: rounded(gzip / maxGzip) };
  }
  return out;
}
