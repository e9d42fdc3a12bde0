import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSimulation } from './parse-simulation.js';
import { procedureEvents } from './procedure-events.js';
import { createProcedure } from './procedure.js';
import { toSnapshot } from './procedure-snapshot.js';
import type { ProcedureAction, ProcedureState } from './procedure-state.js';
import { smallSimulation } from './simulation.fixture.js';

const simulation = parseSimulation(smallSimulation());
const KEY: ProcedureAction = { type: 'activate', part: 'key' };
const DIAL: ProcedureAction = { type: 'set', part: 'dial', value: 0.1 + 0.2 };
const LEVER: ProcedureAction = { type: 'choose', part: 'lever', option: 'b' };

function begin(resume?: unknown) {
  const clock = { time: 1_000_000, now: () => clock.time };
  const procedure = createProcedure(simulation, { clock, ...(resume === undefined ? {} : { resume }) });
  const run = (...actions: ProcedureAction[]): ProcedureState => {
    for (const action of actions) procedure.dispatch(action);
    return procedure.getState();
  };
  return { clock, procedure, run };
}

describe('procedure: judging', () => {
  it('is ready and does nothing before it is started', () => {
    const { run } = begin();
    const state = run(KEY, { type: 'hint' }, { type: 'pause' }, { type: 'resume' }, { type: 'suspend' }, { type: 'restart' });
    assert.equal(state.status, 'ready');
    assert.deepEqual(state.steps.map((step) => step.status), ['waiting', 'waiting', 'waiting']);
    assert.deepEqual(state.score, { raw: 0, min: 0, max: 20, scaled: 0 });
  });

  it('runs without an error to full marks', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, KEY, DIAL, LEVER);
    assert.equal(state.status, 'finished');
    assert.equal(state.outcome, 'completed');
    assert.equal(state.passed, true);
    assert.equal(state.stepIndex, 3);
    assert.equal(state.progress, 1);
    assert.deepEqual(state.score, { raw: 20, min: 0, max: 20, scaled: 1 });
    assert.deepEqual(state.judgement, { verdict: 'right', step: 'three', part: 'lever', points: 4 });
  });

  it('takes the steps in order: the right part of a later step is a wrong part now', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, LEVER);
    assert.deepEqual(state.judgement, { verdict: 'wrong', step: 'one', part: 'lever', reason: 'wrong-part', option: 'b', pointsLost: 4 });
    assert.equal(state.stepIndex, 0);
    assert.equal(state.steps[0]!.errors, 1);
    assert.equal(state.steps[0]!.points, 6);
  });

  it('never takes more points than a step has', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, LEVER, LEVER, LEVER, LEVER);
    assert.equal(state.steps[0]!.points, 0);
    assert.equal(state.judgement?.verdict === 'wrong' && state.judgement.pointsLost, 0);
    const after = run(KEY);
    assert.equal(after.steps[0]!.tries, 5);
    assert.equal(after.steps[0]!.errors, 4);
    assert.equal(after.score.raw, 0);
  });

  it('opens a control for nothing when its part is used', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, KEY, { type: 'activate', part: 'dial' });
    assert.deepEqual(state.judgement, { verdict: 'opened', step: 'two', part: 'dial' });
    assert.equal(state.steps[1]!.opened, true);
    assert.equal(state.steps[1]!.tries, 0);
    assert.equal(run(DIAL).steps[1]!.opened, false);
  });

  it('judges values by their tolerance, and nonsense as wrong', () => {
    const { run } = begin();
    run({ type: 'start' }, KEY);
    for (const value of [0.4, 0.299, NaN, Infinity, -1]) {
      const { judgement } = run({ type: 'set', part: 'dial', value });
      assert.equal(judgement?.verdict === 'wrong' && judgement.reason, 'wrong-value');
    }
    assert.equal(run({ type: 'set', part: 'dial', value: 0.3 }).stepIndex, 2);
  });

  it('judges options, unknown ones as wrong, and an action of another kind', () => {
    const { run } = begin();
    run({ type: 'start' }, KEY, DIAL);
    const reasons = ([{ type: 'choose', part: 'lever', option: 'a' }, { type: 'choose', part: 'lever', option: 'z' }, { type: 'set', part: 'lever', value: 1 }] as const)
      .map((action) => run(action).judgement)
      .map((judgement) => judgement?.verdict === 'wrong' && judgement.reason);
    assert.deepEqual(reasons, ['wrong-option', 'wrong-option', 'wrong-action']);
  });

  it('ignores a part that the simulation does not have', () => {
    const { procedure, run } = begin();
    const before = run({ type: 'start' });
    assert.equal(procedure.dispatch({ type: 'activate', part: 'constructor' }), before);
  });

  it('gives a hint once for its price', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, { type: 'hint' }, { type: 'hint' }, KEY, DIAL, LEVER);
    assert.equal(state.steps[0]!.hinted, true);
    assert.equal(state.score.raw, 18);
  });

  it('passes at the bar exactly and fails below it', () => {
    const { run } = begin();
    const at = run({ type: 'start' }, { type: 'hint' }, LEVER, KEY, DIAL, LEVER);
    assert.equal(at.score.scaled, 0.7);
    assert.equal(at.passed, true);
    const { run: again } = begin();
    const below = again({ type: 'start' }, { type: 'hint' }, LEVER, KEY, { type: 'set', part: 'dial', value: 1 }, DIAL, LEVER);
    assert.equal(below.score.scaled, 0.65);
    assert.equal(below.passed, false);
    assert.equal(below.outcome, 'completed');
  });
});

