import type { Dirent } from 'node:fs';
import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageWarning, PackFile } from '@lectern/courseware';
import { CommandError } from '../command-error.js';

/** Bytes read at once. */
const CHUNK = 1024 * 1024;

/** Chunks in turn: one is written and one is read while the third waits. */
const RING = 3;

/** A file on disk, to be packed. */
export function diskFile(path: string, at: string, size: number): PackFile {
  return {
    path,
    size,
    async *chunks() {
      if (size <= CHUNK) {
        yield await readFile(at);
        return;
      }
      const handle = await open(at);
      try {
        yield* handleChunks(handle, 0, size);
      } finally {
        await handle.close();
      }
    },
  };
}

/** Part of an open file, by chunks that are used again: each is good until the next but one. */
export async function* handleChunks(handle: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  const ring = Array.from({ length: Math.min(RING, Math.ceil(length / CHUNK)) }, () => Buffer.allocUnsafe(Math.min(CHUNK, length)));
  for (let at = 0, turn = 0; at < length; turn++) {
    const buffer = ring[turn % RING]!;
    const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, length - at), start + at);
    if (bytesRead === 0) return; // Shorter than it was: the writer says so.
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * The files below a folder, but for hidden ones. Links are not followed: they may lead anywhere.
 * @throws CommandError `file-unreadable`
 */
export async function readFolder(folder: string, warn: (warning: PackageWarning) => void): Promise<PackFile[]> {
  const files: PackFile[] = [];
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    const entries: Dirent[] = await readdir(join(folder, below), { withFileTypes: true }).catch((cause: Error) => {
      throw new CommandError('file-unreadable', `The folder cannot be read: ${cause.message}`, { file: join(folder, below ?? ''), cause });
    });
    for (const entry of entries) {
      const path = `${below}${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) pending.push(`${path}/`);
      else if (entry.isFile()) files.push(diskFile(path, join(folder, path), (await stat(join(folder, path))).size));
      else warn({ code: 'not-carried', message: 'It is a link or no file, and was left out.', file: path });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
