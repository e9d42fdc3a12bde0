import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActivitySequencing } from '@lectern/core';
import { courseOf, failed, FLOW, passed, Play } from './sequencer.fixture.js';
import { Sequencer } from './sequencer.js';

const equal = (is: unknown, should: unknown): void => assert.deepEqual(is, should);
const rule = <Action extends string>(action: Action, condition: string, more: object = {}): never => ({ action, conditions: [{ condition, ...more }] }) as never;

test('flow goes through the tree and ends behind its last unit (SB.2.1, SB.2.7)', () => {
  const play = new Play(courseOf('a x( b c ) d', FLOW, { x: FLOW }));
  equal(play.run('previous', 'start', 'start', 'continue', 'continue', 'previous', 'continue', 'continue', 'continue'), ['NB.2.1-2', 'a', 'NB.2.1-1', 'b', 'c', 'b', 'c', 'd', 'ended']);
});

test('control modes: no flow, no choice, forward only, choice exit (NB.2.1, SB.2.9)', () => {
  const still = new Play(courseOf('a b', {}));
  equal(still.run('start', 'choice b', 'continue', 'choice nowhere', 'choice'), ['SB.2.2-1', 'b', 'NB.2.1-4', 'NB.2.1-11', 'NB.2.1-11']);
  const led = new Play(courseOf('a b', { controlMode: { flow: true, choice: false } }));
  equal(led.run('start', 'choice b'), ['a', 'NB.2.1-10']);
  equal(led.sequencer.choice('b'), { allowed: false, reason: 'choice' });
  const forward = new Play(courseOf('a b', { controlMode: { flow: true, forwardOnly: true } }));
  equal(forward.run('start', 'continue', 'previous', 'choice a'), ['a', 'b', 'NB.2.1-5', 'SB.2.4-2']);
  const held = new Play(courseOf('a x( b c )', FLOW, { x: { controlMode: { flow: true, choiceExit: false } } }));
  equal(held.run('choice b', 'choice c', 'choice a'), ['b', 'c', 'NB.2.1-8']);
  equal(held.sequencer.choice('a'), { allowed: false, reason: 'order', hidden: true });
});

test('pre-conditions: skip, disabled, hidden from choice, stop forward traversal (UP.2, SB.2.2, SB.2.4)', () => {
  const rules: Record<string, ActivitySequencing> = {
    b: { preConditions: [rule('skip', 'always')] },
    c: { preConditions: [rule('disabled', 'always')] },
    d: { preConditions: [rule('hiddenFromChoice', 'always')] },
    e: { preConditions: [rule('stopForwardTraversal', 'completed', { not: true })] },
  };
  const play = new Play(courseOf('a b e f d c', FLOW, rules));
  equal(play.run('start', 'continue'), ['a', 'e']);
  play.run({ completed: false, completionTold: true });
  equal(['c', 'd', 'f', 'a'].map((id) => play.sequencer.choice(id).allowed), [false, false, false, true]);
  equal(play.sequencer.choice('d'), { allowed: false, reason: 'order', hidden: true });
  equal(play.run(passed, 'choice f', 'continue', 'continue'), ['f', 'd', 'SB.2.2-2']);
});

test('attempt limits close a unit once it has been left (UP.1)', () => {
  const play = new Play(courseOf('a b', FLOW, { a: { attemptLimit: 1 } }));
  equal(play.run('start', 'continue'), ['a', 'b']);
  equal(play.sequencer.choice('a'), { allowed: false, reason: 'attempts' });
  equal(play.run('previous', 'start'), ['SB.2.2-2', 'NB.2.1-1']);
});

