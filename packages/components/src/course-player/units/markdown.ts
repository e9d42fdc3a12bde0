import DOMPurify from 'dompurify';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { placeHeadings } from './heading-level.js';

/** What Markdown can make, and nothing that runs, submits, frames or styles. */
const ALLOWED_TAGS =
  'h1 h2 h3 h4 h5 h6 p br hr blockquote ul ol li pre code em strong del a img table thead tbody tr th td input sup section'.split(' ');
const ALLOWED_ATTR = 'href src alt title align start type checked disabled class'.split(' ');

/**
 * Markdown (CommonMark with GitHub's tables, task lists and footnotes) as a DOM fragment. Raw HTML in it stays text; what is
 * left passes DOMPurify all the same, which hands back nodes and no markup, so that Trusted Types have nothing to object to.
 * @param url of the document: its relative links and pictures resolve against it
 * @param level of its highest headings, 1 to 6
 */
export function renderMarkdown(markdown: string, url: string, level: number): DocumentFragment {
  const markup = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const fragment = DOMPurify.sanitize(markup, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  placeHeadings(fragment, level);
  for (const image of fragment.querySelectorAll('img')) {
    setUrl(image, 'src', url);
    image.loading = 'lazy';
    image.decoding = 'async';
  }
  for (const link of fragment.querySelectorAll('a')) {
    const href = link.getAttribute('href');
    if (!href || href.startsWith('#')) continue;
    setUrl(link, 'href', url);
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const box of fragment.querySelectorAll('input')) {
    const { checked } = box;
    const mark = document.createElement('span');
    mark.textContent = checked ? '☑' : '☐';
    box.replaceWith(mark);
  }
  for (const table of fragment.querySelectorAll('table')) {
    // A wide table scrolls by itself, also by keyboard, instead of widening the page.
    const frame = document.createElement('div');
    frame.className = 'table';
    frame.tabIndex = 0;
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const block of fragment.querySelectorAll('pre')) block.tabIndex = 0;
  return fragment;
}

/** What is no URL at all goes nowhere. */
function setUrl(element: Element, name: 'src' | 'href', base: string): void {
  try {
    element.setAttribute(name, new URL(element.getAttribute(name) ?? '', base).href);
  } catch {
    element.removeAttribute(name);
  }
}
