import { strToU8, zipSync } from 'fflate';

export interface BookFixtureOptions {
  /** What is in the body of each chapter. */
  readonly chapters?: readonly string[];
  /** Other files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly head?: string;
  readonly language?: string;
  readonly direction?: 'ltr' | 'rtl';
  /** Metadata of the package document. */
  readonly meta?: string;
}

const MEDIA: Readonly<Record<string, string>> = { xhtml: 'application/xhtml+xml', svg: 'image/svg+xml', js: 'text/javascript', css: 'text/css', png: 'image/png' };

/** A small EPUB 3, made here and now. */
export function makeEpub({ chapters = ['<h1>One</h1><p>The lathe.</p>', '<h1>Two</h1><p>A second lathe.</p>'], files = {}, head = '', language = 'en', direction = 'ltr', meta = '' }: BookFixtureOptions = {}): Uint8Array {
  const page = (body: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="${language}"><head><title>T</title>${head}</head><body>${body}</body></html>`;
  const names = chapters.map((_, index) => `c${index + 1}.xhtml`);
  const others = Object.keys(files).filter((name) => !name.startsWith('META-INF/'));
  const items = [...names, ...others].map((name, index) => `<item id="i${index}" href="${name}" media-type="${MEDIA[name.split('.').at(-1)!] ?? 'application/octet-stream'}"/>`);
  const text: Record<string, string> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OPS/book.opf': `<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:x:1</dc:identifier><dc:title>Book</dc:title><dc:language>${language}</dc:language>${meta}</metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${items.join('')}</manifest><spine page-progression-direction="${direction}">${names.map((_, index) => `<itemref idref="i${index}"/>`).join('')}</spine></package>`,
    'OPS/nav.xhtml': page(`<nav epub:type="toc"><ol>${names.map((name, index) => `<li><a href="${name}">Chapter ${index + 1}</a></li>`).join('')}</ol></nav>`),
    ...Object.fromEntries(chapters.map((body, index) => [`OPS/c${index + 1}.xhtml`, page(body)])),
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name.startsWith('META-INF/') ? name : `OPS/${name}`, content])),
  };
  return zipSync(Object.fromEntries(Object.entries(text).map(([name, content]) => [name, strToU8(content)])));
}

/** Where a frame of another origin can fetch it: see web-test-runner.config.mjs. */
export const bytesUrl = (bytes: Uint8Array, origin: string): string =>
  `${origin}/__bytes__/${btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
