import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { createSession } from '../session/session.js';
import { COURSE, eventAt, fakeClock, fakeConnection, randomFrom } from '../session/session.fixture.js';
import type { Statement } from '../statement/statement.js';
import { VERBS } from '../statement/vocabulary.js';
import { scaledScore } from '../session/scaled-score.js';
import { evaluateCredit } from './evaluate.js';
import { toEvidence, type Evidence } from './evidence.js';
import { totalCredits, type Conferral, type CreditEntry, type CreditLedger } from './ledger.js';
import type { CreditPolicy, Requirement } from './policy.js';

const A = 'https://example.org/a';
const B = 'https://example.org/b';

const requirement = (kind: Requirement['kind'], rest: Partial<Requirement> = {}): Requirement => ({ id: `${kind}-${rest.activityId ?? A}`, title: 'R', activityId: A, kind, ...rest });

const policy = (requirements: Requirement[], rest: Partial<CreditPolicy> = {}): CreditPolicy => ({
  id: 'p', title: 'P', courseId: COURSE.id, institution: { name: 'U' }, scheme: 'CN', credits: 2, requirements, ...rest,
});

let count = 0;
const evidence = (rest: Partial<Evidence> = {}): Evidence => ({ statementId: `s${++count}`, activityId: A, verb: VERBS.completed, timestamp: '2026-11-23T09:00:00Z', ...rest });

describe('scaledScore', () => {
  it('is true to the range: 16 of 16 is 1', () => {
    assert.equal(scaledScore({ raw: 16, max: 16 }), 1);
    assert.equal(scaledScore({ raw: 16, min: 0, max: 16 }), 1);
    assert.equal(scaledScore({ raw: 15, min: 10, max: 20 }), 0.5);
    assert.equal(scaledScore({ scaled: 0.3, raw: 16, max: 16 }), 0.3);
    for (const score of [undefined, {}, { raw: 16 }, { raw: 1, min: 5, max: 5 }, { max: 3 }]) assert.equal(scaledScore(score), undefined);
  });
});

describe('evaluateCredit', () => {
  const full = policy(
    [requirement('completed', { weight: 0.3 }), requirement('score', { activityId: B, minimum: 0.6, weight: 0.7 }), requirement('seconds', { minimum: 100 })],
    { passMark: 0.6 },
  );

  it('goes from not started over in progress to earned', () => {
    assert.deepEqual([evaluateCredit(full, [])].map(({ status, progress, mark, hours }) => ({ status, progress, mark, hours })), [{ status: 'notStarted', progress: 0, mark: undefined, hours: 32 }]);
    const some = evaluateCredit(full, [evidence({ seconds: 50 })]);
    assert.equal(some.status, 'inProgress');
    assert.equal(some.requirements[2]!.progress, 0.5);
    const done = evaluateCredit(full, [evidence({ completed: true, seconds: 60 }), evidence({ seconds: 40 }), evidence({ activityId: B, score: { raw: 16, max: 16 } })]);
    assert.equal(done.status, 'earned');
    assert.equal(done.progress, 1);
    assert.equal(done.mark, 1);
  });

  it('asks for the mark besides the requirements', () => {
    const strict = policy([requirement('completed', { weight: 1 }), requirement('score', { activityId: B, minimum: 0.1, weight: 3 })], { passMark: 0.9 });
    const found = evaluateCredit(strict, [evidence({ completed: true }), evidence({ activityId: B, score: { scaled: 0.8 } })]);
    assert.ok(found.requirements.every(({ met }) => met));
    assert.ok(Math.abs(found.mark! - 0.85) < 1e-9);
    assert.equal(found.status, 'inProgress');
  });

  it('takes the best score, and a pass once made stays made', () => {
    const found = evaluateCredit(policy([requirement('passed', { weight: 1 })]), [
      evidence({ success: true, score: { scaled: 0.7 }, timestamp: '2026-11-20T00:00:00Z' }),
      evidence({ success: false, score: { scaled: 0.1 }, timestamp: '2026-11-22T00:00:00Z' }),
    ]);
    assert.equal(found.status, 'earned');
    assert.equal(found.mark, 0.7);
  });

  it('does not depend on the order of the evidence or on its coming twice', () => {
    const random = randomFrom(9);
    for (let round = 0; round < 100; round++) {
      const items = Array.from({ length: 12 }, (_, i) =>
        evidence({
          statementId: `r${i}`,
          activityId: random() < 0.5 ? A : B,
          timestamp: ['2026-11-23T09:00:00Z', '2026-11-23T17:00:00+08:00', '2026-11-22T23:00:00-05:00'][Math.floor(random() * 3)]!,
          seconds: random() * 30,
          ...(random() < 0.3 ? { completed: true } : {}),
          ...(random() < 0.5 ? { score: { raw: Math.floor(random() * 17), max: 16 } } : {}),
        }),
      );
      const expected = evaluateCredit(full, items);
      const shuffled = [...items, ...items].map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key).map(({ item }) => item);
      assert.deepEqual(evaluateCredit(full, shuffled), expected);
    }
  });

  it('puts the newest evidence first by time, not by text', () => {
    const early = evidence({ completed: true, timestamp: '2026-11-23T10:00:00+08:00' });
    const late = evidence({ completed: true, timestamp: '2026-11-23T09:00:00Z' });
    assert.deepEqual(evaluateCredit(policy([requirement('completed')]), [early, late]).requirements[0]!.evidence, [late, early]);
  });

  it('counts evidence of other activities for nothing', () => {
    assert.equal(evaluateCredit(policy([requirement('completed')]), [evidence({ activityId: B, completed: true })]).status, 'notStarted');
  });

  it('refuses a policy that makes no sense', () => {
    const table: [CreditPolicy, string][] = [
      [policy([]), 'requirements'],
      [policy([requirement('completed')], { credits: 0 }), 'credits'],
      [policy([requirement('completed')], { credits: NaN }), 'credits'],
      [policy([requirement('completed')], { credits: Infinity }), 'credits'],
      [policy([requirement('completed')], { hoursPerCredit: 0 }), 'hoursPerCredit'],
      [policy([requirement('completed', { weight: 1 })], { passMark: 60 }), 'passMark'],
      [policy([requirement('completed')], { passMark: 0.6 }), 'passMark'],
      [policy([requirement('score')]), 'requirements[0].minimum'],
      [policy([requirement('score', { minimum: 60 })]), 'requirements[0].minimum'],
      [policy([requirement('completed'), requirement('seconds', { minimum: -1 })]), 'requirements[1].minimum'],
      [policy([requirement('completed', { weight: -1 })]), 'requirements[0].weight'],
      [policy([requirement('completed'), requirement('completed')]), 'requirements[1].id'],
    ];
    for (const [bad, field] of table) assert.throws(() => evaluateCredit(bad, []), (error) => error instanceof CoreError && error.code === 'policy-invalid' && error.field === field, field);
  });
});

