/**
 * What a page loads until something runs, against `size-budgets.json` (bytes after gzip, level 9, as a server with
 * precompressed files sends it). A budget names a bundle and the parts that are fetched by `import()` on the way:
 * the source file (or dependency) that a chunk holds. Counted are those chunks with everything they import statically.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readGraph } from './bundle-graph.mjs';
import { root } from './workspace.mjs';

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** The chunks of a bundle that are in memory once its entry and the named parts have run. */
function chunksLoaded({ bundle, parts }) {
  const { dir, chunks } = readGraph(bundle);
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const holding = (part) => {
    const chunk = chunks.find(({ source }) => source === part) ?? chunks.find(({ modules }) => modules.includes(part));
    if (!chunk) throw new Error(`bundle ${bundle} holds no ${part}`);
    return chunk;
  };
  const loaded = new Set();
  const load = (chunk) => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(byName.get(name));
  };
  [...chunks.filter(({ isEntry }) => isEntry), ...parts.map(holding)].forEach(load);
  return [...loaded].map(({ fileName }) => join(dir, fileName));
}

/**
 * @returns {{ name: string, maxGzip: number, gzip: number, brotli: number, raw: number, files: { file: string, gzip: number }[] }[]}
 */
export function measureSizes() {
  const budgets = JSON.parse(readFileSync(join(root, 'size-budgets.json'), 'utf8'));
  return budgets.map(({ name, maxGzip, loads }) => {
    const files = loads.flatMap(chunksLoaded).map((file) => {
      const content = readFileSync(join(root, file));
      return { file, raw: content.length, gzip: gzipSync(content, { level: 9 }).length, brotli: brotliCompressSync(content).length };
    });
    const total = (key) => files.reduce((sum, file) => sum + file[key], 0);
    return { name, maxGzip, raw: total('raw'), gzip: total('gzip'), brotli: total('brotli'), files };
  });
}

/**
 * @param {(line: string) => void} log
 * @returns {{ passed: number, failed: number }} one per budget
 */
export function checkSizes(log) {
  const counts = { passed: 0, failed: 0 };
  for (const { name, maxGzip, gzip, brotli, raw, files } of measureSizes()) {
    const fits = gzip <= maxGzip;
    counts[fits ? 'passed' : 'failed'] += 1;
    log(`${fits ? 'ok  ' : 'OVER'} ${name}: ${kib(gzip)} gzip of ${kib(maxGzip)}, ${kib(brotli)} brotli, ${kib(raw)} raw, ${files.length} files`);
    if (!fits) for (const { file, gzip: size } of files.sort((a, b) => b.gzip - a.gzip)) log(`       ${kib(size).padStart(10)} ${file}`);
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = checkSizes(console.log).failed ? 1 : 0;
}
