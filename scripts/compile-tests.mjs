/**
 * The tests that run in Node, and the command that some of them start, compiled once for a whole run into `.cache/tests/`. Compiled as it is
 * imported (tsx), the server alone costs two seconds in every process that loads it, and a run starts two hundred.
 */
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packages, root } from './workspace.mjs';

const out = join(root, '.cache', 'tests');
const command = join(root, 'packages/cli/src/bin.ts');
const compiled = (file) => join(out, relative(root, file).replace(/\.ts$/, '.mjs'));

/** What a source asks about its own place is answered with the source's, not with the bundle's. */
const ownPlaces = {
  name: 'lectern-own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?[jt]s$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.')) return undefined;
      const contents = source
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: extname(path) === '.ts' ? 'ts' : 'js' };
    });
  },
};

/** Dependencies stay outside the bundle, which finds the workspace's; a version that a package has for itself is named by its place. */
const dependencies = {
  name: 'lectern-dependencies',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (path.startsWith('@lectern/')) return undefined;
      const [scope, name] = path.split('/');
      const folder = join('node_modules', path.startsWith('@') ? `${scope}/${name}` : scope);
      const own = packages.some(({ dir }) => importer.startsWith(dir) && existsSync(join(dir, folder)));
      return { path: own ? createRequire(importer).resolve(path) : path, external: true };
    });
  },
};

/**
 * @param {string[]} files the tests' sources
 * @returns {Promise<{ files: string[], command: string }>} what to run in their place, and the `lectern` command
 */
export async function compileTests(files) {
  rmSync(out, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [...files, command],
    outbase: root,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'silent',
    plugins: [ownPlaces, dependencies],
  });
  return { files: files.map(compiled), command: compiled(command) };
}
