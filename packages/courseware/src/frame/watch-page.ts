/** What a page without a standard is watched for: `scrolled`, how much of it has been in view; `reported`, what it says itself. */
export type PageWatchFor = 'scrolled' | 'reported';

/** Foreign: whoever receives it checks it. */
export interface PageNews {
  /** 0 to 1: the furthest so far, or as the page says. */
  readonly progress?: number;
  /** The page says that it is done with. */
  readonly completed?: true;
}

/** What an activity posts to its parent. */
const REPORT = 'lectern.completion';

/** The part of a value from outside that is news; nothing where there is none. Never throws. */
export function readPageNews(value: unknown): PageNews | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { progress, completed } = value as { readonly progress?: unknown; readonly completed?: unknown };
  const known = typeof progress === 'number' && progress >= 0 && progress <= 1;
  if (!known && completed !== true) return undefined;
  return { ...(known ? { progress } : {}), ...(completed === true ? { completed } : {}) };
}

/** Watches a page that is in a frame of this window, through every page it goes on to on this origin. Begin before its `src` is set. */
export function watchPage(view: Window, content: HTMLIFrameElement, what: PageWatchFor, tell: (news: PageNews) => void): void {
  if (what === 'reported') {
    view.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
      if (source !== content.contentWindow || origin !== view.location.origin) return;
      if ((data as { readonly type?: unknown } | null)?.type !== REPORT) return;
      const news = readPageNews(data);
      if (news) tell(news);
    });
    return;
  }
  let furthest = 0;
  content.addEventListener('load', () => {
    const look = (): void => {
      const reached = reachedIn(content);
      if (reached <= furthest) return;
      furthest = reached;
      tell({ progress: reached });
    };
    try {
      content.contentWindow?.addEventListener('scroll', look, { passive: true });
      content.contentWindow?.addEventListener('resize', look);
    } catch {
      // It has gone to another origin: what it shows there is not the unit.
    }
    look();
  });
}

/** The fraction of a page that is above the lower edge of the view: 1 where the page is shorter than it, 0 while it is not laid out. */
function reachedIn(content: HTMLIFrameElement): number {
  try {
    const page = content.contentDocument?.scrollingElement;
    if (!page?.clientHeight) return 0;
    // Zoom leaves fractions of a pixel that no scrolling reaches.
    const seen = page.scrollTop + page.clientHeight + 1;
    return Math.min(1, seen / page.scrollHeight);
  } catch {
    return 0;
  }
}
