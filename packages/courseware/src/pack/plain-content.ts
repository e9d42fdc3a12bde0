import { listUnits, pickText, type Course, type MediaUnit, type Unit } from '@lectern/core';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { isAbsoluteUrl, isSafeUrl } from '../course/safe-url.js';
import type { PackFile } from './pack-options.js';
import { pathOf } from './unit-urls.js';
import { escapeXml } from './xml.js';

/** Bytes of Markdown that are written into a page; longer texts are linked. */
const MAX_TEXT = 512 * 1024;

const UNPLAYABLE = 'This page shows no scripts, so the activity cannot run here. Ask for the course as a SCORM or cmi5 package. 这里不能运行脚本，无法打开本活动。请改用 SCORM 或 cmi5 课程包。';

/**
 * What a unit is without scripts, as markup. Hosts of Common Cartridges make pages of their own from a cartridge's HTML and leave its scripts out (Moodle),
 * and so does a browser without scripts; everywhere else the player takes its place.
 * @param up from the page to the package's root
 * @param texts Markdown files by their paths
 */
export function plainContent(unit: Unit, course: Course, up: string, texts: ReadonlyMap<string, string>): string {
  const languages = course.language ? [course.language] : [];
  const description = unit.description === undefined ? '' : `<p>${escapeXml(pickText(unit.description, languages))}</p>\n`;
  const to = (url: string): string => escapeXml(!isSafeUrl(url) ? '' : isAbsoluteUrl(url) ? url : up + url);
  const title = pickText(unit.title, languages);
  const link = (url: string, lang?: string): string => `<p><a href="${to(url)}">${escapeXml(lang === undefined ? title : `${title} (${lang})`)}</a></p>`;
  switch (unit.kind) {
    case 'video':
    case 'audio':
      return description + media(unit, to, languages);
    case 'document':
      return description + unit.sources.map(({ src, type, lang }) => {
        const other = unit.sources.length === 1 ? undefined : lang;
        const mark = other === undefined ? '' : ` lang="${escapeXml(other)}"`;
        if (type.startsWith('image/')) {
          const caption = unit.caption === undefined ? '' : `<figcaption>${escapeXml(pickText(unit.caption, languages))}</figcaption>`;
          return `<figure${mark}><img src="${to(src)}" alt="${escapeXml(pickText(unit.alt ?? '', languages))}">${caption}</figure>`;
        }
        const text = type === 'text/markdown' ? texts.get(pathOf(src) ?? '') : undefined;
        return text === undefined ? link(src, other) : `<div${mark}>\n${fromMarkdown(text, (url) => to(beside(src, url)))}\n</div>`;
      }).join('\n');
    case 'html':
    case 'link':
      return description + link(unit.href);
    default:
      return `${description}<p>${UNPLAYABLE}</p>`;
  }
}

/** The Markdown that `plainContent` writes into pages. */
export async function readTexts(course: Course, files: readonly PackFile[]): Promise<ReadonlyMap<string, string>> {
  const named = new Set(listUnits(course).flatMap((unit) => (unit.kind === 'document' ? unit.sources.flatMap(({ src, type }) => (type === 'text/markdown' ? [pathOf(src)] : [])) : [])));
  const texts = new Map<string, string>();
  for (const file of files) {
    if (!named.has(file.path) || file.size > MAX_TEXT) continue;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of file.chunks()) text += decoder.decode(chunk, { stream: true });
    texts.set(file.path, text + decoder.decode());
  }
  return texts;
}

function media(unit: MediaUnit, to: (url: string) => string, languages: readonly string[]): string {
  const poster = unit.poster === undefined || unit.kind === 'audio' ? '' : ` poster="${to(unit.poster)}"`;
  const sources = unit.sources.map(({ src, type }) => `  <source src="${to(src)}"${type === undefined ? '' : ` type="${escapeXml(type.split(';')[0]!.trim())}"`}>`); // without codecs, whose quotes some importers break
  const tracks = (unit.tracks ?? []).filter(({ src }) => !/\.srt$/i.test(src)).map(({ src, kind, lang, label }) => {
    const first = languages.includes(lang) && kind !== 'chapters' ? ' default' : '';
    return `  <track src="${to(src)}" kind="${escapeXml(kind)}" srclang="${escapeXml(lang)}"${label === undefined ? '' : ` label="${escapeXml(label)}"`}${first}>`;
  });
  return [`<${unit.kind} controls preload="metadata"${poster} style="max-width:100%">`, ...sources, ...tracks, `</${unit.kind}>`].join('\n');
}

/** Markdown's own HTML stays text, and links that run something lead nowhere: micromark's defaults. */
function fromMarkdown(text: string, to: (url: string) => string): string {
  const markup = micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  return markup.replace(/(<(?:img|a) (?:[a-z-]+="[^"]*" )*?(?:src|href)=")([^"#][^"]*)"/g, (_whole, before: string, url: string) => `${before}${to(url.replaceAll('&amp;', '&'))}"`);
}

/** A URL that a file at `from` writes, as the package has it. */
function beside(from: string, url: string): string {
  if (isAbsoluteUrl(url)) return url;
  const root = 'https://package.invalid/';
  try {
    return new URL(url, new URL(from, root)).href.slice(root.length);
  } catch {
    return url;
  }
}
