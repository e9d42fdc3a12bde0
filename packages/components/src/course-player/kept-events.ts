import type { Course, LearningEvent, LmsConnection, LocalVault } from '@lectern/core';

const PREFIX = 'lectern.waiting.v1';

/** Milliseconds without a write after which a page counts as gone, where the browser has no Web Locks to tell. */
const SILENCE = 120_000;

interface Entry {
  /** Epoch milliseconds of the last write. */
  readonly seenAt: number;
  readonly events: readonly LearningEvent[];
}

/**
 * Keeps what waits for a session in `localStorage`, so that a page that is closed before the learner's record could be read loses
 * nothing: the next page that reads it tells the rest. Events and not statements, because what they amount to (a first completion, or one
 * that was told long ago) depends on that record. Each page writes an entry of its own; a Web Lock shows that it is alive.
 */
export class EventKeeper {
  readonly #scope: string;
  readonly #key: string;
  readonly #vault: LocalVault | undefined;
  #release: (() => void) | undefined;

  constructor(course: Course, connection: LmsConnection) {
    this.#scope = scopeOf(course.id, connection);
    this.#vault = connection.vault;
    this.#key = this.#scope + crypto.getRandomValues(new Uint32Array(4)).join('-');
  }

  /** Whether it is for this learner and registration. */
  isOf(course: Course, connection: LmsConnection): boolean {
    return new EventKeeper(course, connection).#scope === this.#scope;
  }

  /** Writes what waits, synchronously. @returns whether it is safe now */
  write(events: readonly LearningEvent[]): boolean {
    try {
      const text = JSON.stringify({ seenAt: Date.now(), events } satisfies Entry);
      const kept = this.#vault ? this.#vault.seal(text, this.#key) : text;
      if (kept === undefined) return false; // The host wants it sealed, and the key is not here yet.
      localStorage.setItem(this.#key, kept);
    } catch {
      return false; // Forbidden or full: they wait in memory, and the player says so.
    }
    this.#hold();
    return true;
  }

  /** What this page kept has been told. */
  clear(): void {
    forget(this.#key);
    this.release();
  }

  /** This page will not tell it; another may. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** What pages that have gone left behind: tell it, then say so. */
  async left(): Promise<readonly { readonly events: readonly LearningEvent[]; told(): void }[]> {
    const keys = keysFrom(this.#scope).filter((key) => key !== this.#key);
    if (keys.length === 0) return [];
    const alive = await heldLocks();
    const found = await Promise.all(keys.map(async (key) => ({ key, entry: await read(key, this.#vault) })));
    return found
      .filter((one): one is { key: string; entry: Entry } => one.entry !== undefined)
      .filter(({ key, entry }) => (alive ? !alive.has(key) : Date.now() - entry.seenAt > SILENCE))
      .sort((a, b) => a.entry.seenAt - b.entry.seenAt)
      .map(({ key, entry }) => ({ events: entry.events, told: () => forget(key) }));
  }

  #hold(): void {
    if (this.#release || !('locks' in navigator)) return;
    const released = new Promise<void>((resolve) => (this.#release = resolve));
    void navigator.locks.request(this.#key, () => released).catch(() => undefined);
  }
}

function scopeOf(courseId: string, { learner, registration }: Pick<LmsConnection, 'learner' | 'registration'>): string {
  const { name: _name, ...identity } = learner;
  return `${PREFIX} ${JSON.stringify([identity, registration, courseId])} `;
}

/** The learner signs out and leaves nothing here. */
export function forgetKept(courseId: string, connection: Pick<LmsConnection, 'learner' | 'registration'>): void {
  for (const key of keysFrom(scopeOf(courseId, connection))) forget(key);
}

function keysFrom(scope: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(scope));
  } catch {
    return [];
  }
}

function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Then there was nothing either.
  }
}

/**
 * What is there may have been written by another version, or by anybody's script: only what looks like an event is taken.
 * @returns `undefined` for what is sealed and does not open now: it stays for whoever has the key
 */
async function read(key: string, vault: LocalVault | undefined): Promise<Entry | undefined> {
  try {
    const kept = localStorage.getItem(key) ?? '';
    const text = vault ? await vault.open(kept, key) : kept;
    if (text === undefined || text.startsWith('"')) return undefined;
    const { seenAt, events } = JSON.parse(text) as Partial<Entry>;
    const sound = Array.isArray(events) ? events.filter((event: unknown) => isEvent(event)) : [];
    return { seenAt: typeof seenAt === 'number' ? seenAt : 0, events: sound };
  } catch {
    return { seenAt: 0, events: [] };
  }
}

function isEvent(value: unknown): value is LearningEvent {
  const { type, unitId } = (value ?? {}) as { type?: unknown; unitId?: unknown };
  return typeof type === 'string' && typeof unitId === 'string';
}

async function heldLocks(): Promise<ReadonlySet<string> | undefined> {
  if (!('locks' in navigator)) return undefined;
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name ?? ''));
}
