import assert from 'node:assert/strict';
import { test } from 'node:test';
import { courseOf, FLOW, passed, Play } from './sequencer.fixture.js';
import { readSnapshot } from './snapshot.js';

test('what was kept comes back as it was', () => {
  const play = new Play(courseOf('a b', { ...FLOW, randomization: { timing: 'once' } }, { a: { objectives: [{ primary: true, maps: [{ target: 'g', write: ['satisfied'] }] }] } }));
  play.run('start', { ...passed, progress: 0.5, measure: -1 }, 'continue', 'suspendAll');
  const kept = JSON.parse(JSON.stringify(play.sequencer.snapshot())) as unknown;
  assert.deepEqual(readSnapshot(kept), kept);
});

test('what anyone else has written is taken for what it is worth', () => {
  assert.equal(readSnapshot(undefined), undefined);
  assert.equal(readSnapshot([]), undefined);
  assert.equal(readSnapshot({ activities: 'x' }), undefined);
  const hostile = JSON.parse('{"current":7,"suspended":"s","activities":{"__proto__":{"active":true},"a":{"attempts":-1,"active":"yes","objectives":{"x":{},"0":{"measure":7,"satisfied":1}},"available":[1,1,-2,"x"],"progress":9},"b":null},"globals":{"g":{"measure":0.5,"evil":"x"}}}') as unknown;
  assert.deepEqual(readSnapshot(hostile), {
    suspended: 's',
    activities: { a: { attempts: 0, active: false, suspended: false, objectives: { 0: {} }, available: [1] }, b: { attempts: 0, active: false, suspended: false, objectives: {} } },
    globals: { g: { measure: 0.5 } },
  });
});
