import { mediaTypeOf } from '../package/media-types.js';
import type { PackageWarning } from '../package/package-error.js';
import type { PackFile } from './pack-options.js';

/** Pages and style sheets longer than this are not looked into: bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Files that are told one by one; more are told as a number. */
const MAX_TOLD = 10;

/** Elements that fetch by themselves; a link that somebody follows (`<a href>`) does not. Bounded, so that no text is slow to search. */
const ELEMENTS = /<(script|img|iframe|frame|embed|audio|video|source|track|input|link|object)\s([^<>]{0,4000})>/gi;
const ADDRESS = /(?:^|\s)(?:src|srcset|href|data|poster)\s*=\s*["']?\s*((?:https?:)?\/\/[^\s"'<>]{1,2000})/gi;
const FETCHING_LINK = /(?:^|\s)rel\s*=\s*["']?[^"'<>]{0,100}\b(?:stylesheet|preload|modulepreload|icon)\b/i;
const IN_STYLES = /(?:@import\s{1,20}|url\(\s{0,20})["']?((?:https?:)?\/\/[^\s"')]{1,2000})/gi;

/**
 * Looks for what pages of a course fetch from outside the package: without a network they are not whole. Found by patterns, in text that nobody runs.
 */
export async function findOutsideReferences(files: readonly PackFile[], warn: (warning: PackageWarning) => void): Promise<void> {
  let told = 0;
  let more = 0;
  for (const file of files) {
    if (file.size > MAX_BYTES || !/^text\/(html|css)|^application\/xhtml/.test(mediaTypeOf(file.path).type)) continue;
    const hosts = hostsIn(await textOf(file));
    if (hosts.length === 0) continue;
    if (told === MAX_TOLD) {
      more += 1;
      continue;
    }
    told += 1;
    warn({ code: 'outside-reference', message: `It fetches from ${hosts.slice(0, 5).join(', ')}${hosts.length > 5 ? ' and others' : ''}, which is not in the package: without a network it is not whole.`, file: file.path });
  }
  if (more > 0) warn({ code: 'outside-reference', message: `${more} more ${more === 1 ? 'file fetches' : 'files fetch'} from outside the package.` });
}

export function hostsIn(text: string): string[] {
  const addresses = [...text.matchAll(IN_STYLES)].map(([, url]) => url!);
  for (const [, name, attributes] of text.matchAll(ELEMENTS)) {
    if (name!.toLowerCase() === 'link' && !FETCHING_LINK.test(attributes!)) continue;
    for (const [, url] of attributes!.matchAll(ADDRESS)) addresses.push(url!);
  }
  const hosts = new Set<string>();
  for (const url of addresses) {
    try {
      hosts.add(new URL(url, 'https://package.invalid').host);
    } catch {
      // No URL, so nothing is fetched.
    }
  }
  return [...hosts].sort();
}

async function textOf(file: PackFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
