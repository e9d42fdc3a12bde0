import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OutcomeReport } from '@lectern/core';
import { DeliveryError, type DeliveryErrorCode } from '../outbox/delivery-error.js';
import { reportAgain } from './report-again.js';

const at = (progress: number, unitId?: string): OutcomeReport => ({ completed: false, progress, seconds: 1, ...(unitId === undefined ? {} : { unitId }) });

/** An LMS that refuses with the first of `faults`, and then the next; and a page whose timers run when a test says so. */
function place(...faults: DeliveryError[]) {
  const taken: string[] = [];
  const troubles: (DeliveryErrorCode | undefined)[] = [];
  const timers: { readonly run: () => void; readonly after: number }[] = [];
  const lms = {
    report: ({ progress, unitId = 'course' }: OutcomeReport): Promise<void> => {
      const fault = faults.shift();
      if (fault) return Promise.reject(fault);
      taken.push(`${unitId} ${progress}`);
      return Promise.resolve();
    },
  };
  const view = { setTimeout: (run: () => void, after: number) => timers.push({ run, after }) } as unknown as Window;
  const report = reportAgain(lms, view, (error) => troubles.push(error?.code));
  return { taken, troubles, timers, report, async pass() {
    timers.shift()!.run();
    await new Promise((resolve) => setImmediate(resolve));
  } };
}

describe('reportAgain', () => {
  it('tells the newest of the course and of each unit again, until all is taken', async () => {
    const { taken, troubles, timers, report, pass } = place(new DeliveryError('network', 'x'), new DeliveryError('server-error', 'x'), new DeliveryError('timeout', 'x'));
    await assert.rejects(report(at(0.1)));
    await assert.rejects(report(at(0.2, 'a')));
    await assert.rejects(report(at(0.3)));
    assert.deepEqual([troubles, timers.length], [['network', 'server-error', 'timeout'], 1]);
    await pass();
    assert.deepEqual(taken, ['course 0.3', 'a 0.2']);
    assert.deepEqual([troubles.at(-1), timers.length], [undefined, 0]);
    await report(at(0.4));
    assert.deepEqual(taken.at(-1), 'course 0.4');
  });

  it('waits as long as the LMS asks for', async () => {
    const { timers, report } = place(new DeliveryError('busy', 'x', { retryAfter: 90_000 }));
    await assert.rejects(report(at(0.1)));
    assert.deepEqual(timers.map(({ after }) => after), [90_000]);
  });

  it('does not come back to an LMS that says no, but tells what it did not take with the next', async () => {
    const { taken, troubles, timers, report } = place(new DeliveryError('unauthorized', 'x'));
    await assert.rejects(report(at(0.1)));
    assert.deepEqual([troubles, timers], [['unauthorized'], []]);
    await report(at(0.2));
    assert.deepEqual([taken, troubles.at(-1)], [['course 0.2'], undefined]);
  });
});
