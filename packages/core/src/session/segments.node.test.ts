import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addSegment, coveredFraction, coveredSeconds, formatSegments, toUnion, type Segment } from './segments.js';
import { randomFrom } from './session.fixture.js';

function randomStretches(random: () => number): Segment[] {
  return Array.from({ length: Math.floor(random() * 40) }, () => {
    const from = random() * 120 - 10;
    return [from, from + random() * 20 - 4];
  });
}

describe('the union of watched segments', () => {
  it('is sorted, disjoint, covers each stretch, and does not depend on the order', () => {
    const random = randomFrom(7);
    for (let round = 0; round < 300; round++) {
      const stretches = randomStretches(random);
      const union = stretches.reduce<readonly Segment[]>((sum, [a, b]) => addSegment(sum, a, b), []);
      union.forEach(([from, to], i) => {
        assert.ok(from >= 0 && to > from);
        if (i > 0) assert.ok(from - union[i - 1]![1] > 0.25, 'gaps are wider than what is joined');
      });
      for (const [a, b] of stretches) {
        if (b <= Math.max(0, a)) continue;
        assert.ok(union.some(([from, to]) => from <= Math.max(0, a) && to >= b));
      }
      assert.ok(coveredSeconds(union) <= 131);
      assert.deepEqual(toUnion(stretches), union);
      assert.deepEqual(toUnion([...stretches].reverse()), union);
      for (const [from, to] of union) assert.deepEqual(addSegment(union, from, to), union, 'watching again adds nothing');
    }
  });

  it('leaves out what is no stretch', () => {
    for (const [from, to] of [[3, 3], [4, 3], [-5, -1], [NaN, 3], [0, NaN], [0, Infinity]] as const) {
      assert.deepEqual(addSegment([], from, to), []);
      assert.deepEqual(toUnion([[from, to]]), []);
    }
    assert.deepEqual(addSegment([], -2, 3), [[0, 3]]);
  });

  it('does not change what it is given', () => {
    const union = Object.freeze([Object.freeze([0, 3] as const)]);
    assert.deepEqual(addSegment(union, 2, 5), [[0, 5]]);
    assert.deepEqual(union, [[0, 3]]);
  });

  it('is written as the video profile has it', () => {
    assert.equal(formatSegments([[0, 12], [14, 21.0007]]), '0.000[.]12.000[,]14.000[.]21.001');
    assert.equal(formatSegments([]), '');
  });
});

describe('coveredFraction', () => {
  it('is a fraction of the length, forgives the last frames only, and never exceeds 1', () => {
    assert.equal(coveredFraction([[0, 50]], 100), 0.5);
    assert.equal(coveredFraction([[0, 99.6]], 100), 1);
    assert.equal(coveredFraction([[0.4, 100]], 100), 0.996);
    assert.equal(coveredFraction([[0, 9]], 10), 0.9);
    assert.equal(coveredFraction([[0, 50], [200, 400]], 100), 0.5);
    assert.equal(coveredFraction([[0, 500]], 100), 1);
    for (const length of [0, -1, NaN]) assert.equal(coveredFraction([[0, 5]], length), 0);
  });
});
