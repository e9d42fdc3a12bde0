import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VERSION = '3.8.2';
const SHA512 = 'r7eQtTzBk/dbaQZ+tA9XD5FeSmyMxlypRZXudiheCnC8zAT0/zNgUvO4MZtZaznwfYVo98o7do5uxLTUQrxxwg==';
const cache = fileURLToPath(new URL('../.cache/', import.meta.url));

/**
 * What plays H5P, as its hosts get it from npm: no dependency of ours, since it carries code under the GPL, and its install script stops `npm ci`.
 * @returns its folder `dist`
 */
export async function h5pPlayer(): Promise<string> {
  const folder = join(cache, `h5p-standalone-${VERSION}`);
  const dist = join(folder, 'package', 'dist');
  if (existsSync(dist)) return dist;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await run('npm', ['pack', `h5p-standalone@${VERSION}`, '--silent', '--pack-destination', unfinished], { cwd: unfinished });
    const archive = join(unfinished, `h5p-standalone-${VERSION}.tgz`);
    const sum = createHash('sha512').update(await readFile(archive)).digest('base64');
    if (sum !== SHA512) throw new Error(`h5p-standalone ${VERSION} is not what it was: sha512-${sum}`);
    await run('tar', ['xzf', archive, '-C', unfinished]);
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(dist)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return dist;
}
