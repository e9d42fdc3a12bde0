import { pickText, type Text } from '@lectern/core';
import type { FeedEntry } from './feed-entry.js';
import { oneLine } from './safe-text.js';

/** Something that was in a statement, to choose from. */
export interface SeenItem {
  readonly id: string;
  /** What it is called there; of a verb, its own words. */
  readonly text: Text | undefined;
  /** Of a learner: the agent for the parameter `agent`. */
  readonly identifier?: string | undefined;
}

/** As one is called in a control, and looked for again. */
export const nameOf = ({ text, id }: SeenItem, languages: readonly string[]): string => oneLine(pickText(text, languages)) || id;

/** Of a kind, at most: more nobody chooses from. */
const MOST = 300;

/**
 * Learners, verbs and activities that have gone by. It outlives a query, because whoever has chosen one verb wants the others to
 * choose from.
 */
export class Seen {
  readonly #learners = new Map<string, SeenItem>();
  readonly #verbs = new Map<string, SeenItem>();
  readonly #activities = new Map<string, SeenItem>();

  get learners(): readonly SeenItem[] {
    return [...this.#learners.values()];
  }

  get verbs(): readonly SeenItem[] {
    return [...this.#verbs.values()];
  }

  get activities(): readonly SeenItem[] {
    return [...this.#activities.values()];
  }

  add(entries: readonly FeedEntry[]): void {
    for (const { facts } of entries) {
      const { learner, verb, object } = facts;
      if (learner.key) keep(this.#learners, { id: learner.key, text: learner.name, identifier: learner.identifier });
      if (verb.id) keep(this.#verbs, { id: verb.id, text: verb.display });
      if (object.kind === 'activity' && object.id) keep(this.#activities, { id: object.id, text: object.name });
    }
  }

  clear(): void {
    for (const items of [this.#learners, this.#verbs, this.#activities]) items.clear();
  }
}

function keep(items: Map<string, SeenItem>, item: SeenItem): void {
  if (item.id.length > 2000 || items.has(item.id) || items.size >= MOST) return;
  items.set(item.id, item);
}
