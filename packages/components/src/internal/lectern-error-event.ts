import type { LecternError } from '@lectern/core';

/** Something went wrong, and the element shows it. */
export class LecternErrorEvent extends Event {
  static readonly type = 'lectern-error';
  readonly error: LecternError;

  constructor(error: LecternError) {
    super(LecternErrorEvent.type, { bubbles: true, composed: true });
    this.error = error;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-error': LecternErrorEvent;
  }
}
