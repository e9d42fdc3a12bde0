import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VideoUnit } from '../course/units.js';
import type { LearningEvent, LearningEventBody } from './events.js';
import { accrue, applyEvent, type Refusal, type Ruling } from './rules.js';
import { EVENTS, eventAt, UNITS } from './session.fixture.js';
import { UNTOUCHED, unitStatus, type UnitState } from './state.js';

/** Drives one unit; `events` are the types of what came out. */
function drive(unit = UNITS.html, start?: UnitState) {
  let now = 1_000_000;
  let sessions = 0;
  const it = {
    state: start,
    pass: (seconds: number) => void (now += seconds * 1000),
    now: () => now,
    apply(body: LearningEventBody): Ruling {
      const ruling = applyEvent(it.state, { unitId: unit.id, ...body } as LearningEvent, { unit, now, sessionId: () => `session-${++sessions}` });
      it.state = ruling.state;
      return ruling;
    },
    events: (body: LearningEventBody): string[] => it.apply(body).events.map(({ event }) => event.type),
    refusal: (body: LearningEventBody): Refusal | undefined => it.apply(body).refusal,
  };
  return it;
}

const { initialized, terminated, completed, passed, failed, suspended } = EVENTS;

describe('the order of events', () => {
  it('refuses everything before initialized and after terminated', () => {
    const unit = drive();
    for (const type of Object.keys(EVENTS) as (keyof typeof EVENTS)[]) {
      if (type !== 'initialized') assert.equal(unit.refusal(EVENTS[type]), 'not-initialized');
    }
    assert.deepEqual(unit.state, UNTOUCHED);
    assert.deepEqual(unit.events(initialized), ['initialized']);
    assert.equal(unit.refusal(initialized), 'already-initialized');
    assert.deepEqual(unit.events(terminated), ['terminated']);
    assert.equal(unit.state!.session, undefined);
    for (const type of Object.keys(EVENTS) as (keyof typeof EVENTS)[]) {
      if (type !== 'initialized') assert.equal(unit.refusal(EVENTS[type]), 'not-initialized');
    }
  });

  it('begins a new session and a new attempt on reopening, and the same attempt after a suspension', () => {
    const unit = drive();
    unit.apply(initialized);
    assert.equal(unit.state!.attempt, 'session-1');
    unit.apply(suspended);
    unit.apply(terminated);
    assert.deepEqual(unit.events(initialized), ['initialized', 'resumed']);
    assert.equal(unit.state!.session!.id, 'session-2');
    assert.equal(unit.state!.attempt, 'session-1');
    assert.equal(unit.state!.suspended, false);
    unit.apply(terminated);
    assert.deepEqual(unit.events(initialized), ['initialized']);
    assert.equal(unit.state!.attempt, 'session-3');
    assert.equal(unit.state!.sessions, 3);
  });

  it('ends the session of a killed page where it was last seen, before the new one begins', () => {
    const left = { id: 'old', startedAt: 1000, seenAt: 5000, seconds: 4 };
    const unit = drive(UNITS.scorm, { ...UNTOUCHED, sessions: 1, left, attempt: 'old' });
    const { events } = unit.apply(initialized);
    assert.deepEqual(events.map(({ event, session }) => [event.type, event.at, session.id]), [
      ['suspended', 5000, 'old'],
      ['terminated', 5000, 'old'],
      ['initialized', undefined, 'session-1'],
      ['resumed', undefined, 'session-1'],
    ]);
    assert.equal(unit.state!.left, undefined);
    assert.equal(unit.state!.attempt, 'old');
    assert.equal(unit.state!.sessions, 2);
  });
});

