import type { Consent, LmsConnection } from '@lectern/core';
import type { OutboxInspection } from './inspection.js';
import type { Outbox } from './outbox.js';
import type { OutboxQueue } from './queue.js';

/** A connection behind which an outbox stands: what it keeps can be looked at, withheld and cleared. */
export interface QueuedConnection extends LmsConnection {
  /** The outbox by hand. */
  readonly outbox: OutboxInspection;
  /** As the last page of this queue was told. */
  readonly consent: Consent;
  setConsent: NonNullable<LmsConnection['setConsent']>;
  signOut: NonNullable<LmsConnection['signOut']>;
}

type Queued = 'delivery' | 'outbox' | 'loadState' | 'saveState' | 'conflicts' | 'record' | 'vault' | 'setConsent' | 'signOut' | 'close';

/**
 * What a queue does for a connection; the plugin adds who learns what. `consent` is not among it, since a getter does not survive being spread.
 * @param own the outbox, where it belongs to this connection alone and ends with it
 */
export function queuedMembers(queue: OutboxQueue, own: Outbox | undefined): Pick<QueuedConnection, Queued> {
  return {
    delivery: queue.delivery,
    outbox: queue.inspection,
    loadState: (key) => queue.loadState(key),
    saveState: (key, content, saving) => queue.saveState(key, content, saving),
    conflicts: queue.conflicts,
    record: (statements) => queue.record(statements),
    vault: queue.vault,
    setConsent: (given, waiting) => queue.setConsent(given, waiting),
    async signOut(leaving) {
      const result = await queue.signOut(leaving);
      await own?.close();
      return result;
    },
    close: () => (own ? own.close() : queue.close()),
  };
}

/** Profile documents, where the other end keeps them. */
export function profileMembers(queue: OutboxQueue): Pick<Required<LmsConnection>, 'loadProfile' | 'saveProfile'> {
  return { loadProfile: (key) => queue.loadState(key), saveProfile: (key, content, saving) => queue.saveState(key, content, saving) };
}
