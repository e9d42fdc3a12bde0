import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Course } from '../course/course.js';
import { CoreError } from '../errors/core-error.js';
import type { LearningEventType } from './events.js';
import { createSession, openSession, type Session } from './session.js';
import { COURSE, EVENTS, eventAt, fakeClock, fakeConnection, randomFrom, UNITS, type FakeConnection } from './session.fixture.js';
import { SESSION_STATE_ID } from './snapshot.js';
import { unitStatus, UNTOUCHED } from './state.js';

const KEY = `${COURSE.id} ${SESSION_STATE_ID}`;
/** When what was recorded in this turn has been saved. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function begin(connection: FakeConnection = fakeConnection(), course: Course = COURSE) {
  const clock = fakeClock();
  const session = createSession({ course, connection, clock });
  const send = (unitId: string, ...types: LearningEventType[]) => types.map((type) => session.dispatch(eventAt(unitId, type)));
  const verbs = () => connection.statements.map(({ verb }) => verb.id.split('/').at(-1));
  return { clock, session, connection, send, verbs };
}

describe('the session store', () => {
  it('gives frozen snapshots, the same one until something changes', () => {
    const { session, send } = begin();
    const before = session.getState();
    assert.equal(session.getState(), before);
    send('video', 'initialized', 'played', 'ticked', 'stepEnded', 'passed');
    const state = session.getState();
    assert.notEqual(state, before);
    assert.deepEqual(Object.keys(before.units), []);
    const unit = state.units['video']!;
    for (const part of [state, state.units, state.rollUp, unit, unit.session, unit.segments, unit.steps, unit.score]) assert.ok(Object.isFrozen(part));
    assert.throws(() => ((unit as { completed: boolean }).completed = true), TypeError);
    assert.equal(state.currentUnitId, 'video');
    assert.equal(session.dispatch(eventAt('video', 'initialized')).refusal, 'already-initialized');
    assert.equal(session.getState(), state, 'a refusal changes nothing');
  });

  it('records before it saves, and records only what the unit’s profile knows', async () => {
    const { connection, send } = begin();
    const [opened, answered] = send('html', 'initialized', 'answered');
    assert.deepEqual(connection.calls, ['record']);
    assert.equal(opened!.recorded.length, 1);
    assert.equal(opened!.recorded[0]!.statement, connection.statements[0]);
    assert.equal(opened!.recorded[0]!.receipt.id, connection.statements[0]!.id);
    assert.deepEqual(answered, { recorded: [] });
    await endOfTurn();
    assert.deepEqual(connection.calls, ['record', 'save']);
  });

  it('undoes what could not be recorded, so that it may be told again', () => {
    const { session, connection, send } = begin();
    send('html', 'initialized');
    const before = session.getState();
    const { record } = connection;
    connection.record = () => {
      throw new Error('the journal is full');
    };
    assert.throws(() => send('html', 'completed'), /journal/);
    assert.throws(() => session.dispatch({ unitId: 'html', type: 'progressed', progress: 0.5 }), /journal/);
    assert.equal(session.getState(), before);
    connection.record = record;
    assert.equal(session.dispatch({ unitId: 'html', type: 'progressed', progress: 0.5 }).recorded.length, 1);
    assert.equal(send('html', 'completed')[0]!.recorded.length, 1);
  });

  it('refuses a unit that is not in the course', () => {
    const { session } = begin();
    for (const unitId of ['nobody', '__proto__', 'constructor', '']) {
      assert.throws(() => session.dispatch({ unitId, type: 'initialized' }), (error) => error instanceof CoreError && error.code === 'unit-unknown');
    }
  });

  it('takes units with the names of Object’s own properties', async () => {
    const names = ['constructor', '__proto__', 'toString'];
    const course: Course = { ...COURSE, children: names.map((id) => ({ ...UNITS.html, id })) };
    const { session, send, connection } = begin(fakeConnection(), course);
    for (const id of names) {
      assert.equal(session.getState().units[id], undefined);
      assert.equal(send(id, 'initialized', 'completed')[1]!.recorded.length, 1);
    }
    assert.equal(session.getState().rollUp.satisfiedUnits, 3);
    await endOfTurn();
    const resumed = JSON.parse(JSON.stringify(connection.documents.get(KEY))) as Record<string, unknown>;
    assert.deepEqual(Object.keys(resumed).sort(), ['current', ...names.map((id) => `unit:${id}`)].sort());
  });

  it('tells subscribers the state and what was recorded, until they leave', () => {
    const { session, send } = begin();
    const seen: string[] = [];
    const leave = session.subscribe((state, { event, recorded }) => {
      assert.equal(state, session.getState());
      seen.push(`${event.type} ${recorded.length}`);
    });
    send('video', 'initialized', 'played', 'ticked');
    leave();
    send('video', 'paused');
    assert.deepEqual(seen, ['initialized 1', 'played 1', 'ticked 0']);
  });
});

describe('saving', () => {
  it('merges documents of the units that changed, so that other units’ news survives', async () => {
    const { connection, send } = begin();
    connection.documents.set(KEY, { 'unit:elsewhere': { completed: true } });
    send('html', 'initialized');
    send('video', 'initialized');
    await endOfTurn();
    const document = connection.documents.get(KEY)!;
    assert.deepEqual(Object.keys(document).sort(), ['current', 'unit:elsewhere', 'unit:html', 'unit:video']);
    assert.equal(document['current'], 'video');
  });

  it('saves positions and seat time every five seconds, and at once when asked', async () => {
    const { connection, clock, session, send } = begin();
    send('video', 'initialized', 'played');
    await endOfTurn();
    const saves = () => connection.calls.filter((call) => call === 'save').length;
    const before = saves();
    for (let i = 1; i <= 18; i++) {
      clock.pass(0.25);
      session.dispatch({ unitId: 'video', type: 'ticked', time: i / 4 });
    }
    assert.equal(saves(), before);
    session.save();
    assert.equal(saves(), before + 1);
    session.save();
    assert.equal(saves(), before + 1, 'nothing to save');
    clock.pass(5);
    session.tick('video');
    assert.equal(saves(), before + 2);
    assert.equal((connection.documents.get(KEY)!['unit:video'] as { seatSeconds: number }).seatSeconds, 9.5);
    session.tick('nobody');
    session.tick('html');
  });

  it('saves nothing where the connection keeps no state, or the launch does not count', () => {
    for (const options of [{ state: false }, { launchMode: 'Browse' }, { launchMode: 'Review' }] as const) {
      const { connection, send, session } = begin(fakeConnection(options));
      send('html', 'initialized', 'completed', 'terminated');
      session.save();
      assert.deepEqual([...connection.documents], []);
    }
  });
});

describe('launch modes', () => {
  for (const launchMode of ['Browse', 'Review'] as const) {
    it(`records only initialized and terminated in ${launchMode}`, () => {
      const { send, verbs, session } = begin(fakeConnection({ launchMode }));
      for (const type of Object.keys(EVENTS) as LearningEventType[]) send('scorm', type);
      assert.deepEqual(verbs(), ['initialized', 'terminated']);
      assert.equal(session.getState().launchMode, launchMode);
    });
  }
});

describe('progress', () => {
  it('is recorded when it grows by a whole tenth, once, and not after completion', () => {
    const { session, connection, send } = begin();
    send('html', 'initialized');
    const told: unknown[] = [];
    for (const progress of [0.05, 0.1, 0.15, 0.29, 0.3, 0.3, 0.2, 0.7, 0.79, 1]) {
      for (const { statement } of session.dispatch({ unitId: 'html', type: 'progressed', progress }).recorded) told.push(...Object.values(statement.result!.extensions!));
    }
    assert.deepEqual(told, [10, 29, 30, 70, 100]);
    send('document', 'initialized', 'completed');
    assert.deepEqual(session.dispatch({ unitId: 'document', type: 'progressed', progress: 1 }).recorded, []);
    assert.equal(connection.statements.at(-1)!.verb.id.endsWith('/completed'), true);
  });

  it('is not told again after a reload', async () => {
    const { session, connection, send } = begin();
    send('html', 'initialized');
    session.dispatch({ unitId: 'html', type: 'progressed', progress: 0.7 });
    await endOfTurn();
    const again = await openSession({ course: COURSE, connection, clock: fakeClock() });
    again.dispatch({ unitId: 'html', type: 'initialized' });
    assert.deepEqual(again.dispatch({ unitId: 'html', type: 'progressed', progress: 0.7 }).recorded, []);
    assert.equal(again.dispatch({ unitId: 'html', type: 'progressed', progress: 0.8 }).recorded.length, 1);
  });
});

describe('timestamps', () => {
  it('strictly increase, in UTC with milliseconds, whatever the clock and the content say', () => {
    const random = randomFrom(3);
    const { clock, session, connection } = begin();
    session.dispatch({ unitId: 'scorm', type: 'initialized' });
    for (let i = 0; i < 300; i++) {
      clock.time += Math.floor(random() * 5000) - 1000;
      const at = [undefined, clock.time - 10_000, clock.time + 1e9, NaN, -1, 1e300, Infinity][Math.floor(random() * 7)];
      session.dispatch({ unitId: 'scorm', ...EVENTS.scored, ...(at === undefined ? {} : { at }) });
    }
    const times = connection.statements.map(({ timestamp }) => timestamp);
    for (const time of times) assert.match(time, /^2026-11-23T\d\d:\d\d:\d\d\.\d{3}Z$/);
    for (let i = 1; i < times.length; i++) assert.ok(times[i]! > times[i - 1]!);
    assert.ok(Date.parse(times.at(-1)!) <= clock.time + 10_000_000);
  });

  it('are never in the future by what content says', () => {
    const { clock, session, connection } = begin();
    session.dispatch({ unitId: 'html', type: 'initialized' });
    clock.pass(60);
    session.dispatch({ unitId: 'html', type: 'completed', at: clock.time + 1e12 });
    session.dispatch({ unitId: 'html', type: 'terminated', at: clock.time - 30_000 });
    assert.deepEqual(connection.statements.slice(1).map(({ timestamp }) => Date.parse(timestamp) - clock.time), [0, 1]);
  });
});

describe("the connection's clock", () => {
  /** The page's clock, and how far the LRS's is ahead of it once that is known. */
  function beginCorrected() {
    const page = fakeClock();
    const skew = { offset: 0 };
    const connection = Object.assign(fakeConnection(), {
      clock: { now: () => page.time + skew.offset, correct: (at: number) => at + skew.offset, skew: undefined },
    });
    const session = createSession({ course: COURSE, connection });
    const times = (): number[] => connection.statements.map(({ timestamp }) => Date.parse(timestamp));
    return { page, skew, connection, session, times };
  }

  it('stamps what is recorded, also what content says happened earlier', () => {
    const { page, skew, session, times } = beginCorrected();
    skew.offset = 3_600_000;
    session.dispatch({ unitId: 'html', type: 'initialized' });
    page.pass(60);
    session.dispatch({ unitId: 'html', type: 'completed', at: page.time - 20_000 });
    assert.deepEqual(times(), [page.time + 3_540_000, page.time + 3_580_000]);
  });

  for (const offset of [-3_600_000, 3_600_000]) {
    it(`may be put right by ${offset / 1000} s within a session: nothing goes back, nothing recorded changes, seat time goes on`, async () => {
      const { page, skew, connection, session, times } = beginCorrected();
      session.dispatch({ unitId: 'html', type: 'initialized' });
      page.pass(50);
      session.dispatch({ unitId: 'html', type: 'progressed', progress: 0.3 });
      const before = times();
      skew.offset = offset;
      for (let i = 0; i < 12; i++) {
        page.pass(5);
        session.tick('html');
      }
      session.dispatch({ unitId: 'html', type: 'progressed', progress: 0.6 });
      assert.deepEqual(times().slice(0, before.length), before);
      assert.ok(times().at(-1)! > before.at(-1)!);
      if (offset > 0) assert.equal(times().at(-1), page.time + offset);
      const { seatSeconds, session: open } = session.getState().units['html']!;
      assert.ok(seatSeconds >= 105 && seatSeconds <= 165, `${seatSeconds} s`);
      session.save();
      await endOfTurn();
      page.pass(7_200);
      const next = await openSession({ course: COURSE, connection });
      next.dispatch({ unitId: 'html', type: 'initialized' });
      const all = times();
      assert.ok(all.every((time, index) => index === 0 || time >= all[index - 1]!), 'nor does the end of a killed session');
      assert.ok(open!.seenAt <= page.time + offset);
    });
  }
});

