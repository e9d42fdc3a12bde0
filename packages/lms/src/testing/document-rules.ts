import type { StateContent, StateKey } from '@lectern/core';
import type { Rule } from './conformance.js';
import { COURSE } from './visit.js';

const KEY: StateKey = { activityId: COURSE.id, stateId: 'lectern.session' };
const OTHER: StateKey = { activityId: `${COURSE.id}/film`, stateId: 'lectern.simulation' };

/** What sessions keep, and what would break a sloppy one. */
const CONTENT: StateContent = { current: '__proto__', 'unit:片 "1"': { position: 12.5, segments: [[0, 4.25], [7, 9]], done: false, note: null }, 'unit:🎬': { x: '\\ " \n </script>' } };

/** Key order is nobody's. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const names = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}

export const documentRules: readonly Rule[] = [
  {
    area: 'documents',
    name: 'what is saved is loaded as it was, here and on the next visit',
    needs: ['state'],
    async run({ connect, check, stored }) {
      const first = await connect();
      check((await first.loadState(KEY)) === undefined, 'there is a document that nobody has saved.');
      const receipt = first.saveState(KEY, CONTENT);
      check(typeof receipt.status === 'string', 'saveState() returns no receipt.');
      check(same(await first.loadState(KEY), CONTENT), 'it is another one right after saving.');
      await stored(first, [receipt]);
      check(same(await first.loadState(KEY), CONTENT), 'it is another one after it was stored.');
      await first.close();
      const found = await (await connect()).loadState(KEY);
      check(same(found, CONTENT), `it is another one on the next visit: ${JSON.stringify(found)}`);
    },
  },
  {
    area: 'documents',
    name: 'saves merge property by property; "replace" replaces',
    needs: ['state'],
    async run({ connect, check, stored }) {
      const connection = await connect();
      await stored(connection, [connection.saveState(KEY, { a: 1, b: { x: 1 } })]);
      await stored(connection, [connection.saveState(KEY, { b: { y: 2 }, c: 3 })]);
      check(same(await connection.loadState(KEY), { a: 1, b: { y: 2 }, c: 3 }), 'a save of some properties does not leave the others.');
      await stored(connection, [connection.saveState(KEY, { d: 4 }, { mode: 'replace' })]);
      check(same(await connection.loadState(KEY), { d: 4 }), '"replace" does not replace.');
    },
  },
  {
    area: 'documents',
    name: 'documents of other names and activities are others',
    needs: ['state'],
    async run({ connect, check, stored }) {
      const connection = await connect();
      await stored(connection, [connection.saveState(KEY, { a: 1 }), connection.saveState(OTHER, { a: 2 })]);
      await connection.close();
      const again = await connect();
      check(same(await again.loadState(KEY), { a: 1 }) && same(await again.loadState(OTHER), { a: 2 }), 'one is the other, or gone.');
      check((await again.loadState({ ...KEY, stateId: 'another' })) === undefined, 'there is a document that nobody has saved.');
    },
  },
  {
    area: 'documents',
    name: 'what waits is already in what is loaded',
    needs: ['state', 'down'],
    async run({ connect, check, fail, stored }) {
      const connection = await connect();
      await stored(connection, [connection.saveState(KEY, { a: 1 })]);
      await connection.loadState(KEY);
      fail('down');
      const receipt = connection.saveState(KEY, { b: 2 });
      const found = await connection.loadState(KEY).catch(() => undefined);
      // Not to know is honest; an older document as if nothing had been saved is not.
      check(found === undefined || same(found, { a: 1, b: 2 }), 'what was saved a moment ago is not in it.');
      fail(undefined);
      await stored(connection, [receipt]);
      check(same(await connection.loadState(KEY), { a: 1, b: 2 }), 'what waited is lost.');
    },
  },
];
