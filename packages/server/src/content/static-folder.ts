import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentFile } from './content-store.js';
import { diskFile } from './disk-file.js';

export interface StaticFolder {
  /** @param path relative, with slashes; what leads out of the folder is not found */
  find(path: string): Promise<ContentFile | undefined>;
}

/** A folder of our own files (the campus, the bundles). */
export function staticFolder(folder: string): StaticFolder {
  return {
    async find(path) {
      if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.includes('\\') || part.includes('\0'))) return undefined;
      const file = join(folder, path);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() ? diskFile(file, found.size, found.mtime) : undefined;
    },
  };
}
