import { createReceipt, newUuid, type DeliveryState, type LmsConnection, type LmsPlugin, type Receipt } from '@lectern/core';
import { DeliveryError } from '../outbox/delivery-error.js';
import { defineLmsPlugin } from '../plugin/define.js';

/** The plugin's name, and so its connections' `plugin`: what shows them must say that nothing is recorded. */
export const UNRECORDED = 'none';

const NOTHING: DeliveryState = Object.freeze({ waiting: 0, unsafe: 0, stored: 0, failed: 0 });

/**
 * At home everywhere, and records nothing: content works, statements can be heard in the page, and every receipt stays `pending` with the code `not-recorded`.
 * The learner has to be told so; the elements of `@lectern/components` do.
 */
export const unrecordedPlugin = (): LmsPlugin =>
  defineLmsPlugin({ name: UNRECORDED, heedsConsent: true, detect: () => true, explain: () => 'Nothing is recorded on this page.', connect: () => Promise.resolve(unrecorded()) });

function unrecorded(): LmsConnection {
  return {
    plugin: UNRECORDED,
    learner: { objectType: 'Agent', account: { homePage: 'about:blank', name: 'anonymous' } },
    registration: newUuid(),
    launchMode: 'Normal',
    capabilities: { state: false, launch: false, report: false },
    delivery: { getState: () => NOTHING, subscribe: () => () => undefined, flush: () => Promise.resolve() },
    loadState: () => Promise.resolve(undefined),
    saveState: ({ activityId, stateId }) => unsaved(`${activityId} ${stateId}`),
    record: (statements) => statements.map(({ id }) => unsaved(id)),
    report: () => Promise.resolve(),
    setConsent: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function unsaved(id: string): Receipt {
  const { receipt, advance } = createReceipt(id);
  advance('pending', new DeliveryError('not-recorded', 'This page runs in no LMS that is known to it: nothing is recorded.'));
  return receipt;
}
