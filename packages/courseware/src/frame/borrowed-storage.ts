import { MARK, readItems, type PageState } from './page-state.js';

type Items = Readonly<Record<string, string>>;

/** Names of ours; a page's items have any other. */
const OURS = 'lectern.';

interface Mark {
  /** Empty: nobody's. */
  readonly owner: string;
  /** Of what was told last. */
  readonly revision: number;
  /** Fingerprint of what was told last and is at home. */
  readonly home: string;
  /** What lay there already: SCOs store here, too. It is put back as it was. */
  readonly before: Items;
}

/**
 * The content origin's own `localStorage`, lent to one unit's page: what its owner stored is put there before the page opens, and taken away when it closes.
 * The page, the pages it goes on to and the frames in it have the browser's own storage, so everything about it is as they know it. All is synchronous, and
 * a mark tells whose items lie there: what a killed tab leaves is found by whoever comes next, and goes back to its owner.
 */
export class BorrowedStorage {
  readonly #storage: Storage;
  #mark: Mark;
  #told = '';

  /** @throws where the storage is full */
  constructor(storage: Storage, owner: string, saved?: PageState) {
    this.#storage = storage;
    settle(storage);
    const left = readLeft(storage.getItem(nameOf(owner)));
    // What stayed here is later than what came home, unless another device has gone on from there.
    const start = left && left.revision >= (saved?.revision ?? 0) ? left : saved;
    this.#mark = { owner, revision: start?.revision ?? 0, home: start === saved ? fingerprint(saved?.items ?? {}) : '', before: itemsOf(storage) };
    this.#write();
    try {
      for (const [name, item] of Object.entries(start?.items ?? {})) storage.setItem(name, item);
    } catch (error) {
      clear(storage, this.#mark.before);
      storage.removeItem(MARK);
      throw error;
    }
    storage.removeItem(nameOf(owner));
  }

  /** What has changed since the last time, to be told. */
  news(): PageState | undefined {
    const items = storedIn(this.#storage, this.#mark);
    const now = fingerprint(items);
    if (now === this.#mark.home || now === this.#told) return undefined;
    this.#told = now;
    this.#mark = { ...this.#mark, revision: this.#mark.revision + 1 };
    this.#write();
    return { revision: this.#mark.revision, items };
  }

  /** What was told is safe elsewhere. */
  home({ items }: PageState): void {
    this.#mark = { ...this.#mark, home: fingerprint(items) };
    this.#write();
  }

  /** The page has emptied the storage: of ours, the mark has to be there. */
  emptied(): void {
    this.#write();
  }

  /** Takes the page's items away. What is not at home is kept for the owner. */
  end(): void {
    giveBack(this.#storage, this.#mark);
  }

  /** Where the page has filled the storage there may be no room for the mark: the older one is still there, and says whose it is. */
  #write(): void {
    try {
      this.#storage.setItem(MARK, JSON.stringify(this.#mark));
    } catch (error) {
      if (this.#storage.getItem(MARK) === null) throw error;
    }
  }
}

/** Gives what a page has left in the storage back to its owner: an earlier page of the origin did not come to its end. */
export function settle(storage: Storage): void {
  const mark = readMark(storage.getItem(MARK));
  if (mark) giveBack(storage, mark);
  else storage.removeItem(MARK);
}

function giveBack(storage: Storage, mark: Mark): void {
  const items = storedIn(storage, mark);
  clear(storage, mark.before);
  storage.removeItem(MARK);
  if (mark.owner === '' || fingerprint(items) === mark.home) return;
  try {
    storage.setItem(nameOf(mark.owner), JSON.stringify({ revision: mark.revision, items } satisfies PageState));
  } catch {
    // It fitted as items, and the same as one text does not: the storage is filled by others.
  }
}

const storedIn = (storage: Storage, { before }: Mark): Items => Object.fromEntries(Object.entries(itemsOf(storage)).filter(([name, item]) => before[name] !== item));

/** The page's items go; those that lay there before are as they were. */
function clear(storage: Storage, before: Items): void {
  for (const name of Object.keys(itemsOf(storage))) if (!Object.hasOwn(before, name)) storage.removeItem(name);
  for (const [name, item] of Object.entries(before)) if (storage.getItem(name) !== item) storage.setItem(name, item);
}

const nameOf = (owner: string): string => `${MARK}:${owner}`;

/** Equal items have one, whatever order the browser has them in. No secret: it only spares writing what is there already (FNV-1a, twice). */
function fingerprint(items: Items): string {
  const text = JSON.stringify(Object.entries(items).sort(([a], [b]) => (a < b ? -1 : 1)));
  let [one, two] = [0x811c9dc5, 0x1000193];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
  }
  return `${text.length}.${(one >>> 0).toString(36)}.${(two >>> 0).toString(36)}`;
}

function itemsOf(storage: Storage): Items {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? OURS);
  return Object.fromEntries(names.filter((name) => !name.startsWith(OURS)).map((name) => [name, storage.getItem(name) ?? '']));
}

function readLeft(value: string | null): PageState | undefined {
  const { revision, items } = (parse(value) ?? {}) as { readonly revision?: unknown; readonly items?: unknown };
  const read = readItems(items);
  return read && Number.isSafeInteger(revision) ? { revision: revision as number, items: read } : undefined;
}

/** Content shares this storage and may have written anything. */
function readMark(value: string | null): Mark | undefined {
  const raw = parse(value);
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { owner, revision, home, before } = raw as Record<string, unknown>;
  const items = readItems(before);
  if (typeof owner !== 'string' || typeof home !== 'string' || !Number.isSafeInteger(revision) || !items) return undefined;
  return { owner, revision: revision as number, home, before: items };
}

function parse(value: string | null): unknown {
  try {
    return JSON.parse(value ?? 'null') as unknown;
  } catch {
    return undefined;
  }
}
