import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAnswer, readNumberAsWritten, type QuizAnswer } from './answer.js';
import { parseQuiz } from './parse-quiz.js';
import { drawAttempt, questionsIn, readQuizRecord, scoreAttempt, toQuizDocument } from './quiz-attempt.js';
import { smallQuiz } from './quiz.fixture.js';
import { questionsOf, type Question } from './quiz.js';
import { rightAnswer, scoreQuestion } from './score-question.js';
import { toInteraction } from './to-interaction.js';

const quiz = parseQuiz(smallQuiz());
const question = (id: string): Question => questionsOf(quiz).find((each) => each.id === id)!;

describe('judging an answer', () => {
  const cases: [id: string, answer: QuizAnswer | undefined, points: number, verdict: string, feedback: number][] = [
    ['one', 'a', 1, 'right', 2], ['one', 'b', 0, 'wrong', 1], ['one', 'nothing', 0, 'wrong', 1], ['one', undefined, 0, 'wrong', 1],
    ['some', ['a', 'c'], 2, 'right', 0], ['some', ['a'], 1, 'partial', 0], ['some', ['a', 'b', 'c'], 1, 'partial', 0], ['some', ['b', 'd'], 0, 'wrong', 0],
    ['row', ['x', 'y', 'z'], 3, 'right', 0], ['row', ['x', 'z', 'y'], 1, 'partial', 0],
    ['pairs', { s1: 't1', s2: 't2' }, 2, 'right', 0], ['pairs', { s1: 't1', s2: 't3' }, 1, 'partial', 0],
    ['word', '  LATHE ', 1, 'right', 0], ['word', 'Turning  machine', 0.5, 'partial', 1], ['word', '车床1号', 1, 'right', 0], ['word', 'mill', 0, 'wrong', 0],
    ['number', '2,5', 1, 'right', 0], ['number', '２．４', 1, 'right', 0], ['number', '2.61', 0, 'wrong', 0], ['number', '1e1', 0.5, 'partial', 0], ['number', 'two', 0, 'wrong', 0],
  ];
  for (const [id, answer, points, verdict, feedback] of cases) {
    it(`${id}: ${JSON.stringify(answer)} is ${verdict}`, () => {
      const result = scoreQuestion(question(id), answer);
      assert.deepEqual([result.points, result.verdict, result.feedback.length], [points, verdict, feedback]);
    });
  }

  it('finds its own right answers right', () => {
    for (const each of questionsOf(quiz)) assert.equal(scoreQuestion(each, rightAnswer(each)).verdict, 'right', each.id);
  });

  it('counts points of choices where there are any, and judges no survey', () => {
    const [weighed, survey] = questionsOf(parseQuiz({ questions: [
      { id: 'w', kind: 'multiple', prompt: 'W', points: 3, choices: [{ id: 'a', text: 'A', correct: true, points: 3 }, { id: 'b', text: 'B', points: -2 }, { id: 'c', text: 'C', points: 1 }] },
      { id: 's', kind: 'text', prompt: 'S' },
    ] }));
    assert.deepEqual([['a'], ['a', 'b'], ['b'], ['a', 'c']].map((picked) => scoreQuestion(weighed!, picked).points), [3, 1, 0, 3]);
    assert.equal(scoreQuestion(survey!, 'whatever').verdict, 'unjudged');
  });

  it('reads numbers as people write them', () => {
    const numbers = ['1,5', '1 000,5', '1,000.5', '1,000,000', '−3', '.5', '5.', '1e3', '', '1..2', '0x10', 'Infinity', '1,2,3'].map(readNumberAsWritten);
    assert.deepEqual(numbers, [1.5, 1000.5, 1000.5, 1_000_000, -3, 0.5, 5, 1000, undefined, undefined, undefined, undefined, undefined]);
  });
});

