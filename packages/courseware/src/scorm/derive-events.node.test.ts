import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScormUnit } from '@lectern/core';
import type { CmiTree } from '../frame/protocol.js';
import { readCmi } from './cmi.js';
import { deriveEnd, deriveEvents } from './derive-events.js';
import { fromDocument } from './document.js';
import { hydrate } from './hydrate.js';
import { readInteractions } from './interactions.js';
import { readOutcome } from './outcome.js';
import { formatSpan, spanSeconds } from './time.js';

const core = (fields: CmiTree): CmiTree => ({ core: fields });
const types = (before: CmiTree, after: CmiTree, version: '1.2' | '2004'): string[] => deriveEvents(before, after, version).map(({ type }) => type);

test('scores are scaled against their true maximum', () => {
  const score = (raw: string, min: string, max: string) => readOutcome(core({ score: { raw, min, max } }), '1.2').score;
  assert.deepEqual(score('16', '0', '16'), { scaled: 1, raw: 16, min: 0, max: 16 });
  assert.deepEqual(score('15', '10', '20'), { scaled: 0.5, raw: 15, min: 10, max: 20 });
  assert.deepEqual(score('80', '', ''), { scaled: 0.8, raw: 80 });
  assert.deepEqual(score('120', '', '100'), { raw: 120 });
  assert.equal(score('', '0', '100'), undefined);
  assert.deepEqual(readOutcome({ score: { scaled: '0.7', raw: '7', max: '10' } }, '2004').score, { scaled: 0.7, raw: 7, max: 10 });
  assert.deepEqual(readOutcome({ score: { raw: '7' } }, '2004').score, { raw: 7 });
});

test('one status is two things in 1.2, and thresholds decide in 2004', () => {
  assert.deepEqual(types({}, core({ lesson_status: 'passed' }), '1.2'), ['completed', 'passed']);
  assert.deepEqual(types({}, core({ lesson_status: 'failed' }), '1.2'), ['failed']);
  assert.deepEqual(types({}, core({ lesson_status: 'browsed' }), '1.2'), []);
  assert.deepEqual(types({}, { completion_status: 'completed', success_status: 'unknown' }, '2004'), ['completed']);
  const judged = { completion_threshold: '0.8', progress_measure: '0.5', completion_status: 'completed', scaled_passing_score: '0.6', score: { scaled: '0.5' }, success_status: 'passed' };
  assert.deepEqual(types({}, judged, '2004'), ['progressed', 'failed']);
});

test('a difference is told once; a score after the status by itself', () => {
  const passed = core({ lesson_status: 'passed' });
  const late = core({ lesson_status: 'passed', score: { raw: '90' } });
  assert.deepEqual(types(passed, passed, '1.2'), []);
  assert.deepEqual(types(passed, late, '1.2'), ['scored']);
  assert.deepEqual(types(late, late, '1.2'), []);
  assert.deepEqual(types(core({ lesson_status: 'failed' }), passed, '1.2'), ['completed', 'passed']);
  assert.deepEqual(types({ progress_measure: '0.5' }, { progress_measure: '0.4' }, '2004'), []);
});

test('how a session ended', () => {
  assert.deepEqual(deriveEnd(core({ exit: 'suspend', session_time: '0001:00:30.5' }), '1.2'), [{ type: 'suspended' }, { type: 'terminated', seconds: 3630.5 }]);
  assert.deepEqual(deriveEnd({ exit: 'normal', session_time: 'PT1M' }, '2004'), [{ type: 'terminated', seconds: 60 }]);
  assert.deepEqual(deriveEnd(core({ exit: '', session_time: '00:00:00' }), '1.2'), [{ type: 'terminated' }]);
});

test('interactions in xAPI’s words', () => {
  const old = (type: string, response: string, result = 'wrong') =>
    readInteractions({ interactions: { '0': { id: 'q', type, student_response: response, result, weighting: '2', latency: '00:00:03.5' } } }, '1.2')[0];
  assert.deepEqual(old('choice', '{a,b}'), { id: 'q', type: 'choice', response: 'a[,]b', success: false, weighting: 2, latency: 3.5 });
  assert.equal(old('true-false', 't')?.response, 'true');
  assert.equal(old('true-false', '0')?.response, 'false');
  assert.equal(old('matching', '1.c,2.b')?.response, '1[.]c[,]2[.]b');
  assert.equal(old('sequencing', 'c,a,b')?.response, 'c[,]a[,]b');
  assert.equal(old('numeric', '3.5')?.response, '3.5');
  assert.equal(old('fill-in', 'one, two')?.response, 'one, two');
  assert.equal(old('nonsense', 'x')?.type, 'other');
  assert.equal(old('choice', 'a', 'neutral')?.success, undefined);
  assert.deepEqual(readInteractions({ interactions: { '0': { id: 'asked', type: 'choice' }, '1': { type: 'choice', result: 'correct' } } }, '1.2'), []);
  const modern = { id: 'urn:q', type: 'long-fill-in', learner_response: 'words', result: '0.5', latency: 'PT4S', description: 'Why?', correct_responses: { '0': { pattern: '{lang=en}because' } } };
  assert.deepEqual(readInteractions({ interactions: { '0': modern } }, '2004'), [
    { id: 'urn:q', type: 'long-fill-in', description: 'Why?', correctResponsesPattern: ['{lang=en}because'], response: 'words', latency: 4 },
  ]);
});

