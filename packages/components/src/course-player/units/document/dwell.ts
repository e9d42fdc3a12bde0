import { leastReadingSeconds } from '../reading.js';

/** Seconds that count as seen between two looks: a sleeping machine reads nothing. */
const MAX_STEP = 1;

/** Of a page, or of the window where the page is taller. */
export const ENOUGH_OF_A_PAGE = 0.5;

/** Seconds a page must be seen: as the unit declares, else what reading its words takes at the least, from 2 to 20. */
export function secondsForPage(text: string, declared: number | undefined): number {
  return declared ?? Math.min(20, leastReadingSeconds(text, undefined));
}

/** Adds up how long each page has been in sight; tells of each once, when that is long enough. */
export class Dwell {
  readonly #read: Set<number>;
  readonly #seconds = new Map<number, number>();
  readonly #needed: (page: number) => number;

  /** @param read pages that were read before */
  constructor(needed: (page: number) => number, read: Iterable<number> = []) {
    this.#needed = needed;
    this.#read = new Set(read);
  }

  /** Pages that were read elsewhere. */
  know(pages: Iterable<number>): void {
    for (const page of pages) this.#read.add(page);
  }

  /** @returns pages that have been read just now */
  pass(seconds: number, inSight: ReadonlyMap<number, number>): number[] {
    const news: number[] = [];
    for (const [page, part] of inSight) {
      if (part < ENOUGH_OF_A_PAGE || this.#read.has(page)) continue;
      const total = (this.#seconds.get(page) ?? 0) + Math.min(MAX_STEP, Math.max(0, seconds));
      this.#seconds.set(page, total);
      if (total < this.#needed(page)) continue;
      this.#read.add(page);
      this.#seconds.delete(page);
      news.push(page);
    }
    return news;
  }
}
