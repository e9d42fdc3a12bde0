import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract as createExtract } from 'tar-stream';
import { BackupError } from './backup-error.js';
import { END_NAME, EntryDigest, HEADER_NAME, parseEnd, parseHeader, type BackupEnd, type BackupHeader } from './backup-format.js';

export interface ReadEntry {
  readonly name: string;
  /** Octets. */
  readonly size: number;
  readonly modifiedAt: Date;
  /** To be read once; what nobody reads is passed by. */
  readonly chunks: AsyncIterable<Buffer>;
}

export interface ArchiveHandlers {
  /** The first entry: before any other. */
  readonly header: (header: BackupHeader) => void | Promise<void>;
  /** Each entry but the first and the last. */
  readonly entry?: (entry: ReadEntry) => Promise<void>;
  /** Octets of the file read so far, and in all. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Octets of `lectern.json` and `end.json`, at most. */
const MAX_JSON = 4 * 1024 * 1024;

/**
 * Reads an archive as a stream from its first entry to its last, and holds it against its checksum.
 * @throws BackupError `file-unreadable`, `backup-foreign`, `backup-truncated`, `backup-damaged`, `backup-invalid`, `backup-newer`, `interrupted`; or what a handler throws
 */
export async function readArchive(file: string, { header, entry, progress, signal }: ArchiveHandlers): Promise<BackupEnd> {
  const size = await sizeOf(file);
  const extract = createExtract();
  let done = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.byteLength;
      progress?.(done, size);
      next(signal?.aborted ? new BackupError('interrupted', 'Stopped.') : null, chunk);
    },
  });
  // tar-stream's streams are not of Node's classes, and pipe like them.
  const flow = pipeline(createReadStream(file), counted, createGunzip(), extract as unknown as Writable);
  flow.catch(() => undefined); // the loop below hears of it
  const digest = new EntryDigest();
  let isBegun = false;
  let end: BackupEnd | undefined;
  try {
    for await (const source of extract) {
      const { name, size: length = 0, type, mtime } = source.header;
      if (end) throw invalid('There is something after its last entry.', file, name);
      if (type !== 'file') throw isBegun ? invalid('Only files belong into it.', file, name) : foreign(file);
      if (!isBegun) {
        if (name !== HEADER_NAME) throw foreign(file);
        isBegun = true;
        const bytes = await readSmall(source, length, file, name);
        digest.begin(name, length);
        digest.update(bytes);
        await header(parseHeader(bytes.toString('utf8'), file));
        continue;
      }
      if (name === END_NAME) {
        end = parseEnd((await readSmall(source, length, file, name)).toString('utf8'), file);
        const { entries, sha256 } = digest.result();
        if (end.entries !== entries || end.sha256 !== sha256) throw new BackupError('backup-damaged', 'The backup is not as it was written: its checksum differs.', { file });
        continue;
      }
      digest.begin(name, length);
      const chunks = hashed(source as AsyncIterable<Buffer>, digest);
      await entry?.({ name, size: length, modifiedAt: mtime ?? new Date(0), chunks });
      for await (const rest of chunks) void rest; // what was not read counts, too
    }
    await flow;
  } catch (error) {
    extract.destroy();
    await flow.catch(() => undefined);
    throw asFault(error, file, isBegun);
  }
  if (!end) throw isBegun ? truncated(file) : foreign(file);
  return end;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new BackupError('file-unreadable', 'The file cannot be read.', { file, cause });
  });
  if (!found.isFile()) throw new BackupError('file-unreadable', 'A backup is read twice, so it must be a file.', { file });
  return found.size;
}

async function* hashed(source: AsyncIterable<Buffer>, digest: EntryDigest): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    digest.update(chunk);
    yield chunk;
  }
}

async function readSmall(source: AsyncIterable<unknown>, size: number, file: string, name: string): Promise<Buffer> {
  if (size > MAX_JSON) throw invalid('It is larger than it can be.', file, name);
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const foreign = (file: string): BackupError => new BackupError('backup-foreign', 'This is not a backup of Lectern’s.', { file });
const truncated = (file: string, cause?: unknown): BackupError => new BackupError('backup-truncated', 'The backup is not whole: it ends before its last entry.', { file, cause });
const invalid = (message: string, file: string, field: string): BackupError => new BackupError('backup-invalid', message, { file, field });

/** What gzip and tar say of octets that are not theirs. */
function asFault(error: unknown, file: string, isBegun: boolean): unknown {
  if (error instanceof BackupError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR' || message === 'Unexpected end of data') return isBegun ? truncated(file, error) : foreign(file);
  if (code?.startsWith('Z_') || /^(Invalid tar header|Invalid header|Header exceeds|Invalid pax|Decompression)/i.test(message)) {
    return isBegun ? new BackupError('backup-damaged', 'The backup cannot be unpacked: its octets are not those that were written.', { file, cause: error }) : foreign(file);
  }
  if (code === 'EACCES' || code === 'EISDIR' || code === 'EIO' || code === 'ENOENT') return new BackupError('file-unreadable', 'The file cannot be read.', { file, cause: error });
  return error;
}
