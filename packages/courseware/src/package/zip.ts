import { BlobReader, Reader, Uint8ArrayReader, ZipReader, type Entry, type FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { DEFAULT_ZIP_LIMITS, type ZipLimits } from './limits.js';
import { PackageError, type PackageWarning } from './package-error.js';
import { toZipError } from './zip-errors.js';
import { decodeName, guessNameEncoding, isAscii, normalizeName, type NameFault } from './zip-names.js';

/** Bytes that can be read anywhere: a file on a disk, a resource with Range support. */
export interface RandomAccess {
  readonly size: number;
  /** @returns exactly `length` bytes from `offset`, or fewer at the end */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export type PackageSource = Blob | Uint8Array | RandomAccess;

/** A file of an archive. */
export interface ZipFile {
  /** Slashes between, none in front; never `..`. */
  readonly path: string;
  /** Bytes, uncompressed: more than this is never read. */
  readonly size: number;
  readonly compressedSize: number;
}

/** A file's bytes inside an archive. */
export interface StoredBytes {
  /** Of the first byte, from the archive's begin. */
  readonly offset: number;
  /** Bytes, as stored. */
  readonly length: number;
  /** `false`: the bytes are the file's own, so that a part of them is a part of the file. */
  readonly deflated: boolean;
}

/** An archive whose directory was read and found sound. */
export interface ZipArchive {
  readonly files: readonly ZipFile[];
  readonly warnings: readonly PackageWarning[];
  has(path: string): boolean;
  /**
   * The file's bytes as they are decompressed.
   * @throws PackageError `file-missing`, `corrupt`, `truncated`, `too-large`
   */
  chunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>;
  /**
   * Where the file's bytes are in the archive, as they are stored there.
   * @throws PackageError `file-missing`, `corrupt`
   */
  locate(path: string): Promise<StoredBytes>;
  /** The whole file. @param limit bytes; more is refused as `too-large` */
  bytes(path: string, limit?: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

class RandomAccessReader extends Reader<RandomAccess> {
  readonly #source: RandomAccess;

  constructor(source: RandomAccess) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.#source.read(index, Math.max(0, Math.min(length, this.#source.size - index)));
  }
}

const FAULTS: Readonly<Record<NameFault, string>> = {
  traversal: 'leads out of the package',
  absolute: 'is absolute',
  control: 'has control characters',
  empty: 'is empty',
};

/**
 * Opens a zip archive from strangers and judges its directory before anything is decompressed.
 * @throws PackageError `not-a-zip`, `truncated`, `corrupt`, `path-traversal`, `duplicate-name`, `too-many-entries`, `too-large`,
 * `ratio`, `encrypted`, `symlink`, `unsupported-compression`
 */
export async function openZip(source: PackageSource, options: { readonly limits?: Partial<ZipLimits> } = {}): Promise<ZipArchive> {
  const limits = { ...DEFAULT_ZIP_LIMITS, ...options.limits };
  const zip = new ZipReader(toReader(source), { useWebWorkers: false, filenameValidation: 'tolerant', checkOverlappingEntry: true, checkCrc32: true });
  const entries = await listEntries(zip, limits, () => headOf(source));
  const { files, warnings } = judge(entries, limits);
  const byPath = new Map(files.map((file) => [file.path, file]));
  return {
    files: files.map(({ path, size, compressedSize }) => ({ path, size, compressedSize })),
    warnings,
    has: (path) => byPath.has(path),
    chunks: (path, signal) => extract(byPath.get(path), path, signal),
    locate: (path) => locate(source, byPath.get(path), path),
    async bytes(path, limit = limits.fileBytes) {
      const file = byPath.get(path);
      if (file && file.size > limit) throw new PackageError('too-large', `"${path}" has ${file.size} bytes; at most ${limit} are read.`, { file: path });
      const out = new Uint8Array(file?.size ?? 0);
      let at = 0;
      for await (const chunk of extract(file, path)) {
        out.set(chunk, at);
        at += chunk.length;
      }
      return out;
    },
    close: () => zip.close(),
  };
}

interface JudgedFile extends ZipFile {
  readonly entry: FileEntry;
}

function toReader(source: PackageSource): Reader<unknown> {
  if (source instanceof Uint8Array) return new Uint8ArrayReader(source);
  return source instanceof Blob ? new BlobReader(source) : new RandomAccessReader(source);
}

/** The first bytes of a source. */
export async function headOf(source: PackageSource, length = 256): Promise<Uint8Array> {
  return readAt(source, 0, Math.min(length, sizeOf(source)));
}

async function listEntries(zip: ZipReader<unknown>, limits: ZipLimits, head: () => Promise<Uint8Array>): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entries.length >= limits.entries) {
        throw new PackageError('too-many-entries', `The package has more than ${limits.entries} files.`);
      }
      entries.push(entry);
    }
  } catch (error) {
    throw toZipError(error, undefined, await head());
  }
  return entries;
}

