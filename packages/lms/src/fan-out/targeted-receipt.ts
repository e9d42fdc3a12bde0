import type { Receipt } from '@lectern/core';

/** The primary's receipt, together with those of the others. It moves by the primary's alone. */
export function targetedReceipt(primary: Receipt, targets: Readonly<Record<string, Receipt>>): Receipt {
  const receipt: Receipt = {
    get id() {
      return primary.id;
    },
    get status() {
      return primary.status;
    },
    get error() {
      return primary.error;
    },
    targets,
    subscribe: (listener) => primary.subscribe(() => listener(receipt)),
    reached: (status) => primary.reached(status).then(() => receipt),
  };
  return receipt;
}
