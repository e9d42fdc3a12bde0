import { RemoteError } from './remote-error.js';

export interface DownloadProgress {
  /** Bytes so far. */
  readonly loaded: number;
  /** Bytes in all, where the server says. */
  readonly total: number | undefined;
}

export interface DownloadOptions {
  readonly url: string;
  /** Bytes in all, where they are known. */
  readonly total: number | undefined;
  /** Bytes; more is refused. */
  readonly limit: number;
  readonly progress: (progress: DownloadProgress) => void;
  readonly signal: AbortSignal;
}

/** Bytes that are gathered before they are handed to the browser's blob storage, which keeps large ones on disk. */
const PART = 8 * 1024 * 1024;

/**
 * Downloads the whole of a stream, for servers that do not answer in parts. It ends with the signal, at the next chunk.
 * @throws RemoteError `remote-too-large`, `remote-unreachable`; the signal's reason
 */
export async function download(stream: ReadableStream<Uint8Array<ArrayBuffer>>, { url, total, limit, progress, signal }: DownloadOptions): Promise<Blob> {
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  const tooLarge = (): RemoteError => (stop(), new RemoteError('remote-too-large', `${url} is longer than ${limit} bytes.`, url));
  if (total !== undefined && total > limit) throw tooLarge();
  signal.addEventListener('abort', stop, { once: true });
  const blobs: Blob[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let [loaded, gathered] = [0, 0];
  const keep = (): void => {
    blobs.push(new Blob(parts));
    [parts, gathered] = [[], 0];
  };
  progress({ loaded, total });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      parts.push(value);
      loaded += value.length;
      if (loaded > limit) throw tooLarge();
      if ((gathered += value.length) >= PART) keep();
      progress({ loaded, total });
    }
  } catch (cause) {
    if (signal.aborted || cause instanceof RemoteError) throw cause;
    throw new RemoteError('remote-unreachable', `${url} broke off after ${loaded} bytes.`, url, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  keep();
  if (total !== undefined && loaded < total) throw new RemoteError('remote-unreachable', `${url} broke off after ${loaded} of ${total} bytes.`, url);
  return new Blob(blobs);
}
