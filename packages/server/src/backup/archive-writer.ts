import { createHash, type Hash } from 'node:crypto';
import { once, type EventEmitter } from 'node:events';
import { createWriteStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { pack as createPack } from 'tar-stream';
import { BackupError } from './backup-error.js';
import { END_NAME, EntryDigest, type BackupEnd } from './backup-format.js';

export interface ArchiveEntry {
  readonly name: string;
  /** Octets; exactly as many must come. */
  readonly size: number;
  readonly modifiedAt?: Date;
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface WrittenArchive {
  /** Octets. */
  readonly size: number;
  /** Of the file as it is, hexadecimal: what `sha256sum` says. */
  readonly sha256: string;
}

export interface ArchiveWriter {
  add(entry: ArchiveEntry): Promise<void>;
  /** Writes the last entry, and gives the file its name once all of it is on disk. */
  finish(end: Omit<BackupEnd, 'entries' | 'sha256'>): Promise<WrittenArchive>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

/** gzip's: COPY text shrinks to a tenth at 3, and little more at 9 for four times the time. */
const LEVEL = 3;

/**
 * Writes an archive as a stream.
 * @param to a file, which appears whole or not at all; or a stream, which is as whole as its last entry says
 * @throws BackupError `file-exists`, `file-unwritable`
 */
export async function openArchiveWriter(to: string | Writable, { force = false }: { readonly force?: boolean } = {}): Promise<ArchiveWriter> {
  const draft = typeof to === 'string' ? `${to}.part` : undefined;
  if (typeof to === 'string' && !force && (await exists(to))) throw taken(to);
  const destination = typeof to === 'string' ? await createDraft(`${to}.part`, to) : to;
  const pack = createPack();
  const hash = createHash('sha256');
  const counted = counter(hash);
  // tar-stream's streams are not of Node's classes, and pipe like them.
  const flow = pipeline(pack as unknown as Readable, createGzip({ level: LEVEL }), counted.stream, destination).catch((cause: unknown) => {
    throw asUnwritable(cause, typeof to === 'string' ? to : undefined);
  });
  let failure: BackupError | undefined;
  flow.catch((error: BackupError) => (failure = error)); // whoever adds next hears of it
  const digest = new EntryDigest();

  async function write({ name, size, modifiedAt = new Date(0), chunks }: ArchiveEntry): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      const entry = pack.entry({ name, size, mtime: modifiedAt, mode: 0o600 }, (error) => (error ? reject(error) : resolve()));
      void (async () => {
        try {
          for await (const chunk of chunks) {
            digest.update(chunk);
            if (!entry.write(chunk)) await once(entry as unknown as EventEmitter, 'drain');
          }
          (entry as unknown as Writable).end();
        } catch (error) {
          (entry as unknown as Writable).destroy();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      })();
    });
    await Promise.race([written, flow.then(() => written)]).catch(async (error: unknown) => {
      await setImmediate(); // where writing failed, that is why the entry did
      throw failure ?? error;
    });
  }

  return {
    async add(entry) {
      digest.begin(entry.name, entry.size);
      await write(entry);
    },
    async finish(rest) {
      const end: BackupEnd = { ...digest.result(), ...rest };
      const bytes = Buffer.from(`${JSON.stringify(end, null, 2)}\n`);
      await write({ name: END_NAME, size: bytes.byteLength, chunks: [bytes] });
      pack.finalize();
      await flow;
      if (typeof to === 'string') await giveName(`${to}.part`, to, force);
      return { size: counted.size(), sha256: hash.digest('hex') };
    },
    async abort() {
      pack.destroy();
      await flow.catch(() => undefined);
      if (draft !== undefined) await rm(draft, { force: true });
    },
  };
}

function counter(hash: Hash): { stream: Transform; size: () => number } {
  let size = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, size: () => size };
}

async function createDraft(draft: string, to: string): Promise<Writable> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await rm(draft, { force: true }); // of one that was killed
    const file = await open(draft, 'wx', 0o600);
    return createWriteStream(draft, { fd: file, flush: true });
  } catch (cause) {
    throw asUnwritable(cause, to);
  }
}

async function giveName(draft: string, to: string, force: boolean): Promise<void> {
  try {
    if (force) await rename(draft, to);
    else {
      // Unlike a rename, a link replaces nothing that has come there meanwhile.
      await link(draft, to).then(() => rm(draft), async (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') throw taken(to);
        await rename(draft, to); // a file system without links
      });
    }
    const folder = await open(dirname(to), 'r');
    await folder.sync().catch(() => undefined); // not every file system has that
    await folder.close();
  } catch (cause) {
    await rm(draft, { force: true });
    throw asUnwritable(cause, to);
  }
}

const exists = (file: string): Promise<boolean> => stat(file).then(() => true, () => false);
const taken = (file: string): BackupError => new BackupError('file-exists', 'There is a file of this name; choose another, or say --force.', { file });

function asUnwritable(cause: unknown, file: string | undefined): BackupError {
  if (cause instanceof BackupError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'no space is left' : code === 'EPIPE' ? 'whoever read it has gone' : message;
  return new BackupError('file-unwritable', `The backup cannot be written: ${why}.`, { ...(file === undefined ? {} : { file }), cause });
}
