import type { LmsConnection, OutcomeReport } from '@lectern/core';
import { isObject, isProfile } from './record.js';
import type { OutboxQueue } from './queue.js';
import type { Transport } from './transport.js';

/** The document by which an outcome waits in the outbox: of several that wait, the newest of each unit goes. It is never at the other end. */
const OUTCOMES = 'lectern.outcomes';

/** Where nothing else is named: the course itself. */
const COURSE = 'course';

const nameOf = (unitId: string | undefined): string => (unitId === undefined ? COURSE : `unit:${unitId}`);

/** A transport that hands outcomes to `send`, and all else to `transport`. Telling one twice must change nothing. */
export function withOutcomes(transport: Transport, send: (outcome: OutcomeReport, keepalive: boolean) => Promise<void>): Transport {
  return {
    ...transport,
    async sendDocument(save, options) {
      if (isProfile(save.key) || save.key.stateId !== OUTCOMES) return transport.sendDocument(save, options);
      // All at once where the page is left: there are no turns for one after the other.
      const outcomes = Object.values(save.content).filter(isObject) as unknown as OutcomeReport[];
      if (options.keepalive) await Promise.all(outcomes.map((outcome) => send(outcome, true)));
      else for (const outcome of outcomes) await send(outcome, false);
      return undefined;
    },
  };
}

/** A connection's `report` that waits in the outbox as records do. */
export function outcomeReporter(queue: OutboxQueue, courseId: string): LmsConnection['report'] {
  return async (report) => {
    const receipt = queue.saveState({ activityId: courseId, stateId: OUTCOMES }, { [nameOf(report.unitId)]: report });
    await receipt.reached('stored');
  };
}