describe('what happens once', () => {
  it('completes and passes once in a registration, over sessions', () => {
    const unit = drive();
    unit.apply(initialized);
    assert.deepEqual(unit.events(completed), ['completed']);
    assert.equal(unit.refusal(completed), 'already-completed');
    assert.deepEqual(unit.events(passed), ['passed']);
    assert.equal(unit.refusal(passed), 'already-passed');
    assert.equal(unit.refusal(failed), 'failed-after-passed');
    unit.apply(terminated);
    unit.apply(initialized);
    assert.equal(unit.refusal(completed), 'already-completed');
    assert.equal(unit.refusal(passed), 'already-passed');
    assert.equal(unit.refusal(failed), 'failed-after-passed');
    assert.equal(unitStatus(unit.state), 'passed');
  });

  it('fails once in a session, may fail again in the next, and passes after failing', () => {
    const unit = drive();
    unit.apply(initialized);
    assert.deepEqual(unit.events(failed), ['failed']);
    assert.equal(unit.refusal(failed), 'already-failed');
    assert.equal(unitStatus(unit.state), 'failed');
    unit.apply(terminated);
    unit.apply(initialized);
    assert.deepEqual(unit.events(failed), ['failed']);
    assert.deepEqual(unit.events(passed), ['passed']);
    assert.deepEqual(unit.state!.score, { scaled: 0.75, raw: 12, min: 0, max: 16 });
  });

  it('never lets progress fall, and puts it within 0 and 1', () => {
    const unit = drive();
    unit.apply(initialized);
    for (const [progress, expected] of [[0.4, 0.4], [0.2, 0.4], [-3, 0.4], [7, 1]] as const) {
      unit.apply({ type: 'progressed', progress });
      assert.equal(unit.state!.progress, expected);
    }
  });

  it('refuses numbers that are none and keeps the state', () => {
    const unit = drive(UNITS.video);
    unit.apply(initialized);
    const before = unit.state;
    for (const body of [
      { type: 'played', time: NaN }, { type: 'paused', time: Infinity }, { type: 'ticked', time: NaN }, { type: 'seeked', from: 0, to: NaN },
      { type: 'interacted', time: NaN }, { type: 'progressed', progress: NaN }, { type: 'stepEnded', step: { id: 's', title: 's' }, seconds: NaN },
    ] as const) {
      assert.equal(unit.refusal(body), 'not-a-number', body.type);
      assert.deepEqual(unit.state, before);
    }
  });

  it('counts how often a step ended, whatever its name', () => {
    const unit = drive(UNITS.simulation);
    unit.apply(initialized);
    for (const id of ['constructor', '__proto__', 'a', 'a']) unit.apply({ type: 'stepEnded', step: { id, title: id }, seconds: 1 });
    assert.deepEqual(Object.entries(unit.state!.steps).map(([id, { count }]) => [id, count]), [['constructor', 1], ['__proto__', 1], ['a', 2]]);
  });
});

describe('seat time', () => {
  it('adds up short gaps and counts a long one as a minute at most', () => {
    const unit = drive();
    unit.apply(initialized);
    for (const [gap, total] of [[10, 10], [60, 70], [3600, 130], [0, 130]] as const) {
      unit.pass(gap);
      unit.state = accrue(unit.state!, unit.now());
      assert.equal(unit.state.seatSeconds, total);
      assert.equal(unit.state.session!.seconds, total);
    }
    assert.equal(accrue(unit.state!, unit.now() - 5000), unit.state, 'a clock that goes back takes nothing away');
    unit.pass(30);
    unit.apply(terminated);
    assert.equal(unit.state!.seatSeconds, 160);
    unit.pass(30);
    assert.equal(accrue(unit.state!, unit.now()).seatSeconds, 160, 'nothing is counted while the unit is closed');
    unit.apply(initialized);
    assert.equal(unit.state!.session!.seconds, 0);
  });

  it('goes on after the clock was put back by an hour', () => {
    const unit = drive();
    unit.apply(initialized);
    unit.pass(30);
    unit.state = accrue(unit.state!, unit.now());
    unit.pass(-3600);
    for (let i = 0; i < 3; i++) {
      unit.pass(10);
      unit.state = accrue(unit.state, unit.now());
    }
    assert.equal(unit.state.seatSeconds, 50, 'the first gap is not known, the others are');
  });
});

