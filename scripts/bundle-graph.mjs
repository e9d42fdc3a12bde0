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

/**
 * A Rollup plugin that puts `chunks.json` beside a bundle: which files it has, what each imports, and which sources are entered through it by `import()`. Who packs a
 * course takes by it what the course's units need, and no more.
 */
export function shipGraph() {
  return {
    name: 'lectern-ship-graph',
    generateBundle(_options, output) {
      const entered = (id) => (this.getModuleInfo(id)?.dynamicImporters.length ?? 0) > 0;
      const chunks = Object.values(output)
        .filter((item) => item.type === 'chunk')
        .map(({ fileName, isEntry, imports, dynamicImports, modules }) => ({
          file: fileName,
          ...(isEntry ? { entry: true } : {}),
          imports,
          dynamicImports: [...new Set(dynamicImports)],
          enters: Object.keys(modules).filter(entered).map((id) => relative(root, id).replace(/^packages[\\/]/, '').replaceAll('\\', '/')),
        }))
        .sort((a, b) => (a.file < b.file ? -1 : 1));
      this.emitFile({ type: 'asset', fileName: 'chunks.json', source: `${JSON.stringify(chunks, null, 1)}\n` });
    },
  };
}

/** @returns {{ dir: string, chunks: { fileName: string, isEntry: boolean, imports: string[], dynamicImports: string[], source?: string, modules: string[] }[] }} */
export function readGraph(name) {
  return JSON.parse(readFileSync(file(name), 'utf8'));
}
