import type { DeliveryState, LaunchMode, LecternError } from '@lectern/core';
import type { IconName } from '../internal/icons.js';
import { str, type Localizer } from '../internal/localize.js';
import type { GateState } from './session-gate.js';

type Trouble = typeof import('./trouble.js');

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
  /** What there is to say when something is wrong; absent while it is on its way. */
  readonly trouble?: Trouble | undefined;
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
  const { recorded, gate, gateError, kept, mode, delivery, trouble } = facts;
  const { msg } = words;
  if (recorded === false) return { tone: 'quiet', icon: 'unrecorded', text: msg('Nothing is recorded here') };
  if (gate === 'failed' && gateError?.code === 'consent-denied') return { tone: 'quiet', icon: 'unrecorded', text: msg('Nothing is recorded here') };
  if (gate === 'failed' && gateError?.code === 'consent-pending') {
    return { tone: 'quiet', icon: 'waiting', text: kept ? msg('Kept in this browser until you agree to being recorded') : msg('Nothing is saved until you agree to being recorded') };
  }
  if (gate === 'failed') {
    const reason = reasonWords(gateError, words, trouble);
    if (kept) return { tone: 'warn', icon: 'waiting', text: msg(str`Kept in this browser until your record can be reached: ${reason}`), retry: true };
    return { tone: 'bad', icon: 'alert', text: msg(str`Not connected, so nothing is saved yet: ${reason}`), retry: true };
  }
  if (gate === 'opening' || !delivery) return { tone: 'quiet', icon: 'waiting', text: msg('Connecting to your record…') };
  const waiting = delivery.waiting > 0 ? (trouble?.heldWords(delivery, words) ?? { tone: 'quiet' as const, icon: 'waiting' as const, text: msg('Saving…') }) : undefined;
  if (delivery.failed > 0) {
    const lost = failedWords(delivery.failed, facts, words);
    // A refusal stays; what waits beside it, and may be lost with the tab, must be heard too.
    return waiting && delivery.held ? { ...waiting, tone: 'bad', icon: 'alert', text: `${waiting.text} · ${lost}` } : { tone: 'bad', icon: 'alert', text: lost };
  }
  if (waiting) return waiting;
  if (mode !== 'Normal') return { tone: 'quiet', icon: 'unrecorded', text: msg('Preview: nothing counts here') };
  return delivery.stored > 0 ? { tone: 'good', icon: 'saved', text: msg('All saved') } : undefined;
}

/** They are kept here with their reasons, for whoever is told. */
function failedWords(failed: number, { failure, trouble }: DeliveryFacts, words: Localizer): string {
  const { msg } = words;
  const count = words.number(failed);
  const reason = reasonWords(failure, words, trouble);
  return failure ? msg(str`Could not be saved: ${reason}. Tell the support of this site.`) : msg(str`${count} could not be saved. Tell the support of this site.`);
}

/** Why, in the reader's language, with the code and the field for whoever helps them. */
function reasonWords(error: LecternError | undefined, words: Localizer, trouble: Trouble | undefined): string {
  if (!error) return '';
  const plain = trouble?.plainReason(error.code, words);
  return plain === undefined ? error.message : `${plain} (${[error.code, error.field].filter(Boolean).join(', ')})`;
}