test('a journal of the same question is told answer by answer', () => {
  const entry = (response: string): CmiTree => ({ id: 'q', type: 'choice', student_response: response, result: 'wrong' });
  const first = { interactions: { '0': entry('a') } };
  const second = { interactions: { '0': entry('a'), '1': entry('b') } };
  assert.deepEqual(types({}, first, '1.2'), ['answered']);
  assert.deepEqual(types(first, second, '1.2'), ['answered']);
});

test('time spans', () => {
  assert.equal(spanSeconds('0001:02:03.45', '1.2'), 3723.45);
  assert.equal(spanSeconds('PT1H', '1.2'), undefined);
  assert.equal(spanSeconds('PT1H2M3.45S', '2004'), 3723.45);
  assert.equal(formatSpan(3723.45, '1.2'), '01:02:03.45');
  assert.equal(formatSpan(0, '1.2'), '00:00:00');
  assert.equal(formatSpan(360_000, '1.2'), '100:00:00');
  assert.equal(formatSpan(90, '2004'), 'PT1M30S');
});

const unit: ScormUnit = { type: 'unit', kind: 'scorm', id: 'u', title: 'U', version: '2004', href: 'x', moveOn: 'Completed' };
const learner = { account: { homePage: 'https://x.example', name: 'li' } };

test('what a SCO is told: a suspended attempt goes on, an ended one of 2004 begins anew', () => {
  const cmi = { exit: 'suspend', location: '7', suspend_data: 's', total_time: 'PT1M', session_time: 'PT30S', completion_status: 'incomplete', learner_preference: { language: 'zh' } };
  const again = hydrate({ unit, learner, launchMode: 'Normal', saved: { cmi, terminated: true } });
  assert.deepEqual([again['entry'], again['location'], again['suspend_data'], again['total_time'], again['session_time'], again['exit']], ['resume', '7', 's', 'PT1M30S', undefined, undefined]);
  const killed = hydrate({ unit, learner, launchMode: 'Normal', saved: { cmi: { ...cmi, exit: '' }, terminated: false } });
  assert.equal(killed['entry'], 'resume');
  const anew = hydrate({ unit, learner, launchMode: 'Normal', saved: { cmi: { ...cmi, exit: 'normal' }, terminated: true } });
  assert.deepEqual([anew['entry'], anew['location'], anew['total_time'], anew['learner_preference']], ['ab-initio', undefined, 'PT0H0M0S', { language: 'zh' }]);
  const old = hydrate({ unit: { ...unit, version: '1.2', masteryScoreRaw: 80 }, learner, launchMode: 'Review', saved: { cmi: core({ exit: '', lesson_location: '7' }), terminated: true } });
  assert.deepEqual((old['core'] as CmiTree)['lesson_location'], '7');
  assert.deepEqual([(old['core'] as CmiTree)['entry'], (old['core'] as CmiTree)['lesson_mode'], (old['core'] as CmiTree)['credit']], ['', 'review', 'no-credit']);
  assert.equal((old['student_data'] as CmiTree)['mastery_score'], '80');
});

test('documents from outside are taken for what they are worth', () => {
  assert.equal(fromDocument(undefined), undefined);
  assert.equal(fromDocument({ v: 2, cmi: {} }), undefined);
  assert.equal(fromDocument({ v: 1, cmi: 'x' }), undefined);
  assert.deepEqual(fromDocument({ v: 1, launch: 7, seq: -3, at: 'x', terminated: 'yes', cmi: { a: 1, b: null, c: { d: true } } }), {
    launch: '', seq: 0, at: 0, terminated: false, cmi: { a: '1', c: { d: 'true' } },
  });
  let deep: unknown = 'x';
  for (let level = 0; level < 10_000; level++) deep = { deep };
  assert.ok(readCmi(deep));
});
