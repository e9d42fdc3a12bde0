import { createHash } from 'node:crypto';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Course } from '@lectern/core';
import { readPackageTree, readUnpackedPackage, unpackH5p, type CoursePackage, type PackageTree, type PackageWarning, type PackFile, type RandomAccess } from '@lectern/courseware';
import { CommandError } from '../command-error.js';
import { diskFile, handleChunks, readFolder } from './read-files.js';

/** A course on disk, whatever it came as. Close it when its files are packed. */
export interface OpenCourse {
  readonly course: Course;
  readonly files: readonly PackFile[];
  readonly warnings: readonly PackageWarning[];
  readonly manifest: string;
  close(): Promise<void>;
}

/** More than a server takes of strangers: what is packed is one's own. Bytes. */
const LIMITS = { entries: 100_000, fileBytes: 1024 ** 4, totalBytes: 1024 ** 4 };

/** `.h5p` packages that are compressed once more in an archive are held in memory while they are read: bytes. */
const MAX_NESTED = 1024 ** 3;

/**
 * Opens a course: the folder of a `course.json` or of another manifest, that file itself, or a package.
 * @param at a path
 * @throws CommandError `file-unreadable`; PackageError
 */
export async function openCourse(at: string): Promise<OpenCourse> {
  const found = await stat(at).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError('file-unreadable', cause.code === 'ENOENT' ? 'There is no such file or folder.' : `It cannot be read: ${cause.message}`, { file: at, cause });
  });
  if (found.isDirectory()) return openFolder(at);
  if (isManifest(basename(at))) return openFolder(dirname(at), basename(at));
  return openArchive(at, found.size);
}

/** Whether a file of this name stands for the folder that it is in. */
export const isManifest = (name: string): boolean => /^(course\.json|imsmanifest\.xml|cmi5\.xml|tincan\.xml|h5p\.json)$/.test(name);

const PLACEHOLDER = 'urn:lectern:course';

async function openFolder(folder: string, manifest?: string): Promise<OpenCourse> {
  const warnings: PackageWarning[] = [];
  const { root, files } = await readCourseFolder(folder, manifest, (warning) => void warnings.push(warning));
  const handles: FileHandle[] = [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const fileAt = (path: string): PackFile => {
    const file = byPath.get(path);
    if (!file) throw new CommandError('file-missing', `There is no file "${path}".`, { file: path });
    return file;
  };
  const tree: PackageTree = {
    files: files.map(({ path, size }) => ({ path, size, compressedSize: size })),
    warnings,
    has: (path) => byPath.has(path),
    async *chunks(path) {
      yield* fileAt(path).chunks();
    },
    bytes: (path) => bytesOf(fileAt(path)),
    close: async () => void (await Promise.all(handles.map((handle) => handle.close()))),
  };
  const whole = await unpackH5p(tree, async (path) => {
    const handle = await open(join(root, path));
    handles.push(handle);
    return sourceOf(handle, fileAt(path).size);
  }, LIMITS);
  try {
    const pack = await readPackageTree(whole, { id: PLACEHOLDER, ...(manifest ? { manifest } : {}) });
    return await opened(pack, (path) => whole.bytes(path), whole === tree && files.length === pack.entries.length ? files : [...pack.files()]);
  } catch (error) {
    await whole.close();
    throw error;
  }
}

/** A `course.json` may stand beside its content, and say so by a relative `base`. */
async function readCourseFolder(folder: string, manifest: string | undefined, warn: (warning: PackageWarning) => void): Promise<{ readonly root: string; readonly files: PackFile[] }> {
  const at = join(folder, 'course.json');
  const text = manifest === undefined || manifest === 'course.json' ? await readFile(at).catch(() => undefined) : undefined;
  const base = text && relativeBase(text.toString('utf8'));
  if (!base || !text) return { root: folder, files: await readFolder(folder, warn) };
  const root = resolve(folder, base);
  const files = await readFolder(root, warn);
  return { root, files: [...files.filter(({ path }) => path !== 'course.json'), diskFile('course.json', at, text.length)] };
}

function relativeBase(text: string): string | undefined {
  try {
    const { base } = JSON.parse(text.replace(/^\uFEFF/, '')) as { base?: unknown };
    return typeof base === 'string' && !/^([a-z][a-z0-9+.-]*:|\/)/i.test(base) && base !== '' && base !== '.' ? decodeURIComponent(base) : undefined;
  } catch {
    return undefined; // What is wrong is said where it is read.
  }
}

async function openArchive(at: string, size: number): Promise<OpenCourse> {
  const handle = await open(at);
  try {
    const pack = await readUnpackedPackage(sourceOf(handle, size), { id: PLACEHOLDER, limits: LIMITS, memory: MAX_NESTED });
    const files = [...pack.files()].map((file): PackFile => ({ path: file.path, size: file.size, chunks: () => archivedChunks(handle, file) }));
    const course = await opened(pack, async (path) => pack.file(path).bytes(), files);
    return { ...course, close: () => course.close().finally(() => handle.close()) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const sourceOf = (handle: FileHandle, size: number): RandomAccess => ({
  size,
  async read(offset, length) {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  },
});

/** What is stored is read where it lies: twice as fast as by way of an archive reader. */
async function* archivedChunks(handle: FileHandle, file: ReturnType<CoursePackage['file']>): AsyncGenerator<Uint8Array, void, undefined> {
  const { offset, length, deflated } = await file.locate();
  if (deflated) yield* file.chunks();
  else yield* handleChunks(handle, offset, length);
}

async function opened(pack: CoursePackage, read: (path: string) => Promise<Uint8Array>, files: readonly PackFile[]): Promise<OpenCourse> {
  const id = await idOf(pack, read);
  return { course: { ...pack.course, id }, files, warnings: pack.warnings, manifest: pack.manifest, close: () => pack.close() };
}

/** The id that the course has of itself; else one made of its manifest, so that it is the same each time. */
async function idOf({ course, manifest, entries }: CoursePackage, read: (path: string) => Promise<Uint8Array>): Promise<string> {
  if (course.publisherId) return course.publisherId;
  const path = entries.some((entry) => entry.path === manifest) ? manifest : undefined;
  if (path === undefined) return PLACEHOLDER;
  const bytes = await read(path).catch(() => new Uint8Array());
  if (manifest === 'course.json') {
    const { id } = JSON.parse(new TextDecoder().decode(bytes)) as { id?: string };
    if (id !== undefined) return id;
  }
  return `${PLACEHOLDER}:${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`;
}

async function bytesOf(file: PackFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk.slice());
  return Buffer.concat(chunks);
}