describe('procedure: time', () => {
  it('times every step and the whole, pauses not counted', () => {
    const { clock, run } = begin();
    run({ type: 'start' });
    clock.time += 3000;
    run(KEY);
    clock.time += 1000;
    run({ type: 'pause' });
    clock.time += 500_000;
    assert.equal(run(DIAL).steps[1]!.tries, 0);
    run({ type: 'resume' });
    clock.time += 2000;
    const state = run(DIAL);
    assert.deepEqual(state.steps.map((step) => step.elapsedMs), [3000, 3000, 0]);
    assert.equal(state.elapsedMs, 6000);
    assert.equal(state.remainingMs, 54_000);
    assert.equal(state.steps[0]!.startedAt, 1_000_000);
    assert.equal(state.steps[0]!.endedAt, 1_003_000);
    assert.equal(state.steps[1]!.endedAt, 1_506_000);
  });

  it('ends when the time is up, to the millisecond, and is not passed', () => {
    const { clock, run } = begin();
    run({ type: 'start' }, KEY, DIAL);
    clock.time += 90_000;
    const state = run(LEVER);
    assert.equal(state.status, 'finished');
    assert.equal(state.outcome, 'timed-out');
    assert.equal(state.passed, false);
    assert.equal(state.elapsedMs, 60_000);
    assert.equal(state.endedAt, 1_060_000);
    assert.equal(state.score.raw, 16);
    assert.deepEqual(state.steps.map((step) => step.status), ['done', 'done', 'missed']);
    assert.equal(state.steps[2]!.points, 0);
    assert.equal(run(LEVER, { type: 'resume' }, { type: 'pause' }), state);
  });

  it('lets no time pass when the clock runs backwards', () => {
    const { clock, run } = begin();
    run({ type: 'start' });
    clock.time -= 10_000;
    assert.equal(run({ type: 'tick' }).elapsedMs, 0);
    clock.time += 11_000;
    assert.equal(run({ type: 'tick' }).elapsedMs, 1000);
  });
});

describe('procedure: the store', () => {
  it('tells of changes only, with both states, and stops when asked', () => {
    const { clock, procedure, run } = begin();
    const heard: string[] = [];
    const end = procedure.subscribe((after, before) => heard.push(`${before.status}→${after.status}`));
    run({ type: 'tick' }, { type: 'start' }, { type: 'start' }, { type: 'tick' });
    clock.time += 10;
    run({ type: 'start' }, { type: 'tick' });
    clock.time += 10;
    run({ type: 'tick' });
    end();
    run(KEY);
    assert.deepEqual(heard, ['ready→running', 'running→running']);
  });

  it('gives frozen snapshots and lets one listener fail without the others', () => {
    const { procedure } = begin();
    let heard = 0;
    procedure.subscribe(() => {
      throw new Error('broken');
    });
    procedure.subscribe(() => heard++);
    assert.throws(() => procedure.dispatch({ type: 'start' }), /broken/);
    assert.equal(heard, 1);
    const state = procedure.getState();
    assert.equal(state.status, 'running');
    assert.throws(() => ((state.steps[0] as { errors: number }).errors = 9), TypeError);
    assert.throws(() => ((state.score as { raw: number }).raw = 9), TypeError);
  });

  it('restarts into a fresh attempt', () => {
    const { run } = begin();
    const state = run({ type: 'start' }, LEVER, KEY, { type: 'restart' });
    assert.equal(state.attempt, 2);
    assert.equal(state.status, 'ready');
    assert.equal(state.elapsedMs, 0);
    assert.equal(state.judgement, undefined);
    assert.equal(run({ type: 'start' }, KEY, DIAL, LEVER, { type: 'restart' }).attempt, 3);
  });
});

