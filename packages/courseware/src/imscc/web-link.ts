import { isAbsoluteUrl } from '../course/safe-url.js';
import { PackageError } from '../package/package-error.js';
import { checkUrl } from '../package/references.js';
import { parseXml } from '../package/xml.js';

export interface WebLink {
  readonly title: string | undefined;
  /** Absolute, http or https. */
  readonly url: string;
}

/**
 * Reads a web link (IMS CC Web Link 1.0 to 1.3): `<webLink><title/><url href=""/></webLink>`. `target` and `windowFeatures` are left to the player.
 * @throws PackageError `wrong-standard`, `element-missing`, `unsafe-url`, `relative-url`, and what XML may be refused for
 */
export async function readWebLink(bytes: Uint8Array, file: string): Promise<WebLink> {
  const root = await parseXml(bytes, { file });
  if (root.name.toLowerCase() !== 'weblink') throw new PackageError('wrong-standard', `The file's root is <${root.name}>; a web link has <webLink>.`, { file, field: root.name });
  const url = root.child('url');
  const href = url?.attribute('href');
  if (!url || !href) throw new PackageError('element-missing', 'The web link has no address.', { file, field: 'url/@href', clause: 'Common Cartridge 1.3, 4.6.3' });
  const place = { file, field: url.attributePath('href') };
  checkUrl(href, place);
  if (!isAbsoluteUrl(href) || !URL.canParse(href, 'https://x.invalid')) throw new PackageError('relative-url', `"${href.slice(0, 200)}" is no absolute address.`, place);
  return { title: root.textOf('title') || undefined, url: new URL(href, 'https://x.invalid').href };
}
