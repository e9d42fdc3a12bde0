import { asDeliveryError, DeliveryError, type DeliveryErrorCode } from './delivery-error.js';
import type { OutboxLimits } from './environment.js';
import type { OutboxRecord } from './record.js';
import { documentName, isLearnerPreferences, isProfile, readStateSave, type StateSave } from './record.js';
import type { Transport } from './transport.js';

/** What a fault means for the records that met it. */
type Verdict =
  /** This record, or one of these, is the trouble: find it, set it aside, and go on. */
  | 'aside'
  /** It may already be there: look. */
  | 'compare'
  /** The way is blocked: keep everything, stop, try later. */
  | 'hold';

const VERDICTS: Readonly<Partial<Record<DeliveryErrorCode, Verdict>>> = {
  'statement-invalid': 'aside',
  'document-invalid': 'aside',
  rejected: 'aside',
  'too-large': 'aside',
  conflict: 'compare',
};

export interface Outcome {
  stored(records: readonly OutboxRecord[]): void;
  /** Keeps the record and the reason. Resolves when both are safe. */
  setAside(record: OutboxRecord, error: DeliveryError): Promise<void>;
  /** Lets the record go: nothing is lost by it. */
  drop(record: OutboxRecord, error: DeliveryError): Promise<void>;
}

/**
 * Sends statements as one request; a batch with a bad one in it is halved until the bad one is alone. The halves go one after the other,
 * so the order holds.
 * @throws DeliveryError when the way is blocked; what was not told to `outcome` still waits
 */
export async function deliverStatements(batch: readonly OutboxRecord[], transport: Transport, outcome: Outcome): Promise<void> {
  try {
    await transport.sendStatements(
      batch.map(({ body }) => body),
      batch.map(({ id }) => id),
    );
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    const verdict = VERDICTS[error.code] ?? 'hold';
    if (verdict === 'hold') throw error;
    const [record] = batch;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await deliverStatements(batch.slice(0, middle), transport, outcome);
      await deliverStatements(batch.slice(middle), transport, outcome);
    } else if (record) {
      if (verdict === 'compare' && (await isThere(record, transport))) outcome.stored(batch);
      else await outcome.setAside(record, error);
    }
    return;
  }
  outcome.stored(batch);
}

async function isThere(record: OutboxRecord, transport: Transport): Promise<boolean> {
  const found = await transport.findStatement(record.id);
  return found !== undefined && transport.isSame(record.body, found);
}

/**
 * @param send hands the save over
 * @throws DeliveryError as {@link deliverStatements}
 */
export async function deliverDocument(record: OutboxRecord, send: (save: StateSave) => Promise<void>, outcome: Outcome): Promise<void> {
  const save = readStateSave(record.body);
  if (!save) return outcome.setAside(record, new DeliveryError('journal-unreadable', 'The saved document cannot be read.'));
  try {
    await send(save);
  } catch (thrown) {
    const error = asDeliveryError(thrown);
    // Not every learner may write a profile. That says nothing about the token, and must not keep the rest.
    const forbidden = error.status === 403 && isProfile(save.key);
    if (!forbidden && (VERDICTS[error.code] ?? 'hold') === 'hold') throw error;
    if (!forbidden) return outcome.setAside(record, error);
    const { status, cause } = error;
    const refusal = new DeliveryError('rejected', 'The LRS does not let this learner write the profile.', { field: documentName(save.key), status, cause });
    return isLearnerPreferences(save.key) ? outcome.drop(record, refusal) : outcome.setAside(record, refusal);
  }
  outcome.stored([record]);
}

/** What goes out as one request: statements that follow each other, or one document. */
export function nextBatch(records: readonly OutboxRecord[], from: number, limits: OutboxLimits): OutboxRecord[] {
  const first = records[from];
  if (!first) return [];
  if (first.kind === 'state') return [first];
  const batch: OutboxRecord[] = [];
  const ids = new Set<string>();
  let bytes = 0;
  for (let index = from; index < records.length && batch.length < limits.batchCount; index++) {
    const record = records[index] as OutboxRecord;
    // An LRS refuses a batch with one id twice (xAPI Communication 2.1.2).
    if (record.kind === 'state' || ids.has(record.id)) break;
    bytes += byteLength(record.body) + 1;
    if (batch.length > 0 && bytes > limits.batchBytes) break;
    batch.push(record);
    ids.add(record.id);
  }
  return batch;
}

/** Bytes as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
