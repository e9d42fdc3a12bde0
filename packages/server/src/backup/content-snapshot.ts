import { link, mkdir, opendir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of courses that stay as they are while they are read, whatever happens to the courses. */
export interface ContentSnapshot {
  /** Whether courses may change again: hard links keep the files. Where the file system has none, not before all is read. */
  readonly isKept: boolean;
  readonly files: () => AsyncIterable<SnapshotFile>;
  remove(): Promise<void>;
}

export interface SnapshotFile {
  readonly course: string;
  /** Within the course, with slashes. */
  readonly path: string;
  /** Where it can be read. */
  readonly file: string;
  /** Octets. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/** Where snapshots lie beside the courses: no course id begins with a dot. */
const FOLDER = '.snapshots';

/** Takes the files of the courses that are named; one without files has none. What another backup has left is cleared: there is one at a time. */
export async function snapshotContent(root: string, courses: readonly string[]): Promise<ContentSnapshot> {
  const folder = join(root, FOLDER);
  await rm(folder, { recursive: true, force: true });
  let isKept = true;
  try {
    for (const course of courses) await linkFolder(join(root, course), join(folder, course));
  } catch {
    isKept = false;
    await rm(folder, { recursive: true, force: true });
  }
  const from = isKept ? folder : root;
  return {
    isKept,
    async *files() {
      for (const course of courses) yield* walk(join(from, course), course, '');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function linkFolder(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else if (entry.isFile()) await link(source, target);
  }
}

async function* walk(folder: string, course: string, prefix: string): AsyncGenerator<SnapshotFile> {
  const entries = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!entries) return;
  for await (const entry of entries) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file, course, `${prefix}${entry.name}/`);
    else if (entry.isFile()) {
      const { size, mtime } = await stat(file);
      yield { course, path: `${prefix}${entry.name}`, file, size, modifiedAt: mtime };
    }
  }
}
