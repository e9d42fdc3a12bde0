import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { filesUnder } from './fingerprint.mjs';
import { entryPoints, packages, root } from './workspace.mjs';

const config = ts.readConfigFile(`${root}/tsconfig.base.json`, (file) => ts.sys.readFile(file)).config as {
  compilerOptions: { paths: Record<string, string[]> };
};

/** The files that tsconfig's `paths` would try for a specifier, in order. */
function candidates(specifier: string): string[] {
  const { paths } = config.compilerOptions;
  const exact = paths[specifier];
  if (exact) return exact;
  const [scope, name, ...rest] = specifier.split('/');
  return (paths[`${scope}/${name}/*`] ?? []).map((pattern) => pattern.replace('*', rest.join('/')));
}

test('every export of a package is what tsconfig paths and the other resolvers take for it', () => {
  for (const [specifier, source] of entryPoints()) {
    if (specifier.startsWith('@lectern/cli')) continue; // nothing imports the command
    assert.ok(candidates(specifier).includes(`./${relative(root, source)}`), `${specifier} → ${relative(root, source)}`);
  }
});

test('packages import from each other only what is exported', () => {
  const entries = entryPoints();
  for (const { name } of packages) {
    for (const file of filesUnder(`packages/${name}/src`).filter((path) => path.endsWith('.ts'))) {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      for (const { fileName } of importedFiles) {
        if (fileName.startsWith('@lectern/')) assert.ok(entries.has(fileName), `${relative(root, file)} imports ${fileName}`);
      }
    }
  }
});

test('packages declare what they import', () => {
  for (const { name, manifest } of packages) {
    const declared = new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]);
    for (const file of filesUnder(`packages/${name}/src`).filter((path) => /\.ts$/.test(path) && !/\.(test|fixture)\.ts$/.test(path))) {
      for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
        if (/^(?:\.|node:)/.test(fileName)) continue;
        const dependency = fileName.split('/').slice(0, fileName.startsWith('@') ? 2 : 1).join('/');
        assert.ok(declared.has(dependency), `${relative(root, file)} imports ${fileName}, which @lectern/${name} does not declare`);
      }
    }
  }
});
