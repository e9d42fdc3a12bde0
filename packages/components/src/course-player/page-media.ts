import type { Unit } from '@lectern/core';

/**
 * The `<video>` that a page may write into the player: the browser loads and shows it while the script is still on its way, and the
 * unit that plays the same file takes it over as it is.
 */
export function pageMedia(player: HTMLElement, unit: Unit, base: string): HTMLVideoElement | undefined {
  const media = player.querySelector<HTMLVideoElement>(':scope > video');
  if (!media || unit.kind !== 'video') return undefined;
  const addresses = [media, ...media.querySelectorAll('source')].map((element) => element.getAttribute('src')).filter((src) => src !== null);
  const wanted = unit.sources.map(({ src }) => new URL(src, base).href);
  return addresses.some((src) => wanted.includes(new URL(src, document.baseURI).href)) ? media : undefined;
}

/** Another unit is on the stage: what the page has begun to load must not go on, unseen. */
export function dropPageMedia(player: HTMLElement): void {
  const media = player.querySelector<HTMLVideoElement>(':scope > video');
  if (media) releaseMedia(media);
  media?.remove();
}

/** Frees the decoder and the connection now instead of at the next garbage collection. */
export function releaseMedia(media: HTMLVideoElement): void {
  for (const source of [...media.children]) source.remove();
  media.removeAttribute('src');
  media.load();
}
