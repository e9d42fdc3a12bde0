import DOMPurify from 'dompurify';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { placeHeadings } from './heading-level.js';

/** What Markdown can make, and nothing that runs, submits, frames or styles. */
const ALLOWED_TAGS =
  'h1 h2 h3 h4 h5 h6 p br hr blockquote ul ol li pre code em strong del a img table thead tbody tr th td input sup section'.split(' ');
const ALLOWED_ATTR = 'href src alt title align start type checked disabled class id aria-label'.split(' ');

/** What stands around footnotes, in the reader's language. */
export interface FootnoteWords {
  readonly heading: string;
  /** Of the link from a note to where it belongs. */
  readonly back: string;
}

/**
 * Markdown (CommonMark with GitHub's tables, task lists and footnotes) as a DOM fragment. Raw HTML in it stays text; what is
 * left passes DOMPurify all the same, which hands back nodes and no markup, so that Trusted Types have nothing to object to.
 * @param url of the document: its relative links and pictures resolve against it
 * @param level of its highest headings, 1 to 6
 */
export function renderMarkdown(markdown: string, url: string, level: number, { heading: label, back: backLabel }: FootnoteWords): DocumentFragment {
  const markup = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml({ label, backLabel, labelAttributes: '' })] });
  const fragment = DOMPurify.sanitize(markup, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  placeHeadings(fragment, level);
  const places = placesIn(fragment);
  for (const image of fragment.querySelectorAll('img')) {
    setUrl(image, 'src', url);
    image.loading = 'lazy';
    image.decoding = 'async';
  }
  for (const link of fragment.querySelectorAll('a')) {
    const href = link.getAttribute('href');
    if (!href) continue;
    if (href.startsWith('#')) {
      link.addEventListener('click', (event) => {
        // The page's address is the page's.
        event.preventDefault();
        goTo(places.get(href.slice(1)) ?? places.get(decoded(href.slice(1)).toLowerCase()));
      });
      continue;
    }
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

/** Where links within the text lead: its headings, by the names that GitHub gives them, and its footnotes. Their ids would be ids of the whole view. */
function placesIn(fragment: DocumentFragment): ReadonlyMap<string, HTMLElement> {
  const places = new Map<string, HTMLElement>();
  for (const heading of fragment.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6')) {
    const name = slug(heading.textContent);
    for (let count = 0; ; count++) {
      const free = count === 0 ? name : `${name}-${count}`;
      if (places.has(free)) continue;
      places.set(free, heading);
      break;
    }
  }
  for (const element of fragment.querySelectorAll<HTMLElement>('[id]')) {
    places.set(element.id, element);
    element.removeAttribute('id');
  }
  return places;
}

const slug = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function goTo(place: HTMLElement | undefined): void {
  if (!place) return;
  if (!place.matches('a')) place.setAttribute('tabindex', '-1');
  place.focus();
}

/** What is no URL at all goes nowhere. */
function setUrl(element: Element, name: 'src' | 'href', base: string): void {
  try {
    element.setAttribute(name, new URL(element.getAttribute(name) ?? '', base).href);
  } catch {
    element.removeAttribute(name);
  }
}
