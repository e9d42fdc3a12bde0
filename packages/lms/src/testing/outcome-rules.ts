import type { OutcomeReport } from '@lectern/core';
import { within } from '../fan-out/within.js';
import type { Rule } from './conformance.js';

const HALF: OutcomeReport = { completed: false, progress: 0.5, seconds: 30 };
const DONE: OutcomeReport = { completed: true, success: 'passed', score: { scaled: 0.9, raw: 18, min: 0, max: 20 }, progress: 1, seconds: 90 };

export const outcomeRules: readonly Rule[] = [
  {
    area: 'outcomes',
    name: 'the gradebook has the newest outcome when report() resolves',
    needs: ['outcome'],
    async run({ place, connect, check, patience }) {
      const connection = await connect();
      await within(connection.report(HALF), patience, 'report() does not end.');
      await within(connection.report({ ...DONE, unitId: 'film' }), patience, 'report() of a unit does not end.');
      await within(connection.report(DONE), patience, 'report() does not end.');
      const there = await place.outcome!();
      if (!there) return check(false, 'the gradebook has nothing.');
      check(there.completed ?? true, 'the gradebook does not have that the course is completed.');
      check((there.success ?? 'passed') === 'passed', 'the gradebook does not have that the course is passed.');
      const scaled = there.score?.scaled ?? 0.9;
      check(Math.abs(scaled - 0.9) < 0.005, `the gradebook has ${scaled} of a score of 0.9.`);
    },
  },
  {
    area: 'outcomes',
    name: 'report() does not resolve before the gradebook has it, and loses nothing',
    needs: ['outcome', 'down'],
    async run({ place, connect, check, fail, attempt, until }) {
      const connection = await connect();
      await attempt(connection);
      fail('down');
      let told = false;
      let refused = false;
      // To be refused is honest, and then it is the caller's to tell it again.
      connection.report(DONE).then(() => (told = true), () => (refused = true));
      await attempt(connection);
      check(!told, 'report() resolved, though nothing answers.');
      fail(undefined);
      if (refused) await connection.report(DONE).then(() => (told = true));
      await until(async () => {
        if (!told) await attempt(connection);
        return told;
      }, 'report() did not come through afterwards.');
      check((await place.outcome!())?.completed ?? true, 'the outcome is lost.');
    },
  },
];
