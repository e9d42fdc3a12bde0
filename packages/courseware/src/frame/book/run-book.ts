import { View } from 'foliate-js/view.js';
import { FrameError } from '../frame-error.js';
import type { BookCommand, BookDress, BookHeading, BookMatch, BookNews } from './book-protocol.js';
import { cleanSection } from './clean-section.js';
import type { FoliateLocation, FoliateTocItem } from './foliate-book.js';
import { readEpub } from './read-epub.js';

export interface RunBookOptions {
  readonly view: Window & typeof globalThis;
  readonly url: string;
  /** An EPUB CFI: where the reader was. */
  readonly place: string | undefined;
  readonly dress: BookDress;
  tell(news: BookNews): void;
}

export interface RunningBook {
  command(command: BookCommand): Promise<void>;
  focus(): void;
  close(): void;
}

/**
 * From here on nothing runs in this window or in what it frames that has not been loaded, and nothing is fetched but what the book itself holds.
 * Sections are `blob:` documents: they inherit it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'none'",
  "style-src 'unsafe-inline' blob: data:",
  'img-src blob: data:',
  'font-src blob: data:',
  'media-src blob: data:',
  'frame-src blob:',
  "object-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

const COLOURS = { light: undefined, sepia: ['#f6eedd', '#3d3222'], dark: ['#171c20', '#e7ebec'] } as const;
const MAX_HEADINGS = 3_000;
const MAX_MATCHES = 200;
const MAX_WORDS = 20_000;

/** Opens a book in the frame's own window. What goes wrong is told, not thrown. */
export async function runBook({ view, url, place, dress, tell }: RunBookOptions): Promise<RunningBook> {
  const { document } = view;
  const reader = new View();
  let turn = 0;
  let open = false;
  try {
    // foliate-js imports these when it needs them; by then the policy lets no script in.
    const [book] = await Promise.all([readEpub(url), import('foliate-js/paginator.js'), import('foliate-js/fixed-layout.js'), import('foliate-js/search.js')]);
    const meta = document.createElement('meta');
    meta.httpEquiv = 'Content-Security-Policy';
    meta.content = POLICY;
    document.head.append(meta);
    withoutScripts(view);
    book.transformTarget?.addEventListener('data', (event) => {
      const { detail } = event as CustomEvent<{ data: unknown; type: unknown }>;
      detail.data = Promise.all([detail.data, detail.type]).then(
        ([data, type]) => (typeof data === 'string' ? cleanSection(data, String(type)) : data),
        () => '',
      );
    });
    Object.assign(document.body.style, { margin: '0', blockSize: '100vh' });
    Object.assign(reader.style, { display: 'block', blockSize: '100%' });
    document.body.replaceChildren(reader);
    reader.addEventListener('relocate', (event) => {
      const news = located((event as CustomEvent<FoliateLocation>).detail);
      if (news) tell(news);
    });
    reader.addEventListener('external-link', (event) => {
      event.preventDefault();
      const { href } = (event as CustomEvent<{ href?: unknown }>).detail;
      if (typeof href === 'string' && /^https?:/i.test(href)) view.open(href, '_blank', 'noopener,noreferrer');
    });
    reader.addEventListener('load', (event) => onKeys((event as CustomEvent<{ doc: Document }>).detail.doc, reader));
    await reader.open(book);
    if (book.sections.length === 0) throw new FrameError('book-damaged', `${url} has no sections.`, { file: url });
    open = true;
    wear(reader, dress);
    onKeys(document, reader);
    tell({ type: 'opened', toc: headings(book.toc ?? []), fixed: reader.isFixedLayout, direction: book.dir === 'rtl' ? 'rtl' : 'ltr' });
    await reader.init(place === undefined ? { showTextStart: true } : { lastLocation: place });
  } catch (error) {
    const { code, message } = error as Partial<FrameError>;
    tell({ type: 'failed', code: code === 'content-missing' || code === 'book-protected' ? code : 'book-damaged', message: String(message).slice(0, 1_000) });
  }

  const find = async (query: string): Promise<void> => {
    const mine = ++turn;
    reader.clearSearch();
    const matches: BookMatch[] = [];
    if (query !== '') {
      for await (const result of reader.search({ query })) {
        if (mine !== turn) return;
        const { subitems } = result as { readonly subitems?: readonly { readonly cfi: string; readonly excerpt: { readonly pre: string; readonly match: string; readonly post: string } }[] };
        for (const { cfi, excerpt } of subitems ?? []) matches.push({ cfi, before: excerpt.pre, match: excerpt.match, after: excerpt.post });
        if (matches.length >= MAX_MATCHES) break;
        if (subitems) tell({ type: 'found', query, matches: matches.slice(0, MAX_MATCHES), done: false });
      }
    }
    tell({ type: 'found', query, matches: matches.slice(0, MAX_MATCHES), done: true });
  };

  return {
    async command(command) {
      if (!open) return;
      switch (command.do) {
        case 'next':
          return reader.next();
        case 'previous':
          return reader.prev();
        case 'goTo':
          return void (await reader.goTo(command.target));
        case 'goToFraction':
          return reader.goToFraction(Math.min(1, Math.max(0, command.fraction)));
        case 'dress':
          return wear(reader, command.dress);
        case 'find':
          return find(command.query);
        default:
          return undefined;
      }
    },
    focus: () => view.focus(),
    close: () => {
      reader.close();
      reader.book.destroy?.();
    },
  };
}

