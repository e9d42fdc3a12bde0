/**
 * The workspace as data: the packages, and which source file stands behind each published specifier.
 * Everything that must run from source before anything is built (browser tests, Storybook, the browser bundle)
 * asks here, so a package's "exports" stays the one list of what may be imported from it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Packages in the order they build: no package imports one that comes after it. */
export const packages = ['core', 'courseware', 'lms', 'components', 'server', 'cli'].map((name) => {
  const dir = join(root, 'packages', name);
  return { name, dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) };
});

/** `./dist/x.js` of an exports or bin entry as the source it is built from, or undefined for assets and patterns. */
function sourceOfExport(dir, entry) {
  const built = typeof entry === 'string' ? entry : entry.default;
  const match = /^\.\/dist\/(.+)\.js$/.exec(built);
  return match && !match[1].includes('*') ? join(dir, 'src', `${match[1]}.ts`) : undefined;
}

/** Every published module specifier (`@lectern/core`, `@lectern/lms/xapi` …) with the source file behind it. */
export function entryPoints() {
  const entries = new Map();
  for (const { dir, manifest } of packages) {
    for (const [subpath, entry] of Object.entries(manifest.exports ?? {})) {
      const source = sourceOfExport(dir, entry);
      if (source) entries.set(manifest.name + subpath.slice(1), source);
    }
  }
  return entries;
}

/** The existing source files a package is entered by: its exports and its commands. */
export function sourcesOf({ dir, manifest }) {
  return [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})]
    .map((entry) => sourceOfExport(dir, entry))
    .filter((source) => source && existsSync(source));
}

/** A resolver for Rollup and Vite: `@lectern/*` means the source, and only what the package exports. */
export function workspaceSources() {
  const entries = entryPoints();
  return {
    name: 'lectern-workspace-sources',
    enforce: /** @type {const} */ ('pre'),
    resolveId(specifier) {
      if (!specifier.startsWith('@lectern/')) return null;
      const source = entries.get(specifier);
      if (source && existsSync(source)) return source;
      throw new Error(`${specifier} is not exported by its package, or its source is missing (see "exports" in its package.json).`);
    },
  };
}