describe('toEvidence', () => {
  const statement = (verb: Statement['verb'], rest: Partial<Statement> = {}): Statement => ({
    id: 'i', actor: { mbox: 'mailto:a@b.c' }, verb, object: { id: A }, timestamp: '2026-11-23T09:00:00Z', ...rest,
  });

  it('reads what a statement proves', () => {
    assert.equal(toEvidence(statement(VERBS.completed))!.completed, true);
    assert.equal(toEvidence(statement(VERBS.passed))!.success, true);
    assert.equal(toEvidence(statement(VERBS.failed))!.success, false);
    assert.deepEqual([toEvidence(statement(VERBS.waived))!].map(({ completed, success }) => [completed, success]), [[true, true]]);
    assert.equal(toEvidence(statement(VERBS.terminated, { result: { duration: 'PT1M' } }))!.seconds, 60);
    assert.equal(toEvidence(statement(VERBS.completed, { result: { duration: 'PT1M' } }))!.seconds, undefined);
    assert.deepEqual(toEvidence(statement(VERBS.scored, { result: { score: { raw: 16, max: 16 } } }))!.score, { raw: 16, max: 16 });
  });

  it('is nothing for other verbs and other objects', () => {
    assert.equal(toEvidence(statement(VERBS.played)), undefined);
    assert.equal(toEvidence(statement(VERBS.conferred)), undefined);
    assert.equal(toEvidence(statement(VERBS.completed, { object: { objectType: 'StatementRef', id: 'i' } })), undefined);
  });

  it('sums the time of sessions once', () => {
    const connection = fakeConnection();
    const clock = fakeClock();
    const session = createSession({ course: COURSE, connection, clock });
    for (let i = 0; i < 2; i++) {
      for (const type of ['initialized', 'completed', 'passed', 'terminated'] as const) {
        session.dispatch(type === 'terminated' ? { unitId: 'html', type } : eventAt('html', type));
        clock.pass(10);
      }
    }
    const proof = connection.statements.flatMap((item) => toEvidence(item) ?? []);
    assert.equal(proof.reduce((sum, { seconds = 0 }) => sum + seconds, 0), session.getState().units['html']!.seatSeconds);
  });
});

describe('totalCredits', () => {
  const progress = (status: 'notStarted' | 'inProgress' | 'earned', scheme = 'CN', credits = 2) => {
    const given = policy([requirement('completed')], { scheme, credits });
    return { ...evaluateCredit(given, status === 'earned' ? [evidence({ completed: true })] : status === 'inProgress' ? [evidence()] : []), status };
  };
  const conferral = (rest: Partial<Conferral> = {}): Conferral => ({ id: 'c', policyId: 'p', credits: 2, scheme: 'CN', by: { name: 'U' }, at: '2026-11-23T09:00:00Z', statementId: 's', ...rest });
  const ledger = (entries: CreditEntry[], scheme = 'CN'): CreditLedger => ({ learner: { account: 'a' }, goal: { title: 'G', credits: 10, scheme }, entries, at: '2026-11-23T09:00:00Z' });

  it('keeps earned and conferred apart', () => {
    const entries: CreditEntry[] = [{ progress: progress('earned'), conferral: conferral() }, { progress: progress('earned') }, { progress: progress('inProgress') }, { progress: progress('notStarted') }];
    assert.deepEqual(totalCredits(ledger(entries), 'CN'), { conferred: 2, earned: 2, pending: 2, required: 6 });
  });

  it('counts what was revoked for nothing', () => {
    assert.deepEqual(totalCredits(ledger([{ progress: progress('earned'), conferral: conferral({ revokedAt: '2026-11-24T00:00:00Z' }) }]), 'CN'), { conferred: 0, earned: 0, pending: 0, required: 10 });
  });

  it('never mixes schemes', () => {
    const entries: CreditEntry[] = [{ progress: progress('earned', 'ECTS', 5) }, { progress: progress('earned'), conferral: conferral({ scheme: 'ECTS', credits: 5 }) }, { progress: progress('earned') }];
    assert.deepEqual(totalCredits(ledger(entries), 'CN'), { conferred: 0, earned: 2, pending: 0, required: 8 });
    assert.deepEqual(totalCredits(ledger(entries), 'ECTS'), { conferred: 5, earned: 5, pending: 0, required: 0 });
  });
});
