import type { OfflineStatus } from './offline-course.js';

/** What is kept of the course, or how far keeping it has come, has changed. */
export class OfflineEvent extends Event {
  static readonly type = 'lectern-offline';
  readonly status: OfflineStatus;

  constructor(status: OfflineStatus) {
    super(OfflineEvent.type, { bubbles: true, composed: true });
    this.status = status;
  }
}

/** The course is being kept; a page that keeps itself as well says so with `waitUntil`, and the course counts as kept when both are. */
export class KeepingEvent extends Event {
  static readonly type = 'lectern-keeping';
  readonly #waiting: Promise<unknown>[] = [];

  constructor() {
    super(KeepingEvent.type, { bubbles: true, composed: true });
  }

  waitUntil(done: Promise<unknown>): void {
    this.#waiting.push(done);
  }

  /** Whether somebody keeps the page. */
  get answered(): boolean {
    return this.#waiting.length > 0;
  }

  /** Rejects when something that was waited for fails. */
  get done(): Promise<unknown> {
    return Promise.all(this.#waiting);
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-offline': OfflineEvent;
    'lectern-keeping': KeepingEvent;
  }
}
