import type { ScormCommit } from './protocol.js';

/** Version of what is stored; another is left alone. */
const FORMAT = 1;
const PREFIX = `lectern.scorm.${FORMAT}`;

/** Characters of one entry. localStorage holds about 5 million for the whole origin. */
const MAX_ENTRY = 2_000_000;

export interface JournalOptions {
  /** Asked each time: where storage is switched off, already the access throws. */
  readonly storage: () => Storage;
  readonly attempt: string;
  readonly launch: string;
}

/**
 * The newest commit of each launch of an attempt, written synchronously to the content origin's storage, so that a `Commit` that answered
 * "true" outlives a closed tab and a crashed renderer. One entry a launch: two tabs of one attempt do not overwrite each other.
 */
export class Journal {
  readonly #options: JournalOptions;
  #written = -1;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** @throws where the storage is full, switched off, or the entry too large */
  write(commit: ScormCommit): void {
    const entry = JSON.stringify({ v: FORMAT, ...commit });
    if (entry.length > MAX_ENTRY) throw new RangeError(`A data model of ${entry.length} characters is not journaled.`);
    this.#options.storage().setItem(this.#key(this.#options.launch), entry);
    this.#written = commit.seq;
  }

  /** Forgets this launch's entry, unless something newer was written meanwhile. */
  acknowledge(seq: number): void {
    if (this.#written > seq) return;
    this.#remove(this.#options.launch);
  }

  /** What earlier launches of the attempt left behind, the oldest first. */
  leftovers(isAlive: (launch: string) => boolean): ScormCommit[] {
    const commits: ScormCommit[] = [];
    for (const [launch, text] of this.#entries()) {
      if (launch === this.#options.launch || isAlive(launch)) continue;
      const commit = readEntry(text, launch);
      if (commit) commits.push(commit);
    }
    return commits.sort((a, b) => a.at - b.at);
  }

  /** Forgets an earlier launch's entry. */
  discard(launch: string): void {
    this.#remove(launch);
  }

  #key(launch: string): string {
    return `${PREFIX}:${this.#options.attempt}:${launch}`;
  }

  #remove(launch: string): void {
    try {
      this.#options.storage().removeItem(this.#key(launch));
    } catch {
      // Storage that takes nothing has nothing to forget; write() has told of it.
    }
  }

  #entries(): [launch: string, text: string][] {
    const start = this.#key('');
    try {
      const storage = this.#options.storage();
      return Object.keys(storage)
        .filter((key) => key.startsWith(start))
        .map((key) => [key.slice(start.length), storage.getItem(key) ?? '']);
    } catch {
      return [];
    }
  }
}

/** Content shares this storage and may have written anything; what cannot be understood is left where it is. */
function readEntry(text: string, launch: string): ScormCommit | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { v, seq, at, initializedAt, terminated, cmi } = (raw ?? {}) as Record<string, unknown>;
  if (v !== FORMAT || typeof seq !== 'number' || typeof at !== 'number' || typeof initializedAt !== 'number') return undefined;
  if (typeof cmi !== 'object' || cmi === null) return undefined;
  return { launch, seq, at, initializedAt, terminated: terminated === true, cmi: cmi as ScormCommit['cmi'] };
}

/** What a launch says when it begins; the others answer with their own ids. */
const WHO = '?';

/** Milliseconds for their answers. A tab that the browser has put to sleep gives none: recovery is done twice at worst. */
const ANSWERS = 200;

export interface LaunchesView {
  readonly navigator: { readonly locks?: LockManager };
  readonly BroadcastChannel?: typeof BroadcastChannel;
}

/**
 * Marks a launch as open until its page is gone, by a Web Lock. Where frames get none (Firefox denies them to those of another site; pages without https), by
 * answering who asks.
 * @param patient whether it matters who else is there
 * @returns the other launches of the attempt that are open in some tab
 */
export async function joinLaunches({ navigator: { locks }, BroadcastChannel: Channel }: LaunchesView, attempt: string, launch: string, patient: boolean): Promise<ReadonlySet<string>> {
  const start = `${PREFIX}:${attempt}:`;
  try {
    const { held = [] } = await locks!.query();
    void locks!.request(start + launch, () => new Promise(() => undefined)).catch(() => undefined);
    return new Set(held.flatMap(({ name }) => (name?.startsWith(start) ? [name.slice(start.length)] : [])));
  } catch {
    const others = new Set<string>();
    if (!Channel) return others;
    const channel = new Channel(start);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === WHO) channel.postMessage(launch);
      else others.add(String(data));
    };
    channel.postMessage(WHO);
    if (patient) await new Promise((resolve) => setTimeout(resolve, ANSWERS));
    return others;
  }
}
