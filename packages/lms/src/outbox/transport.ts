import type { DocumentKey, StateContent } from '@lectern/core';
import type { StateSave } from './record.js';

export interface SendOptions {
  /** The page may be gone at any moment: hand it to the browser before returning, and let it outlive the page. */
  readonly keepalive?: boolean;
}

/**
 * Decides what to send, given what is there.
 * @param theirs `null`: there is no such document
 * @throws DeliveryError when nothing is to be sent
 */
export type Settle = (theirs: StateContent | null) => StateContent | Promise<StateContent>;

export interface SendDocumentOptions extends SendOptions {
  /** Asked by a save that replaces, again each time another writer was faster. With `keepalive` there is no time for a promise. */
  readonly settle: Settle;
}

/** The way out of the outbox. Every method rejects with a DeliveryError whose code says what to do about it. */
export interface Transport {
  /**
   * Sends statements in their order as one request.
   * @param bodies each a statement as JSON
   * Resolves only when the LRS has stored all of them.
   */
  sendStatements(bodies: readonly string[], ids: readonly string[], options?: SendOptions): Promise<void>;
  /** A statement as the LRS has it; `undefined` when it has none of that id, or does not let us see it. */
  findStatement(id: string): Promise<unknown>;
  /** Merges into or replaces a document. @returns what is there now, where that is known */
  sendDocument(save: StateSave, options: SendDocumentOptions): Promise<StateContent | undefined>;
  /** @param timeout milliseconds. @returns `undefined` when there is no such document */
  loadDocument(key: DocumentKey, timeout?: number): Promise<StateContent | undefined>;
  /** Ends each request on its way as soon as it has been without an answer for so many milliseconds: it rejects with `timeout`. */
  giveUp?(after: number): void;
  /** Whether the statement that the LRS has says what ours says. */
  isSame(body: string, found: unknown): boolean;
}
