/** What a kept stream's own list has to say to whoever plays it. */
const HEAD = /^#EXT(?:M3U|-X-VERSION|-X-INDEPENDENT-SEGMENTS|-X-START)\b/;

/**
 * A multivariant playlist without what is not kept: a player that may choose would choose it.
 * @param url absolute, which its addresses are relative to
 * @param kept absolute addresses of the playlists that are
 */
export function reducePlaylist(text: string, url: string, kept: ReadonlySet<string>): string {
  const isKept = (uri: string): boolean => URL.canParse(uri, url) && kept.has(new URL(uri, url).href.replace(/#.*$/, ''));
  const lines: string[] = [];
  let waiting: string | undefined;
  let taken = false;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (HEAD.test(line)) lines.push(line);
    else if (line.startsWith('#EXT-X-STREAM-INF:')) waiting = line;
    else if (line.startsWith('#EXT-X-MEDIA:')) {
      const [, uri] = /[:,]URI="([^"]*)"/.exec(line) ?? [];
      if (uri === undefined || isKept(uri)) lines.push(line);
    } else if (line !== '' && !line.startsWith('#') && waiting !== undefined) {
      // The same variant from another server is the same.
      if (!taken && isKept(line.trim())) lines.push(waiting, line.trim());
      taken ||= isKept(line.trim());
      waiting = undefined;
    }
  }
  return `${lines.join('\n')}\n`;
}
