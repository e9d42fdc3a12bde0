import type { UnitLaunch } from '@lectern/core';
import { PlayerError } from '../player-error.js';

/** Foreign content on a foreign origin; the same as the courseware frame's. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads';

/** A frame for a unit that a server has launched; not in the page yet. @throws PlayerError `unit-failed` */
export function createLaunchFrame({ url }: Pick<UnitLaunch, 'url'>, title: string): HTMLIFrameElement {
  const { href } = checkLaunch(url);
  const frame = document.createElement('iframe');
  frame.title = title;
  frame.setAttribute('sandbox', SANDBOX);
  frame.allow = 'autoplay; fullscreen; encrypted-media; picture-in-picture';
  frame.src = href;
  return frame;
}

/** A unit on the page's own origin would run as the page. @throws PlayerError `unit-failed` */
function checkLaunch(address: string): URL {
  const url = new URL(address, location.href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new PlayerError('unit-failed', 'The launch has an address that cannot be opened.', { field: 'url' });
  if (url.origin === location.origin) {
    throw new PlayerError('unit-failed', 'The unit is on this page’s own origin; foreign content runs on another.', { field: 'url' });
  }
  return url;
}

/**
 * Opens a launch in a window of its own: the window first, while the click still counts; its one-time address when the server has made it. It cannot reach back.
 * @param launch resolves to `undefined` where the launch is given up after all
 * @returns `blocked` where the browser lets no window open
 * @throws what `launch` throws; the window is closed then
 */
export async function openLaunchWindow<L extends Pick<UnitLaunch, 'url'>>(launch: () => Promise<L | undefined>): Promise<{ readonly window: Window; readonly launch: L } | 'blocked' | undefined> {
  const opened = window.open('about:blank', '_blank');
  if (!opened) return 'blocked';
  opened.opener = null;
  try {
    const launched = await launch();
    if (!launched) {
      opened.close();
      return undefined;
    }
    opened.location.replace(checkLaunch(launched.url).href);
    return { window: opened, launch: launched };
  } catch (error) {
    opened.close();
    throw error;
  }
}
