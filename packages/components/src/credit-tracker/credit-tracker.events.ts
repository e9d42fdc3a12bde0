import type { CreditLedger } from '@lectern/core';

/** A ledger was read, for the first time or again. */
export class CreditLedgerEvent extends Event {
  static readonly type = 'lectern-credit-ledger';
  readonly ledger: CreditLedger;

  constructor(ledger: CreditLedger) {
    super(CreditLedgerEvent.type, { bubbles: true, composed: true });
    this.ledger = ledger;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-credit-ledger': CreditLedgerEvent;
  }
}