/** foliate-js asks for scripts in its sections' sandbox, so that old WebKit tells of clicks there. A book's own would come with them. */
function withoutScripts(view: Window & typeof globalThis): void {
  view.HTMLIFrameElement.prototype.setAttribute = function setAttribute(this: HTMLIFrameElement, name: string, value: string): void {
    view.Element.prototype.setAttribute.call(this, name, name.toLowerCase() === 'sandbox' ? 'allow-same-origin' : value);
  };
}

function located({ cfi, fraction, location, range }: FoliateLocation): BookNews | undefined {
  if (!location || typeof cfi !== 'string') return undefined;
  const total = Math.max(1, Math.ceil(location.total));
  const from = Math.min(total - 1, Math.max(0, Math.floor(location.current)));
  const to = Math.min(total, Math.max(from + 1, Math.ceil(location.next)));
  return { type: 'moved', from, to, total, place: cfi, fraction: Math.min(1, Math.max(0, fraction ?? 0)), words: range?.toString().slice(0, MAX_WORDS) ?? '' };
}

function headings(items: readonly FoliateTocItem[]): BookHeading[] {
  let left = MAX_HEADINGS;
  const read = (level: readonly FoliateTocItem[], depth: number): BookHeading[] =>
    level.slice(0, Math.max(0, left)).map(({ label, href, subitems }) => {
      left -= 1;
      return { label: (label ?? '').trim().slice(0, 300), href: href ?? '', below: depth < 8 && left > 0 ? read(subitems ?? [], depth + 1) : [] };
    });
  return read(items, 1);
}

/** Type, colours and flow; the book's own, where the reader has chosen nothing. */
function wear(reader: View, { theme, size, flow }: BookDress): void {
  const percent = Math.min(300, Math.max(50, Math.round(size) || 100));
  const colours = COLOURS[theme];
  const paint = colours ? `html, body { background: ${colours[0]} !important } body, body * { color: ${colours[1]} !important; background-color: transparent !important; border-color: currentColor }` : '';
  reader.renderer.setAttribute('flow', flow === 'scrolled' ? 'scrolled' : 'paginated');
  reader.renderer.setStyles?.(`html { font-size: ${percent}% !important; color-scheme: ${theme === 'dark' ? 'dark' : 'light'} } ${paint} img, svg { max-width: 100% }`);
  reader.style.background = colours?.[0] ?? '#fff';
}

function onKeys(doc: Document, reader: View): void {
  doc.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowLeft: () => reader.goLeft(), ArrowRight: () => reader.goRight(), PageDown: () => reader.next(), PageUp: () => reader.prev() }[event.key];
    if (!act) return;
    event.preventDefault();
    void act();
  });
}