function judge(entries: readonly Entry[], limits: ZipLimits): { files: JudgedFile[]; warnings: PackageWarning[] } {
  const warnings: PackageWarning[] = [];
  const unflagged = entries.filter((entry) => !isFlagged(entry) && !isAscii(entry.rawFilename));
  const encoding = guessNameEncoding(unflagged.map(({ rawFilename }) => rawFilename));
  if (unflagged.length > 0 && encoding !== 'utf-8') {
    warnings.push({ code: 'name-encoding', message: `${unflagged.length} file names are not marked as UTF-8; they were read as ${encoding.toUpperCase()}.` });
  }
  const files = new Map<string, JudgedFile>();
  let total = 0;
  let compressed = 0;
  for (const entry of entries) {
    const name = (!isFlagged(entry) && !isAscii(entry.rawFilename) ? decodeName(entry.rawFilename, encoding) : undefined) ?? entry.filename;
    const normal = normalizeName(name);
    if ('fault' in normal) {
      if (normal.fault === 'empty' && entry.directory) continue;
      throw new PackageError('path-traversal', `The name "${name.slice(0, 200)}" ${FAULTS[normal.fault]}.`, { file: name.slice(0, 200) });
    }
    const { path } = normal;
    if (path.length > limits.nameLength) throw new PackageError('too-large', `A file name has more than ${limits.nameLength} characters.`, { file: path.slice(0, 200) });
    if (entry.symlink) throw new PackageError('symlink', `"${path}" is a symbolic link.`, { file: path });
    if (entry.directory) continue;
    if (entry.encrypted) throw new PackageError('encrypted', `"${path}" is encrypted.`, { file: path });
    if (files.has(path)) throw new PackageError('duplicate-name', `The package has "${path}" twice.`, { file: path });
    if (name.includes('\\') && !warnings.some(({ code }) => code === 'backslash-name')) {
      warnings.push({ code: 'backslash-name', message: 'File names are separated by backslashes; they were read as slashes.', file: path });
    }
    checkSize(path, entry, limits);
    total += entry.uncompressedSize;
    compressed += entry.compressedSize;
    if (total > limits.totalBytes) throw new PackageError('too-large', `The package unpacks to more than ${limits.totalBytes} bytes.`, { file: path });
    files.set(path, { path, size: entry.uncompressedSize, compressedSize: entry.compressedSize, entry });
  }
  if (total > limits.ratioFloor && total > compressed * limits.ratio) {
    throw new PackageError('ratio', `The package unpacks to ${Math.round(total / Math.max(1, compressed))} times its size; at most ${limits.ratio} is taken.`);
  }
  return { files: [...files.values()], warnings };
}

function checkSize(path: string, { uncompressedSize: size, compressedSize }: Entry, limits: ZipLimits): void {
  if (size > limits.fileBytes) throw new PackageError('too-large', `"${path}" unpacks to ${size} bytes; at most ${limits.fileBytes} are taken.`, { file: path });
  if (size > limits.ratioFloor && size > compressedSize * limits.ratio) {
    throw new PackageError('ratio', `"${path}" unpacks to ${Math.round(size / Math.max(1, compressedSize))} times its size; at most ${limits.ratio} is taken.`, { file: path });
  }
}

/** The local header before a file's bytes (APPNOTE 4.3.7): its length is known only by reading it, since its extra field may differ from the directory's. */
async function locate(source: PackageSource, file: JudgedFile | undefined, path: string): Promise<StoredBytes> {
  if (!file) throw new PackageError('file-missing', `The package has no file "${path}".`, { file: path });
  const { offset, compressedSize, compressionMethod } = file.entry;
  const header = await readAt(source, offset, LOCAL_HEADER);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL_HEADER || view.getUint32(0, true) !== LOCAL_SIGNATURE) throw new PackageError('corrupt', `"${path}" is not where the directory says.`, { file: path });
  const start = offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + compressedSize > sizeOf(source)) throw new PackageError('truncated', `The archive ends before "${path}" does.`, { file: path });
  return { offset: start, length: compressedSize, deflated: compressionMethod !== 0 };
}

const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;

const sizeOf = (source: PackageSource): number => (source instanceof Uint8Array ? source.length : source.size);

async function readAt(source: PackageSource, offset: number, length: number): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source.subarray(offset, offset + length);
  if (source instanceof Blob) return new Uint8Array(await source.slice(offset, offset + length).arrayBuffer());
  return source.read(offset, length);
}

/** Whether the writer says that the name is UTF-8: by its flag, or by a Unicode path beside it. */
function isFlagged(entry: Entry): boolean {
  const { languageEncodingFlag } = (entry as { bitFlag?: { languageEncodingFlag?: boolean } }).bitFlag ?? {};
  const { extraFieldUnicodePath } = entry as { extraFieldUnicodePath?: { valid?: boolean } };
  return languageEncodingFlag === true || extraFieldUnicodePath?.valid === true;
}

async function* extract(file: JudgedFile | undefined, path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  if (!file) throw new PackageError('file-missing', `The package has no file "${path}".`, { file: path });
  let seen = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.length;
      // What the directory promised was judged; more than that is a lie.
      if (seen > file.size) throw new PackageError('corrupt', `"${path}" unpacks to more than the ${file.size} bytes it declares.`, { file: path });
      controller.enqueue(chunk);
    },
  });
  const done = file.entry.getData(counted.writable, { ...(signal ? { signal } : {}) });
  // Awaited below; this keeps a rejection that comes while the consumer is busy from being called unhandled.
  done.catch((error: unknown) => counted.writable.abort(error).catch(() => undefined));
  const reader = counted.readable.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    await done;
    if (seen !== file.size) throw new PackageError('corrupt', `"${path}" has ${seen} bytes; ${file.size} were declared.`, { file: path });
  } catch (error) {
    throw toZipError(error, path);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
