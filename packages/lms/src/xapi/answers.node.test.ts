import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backOff } from '../outbox/back-off.js';
import { aStatement } from '../stub-lrs.fixture.js';
import { parseRetryAfter } from './retry-after.js';
import { isSameStatement } from './same-statement.js';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const cases: readonly (readonly [string | null, number | undefined])[] = [
    [null, undefined],
    ['', undefined],
    ['0', 0],
    ['120', 120_000],
    ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
  ];
  for (const [value, expected] of cases) it(`${value} is ${expected}`, () => {
    const actual = parseRetryAfter(value, now);
    // A negative number of seconds is no Retry-After; some engines read it as a date long ago.
    assert.ok(actual === expected || (value === '-5' && actual === 0));
  });
});

describe('backOff', () => {
  it('doubles its ceiling, up to a cap, and never is nothing', () => {
    const most = [1, 2, 3, 4, 50].map((attempt) => backOff(attempt, 0.999999, 1_000, 5_000));
    assert.deepEqual(most, [1_000, 2_000, 4_000, 5_000, 5_000]);
    assert.equal(backOff(9, 0, 1_000, 5_000), 50);
  });
});

describe('isSameStatement', () => {
  const ours = aStatement('completed', {
    timestamp: '2026-11-23T10:00:00.000Z',
    result: { completion: true, extensions: { 'https://x.example/e': [1, { a: null }] } },
    context: { contextActivities: { grouping: [{ objectType: 'Activity', id: 'https://x.example/c', definition: { name: { en: 'C' } } }] } },
  });
  const body = JSON.stringify(ours);
  const theirs = (change: (copy: Record<string, any>) => void): unknown => { // eslint-disable-line @typescript-eslint/no-explicit-any
    const copy = structuredClone(ours) as unknown as Record<string, unknown>;
    change(copy);
    return copy;
  };

  it('ignores what an LRS adds or writes its own way (xAPI Data 2.3.1)', () => {
    assert.ok(isSameStatement(body, { ...ours, stored: 'x', version: '1.0.0', authority: { mbox: 'mailto:a@b.example' } }));
    assert.ok(isSameStatement(body, theirs((copy) => (copy['timestamp'] = '2026-11-23T18:00:00+08:00'))));
    assert.ok(isSameStatement(body, theirs((copy) => (copy['id'] = ours.id.toUpperCase()))));
    assert.ok(isSameStatement(body, theirs((copy) => delete copy['verb'].display)));
    assert.ok(isSameStatement(body, theirs((copy) => delete copy['object'].objectType)));
    assert.ok(isSameStatement(body, theirs((copy) => delete copy['context'].contextActivities.grouping[0].definition)));
  });

  it('sees what says something else', () => {
    assert.ok(!isSameStatement(body, undefined));
    assert.ok(!isSameStatement(body, theirs((copy) => (copy['result'].completion = false))));
    assert.ok(!isSameStatement(body, theirs((copy) => delete copy['result'])));
    assert.ok(!isSameStatement(body, theirs((copy) => (copy['verb'].id = 'https://x.example/other'))));
    assert.ok(!isSameStatement(body, theirs((copy) => (copy['actor'].account.name = 'someone else'))));
    assert.ok(!isSameStatement(body, theirs((copy) => (copy['timestamp'] = '2026-11-23T10:00:01.000Z'))));
    assert.ok(!isSameStatement(body, theirs((copy) => (copy['result'].extensions['https://x.example/e'] = [1]))));
  });
});
