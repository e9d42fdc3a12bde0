import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { PackFile } from '@lectern/courseware';
import { CommandError } from '../command-error.js';
import { diskFile, readFolder } from './read-files.js';

const ENTRY = 'main.bundle.js';

/**
 * Where what plays H5P content is: the folder `dist` of h5p-standalone. It is no dependency of Lectern's, since it carries H5P's core, which is under the GPL.
 * @param told by whoever packs; it must be there then. Absent: the one that is installed where they are, or beside this command
 * @returns `undefined` where none is installed
 * @throws CommandError `option-invalid`
 */
export async function findH5pPlayer(told: string | undefined, field: string): Promise<string | undefined> {
  if (told !== undefined && told !== '') {
    for (const folder of [resolve(told), resolve(told, 'dist')]) if (await isFile(join(folder, ENTRY))) return folder;
    throw new CommandError('option-invalid', `There is no h5p-standalone: its folder "dist" has a ${ENTRY}.`, { field, file: told });
  }
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve(`h5p-standalone/dist/${ENTRY}`));
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/** What of it is for browsers, as it lies in a package: beside the courseware frame. Its licence goes along. */
export async function h5pPlayerFiles(folder: string): Promise<PackFile[]> {
  const files = (await readFolder(folder, () => undefined)).filter(({ path }) => !/\.(map|d\.ts)$/.test(path));
  const licence = join(folder, '..', 'LICENSE');
  const size = (await stat(licence).catch(() => undefined))?.size;
  const all = size === undefined || files.some(({ path }) => path === 'LICENSE') ? files : [...files, diskFile('LICENSE', licence, size)];
  return all.map((file) => ({ path: `frame/h5p/${file.path}`, size: file.size, chunks: () => file.chunks() }));
}

const isFile = (path: string): Promise<boolean> => stat(path).then((found) => found.isFile(), () => false);
