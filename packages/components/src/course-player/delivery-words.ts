import type { DeliveryState, LaunchMode, LecternError } from '@lectern/core';
import type { IconName } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import type { plainReason } from './plain-reason.js';
import type { GateState } from './session-gate.js';

/** All that decides what may be said about saving. */
export interface DeliveryFacts {
  /** There is a `<learning-session>`; `undefined` while that is not known yet. */
  readonly recorded: boolean | undefined;
  readonly gate: GateState;
  readonly gateError: LecternError | undefined;
  /** What waits for the session to open survives a closed tab. */
  readonly kept?: boolean;
  readonly mode: LaunchMode;
  readonly delivery: DeliveryState | undefined;
  /** Why the last record that failed did. */
  readonly failure: LecternError | undefined;
  /** What codes mean for people; absent while it is on its way. */
  readonly plainReason?: typeof plainReason | undefined;
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
  const { recorded, gate, gateError, kept, mode, delivery } = facts;
  const { msg } = words;
  if (recorded === false) return { tone: 'quiet', icon: 'unrecorded', text: msg('Nothing is recorded here') };
  if (gate === 'failed' && gateError?.code === 'consent-denied') return { tone: 'quiet', icon: 'unrecorded', text: msg('Nothing is recorded here') };
  if (gate === 'failed' && gateError?.code === 'consent-pending') {
    return { tone: 'quiet', icon: 'waiting', text: kept ? msg('Kept in this browser until you agree to being recorded') : msg('Nothing is saved until you agree to being recorded') };
  }
  if (gate === 'failed') {
    const reason = reasonWords(gateError, words, facts.plainReason);
    if (kept) return { tone: 'warn', icon: 'waiting', text: msg(str`Kept in this browser until your record can be reached: ${reason}`), retry: true };
    return { tone: 'bad', icon: 'alert', text: msg(str`Not connected, so nothing is saved yet: ${reason}`), retry: true };
  }
  if (gate === 'opening' || !delivery) return { tone: 'quiet', icon: 'waiting', text: msg('Connecting to your record…') };
  const waiting = delivery.waiting > 0 ? waitingWords(delivery, words) : undefined;
  if (delivery.failed > 0) {
    const lost = failedWords(delivery.failed, facts, words);
    // A refusal stays; what waits beside it, and may be lost with the tab, must be heard too.
    return waiting && delivery.held ? { ...waiting, tone: 'bad', icon: 'alert', text: `${waiting.text} · ${lost}` } : { tone: 'bad', icon: 'alert', text: lost };
  }
  if (waiting) return waiting;
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
    case 'consent':
      return { tone: 'quiet', icon: 'waiting', text: msg(str`${count} kept in this browser until you agree to being recorded`) };
    case 'locked':
      return { ...warn, text: msg(str`${count} locked in this browser: the key to them is missing`) };
  }
}

/** They are kept here with their reasons, for whoever is told. */
function failedWords(failed: number, { failure, plainReason }: DeliveryFacts, words: Localizer): string {
  const { msg } = words;
  const count = words.number(failed);
  const reason = reasonWords(failure, words, plainReason);
  return failure ? msg(str`Could not be saved: ${reason}. Tell the support of this site.`) : msg(str`${count} could not be saved. Tell the support of this site.`);
}

/** Why, in the reader's language, with the code and the field for whoever helps them. */
function reasonWords(error: LecternError | undefined, words: Localizer, plainReason: DeliveryFacts['plainReason']): string {
  if (!error) return '';
  const plain = plainReason?.(error.code, words);
  return plain === undefined ? error.message : `${plain} (${[error.code, error.field].filter(Boolean).join(', ')})`;
}
