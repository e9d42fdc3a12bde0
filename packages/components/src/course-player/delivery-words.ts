import type { DeliveryState, LaunchMode, LecternError } from '@lectern/core';
import type { IconName } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import type { GateState } from './session-gate.js';

/** All that decides what may be said about saving. */
export interface DeliveryFacts {
  /** There is a `<learning-session>`; `undefined` while that is not known yet. */
  readonly recorded: boolean | undefined;
  readonly gate: GateState;
  readonly gateError: LecternError | undefined;
  readonly mode: LaunchMode;
  readonly delivery: DeliveryState | undefined;
  /** Why the last record that failed did. */
  readonly failure: LecternError | undefined;
}

export interface DeliveryWords {
  readonly tone: 'quiet' | 'good' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly text: string;
  /** Trying again may help. */
  readonly retry?: boolean;
}

/** What is true about saving, in words. Nothing is called saved before the store has it. */
export function deliveryWords(facts: DeliveryFacts, words: Localizer): DeliveryWords | undefined {
  const { recorded, gate, gateError, mode, delivery, failure } = facts;
  const { msg } = words;
  if (recorded === false) return { tone: 'quiet', icon: 'unrecorded', text: msg('Nothing is recorded here') };
  if (gate === 'failed') {
    const reason = gateError?.message ?? '';
    return { tone: 'bad', icon: 'alert', text: msg(str`Not connected, so nothing is saved yet: ${reason}`), retry: true };
  }
  if (gate === 'opening' || !delivery) return { tone: 'quiet', icon: 'waiting', text: msg('Connecting to your record…') };
  if (delivery.failed > 0) {
    const reason = failure?.message ?? words.number(delivery.failed);
    return { tone: 'bad', icon: 'alert', text: msg(str`Could not be saved: ${reason}`) };
  }
  if (delivery.waiting > 0) return waitingWords(delivery, words);
  if (mode !== 'Normal') return { tone: 'quiet', icon: 'unrecorded', text: msg('Preview: nothing counts here') };
  return delivery.stored > 0 ? { tone: 'good', icon: 'saved', text: msg('All saved') } : undefined;
}

function waitingWords({ waiting, unsafe, held }: DeliveryState, words: Localizer): DeliveryWords {
  const { msg } = words;
  const count = words.number(waiting);
  const only = words.number(unsafe);
  if (held && unsafe > 0) return { tone: 'bad', icon: 'alert', text: msg(str`Keep this page open: ${only} not saved anywhere yet`), retry: true };
  const warn = { tone: 'warn', icon: 'waiting', retry: true } as const;
  switch (held) {
    case undefined:
      return { tone: 'quiet', icon: 'waiting', text: msg('Saving…') };
    case 'offline':
      return { ...warn, text: msg(str`${count} waiting for the network`), retry: false };
    case 'unauthorized':
      return { ...warn, text: msg(str`${count} waiting until you sign in again`) };
    case 'busy':
      return { ...warn, text: msg(str`${count} waiting: the record store is busy`) };
    case 'unreachable':
      return { ...warn, text: msg(str`${count} waiting: the record store cannot be reached`) };
    case 'storage':
      return { ...warn, text: msg(str`${count} waiting: this browser cannot store them`) };
  }
}
