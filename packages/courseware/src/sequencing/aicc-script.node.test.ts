import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateAiccScript, type AiccStatus } from './aicc-script.js';

const statuses: Record<string, AiccStatus> = { a: 'passed', b: 'completed', c: 'incomplete', d: 'failed', 'A 1': 'passed', '2': 'completed' };
const run = (script: string) => evaluateAiccScript(script, (id) => (Object.hasOwn(statuses, id) ? statuses[id] : undefined));

test('names, and, or, not, brackets', () => {
  for (const script of ['a', 'a&b', 'a & (c|b)', '~c', '~(c|d)', 'c|a', 'a&amp;b', '"A 1"', '2&a']) assert.equal(run(script), true, script);
  for (const script of ['c', 'a&c', 'c|d', '~a', '(a&b)&~b']) assert.equal(run(script), false, script);
});

test('statuses and counts', () => {
  for (const script of ['c=incomplete', 'c=i', 'd=failed', 'a<>failed', '2*{a,b,c}', '1*{c,a&b}', '0*{c}']) assert.equal(run(script), true, script);
  for (const script of ['a=c', 'd<>f', '3*{a,b,c}']) assert.equal(run(script), false, script);
});

test('what is no script says nothing', () => {
  for (const script of ['', 'nowhere', 'a&', '(a', 'a)', 'a=moon', 'x*{a}', '2*{a', 'a b c=', '<a>', '&'.repeat(5_000), `${'('.repeat(500)}a${')'.repeat(500)}`]) {
    assert.equal(run(script), undefined, script.slice(0, 20));
  }
});
