import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block, Course, CourseNode } from '../course/course.js';
import type { Unit } from '../course/units.js';
import { createSession, type Session } from '../session/session.js';
import { fakeConnection } from '../session/session.fixture.js';
import { createOrderedNavigation } from './ordered-navigation.js';

const unit = (id: string, requires?: readonly string[], more: Partial<Unit> = {}): Unit =>
  ({ type: 'unit', kind: 'html', id, title: id, href: 'x', moveOn: 'Completed', completion: { policy: 'visited' }, ...(requires ? { requires } : {}), ...more }) as Unit;
const block = (id: string, children: readonly CourseNode[], more: Partial<Block> = {}): Block => ({ type: 'block', id, title: id, children, ...more });
const leave = (): void => undefined;
const OPEN = { allowed: true };

function begin(children: readonly CourseNode[], more: Partial<Course> = {}) {
  const course: Course = { id: 'urn:c', title: 'C', format: 'course', children, ...more };
  const session: Session = createSession({ course, connection: fakeConnection() });
  const complete = (unitId: string): void => {
    session.dispatch({ type: 'initialized', unitId });
    session.dispatch({ type: 'completed', unitId });
    session.dispatch({ type: 'terminated', unitId });
  };
  return { session, complete, navigation: createOrderedNavigation(course, session) };
}

test('a unit opens when what it requires is done, and says what that is', () => {
  const { navigation, complete } = begin([unit('a'), block('b', [unit('c'), unit('d')]), unit('test', ['a', 'b']), unit('free')]);
  assert.deepEqual(navigation.canOpen('test'), { allowed: false, reason: 'prerequisites', missing: ['a', 'b'] });
  assert.deepEqual(navigation.canOpen('free'), OPEN);
  let told = 0;
  navigation.subscribe(() => (told += 1));
  complete('a');
  complete('c');
  assert.deepEqual(navigation.canOpen('test'), { allowed: false, reason: 'prerequisites', missing: ['b'] });
  assert.deepEqual(navigation.request({ request: 'choice', target: 'test' }, leave), { type: 'refused', reason: 'prerequisites' });
  complete('d');
  assert.equal(told, 3, 'once for each unit that is done');
  assert.deepEqual(navigation.request({ request: 'choice', target: 'test' }, leave), { type: 'deliver', unitId: 'test' });
  assert.deepEqual(navigation.canOpen('nowhere'), { allowed: false, reason: 'unknown' });
});

test('a forced order opens one after another, and what counts from the start holds nothing up', () => {
  const { navigation, complete } = begin([block('b', [unit('a'), unit('extra', undefined, { moveOn: 'NotApplicable' }), unit('c'), block('in', [unit('d'), unit('e')])], { order: 'forced' })]);
  assert.deepEqual(navigation.begin?.(), { type: 'deliver', unitId: 'a' });
  for (const id of ['extra', 'c', 'in', 'd', 'e']) assert.deepEqual(navigation.canOpen(id), { allowed: false, reason: 'order', missing: ['a'] });
  assert.deepEqual(navigation.step('continue'), { allowed: false, reason: 'order', missing: ['a'], unitId: 'extra' });
  assert.deepEqual(navigation.request({ request: 'continue' }, leave), { type: 'refused', reason: 'order' });
  complete('a');
  assert.deepEqual(navigation.canOpen('c'), OPEN);
  assert.deepEqual(navigation.canOpen('d'), { allowed: false, reason: 'order', missing: ['c'] });
  complete('c');
  for (const id of ['d', 'e']) assert.deepEqual(navigation.canOpen(id), OPEN, 'the order is of the children, not of theirs');
});

test('a course may have an order, and a closed block closes what is in it', () => {
  const { navigation, complete } = begin([block('one', [unit('a')]), block('two', [unit('c')])], { order: 'forced' });
  assert.deepEqual(navigation.canOpen('c'), { allowed: false, reason: 'order', missing: ['one'] });
  assert.deepEqual(navigation.request({ request: 'choice', target: 'two' }, leave), { type: 'refused', reason: 'order' });
  assert.deepEqual(navigation.begin?.('c'), { type: 'deliver', unitId: 'a' }, 'the unit asked for is closed');
  complete('a');
  assert.deepEqual(navigation.request({ request: 'continue' }, leave), { type: 'deliver', unitId: 'c' });
});

test('a course that could never be done is refused', () => {
  assert.throws(() => begin([unit('a', ['b']), unit('b', ['a'])]), { code: 'course-invalid', field: 'requires' });
  assert.throws(() => begin([unit('a', ['__proto__'])]), { code: 'course-invalid', field: 'requires' });
});
