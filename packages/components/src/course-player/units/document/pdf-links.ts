import type { PageViewport, PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';

/** What pdf.js says of a link; from the file, so each part may be anything. */
interface LinkAnnotation {
  readonly subtype?: unknown;
  readonly rect?: unknown;
  readonly url?: unknown;
  readonly dest?: unknown;
  readonly action?: unknown;
  readonly contentsObj?: { readonly str?: unknown };
}

/** A place in the document: a page, and points from its upper edge, as far as the file says. */
export interface Destination {
  readonly page: number;
  readonly top?: number;
}

/** Links of one page that may be followed: to the web, beside the course, and to places in the same document. All others are no links. */
export async function drawLinks(page: PDFPageProxy, viewport: PageViewport, layer: HTMLElement, words: { external(host: string): string; internal(): string }, follow: (dest: unknown) => void): Promise<void> {
  const annotations = (await page.getAnnotations({ intent: 'display' })) as LinkAnnotation[];
  for (const { subtype, rect, url, dest, action, contentsObj } of annotations) {
    if (subtype !== 'Link' || !isRect(rect)) continue;
    const link = document.createElement('a');
    const external = webUrl(url);
    const named = typeof contentsObj?.str === 'string' ? contentsObj.str.trim().slice(0, 300) : '';
    if (external) {
      link.href = external.href;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      link.setAttribute('aria-label', named || words.external(external.host));
    } else if (isDest(dest) || isNamedAction(action)) {
      link.href = '#';
      link.setAttribute('aria-label', named || words.internal());
      link.addEventListener('click', (event) => {
        event.preventDefault();
        follow(isDest(dest) ? dest : action);
      });
    } else continue;
    const [x1, y1, x2, y2] = viewport.convertToViewportRectangle(rect) as [number, number, number, number];
    Object.assign(link.style, {
      left: `${(Math.min(x1, x2) / viewport.width) * 100}%`,
      top: `${(Math.min(y1, y2) / viewport.height) * 100}%`,
      width: `${(Math.abs(x2 - x1) / viewport.width) * 100}%`,
      height: `${(Math.abs(y2 - y1) / viewport.height) * 100}%`,
    });
    layer.append(link);
  }
}

const isRect = (rect: unknown): rect is number[] => Array.isArray(rect) && rect.length === 4 && rect.every((side) => Number.isFinite(side));
const isDest = (dest: unknown): dest is string | unknown[] => (typeof dest === 'string' && dest !== '') || (Array.isArray(dest) && dest.length > 0);
const ACTIONS = ['NextPage', 'PrevPage', 'FirstPage', 'LastPage'];
const isNamedAction = (action: unknown): boolean => typeof action === 'string' && ACTIONS.includes(action);

/** Only the web: no `javascript:`, `file:`, `data:` or an application's own scheme. */
export function webUrl(url: unknown): URL | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed : undefined;
}

/** @param current the page on which a named action (`NextPage`) was meant */
export async function resolveDestination(pdf: PDFDocumentProxy, dest: unknown, current: number): Promise<Destination | undefined> {
  try {
    if (isNamedAction(dest)) {
      const pages = { NextPage: current + 1, PrevPage: current - 1, FirstPage: 0, LastPage: pdf.numPages - 1 };
      return { page: clamp(pages[dest as keyof typeof pages], pdf.numPages) };
    }
    const explicit = typeof dest === 'string' ? ((await pdf.getDestination(dest)) as unknown[] | null) : (dest as unknown[]);
    if (!Array.isArray(explicit)) return undefined;
    const [ref, kind, first, second] = explicit as [unknown, { readonly name?: string } | undefined, unknown, unknown];
    const index = typeof ref === 'number' ? ref : await pdf.getPageIndex(ref as Parameters<typeof pdf.getPageIndex>[0]);
    if (!Number.isInteger(index) || index < 0 || index >= pdf.numPages) return undefined;
    const y = kind?.name === 'XYZ' ? second : kind?.name === 'FitH' || kind?.name === 'FitBH' ? first : undefined;
    if (typeof y !== 'number') return { page: index };
    const [, bottom, , upper] = (await pdf.getPage(index + 1)).view as [number, number, number, number];
    return { page: index, top: Math.max(0, upper - Math.max(bottom, y)) };
  } catch {
    // A link that leads nowhere is a fault of the file, not of the reader.
    return undefined;
  }
}

const clamp = (page: number, count: number): number => Math.min(count - 1, Math.max(0, page));
