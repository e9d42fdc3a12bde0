import { fetchFile, versionIn, type FileVersion } from './fetch-file.js';
import type { ListedFile } from './file-list.js';
import { KeepError } from './keep-error.js';
import { blobOf, DECODED, EXACT, INSIDE, lookUp, PIECE, pieceKey, PIECES, respond, SIZE } from './kept-file.js';

/** Files on their way at a time. */
const LANES = 4;

/** Bytes of the longest file that is kept where nobody says how long it is. */
const FILE_LIMIT = 4 * 1024 * 1024 * 1024;

const REGISTRY = 'lectern-kept';

/** Headers of what the registry has: all that a request needs to know of it. */
const MODE = 'x-lectern-mode';
const CACHE = 'x-lectern-cache';

/**
 * `kept`: answered from here; `network`: something newer is published, and is played from the network until it is kept; `fallback`: answered from here
 * where the network does not.
 */
export type KeptMode = 'kept' | 'network' | 'fallback';

/** What is known of something kept. */
export interface KeptEntry {
  readonly id: string;
  readonly version: string;
  /** Every file is there. */
  readonly complete: boolean;
  readonly mode: KeptMode;
  /** How many. */
  readonly files: number;
  readonly bytes: number;
  /** What whoever keeps it wants to know of it. JSON. */
  readonly about?: unknown;
}

export interface KeepProgress {
  readonly files: number;
  readonly totalFiles: number;
  /** Bytes so far. */
  readonly bytes: number;
  /** Bytes in all; absent while some file's length is not known. */
  readonly totalBytes: number | undefined;
}

export interface KeepPlan {
  readonly id: string;
  readonly version: string;
  readonly files: readonly ListedFile[];
  /** Default `kept`. */
  readonly mode?: KeptMode;
  readonly about?: unknown;
}

export interface KeepOptions {
  readonly signal: AbortSignal;
  progress?(progress: KeepProgress): void;
  /** For tests. */
  readonly fetch?: typeof fetch;
}

/**
 * Files kept in Cache Storage: whole versions, each in a cache of its own, so that two are never mixed. A version is there when its last file is;
 * until then the one before it answers. Files are not personal: nothing of a learner is ever put here.
 */
export class KeptStore {
  readonly #caches: CacheStorage;

  /** @throws KeepError `keep-unsupported` */
  constructor(storage: CacheStorage | undefined = (globalThis as { readonly caches?: CacheStorage }).caches) {
    if (!storage) throw new KeepError('keep-unsupported', 'This browser has no Cache Storage here: it needs https, and leave to store.');
    this.#caches = storage;
  }