test('exit and post-conditions: a cluster ends, is retried, the course is (TB.2.1–2.3)', () => {
  const remedial: Record<string, ActivitySequencing> = {
    x: { ...FLOW, postConditions: [rule('retry', 'satisfied', { not: true })], rollup: { rules: [{ action: 'satisfied', conditions: [{ condition: 'satisfied' }] }, { action: 'notSatisfied', conditions: [{ condition: 'satisfied', not: true }], childActivitySet: 'any' }] } },
    b: { postConditions: [rule('exitParent', 'always')] },
  };
  const play = new Play(courseOf('x( a b ) c', FLOW, remedial));
  equal(play.run('start', passed, 'continue', failed, 'continue', passed, 'continue', passed, 'continue'), ['a', 'b', 'a', 'b', 'c']);
  const all = new Play(courseOf('a b c', { ...FLOW, postConditions: [rule('retry', 'completed', { not: true })] }, { b: { postConditions: [rule('retryAll', 'satisfied', { not: true })] } }));
  equal(all.run('start', passed, 'continue', failed, 'continue', passed, 'continue', passed, 'continue'), ['a', 'b', 'a', 'b', 'c']);
  const out = new Play(courseOf('x( a b ) c', FLOW, { x: { ...FLOW, exitConditions: [rule('exit', 'satisfied')], rollup: { rules: [{ action: 'satisfied', childActivitySet: 'any', conditions: [{ condition: 'satisfied' }] }] } } }));
  equal(out.run('start', passed, 'continue'), ['a', 'c']);
  const previous = new Play(courseOf('a b c', FLOW, { b: { postConditions: [rule('previous', 'always')] } }));
  equal(previous.run('start', 'continue', 'continue'), ['a', 'b', 'a']);
});

test('rollup: measures by weight, completion amounts, child sets, considerations (RB.1)', () => {
  const outcome = (root: ActivitySequencing, activities: Record<string, ActivitySequencing>, ...reports: object[]) => {
    const play = new Play(courseOf(reports.map((_report, index) => `u${index}`).join(' '), { ...FLOW, ...root }, activities));
    play.go('start');
    for (const report of reports) play.run(report, 'continue');
    return play.sequencer.outcome;
  };
  equal(outcome({ objectives: [{ primary: true, satisfiedByMeasure: true, minNormalizedMeasure: 0.7 }] }, { u1: { rollup: { measureWeight: 0.5 } } }, { measure: 0.9 }, { measure: 0.3 }), {
    completed: true,
    satisfied: true,
    measure: 0.7,
    progress: undefined,
  });
  equal(outcome({ completion: { byMeasure: true, minProgress: 0.75 } }, { u0: { completion: { weight: 1 } } }, { progress: 1 }, { progress: 0.4 }).completed, false);
  const any = (childActivitySet: never, more: object = {}): ActivitySequencing => ({ rollup: { rules: [{ action: 'satisfied', childActivitySet, conditions: [{ condition: 'satisfied' }], ...more }] } });
  const half = [passed, failed, failed] as const;
  equal(outcome(any('any' as never), {}, ...half).satisfied, true);
  equal(outcome(any('all' as never), {}, ...half).satisfied, undefined);
  equal(outcome(any('none' as never), {}, failed, failed).satisfied, true);
  equal(outcome(any('atLeastCount' as never, { minimumCount: 2 }), {}, ...half).satisfied, undefined);
  equal(outcome(any('atLeastPercent' as never, { minimumPercent: 0.3 }), {}, ...half).satisfied, true);
  equal(outcome({}, { u1: { rollup: { objectiveSatisfied: false } }, u2: { delivery: { tracked: false } } }, ...half).satisfied, true);
});

test('what content does not say is said for it, unless it said that it is unknown (UP.4)', () => {
  const play = new Play(courseOf('a b c', FLOW, { b: { delivery: { completionSetByContent: true, objectiveSetByContent: true } } }));
  play.run('start', 'continue', 'continue', { completionTold: true, successTold: true }, 'exitAll');
  const { activities } = play.sequencer.snapshot();
  equal([activities['a']!.completed, activities['b']?.completed, activities['c']!.completed], [true, undefined, undefined]);
});

test('global objectives open what reads them, here and in the learner’s next course', () => {
  const shared = (mode: 'read' | 'write'): ActivitySequencing['objectives'] => [{ primary: true, id: 'o', maps: [{ target: 'global', [mode]: ['satisfied'] }] }];
  const rules = { a: { objectives: shared('write') }, b: { objectives: shared('read'), preConditions: [rule('skip', 'satisfied')] } };
  const first = new Play(courseOf('a b c', FLOW, rules));
  equal(first.run('start', passed, 'continue', 'exitAll'), ['a', 'c', 'ended']);
  const second = new Play(courseOf('b c', FLOW, { b: rules.b }), { globals: first.sequencer.objectives.globals });
  equal(second.run('start'), ['c']);
  const own = new Play(courseOf('a b c', FLOW, rules, { objectivesGlobalToSystem: false }), {});
  equal(own.run('start', passed, 'exitAll', 'start', 'continue'), ['a', 'ended', 'a', 'c']);
});

