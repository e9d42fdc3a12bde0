import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CommandError } from './command-error.js';

/**
 * A package on disk, read only as far as somebody asks.
 * @throws CommandError `file-unreadable`
 */
export async function openPackage(file: string): Promise<Blob> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError('file-unreadable', cause.code === 'ENOENT' ? 'There is no such file.' : `The file cannot be read: ${cause.message}`, { file, cause });
  });
  if (!found.isFile()) throw new CommandError('file-unreadable', 'This is a folder; a package is a zip file.', { file });
  if (found.size === 0) throw new CommandError('file-unreadable', 'The file is empty.', { file });
  return openAsBlob(file, { type: 'application/zip' });
}
