import { RangeSource } from './range-source.js';
import { RemoteError } from './remote-error.js';
import { versionOf } from './request-range.js';

/** Bytes that are asked for at first: enough to know what it is, and all of most descriptions. */
const HEAD = 64 * 1024;

export interface ProbeOptions {
  readonly signal: AbortSignal;
  /** For tests. */
  readonly fetch?: typeof fetch;
}

/** The begin of something on the web, and the way to the rest of it. */
export interface Probe {
  readonly url: string;
  readonly head: Uint8Array;
  /** As the server says, without parameters, in lower case; a hint. */
  readonly type: string | undefined;
  /** Bytes in all, where they are known. */
  readonly size: number | undefined;
  /** Where the server answers in parts. */
  readonly ranges: RangeSource | undefined;
  /** All of it from its begin, as it arrives. Only once, and where there are no ranges. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Nothing more is wanted. */
  close(): void;
}

/**
 * Reads the first bytes of something: by a Range request, so that no server sends two hundred megabytes for them. A server that sends all the same is
 * read no further than needed.
 * @throws RemoteError; the signal's reason
 */
export async function probe(url: string, { signal, fetch = globalThis.fetch.bind(globalThis) }: ProbeOptions): Promise<Probe> {
  const response = await ask(url, fetch, signal);
  const type = response.headers.get('content-type')?.replace(/;.*$/, '').trim().toLowerCase() || undefined;
  if (response.status === 206) {
    const head = new Uint8Array(await response.arrayBuffer());
    const told = versionOf(response);
    const size = told.size ?? (head.length < HEAD ? head.length : await sizeByHead(url, fetch, signal));
    if (size !== undefined && size >= head.length) {
      const ranges = new RangeSource({ url, version: { ...told, size }, fetch }, head);
      return { url, head, type, size, ranges, stream: () => ranges.stream(0, size), close: () => ranges.rest() };
    }
    // Its length is told to nobody of another origin, and nothing can be read from its end: all of it, then.
    return streamed(url, await ask(url, fetch, signal, false), type);
  }
  return streamed(url, response, type);
}

/** A page of another origin may have no leave to send `Range`: then without. */
async function ask(url: string, fetch: typeof globalThis.fetch, signal: AbortSignal, inParts = true): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal, headers: { accept: '*/*', ...(inParts ? { range: `bytes=0-${HEAD - 1}` } : {}) } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (inParts) return ask(url, fetch, signal, false);
    throw new RemoteError('remote-unreachable', `${url} could not be fetched.`, url, { cause });
  }
  if (response.ok) return response;
  void response.body?.cancel().catch(() => undefined);
  // Nothing to satisfy a range with: an empty file.
  if (response.status === 416) return new Response(new Uint8Array());
  throw new RemoteError('remote-refused', `${url} answered ${response.status}.`, url, { status: response.status });
}

async function sizeByHead(url: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<number | undefined> {
  try {
    return versionOf(await fetch(url, { method: 'HEAD', signal })).size;
  } catch (cause) {
    if (signal.aborted) throw cause;
    return undefined;
  }
}

async function streamed(url: string, response: Response, type: string | undefined): Promise<Probe> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let ended = reader === undefined;
  while (reader && !ended && length < 4096) {
    const { done, value } = await reader.read();
    ended = done;
    if (value) chunks.push(value);
    length += value?.length ?? 0;
  }
  const head = new Uint8Array(await new Blob(chunks).arrayBuffer());
  const close = (): void => void reader?.cancel().catch(() => undefined);
  return {
    url,
    head,
    type,
    size: ended ? length : versionOf(response).size,
    ranges: undefined,
    stream: () =>
      new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          async pull(controller) {
            const kept = chunks.shift();
            if (kept) return controller.enqueue(kept);
            const { done, value } = ended || !reader ? { done: true as const, value: undefined } : await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          },
          cancel: close,
        },
        { highWaterMark: 0 },
      ),
    close,
  };
}
