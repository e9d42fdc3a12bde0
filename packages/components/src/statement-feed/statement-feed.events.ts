import type { Receipt } from '@lectern/core';
import type { ExportedStatements } from './export-statements.js';
import type { FilterValues } from './filters.js';

/** A row was opened. */
export class StatementSelectEvent extends Event {
  static readonly type = 'statement-select';
  /** As it was recorded or came from the record store. It comes from outside: hold it against `validateStatement` before you rely on it. */
  readonly statement: unknown;
  /** Of a statement recorded on this page. */
  readonly receipt: Receipt | undefined;

  constructor(statement: unknown, receipt: Receipt | undefined) {
    super(StatementSelectEvent.type, { bubbles: true, composed: true });
    this.statement = statement;
    this.receipt = receipt;
  }
}

/** The person at the page has changed what is asked for. */
export class StatementFilterEvent extends Event {
  static readonly type = 'statement-filter';
  readonly filters: FilterValues;

  constructor(filters: FilterValues) {
    super(StatementFilterEvent.type, { bubbles: true, composed: true });
    this.filters = filters;
  }
}

/** Statements are ready to be kept. `preventDefault()` leaves the file to the page; else the browser downloads it. */
export class StatementExportEvent extends Event {
  static readonly type = 'statement-export';
  readonly exported: ExportedStatements;

  constructor(exported: ExportedStatements) {
    super(StatementExportEvent.type, { bubbles: true, composed: true, cancelable: true });
    this.exported = exported;
  }
}

declare global {
  interface HTMLElementEventMap {
    'statement-select': StatementSelectEvent;
    'statement-filter': StatementFilterEvent;
    'statement-export': StatementExportEvent;
  }
}
