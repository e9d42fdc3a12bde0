import { isObject } from '../outbox/record.js';
import type { JournalStorage } from '../outbox/journal.js';
import type { Elements } from './outcome-elements.js';

/** What this browser still holds for an LMS that has not committed it. */
export interface Unsent {
  /** Of the documents, see `KeptDocuments.seq`. */
  readonly seq: number;
  readonly suspendData: string;
  /** Everything else that was said, the last word of each element. */
  readonly elements: Elements;
}

const PREFIX = 'lectern.scorm.v1.';

/** A copy of what waits for the LMS's commit, one for a learner and a course: written before the LMS is told, taken back once it has committed. */
export class LaunchJournal {
  readonly #key: string;
  readonly #storage: JournalStorage | undefined;

  constructor(storage: JournalStorage | undefined, learner: string, courseId: string) {
    this.#storage = storage;
    this.#key = `${PREFIX}${encodeURIComponent(learner)}.${encodeURIComponent(courseId)}`;
  }

  /** @returns false where there is no storage, or no room in it */
  write(unsent: Unsent): boolean {
    try {
      if (!this.#storage) return false;
      this.#storage.setItem(this.#key, JSON.stringify(unsent));
      return true;
    } catch {
      return false;
    }
  }

  read(): Unsent | undefined {
    try {
      const value: unknown = JSON.parse(this.#storage?.getItem(this.#key) ?? 'null');
      if (!isObject(value) || typeof value['seq'] !== 'number' || typeof value['suspendData'] !== 'string' || !Array.isArray(value['elements'])) return undefined;
      const elements = (value['elements'] as unknown[]).filter((entry): entry is [string, string] => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string'));
      return { seq: value['seq'], suspendData: value['suspendData'], elements };
    } catch {
      return undefined;
    }
  }

  clear(): void {
    try {
      this.#storage?.removeItem(this.#key);
    } catch {
      // It is overwritten or ignored by its number later.
    }
  }
}
