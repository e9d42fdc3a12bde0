import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Block, Course, CourseNode } from './course.js';
import { findRequirementFault, hasRequirements } from './requirements.js';
import type { Unit } from './units.js';

const unit = (id: string, requires?: readonly string[], more: Partial<Unit> = {}): Unit =>
  ({ type: 'unit', kind: 'html', id, title: id, href: 'x', moveOn: 'Completed', completion: { policy: 'visited' }, ...(requires ? { requires } : {}), ...more }) as Unit;
const block = (id: string, children: readonly CourseNode[], more: Partial<Block> = {}): Block => ({ type: 'block', id, title: id, children, ...more });
const course = (...children: readonly CourseNode[]): Course => ({ id: 'urn:c', title: 'C', format: 'course', children });

describe('findRequirementFault', () => {
  it('finds nothing in a course that can be done', () => {
    assert.equal(hasRequirements(course(unit('a'))), false);
    const sound = course(unit('a'), block('b', [unit('c'), unit('d', ['a'])], { order: 'forced' }), unit('e', ['b', 'a']), block('f', [unit('g', ['e'])], { requires: ['b'] }));
    assert.equal(hasRequirements(sound), true);
    assert.equal(findRequirementFault(sound), undefined);
    assert.equal(findRequirementFault({ ...sound, order: 'forced' }), undefined);
  });

  it('names what does not exist', () => {
    assert.deepEqual(findRequirementFault(course(unit('a'), unit('b', ['a', 'toString']))), { type: 'unknown', nodeId: 'b', index: 1, ids: ['toString'] });
  });

  it('finds whatever waits for itself', () => {
    assert.deepEqual(findRequirementFault(course(unit('a', ['a']))), { type: 'cycle', nodeId: 'a', index: 0, ids: ['a', 'a'] });
    assert.equal(findRequirementFault(course(unit('a', ['b']), unit('b', ['c']), unit('c', ['a'])))?.type, 'cycle');
    assert.deepEqual(findRequirementFault(course(block('b', [unit('a', ['b'])])))?.nodeId, 'a', 'its own block');
    assert.deepEqual(findRequirementFault(course(block('b', [unit('a')], { requires: ['a'] })))?.nodeId, 'b', 'what it holds');
    assert.deepEqual(findRequirementFault(course(block('b', [unit('a', ['c']), unit('c')], { order: 'forced' }))), { type: 'cycle', nodeId: 'a', index: 0, ids: ['a', 'c', 'a'] }, 'the order');
    assert.equal(findRequirementFault({ ...course(block('x', [unit('a', ['c'])]), block('y', [unit('c')])), order: 'forced' })?.type, 'cycle', 'the order of the course');
  });

  it('lets wait for what is done from the start', () => {
    assert.equal(findRequirementFault(course(unit('a', ['b']), unit('b', ['a'], { moveOn: 'NotApplicable' }))), undefined);
  });

  it('takes no longer than the course is long', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => unit(`u${index}`, index > 0 ? [`u${index - 1}`] : undefined));
    assert.equal(findRequirementFault(course(...many)), undefined);
    const fault = findRequirementFault(course(unit('first', ['u19999']), ...many.map((one, index) => (index === 0 ? unit('u0', ['first']) : one))));
    assert.equal(fault?.type, 'cycle');
    let deep: CourseNode = unit('deepest');
    for (let level = 0; level < 20_000; level++) deep = block(`b${level}`, [deep], { order: 'forced' });
    assert.equal(findRequirementFault(course(deep)), undefined);
  });
});
