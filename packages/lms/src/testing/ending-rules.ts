import { within } from '../fan-out/within.js';
import type { Rule } from './conformance.js';
import { someStatements } from './visit.js';

export const endingRules: readonly Rule[] = [
  {
    area: 'ending',
    name: 'close() ends, twice as well, and loses nothing of what waits',
    needs: ['statements'],
    async run({ place, connect, check, until, attempt, patience }) {
      const connection = await connect();
      const statements = someStatements(connection, 3);
      connection.record(statements);
      await within(connection.close(), patience, 'close() does not end.');
      await within(connection.close(), patience, 'close() does not end the second time.');
      const next = await connect();
      await until(async () => {
        await attempt(next);
        const there = await place.statements!();
        return statements.every(({ id }) => there.includes(id));
      }, 'what was recorded before close() is lost.');
      for (const { id } of statements) check((await place.statements!()).filter((one) => one === id).length === 1, 'what waited arrived twice.');
    },
  },
  {
    area: 'ending',
    name: 'close() ends where nothing answers, and what was safe comes home on the next visit',
    needs: ['statements', 'down'],
    async run({ place, connect, fail, until, attempt, patience }) {
      const connection = await connect();
      await attempt(connection);
      fail('down');
      const receipts = connection.record(someStatements(connection, 2));
      await attempt(connection);
      await within(connection.close(), patience, 'close() does not end.');
      // What was only in memory was never promised.
      const safe = receipts.filter(({ status }) => status === 'journaled' || status === 'durable').map(({ id }) => id);
      fail(undefined);
      const next = await connect();
      await until(async () => {
        await attempt(next);
        const there = await place.statements!();
        return safe.every((id) => there.includes(id));
      }, 'receipts said it was safe in this browser, and it did not come home.');
    },
  },
  {
    area: 'ending',
    name: 'what is recorded after close() is not called stored unless it is',
    needs: ['statements'],
    async run({ place, connect, check }) {
      const connection = await connect();
      await connection.close();
      const [statement] = someStatements(connection, 1);
      let status = 'failed';
      try {
        const [receipt] = connection.record([statement!]);
        await Promise.resolve();
        status = receipt!.status;
      } catch {
        // To refuse is honest.
      }
      check(status !== 'stored' || (await place.statements!()).includes(statement!.id), 'it is called stored, and is not.');
    },
  },
];
