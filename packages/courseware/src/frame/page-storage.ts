import { BorrowedStorage, settle } from './borrowed-storage.js';
import { MARK, MAX_PAGE_STATE, readPageState, sizeOf, type PageState, type PageStorageAssignment } from './page-state.js';
import type { Ack } from './protocol.js';
import { createStandIn, followWindows } from './stand-in-storage.js';

/** Milliseconds of quiet after a change, and the most that changes without end are waited for. */
const QUIET = 400;
const PATIENCE = 2_000;

/** Milliseconds the player has to take the last state. */
const FAREWELL = 500;

export interface PageStorageOptions {
  readonly view: Window & typeof globalThis;
  readonly assignment: PageStorageAssignment;
  /** Tells the player. `ok`: it is at least journaled there. */
  tell(state: PageState): Promise<Ack>;
}

/** What a page stores, while it is open. */
export interface PageStorage {
  /** Give it the frame before it goes to the page. */
  furnish(content: HTMLIFrameElement): void;
  /** Tells the last of it, and takes it out of the storage. Call it when the page is gone. */
  close(): Promise<void>;
}

/** A place for a page's items. */
interface Place {
  /** What has changed and was not told yet. */
  news(): PageState | undefined;
  home(state: PageState): void;
  furnish(content: HTMLIFrameElement): void;
  end(): void;
}

/**
 * Gives a page the `localStorage` that its owner left, and tells what it makes of it. It is the origin's own, where that can be had for this page alone;
 * where the browser denies it, or another page of the origin has it, a stand-in in memory.
 */
export async function openPageStorage({ view, assignment, tell }: PageStorageOptions): Promise<PageStorage> {
  const ended = new AbortController();
  let since: number | undefined;
  let timer: number | undefined;
  const look = async (): Promise<void> => {
    view.clearTimeout(timer);
    since = timer = undefined;
    const news = place.news();
    if (!news || sizeOf(news.items) > MAX_PAGE_STATE) return;
    const ack = await tell(news).catch(() => undefined);
    if (ack?.ok && !ended.signal.aborted) place.home(news);
  };
  const changed = (): void => {
    const now = view.performance.now();
    since ??= now;
    view.clearTimeout(timer);
    timer = view.setTimeout(() => void look(), Math.min(QUIET, Math.max(0, since + PATIENCE - now)));
  };
  const place = (await borrow(view, assignment, changed, ended.signal)) ?? standIn(assignment, changed, ended.signal);
  view.document.addEventListener('visibilitychange', () => view.document.visibilityState === 'hidden' && void look(), { signal: ended.signal });
  // What stayed here from the last time.
  changed();
  return {
    furnish: (content) => place.furnish(content),
    async close() {
      await Promise.race([look(), new Promise((resolve) => view.setTimeout(resolve, FAREWELL))]);
      place.end();
      ended.abort();
    },
  };
}

/** Other content of the origin begins: what a page left in the storage, since its tab was killed, is not for it to see. Never throws. */
export async function settlePageStorage(view: Window): Promise<void> {
  const ended = new AbortController();
  try {
    if (await holdAlone(view, ended.signal)) settle(view.localStorage);
  } catch {
    // Denied: then nothing lies there.
  } finally {
    ended.abort();
  }
}

async function borrow(view: Window & typeof globalThis, { owner = '', saved }: PageStorageAssignment, changed: () => void, ended: AbortSignal): Promise<Place | undefined> {
  try {
    const storage = view.localStorage;
    if (!(await holdAlone(view, ended))) return undefined;
    const borrowed = new BorrowedStorage(storage, owner, readPageState(saved));
    // Every window of the origin but the one that makes a change is told of it: the page is another one than this.
    view.addEventListener(
      'storage',
      ({ storageArea, key }) => {
        if (storageArea !== storage || key?.startsWith(MARK)) return;
        if (key === null) borrowed.emptied();
        changed();
      },
      { signal: ended },
    );
    ownSession(view, owner);
    return { news: () => borrowed.news(), home: (state) => borrowed.home(state), end: () => borrowed.end(), furnish: () => undefined };
  } catch {
    return undefined; // Denied, or full.
  }
}

/** `sessionStorage` is the tab's: it outlives the page, and goes when another owner's comes. */
function ownSession({ sessionStorage }: Window, owner: string): void {
  const before = sessionStorage.getItem(MARK);
  if (before !== null && before !== owner) sessionStorage.clear();
  sessionStorage.setItem(MARK, owner);
}

/** One page of an origin at a time. Web Locks need a secure context; without them nobody is known to be there. @returns whether it is this one, until `ended` */
function holdAlone({ navigator }: Window, ended: AbortSignal): Promise<boolean> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    locks
      .request(MARK, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<void>((release) => ended.addEventListener('abort', () => release()));
      })
      .catch(reject);
  });
}

function standIn({ saved }: PageStorageAssignment, changed: () => void, ended: AbortSignal): Place {
  const start = readPageState(saved);
  let revision = start?.revision ?? 0;
  let told = JSON.stringify(start?.items ?? {});
  const local = createStandIn(start?.items ?? {}, changed);
  const session = createStandIn({}, () => undefined);
  return {
    news() {
      const items = local.items();
      const now = JSON.stringify(items);
      if (now === told) return undefined;
      told = now;
      return { revision: ++revision, items };
    },
    home: () => undefined,
    furnish: (content) =>
      followWindows(
        content,
        (window) => {
          Object.defineProperty(window, 'localStorage', { value: local.in(window), configurable: true, enumerable: true });
          Object.defineProperty(window, 'sessionStorage', { value: session.in(window), configurable: true, enumerable: true });
        },
        ended,
      ),
    end: () => undefined,
  };
}
