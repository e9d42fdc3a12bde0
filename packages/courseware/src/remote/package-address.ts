import { sha256Hex } from '../digest.js';

/** Characters of a key. */
const LENGTH = 32;

/**
 * Names a package on the content origin: the same for the same page and address, so that its content finds there what it kept, and none that another
 * page could claim, because the frame makes it of the page it has met.
 * @param embedder origin of the player's page
 * @param url absolute URL of the package
 */
export async function packageKey(embedder: string, url: string): Promise<string> {
  return (await sha256Hex(`${embedder}\n${url}`)).slice(0, LENGTH);
}

/** Below the courseware frame's folder: where its worker serves what is in packages, and nothing else. */
export const PACKAGES_FOLDER = 'packages/';

/** A page with nothing in it that the worker has for every package: what is put into it is fetched by way of the worker. No package has a file of this name, a folder's. */
export const PACKAGE_STAGE = '-lectern-stage/';

/** An empty page in which content of the package runs that is no page itself. */
export const PACKAGE_ROOM = '-lectern-room/';

/** Where a package's files are on the content origin. @param frame absolute URL of the courseware frame */
export const packageBase = (frame: string, key: string): string => new URL(`${PACKAGES_FOLDER}${key}/`, frame).href;

/** @returns the path of a file below a folder's address, decoded; `undefined` for what is not there or names no file */
export function pathBelow(url: string, folder: string): string | undefined {
  const { origin, pathname } = new URL(url);
  const above = new URL(folder);
  if (origin !== above.origin || !pathname.startsWith(above.pathname)) return undefined;
  try {
    const parts = pathname.slice(above.pathname.length).split('/').map(decodeURIComponent);
    return parts.some((part) => part === '..' || /[/\\\0]/.test(part)) ? undefined : parts.join('/') || undefined;
  } catch {
    return undefined; // a broken percent-escape
  }
}

/** @returns the package and the file that an address below the worker's scope names; `undefined` for what names none */
export function parsePackageUrl(url: string, scope: string): { readonly key: string; readonly path: string } | undefined {
  const [, key, path] = /^([0-9a-f]{32})\/(.+)$/.exec(pathBelow(url, scope) ?? '') ?? [];
  return key && path ? { key, path } : undefined;
}
