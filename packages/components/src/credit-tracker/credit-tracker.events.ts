import type { CreditLedger } from '@lectern/core';
import type { CreditTrackerError } from './credit-tracker-error.js';

/** A ledger was read, for the first time or again. */
export class CreditLedgerEvent extends Event {
  static readonly type = 'credit-ledger';
  readonly ledger: CreditLedger;

  constructor(ledger: CreditLedger) {
    super(CreditLedgerEvent.type, { bubbles: true, composed: true });
    this.ledger = ledger;
  }
}

/** The ledger could not be read. What was read before stays shown. */
export class CreditErrorEvent extends Event {
  static readonly type = 'credit-error';
  readonly error: CreditTrackerError;

  constructor(error: CreditTrackerError) {
    super(CreditErrorEvent.type, { bubbles: true, composed: true });
    this.error = error;
  }
}

declare global {
  interface HTMLElementEventMap {
    'credit-ledger': CreditLedgerEvent;
    'credit-error': CreditErrorEvent;
  }
}