  /** What is kept whole under this name. */
  async entry(id: string): Promise<KeptEntry | undefined> {
    return (await this.#record(entryKey(id))) as KeptEntry | undefined;
  }

  /** What of it is on its way, broken off or not. */
  async partial(id: string): Promise<KeptEntry | undefined> {
    return (await this.#record(partialKey(id))) as KeptEntry | undefined;
  }

  /** All that is kept whole. */
  async entries(): Promise<readonly KeptEntry[]> {
    const registry = await this.#registry();
    const found = await Promise.all((await entryKeys(registry)).map(async (key) => (await registry.match(key))?.json() as Promise<KeptEntry> | undefined));
    return found.filter((entry) => entry !== undefined);
  }

  /**
   * Fetches all files of a version; what an earlier try has left is not fetched again. Resolves when the version is the one that answers.
   * @throws KeepError; the signal's reason
   */
  async keep({ id, version, files, about, mode = 'kept' }: KeepPlan, { signal, progress, fetch = globalThis.fetch.bind(globalThis) }: KeepOptions): Promise<KeptEntry> {
    const name = cacheName(id, version);
    const before = await this.partial(id);
    if (before && before.version !== version) await this.#drop(before);
    const head = { id, version, complete: false, mode, files: files.length, ...(about === undefined ? {} : { about }) };
    await this.#write(partialKey(id), { ...head, bytes: 0 } satisfies KeptEntry);
    const cache = await this.#caches.open(name);
    const total = files.every(({ size }) => size !== undefined) ? files.reduce((sum, { size }) => sum + size!, 0) : undefined;
    const state = { files: 0, bytes: 0 };
    const tell = (): void => progress?.({ files: state.files, totalFiles: files.length, bytes: state.bytes, totalBytes: total });
    tell();
    const ended = new AbortController();
    const stop = (): void => ended.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    const queue = files[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        ended.signal.throwIfAborted();
        await this.#keepFile(cache, next.value, ended.signal, fetch, (bytes) => ((state.bytes += bytes), tell()));
        state.files += 1;
        tell();
      }
    };
    try {
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          try {
            await lane();
          } catch (error) {
            ended.abort(error);
            throw error;
          }
        }),
      );
    } catch (thrown) {
      signal.throwIfAborted();
      throw asKeepError(ended.signal.reason ?? thrown);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const entry: KeptEntry = { ...head, complete: true, bytes: state.bytes };
    const old = await this.entry(id);
    // The one moment of the change: from here on the new version answers, whole.
    await this.#write(entryKey(id), entry);
    await (await this.#registry()).delete(partialKey(id));
    if (old && old.version !== version) await this.#caches.delete(cacheName(id, old.version));
    return entry;
  }

  /** Which of the two answers. */
  async setMode(id: string, mode: KeptMode): Promise<void> {
    const entry = await this.entry(id);
    if (entry && entry.mode !== mode) await this.#write(entryKey(id), { ...entry, mode });
  }

  /** Takes it out of this browser. */
  async free(id: string): Promise<void> {
    const registry = await this.#registry();
    const gone = [await this.entry(id), await this.partial(id)];
    await Promise.all([registry.delete(entryKey(id)), registry.delete(partialKey(id))]);
    for (const entry of gone) if (entry) await this.#caches.delete(cacheName(id, entry.version));
  }

  /** A file as a blob, which the browser reads from where it is kept when it is needed. */
  async blob(id: string, url: string): Promise<Blob | undefined> {
    const entry = await this.entry(id);
    const cache = entry && (await this.#caches.open(cacheName(id, entry.version)));
    const head = cache && (await lookUp(cache, url));
    return head && cache && blobOf(cache, head, 0, head.size);
  }

  /**
   * Answers a request as the file's server would: 200, one range (206), or 416 (RFC 9110 14).
   * @param wanted what is to answer
   * @returns `undefined` for what is not kept, or not so
   */
  async answer(request: Request, wanted: KeptMode = 'kept'): Promise<Response | undefined> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const registry = await this.#registry();
    for (const key of await entryKeys(registry)) {
      const { mode, name } = await answeringBy(await registry.match(key));
      if (mode !== wanted || !name) continue;
      const cache = await this.#caches.open(name);
      const head = await lookUp(cache, request.url);
      if (head) return respond(cache, head, request);
    }
    return undefined;
  }

  async #keepFile(cache: Cache, file: ListedFile, signal: AbortSignal, fetch: typeof globalThis.fetch, arrived: (bytes: number) => void): Promise<void> {
    const { url } = file;
    const there = await cache.match(url, EXACT);
    if (there) {
      const size = Number(there.headers.get(SIZE));
      if (file.size === undefined || there.headers.has(DECODED) || size === file.size) return arrived(size);
      await cache.delete(url, EXACT);
    }
    const { end, before } = await beginOf(cache, url);
    const coming = await fetchFile(file, { signal, fetch, from: end, before });
    let at = coming.from;
    // It begins anew: no piece of what was there before may ever be taken for one of this.
    if (at === 0) for (let index = 0; await cache.delete(pieceKey(url, index)); index++);
    if (at > 0) arrived(at);
    const { response, size, version } = coming;
    const headers = keptHeaders(response, version);
    const limit = size ?? FILE_LIMIT;
    const reader = response.body?.getReader();
    let [parts, gathered]: [Uint8Array<ArrayBuffer>[], number] = [[], 0];
    const put = async (): Promise<void> => {
      const blob = new Blob(parts);
      const full = blob.slice(0, PIECE);
      await cache.put(pieceKey(url, at / PIECE), new Response(full, { headers }));
      at += full.size;
      const rest = blob.size > PIECE ? new Uint8Array(await blob.slice(PIECE).arrayBuffer()) : undefined;
      [parts, gathered] = rest ? [[rest], rest.length] : [[], 0];
    };
    try {
      for (let next = await reader?.read(); next && !next.done; next = await reader!.read()) {
        signal.throwIfAborted();
        parts.push(next.value);
        gathered += next.value.length;
        if (at + gathered > limit) throw new KeepError('keep-changed', `${url} has more than the ${limit} bytes that were announced.`, { file: url });
        arrived(next.value.length);
        while (gathered > PIECE) await put();
      }
    } catch (cause) {
      void reader?.cancel().catch(() => undefined);
      if (signal.aborted || cause instanceof KeepError || isQuota(cause)) throw cause;
      throw new KeepError('keep-unreachable', `${url} broke off after ${at + gathered} bytes.`, { file: url, cause });
    }
    const whole = at + gathered;
    if (size !== undefined && whole !== size) throw new KeepError(file.size === undefined ? 'keep-unreachable' : 'keep-changed', `${url} ended after ${whole} of ${size} bytes.`, { file: url });
    headers.set(SIZE, String(whole));
    if (size === undefined && file.size !== undefined) headers.set(DECODED, '1');
    // The file itself comes last: with it, all of it is there.
    if (at === 0) return cache.put(url, new Response(new Blob(parts), { headers }));
    if (gathered > 0) await put();
    headers.set(PIECES, String(Math.ceil(whole / PIECE)));
    await cache.put(url, new Response(null, { headers }));
  }

  async #drop({ id, version }: KeptEntry): Promise<void> {
    if ((await this.entry(id))?.version !== version) await this.#caches.delete(cacheName(id, version));
  }

  async #record(key: string): Promise<unknown> {
    return (await (await this.#registry()).match(key))?.json() as Promise<unknown>;
  }

  async #write(key: string, value: KeptEntry): Promise<void> {
    try {
      await (await this.#registry()).put(key, Response.json(value, { headers: { [MODE]: value.mode, [CACHE]: cacheName(value.id, value.version) } }));
    } catch (cause) {
      throw asKeepError(cause);
    }
  }

  #registry(): Promise<Cache> {
    return this.#caches.open(REGISTRY);
  }
}

