import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { COURSE, UNITS } from '../session/session.fixture.js';
import type { Course, CourseNode, MoveOn } from './course.js';
import { isHls } from './is-hls.js';
import type { Unit } from './units.js';
import { isSatisfied, rollUp, type UnitOutcome } from './roll-up.js';
import { getUnit, listUnits, pickText, unitActivityId } from './tree.js';

const unit = (id: string, moveOn: MoveOn = 'Completed'): Unit => ({ ...UNITS.html, id, moveOn });
const block = (...children: CourseNode[]): CourseNode => ({ type: 'block', id: 'b', title: 'B', children });

const none: UnitOutcome = { completed: false, progress: 0 };
const completed: UnitOutcome = { completed: true, progress: 1 };
const passed: UnitOutcome = { completed: false, success: 'passed', progress: 0.5 };
const failed: UnitOutcome = { completed: true, success: 'failed', progress: 1 };
const both: UnitOutcome = { completed: true, success: 'passed', progress: 1 };

describe('moveOn', () => {
  const table: [MoveOn, boolean[]][] = [
    // nothing known, nothing done, completed, passed, completed and failed, completed and passed
    ['NotApplicable', [true, true, true, true, true, true]],
    ['Completed', [false, false, true, false, true, true]],
    ['Passed', [false, false, false, true, false, true]],
    ['CompletedAndPassed', [false, false, false, false, false, true]],
    ['CompletedOrPassed', [false, false, true, true, true, true]],
  ];
  for (const [moveOn, expected] of table) {
    it(`${moveOn} is met as cmi5 says, and always when waived`, () => {
      assert.deepEqual([undefined, none, completed, passed, failed, both].map((outcome) => isSatisfied(moveOn, outcome)), expected);
      assert.equal(isSatisfied(moveOn, { ...none, waived: true }), true);
    });
  }
});

describe('rollUp', () => {
  it('counts the units of all blocks', () => {
    const tree = [unit('a'), block(unit('b', 'Passed'), block(unit('c', 'NotApplicable'), unit('d')))];
    const outcomes: Record<string, UnitOutcome> = { a: completed, b: passed, c: { ...none, progress: 0.2 } };
    assert.deepEqual(rollUp(tree, (id) => outcomes[id]), { satisfied: false, progress: 2.2 / 4, units: 4, satisfiedUnits: 3 });
    assert.equal(rollUp(tree, () => both).satisfied, true);
  });

  it('finds a tree without units satisfied', () => {
    assert.deepEqual(rollUp([block()], () => undefined), { satisfied: true, progress: 1, units: 0, satisfiedUnits: 0 });
  });

  it('bears trees that are very deep or very wide', () => {
    let deep: CourseNode = unit('a');
    for (let i = 0; i < 200_000; i++) deep = block(deep);
    const wide = block(...Array.from({ length: 1000 }, () => unit('w')));
    const huge = { ...wide, children: Array.from({ length: 300_000 }, () => unit('w')) } as CourseNode;
    assert.equal(rollUp([deep, huge], () => completed).units, 300_001);
    assert.equal(listUnits({ children: [deep, huge] }).length, 300_001);
  });
});

describe('the tree', () => {
  it('lists units in reading order', () => {
    assert.deepEqual(listUnits({ children: [unit('a'), block(unit('b'), block(unit('c')), unit('d')), unit('e')] }).map(({ id }) => id), ['a', 'b', 'c', 'd', 'e']);
  });

  it('gets a unit or says which is unknown', () => {
    assert.equal(getUnit(COURSE, 'video'), UNITS.video);
    assert.throws(() => getUnit(COURSE, 'toString'), (error) => error instanceof CoreError && error.code === 'unit-unknown' && error.field === 'unitId');
  });

  it('derives activity ids', () => {
    const course: Course = { ...COURSE, id: 'https://x/c/' };
    assert.equal(unitActivityId(course, unit('a b/c')), 'https://x/c/a%20b%2Fc');
    assert.equal(unitActivityId({ ...course, id: 'urn:x:c' }, unit('a')), 'urn:x:c:a');
    assert.equal(unitActivityId(course, { ...unit('a'), activityId: 'https://y/z' }), 'https://y/z');
    assert.doesNotThrow(() => unitActivityId(course, unit('\udc00')));
  });
});

describe('pickText', () => {
  const text = { 'zh-CN': '中', en: 'E', 'fr-CA': 'F' };
  it('takes the exact tag, the language, English, then anything', () => {
    assert.equal(pickText(text, ['zh-cn']), '中');
    assert.equal(pickText(text, ['fr']), 'F');
    assert.equal(pickText(text, ['de', 'zh-TW']), '中');
    assert.equal(pickText(text, ['de']), 'E');
    assert.equal(pickText({ ja: 'J' }, ['de']), 'J');
    assert.equal(pickText('S', ['de']), 'S');
    assert.equal(pickText({}, ['de']), '');
    assert.equal(pickText(undefined, []), '');
  });
});

describe('isHls', () => {
  it('goes by the media type, or by the name without its query', () => {
    for (const source of [{ src: 'a', type: 'application/vnd.apple.mpegurl' }, { src: 'a', type: 'application/x-mpegURL; charset=utf-8' }, { src: 'a.m3u8' }, { src: 'a.M3U8?key=1' }, { src: 'a.m3u8#t=3' }]) assert.equal(isHls(source), true, source.src);
    for (const source of [{ src: 'a.mp4' }, { src: 'a.m3u8.mp4', type: 'video/mp4' }, { src: 'a.mp4?list=b.m3u8x' }]) assert.equal(isHls(source), false, source.src);
  });
});