describe('a killed page', () => {
  async function reopen(connection: FakeConnection, seconds: number): Promise<Session> {
    const clock = fakeClock();
    clock.pass(seconds);
    await endOfTurn();
    return openSession({ course: COURSE, connection, clock });
  }

  it('has its session suspended and terminated where it was last seen, before the new one', async () => {
    const { clock, session, connection, send, verbs } = begin();
    send('video', 'initialized', 'played');
    clock.pass(30);
    session.tick('video');
    const seenAt = clock.time;
    const old = session.getState().units['video']!.session!.id;
    const next = await reopen(connection, 86_400);
    assert.equal(next.getState().currentUnitId, 'video');
    assert.equal(next.getState().units['video']!.session, undefined);
    const before = connection.statements.length;
    next.dispatch(eventAt('video', 'initialized'));
    assert.deepEqual(verbs().slice(before), ['suspended', 'terminated', 'initialized', 'resumed']);
    const [suspended, terminated, initialized] = connection.statements.slice(before);
    assert.equal(Date.parse(suspended!.timestamp), seenAt);
    assert.equal(Date.parse(terminated!.timestamp), seenAt + 1);
    assert.equal(terminated!.result!.duration, 'PT30S');
    assert.ok(initialized!.timestamp > terminated!.timestamp);
    assert.ok(JSON.stringify(terminated!.context).includes(old));
    assert.ok(!JSON.stringify(initialized!.context).includes(old));
    assert.equal(next.getState().units['video']!.seatSeconds, 30);
  });

  it('keeps the old session’s last word after a burst of statements in one millisecond', async () => {
    const { connection, send } = begin();
    send('scorm', 'initialized', 'scored', 'scored', 'scored', 'scored');
    const last = connection.statements.at(-1)!.timestamp;
    const next = await reopen(connection, 60);
    next.dispatch(eventAt('scorm', 'initialized'));
    const [suspended, terminated] = connection.statements.slice(5);
    assert.ok(suspended!.timestamp >= last);
    assert.ok(terminated!.timestamp > last);
  });

  it('tells nothing twice when it opens a third time', async () => {
    const { connection, send } = begin();
    send('html', 'initialized', 'completed');
    (await reopen(connection, 60)).dispatch(eventAt('html', 'initialized'));
    const third = await reopen(connection, 120);
    third.dispatch(eventAt('html', 'initialized'));
    assert.equal(third.dispatch(eventAt('html', 'completed')).refusal, 'already-completed');
    const ids = connection.statements.map(({ context, verb }) => `${verb.id} ${JSON.stringify(context!.extensions)}`);
    assert.equal(new Set(ids).size, ids.length, 'no verb twice in a session');
  });
});

