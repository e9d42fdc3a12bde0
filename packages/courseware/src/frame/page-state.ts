/** The unit's resume data of a page that keeps its state by itself. */
export const PAGE_STATE_ID = 'lectern.page';

/** Characters of names and values beyond which a page's storage is not brought home; it stays in the browser. */
export const MAX_PAGE_STATE = 1_000_000;

/** In the content origin's storage: whose items lie there; and with `:<owner>`, what an owner left that did not come home. */
export const MARK = 'lectern.page.1';

/** What a page has put into its origin's `localStorage`. */
export interface PageState {
  /** Counts up with every change that is told: of two states the one with more is the later. */
  readonly revision: number;
  readonly items: Readonly<Record<string, string>>;
}

/** What the frame is to give a page to store in. */
export interface PageStorageAssignment {
  /** Names whose it is: the learner's registration, or this browser, and the unit. Pages with other owners do not see it. Absent: nobody's, and forgotten. */
  readonly owner?: string;
  /** What the learner's record holds. */
  readonly saved?: PageState;
}

/** Foreign: pages write it, and records are kept by others. @returns nothing where it is none, or is beyond all measure. Never throws. */
export function readPageState(value: unknown): PageState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { revision, items } = value as { readonly revision?: unknown; readonly items?: unknown };
  if (!Number.isSafeInteger(revision) || (revision as number) < 0) return undefined;
  const read = readItems(items);
  return read && sizeOf(read) <= MAX_PAGE_STATE ? { revision: revision as number, items: read } : undefined;
}

/** Names and values, all of them text; nothing where it is anything else. */
export function readItems(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  // From entries, so that a page may call an item `__proto__`.
  return entries.every(([, item]) => typeof item === 'string') ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
}

export const sizeOf = (items: Readonly<Record<string, string>>): number => Object.entries(items).reduce((sum, [name, item]) => sum + name.length + item.length, 0);
