/** Records what each chunk of a browser bundle imports, for scripts/size.mjs; kept in `.cache/`, never shipped. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './workspace.mjs';

const file = (name) => join(root, '.cache', 'bundles', `${name}.json`);

/** A Rollup plugin that writes the graph of bundle `name`. */
export function recordGraph(name) {
  return {
    name: 'lectern-bundle-graph',
    writeBundle({ dir }, output) {
      const chunks = Object.values(output)
        .filter((item) => item.type === 'chunk')
        .map(({ fileName, isEntry, imports, dynamicImports, facadeModuleId, modules }) => ({
          fileName,
          isEntry,
          imports,
          dynamicImports,
          source: facadeModuleId ? relative(root, facadeModuleId) : undefined,
          modules: Object.keys(modules).map((id) => relative(root, id)),
        }));
      mkdirSync(join(root, '.cache', 'bundles'), { recursive: true });
      writeFileSync(file(name), JSON.stringify({ dir: relative(root, dir), chunks }, null, 1));
    },
  };
}

/** @returns {{ dir: string, chunks: { fileName: string, isEntry: boolean, imports: string[], dynamicImports: string[], source?: string, modules: string[] }[] }} */
export function readGraph(name) {
  return JSON.parse(readFileSync(file(name), 'utf8'));
}
