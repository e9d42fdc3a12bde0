import { mediaTypeOf } from '../package/media-types.js';
import { PackageError } from '../package/package-error.js';
import type { CoursePackage, PackageFile } from '../package/read-package.js';
import { partOf } from './byte-range.js';
import type { FileRequest, FileResponse } from './file-port.js';
import type { RangeSource } from './range-source.js';

/** Stored bytes; a file that is larger is read as it streams in, a smaller one by blocks, which are kept. */
const SMALL = 128 * 1024;

/** What authoring tools write for "the folder of web content" (Common Cartridge 1.3, 4.6.5): no folder of that name is in the package. */
const FILE_BASE = /^(?:.*\/)?\$(?:IMS-CC-FILEBASE|CANVAS_FILEBASE)\$\/(?:\.\.\/)*/;

/** The files of a package that stays where it is, on the web or in a blob, read as they are asked for. */
export class PackageContent {
  readonly #pack: CoursePackage;
  readonly #source: Blob | RangeSource;
  readonly #paths: ReadonlySet<string>;

  constructor(pack: CoursePackage, source: Blob | RangeSource) {
    this.#pack = pack;
    this.#source = source;
    this.#paths = new Set(pack.entries.map(({ path }) => path));
  }

  /** @throws PackageError `file-missing` */
  file(path: string): PackageFile {
    const found = this.#locate(path);
    if (found === undefined) throw new PackageError('file-missing', `The package has no file "${path}".`, { file: path });
    return this.#pack.file(found);
  }

  has(path: string): boolean {
    return this.#locate(path) !== undefined;
  }

  /**
   * The file's bytes, or a part of them. A stored file is read from where the part begins; a deflated one must be inflated from its begin.
   * @param from first byte
   * @param to last byte, included
   */
  async stream(path: string, signal: AbortSignal, from = 0, to = Number.MAX_SAFE_INTEGER): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const file = this.file(path);
    const end = Math.min(to, file.size - 1);
    const stored = await file.locate();
    if (!stored.deflated) return this.#read(stored.offset + from, end - from + 1, signal);
    if (stored.length <= SMALL) return new Blob([(await file.bytes()).slice(from, end + 1) as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    const inflated = this.#read(stored.offset, stored.length, signal).pipeThrough(new DecompressionStream('deflate-raw')) as ReadableStream<Uint8Array<ArrayBuffer>>;
    return inflated.pipeThrough(cut(from, end, file));
  }

  /** As a web server answers: media type, length, one range (RFC 9110 14). */
  async respond({ path, method, range }: FileRequest, signal: AbortSignal): Promise<FileResponse> {
    const found = this.#locate(path);
    if (found === undefined) return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: new Blob([`The package has no file "${path}".`]).stream() as ReadableStream<Uint8Array<ArrayBuffer>> };
    const { size } = this.#pack.file(found);
    const { type, encoding } = mediaTypeOf(found);
    const part = partOf(range, size);
    const headers = { 'content-type': type, 'accept-ranges': 'bytes', 'cache-control': 'no-store' };
    if (part === 'beyond') return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } };
    const head = {
      ...headers,
      'content-length': String(part ? part.end - part.start + 1 : size),
      ...(part ? { 'content-range': `bytes ${part.start}-${part.end}/${size}` } : {}),
    };
    // A worker's answer is not decoded by the browser: what is compressed inside the package is so here, and then has no length or parts of its own.
    const unpack = encoding === 'gzip' && !part;
    if (method === 'HEAD' || size === 0) return { status: part ? 206 : 200, headers: head };
    const body = await this.stream(found, signal, part?.start, part?.end);
    if (!unpack) return { status: part ? 206 : 200, headers: head, body };
    return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: body.pipeThrough(new DecompressionStream('gzip')) as ReadableStream<Uint8Array<ArrayBuffer>> };
  }

  #read(offset: number, length: number, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
    const source = this.#source;
    if (source instanceof Blob) return source.slice(offset, offset + length).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    if (length > SMALL) return source.stream(offset, length, signal);
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        controller.enqueue((await source.read(offset, length)) as Uint8Array<ArrayBuffer>);
        controller.close();
      },
    });
  }

  #locate(path: string): string | undefined {
    if (this.#paths.has(path)) return path;
    if (!FILE_BASE.test(path)) return undefined;
    const rest = path.replace(FILE_BASE, '');
    return [rest, `web_resources/${rest}`].find((candidate) => this.#paths.has(candidate));
  }
}

/** Lets one part of a stream through, and no more than the file's directory promised. */
function cut(from: number, to: number, { path, size }: PackageFile): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const begin = at;
      at += chunk.length;
      if (at > size) throw new PackageError('corrupt', `"${path}" unpacks to more than the ${size} bytes it declares.`, { file: path });
      const part = chunk.subarray(Math.max(0, from - begin), Math.max(0, to + 1 - begin));
      if (part.length > 0) controller.enqueue(part);
      if (at > to) controller.terminate();
    },
    flush() {
      if (at <= to) throw new PackageError('corrupt', `"${path}" has ${at} bytes; ${size} were declared.`, { file: path });
    },
  });
}