test('suspend all and resume on another device; abandoning forgets (TB.2.3, SB.2.6, DB.2.1)', () => {
  const play = new Play(courseOf('a x( b c ) d', FLOW, { x: FLOW }));
  equal(play.run('start', 'continue', 'suspendAll'), ['a', 'b', 'suspended']);
  play.reload();
  equal(play.run('resumeAll'), ['b']);
  assert.ok(play.last?.type === 'deliver' && !play.last.newAttempt);
  equal(play.run('suspendAll', 'choice d', 'choice b'), ['suspended', 'd', 'b']);
  assert.ok(play.last?.type === 'deliver' && play.last.newAttempt);
  equal(play.run(passed, 'abandonAll'), ['ended']);
  equal(play.sequencer.snapshot().activities['b']!.completed, undefined);
});

test('a page that is gone without a word leaves a suspended course', () => {
  const play = new Play(courseOf('a b', FLOW));
  play.run('start', 'continue');
  play.reload();
  play.sequencer.recover();
  equal(play.run('resumeAll'), ['b']);
});

test('selection and random order; the same after a reload (SR.1, SR.2)', () => {
  const course = courseOf('a b c d e', { ...FLOW, selection: { timing: 'once', count: 3 }, randomization: { timing: 'once' } });
  const play = new Play(course, { random: () => 0.3 });
  const order = play.run('start', 'continue', 'continue', 'continue');
  equal(new Set(order).size, 4);
  equal(order.at(-1), 'ended');
  const { available } = play.sequencer.snapshot().activities['']!;
  equal(available?.length, 3);
  play.reload();
  equal(play.sequencer.snapshot().activities['']!.available, available);
  const left = ['a', 'b', 'c', 'd', 'e'].find((id) => !order.includes(id))!;
  equal(play.sequencer.choice(left), { allowed: false, reason: 'unknown', hidden: true });
});

test('choosing a block flows into it; constrained choice and prevented activation (SB.2.9)', () => {
  const play = new Play(courseOf('a x( b c ) y( d e )', FLOW, { x: FLOW, y: { ...FLOW, preventActivation: true } }));
  equal(play.run('choice x', 'choice org'), ['b', 'a']);
  equal(play.sequencer.choice('d'), { allowed: false, reason: 'order', hidden: true });
  equal(play.sequencer.choice('y').allowed, true);
  const near = new Play(courseOf('x( a b ) y( c ) z( d )', FLOW, { x: { ...FLOW, constrainChoice: true }, y: FLOW, z: FLOW }));
  equal(near.run('choice a'), ['a']);
  equal([near.sequencer.choice('c').allowed, near.sequencer.choice('d').allowed], [true, false]);
});

test('jump goes anywhere that is available (SB.2.13)', () => {
  const play = new Play(courseOf('a b', { controlMode: { flow: false, choice: false } }));
  equal(play.run('jump b', 'jump nowhere'), ['b', 'NB.2.1-11']);
});

test('looking ahead changes nothing', () => {
  const play = new Play(courseOf('a b', { ...FLOW, postConditions: [rule('exitAll', 'always')] }, { a: { attemptLimit: 2 } }));
  play.go('start');
  const before = JSON.stringify(play.sequencer.snapshot());
  play.sequencer.step('continue');
  play.sequencer.step('exitAll');
  play.sequencer.choice('b');
  equal(JSON.stringify(play.sequencer.snapshot()), before);
});

test('hostile trees and states end: thousands of skipped units, rules that go round, nonsense that was kept', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `u${index}`);
  const skip: ActivitySequencing = { preConditions: [rule('skip', 'always')] };
  const long = new Play(courseOf(`${ids.join(' ')} last`, FLOW, Object.fromEntries(ids.map((id) => [id, skip]))));
  equal(long.run('start'), ['last']);
  const round = new Play(courseOf('x( a )', FLOW, { x: { ...FLOW, preConditions: [rule('skip', 'attempted')], postConditions: [rule('retry', 'always')] }, a: { postConditions: [rule('exitParent', 'always')] } }));
  equal(round.run('start', 'continue', 'continue'), ['a', 'a', 'a']);
  const sequencer = new Sequencer(courseOf('a b', FLOW), { snapshot: { current: '__proto__', suspended: 'nowhere', activities: {}, globals: {} } });
  equal([sequencer.current, sequencer.suspended], [undefined, undefined]);
  equal(sequencer.request({ request: 'start' }).type, 'deliver');
});
