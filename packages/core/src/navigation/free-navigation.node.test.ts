import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Course } from '../course/course.js';
import type { Unit } from '../course/units.js';
import { createFreeNavigation } from './free-navigation.js';

const unit = (id: string): Unit => ({ type: 'unit', kind: 'html', id, title: id, href: `${id}.html`, moveOn: 'Completed', completion: { policy: 'visited' } });
const course: Course = {
  id: 'urn:course',
  title: 'Course',
  format: 'course',
  children: [unit('a'), { type: 'block', id: 'block', title: 'Block', children: [unit('b'), unit('c')] }, { type: 'block', id: 'empty', title: 'Empty', children: [] }],
};
const leave = (): void => undefined;

test('units follow one another in reading order, and none is closed', () => {
  let current: string | undefined;
  const navigation = createFreeNavigation(course, () => current);
  assert.deepEqual(navigation.step('continue'), { allowed: true, unitId: 'a' });
  current = 'a';
  assert.deepEqual(navigation.step('previous'), { allowed: false, reason: 'end' });
  assert.deepEqual(navigation.request({ request: 'previous' }, leave), { type: 'refused', reason: 'end' });
  assert.deepEqual(navigation.request({ request: 'continue' }, leave), { type: 'deliver', unitId: 'b' });
  current = 'c';
  assert.deepEqual(navigation.step('continue'), { allowed: false, reason: 'end' });
  for (const id of ['a', 'b', 'c', 'block']) assert.deepEqual(navigation.canOpen(id), { allowed: true });
  for (const id of ['empty', 'nowhere', 'constructor', '__proto__']) assert.deepEqual(navigation.canOpen(id), { allowed: false, reason: 'unknown' });
});

test('a choice of a block opens its first unit; of nothing, is refused', () => {
  const navigation = createFreeNavigation(course, () => 'a');
  assert.deepEqual(navigation.request({ request: 'choice', target: 'block' }, leave), { type: 'deliver', unitId: 'b' });
  assert.deepEqual(navigation.request({ request: 'jump', target: 'c' }, leave), { type: 'deliver', unitId: 'c' });
  assert.deepEqual(navigation.request({ request: 'choice', target: 'nowhere' }, leave), { type: 'refused', reason: 'unknown' });
  assert.deepEqual(navigation.request({ request: 'choice' }, leave), { type: 'refused', reason: 'unknown' });
});

test('ways out', () => {
  const navigation = createFreeNavigation(course, () => 'a');
  assert.deepEqual(navigation.request({ request: 'exit' }, leave), { type: 'rest' });
  assert.deepEqual(navigation.request({ request: 'exitAll' }, leave), { type: 'ended', suspended: false });
  assert.deepEqual(navigation.request({ request: 'suspendAll' }, leave), { type: 'ended', suspended: true });
});