describe('openSession', () => {
  it('knows what launched units came to elsewhere, and what was waived; not from what was saved', async () => {
    const saved = fakeConnection();
    saved.saveState({ activityId: COURSE.id, stateId: SESSION_STATE_ID }, { 'unit:video': { ...UNTOUCHED, waived: true }, 'unit:xapi': { ...UNTOUCHED, success: 'passed', progress: 1, sessions: 1 } });
    const outcomes = { cmi5: { completed: false, progress: 0, waived: true }, xapi: { completed: true, success: 'failed', progress: 0.4 }, untouched: { completed: false, progress: 0 } } as const;
    const { units, rollUp } = (await openSession({ course: COURSE, connection: { ...saved, outcomes: () => Promise.resolve(outcomes) } })).getState();
    assert.deepEqual(Object.keys(units).sort(), ['cmi5', 'video', 'xapi']);
    assert.deepEqual([unitStatus(units['cmi5']), unitStatus(units['video']), unitStatus(units['xapi'])], ['waived', 'notStarted', 'passed']);
    assert.deepEqual([units['xapi']?.completed, units['xapi']?.progress, rollUp.satisfiedUnits], [true, 1, 2]);
    const failing = { ...fakeConnection(), outcomes: () => Promise.reject(new Error('offline')) };
    assert.deepEqual(Object.keys((await openSession({ course: COURSE, connection: failing })).getState().units), []);
  });

  it('starts without a saved document that makes no sense', async () => {
    const connection = fakeConnection();
    connection.loadState = async () => 'nonsense' as never;
    assert.deepEqual(Object.keys((await openSession({ course: COURSE, connection })).getState().units), []);
  });

  it('does not start when the past cannot be fetched', async () => {
    const connection = fakeConnection();
    connection.loadState = () => Promise.reject(new Error('offline'));
    await assert.rejects(openSession({ course: COURSE, connection }), /offline/);
  });

  it('does not ask for state where none is kept', async () => {
    const connection = fakeConnection({ state: false });
    connection.loadState = () => Promise.reject(new Error('asked'));
    assert.equal((await openSession({ course: COURSE, connection })).connection, connection);
  });
});
