/**
 * `npm run bench`: prints ratios, and writes bench/results/<date>.json. `-- --only=size,ready,package,pack,pdf,contents,memory,throughput,setvalue,ingest,query,faults,leaving` picks some.
 * `--seed`, `--statements`, `--faults` and `--minutes` are for `faults`, `--trials` for `leaving`.
 * No speed here is a test: what a figure must not exceed is checked where it can be checked without a clock (`npm run size`). But a record
 * that was promised and is lost, told twice or out of order fails the run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/workspace.mjs';

const number = { type: 'string' };
const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, seed: number, statements: number, faults: number, minutes: number, trials: number },
});
const chosen = Object.fromEntries(Object.entries(flags).filter(([name]) => name !== 'only').map(([name, value]) => [name, Number(value)]));

const suites = {
  size: async () => (await import('./size.mjs')).benchSize(),
  ready: async () => (await import('./ready.mjs')).benchReady(),
  package: async () => (await import('./package.ts')).benchPackage(),
  pack: async () => (await import('./pack.mjs')).benchPack(),
  pdf: async () => (await import('./pdf.mjs')).benchPdf(),
  contents: async () => (await import('./contents.mjs')).benchContents(),
  memory: async () => (await import('./memory.mjs')).benchMemory(),
  throughput: async () => (await import('./throughput.mjs')).benchThroughput(),
  setvalue: async () => (await import('./setvalue.mjs')).benchSetValue(),
  ingest: async () => (await import('./ingest.mjs')).benchIngest(),
  query: async () => (await import('./query.mjs')).benchQuery(),
  faults: async () => (await import('./faults.ts')).benchFaults(chosen),
  leaving: async () => (await import('./leaving.ts')).benchLeaving(chosen),
};

const only = flags.only?.split(',');
const results = { at: new Date().toISOString(), node: process.version, cpus: cpus().length };
for (const [name, run] of Object.entries(suites)) {
  if (only && !only.includes(name)) continue;
  results[name] = await run();
  console.log(`\n${name}`);
  print(results[name], '  ');
  if ([results[name], ...Object.values(results[name])].some((result) => result?.broken)) process.exitCode = 1;
}
await mkdir(join(root, 'bench/results'), { recursive: true });
const file = `bench/results/${results.at.replace(/[:.]/g, '-')}.json`;
await writeFile(join(root, file), `${JSON.stringify(results, null, 2)}\n`);
console.log(`\n${file}`);

function print(value, indent) {
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== null && typeof entry === 'object' && !Array.isArray(entry)) {
      console.log(`${indent}${key}`);
      print(entry, `${indent}  `);
    } else {
      console.log(`${indent}${key.padEnd(28)} ${Array.isArray(entry) ? entry.join(', ') : entry}`);
    }
  }
}
