import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERBS, type Result, type Statement, type Verb } from '@lectern/core';
import { ServerError } from '../errors.js';
import { applyCmi5Rules, type Cmi5Session, type ToldStatement } from './cmi5-rules.js';
import { isUtc } from '../lrs/timestamp.js';
import { CMI5 } from './cmi5-terms.js';

const AU = 'https://lms.example/au/1';
const PUBLISHER = 'https://publisher.example/au';
const ID = '7f6a0f4e-5b0c-4a1e-9d53-111111111111';

const NEW: Cmi5Session = {
  id: ID, activityId: AU, publisherId: PUBLISHER, launchMode: 'Normal', masteryScore: 0.8, preferencesRead: true, initialized: false, initializedAt: undefined, terminated: false, abandoned: false, verbs: [],
  completedBefore: false, passedBefore: false, completed: false, success: undefined, score: undefined, progress: undefined,
};
const OPEN: Cmi5Session = { ...NEW, initialized: true, initializedAt: Date.parse('2026-11-23T09:59:59.000Z'), verbs: ['initialized'] };

interface Over {
  readonly object?: string;
  readonly session?: string;
  readonly grouping?: readonly string[];
  readonly category?: readonly string[];
  readonly timestamp?: string;
  readonly mastery?: number | undefined;
  readonly unsaid?: 'id' | 'timestamp';
}

function say(verb: Verb, result?: Result, over: Over = {}): ToldStatement {
  const decides = [VERBS.completed.id, VERBS.passed.id, VERBS.failed.id].includes(verb.id as never);
  const activities = (ids: readonly string[]): { id: string }[] => ids.map((id) => ({ id }));
  const timestamp = over.timestamp ?? '2026-11-23T10:00:00.000Z';
  const mastery = 'mastery' in over ? over.mastery : result?.score && decides ? 0.8 : undefined;
  const statement: Statement = {
    id: 'e7a1c6a0-0000-4000-8000-000000000000',
    actor: { account: { homePage: 'https://lms.example', name: 'a' } },
    verb,
    object: { id: over.object ?? AU },
    ...(result ? { result } : {}),
    context: {
      contextActivities: {
        grouping: activities(over.grouping ?? [PUBLISHER]),
        category: activities(over.category ?? [CMI5.category, ...(decides ? [CMI5.moveOnCategory] : [])]),
      },
      extensions: { [CMI5.sessionId]: over.session ?? ID, ...(mastery === undefined ? {} : { [CMI5.masteryScore]: mastery }) },
    },
    timestamp,
  };
  return { statement, idGiven: over.unsaid !== 'id', timestampGiven: over.unsaid !== 'timestamp', inUtc: isUtc(timestamp) };
}

const duration = 'PT10S';
const passed = (scaled?: number): ToldStatement => say(VERBS.passed, { success: true, duration, ...(scaled === undefined ? {} : { score: { scaled } }) });
const failed = (scaled?: number): ToldStatement => say(VERBS.failed, { success: false, duration, ...(scaled === undefined ? {} : { score: { scaled } }) });
const completed = say(VERBS.completed, { completion: true, duration });
const terminated = say(VERBS.terminated, { duration });
const allowed = say({ id: 'https://x.example/looked' }, undefined, { category: [], object: `${AU}/page/1` });

test('a whole session goes through, and says what it came to', () => {
  const told = [say(VERBS.initialized), allowed, completed, passed(0.9), terminated];
  const after = told.reduce((session, statement) => applyCmi5Rules(session, statement), NEW);
  assert.deepEqual(after.verbs, ['initialized', 'completed', 'passed', 'terminated']);
  assert.deepEqual([after.completed, after.success, after.score, after.progress, after.terminated], [true, true, { scaled: 0.9 }, 1, true]);
});

