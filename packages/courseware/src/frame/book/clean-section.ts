const XHTML = 'application/xhtml+xml';
const MARKUP = [XHTML, 'text/html', 'image/svg+xml'];

/** What runs, frames, submits, redirects or loads from elsewhere. */
const REFUSED = 'script, iframe, frame, object, embed, applet, portal, base, meta[http-equiv], link:not([rel~="stylesheet"]), template, foreignObject iframe';
const URLS = ['href', 'xlink:href', 'src', 'action', 'formaction', 'poster', 'data', 'srcset', 'ping', 'background'];

/** Addresses a section may keep: what foliate-js has put in place of the book's own files, words within, and for links the web. */
const isOwn = (url: string): boolean => /^(blob:|data:(image|font)\/(?!svg)|#)/i.test(url) || !/^([a-z][a-z\d+.-]*:|\/\/|\\)/i.test(url);
const isWeb = (url: string): boolean => /^(https?:|mailto:|tel:)/i.test(url);

/**
 * Takes out of a section of a book all that could run or reach elsewhere. The frame's policy and the sandbox around a section refuse the same
 * things once more.
 */
export function cleanSection(markup: string, type: string): string {
  if (!MARKUP.includes(type)) return markup;
  const doc = new DOMParser().parseFromString(markup, type as DOMParserSupportedType);
  for (const element of doc.querySelectorAll(REFUSED)) element.remove();
  for (const element of doc.querySelectorAll('*')) {
    // Names in any namespace: SVG's animations can set links, events have no namespace.
    if (/^(script|handler|listener)$/i.test(element.localName)) {
      element.remove();
      continue;
    }
    if (/^(set|animate|animateMotion|animateTransform)$/i.test(element.localName) && /href|^on/i.test(element.getAttribute('attributeName') ?? '')) {
      element.remove();
      continue;
    }
    for (const { name, value: written } of [...element.attributes]) {
      // As browsers read an address: without what cannot be seen at its ends, and without line ends anywhere.
      const value = written.replace(/^[\s\p{Cc}]+|[\t\n\r]/gu, '');
      if (/^on/i.test(name)) element.removeAttribute(name);
      else if (URLS.includes(name.toLowerCase()) && !isOwn(value) && !(element.localName === 'a' && /href$/i.test(name) && isWeb(value))) element.removeAttribute(name);
    }
  }
  return new XMLSerializer().serializeToString(doc);
}
