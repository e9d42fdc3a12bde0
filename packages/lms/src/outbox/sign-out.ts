import type { SignOutOptions, SignOutResult } from '@lectern/core';
import type { Clearing } from './clearing.js';
import type { ConsentGate } from './consent.js';
import { DeliveryError } from './delivery-error.js';
import type { Environment } from './environment.js';
import type { Journal } from './journal.js';
import type { Ledger } from './ledger.js';
import type { LayeredStore } from './record-store.js';
import { leaseKey } from './sender-lock.js';
import type { StateDocuments } from './state-documents.js';

export interface LeaveTaking {
  readonly scope: string;
  readonly environment: Environment;
  readonly ledger: Ledger;
  readonly store: LayeredStore;
  readonly journal: Journal;
  readonly documents: StateDocuments;
  readonly consent: ConsentGate;
  readonly clearing: Clearing;
  /** Tries at once what waits. */
  readonly flush: () => Promise<void>;
  /** Stops sending, and takes nothing in from now on. */
  readonly halt: () => void;
  /** Lets go; hands over what waits, as when the page is left. */
  readonly close: () => Promise<void>;
  /** Lets go at once. */
  readonly end: () => void;
}

/**
 * The learner leaves. What waits is tried first, for as long as `patience` says. What remains is kept by default: a lost completion is worse than a sealed or opaque record
 * that waits in the browser of its learner; who knows that the machine is shared says `clear`. Known documents, which the LRS has anyway, go in either case.
 */
export async function takeLeave({ unsent = 'keep', patience = 5_000 }: SignOutOptions, leave: LeaveTaking): Promise<SignOutResult> {
  const { scope, environment, ledger, store, journal, documents, consent, clearing } = leave;
  const { timers, storage } = environment;
  let timer: unknown;
  const late = new Promise<void>((resolve) => (timer = timers.set(resolve, patience)));
  await Promise.race([leave.flush(), late]);
  timers.clear(timer);
  const { waiting } = ledger.getState();
  documents.forget({ forGood: true });
  if (unsent === 'keep') {
    await leave.close();
    await store.forget('documents');
    return { unsent: waiting };
  }
  leave.halt();
  await clearing.clear(new DeliveryError('discarded', 'Cleared when the learner signed out.'), { force: true });
  leave.end();
  journal.unmark();
  consent.forget();
  try {
    storage?.removeItem(leaseKey(scope));
  } catch {
    // Then it is not there either.
  }
  return { unsent: waiting };
}
