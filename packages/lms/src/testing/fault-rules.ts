import { LecternError, type Receipt } from '@lectern/core';
import type { Rule } from './conformance.js';
import type { PlaceFault } from './place.js';
import { someStatements } from './visit.js';

const WORDS: Readonly<Record<PlaceFault, string>> = {
  down: 'nothing answers', busy: 'it is busy', refused: 'the learner has to sign in again', 'lost-answer': 'answers are lost', silent: 'it never answers', garbage: 'it answers garbage',
};

const recovers = (fault: PlaceFault): Rule => ({
  area: 'faults',
  name: `while ${WORDS[fault]}, record() goes on, no receipt says more than is true, and afterwards all is there once`,
  needs: [fault],
  async run({ place, connect, check, fail, attempt, stored }) {
    const connection = await connect();
    await attempt(connection);
    fail(fault);
    let receipts: readonly Receipt[];
    try {
      receipts = [...connection.record(someStatements(connection, 1)), ...connection.record(someStatements(connection, 2))];
    } catch {
      return check(false, 'record() throws.');
    }
    await attempt(connection);
    for (const { status, id } of receipts) {
      check(status !== 'failed', 'a receipt failed, which a fault of the way is no reason for.');
      if (status === 'stored' && place.statements) check((await place.statements()).includes(id), 'a receipt says "stored", and it is not.');
      check(status !== 'stored' || fault === 'lost-answer' || place.statements !== undefined, 'a receipt says "stored".');
    }
    const { waiting } = connection.delivery.getState();
    const open = receipts.filter(({ status }) => status !== 'stored').length;
    check(waiting >= open, `delivery says that ${waiting} wait, and ${open} do.`);
    fail(undefined);
    await stored(connection, receipts);
    if (!place.statements) return;
    const there = await place.statements();
    for (const { id } of receipts) check(there.filter((one) => one === id).length === 1, `a statement is there ${there.filter((one) => one === id).length} times.`);
    const order = receipts.map(({ id }) => there.indexOf(id));
    check(order.every((at, index) => index === 0 || at > order[index - 1]!), 'they are there in another order.');
  },
});

const refusesToConnect = (fault: PlaceFault): Rule => ({
  area: 'faults',
  name: `a visit that begins while ${WORDS[fault]} is refused with an error that has a code, or is a connection that can wait`,
  needs: [fault],
  async run({ connect, check, fail, stored }) {
    fail(fault);
    try {
      const connection = await connect();
      const receipts = connection.record(someStatements(connection, 1));
      fail(undefined);
      await stored(connection, receipts);
    } catch (error) {
      if ((error as Error).name === 'ConformanceError') throw error;
      check(error instanceof LecternError || typeof (error as { code?: unknown }).code === 'string', `connect() rejects with an error that has no code: ${String(error)}`);
    }
  },
});

/** `silent` at connecting would wait for the plugin's own timeout. */
export const faultRules: readonly Rule[] = [
  ...(['down', 'busy', 'refused', 'lost-answer', 'silent', 'garbage'] as const).map(recovers),
  ...(['down', 'garbage'] as const).map(refusesToConnect),
];
