import type { Receipt, Statement } from '@lectern/core';

/** Something was recorded. Bubbles out of every shadow root, so that a page can listen without any plugin. */
export class LearningStatementEvent extends Event {
  static readonly type = 'learning-statement';
  /** The xAPI statement. */
  readonly statement: Statement;
  /** Live: how safe the statement is by now. */
  readonly receipt: Receipt;

  constructor(statement: Statement, receipt: Receipt) {
    super(LearningStatementEvent.type, { bubbles: true, composed: true });
    this.statement = statement;
    this.receipt = receipt;
  }
}

declare global {
  interface HTMLElementEventMap {
    'learning-statement': LearningStatementEvent;
  }
}
