/** Width and height in points (1/72 inch), as the page stands. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Fits the width, fits the whole page, or CSS pixels a point. */
export type Zoom = 'width' | 'page' | number;

/** CSS pixels a point at 100 %. */
export const FULL_SIZE = 96 / 72;
export const MIN_SCALE = 0.1 * FULL_SIZE;
export const MAX_SCALE = 8 * FULL_SIZE;

/** CSS pixels between pages, and around them. */
export const GAP = 12;

/** Points: what a page without a sensible size is taken for; and the largest side that is believed (PDF 2.0 Annex C: 14,400 units). */
const A4: PageSize = { width: 595, height: 842 };
const MAX_SIDE = 14_400;

const sound = (value: number): boolean => Number.isFinite(value) && value > 0;

/**
 * Where the pages of a document stand, one below the other, in a window of a given size. Sizes become known page by page; until then a page
 * is taken to be as the first.
 */
export class PageLayout {
  readonly count: number;
  readonly #sizes: (PageSize | undefined)[];
  #tops: number[] | undefined;
  #zoom: Zoom = 'width';
  #turned = 0;
  #room: PageSize = { width: 600, height: 600 };

  constructor(count: number) {
    this.count = count;
    this.#sizes = new Array<PageSize | undefined>(count).fill(undefined);
  }

  get zoom(): Zoom {
    return this.#zoom;
  }

  set zoom(zoom: Zoom) {
    this.#zoom = typeof zoom === 'number' ? Math.min(MAX_SCALE, Math.max(MIN_SCALE, zoom)) : zoom;
    this.#tops = undefined;
  }

  /** Degrees clockwise that the reader has turned all pages: 0, 90, 180, 270. */
  get turned(): number {
    return this.#turned;
  }

  set turned(degrees: number) {
    this.#turned = ((degrees % 360) + 360) % 360;
    this.#tops = undefined;
  }

  /** The window, in CSS pixels without scrollbars. */
  set room(room: PageSize) {
    this.#room = room;
    this.#tops = undefined;
  }

  /** @returns whether it was not known, or another */
  setSize(page: number, { width, height }: PageSize): boolean {
    const size = sound(width) && sound(height) ? { width: Math.min(width, MAX_SIDE), height: Math.min(height, MAX_SIDE) } : A4;
    const before = this.#sizes[page];
    this.#sizes[page] = size;
    if (before && before.width === size.width && before.height === size.height) return false;
    this.#tops = undefined;
    return true;
  }

  /** As the reader sees it, in points. */
  sizeOf(page: number): PageSize {
    const { width, height } = this.#sizes[page] ?? this.#sizes[0] ?? A4;
    return this.#turned % 180 === 0 ? { width, height } : { width: height, height: width };
  }

  /** CSS pixels a point, of one page: pages of several widths each fit. */
  scaleOf(page: number): number {
    if (typeof this.#zoom === 'number') return this.#zoom;
    const { width, height } = this.sizeOf(page);
    const wide = (this.#room.width - 2 * GAP) / width;
    const scale = this.#zoom === 'width' ? wide : Math.min(wide, (this.#room.height - 2 * GAP) / height);
    return Math.min(MAX_SCALE, Math.max(0.05, scale));
  }

  /** CSS pixels. */
  boxOf(page: number): PageSize {
    const { width, height } = this.sizeOf(page);
    const scale = this.scaleOf(page);
    return { width: Math.floor(width * scale), height: Math.floor(height * scale) };
  }

  topOf(page: number): number {
    if (!this.#tops) {
      const tops: number[] = [];
      let top = GAP;
      for (let index = 0; index < this.count; index++) {
        tops.push(top);
        top += this.boxOf(index).height + GAP;
      }
      this.#tops = tops;
    }
    return this.#tops[Math.min(this.count - 1, Math.max(0, page))] ?? GAP;
  }

  /** The page at a height; between two, the one below. */
  pageAt(height: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.topOf(middle) + this.boxOf(middle).height > height) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Pages in sight and how much of each, 0 to 1: of the page, or of the window where the page is taller. */
  inSight(scrollTop: number): ReadonlyMap<number, number> {
    const seen = new Map<number, number>();
    const bottom = scrollTop + this.#room.height;
    for (let page = this.pageAt(scrollTop); page < this.count; page++) {
      const top = this.topOf(page);
      if (top >= bottom) break;
      const { height } = this.boxOf(page);
      const visible = Math.min(bottom, top + height) - Math.max(scrollTop, top);
      seen.set(page, Math.min(1, Math.max(0, visible / Math.max(1, Math.min(height, this.#room.height)))));
    }
    return seen;
  }
}
