import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Course } from '../course/course.js';
import { courseOutcome } from './course-outcome.js';
import { scaledScore } from './scaled-score.js';
import { UNTOUCHED, type SessionState, type UnitState } from './state.js';

const unit = (id: string): Course['children'][number] => ({ type: 'unit', id, title: id, kind: 'simulation', src: 's.json', moveOn: 'CompletedOrPassed' });
const course = (...ids: string[]): Course => ({ id: 'https://x.example/c', title: 'C', format: 'course', children: ids.map(unit) });
const state = (units: Record<string, Partial<UnitState>>, satisfied: boolean): SessionState => ({
  registration: 'r',
  launchMode: 'Normal',
  units: Object.fromEntries(Object.entries(units).map(([id, part]) => [id, { ...UNTOUCHED, ...part }])),
  rollUp: { satisfied, progress: satisfied ? 1 : 0.5, satisfiedUnits: 0, totalUnits: 1 } as never,
});

describe('courseOutcome', () => {
  it('of one unit is the unit’s', () => {
    const outcome = courseOutcome(course('a'), state({ a: { completed: true, success: 'failed', score: { raw: 16, min: 0, max: 40 }, seatSeconds: 12 } }, false));
    assert.deepEqual(outcome, { completed: false, progress: 0.5, seconds: 12, success: 'failed', score: { raw: 16, min: 0, max: 40 } });
  });

  it('of several is the mean of the scores there are, and passed once all is satisfied', () => {
    const units = { a: { success: 'passed' as const, score: { raw: 16, max: 16 } }, b: { completed: true }, c: { success: 'failed' as const, score: { scaled: 0.25 } } };
    assert.deepEqual(courseOutcome(course('a', 'b', 'c'), state(units, false)), { completed: false, progress: 0.5, seconds: 0, score: { scaled: 0.625 } });
    assert.equal(courseOutcome(course('a', 'b', 'c'), state(units, true)).success, 'passed');
  });
});

it('a scaled score needs the true maximum', () => {
  assert.equal(scaledScore({ raw: 16, max: 16 }), 1);
  assert.equal(scaledScore({ raw: 16 }), undefined);
  assert.equal(scaledScore({ raw: 5, min: 5, max: 5 }), undefined);
  assert.equal(scaledScore({ scaled: 7 }), 1);
  assert.equal(scaledScore(undefined), undefined);
});