describe('an attempt', () => {
  it('draws from pools, shuffles, and never shows the right order', () => {
    const pool = parseQuiz({ ...smallQuiz(), select: 3, shuffle: true });
    const seen = new Set<string>();
    for (let turn = 0; turn < 60; turn += 1) {
      const { questions } = drawAttempt(pool, 1, 0);
      assert.equal(questions.length, 3);
      assert.equal(new Set(questions.map(({ id }) => id)).size, 3);
      for (const { id, order } of questions) {
        seen.add(id);
        if (id === 'row') assert.notDeepEqual(order, [0, 1, 2]);
      }
    }
    assert.equal(seen.size, 6);
    assert.deepEqual(drawAttempt(quiz, 1, 0).questions.map(({ id }) => id), ['one', 'some', 'row', 'pairs', 'word', 'number']);
  });

  it('goes on from what was kept, and is scored', () => {
    const attempt = { ...drawAttempt(quiz, 2, 1000), answers: { one: 'a', some: ['a'], pairs: { s1: 't1' } }, checked: ['one'] };
    const kept = JSON.parse(JSON.stringify(toQuizDocument({ attempt, best: 0.4 }))) as unknown;
    assert.deepEqual(readQuizRecord(quiz, kept, 2000), { attempt, best: 0.4 });
    assert.deepEqual(scoreAttempt(quiz, attempt), { raw: 3, max: 10, scaled: 0.3 });
    assert.deepEqual(questionsIn(quiz, attempt).map(({ result }) => result.verdict), ['right', 'partial', 'wrong', 'partial', 'wrong', 'wrong']);
  });

  it('takes nothing from a record but what it can be', () => {
    const sound = { v: 1, attempt: { number: 1, startedAt: 9e15, questions: [{ id: 'one' }, { id: 'row', order: [2, 0, 1] }], answers: { one: 'zzz', row: ['x', 'x', 'y'], __proto__: 'x' }, checked: ['two', 'one'] } };
    const { attempt } = readQuizRecord(quiz, sound, 5);
    assert.deepEqual([attempt?.startedAt, attempt?.answers, attempt?.checked, attempt?.endedAt], [5, {}, ['one'], undefined]);
    for (const raw of [undefined, null, [], 'x', { v: 2 }, { v: 1, attempt: { number: 0 } }, { v: 1, best: 7 }]) assert.deepEqual(readQuizRecord(quiz, raw, 5), {});
    // The quiz has other questions now: the attempt has been one, and is over.
    const gone = readQuizRecord(quiz, { v: 1, attempt: { number: 3, startedAt: 1, questions: [{ id: 'gone' }] } }, 5);
    assert.deepEqual([gone.attempt?.number, gone.attempt?.endedAt], [3, 5]);
  });

  it('reads no answer that the question does not have', () => {
    assert.deepEqual(
      [readAnswer(question('some'), ['d', 'a', 'q']), readAnswer(question('some'), []), readAnswer(question('pairs'), { s1: 't9', x: 't1' }), readAnswer(question('word'), ' '), readAnswer(question('word'), 'x'.repeat(900))?.length],
      [['a', 'd'], undefined, undefined, undefined, 500],
    );
  });
});

describe('the interaction of an answer', () => {
  it('is in the encoding of its type', () => {
    const told = (id: string, answer: QuizAnswer) => {
      const { type, response, correctResponsesPattern, success, score } = toInteraction(question(id), answer, scoreQuestion(question(id), answer), 3);
      return [type, response, correctResponsesPattern, success, score?.scaled];
    };
    assert.deepEqual(told('one', 'b'), ['choice', 'b', ['a'], false, 0]);
    assert.deepEqual(told('some', ['a', 'c']), ['choice', 'a[,]c', ['a[,]c'], true, 1]);
    assert.deepEqual(told('row', ['x', 'z', 'y']), ['sequencing', 'x[,]z[,]y', ['x[,]y[,]z'], false, 0.3333]);
    assert.deepEqual(told('pairs', { s1: 't1', s2: 't3' }), ['matching', 's1[.]t1[,]s2[.]t3', ['s1[.]t1[,]s2[.]t2'], false, 0.5]);
    assert.deepEqual(told('word', 'Lathe'), ['long-fill-in', 'Lathe', ['Lathe', '车床１号'], true, 1]);
    assert.deepEqual(told('number', '2,5'), ['numeric', '2.5', ['2.4[:]2.6'], true, 1]);
    const [truth] = questionsOf(parseQuiz({ questions: [{ id: 't', kind: 'single', prompt: 'T', choices: [{ id: 'true', text: 'Yes', correct: true }, { id: 'false', text: 'No' }] }] }));
    const interaction = toInteraction(truth!, 'true', scoreQuestion(truth!, 'true'));
    assert.deepEqual([interaction.type, interaction.response, interaction.choices], ['true-false', 'true', undefined]);
  });
});