describe('watching', () => {
  const video = (completionThreshold?: number): VideoUnit => ({ ...(UNITS.video as VideoUnit), ...(completionThreshold === undefined ? {} : { completionThreshold }) });

  it('watches while time ticks on, and neither jumps nor backward ticks count', () => {
    const unit = drive(video());
    unit.apply(initialized);
    unit.apply({ type: 'ticked', time: 40 });
    assert.deepEqual(unit.state!.segments, [], 'paused');
    unit.apply({ type: 'played', time: 10 });
    for (const time of [11, 12.5, 17]) unit.apply({ type: 'ticked', time });
    assert.deepEqual(unit.state!.segments, [[10, 17]]);
    unit.apply({ type: 'ticked', time: 60 });
    unit.apply({ type: 'ticked', time: 61 });
    unit.apply({ type: 'ticked', time: 30 });
    assert.deepEqual(unit.state!.segments, [[10, 17], [60, 61]]);
    assert.equal(unit.state!.position, 30);
    assert.ok(Math.abs(unit.state!.progress - 0.08) < 1e-9);
  });

  it('seeks: what was watched up to the jump counts, the jump does not', () => {
    const unit = drive(video());
    unit.apply(initialized);
    unit.apply({ type: 'played', time: 0 });
    unit.apply({ type: 'seeked', from: 4, to: 50 });
    unit.apply({ type: 'paused', time: 53 });
    assert.deepEqual(unit.state!.segments, [[0, 4], [50, 53]]);
    assert.equal(unit.state!.playhead, undefined);
    unit.apply({ type: 'seeked', from: 53, to: 10 });
    assert.equal(unit.state!.playhead, undefined, 'still paused');
    unit.apply({ type: 'ticked', time: 11 });
    assert.deepEqual(unit.state!.segments, [[0, 4], [50, 53]]);
  });

  it('completes by what was watched, once, at the threshold', () => {
    const unit = drive(video(0.5));
    unit.apply(initialized);
    unit.apply({ type: 'played', time: 0 });
    let out: string[] = [];
    for (let time = 1; time <= 60; time++) out = out.concat(unit.events({ type: 'ticked', time }));
    assert.equal(out.filter((type) => type === 'completed').length, 1);
    assert.equal(out[50], 'completed', 'right after the tick that reaches the threshold');
    assert.equal(unit.state!.progress, 1);
    unit.apply(suspended);
    assert.equal(unit.state!.position, 60);
  });

  it('is not fooled by dragging the slider to the end', () => {
    const unit = drive(video());
    unit.apply(initialized);
    unit.apply({ type: 'played', time: 0 });
    unit.apply({ type: 'seeked', from: 0, to: 99 });
    unit.apply({ type: 'paused', time: 100 });
    assert.equal(unit.state!.completed, false);
  });
});

it('never changes the state it is given', () => {
  const freeze = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  let state: UnitState | undefined;
  for (const type of Object.keys(EVENTS) as (keyof typeof EVENTS)[]) {
    state = freeze(applyEvent(state, eventAt('video', type), { unit: UNITS.video, now: 1000, sessionId: () => 's' }).state);
  }
  assert.equal(state!.sessions, 1);
});

describe('a document with pages', () => {
  const book = { ...UNITS.document, completionThreshold: 0.75 } as typeof UNITS.document;
  const page = (n: number, length = 4): LearningEventBody => ({ type: 'read', from: n - 1, to: n, length });

  it('completes by the union of the pages that were read, in any order', () => {
    const unit = drive(book);
    unit.apply(initialized);
    assert.deepEqual(unit.events(page(4)), ['read', 'progressed']);
    assert.deepEqual(unit.events(page(4)), ['read']);
    assert.equal(unit.state!.progress, 0.25);
    unit.apply(page(1));
    assert.deepEqual(unit.events(page(2)), ['read', 'completed']);
    assert.deepEqual(unit.state!.segments, [[0, 2], [3, 4]]);
    assert.equal(unit.state!.progress, 1);
    assert.deepEqual(unit.events(page(3)), ['read']);
  });

  it('knows where the reader is, and lets go of a place that it cannot keep', () => {
    const unit = drive(book);
    unit.apply(initialized);
    assert.deepEqual(unit.events({ type: 'located', position: 2, length: 4, place: 'epubcfi(/6/4)' }), ['located']);
    assert.deepEqual([unit.state!.position, unit.state!.length, unit.state!.place], [2, 4, 'epubcfi(/6/4)']);
    unit.apply({ type: 'located', position: 3, place: 'x'.repeat(2001) });
    assert.deepEqual([unit.state!.position, unit.state!.place], [3, undefined]);
    for (const wrong of [{ type: 'located', position: Number.NaN }, page(1, 0), page(Number.NaN), page(1, Number.POSITIVE_INFINITY)] as LearningEventBody[]) {
      assert.equal(unit.refusal(wrong), 'not-a-number');
    }
  });
});
