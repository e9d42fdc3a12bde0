import { createReceipt, type Receipt, type Statement } from '@lectern/core';
import { validateStatement, type XapiVersion } from '@lectern/core/statement/validate';
import { DeliveryError } from './delivery-error.js';
import { rankOf } from './leaving.js';
import { receiptOf, type Ledger, type LiveRecord } from './ledger.js';
import { RECORD_VERSION, type OutboxRecord } from './record.js';

export interface IntakeOptions {
  readonly queue: string;
  readonly version: XapiVersion;
  readonly ledger: Ledger;
  /** What the host takes out of a valid statement before anything is kept. @throws DeliveryError */
  readonly redact: ((statement: Statement) => Statement) | undefined;
  /** Then, who people are in it. */
  readonly identify: ((statement: Statement) => Statement) | undefined;
  /** The first of so many positions in the queue. */
  readonly allocate: (count: number) => number;
  /** Takes in what one call has brought. */
  readonly accept: (lives: readonly LiveRecord[]) => void;
  /** Keeps what will not be sent, so that it can be inspected. */
  readonly refuse: (record: OutboxRecord, error: DeliveryError) => void;
}

/** Takes statements in: what breaks the specification never leaves, and what is already waiting is not taken twice. */
export function createIntake({ queue, version, ledger, redact, identify, allocate, accept, refuse }: IntakeOptions): (statements: readonly Statement[]) => Receipt[] {
  function take(given: Statement, order: number, fresh: Map<string, LiveRecord>): Receipt {
    const id = idOf(given);
    const control = createReceipt(id);
    const [statement, fault] = prepare(given, faultOf(given, id, version));
    const [printed, unprintable] = print(statement);
    const invalid = fault ?? unprintable;
    // What was not redacted is not kept, whatever is wrong with it.
    const body = invalid && redact ? '' : printed;
    const record: OutboxRecord = { v: RECORD_VERSION, queue, order, id, kind: 'statement', body };
    if (invalid?.code === 'redacted') {
      control.advance('failed', invalid);
      return control.receipt;
    }
    const twin = invalid ? undefined : (ledger.get(id) ?? fresh.get(id));
    if (twin?.record.body === body) return receiptOf(twin);
    const error = twin ? new DeliveryError('conflict', 'Another statement with this id is waiting.', { field: 'id' }) : invalid;
    if (error) {
      control.advance('failed', error);
      refuse(record, error);
      return control.receipt;
    }
    fresh.set(id, { record, controls: [control], rank: rankOf(statement), sending: false, superseded: false, written: false });
    return control.receipt;
  }

  function prepare(given: Statement, fault: DeliveryError | undefined): [statement: Statement, fault?: DeliveryError] {
    if (fault) return [given, fault];
    try {
      const redacted = redact ? redact(given) : given;
      return [identify ? identify(redacted) : redacted];
    } catch (thrown) {
      return [given, thrown instanceof DeliveryError ? thrown : new DeliveryError('redaction-failed', 'The statement could not be redacted.', { field: '', cause: thrown })];
    }
  }

  return (statements) => {
    const first = allocate(statements.length);
    const fresh = new Map<string, LiveRecord>();
    const receipts = statements.map((statement, index) => take(statement, first + index, fresh));
    accept([...fresh.values()]);
    return receipts;
  };
}

function idOf(statement: unknown): string {
  const id = (statement as { readonly id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : '';
}

function faultOf(statement: unknown, id: string, version: XapiVersion): DeliveryError | undefined {
  // An LRS would give it one (xAPI Data 2.4.1), but then sending it again would store it twice.
  if (id === '') return new DeliveryError('statement-invalid', 'The statement is not valid: id is missing.', { field: 'id', clause: '2.4.1' });
  const [fault] = validateStatement(statement, { version });
  if (!fault) return undefined;
  const { path, message, clause } = fault;
  return new DeliveryError('statement-invalid', `The statement is not valid: ${path || 'it'} ${message}.`, { field: path, clause });
}

/** As JSON; and why not, where it is not JSON (a circle, a BigInt): then something that still can be looked at. */
function print(value: unknown): [body: string, error?: DeliveryError] {
  try {
    const body = JSON.stringify(value) as string | undefined;
    return [body ?? String(value)];
  } catch (cause) {
    return [String(value), new DeliveryError('statement-invalid', 'The statement cannot be written as JSON.', { field: '', cause })];
  }
}
