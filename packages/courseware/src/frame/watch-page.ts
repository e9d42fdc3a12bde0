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
  let unitPage: string | undefined;
  content.addEventListener('load', () => {
    let page: Window;
    try {
      page = content.contentWindow!;
      // What it goes on to is not the unit's page: a short one there would complete it.
      if (page.location.pathname !== (unitPage ??= page.location.pathname)) return;
    } catch {
      return; // It has gone to another origin.
    }
    const look = (): void => {
      const reached = reachedIn(content);
      if (reached <= furthest) return;
      furthest = reached;
      tell({ progress: reached });
    };
    whenSettled(view, content, () => {
      page.addEventListener('scroll', look, { passive: true });
      page.addEventListener('resize', look);
      look();
    });
  });
}

/** Milliseconds between two looks at a page's height, and how many must find it the same. */
const SETTLE_INTERVAL = 400;
const SETTLE_LOOKS = 3;
/** So many looks at most: some pages never come to rest. */
const MOST_LOOKS = 40;

/** A page that a script fills is short when it has loaded, and would count as seen whole: it is judged once it grows no more. */
function whenSettled(view: Window, content: HTMLIFrameElement, go: () => void): void {
  const page = content.contentDocument;
  let height = -1;
  let looks = 0;
  let all = 0;
  const timer = view.setInterval(() => {
    if (content.contentDocument !== page || !content.isConnected) return view.clearInterval(timer); // another page
    const now = page?.scrollingElement?.scrollHeight ?? 0;
    looks = now === height ? looks + 1 : 0;
    height = now;
    if (looks < SETTLE_LOOKS - 1 && ++all < MOST_LOOKS) return;
    view.clearInterval(timer);
    go();
  }, SETTLE_INTERVAL);
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
