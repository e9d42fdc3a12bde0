import { isHls, type LecternError, type MediaSource as Source, type MediaUnit } from '@lectern/core';
import type Hls from 'hls.js';
import type { HlsConfig, ManifestLoadedData } from 'hls.js';
import { PlayerError } from '../player-error.js';
import type { UnitContext, UnitView } from './unit-view.js';
import { open as openMedia } from './video.js';

/** Seconds of film that are fetched ahead; for learners who save data, and for all others. */
const AHEAD = { saving: 10, usual: 30 };

/**
 * Plays media of which a source is a stream (HLS): by the browser itself where it can, else by hls.js, which comes only now. All else is as with any media.
 * @throws PlayerError
 */
export async function open(context: UnitContext<MediaUnit>): Promise<UnitView> {
  const { unit, base } = context;
  const probe = document.createElement('video');
  const plays = ({ src, type }: Source): boolean => probe.canPlayType(isHls({ src, ...(type ? { type } : {}) }) ? 'application/vnd.apple.mpegurl' : (type ?? 'video/mp4')) !== '';
  const chosen = unit.sources.find((source) => isHls(source) || plays(source));
  if (!chosen || !isHls(chosen) || plays(chosen)) return openMedia(context);
  return openStream(context, new URL(chosen.src, base).href);
}

/** How a stream is played that is not simply fetched. */
export interface StreamOptions {
  readonly loader?: HlsConfig['loader'];
  /** What a part that cannot be had means. */
  unreachable?(file: string, detail: string): LecternError;
}

/** Plays a stream by hls.js. @param url absolute */
export async function openStream(context: UnitContext<MediaUnit>, url: string, { loader, unreachable }: StreamOptions = {}): Promise<UnitView> {
  const { unit, base, signal } = context;
  const { default: Light } = await import('hls.js/light');
  signal.throwIfAborted();
  // A browser without Media Source Extensions goes on to the next source, or says that it can play none.
  if (!Light.isSupported()) return openMedia(context);
  const media = document.createElement(unit.kind);
  const saving = (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
  media.preload = 'auto';
  if (media instanceof HTMLVideoElement && unit.poster) media.poster = new URL(unit.poster, base).href;
  // No worker of its own: it would come out of a blob, which strict pages refuse.
  const config: Partial<HlsConfig> = { enableWorker: false, capLevelToPlayerSize: true, maxBufferLength: saving ? AHEAD.saving : AHEAD.usual, ...(saving ? { startLevel: 0 } : {}), ...(loader ? { loader } : {}) };
  let mended = false;
  const begin = (Player: typeof Hls): Hls => {
    const hls = new Player(config);
    hls.on(Player.Events.ERROR, (_event, { fatal, type, details, response, url: at }) => {
      if (!fatal) return;
      if (type === Player.ErrorTypes.MEDIA_ERROR && !mended) {
        mended = true;
        hls.recoverMediaError();
        return;
      }
      hls.destroy();
      const isNetwork = type === Player.ErrorTypes.NETWORK_ERROR;
      // What is there and no playlist is nothing that another try would mend.
      const unreadable = details === Player.ErrorDetails.MANIFEST_PARSING_ERROR || details === Player.ErrorDetails.LEVEL_EMPTY_ERROR || details === Player.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
      const detail = `${details}${response?.code ? ` (${response.code})` : ''}`;
      const file = at ?? url;
      if (isNetwork && !unreadable && unreachable) context.fail(unreachable(file, detail));
      else context.fail(new PlayerError(isNetwork && !unreadable ? 'media-unreachable' : 'media-unsupported', detail, { file }));
    });
    hls.loadSource(url);
    hls.attachMedia(media);
    return hls;
  };
  let hls = begin(Light);
  // The light build has no sound and no subtitles of their own: what needs them comes by the whole one, which is half as large again.
  hls.once(Light.Events.MANIFEST_LOADED, (_event: unknown, manifest: ManifestLoadedData) => {
    if (!hasRenditions(manifest)) return;
    hls.destroy();
    void import('hls.js').then(
      ({ default: Whole }) => {
        if (!signal.aborted) hls = begin(Whole);
      },
      (cause: unknown) => context.fail(new PlayerError('media-unreachable', 'What plays sound tracks of their own could not be loaded.', { file: url, cause })),
    );
  });
  signal.addEventListener('abort', () => hls.destroy(), { once: true });
  const view = openMedia({ ...context, media });
  return {
    ...view,
    close() {
      // First, so that nothing of it is on its way any more.
      hls.destroy();
      return view.close();
    },
  };
}

const hasRenditions = ({ audioTracks, subtitles = [] }: ManifestLoadedData): boolean => [...audioTracks, ...subtitles].some(({ url }) => Boolean(url));
