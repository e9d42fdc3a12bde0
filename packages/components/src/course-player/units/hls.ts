import { isHls, type MediaSource as Source, type MediaUnit } from '@lectern/core';
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
  const { unit, base, signal } = context;
  const probe = document.createElement('video');
  const plays = ({ src, type }: Source): boolean => probe.canPlayType(isHls({ src, ...(type ? { type } : {}) }) ? 'application/vnd.apple.mpegurl' : (type ?? 'video/mp4')) !== '';
  const chosen = unit.sources.find((source) => isHls(source) || plays(source));
  if (!chosen || !isHls(chosen) || plays(chosen)) return openMedia(context);
  const { default: Hls } = await import('hls.js/light');
  signal.throwIfAborted();
  // A browser without Media Source Extensions goes on to the next source, or says that it can play none.
  if (!Hls.isSupported()) return openMedia(context);
  const url = new URL(chosen.src, base).href;
  const media = document.createElement(unit.kind);
  const saving = (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
  media.preload = 'auto';
  if (media instanceof HTMLVideoElement && unit.poster) media.poster = new URL(unit.poster, base).href;
  // No worker of its own: it would come out of a blob, which strict pages refuse.
  const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true, maxBufferLength: saving ? AHEAD.saving : AHEAD.usual, ...(saving ? { startLevel: 0 } : {}) });
  signal.addEventListener('abort', () => hls.destroy(), { once: true });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, details, response, url: at }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
      return;
    }
    hls.destroy();
    const isNetwork = type === Hls.ErrorTypes.NETWORK_ERROR;
    // What is there and no playlist is nothing that another try would mend.
    const unreadable = details === Hls.ErrorDetails.MANIFEST_PARSING_ERROR || details === Hls.ErrorDetails.LEVEL_EMPTY_ERROR || details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
    context.fail(new PlayerError(isNetwork && !unreadable ? 'media-unreachable' : 'media-unsupported', `${details}${response?.code ? ` (${response.code})` : ''}`, { file: at ?? url }));
  });
  hls.loadSource(url);
  hls.attachMedia(media);
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