const refusals: readonly [string, Cmi5Session, ToldStatement, string][] = [
  ['anything before initialized', NEW, completed, '9.3.2'],
  ['an allowed statement before initialized', NEW, allowed, '9.3.2'],
  ['anything after terminated', { ...OPEN, terminated: true }, allowed, '9.3.8'],
  ['anything in an abandoned session', { ...OPEN, abandoned: true }, completed, '9.3.6'],
  ['initialized twice', OPEN, say(VERBS.initialized), '9.3'],
  ['completed twice in a registration', { ...OPEN, completedBefore: true }, completed, '9.3.3'],
  ['passed twice in a registration', { ...OPEN, passedBefore: true }, passed(), '9.3.4'],
  ['failed after passed', { ...OPEN, passedBefore: true }, failed(), '9.3.5'],
  ['failed after passed in the session', { ...OPEN, verbs: ['initialized', 'passed'], success: true }, failed(), '9.3.5'],
  ['passed after failed in the session', { ...OPEN, verbs: ['initialized', 'failed'], success: false }, passed(), '9.3'],
  ['a verb that is not the AU’s', OPEN, say(VERBS.satisfied), '9.3'],
  ['another session’s id', OPEN, say(VERBS.terminated, { duration }, { session: 'other' }), '9.6.3.1'],
  ['a grouping without the publisher’s id', OPEN, say(VERBS.terminated, { duration }, { grouping: [] }), '9.6.2.3'],
  ['an object that is not the AU', OPEN, say(VERBS.terminated, { duration }, { object: PUBLISHER }), '9.4'],
  ['a timestamp with another zone', OPEN, say(VERBS.terminated, { duration }, { timestamp: '2026-11-23T10:00:00+08:00' }), '9.7'],
  ['completed without completion', OPEN, say(VERBS.completed, { duration }), '9.5.3'],
  ['completed with a score', OPEN, say(VERBS.completed, { completion: true, duration, score: { scaled: 1 } }), '9.5.1'],
  ['completed without the moveOn category', OPEN, say(VERBS.completed, { completion: true, duration }, { category: [CMI5.category] }), '9.6.2.2'],
  ['passed with success false', OPEN, say(VERBS.passed, { success: false, duration }), '9.5.2'],
  ['terminated without a duration', OPEN, say(VERBS.terminated), '9.5.4.1'],
  ['passed below the mastery score', OPEN, passed(0.5), '9.3.4'],
  ['failed at the mastery score', OPEN, failed(0.8), '9.3.5'],
  ['initialized before the preferences were read', { ...NEW, preferencesRead: false }, say(VERBS.initialized), '11.0'],
  ['a statement without an id', OPEN, say(VERBS.terminated, { duration }, { unsaid: 'id' }), '9.1'],
  ['a statement without a timestamp', OPEN, say(VERBS.terminated, { duration }, { unsaid: 'timestamp' }), '9.7'],
  ['a statement from before initialized', OPEN, say(VERBS.terminated, { duration }, { timestamp: '2026-11-23T09:59:58.999Z' }), '9.3'],
  ['an allowed statement with the moveOn category', OPEN, say({ id: 'https://x.example/looked' }, undefined, { category: [CMI5.moveOnCategory] }), '9.6.2.2'],
  ['terminated with the moveOn category', OPEN, say(VERBS.terminated, { duration }, { category: [CMI5.category, CMI5.moveOnCategory] }), '9.6.2.2'],
  ['a verdict on a score without the masteryScore', OPEN, say(VERBS.passed, { success: true, duration, score: { scaled: 0.9 } }, { mastery: undefined }), '9.6.3.2'],
  ['a verdict with another masteryScore', OPEN, say(VERBS.passed, { success: true, duration }, { mastery: 0.7 }), '9.6.3.2'],
  ['a raw score without its min', OPEN, say(VERBS.passed, { success: true, duration, score: { scaled: 0.9, raw: 9, max: 10 } }), '9.5.1'],
  ['a raw score without its max', OPEN, say(VERBS.passed, { success: true, duration, score: { scaled: 0.9, raw: 9, min: 0 } }), '9.5.1'],
  ['a scaled score below 0', OPEN, say(VERBS.failed, { success: false, duration, score: { scaled: -0.1 } }), '9.5.1'],
  ['a progress that is no integer', OPEN, say(VERBS.terminated, { duration, extensions: { [CMI5.progress]: 12.5 } }), '9.5.5.1'],
  ['completed with success', OPEN, say(VERBS.completed, { completion: true, success: true, duration }), '9.5.2'],
  ['passed with completion', OPEN, say(VERBS.passed, { success: true, completion: true, duration }), '9.5.3'],
  ['failed in Review', { ...OPEN, launchMode: 'Review' }, failed(), '10.2.2'],
  ['completed in Browse', { ...OPEN, launchMode: 'Browse' }, completed, '10.2.2'],
];

for (const [what, session, statement, clause] of refusals) {
  test(`refused: ${what}`, () => {
    assert.throws(() => applyCmi5Rules(session, statement), (error) => {
      assert.ok(error instanceof ServerError);
      assert.deepEqual([error.clause, error.status, error.code], [`cmi5 ${clause}`, 403, 'session-rule'], error.message);
      return true;
    });
  });
}

test('Review takes initialized and terminated', () => {
  const review: Cmi5Session = { ...NEW, launchMode: 'Review' };
  const after = [say(VERBS.initialized), terminated].reduce((session, statement) => applyCmi5Rules(session, statement), review);
  assert.equal(after.terminated, true);
});
