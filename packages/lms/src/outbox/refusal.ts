import { createReceipt, type Receipt, type Statement } from '@lectern/core';
import { deniedError, type ConsentGate } from './consent.js';
import { DeliveryError } from './delivery-error.js';

/** Why a queue takes nothing in, where it does not. */
export interface Refusal {
  /** @returns `undefined` where the queue takes them */
  statements(statements: readonly Statement[]): Receipt[] | undefined;
  document(name: string): Receipt | undefined;
}

/** @param over nothing of the learner may be kept here any more */
export function createRefusal(consent: ConsentGate, over: () => boolean): Refusal {
  const why = (): DeliveryError | undefined =>
    over() ? new DeliveryError('closed', 'The learner has signed out.') : consent.consent === 'denied' ? deniedError() : undefined;
  return {
    statements(statements) {
      const error = why();
      return error && statements.map((statement) => failedReceipt(statement?.id ?? '', error));
    },
    document(name) {
      const error = why();
      return error && failedReceipt(name, error);
    },
  };
}

function failedReceipt(id: string, error: DeliveryError): Receipt {
  const { receipt, advance } = createReceipt(id);
  advance('failed', error);
  return receipt;
}
