import { BackupError } from './backup-error.js';
import { placeOf, type BackupEnd, type BackupHeader } from './backup-format.js';
import { readArchive } from './archive-reader.js';
import type { BackupProgress } from './create-backup.js';
import { isPrefix } from './tables.js';

export interface CheckedBackup {
  readonly header: BackupHeader;
  readonly end: BackupEnd;
}

/**
 * Reads a whole backup and holds it against its checksum; touches nothing else.
 * @throws BackupError; `backup-newer` where this Lectern cannot restore it
 */
export async function checkBackup(file: string, { onProgress = () => undefined, signal }: { readonly onProgress?: (progress: BackupProgress) => void; readonly signal?: AbortSignal | undefined } = {}): Promise<CheckedBackup> {
  let header: BackupHeader | undefined;
  const end = await readArchive(file, {
    header: (read) => {
      if (!isPrefix(read.migrations)) {
        throw new BackupError('backup-newer', `The backup is of a newer database than this Lectern knows (${read.migrations.at(-1)}). Restore it with the Lectern that made it, or a newer one.`, { file, field: 'migrations' });
      }
      header = read;
    },
    entry: ({ name }) => {
      const place = placeOf(name);
      const isKnown = place && (place.kind !== 'rows' || header?.tables.some(({ name: table }) => table === place.table));
      return isKnown ? Promise.resolve() : Promise.reject(new BackupError('backup-invalid', 'It holds something that has no place in a server.', { file, field: name.slice(0, 200) }));
    },
    progress: (done, total) => onProgress({ step: 'check', name: file, done: done / total }),
    signal,
  });
  return { header: header!, end };
}
