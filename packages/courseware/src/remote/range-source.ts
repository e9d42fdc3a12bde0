import type { RandomAccess } from '../package/zip.js';
import { RemoteError } from './remote-error.js';
import { requestRange, type RemoteResource } from './request-range.js';

/** Bytes. What is asked for in little is fetched and kept in blocks of this size: a directory, local headers, small files beside each other. */
const BLOCK = 32 * 1024;

/**
 * Bytes of the first request of a stream, and of the longest: each is twice as long as the one before. Who stops soon (a film that only shows its first
 * picture) has then not filled every buffer on the way with what nobody will see.
 */
const [FIRST_STRIDE, LAST_STRIDE] = [256 * 1024, 8 * 1024 * 1024];

/** Blocks that are kept: 16 MiB. */
const KEPT = 512;

/**
 * A file on the web that is read in parts, by HTTP Range requests (RFC 9110 14). Neighbouring blocks are fetched by one request, a block that is on
 * its way or kept is not fetched again, and a file that is replaced meanwhile is noticed.
 */
export class RangeSource implements RandomAccess {
  readonly #resource: RemoteResource;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  #stop = new AbortController();
  #received = 0;

  /** @param head the first bytes, where they are known already */
  constructor(resource: RemoteResource, head: Uint8Array = new Uint8Array()) {
    this.#resource = resource;
    const { size } = resource.version;
    for (let block = 0; (block + 1) * BLOCK <= head.length || (head.length === size && block * BLOCK < size); block++) {
      this.#blocks.set(block, Promise.resolve(head.subarray(block * BLOCK, (block + 1) * BLOCK)));
    }
    this.#received = head.length;
  }

  get size(): number {
    return this.#resource.version.size;
  }

  /** Bytes that came over the network so far. */
  get received(): number {
    return this.#received;
  }

  /** Ends every transfer that is under way; a later read begins a new one. */
  rest(): void {
    this.#stop.abort(new DOMException('The package was closed.', 'AbortError'));
    this.#stop = new AbortController();
  }

  /** @throws RemoteError */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array();
    const first = Math.floor(offset / BLOCK);
    const last = Math.floor((end - 1) / BLOCK);
    this.#want(first, last);
    const out = new Uint8Array(end - offset);
    const parts: Promise<Uint8Array>[] = [];
    for (let block = first; block <= last; block++) parts.push(this.#blocks.get(block)!);
    for (const [index, bytes] of (await Promise.all(parts)).entries()) {
      const at = (first + index) * BLOCK - offset;
      out.set(at < 0 ? bytes.subarray(-at, -at + out.length) : bytes.subarray(0, out.length - at), Math.max(0, at));
    }
    this.#forget(first, last);
    return out;
  }

  /**
   * A longer part as it arrives, by requests that grow longer the longer it is read, and wait when nobody reads. A connection that breaks is taken up
   * again where it broke. Nothing of it is kept.
   */
  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
    const stop = new AbortController();
    const abort = (from: AbortSignal) => (): void => stop.abort(from.reason);
    for (const from of [this.#stop.signal, ...(signal ? [signal] : [])]) {
      if (from.aborted) stop.abort(from.reason);
      else from.addEventListener('abort', abort(from), { once: true, signal: stop.signal });
    }
    const end = Math.min(offset + length, this.size);
    let at = offset;
    let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
    let breaks = 0;
    let stride = FIRST_STRIDE;
    let until = at;
    const next = async (): Promise<Uint8Array<ArrayBuffer>> => {
      for (;;) {
        if (!reader) {
          until = Math.min(at + stride, end);
          stride = Math.min(stride * 2, LAST_STRIDE);
          reader = (await requestRange(this.#resource, at, until - 1, stop.signal)).body!.getReader();
        }
        try {
          const { done, value } = await reader.read();
          if (!done) return value;
        } catch (cause) {
          if (stop.signal.aborted || breaks >= 3) throw cause;
        }
        reader = undefined;
        if (at < until && (breaks += 1) > 3) throw new RemoteError('remote-unreachable', `${this.#resource.url} breaks off again and again.`, this.#resource.url);
      }
    };
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: async (controller) => {
          if (at >= end) return stop.abort(), controller.close();
          const bytes = await next();
          this.#received += bytes.length;
          controller.enqueue(at + bytes.length > end ? bytes.subarray(0, end - at) : bytes);
          at += bytes.length;
          if (at < end) return;
          stop.abort();
          controller.close();
        },
        cancel: () => stop.abort(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Sees that all blocks are there or on their way; each gap is one request. */
  #want(first: number, last: number): void {
    for (let block = first; block <= last; block++) {
      if (this.#blocks.has(block)) continue;
      let to = block;
      while (to < last && !this.#blocks.has(to + 1)) to += 1;
      this.#fetch(block, to);
      block = to;
    }
  }

  #fetch(first: number, last: number): void {
    const start = first * BLOCK;
    const end = Math.min((last + 1) * BLOCK, this.size);
    const bytes = this.#fetchBytes(start, end);
    for (let block = first; block <= last; block++) {
      const part = bytes.then((all) => all.subarray((block - first) * BLOCK, (block - first + 1) * BLOCK));
      this.#blocks.set(block, part);
      // What failed is asked for again by the next who needs it.
      part.catch(() => this.#blocks.get(block) === part && this.#blocks.delete(block));
    }
  }

  async #fetchBytes(start: number, end: number): Promise<Uint8Array> {
    const { url } = this.#resource;
    const response = await requestRange(this.#resource, start, end - 1, this.#stop.signal);
    const bytes = new Uint8Array(await response.arrayBuffer());
    this.#received += bytes.length;
    if (bytes.length !== end - start) throw new RemoteError('remote-unreachable', `${url} broke off.`, url);
    return bytes;
  }

  /** The blocks that were read longest ago go first; those just read are put last. */
  #forget(first: number, last: number): void {
    for (let block = first; block <= last; block++) {
      const part = this.#blocks.get(block);
      if (part && this.#blocks.delete(block)) this.#blocks.set(block, part);
    }
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) return;
      this.#blocks.delete(block);
    }
  }
}
