import { createReceipt, type Delivery, type DeliveryState, type Receipt, type ReceiptControl } from '@lectern/core';
import type { DeliveryError } from '../outbox/delivery-error.js';

/** The receipts of what an LMS takes all at once: its commit stores everything that was said before. */
export class Tally {
  readonly delivery: Delivery;
  #open: ReceiptControl[] = [];
  #journaled = 0;
  #stored = 0;
  #failed = 0;
  #held: DeliveryState['held'];
  readonly #listeners = new Set<(state: DeliveryState) => void>();

  constructor(flush: () => Promise<void>) {
    this.delivery = {
      getState: () => this.#state(),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      flush,
    };
  }

  get waiting(): number {
    return this.#open.length;
  }

  open(id: string): Receipt {
    const control = createReceipt(id);
    this.#open.push(control);
    this.#tell();
    return control.receipt;
  }

  /** All that waits is written synchronously in this browser. */
  journaled(): void {
    for (const control of this.#open) control.advance('journaled');
    this.#journaled = this.#open.length;
    this.#tell();
  }

  /** The LMS has committed all that waits. */
  stored(): void {
    const done = this.#open.splice(0);
    this.#journaled = 0;
    this.#stored += done.length;
    this.#held = undefined;
    for (const control of done) control.advance('stored');
    this.#tell();
  }

  /** One will not be stored. */
  fail(id: string, error: DeliveryError): void {
    const lost = this.#open.filter(({ receipt }) => receipt.id === id);
    if (lost.length === 0) return;
    this.#open = this.#open.filter((control) => !lost.includes(control));
    this.#journaled = Math.min(this.#journaled, this.#open.length);
    this.#failed += lost.length;
    for (const control of lost) control.advance('failed', error);
    this.#tell();
  }

  /** What waits has to go on waiting. */
  hold(held: NonNullable<DeliveryState['held']>, error: DeliveryError): void {
    this.#held = held;
    for (const control of this.#open) control.advance(control.receipt.status, error);
    this.#tell();
  }

  #state(): DeliveryState {
    const waiting = this.#open.length;
    return { waiting, unsafe: waiting - this.#journaled, stored: this.#stored, failed: this.#failed, ...(this.#held && waiting ? { held: this.#held } : {}) };
  }

  #tell(): void {
    const state = this.#state();
    for (const listener of [...this.#listeners]) listener(state);
  }
}
