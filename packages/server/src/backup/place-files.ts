import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from './backup-error.js';
import { isCourseId, KEY_FILES, type EntryPlace } from './backup-format.js';
import type { ReadEntry } from './archive-reader.js';

/**
 * Files and rows of a restore change together or not at all: files wait beside their places, the plan says so, the rows are committed, and then the
 * files are moved. Whoever comes after a crash reads the plan, and sees by the database whether to go on or to go back.
 */
interface Plan {
  readonly id: string;
  /** The courses whose files are there before. */
  readonly before: readonly string[];
}

const PLAN = 'restore.json';
const keyName = (name: string, id: string): string => `${name}.restore-${id}`;

/** Where a data folder's files of one restore wait. */
export class StagedFiles {
  readonly #dataDir: string;
  readonly #id: string;
  readonly #folder: string;

  constructor(dataDir: string, id: string) {
    this.#dataDir = dataDir;
    this.#id = id;
    this.#folder = join(dataDir, 'content', `.restore-${id}`);
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** @throws BackupError `backup-invalid` where a file cannot lie beside another, `file-unwritable` */
  async add(place: Exclude<EntryPlace, { kind: 'rows' }>, { name, chunks, modifiedAt }: ReadEntry, file: string): Promise<void> {
    const target = place.kind === 'key' ? join(this.#dataDir, keyName(place.file, this.#id)) : join(this.#folder, place.course, ...place.path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(Readable.from(chunks), createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true })).catch((cause: NodeJS.ErrnoException) => {
      if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(cause.code ?? '')) throw new BackupError('backup-invalid', 'Two of its files cannot lie beside each other.', { file, field: name.slice(0, 200), cause });
      if (cause.code === 'ENOSPC') throw new BackupError('file-unwritable', 'No space is left in the data folder.', { file: target, cause });
      throw cause;
    });
    await utimes(target, modifiedAt, modifiedAt);
  }

  /** To be called before the rows are committed. */
  async writePlan(): Promise<void> {
    const plan: Plan = { id: this.#id, before: await listCourses(join(this.#dataDir, 'content')) };
    const draft = join(this.#dataDir, `${PLAN}.new`);
    await writeFile(draft, JSON.stringify(plan), { mode: 0o600, flush: true });
    await rename(draft, join(this.#dataDir, PLAN));
    const folder = await open(this.#dataDir, 'r');
    await folder.sync().catch(() => undefined); // not every file system has that
    await folder.close();
  }
}

/**
 * Brings to its end what a restore has begun, or clears it away.
 * @param isCommitted whether the rows of the restore with this id are there
 */
export async function finishRestore(dataDir: string, isCommitted: (id: string) => Promise<boolean>): Promise<void> {
  const content = join(dataDir, 'content');
  const plan = await readFile(join(dataDir, PLAN), 'utf8').then((text) => JSON.parse(text) as Plan, () => undefined);
  if (plan && (await isCommitted(plan.id))) {
    const [staged, replaced] = [join(content, `.restore-${plan.id}`), join(content, `.replaced-${plan.id}`)];
    await mkdir(replaced, { recursive: true, mode: 0o700 });
    // Each step may have been done before: what was moved aside is not moved again.
    for (const course of plan.before) if (!(await exists(join(replaced, course)))) await moveIfThere(join(content, course), join(replaced, course));
    for (const course of await listCourses(staged)) await moveIfThere(join(staged, course), join(content, course));
    for (const name of KEY_FILES) await moveIfThere(join(dataDir, keyName(name, plan.id)), join(dataDir, name));
  }
  await rm(join(dataDir, PLAN), { force: true });
  for (const name of await names(content)) if (/^\.(restore|replaced)-/.test(name)) await rm(join(content, name), { recursive: true, force: true });
  for (const name of await names(dataDir)) if (/\.(json|key)\.restore-/.test(name)) await rm(join(dataDir, name), { force: true });
}

/** What a restore would replace: courses' files and keys. */
export async function listPlaced(dataDir: string): Promise<string[]> {
  const keys: string[] = [];
  for (const name of KEY_FILES) if (await exists(join(dataDir, name))) keys.push(name);
  return [...(await listCourses(join(dataDir, 'content'))), ...keys];
}

const listCourses = async (folder: string): Promise<string[]> => (await names(folder)).filter(isCourseId);
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const exists = (file: string): Promise<boolean> => stat(file).then(() => true, () => false);

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
