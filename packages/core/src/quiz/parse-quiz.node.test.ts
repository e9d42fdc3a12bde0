import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CoreError } from '../errors/core-error.js';
import { parseQuiz } from './parse-quiz.js';
import { questionsOf, toQuizId } from './quiz.js';
import { smallQuiz } from './quiz.fixture.js';

/** The fixture with the value at a path replaced, or removed where it is undefined. */
function changed(path: string, value: unknown): unknown {
  const root = smallQuiz();
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, root);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return root;
}

describe('parseQuiz', () => {
  it('reads every kind of question, fills in what is left out and freezes it', () => {
    const quiz = parseQuiz(smallQuiz());
    assert.deepEqual(quiz.sections.map(({ id, shuffle, select, questions }) => [id, shuffle, select, questions.length]), [['questions', false, undefined, 6]]);
    assert.deepEqual([quiz.markup, quiz.feedback, quiz.answers, quiz.timeLimitSeconds], ['plain', 'end', 'after-last-attempt', undefined]);
    const [one, some, , pairs, word, number] = questionsOf(quiz);
    assert.deepEqual([one!.points, some!.points], [1, 2]);
    assert.equal(pairs?.kind === 'match' && pairs.shuffle, true);
    assert.deepEqual(word?.kind === 'text' && [word.accepted[0], word.caseSensitive, word.maxLength], [{ text: 'Lathe' }, false, 500]);
    assert.deepEqual(number?.kind === 'numeric' && number.accepted, [{ min: 2.4, max: 2.6 }, { min: 10, points: 0.5 }]);
    assert.ok(Object.isFrozen(one!.feedback));
  });

  it('reads again what it has read', () => {
    const quiz = parseQuiz({ ...smallQuiz(), select: 3, shuffle: true, outcomes: { passed: 'Well done' } });
    assert.deepEqual(parseQuiz(JSON.parse(JSON.stringify(quiz))), quiz);
  });

  it('reads pools', () => {
    const { questions, ...rest } = smallQuiz();
    const quiz = parseQuiz({ ...rest, sections: [{ id: 'a', title: 'A', questions: questions.slice(0, 4), select: 2, shuffle: true }, { id: 'b', questions: questions.slice(4) }] });
    assert.deepEqual(quiz.sections.map(({ select, questions: { length } }) => [select, length]), [[2, 4], [undefined, 2]]);
  });

  it('takes questions that nobody can judge, worth nothing', () => {
    const survey = parseQuiz({ questions: [{ id: 't', kind: 'text', prompt: 'Why?', multiline: true }, { id: 'c', kind: 'single', prompt: 'Which?', points: 0, choices: [{ id: 'a', text: 'A' }, { id: 'b', text: 'B' }] }] });
    assert.deepEqual(questionsOf(survey).map(({ points }) => points), [0, 0]);
  });

  const faults: [path: string, value: unknown, field: string][] = [
    ['questions', undefined, 'sections'],
    ['questions', [], 'questions'],
    ['questions', 'x', 'questions'],
    ['sections', [], 'sections'],
    ['attempts', 0, 'attempts'],
    ['attempts', 1.5, 'attempts'],
    ['passMark', 60, 'passMark'],
    ['timeLimitSeconds', Infinity, 'timeLimitSeconds'],
    ['feedback', 'sometimes', 'feedback'],
    ['select', 7, 'select'],
    ['titel', 'x', 'titel'],
    ['questions.0', null, 'questions[0]'],
    ['questions.0.kind', 'essay', 'questions[0].kind'],
    ['questions.0.kind', '__proto__', 'questions[0].kind'],
    ['questions.1.id', 'one', 'questions[1].id'],
    ['questions.0.id', 'a[,]b', 'questions[0].id'],
    ['questions.0.id', 'a b', 'questions[0].id'],
    ['questions.0.id', '', 'questions[0].id'],
    ['questions.0.prompt', {}, 'questions[0].prompt'],
    ['questions.0.prompt', 'x'.repeat(20_001), 'questions[0].prompt'],
    ['questions.0.points', -1, 'questions[0].points'],
    ['questions.0.choices', [{ id: 'a', text: 'A', correct: true }], 'questions[0].choices'],
    ['questions.0.choices.0.correct', false, 'questions[0].choices'],
    ['questions.0.choices.0.correct', 'yes', 'questions[0].choices[0].correct'],
    ['questions.0.choices.1.id', 'a', 'questions[0].choices[1].id'],
    ['questions.0.media', { type: 'image', src: 'javascript:alert(1)', alt: 'x' }, 'questions[0].media.src'],
    ['questions.0.media', { type: 'image', src: 'a.png' }, 'questions[0].media.alt'],
    ['questions.1.maxChoices', 1, 'questions[1].maxChoices'],
    ['questions.2.items.0.text', 3, 'questions[2].items[0].text'],
    ['questions.3.sources.0.target', 't9', 'questions[3].sources[0].target'],
    ['questions.4.accepted', [], 'questions[4].accepted'],
    ['questions.4.accepted', [' '], 'questions[4].accepted'],
    ['questions.4.accepted.1.points', 2, 'questions[4].accepted[1].points'],
    ['questions.5.accepted', [{}], 'questions[5].accepted[0].value'],
    ['questions.5.accepted', [{ min: 2, max: 1 }], 'questions[5].accepted[0].max'],
    ['questions.5.accepted', [{ value: Number.NaN }], 'questions[5].accepted[0].value'],
  ];
  for (const [path, value, field] of faults) {
    it(`refuses ${path} = ${JSON.stringify(value)?.slice(0, 60)}`, () => {
      assert.throws(() => parseQuiz(changed(path, value)), (error: unknown) => {
        assert.ok(error instanceof CoreError);
        assert.deepEqual([error.code, error.field], ['quiz-invalid', field], error.message);
        return true;
      });
    });
  }

  it('refuses more questions than a quiz can have, wherever they stand', () => {
    const many = (prefix: string) => Array.from({ length: 600 }, (_, index) => ({ ...smallQuiz().questions[0]!, id: `${prefix}${index}` }));
    assert.throws(() => parseQuiz({ sections: [{ id: 'a', questions: many('a') }, { id: 'b', questions: many('b') }] }), { field: 'sections' });
  });

  it('has a schema with the same fields', () => {
    const schema = JSON.parse(readFileSync(new URL('../../schemas/quiz.schema.json', import.meta.url), 'utf8')) as { properties: object; definitions: Record<string, { properties: object }> };
    assert.deepEqual(
      Object.keys(schema.properties).sort(),
      ['$schema', 'answers', 'attempts', 'feedback', 'instructions', 'markup', 'outcomes', 'passMark', 'questions', 'sections', 'select', 'shuffle', 'timeLimitSeconds', 'title'],
    );
    for (const kind of ['single', 'multiple', 'order', 'match', 'text-question', 'numeric']) assert.ok(schema.definitions[kind], kind);
  });
});

describe('toQuizId', () => {
  it('makes ids that parseQuiz takes, out of anything', () => {
    const taken = new Set<string>();
    const names = ['i123', 'i123', 'RESPONSE 1', 'a[,]b', '', '...', '第一题', '-x', 'x'.repeat(300), 'x'.repeat(301)];
    const ids = names.map((name) => toQuizId(name, taken));
    assert.deepEqual(ids.slice(0, 7), ['i123', 'i123-2', 'RESPONSE-1', 'a-b', 'id', 'id-2', '第一题']);
    assert.equal(new Set(ids).size, names.length);
    for (const id of ids) parseQuiz({ questions: [{ ...smallQuiz().questions[0]!, id }] });
  });
});
