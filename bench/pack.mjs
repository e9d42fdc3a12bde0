/**
 * What it takes to pack a course of large media: time against `zip -0` and `zip -6` on the same files, and the most memory the process ever had. `LECTERN_BENCH_PACK_MIB` says how large the
 * media are (default 2048).
 */
import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rounded } from './figures.mjs';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../packages/cli/bin/lectern.js', import.meta.url));
const FILES = 8;
const MIB = 1024 * 1024;

/** Media do not compress; these are as good as random, and the same each time. */
function noise(seed) {
  const words = new Uint32Array(MIB / 4);
  for (let index = 0, state = seed; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer);
}

async function makeCourse(folder, mib) {
  await mkdir(join(folder, 'media'));
  const children = [];
  for (let file = 0; file < FILES; file++) {
    const block = noise(file + 1);
    const out = createWriteStream(join(folder, 'media', `film-${file}.mp4`));
    for (let written = 0; written < mib / FILES; written++) {
      block.writeUInt32LE(written, 0);
      if (!out.write(Buffer.from(block))) await new Promise((resolve) => out.once('drain', resolve));
    }
    await new Promise((resolve) => out.end(resolve));
    children.push({ type: 'unit', kind: 'video', id: `film-${file}`, title: `Film ${file}`, moveOn: 'Completed', sources: [{ src: `media/film-${file}.mp4`, type: 'video/mp4' }] });
  }
  await writeFile(join(folder, 'course.json'), JSON.stringify({ id: 'https://owner.example/films', title: 'Films', children }));
}

const seconds = async (work) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Packs in a process of its own. @returns seconds, and the peak of its resident memory in bytes */
async function pack(course, out) {
  const script = `process.argv = [process.argv[0], 'lectern', ...process.argv.slice(1)]; process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n')); await import(${JSON.stringify(`file://${bin}`)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, 'pack', course, '--as', 'scorm12', '--out', out], { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  child.stderr.on('data', (chunk) => (printed += chunk));
  const took = await seconds(() => new Promise((done, fail) => child.on('close', (code) => (code === 0 ? done() : fail(new Error(printed))))));
  return { took, peak: Number(/peak (\d+)/.exec(printed)[1]) * 1024 };
}

export async function benchPack() {
  const mib = Number(process.env['LECTERN_BENCH_PACK_MIB'] ?? 2048);
  const folder = await mkdtemp(join(tmpdir(), 'lectern-bench-pack-'));
  try {
    const course = join(folder, 'course');
    await mkdir(course);
    await makeCourse(course, mib);
    const zip = (level) => seconds(() => run('zip', [`-${level}`, '-q', '-r', join(folder, `zip-${level}.zip`), '.'], { cwd: course })).finally(() => rm(join(folder, `zip-${level}.zip`), { force: true }));
    const out = join(folder, 'packed.zip');
    // Once for the page cache, so that all three read from it alike.
    const store = await zip(0);
    const packed = await pack(course, out);
    const { size } = await stat(out);
    await rm(out);
    const deflate = await zip(6);
    return {
      mebibytes: mib,
      packSeconds: rounded(packed.took, 1),
      zip0Seconds: rounded(store, 1),
      zip6Seconds: rounded(deflate, 1),
      throughputToZip0: rounded(store / packed.took),
      throughputToZip6: rounded(deflate / packed.took),
      peakMebibytes: rounded(packed.peak / MIB, 0),
      addedKibibytes: rounded((size - mib * MIB) / 1024, 0),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
