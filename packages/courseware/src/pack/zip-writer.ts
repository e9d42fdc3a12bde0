import { Deflate, deflateSync } from 'fflate';
import { PackageError } from '../package/package-error.js';
import { createCrc32, type Crc32 } from './crc32.js';
import { dataDescriptor, directoryEnd, directoryHeader, localHeader, WIDE_FROM, type EntryFacts } from './zip-records.js';

/** Where an archive is written to. */
export interface ZipSink {
  /** The bytes are its own until it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Writes over what was written at an offset. With it each file is read once. Absent, as with a stream: stored files are read twice, once for their checksum, so
   * that their sizes stand before their bytes all the same.
   */
  rewrite?(offset: number, bytes: Uint8Array): Promise<void>;
}

/** A file to be archived. */
export interface ZipInput {
  /** Slashes between folders, no `..`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Stored as it is, which media are; absent: deflated. */
  readonly stored?: boolean;
  /** Its bytes; may be asked for twice. A chunk is left alone until the next but one has been asked for. */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export interface WriteZipOptions {
  /** A checksum that is faster than the one in JavaScript. */
  readonly crc32?: Crc32;
  /** Told what was read so far, in bytes. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** Deflated in one go up to here, in bytes; beyond it piece by piece. */
const AT_ONCE = 8 * 1024 * 1024;

/** What would unpack to more than so many times its size is taken for a bomb by careful readers, ours among them: it is stored. */
const MAX_RATIO = 100;

/** Below this nobody minds: bytes. */
const RATIO_FLOOR = 1024 * 1024;

/** As `zip -6`. */
const LEVEL = 6;

const encoder = (): TextEncoder => new TextEncoder();

/**
 * Writes a ZIP archive that depends on nothing but its files: in the order of their paths' code units, with one date, without attributes. Stored entries never have
 * their sizes behind their bytes, which some LMSs refuse.
 * @returns the archive's length in bytes
 * @throws PackageError `duplicate-name`; `corrupt` where a file has not the size it said
 */
export async function writeZip(inputs: Iterable<ZipInput>, sink: ZipSink, options: WriteZipOptions = {}): Promise<number> {
  const writer = new ZipWriter(sink, options);
  const sorted = [...inputs].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  let before: string | undefined;
  for (const input of sorted) {
    if (input.path === before) throw new PackageError('duplicate-name', `The package would have "${input.path}" twice.`, { file: input.path });
    before = input.path;
    options.signal?.throwIfAborted();
    await writer.add(input);
  }
  return writer.end();
}

class ZipWriter {
  readonly #sink: ZipSink;
  readonly #crc32: Crc32;
  readonly #onProgress: (bytes: number) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #encoder = encoder();
  readonly #entries: EntryFacts[] = [];
  #offset = 0;
  #read = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: ZipSink, { crc32, onProgress, signal }: WriteZipOptions) {
    this.#sink = sink;
    this.#crc32 = crc32 ?? createCrc32();
    this.#onProgress = onProgress ?? (() => undefined);
    this.#signal = signal;
  }

  async add(input: ZipInput): Promise<void> {
    const name = this.#encoder.encode(input.path);
    const begun = { name, utf8: name.length !== input.path.length, offset: this.#offset, wide: input.size >= WIDE_FROM, descriptor: false, crc: 0, size: input.size, packed: input.size };
    const entry: EntryFacts = input.stored
      ? await this.#store(input, { ...begun, method: 0 })
      : input.size <= AT_ONCE
        ? await this.#deflateAtOnce(input, { ...begun, method: 8 })
        : await this.#deflate(input, { ...begun, method: 8 });
    this.#entries.push(entry);
  }

  async end(): Promise<number> {
    const start = this.#offset;
    for (const entry of this.#entries) await this.#put(directoryHeader(entry));
    await this.#put(directoryEnd(this.#entries.length, start, this.#offset - start));
    await this.#writing;
    return this.#offset;
  }

  async #store(input: ZipInput, entry: EntryFacts): Promise<EntryFacts> {
    if (this.#sink.rewrite) return this.#patched(entry, () => this.#copy(input));
    let crc = 0;
    for await (const chunk of this.#counted(input, false)) crc = this.#crc32(chunk, crc);
    const known = { ...entry, crc };
    await this.#put(localHeader(known));
    if ((await this.#copy(input)).crc !== crc) throw new PackageError('corrupt', `"${input.path}" changed while it was packed.`, { file: input.path });
    return known;
  }

  async #copy(input: ZipInput): Promise<{ crc: number; packed: number }> {
    let crc = 0;
    for await (const chunk of this.#counted(input)) {
      crc = this.#crc32(chunk, crc);
      await this.#put(chunk);
    }
    return { crc, packed: input.size };
  }

  async #deflateAtOnce(input: ZipInput, entry: EntryFacts): Promise<EntryFacts> {
    const bytes = new Uint8Array(input.size);
    let at = 0;
    for await (const chunk of this.#counted(input)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    const packed = deflateSync(bytes, { level: LEVEL });
    const smaller = packed.length < bytes.length && (packed.length * MAX_RATIO > bytes.length || bytes.length < RATIO_FLOOR);
    const known: EntryFacts = { ...entry, crc: this.#crc32(bytes, 0), method: smaller ? 8 : 0, packed: smaller ? packed.length : bytes.length };
    await this.#put(localHeader(known));
    await this.#put(smaller ? packed : bytes);
    return known;
  }

  async #deflate(input: ZipInput, entry: EntryFacts): Promise<EntryFacts> {
    const work = async (): Promise<{ crc: number; packed: number }> => {
      let [crc, packed] = [0, 0];
      let made: Uint8Array[] = [];
      const deflate = new Deflate({ level: LEVEL }, (chunk) => void made.push(chunk));
      const flush = async (): Promise<void> => {
        for (const chunk of made) {
          packed += chunk.length;
          await this.#put(chunk);
        }
        made = [];
      };
      for await (const chunk of this.#counted(input)) {
        crc = this.#crc32(chunk, crc);
        deflate.push(chunk);
        await flush();
      }
      deflate.push(new Uint8Array(0), true);
      await flush();
      return { crc, packed };
    };
    if (this.#sink.rewrite) return this.#patched(entry, work);
    const open = { ...entry, descriptor: true };
    await this.#put(localHeader(open));
    const known = { ...open, ...(await work()) };
    await this.#put(dataDescriptor(known));
    return known;
  }

  /** The header once the bytes behind it are known; its length does not change. */
  async #patched(entry: EntryFacts, work: () => Promise<{ crc: number; packed: number }>): Promise<EntryFacts> {
    await this.#put(localHeader(entry));
    const known = { ...entry, ...(await work()) };
    await this.#writing;
    await this.#sink.rewrite!(entry.offset, localHeader(known));
    return known;
  }

  async *#counted(input: ZipInput, tell = true): AsyncGenerator<Uint8Array, void, undefined> {
    let seen = 0;
    const check = (sound: boolean): void => {
      if (!sound) throw new PackageError('corrupt', `"${input.path}" has not the ${input.size} bytes that it said: it changed while it was packed.`, { file: input.path });
    };
    for await (const chunk of input.chunks()) {
      seen += chunk.length;
      check(seen <= input.size);
      yield chunk;
      this.#signal?.throwIfAborted();
      if (tell) this.#onProgress((this.#read += chunk.length));
    }
    check(seen === input.size);
  }

  /** One write is under way while the next chunk is read. */
  async #put(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    await this.#writing;
    this.#writing = this.#sink.write(bytes);
    // Awaited before the next write; this keeps a rejection in between from being called unhandled.
    this.#writing.catch(() => undefined);
  }
}
