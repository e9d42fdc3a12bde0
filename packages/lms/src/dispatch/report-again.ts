import type { OutcomeReport } from '@lectern/core';
import { asDeliveryError, type DeliveryError } from '../outbox/delivery-error.js';
import type { StubLms } from './stub-lms.js';

/** Milliseconds after which an LMS is told again what it did not take. */
const AGAIN = 20_000;

const PASSING: readonly string[] = ['network', 'timeout', 'busy', 'server-error', 'not-an-lrs'];

/** What may be better the next time. An LMS that says no is told again at the next launch, and not before. */
export const isPassing = ({ code }: DeliveryError): boolean => PASSING.includes(code);

/**
 * Tells an LMS the newest outcome of the course and of each unit until it takes them, as long as the page is there.
 * @param onTrouble with an error when it was not taken, `undefined` as soon as all was
 * @param again milliseconds
 * @returns what rejects with the first refusal
 */
export function reportAgain(lms: Pick<StubLms, 'report'>, view: Pick<Window, 'setTimeout'>, onTrouble: (error: DeliveryError | undefined) => void, again = AGAIN): (outcome: OutcomeReport) => Promise<void> {
  const waiting = new Map<string | undefined, OutcomeReport>();
  let due = false;

  function comeBack(after: number): void {
    if (due) return;
    due = true;
    view.setTimeout(() => {
      due = false;
      for (const outcome of [...waiting.values()]) void report(outcome).catch(() => undefined);
    }, after);
  }

  async function report(outcome: OutcomeReport): Promise<void> {
    const { unitId } = outcome;
    waiting.set(unitId, outcome);
    try {
      await lms.report(outcome);
    } catch (thrown) {
      const error = asDeliveryError(thrown);
      if (isPassing(error)) comeBack(Math.max(again, error.retryAfter ?? 0));
      onTrouble(error);
      throw thrown;
    }
    if (waiting.get(unitId) === outcome) waiting.delete(unitId);
    if (waiting.size === 0) onTrouble(undefined);
  }

  return report;
}
