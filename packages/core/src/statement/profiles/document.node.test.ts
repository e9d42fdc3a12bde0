import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSession } from '../../session/session.js';
import { COURSE, fakeClock, fakeConnection, UNITS } from '../../session/session.fixture.js';
import { EXTENSIONS } from '../vocabulary.js';
import { formatPages } from './document.js';

const { document } = EXTENSIONS;

it('writes pages from 1, both ends included', () => {
  assert.equal(formatPages([]), '');
  assert.equal(formatPages([[0, 3], [6, 7]]), '1[.]3[,]7[.]7');
});

it('tells progress by tenths, with the pages, and completion with the rule that made it', () => {
  const connection = fakeConnection();
  const unit = { ...UNITS.document, minPageSeconds: 3 };
  const session = createSession({ course: { ...COURSE, children: [unit] }, connection, clock: fakeClock() });
  const read = (page: number): void => void session.dispatch({ unitId: unit.id, type: 'read', from: page, to: page + 1, length: 40 });
  session.dispatch({ unitId: unit.id, type: 'initialized' });
  for (let page = 0; page < 40; page++) read(page);
  const told = connection.statements.map(({ verb, result }) => [verb.id.split('/').at(-1), result?.extensions?.[EXTENSIONS.progress], result?.extensions?.[document.pagesRead]]);
  assert.deepEqual(told.slice(0, 3), [['initialized', undefined, undefined], ['progressed', 10, '1[.]4'], ['progressed', 20, '1[.]8']]);
  assert.deepEqual(told.at(-1), ['completed', undefined, '1[.]36']);
  assert.equal(told.length, 10);
  assert.deepEqual(connection.statements.at(-1)!.context!.extensions![document.completionPolicy], { completionThreshold: 0.9, minPageSeconds: 3 });
});
