/** Words by BCP 47 tag, strings all, and not endlessly many. */
export type SafeText = Readonly<Record<string, string>>;

/** Languages looked at, at most. */
const LANGUAGES = 100;

/** Characters of a name that are shown; more than a title has, less than a page. */
const LENGTH = 240;

/** What of a language map is one. */
export function textOf(map: Readonly<Record<string, unknown>> | undefined): SafeText | undefined {
  if (!map) return undefined;
  const words = Object.keys(map).slice(0, LANGUAGES).flatMap((tag) => (typeof map[tag] === 'string' && map[tag] !== '' ? [[tag, map[tag]] as const] : []));
  return words.length > 0 ? Object.fromEntries(words) : undefined;
}

/** Controls, and what turns the direction of the text around it: a name must not rewrite the row it stands in. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/g;

/** A name from outside as one line of text. It still goes through Lit as text, never as markup. */
export function oneLine(text: string, length = LENGTH): string {
  const line = text.slice(0, length * 4).replace(CONTROLS, ' ').trim();
  if (line.length <= length) return line;
  // Not through the middle of a character.
  const cut = line.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…`;
}

/** The same characters, written out as JSON escapes: where the exact value is shown, they must be seen and do nothing. */
export const visible = (text: string): string =>
  text.replace(/[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
