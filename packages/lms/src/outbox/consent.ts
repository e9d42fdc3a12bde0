import type { Consent } from '@lectern/core';
import { DeliveryError } from './delivery-error.js';
import { encodeQueue, type JournalStorage } from './journal.js';
import type { Transport } from './transport.js';

const PREFIX = 'lectern.consent.v1.';

/** The more the learner withholds, the higher. */
const STRICTNESS: Readonly<Record<Consent, number>> = { granted: 0, pending: 1, denied: 2 };

/** One learner's consent for one queue, the same in all of its pages. */
export interface ConsentGate {
  readonly consent: Consent;
  /** The host says so, for all pages of the queue. */
  decide(consent: Consent): void;
  /** Another page was told so. */
  hear(consent: Consent): void;
  /** @throws DeliveryError `consent-pending`, `consent-denied` */
  check(): void;
  /** Leaves no trace in the storage. What is known here stays known. */
  forget(): void;
}

export interface ConsentOptions {
  readonly queue: string;
  readonly storage: JournalStorage | undefined;
  /** What the host says at first; absent: it says nothing, and what was said before in this browser holds. */
  readonly initial: Consent | undefined;
}

/**
 * Keeps everything but `granted` in the storage, so that a page that hears nothing (it was frozen, or its host never speaks of consent) does not send what
 * another one must not. Of what is known here and what is stored the stricter holds: a storage that was cleared gives no consent.
 */
export function createConsent({ queue, storage, initial }: ConsentOptions): ConsentGate {
  const key = PREFIX + encodeQueue(queue);
  let known: Consent = initial ?? stored();
  if (initial) keep(initial);

  function stored(): Consent {
    try {
      const text = storage?.getItem(key) ?? 'granted';
      return text === 'granted' || text === 'denied' ? text : 'pending';
    } catch {
      return 'granted'; // Without storage there is nothing that other pages have left, and messages tell of the rest.
    }
  }

  function keep(consent: Consent): void {
    try {
      if (consent === 'granted') storage?.removeItem(key);
      else storage?.setItem(key, consent);
    } catch {
      // Known here, and told to the others by message.
    }
  }

  const gate: ConsentGate = {
    get consent() {
      const other = stored();
      return STRICTNESS[other] > STRICTNESS[known] ? other : known;
    },
    decide(consent) {
      known = consent;
      keep(consent);
    },
    hear(consent) {
      known = consent;
    },
    check: () => checkConsent(gate.consent),
    forget: () => keep('granted'),
  };
  return gate;
}

/** @throws DeliveryError `consent-pending`, `consent-denied` */
export function checkConsent(consent: Consent): void {
  if (consent === 'denied') throw deniedError();
  if (consent === 'pending') throw new DeliveryError('consent-pending', 'The learner has not agreed yet to being recorded.');
}

export const deniedError = (): DeliveryError => new DeliveryError('consent-denied', 'The learner does not agree to being recorded.');

/** Lets nothing through without consent: neither records nor questions, since both name the learner. */
export function gateTransport(transport: Transport, gate: ConsentGate): Transport {
  // Async, so that what is refused rejects; and without a turn before the work, which a page that is being left does not have.
  const through =
    <Given extends unknown[], Answer>(work: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      gate.check();
      return work(...given);
    };
  return {
    sendStatements: through((...given) => transport.sendStatements(...given)),
    findStatement: through((...given) => transport.findStatement(...given)),
    sendDocument: through((...given) => transport.sendDocument(...given)),
    loadDocument: through((...given) => transport.loadDocument(...given)),
    giveUp: (after) => transport.giveUp?.(after),
    isSame: (body, found) => transport.isSame(body, found),
  };
}
