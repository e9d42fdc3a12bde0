import { RemoteError } from './remote-error.js';

/** What tells one version of a resource from the next; what a page of another origin may not see is absent. */
export interface RemoteVersion {
  /** Bytes. */
  readonly size: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface RemoteResource {
  readonly url: string;
  readonly version: RemoteVersion;
  readonly fetch: typeof fetch;
}

/** Milliseconds before a failed request is tried again, and once more. */
const PAUSES = [400, 1_600];

/**
 * Asks for a part of a resource, again where the network or the server falters.
 * @param end included
 * @returns an answer whose body is that part
 * @throws RemoteError; the signal's reason
 */
export async function requestRange(resource: RemoteResource, start: number, end: number, signal: AbortSignal): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return check(await send(resource, start, end, signal), resource, start);
    } catch (error) {
      const pause = PAUSES[attempt];
      if (signal.aborted || pause === undefined || !isPassing(error)) throw error;
      await wait(pause, signal);
    }
  }
}

async function send({ url, version, fetch }: RemoteResource, start: number, end: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { range: `bytes=${start}-${end}` };
  // Between origins `If-Range` would ask for a preflight that many servers refuse (Fetch, "CORS-safelisted request-header"); what comes back is compared instead.
  if (version.etag?.startsWith('"') && new URL(url).origin === globalThis.location?.origin) headers['if-range'] = version.etag;
  try {
    return await fetch(url, { headers, signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new RemoteError('remote-unreachable', `${url} could not be fetched.`, url, { cause });
  }
}

function check(response: Response, { url, version }: RemoteResource, start: number): Response {
  const { status } = response;
  const refuse = (error: RemoteError): never => {
    void response.body?.cancel().catch(() => undefined);
    throw error;
  };
  if (status === 416 || isOther(versionOf(response), version)) return refuse(new RemoteError('remote-changed', `${url} was replaced while it was being read.`, url, { status }));
  // A server that answered in parts before and does not any more has another file, or another mind.
  if (status === 200) return refuse(new RemoteError('remote-changed', `${url} no longer answers in parts.`, url, { status }));
  if (status !== 206) return refuse(new RemoteError('remote-refused', `${url} answered ${status}.`, url, { status }));
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (from !== undefined && Number(from) !== start) return refuse(new RemoteError('remote-refused', `${url} answered with another part than was asked for.`, url, { status }));
  return response;
}

/** What an answer says of its resource's version; `size` only where it is told. */
export function versionOf({ status, headers }: Response): Partial<RemoteVersion> {
  const total = status === 206 ? /\/(\d+)\s*$/.exec(headers.get('content-range') ?? '')?.[1] : status === 200 && !headers.get('content-encoding') ? headers.get('content-length') : undefined;
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(total ? { size: Number(total) } : {}), ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

function isOther(now: Partial<RemoteVersion>, before: RemoteVersion): boolean {
  return (['size', 'etag', 'lastModified'] as const).some((name) => now[name] !== undefined && before[name] !== undefined && now[name] !== before[name]);
}

const isPassing = (error: unknown): boolean =>
  error instanceof RemoteError && (error.code === 'remote-unreachable' || (error.code === 'remote-refused' && (error.status === 429 || (error.status ?? 0) >= 500)));

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true });
  });
}
