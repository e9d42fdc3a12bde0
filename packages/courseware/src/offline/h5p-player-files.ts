import { sha256Hex } from '../digest.js';
import type { FileList } from './file-list.js';
import { KeepError } from './keep-error.js';

/** What h5p-standalone is loaded by, from its folder `dist`: without these there is no player. */
const ENTRIES: readonly string[] = ['main.bundle.js', 'frame.bundle.js', 'styles/h5p.css'];

/** Style sheets that are read for what they name, and files in all: more is no player. */
const MAX_SHEETS = 20;
const MAX_FILES = 500;

/** Characters of a style sheet. */
const MAX_SHEET = 5_000_000;

/**
 * The files of the h5p-standalone that a host has put beside the courseware frame: its scripts, its style sheet, and the fonts and pictures that this names. Nobody lists them, and no two releases have the same.
 * @param folder absolute URL, with its final "/"
 * @returns `undefined` where the host has none
 * @throws KeepError; the signal's reason
 */
export async function readH5pPlayerFiles(folder: string, signal: AbortSignal): Promise<FileList | undefined> {
  const said: string[] = [];
  const found = new Set<string>();
  const sheets: string[] = [];
  for (const name of ENTRIES) {
    const url = new URL(name, folder).href;
    const text = await textOf(url, signal);
    if (text === undefined) return undefined;
    found.add(url);
    said.push(text);
    if (name.endsWith('.css')) sheets.push(...namedIn(text, url, folder));
  }
  const read = new Set<string>();
  for (let url = sheets.shift(); url !== undefined && found.size < MAX_FILES; url = sheets.shift()) {
    if (found.has(url) || read.has(url)) continue;
    read.add(url);
    if (!/\.css$/i.test(new URL(url).pathname)) {
      // A style sheet names what a host may have left away: old fonts, say.
      if (await isThere(url, signal)) found.add(url);
      continue;
    }
    const text = read.size <= MAX_SHEETS ? await textOf(url, signal) : undefined;
    if (text === undefined) continue;
    found.add(url);
    said.push(text);
    sheets.push(...namedIn(text, url, folder));
  }
  return { version: (await sha256Hex(said.join('\n'))).slice(0, 32), files: [...found].map((url) => ({ url })) };
}

/** What a style sheet names below the folder, by `url(…)` or `@import "…"`; without queries, which only tell releases apart. */
function namedIn(css: string, sheet: string, folder: string): string[] {
  const urls: string[] = [];
  for (const [, quoted, bare] of css.slice(0, MAX_SHEET).matchAll(/(?:url\(|@import)\s{0,9}(?:["']([^"'\n]{1,1000})["']|([^"')\s]{1,1000})\s{0,9}\))/g)) {
    const name = (quoted ?? bare ?? '').replace(/[?#].*$/, '');
    if (name === '' || !URL.canParse(name, sheet)) continue;
    const { href } = new URL(name, sheet);
    if (href.startsWith(folder)) urls.push(href);
  }
  return urls;
}

/** @returns `undefined` for what is not there; a web page in its place is what some hosts say instead of 404 */
async function textOf(url: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await asked(url, 'GET', signal);
  if (response.ok && !isPage(response)) return response.text();
  void response.body?.cancel().catch(() => undefined);
  return undefined;
}

async function isThere(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await asked(url, 'HEAD', signal);
  return response.ok && !isPage(response);
}

const isPage = ({ headers }: Response): boolean => /^text\/html/i.test(headers.get('content-type') ?? '');

async function asked(url: string, method: 'GET' | 'HEAD', signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { method, signal, cache: 'no-cache' });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new KeepError('keep-unreachable', `${url} could not be fetched.`, { file: url, cause });
  }
}
