import { createReceipt, newUuid, type DeliveryState, type LmsConnection } from '@lectern/core';
import { UNRECORDED } from '../internal/unrecorded.js';
import { PlayerError } from './player-error.js';

const NOTHING: DeliveryState = Object.freeze({ waiting: 0, unsafe: 0, stored: 0, failed: 0 });

/** The connection of a player that stands in no `<learning-session>`: the unit works, its statements can be heard, and none is kept. */
export function createUnrecordedConnection(): LmsConnection {
  const unsaved = (id: string) => {
    const { receipt, advance } = createReceipt(id);
    advance('pending', new PlayerError('not-recorded', 'There is no <learning-session> around this element: nothing is recorded.'));
    return receipt;
  };
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
    close: () => Promise.resolve(),
  };
}
