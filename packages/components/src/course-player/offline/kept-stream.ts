import type { LecternError, MediaUnit } from '@lectern/core';
import { reducePlaylist } from '@lectern/courseware/offline';
import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js';
import { openStream } from '../units/hls.js';
import type { OpenUnit } from '../units/unit-view.js';

/** A stream (HLS) whose files are kept. */
export interface KeptStream {
  /** Absolute address of the playlist that the course names. */
  readonly url: string;
  /** Absolute addresses of the playlists that are kept: the variant, its sound, its subtitles. */
  readonly playlists: ReadonlySet<string>;
  /** A file of it; nothing for what is not here. */
  read(url: string): Promise<Blob | undefined>;
  /** What a file that is not here means. */
  gone(file: string): LecternError;
}

/** The view of a kept stream: hls.js, fed from what is kept, whatever the browser could play by itself from the network. */
export const keptStreamView = (stream: KeptStream): { readonly open: OpenUnit<MediaUnit> } => ({
  open: (context) => openStream(context, stream.url, { loader: loaderOf(stream), unreachable: (file) => stream.gone(file) }),
});

function loaderOf({ url: first, playlists, read }: KeptStream): HlsConfig['loader'] {
  // Parts of one long file are asked for one after the other: it is put together once.
  const long = new Map<string, Promise<Blob | undefined>>();
  const blobOf = (url: string, isPart: boolean): Promise<Blob | undefined> => {
    if (!isPart) return read(url);
    let blob = long.get(url);
    if (!blob) long.set(url, (blob = read(url)));
    return blob;
  };
  return class KeptLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    readonly stats: LoaderStats = statsFrom(performance.now());
    #ended = false;

    load(context: LoaderContext, _config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context;
      this.stats.loading.start = performance.now();
      void this.#read(context).then(
        (data) => {
          if (this.#ended) return;
          if (data === undefined) return callbacks.onError({ code: 404, text: 'It is not kept.' }, context, null, this.stats);
          const { stats } = this;
          stats.loaded = stats.total = typeof data === 'string' ? data.length : data.byteLength;
          stats.loading.first = Math.max(stats.loading.start, stats.loading.first || performance.now());
          stats.loading.end = performance.now();
          callbacks.onProgress?.(stats, context, data, null);
          callbacks.onSuccess({ url: context.url, data, code: 200 }, stats, context, null);
        },
        (error: unknown) => this.#ended || callbacks.onError({ code: 0, text: String(error).slice(0, 300) }, context, null, this.stats),
      );
    }

    abort(): void {
      this.stats.aborted = true;
      this.#ended = true;
    }

    destroy(): void {
      this.#ended = true;
      this.context = null;
    }

    async #read({ url, responseType, rangeStart, rangeEnd }: LoaderContext): Promise<string | ArrayBuffer | undefined> {
      const isPart = rangeEnd !== undefined && rangeEnd > 0;
      const blob = await blobOf(url, isPart);
      const part = isPart ? blob?.slice(rangeStart ?? 0, rangeEnd) : blob;
      if (responseType === 'arraybuffer') return part?.arrayBuffer();
      const text = await part?.text();
      return text !== undefined && url === first && playlists.size > 1 ? reducePlaylist(text, url, playlists) : text;
    }
  };
}

const statsFrom = (start: number): LoaderStats => ({ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0, loading: { start, first: 0, end: 0 }, parsing: { start: 0, end: 0 }, buffering: { start: 0, first: 0, end: 0 } });
