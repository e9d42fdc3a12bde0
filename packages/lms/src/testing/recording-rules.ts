import type { Receipt } from '@lectern/core';
import type { Rule } from './conformance.js';
import { idsOf, someStatements } from './visit.js';

export const recordingRules: readonly Rule[] = [
  {
    area: 'recording',
    name: 'record() returns at once, one receipt a statement, in their order',
    async run({ connect, check, stored }) {
      const connection = await connect();
      const statements = someStatements(connection, 3);
      const given = JSON.stringify(statements);
      const receipts: unknown = connection.record(statements);
      check(Array.isArray(receipts), 'record() does not return a list.');
      check(idsOf(receipts as Receipt[]) === idsOf(statements), 'the receipts are not those of the statements, in their order.');
      check(JSON.stringify(statements) === given, 'record() changes the statements it is given.');
      check(connection.record([]).length === 0, 'of no statements there are receipts.');
      await stored(connection, receipts as Receipt[]);
    },
  },
  {
    area: 'recording',
    name: 'statements arrive in the order of the calls, each once',
    needs: ['statements'],
    async run({ place, connect, check, stored }) {
      const connection = await connect();
      const before = (await place.statements!()).length;
      const calls = [1, 4, 1, 2].map((count) => someStatements(connection, count));
      const receipts = calls.flatMap((statements) => connection.record(statements));
      await stored(connection, receipts);
      const there = (await place.statements!()).slice(before).join(' ');
      check(there === idsOf(calls.flat()), `they should be ${idsOf(calls.flat())}, and are ${there}.`);
    },
  },
  {
    area: 'recording',
    name: 'a statement that is recorded again is stored once',
    needs: ['statements'],
    async run({ place, connect, check, stored }) {
      const connection = await connect();
      const statements = someStatements(connection, 2);
      await stored(connection, connection.record(statements));
      const again = connection.record(statements);
      await stored(connection, again);
      for (const { id } of statements) check((await place.statements!()).filter((one) => one === id).length === 1, 'it is there twice.');
    },
  },
  {
    area: 'recording',
    name: 'a receipt says "stored" when it is, and not before',
    needs: ['statements'],
    async run({ place, connect, check, stored }) {
      const connection = await connect();
      const statements = someStatements(connection, 3);
      const receipts = connection.record(statements);
      const early: Promise<boolean>[] = [];
      for (const receipt of receipts) {
        const look = async (): Promise<boolean> => receipt.status !== 'stored' || (await place.statements!()).includes(receipt.id);
        early.push(look());
        receipt.subscribe(() => void early.push(look()));
      }
      await stored(connection, receipts);
      check((await Promise.all(early)).every(Boolean), 'a receipt said "stored" of a statement that was not there.');
      for (const { id } of statements) check((await place.statements!()).includes(id), 'a receipt says "stored", and the statement is not there.');
    },
  },
  {
    area: 'recording',
    name: 'delivery counts what waits and what is stored, and tells of it until it is left',
    async run({ connect, check, stored, until }) {
      const connection = await connect();
      const before = connection.delivery.getState().stored;
      let told = 0;
      const leave = connection.delivery.subscribe(() => told++);
      await stored(connection, connection.record(someStatements(connection, 2)));
      await until(() => connection.delivery.getState().stored >= before + 2, 'what was stored is not counted.');
      await until(() => told > 0, 'nobody was told.');
      await until(() => connection.delivery.getState().waiting === 0, 'something waits, though all is stored.');
      leave();
      const heard = told;
      await stored(connection, connection.record(someStatements(connection, 1)));
      check(told === heard, 'who has left is told all the same.');
    },
  },
];
