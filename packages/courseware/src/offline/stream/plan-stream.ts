import type { ListedFile } from '../file-list.js';
import { KeepError } from '../keep-error.js';
import { chooseVariant } from './choose-variant.js';
import { MAX_PLAYLIST, readPlaylist, type MediaPlaylist } from './read-playlist.js';

/** Files of one stream: more is no lesson. */
const MAX_FILES = 30_000;

/** Bits a second of a sound track of its own, for reckoning: playlists do not say. */
const SOUND_BANDWIDTH = 160_000;

/** What of a stream is kept. */
export interface StreamPlan {
  /** Absolute address of the playlist that the course names. */
  readonly url: string;
  /** Absolute addresses of the playlists that are kept: by these a player is told of no others. */
  readonly playlists: readonly string[];
  /** All of it: playlists, segments, keys. */
  readonly files: readonly ListedFile[];
  /** Bytes, reckoned from what its publisher says of it. */
  readonly estimate: number;
}

export interface PlanStreamOptions {
  readonly signal: AbortSignal;
  /** Whether a browser decodes what a list of codecs names (RFC 6381). */
  plays(codecs: string): boolean;
  /** A film, and no sound. */
  readonly wantsPicture: boolean;
  /** For tests. */
  readonly fetch?: typeof fetch;
}

/**
 * Finds out which files a stream (HLS) is made of: one variant of it, with its sound and subtitles. Fetches its playlists, and asks of each other server that its files are on whether it lets them be read.
 * @param url absolute
 * @throws KeepError `keep-stream-live`, `keep-stream-protected`, `keep-stream-invalid`; `keep-refused`, `keep-unreachable`; the signal's reason
 */
export async function planStream(url: string, options: PlanStreamOptions): Promise<StreamPlan> {
  const fetching = { signal: options.signal, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) };
  const first = readPlaylist(await fetchPlaylist(url, fetching), url);
  const files = new Map<string, ListedFile>([[url, { url }]]);
  const playlists = [url];
  const take = (media: MediaPlaylist, of: string): void => {
    for (const file of media.files) files.set(file, { url: file });
    if (files.size > MAX_FILES) throw new KeepError('keep-stream-invalid', `${of} brings the stream to more than ${MAX_FILES} files.`, { file: of });
  };
  let estimate = 0;
  if (first.kind === 'media') {
    take(first, url);
  } else {
    const chosen = chooseVariant(first, (codecs) => options.plays(codecs), options.wantsPicture);
    if (!chosen) throw new KeepError('keep-stream-invalid', `${url} has no variant that this browser decodes.`, { file: url, field: 'CODECS' });
    const { variant, renditions } = chosen;
    for (const at of new Set([variant.url, ...renditions.map((rendition) => rendition.url)])) {
      // It would lead round in a circle.
      if (at === url) throw new KeepError('keep-stream-invalid', `${url} lists itself.`, { file: url, field: 'URI' });
      const media = readPlaylist(await fetchPlaylist(at, fetching), at);
      if (media.kind !== 'media') throw new KeepError('keep-stream-invalid', `${at} is listed as a rendition and lists renditions itself.`, { file: at });
      playlists.push(at);
      files.set(at, { url: at });
      take(media, at);
      const isSound = renditions.some((rendition) => rendition.url === at && rendition.type === 'AUDIO');
      estimate += (media.duration * (at === variant.url ? variant.bandwidth : isSound ? SOUND_BANDWIDTH : 0)) / 8;
    }
  }
  await checkReadable([...files.keys()], fetching);
  return { url, playlists, files: [...files.values()], estimate: Math.round(estimate) };
}

interface Fetching {
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
}

async function fetchPlaylist(url: string, fetching: Fetching): Promise<string> {
  const response = await asked(url, 'GET', fetching);
  const refuse = (code: 'keep-refused' | 'keep-stream-invalid', message: string): never => {
    void response.body?.cancel().catch(() => undefined);
    throw new KeepError(code, message, { file: url });
  };
  if (!response.ok) return refuse('keep-refused', `${url} answered ${response.status}.`);
  // What it lists would be looked for beside where it was found.
  if (response.url && new URL('./', response.url).href !== new URL('./', url).href) return refuse('keep-stream-invalid', `${url} leads on to ${response.url}.`);
  if (Number(response.headers.get('content-length') ?? 0) > MAX_PLAYLIST) return refuse('keep-stream-invalid', `${url} is longer than any playlist.`);
  const reader = response.body?.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array<ArrayBuffer>, string>).getReader();
  let text = '';
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader!.read()) {
      text += part.value;
      if (text.length <= MAX_PLAYLIST) continue;
      await reader!.cancel();
      throw new KeepError('keep-stream-invalid', `${url} is longer than any playlist.`, { file: url });
    }
  } catch (cause) {
    if (fetching.signal.aborted || cause instanceof KeepError) throw cause;
    throw new KeepError('keep-unreachable', `${url} broke off.`, { file: url, cause });
  }
  return text;
}

/** Every server that files are on is asked for one: what may not be read would otherwise be found out after the rest has been fetched. */
async function checkReadable(urls: readonly string[], fetching: Fetching): Promise<void> {
  const one = new Map<string, string>();
  for (const url of urls) one.set(new URL(url).origin, url);
  if (one.size > 20) throw new KeepError('keep-stream-invalid', `The stream is on ${one.size} servers.`, { file: urls[0]! });
  for (const url of one.values()) void (await asked(url, 'HEAD', fetching)).body?.cancel().catch(() => undefined);
}

async function asked(url: string, method: 'GET' | 'HEAD', { signal, fetch }: Fetching): Promise<Response> {
  try {
    return await fetch(url, { method, signal, cache: 'no-cache' });
  } catch (cause) {
    if (signal.aborted) throw cause;
    // Browsers say the same of a server that is not there and of one that lets nobody read: it answers only who does not want to read.
    const there = await fetch(url, { mode: 'no-cors', method: 'GET', signal, cache: 'no-cache' }).then((response) => (void response.body?.cancel(), true), () => false);
    signal.throwIfAborted();
    if (there) throw new KeepError('keep-refused', `${url} may not be read by this page: its server sends no CORS headers.`, { file: url, field: 'access-control-allow-origin', cause });
    throw new KeepError('keep-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
}
