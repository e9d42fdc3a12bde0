import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import type { LearningEventType } from './events.js';
import { applyEvent } from './rules.js';
import { EVENTS, eventAt, fakeConnection, COURSE, fakeClock, randomFrom, UNITS } from './session.fixture.js';
import { createSession } from './session.js';
import { fromDocument, toDocument } from './snapshot.js';
import type { UnitState } from './state.js';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a session document', () => {
  it('gives back what it was made of, after any events', () => {
    const random = randomFrom(11);
    const types = Object.keys(EVENTS) as LearningEventType[];
    for (let round = 0; round < 200; round++) {
      let state: UnitState | undefined;
      let now = 1e12;
      for (let i = 0; i < 20; i++) {
        const type = i === 0 ? 'initialized' : types[Math.floor(random() * types.length)]!;
        now += Math.floor(random() * 30_000);
        state = applyEvent(state, eventAt('video', type), { unit: UNITS.video, now, sessionId: () => `s${i}` }).state;
      }
      const { session, playhead: _playhead, ...rest } = state!;
      const back = fromDocument(throughJson(toDocument({ video: state! }, 'video')));
      assert.equal(back.currentUnitId, 'video');
      assert.deepEqual(throughJson(back.units['video']), throughJson({ ...rest, ...(session ? { left: session } : {}) }));
    }
  });

  it('carries a left session over pages that never opened its unit', () => {
    const left = { id: 'old', startedAt: 1, seenAt: 2, seconds: 1, failed: true };
    const once = fromDocument({ 'unit:a': { left } });
    assert.deepEqual(fromDocument(throughJson(toDocument(once.units, undefined))).units['a']!.left, left);
  });

  it('is refused when it is no object', () => {
    for (const value of [null, undefined, 3, 'x', [], true]) {
      assert.throws(() => fromDocument(value), (error) => error instanceof CoreError && error.code === 'snapshot-invalid');
    }
  });

  it('is taken for what it is worth, field by field', () => {
    const { units } = fromDocument({
      other: 1,
      current: 3,
      'unit:none': 'x',
      'unit:bad': {
        completed: 'true', progress: -1, seatSeconds: 'x', sessions: 1e300, suspended: 1, success: 'excellent', score: { scaled: 'x' }, length: NaN,
        position: null, segments: 'x', steps: [], session: { id: 3, startedAt: 1 }, left: { id: 'x', startedAt: 'y' }, attempt: {},
      },
      'unit:half': {
        progress: 7, sessions: 2.9, segments: [[5, 9], [0, 3], 'x', [1], [9, 8], [-4, -1], [null, 3], [2, Infinity]], score: { raw: 3, max: 'x' },
        steps: { a: { seconds: -1, success: 'x' }, b: 3 }, session: { id: 's', startedAt: 10, seenAt: 5, seconds: -3 },
      },
    });
    assert.deepEqual(Object.keys(units), ['bad', 'half']);
    assert.deepEqual({ ...units['bad'] }, { completed: false, progress: 0, seatSeconds: 0, sessions: 0, suspended: false, segments: [], steps: units['bad']!.steps });
    const half = units['half']!;
    assert.equal(half.progress, 1);
    assert.equal(half.sessions, 2);
    assert.deepEqual(half.segments, [[0, 3], [5, 9]]);
    assert.deepEqual(half.score, { raw: 3 });
    assert.deepEqual({ ...half.steps }, { a: { seconds: 0, count: 1 } });
    assert.deepEqual(half.left, { id: 's', startedAt: 10, seenAt: 10, seconds: 0 });
  });

  it('cannot reach the prototype', () => {
    const hostile = JSON.parse('{"unit:__proto__": {"completed": true, "steps": {"__proto__": {"count": 3}}}, "__proto__": {"unit:x": {}}}') as object;
    const { units } = fromDocument(hostile);
    assert.deepEqual(Object.keys(units), ['__proto__']);
    assert.equal(units['completed'], undefined);
    assert.equal(({} as Record<string, unknown>)['completed'], undefined);
    assert.deepEqual(Object.keys(units['__proto__']!.steps), ['__proto__']);
  });

  it('never stops a session from opening and recording, however wrong its numbers', () => {
    for (const number of [0, -1, 1e15, 8.64e15, 1e300, NaN, Infinity, '5', null, {}]) {
      const raw = {
        session: { id: 'old', startedAt: number, seenAt: number, seconds: number }, seatSeconds: number, length: number, position: number, progress: number,
        segments: [[number, number], [0, number]], score: { scaled: number, raw: number, min: number, max: number }, steps: { a: { seconds: number, count: number } },
      };
      for (const unitId of ['video', 'scorm', 'simulation']) {
        const connection = fakeConnection();
        const session = createSession({ course: COURSE, connection, clock: fakeClock(), resume: fromDocument({ [`unit:${unitId}`]: raw }) });
        for (const type of ['initialized', 'paused', 'stepEnded', 'completed', 'terminated'] as const) session.dispatch(eventAt(unitId, type));
        assert.ok(connection.statements.length >= 3);
        for (const { timestamp } of connection.statements) assert.ok(Date.parse(timestamp) <= fakeClock().time + 10);
      }
    }
  });

  it('is read in time even when it is huge', () => {
    const started = Date.now();
    const segments = Array.from({ length: 200_000 }, (_, i) => [200_000 - i, 200_000 - i + 0.5]);
    assert.equal(fromDocument({ 'unit:a': { segments } }).units['a']!.segments.length, 200_000);
    assert.ok(Date.now() - started < 2000);
  });
});
