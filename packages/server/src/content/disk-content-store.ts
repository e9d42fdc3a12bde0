import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newUuid } from '@lectern/core';
import { ServerError } from '../errors.js';
import type { ContentStore } from './content-store.js';
import { diskFile } from './disk-file.js';

const COURSE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** A folder a course. Drafts grow beside them and are renamed when whole; what a crash left of them is cleared at start. */
export async function openDiskStore(root: string): Promise<ContentStore> {
  const drafts = join(root, '.drafts');
  await rm(drafts, { recursive: true, force: true });
  await mkdir(drafts, { recursive: true });
  const folderOf = (courseId: string): string | undefined => (COURSE_ID.test(courseId) ? join(root, courseId) : undefined);

  return {
    async draft(courseId) {
      const target = folderOf(courseId);
      if (!target) throw new ServerError('parameter-invalid', 'That is no course id.', { field: 'id' });
      const folder = join(drafts, newUuid());
      await mkdir(folder, { recursive: true });
      return {
        async write(path, chunks) {
          const file = locate(folder, path);
          if (!file) throw new ServerError('package-invalid', 'A file’s name leads out of the package.', { file: path });
          try {
            await mkdir(dirname(file), { recursive: true });
            await pipeline(Readable.from(chunks), createWriteStream(file, { flags: 'wx' }));
          } catch (cause) {
            throw refusal(cause, path);
          }
        },
        async commit() {
          // The old content steps aside first: a rename cannot replace a folder that is not empty.
          const old = join(drafts, newUuid());
          await rename(target, old).catch(ignoreMissing);
          await rename(folder, target);
          await rm(old, { recursive: true, force: true });
        },
        discard: () => rm(folder, { recursive: true, force: true }),
      };
    },
    async find(courseId, path) {
      const folder = folderOf(courseId);
      const file = folder && locate(folder, path);
      const found = file ? await stat(file).catch(() => undefined) : undefined;
      return file && found?.isFile() ? diskFile(file, found.size, found.mtime) : undefined;
    },
    async list(courseId) {
      const folder = folderOf(courseId);
      const entries = folder ? await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []) : [];
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const listed = await Promise.all(files.map(async (file) => ({ path: relative(folder!, file).split(sep).join('/'), size: (await stat(file)).size })));
      return listed.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async remove(courseId) {
      const folder = folderOf(courseId);
      if (!folder) return;
      const old = join(drafts, newUuid());
      await rename(folder, old).catch(ignoreMissing);
      await rm(old, { recursive: true, force: true });
    },
  };
}

/** The file's place below the folder, or nothing when the path tries to leave it. */
function locate(folder: string, path: string): string | undefined {
  const parts = path.split('/');
  const unsafe = parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\') || part.includes('\0'));
  return unsafe ? undefined : join(folder, ...parts);
}

function refusal(cause: unknown, path: string): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENAMETOOLONG':
      return new ServerError('package-invalid', 'A file’s name is too long for this machine.', { file: path, cause });
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return new ServerError('package-invalid', 'Two files of the package cannot lie beside each other: one’s name is the other’s folder, or they differ in case alone.', { file: path, cause });
    case 'ENOSPC':
      return new ServerError('internal', 'The server has no space left.', { status: 507, cause });
    default:
      return cause;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
