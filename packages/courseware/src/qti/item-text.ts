import { htmlToMarkdown } from '../imscc/html-to-markdown.js';
import type { XmlElement } from '../package/xml-element.js';
import { attributeOf, childOf, descendantsOf, nameOf } from './qti-names.js';

export type ResolveUrl = (url: string, picture: boolean) => string | undefined;

/** Where something is to be filled in. */
const BLANK = '____';

/** Told later, to others, or to machines. */
const UNSEEN = new Set(['feedbackinline', 'feedbackblock', 'modalfeedback', 'stylesheet', 'cataloginfo', 'companionmaterialsinfo', 'script', 'style', 'templateblock', 'templateinline', 'endattemptinteraction']);

/** Gaps of one text are numbered where there are several. */
interface Reading {
  readonly blanks: ReadonlyMap<XmlElement, string>;
  /** The element that was asked for: it is read, whatever it is. */
  readonly top: XmlElement;
}

/** What is to be read in an element, as Markdown: blanks where something is to be filled in, and not what may be chosen. */
export function textIn(element: XmlElement, resolve: ResolveUrl): string {
  const gaps = descendantsOf(element, (name) => name === 'gap' || name === 'textentryinteraction' || name === 'inlinechoiceinteraction');
  const blanks = new Map(gaps.map((gap, index) => [gap, gaps.length > 1 ? `${BLANK} (${index + 1})` : BLANK]));
  return htmlToMarkdown(htmlOf(element, { blanks, top: element }), resolve);
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

// Recursive: the reader of XML refuses what nests deeper than a hundred.
const inside = (element: XmlElement, reading: Reading): string => element.content.map((part) => (typeof part === 'string' ? escape(part) : htmlOf(part, reading))).join('');

function htmlOf(element: XmlElement, reading: Reading): string {
  const name = nameOf(element);
  if (element === reading.top) return inside(element, reading);
  const blank = reading.blanks.get(element);
  if (blank !== undefined) return ` ${blank} `;
  if (UNSEEN.has(name)) return '';
  // Words for teachers and scorers (QTI 3.0 ASI 2.11, view).
  if (name === 'rubricblock') return /\bcandidate\b/.test(attributeOf(element, 'view') ?? 'candidate') ? `<div>${inside(element, reading)}</div>` : '';
  if (name === 'prompt') return `<p>${inside(element, reading)}</p>`;
  if (/^(?:hottext|gapmatch)interaction$/.test(name)) return `<div>${element.content.map((part) => (typeof part === 'string' ? escape(part) : /^gap(?:text|img)$/.test(nameOf(part)) ? '' : htmlOf(part, reading))).join('')}</div>`;
  if (name.endsWith('interaction')) {
    const prompt = childOf(element, 'prompt');
    return prompt ? htmlOf(prompt, reading) : '';
  }
  if (name === 'math') return escape(attributeOf(element, 'alttext') ?? descendantsOf(element, (part) => /^m(?:i|n|o|text)$/.test(part)).map(({ text }) => text.trim()).join(' '));
  if (name === 'object' || name === 'img') {
    const src = attributeOf(element, name === 'img' ? 'src' : 'data');
    const picture = name === 'img' || /^image\//i.test(attributeOf(element, 'type') ?? '');
    const alt = attributeOf(element, 'alt') ?? element.text.trim();
    return picture && src !== undefined ? `<img src="${escape(src)}" alt="${escape(alt)}">` : inside(element, reading);
  }
  if (name === 'br') return '<br>';
  const href = name === 'a' ? attributeOf(element, 'href') : undefined;
  const tag = /^[a-z][a-z0-9]*$/.test(name) ? name : 'span';
  return `<${tag}${href === undefined ? '' : ` href="${escape(href)}"`}>${inside(element, reading)}</${tag}>`;
}
