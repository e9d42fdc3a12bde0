import type { LecternError } from '../errors/lectern-error.js';

/**
 * How safe a record is.
 * - `pending`: only in memory.
 * - `journaled`: written synchronously; survives a closed tab or a crashed renderer.
 * - `durable`: an IndexedDB transaction has completed; survives a killed browser.
 * - `stored`: the LRS has committed it.
 * - `failed`: it will not be stored; `error` says why. What waits for the network is not failed.
 */
export type ReceiptStatus = 'pending' | 'journaled' | 'durable' | 'stored' | 'failed';

const RANK: Readonly<Record<ReceiptStatus, number>> = { pending: 0, journaled: 1, durable: 2, stored: 3, failed: 4 };

/** The live receipt of one record. It only ever moves forward. */
export interface Receipt {
  /** The statement's id, or the key of the state document. */
  readonly id: string;
  readonly status: ReceiptStatus;
  /** Why it failed, or what it is waiting for. */
  readonly error?: LecternError | undefined;
  /** Where a record goes to several places: the receipts of the other ones, by name. This one's `status` says nothing of them. */
  readonly targets?: Readonly<Record<string, Receipt>> | undefined;
  /** Called on every change, never at once. @returns a function that ends it */
  subscribe(listener: (receipt: Receipt) => void): () => void;
  /** Resolves when the receipt is at least that safe; rejects with its error when it fails before. */
  reached(status: Exclude<ReceiptStatus, 'failed'>): Promise<Receipt>;
}

/** The owner's side of a receipt. */
export interface ReceiptControl {
  readonly receipt: Receipt;
  /** Moves forward; a move backward is ignored, so late news does no harm. */
  advance(status: ReceiptStatus, error?: LecternError): void;
}

export function createReceipt(id: string, initial: ReceiptStatus = 'pending'): ReceiptControl {
  let status = initial;
  let error: LecternError | undefined;
  const listeners = new Set<(receipt: Receipt) => void>();
  const receipt: Receipt = {
    id,
    get status() {
      return status;
    },
    get error() {
      return error;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reached(wanted) {
      return new Promise((resolve, reject) => {
        const settle = (): boolean => {
          if (status === 'failed') reject(error ?? new Error('failed'));
          else if (RANK[status] >= RANK[wanted]) resolve(receipt);
          else return false;
          return true;
        };
        if (settle()) return;
        const end = receipt.subscribe(() => {
          if (settle()) end();
        });
      });
    },
  };
  return {
    receipt,
    advance(next, reason) {
      const forward = RANK[next] > RANK[status] && status !== 'failed' && status !== 'stored';
      const news = next === status && reason !== error;
      if (!forward && !news) return;
      status = next;
      error = reason;
      for (const listener of [...listeners]) listener(receipt);
    },
  };
}