describe('procedure: snapshots', () => {
  const saved = (...actions: ProcedureAction[]) => {
    const { clock, run } = begin();
    run({ type: 'start' });
    clock.time += 4000;
    return JSON.parse(JSON.stringify(toSnapshot(run({ type: 'tick' }, ...actions)))) as Record<string, unknown>;
  };

  it('resumes where it was, points and times included', () => {
    const { clock, run, procedure } = begin(saved(LEVER, { type: 'hint' }, KEY, { type: 'suspend' }));
    const state = procedure.getState();
    assert.equal(state.status, 'suspended');
    assert.equal(state.stepIndex, 1);
    assert.equal(state.steps[0]!.points, 4);
    assert.equal(state.elapsedMs, 4000);
    clock.time += 100_000;
    run({ type: 'resume' });
    clock.time += 1000;
    const done = run(DIAL, LEVER);
    assert.equal(done.elapsedMs, 5000);
    assert.equal(done.score.raw, 14);
    assert.equal(done.passed, true);
  });

  it('comes back suspended when the tab died while it ran, and stays finished when it was', () => {
    assert.equal(begin(saved(KEY)).procedure.getState().status, 'suspended');
    assert.equal(begin(saved(KEY, { type: 'pause' })).procedure.getState().status, 'suspended');
    const finished = begin(saved(KEY, DIAL, LEVER)).procedure.getState();
    assert.equal(finished.status, 'finished');
    assert.equal(finished.passed, true);
  });

  it('survives a round trip unchanged', () => {
    const snapshot = saved(LEVER, KEY, { type: 'suspend' });
    assert.deepEqual(toSnapshot(begin(snapshot).procedure.getState()), snapshot);
  });

  const steps = () => saved(KEY)['steps'] as Record<string, unknown>[];
  const faults: [string, (snapshot: Record<string, unknown>) => unknown, string][] = [
    ['another version', (it) => ({ ...it, version: 2 }), 'version'],
    ['another simulation', (it) => ({ ...it, simulation: 'other' }), 'simulation'],
    ['a step too few', (it) => ({ ...it, steps: steps().slice(1) }), 'steps'],
    ['another step', (it) => ({ ...it, steps: steps().reverse() }), 'steps[0].id'],
    ['a step done out of order', (it) => ({ ...it, steps: steps().map((step, i) => ({ ...step, done: i === 2 })) }), 'steps'],
    ['a completion with a step open', (it) => ({ ...it, status: 'finished', outcome: 'completed' }), 'steps'],
    ['an outcome while running', (it) => ({ ...it, outcome: 'timed-out' }), 'outcome'],
    ['a negative count', (it) => ({ ...it, steps: steps().map((step) => ({ ...step, errors: -1 })) }), 'steps[0].errors'],
    ['points of its own', (it) => ({ ...it, steps: steps().map((step) => ({ ...step, points: 99 })) }), 'steps[0].points'],
    ['no object', () => 'resume', ''],
    ['null', () => null, ''],
  ];
  for (const [name, change, field] of faults) {
    it(`refuses ${name}`, () => {
      assert.throws(() => begin(change(saved(KEY))), { code: 'snapshot-invalid', field });
    });
  }
});

describe('procedure: events', () => {
  it('tells what happened, in order', () => {
    const { clock, procedure, run } = begin();
    const types: string[] = [];
    procedure.subscribe((after, before) => {
      for (const event of procedureEvents(simulation, before, after, ['zh-CN'])) types.push(event.type);
    });
    run({ type: 'start' }, KEY, { type: 'suspend' }, { type: 'resume' }, { type: 'activate', part: 'dial' }, DIAL);
    clock.time += 1;
    run({ type: 'tick' }, LEVER);
    assert.deepEqual(types, [
      'stepStarted',
      ...['used', 'stepEnded', 'stepStarted', 'progressed'],
      'suspended',
      'resumed',
      'used',
      ...['used', 'stepEnded', 'stepStarted', 'progressed'],
      ...['used', 'stepEnded', 'progressed', 'passed', 'completed'],
    ]);
  });

  it('carries titles, scores and times', () => {
    const { clock, procedure, run } = begin();
    const before = run({ type: 'start' });
    clock.time += 2500;
    run(KEY);
    assert.deepEqual(procedureEvents(simulation, before, procedure.getState(), ['zh-CN']).slice(0, 2), [
      { type: 'used', object: { id: 'key', title: '标题' } },
      {
        type: 'stepEnded',
        step: { id: 'one', title: '标题' },
        score: { raw: 10, min: 0, max: 10, scaled: 1 },
        seconds: 2.5,
        success: true,
        at: 1_002_500,
      },
    ]);
  });

  it('ends the current step and fails when the time is up; a restart tells nothing', () => {
    const { clock, procedure, run } = begin();
    const before = run({ type: 'start' });
    clock.time += 61_000;
    const after = run({ type: 'tick' });
    const events = procedureEvents(simulation, before, after, ['en']);
    assert.deepEqual(events.map((event) => event.type), ['stepEnded', 'failed']);
    const [first] = events;
    assert.equal(first?.type === 'stepEnded' && first.success, false);
    assert.deepEqual(procedureEvents(simulation, after, procedure.dispatch({ type: 'restart' }), ['en']), []);
  });
});
