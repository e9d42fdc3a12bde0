import type { PDFPageProxy, RenderTask } from 'pdfjs-dist';
import type * as PdfJs from 'pdfjs-dist/legacy/build/pdf.mjs';
import { drawLinks } from './pdf-links.js';
import { findInItems, type TextMatch } from './page-text.js';
import { textOf } from './pdf-text.js';

/** Pixels of one canvas: 16 million take 64 MB; browsers on phones refuse more. */
const MAX_PIXELS = 2 ** 24;
const MAX_SIDE = 8_192;

export interface PageWords {
  page(number: number): string;
  externalLink(host: string): string;
  internalLink(): string;
  failed(): string;
}

export interface DrawOptions {
  readonly pdf: typeof PdfJs;
  /** CSS pixels a point. */
  readonly scale: number;
  /** Degrees that the reader has turned it. */
  readonly turned: number;
  follow(dest: unknown): void;
}

/** One page's place in the view: empty, or drawn with its text and its links above. */
export class PdfPage {
  readonly element: HTMLElement;
  readonly #number: number;
  readonly #words: PageWords;
  #proxy: PDFPageProxy | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #task: RenderTask | undefined;
  #textLayer: PdfJs.TextLayer | undefined;
  #drawn: string | undefined;
  #turn = 0;
  #finds: HTMLElement | undefined;
  /** The page's words, once its text is there. */
  text: string | undefined;

  constructor(index: number, words: PageWords) {
    this.#number = index + 1;
    this.#words = words;
    this.element = document.createElement('div');
    this.element.className = 'page';
    this.element.setAttribute('role', 'region');
    this.element.setAttribute('aria-label', words.page(this.#number));
  }

  /** It is drawn, at whatever size. */
  get shown(): boolean {
    return this.#drawn !== undefined;
  }

  isDrawnAs(scale: number, turned: number): boolean {
    return this.#drawn === `${scale} ${turned}`;
  }

  /** Draws the page, or draws it anew at another size; what was there stays until then. */
  async draw(proxy: PDFPageProxy, { pdf, scale, turned, follow }: DrawOptions): Promise<void> {
    const turn = ++this.#turn;
    this.#stop();
    this.#proxy = proxy;
    const viewport = proxy.getViewport({ scale, rotation: (proxy.rotate + turned) % 360 });
    const { width, height } = viewport;
    const density = Math.min(globalThis.devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / (width * height)), MAX_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(width * density));
    canvas.height = Math.max(1, Math.floor(height * density));
    canvas.setAttribute('aria-hidden', 'true');
    this.#task = proxy.render({ canvas, viewport, transform: [canvas.width / width, 0, 0, canvas.height / height, 0, 0], annotationMode: pdf.AnnotationMode.ENABLE });
    try {
      await this.#task.promise;
    } catch (error) {
      free(canvas);
      if (turn === this.#turn && (error as { readonly name?: unknown }).name !== 'RenderingCancelledException') this.fail(scale, turned);
      return;
    }
    if (turn !== this.#turn) return free(canvas);
    free(this.#canvas);
    this.#canvas = canvas;
    this.#drawn = `${scale} ${turned}`;
    const text = layer('text');
    const links = layer('links');
    const finds = (this.#finds = layer('finds'));
    this.element.style.setProperty('--total-scale-factor', String(scale));
    this.element.replaceChildren(canvas, finds, text, links);
    // Without its text the picture is still there to read.
    const content = await textOf(proxy).catch(() => undefined);
    if (turn !== this.#turn || !content) return;
    this.text = content.items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
    this.#textLayer = new pdf.TextLayer({ textContentSource: content, container: text, viewport });
    await this.#textLayer.render().catch(() => undefined);
    if (turn !== this.#turn) return;
    if (content.lang && /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(content.lang)) text.lang = content.lang;
    await drawLinks(proxy, viewport, links, { external: (host) => this.#words.externalLink(host), internal: () => this.#words.internalLink() }, follow).catch(() => undefined);
  }

  /** Says that the page cannot be shown. */
  fail(scale: number, turned: number): void {
    this.#drawn = `${scale} ${turned}`;
    this.text = '';
    this.element.replaceChildren(Object.assign(document.createElement('p'), { className: 'failed', textContent: this.#words.failed() }));
  }

  /** Marks what was looked for. @returns the rectangle of the `current`th match, which the view scrolls to */
  mark(query: string, current: number | undefined): DOMRect | undefined {
    this.#finds?.replaceChildren();
    if (query === '' || !this.#textLayer || !this.#finds) return undefined;
    const { textDivs, textContentItemsStr } = this.#textLayer;
    const box = this.element.getBoundingClientRect();
    let found: DOMRect | undefined;
    for (const [index, match] of findInItems(textContentItemsStr, query).entries()) {
      const range = rangeOf(match, textDivs);
      if (!range) continue;
      for (const rect of range.getClientRects()) {
        const mark = document.createElement('div');
        mark.className = index === current ? 'find now' : 'find';
        const percent = (part: number, whole: number): string => `${(part / whole) * 100}%`;
        Object.assign(mark.style, {
          left: percent(rect.left - box.left, box.width),
          top: percent(rect.top - box.top, box.height),
          width: percent(rect.width, box.width),
          height: percent(rect.height, box.height),
        });
        this.#finds.append(mark);
        if (index === current) found ??= rect;
      }
    }
    return found;
  }

  /** Gives back what the page holds; its place stays. */
  release(): void {
    if (this.#drawn === undefined && !this.#task) return;
    this.#turn += 1;
    this.#stop();
    free(this.#canvas);
    this.#canvas = undefined;
    this.#drawn = undefined;
    this.#finds = undefined;
    this.element.replaceChildren();
    this.#proxy?.cleanup();
    this.#proxy = undefined;
  }

  #stop(): void {
    this.#task?.cancel();
    this.#task = undefined;
    this.#textLayer?.cancel();
    this.#textLayer = undefined;
  }
}

function rangeOf({ start, end }: TextMatch, divs: readonly HTMLElement[]): Range | undefined {
  const first = divs[start.item]?.firstChild;
  const last = divs[end.item]?.firstChild;
  if (!first || !last) return undefined;
  const range = document.createRange();
  range.setStart(first, Math.min(start.offset, first.textContent?.length ?? 0));
  range.setEnd(last, Math.min(end.offset, last.textContent?.length ?? 0));
  return range;
}

function layer(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  return element;
}

/** A canvas without pixels: some browsers keep them until long after it has gone. */
function free(canvas: HTMLCanvasElement | undefined): void {
  if (canvas) canvas.width = canvas.height = 0;
}
