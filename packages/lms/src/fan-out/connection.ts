import type { Delivery, LmsConnection, Receipt, SignOutResult } from '@lectern/core';
import type { OutboxInspection } from '../outbox/inspection.js';
import type { OpenTarget } from './target.js';
import { targetedReceipt } from './targeted-receipt.js';

/** What the primary is called beside the targets. */
export const PRIMARY = 'primary';

/** What the fan-out plugin's `connect` yields: the primary's connection, whose statements go to others as well. */
export interface FanOutConnection extends LmsConnection {
  /** As the primary's plugin made it. */
  readonly primary: LmsConnection;
  /** What waits and has arrived at each place, by name; the primary's is `primary`. `delivery` is the primary's, whose `flush` lets all try. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  /** The outboxes of the others by hand, by name. */
  readonly outboxes: Readonly<Record<string, OutboxInspection>>;
  /** For all places. A primary that cannot be told is closed, with the rest, by everything but `granted`. */
  setConsent: NonNullable<LmsConnection['setConsent']>;
  /** From all places. `unsent` counts each place's copies. */
  signOut: NonNullable<LmsConnection['signOut']>;
}

export function fanOut(primary: LmsConnection, targets: readonly OpenTarget[]): FanOutConnection {
  const { learner, registration, launchMode, capabilities, clock, contextTemplate, conflicts, delivery, vault, returnUrl, launch, observe, outcomes, loadProfile, saveProfile } = primary;
  const byName = <T>(read: (target: OpenTarget) => T): Record<string, T> => Object.fromEntries(targets.map((target) => [target.name, read(target)]));

  async function close(): Promise<void> {
    // The primary first: what browsers let a page send while it is left is little.
    await allOf([(async () => primary.close())(), ...targets.map((target) => target.close())]);
  }

  return {
    plugin: 'fan-out',
    primary,
    learner,
    registration,
    launchMode,
    capabilities,
    clock,
    contextTemplate,
    returnUrl,
    conflicts,
    delivery: {
      getState: () => delivery.getState(),
      subscribe: (listener) => delivery.subscribe(listener),
      flush() {
        // Nobody waits for an LRS that does not answer while the learner's own has.
        for (const target of targets) void target.delivery.flush().catch(() => undefined);
        return delivery.flush();
      },
    },
    deliveries: { ...byName((target) => target.delivery), [PRIMARY]: delivery },
    outboxes: byName(({ outbox }) => outbox),
    loadState: (key) => primary.loadState(key),
    saveState: (key, content, saving) => primary.saveState(key, content, saving),
    ...(loadProfile ? { loadProfile: loadProfile.bind(primary) } : {}),
    ...(saveProfile ? { saveProfile: saveProfile.bind(primary) } : {}),
    ...(launch ? { launch: launch.bind(primary) } : {}),
    ...(observe ? { observe: observe.bind(primary) } : {}),
    ...(outcomes ? { outcomes: outcomes.bind(primary) } : {}),
    report: (outcome) => primary.report(outcome),
    record(statements) {
      // What the primary throws at has not happened, and is told to nobody.
      const receipts = primary.record(statements);
      const others = statements.map((statement) => targets.flatMap(({ name, record }): [string, Receipt][] => {
        const receipt = record(statement);
        return receipt ? [[name, receipt]] : [];
      }));
      return receipts.map((receipt, index) => targetedReceipt(receipt, Object.fromEntries(others[index] ?? [])));
    },
    close,
    vault,
    async setConsent(consent, waiting) {
      const others = targets.map((target) => target.setConsent(consent, waiting));
      try {
        await allOf([(async () => primary.setConsent?.(consent, waiting))(), ...others]);
      } finally {
        if (!primary.setConsent && consent !== 'granted') await close();
      }
    },
    async signOut(options) {
      const first = (async (): Promise<SignOutResult> => (primary.signOut ? primary.signOut(options) : (await primary.close(), { unsent: 0 })))();
      const results = await allOf([first, ...targets.map((target) => target.signOut(options))]);
      return { unsent: results.reduce((sum, { unsent }) => sum + unsent, 0) };
    },
  };
}

/** Waits for all of them, whatever becomes of some. @throws what the first of them threw */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
