import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readH5pNews } from '../frame/h5p-protocol.js';
import { readH5pReport } from './read-report.js';

const VERB = 'http://adlnet.gov/expapi/verbs/';
const answered = (more: object = {}, result: object = {}): unknown => ({
  actor: { mbox: 'mailto:somebody.else@example.com', name: 'Somebody else' },
  verb: { id: `${VERB}answered` },
  object: {
    id: 'https://content.example/c/x/',
    definition: {
      interactionType: 'choice',
      description: { 'en-US': '<p>Which is <b>red</b>&nbsp;&amp; round?</p><script>alert(1)</script>\n', 'not a tag!': 'x' },
      correctResponsesPattern: ['1', 7],
      choices: [{ id: '0', description: { 'en-US': '<div>Sea</div>' } }, { id: '1', description: { 'en-US': 'Sun' } }, { id: '1' }, { nothing: true }],
    },
  },
  result: { response: '1', duration: 'PT1M2.5S', completion: true, success: true, score: { raw: 3, min: 0, max: 4, scaled: 0.75 }, ...result },
  context: { contextActivities: { category: [{ id: 'http://h5p.org/libraries/H5P.MultiChoice-1.16' }] }, registration: 'not-ours' },
  timestamp: '1970-01-01T00:00:00Z',
  ...more,
});

describe('what H5P content reports', () => {
  it('is read: the question in words, the answer, the score', () => {
    assert.deepEqual(readH5pReport(answered()), {
      whole: true,
      verb: 'answered',
      completed: true,
      success: true,
      score: { scaled: 0.75, raw: 3, min: 0, max: 4 },
      interaction: {
        id: 'question',
        type: 'choice',
        description: { 'en-US': 'Which is red & round? alert(1)' },
        correctResponsesPattern: ['1'],
        choices: [{ id: '0', description: { 'en-US': 'Sea' } }, { id: '1', description: { 'en-US': 'Sun' } }],
        response: '1',
        score: { scaled: 0.75, raw: 3, min: 0, max: 4 },
        success: true,
        latency: 62.5,
      },
    });
  });

  it('of a part is not of the whole, and names the part', () => {
    const part = readH5pReport(answered({ context: { contextActivities: { parent: [{ id: 'https://content.example/c/x/' }] } }, object: { id: 'https://content.example/c/x/?subContentId=11ab-22', definition: { interactionType: 'true-false' } } }));
    assert.equal(part?.whole, false);
    assert.equal(part?.interaction?.id, '11ab-22');
    const named = readH5pReport(answered({ object: { id: 'x', definition: { interactionType: 'other', extensions: { 'http://h5p.org/x-api/h5p-subContentId': '../../up' } } } }));
    assert.equal(named?.interaction?.id, 'question');
  });

  it('is nothing where it says nothing of learning', () => {
    for (const verb of ['attempted', 'interacted', 'progressed', 'consumed', 'voided', '__proto__', 'constructor']) assert.equal(readH5pReport({ verb: { id: VERB + verb } }), undefined, verb);
    for (const value of [undefined, null, 7, 'answered', [], {}, { verb: null }, { verb: { id: {} } }]) assert.equal(readH5pReport(value), undefined);
  });

  it('leaves out what contradicts itself', () => {
    const score = (given: object) => readH5pReport(answered({}, { score: given }))?.score;
    assert.deepEqual(score({ scaled: 7 }), undefined);
    assert.deepEqual(score({ scaled: '1', raw: NaN }), undefined);
    assert.deepEqual(score({ raw: 9, min: 0, max: 4 }), undefined);
    assert.deepEqual(score({ raw: 2, min: 4, max: 0 }), undefined);
    assert.deepEqual(score({ raw: 2, min: 0, max: 4 }), { scaled: 0.5, raw: 2, min: 0, max: 4 });
    assert.deepEqual(score({ scaled: 0.5, raw: 9, min: 0, max: 4 }), { scaled: 0.5 });
    for (const duration of ['P1D', 'PT', 7, 'PT-3S', `PT${'9'.repeat(40)}S`]) assert.ok(!(Number(readH5pReport(answered({}, { duration }))?.interaction?.latency) > 0), String(duration));
    assert.equal(readH5pReport(answered({ object: { definition: { interactionType: 'sorcery' } } }))?.interaction, undefined);
  });

  it('has an end, however long it is', () => {
    const long = '<'.repeat(300_000) + '&'.repeat(300_000);
    const report = readH5pReport(answered({ object: { definition: { interactionType: 'choice', description: { en: long }, choices: Array.from({ length: 5_000 }, (_, index) => ({ id: String(index) })) } } }, { response: 'x'.repeat(1_000_000) }));
    assert.equal(report?.interaction?.choices?.length, 200);
    assert.equal(report?.interaction?.response?.length, 30_000);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true }), fc.anything(), (result, object) => {
      readH5pReport({ verb: { id: `${VERB}answered` }, result, object, context: result });
      readH5pNews(result);
      readH5pNews({ type: 'problem', problem: object });
    }));
  });
});

it('news of the frame are known ones, or none', () => {
  assert.deepEqual(readH5pNews({ type: 'problem', problem: { code: '<script>', file: 7, detail: 'x'.repeat(9_000) } }), { type: 'problem', problem: { code: 'h5p-failed', detail: 'x'.repeat(2_000) } });
  for (const value of [undefined, null, 'ready', { type: 'toString' }, { type: 'state', state: {} }]) assert.equal(readH5pNews(value), undefined);
  assert.deepEqual(readH5pNews({ type: 'ready', more: 1 }), { type: 'ready' });
});
