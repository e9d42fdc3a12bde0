import { listUnits, type Course, type H5pUnit } from '@lectern/core';
import { isAbsoluteUrl } from '../course/safe-url.js';
import { readH5p } from '../h5p/read-h5p.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { PackFile, PackTarget, PlayerFiles } from './pack-options.js';
import { pathOf } from './unit-urls.js';

/** Where h5p-standalone's folder `dist` lies in the player's: beside the frame's page, which looks for it there. */
export const H5P_FOLDER = 'frame/h5p/';

/** Longest JSON that is looked into: bytes. */
const MAX_JSON = 16 * 1024 * 1024;

/**
 * Looks whether H5P content can be packed: it lies in the course, whole, with all libraries that it needs, and what plays it is at hand. A cartridge can do without the player: few of its hosts run
 * scripts at all.
 * @throws PackageError `unit-unpackable` (it lies elsewhere), `h5p-player-missing`, and those of `readH5p` with the file's place in the course
 */
export async function checkH5p(course: Course, files: readonly PackFile[], player: PlayerFiles, as: PackTarget, warn: (warning: PackageWarning) => void): Promise<void> {
  const units = listUnits(course).filter((unit) => unit.kind === 'h5p');
  if (units.length === 0) return;
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const unit of units) await checkUnit(unit, byPath);
  if (player.files.some(({ path }) => path === `${H5P_FOLDER}main.bundle.js`)) return;
  const [{ id }] = units as [H5pUnit];
  const advice = 'install it (npm install --ignore-scripts h5p-standalone), or say where its folder "dist" is (--h5p-player, LECTERN_H5P_PLAYER). It is no part of Lectern, since it carries H5P’s core, which is under the GPL.';
  if (as !== 'cc') throw new PackageError('h5p-player-missing', `"${id}" is H5P content, and h5p-standalone, which plays it, was not found: ${advice}`, { field: `${id}.kind` });
  warn({ code: 'not-playable', message: `"${id}" is H5P content, and h5p-standalone, which plays it, was not found: it does not run from this package anywhere. To have it, ${advice}`, field: `${id}.kind` });
}

async function checkUnit({ id, href }: H5pUnit, byPath: ReadonlyMap<string, PackFile>): Promise<void> {
  const field = `${id}.href`;
  if (isAbsoluteUrl(href)) {
    throw new PackageError('unit-unpackable', `"${id}" is H5P content that lies elsewhere (${href.slice(0, 200)}): put its files, or its .h5p package, into the course.`, { field });
  }
  const path = (pathOf(href) ?? '').replace(/^\.$|\/+$/, '');
  const folder = path === '' ? '' : `${path}/`;
  const read = async (name: string): Promise<Uint8Array> => bytesOf(byPath.get(folder + name), folder + name);
  try {
    const paths = [...byPath.keys()].filter((each) => each.startsWith(folder)).map((each) => each.slice(folder.length));
    const has = new Set(paths);
    await readH5p(await read('h5p.json'), { id: `urn:h5p:${id}`, files: { has: (name) => has.has(name), paths }, read });
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    const file = error.file === undefined || error.file.startsWith(folder) ? error.file : folder + error.file;
    throw new PackageError(error.code, `"${id}": ${error.message}`, { ...(file === undefined ? {} : { file }), field, cause: error });
  }
}

async function bytesOf(file: PackFile | undefined, path: string): Promise<Uint8Array> {
  if (!file) throw new PackageError('file-missing', `"${path}" is not there.`, { file: path });
  if (file.size > MAX_JSON) throw new PackageError('too-large', `"${path}" has ${file.size} bytes; at most ${MAX_JSON} are read.`, { file: path });
  const bytes = new Uint8Array(file.size);
  let at = 0;
  for await (const chunk of file.chunks()) {
    bytes.set(chunk.subarray(0, file.size - at), at);
    at = Math.min(file.size, at + chunk.length);
  }
  return bytes;
}
