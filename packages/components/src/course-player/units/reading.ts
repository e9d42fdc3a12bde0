export interface ReadingOptions {
  /** Seconds of visible time that must pass besides. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Fraction of the blocks that have been on screen, 0 to 1. */
  onProgress(progress: number): void;
  /** The end has been seen and the time has passed. */
  onRead(): void;
}

/** Nobody reads faster than this: Latin-script words and CJK characters a second. */
const WORDS = 12;
const CHARACTERS = 24;

/** Seconds that reading takes at the very least; never more than a third of what the author expects, nor than two minutes. */
export function leastReadingSeconds(text: string, expected: number | undefined): number {
  const cjk = text.match(/[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]/g)?.length ?? 0;
  const words = text.replace(/[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]/g, ' ').match(/\S+/g)?.length ?? 0;
  return Math.min(120, Math.max(2, cjk / CHARACTERS + words / WORDS), expected === undefined ? Infinity : Math.max(2, expected / 3));
}

/** Watches which of an article's blocks have been on screen while the page was visible. */
export function watchReading(article: Element, { seconds, signal, onProgress, onRead }: ReadingOptions): void {
  const blocks = [...article.children];
  // The last block may be taller than the screen; its end is what must be seen.
  const end = article.appendChild(document.createElement('div'));
  blocks.push(end);
  const total = blocks.length;
  const seen = new Set<Element>();
  let spent = 0;
  let read = false;

  const check = (): void => {
    if (read || spent < seconds || !seen.has(end)) return;
    read = true;
    onRead();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const before = seen.size;
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.add(target);
        observer.unobserve(target);
      }
      if (seen.size === before) return;
      onProgress(seen.size / total);
      check();
    },
    { threshold: 0 },
  );
  for (const block of blocks) observer.observe(block);
  const timer = setInterval(() => {
    if (document.hidden) return;
    spent += 1;
    check();
  }, 1000);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    observer.disconnect();
  });
}
