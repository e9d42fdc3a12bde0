import type { Iri } from '../course/course.js';

/** Names an xAPI State document of the learner in the registration. */
export interface StateKey {
  readonly activityId: Iri;
  readonly stateId: string;
}

/** Names an xAPI profile document: of an activity, for all who learn with it, or of the learner, in every registration. */
export interface ProfileKey {
  /** Absent: the learner's own (Agent Profile). */
  readonly activityId?: Iri;
  readonly profileId: string;
}

export type DocumentKey = StateKey | ProfileKey;

export type StateContent = Readonly<Record<string, unknown>>;

/**
 * What becomes of a document that someone else has changed since it was last seen here.
 * - `merge`: their document, with the top-level properties of mine in the place of their namesakes.
 * - `last-write-wins`: mine.
 * - `ask`: neither. The save is set aside (its receipt fails with `conflict`), and theirs stays. Load the document, decide, and save again.
 * - a function: what it makes of the two; as `ask` where it makes nothing, or where its page is gone by then.
 */
export type ConflictPolicy = 'merge' | 'last-write-wins' | 'ask' | ConflictResolver;

export type ConflictResolver = (mine: StateContent, theirs: StateContent) => StateContent | undefined | Promise<StateContent | undefined>;

export interface SaveStateOptions {
  /**
   * `merge` (default): top-level properties replace their namesakes, the others stay (POST, xAPI Communication 2.2). Of several writers of one property
   * the last wins. `replace`: the document becomes this (PUT); then `policy` counts.
   */
  readonly mode?: 'merge' | 'replace';
  /** Default: `last-write-wins` for a state document, which one learner writes; `ask` for a profile. A conflict is told whatever the policy. */
  readonly policy?: ConflictPolicy;
}

/** Two writers of one document, of whom neither had seen what the other wrote. */
export interface DocumentConflict {
  readonly key: DocumentKey;
  readonly mine: StateContent;
  readonly theirs: StateContent;
  readonly outcome: 'merged' | 'overwritten' | 'resolved' | 'set-aside';
  /** What is there now. */
  readonly document: StateContent;
}

export interface ConflictFeed {
  /** @returns a function that ends it */
  subscribe(listener: (conflict: DocumentConflict) => void): () => void;
}