const entryKey = (id: string): string => `${INSIDE}/entry/${encodeURIComponent(id)}`;
const partialKey = (id: string): string => `${INSIDE}/partial/${encodeURIComponent(id)}`;
const cacheName = (id: string, version: string): string => `${REGISTRY} ${encodeURIComponent(id)} ${encodeURIComponent(version)}`;

const entryKeys = async (registry: Cache): Promise<readonly Request[]> => (await registry.keys()).filter(({ url }) => url.startsWith(`${INSIDE}/entry/`));

/** How an entry answers, and from which cache. Only one that was written before there were the headers is read whole. */
async function answeringBy(entry: Response | undefined): Promise<{ readonly mode?: string; readonly name?: string }> {
  const [mode, name] = [entry?.headers.get(MODE), entry?.headers.get(CACHE)];
  if (mode && name) return { mode, name };
  const { id, version, mode: written } = ((await entry?.json()) ?? {}) as Partial<KeptEntry>;
  return id !== undefined && version !== undefined && written !== undefined ? { mode: written, name: cacheName(id, version) } : {};
}

/** What an earlier try has left of a file: whole pieces of one version. */
async function beginOf(cache: Cache, url: string): Promise<{ readonly end: number; readonly before: FileVersion | undefined }> {
  let before: FileVersion | undefined;
  for (let index = 0; ; index++) {
    const piece = await cache.match(pieceKey(url, index));
    const version = piece && versionIn(piece);
    if (!version || (before && !isSame(before, version)) || (await piece.blob()).size !== PIECE) return { end: index * PIECE, before };
    before ??= version;
  }
}

const isSame = (a: FileVersion, b: FileVersion): boolean => a.etag === b.etag && a.lastModified === b.lastModified;

/** What its server said of a file, but for what was said of its way here. */
function keptHeaders(response: Response, { etag, lastModified }: FileVersion): Headers {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'content-range', 'transfer-encoding', 'connection', 'keep-alive', 'vary', 'set-cookie']) headers.delete(name);
  if (etag) headers.set('etag', etag);
  if (lastModified) headers.set('last-modified', lastModified);
  return headers;
}

const isQuota = (error: unknown): boolean => (error as { readonly name?: unknown } | null)?.name === 'QuotaExceededError';

function asKeepError(thrown: unknown): unknown {
  return isQuota(thrown) ? new KeepError('keep-quota', 'This browser gives no more room.', { cause: thrown }) : thrown;
}
