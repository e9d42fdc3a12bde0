import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listUnits } from '@lectern/core';
import { PackageError, parseCourse, parseCourseText, readPackage } from '../index.js';
import { ID, makeZip } from '../package/zip.fixture.js';
import { unitSchemas } from './course-schema.js';

const video = { type: 'unit', kind: 'video', id: 'v', title: { en: 'Film', 'zh-CN': '影片' }, sources: [{ src: 'a.mp4', type: 'video/mp4' }] };
const page = (id: string, href = 'a.html') => ({ type: 'unit', kind: 'html', id, title: id, href, completion: { policy: 'visited' } });
const course = (...children: unknown[]) => ({ id: ID, title: 'Course', children });

const refused = (json: unknown, field: string, code = 'invalid-course'): void =>
  assert.throws(() => parseCourse(json, { file: 'course.json' }), (error: unknown) => {
    assert.ok(error instanceof PackageError, String(error));
    assert.deepEqual([error.code, error.field, error.file], [code, field, 'course.json'], error.message);
    return true;
  });

test('defaults, order, and absolute addresses', () => {
  const parsed = parseCourse(course({ type: 'block', id: 'b', title: 'Block', children: [video, page('p')] }, page('q')), { url: 'https://host.example/c/1/course.json' });
  assert.equal(parsed.format, 'course');
  assert.equal(parsed.base, 'https://host.example/c/1/');
  assert.deepEqual(listUnits(parsed).map(({ id, moveOn }) => [id, moveOn]), [['v', 'CompletedOrPassed'], ['p', 'CompletedOrPassed'], ['q', 'CompletedOrPassed']]);
  const framed = parseCourse({ ...course(video), base: '../', frame: '//content.example/frame/' }, { url: 'https://host.example/c/1/course.json' });
  assert.deepEqual([framed.base, framed.frame], ['https://host.example/c/', 'https://content.example/frame/']);
  assert.equal(parseCourse(course(video), { id: 'urn:other' }).id, 'urn:other');
});

test('a fault names its field', () => {
  refused(null, '');
  refused({ title: 'x', children: [] }, 'id', 'identifier-missing');
  refused({ ...course(video), title: '' }, 'title');
  refused({ ...course(video), titel: 'x' }, 'titel');
  refused(course({ ...video, kind: 'film' }), 'children[0].kind');
  refused(course({ ...video, kind: 'toString' }), 'children[0].kind');
  refused(course({ ...video, type: 'thing' }), 'children[0].type');
  refused(course(video, { ...page('p'), completion: { policy: 'time' } }), 'children[1].completion.seconds');
  refused(course({ ...video, sources: [{ src: 'a.mp4' }, { source: 'b.mp4' }] }), 'children[0].sources[1].src');
  refused(course({ ...video, masteryScore: 80 }), 'children[0].masteryScore');
  refused(course(video, video), 'children[1].id', 'identifier-duplicate');
  assert.throws(() => parseCourseText('{"id": '), { code: 'malformed-json' });
});

test('only http(s) and relative addresses, everywhere', () => {
  for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', 'java\tscript:alert(1)', 'data:text/html,x', 'blob:x', 'vbscript:x', '\\\\host\\x', 'file:///x']) {
    refused(course(page('p', bad)), 'children[0].href');
    refused({ ...course(video), base: bad }, 'base');
    refused({ ...course(video), frame: bad }, 'frame');
    refused(course({ ...video, poster: bad }), 'children[0].poster');
    refused(course({ type: 'unit', kind: 'simulation', id: 's', title: 's', src: bad }), 'children[0].src');
  }
});

test('a tool by name or address, with parameters that are words', () => {
  const tool = (more: object): unknown => ({ type: 'unit', kind: 'lti', id: 't', title: 'Tool', tool: 'quizzes', ...more });
  const [read] = listUnits(parseCourse(course(tool({ targetLinkUri: 'https://tool.example/q?1', custom: { level: '3' }, masteryScore: 0.6, moveOn: 'Passed' }))));
  assert.deepEqual(read, {
    type: 'unit', kind: 'lti', id: 't', title: 'Tool', tool: 'quizzes', targetLinkUri: 'https://tool.example/q?1', custom: { level: '3' }, launchMethod: 'AnyWindow', masteryScore: 0.6, moveOn: 'Passed',
  });
  refused(course(tool({ tool: undefined })), 'children[0].tool');
  refused(course(tool({ tool: ' ' })), 'children[0].tool');
  for (const bad of ['javascript:alert(1)', 'quiz', '//tool.example/', 'https://', 'ftp://x.example/']) refused(course(tool({ targetLinkUri: bad })), 'children[0].targetLinkUri');
  refused(course(tool({ custom: { level: 3 } })), 'children[0].custom.level');
  refused(course(tool({ custom: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, ''])) })), 'children[0].custom');
  refused(course(tool({ completion: { policy: 'time', seconds: 3 } })), 'children[0].completion.policy');
  refused(course(tool({ launchMethod: 'Popup' })), 'children[0].launchMethod');
  for (const moveOn of ['Passed', 'CompletedAndPassed']) refused(course(tool({ moveOn })), 'children[0].masteryScore');
});

test('ten thousand units, and nesting without end', () => {
  const many = parseCourse(course(...Array.from({ length: 10_000 }, (_, index) => page(`u${index}`))));
  assert.equal(listUnits(many).length, 10_000);
  let deep: unknown = page('p');
  for (let level = 0; level < 20_000; level++) deep = { type: 'block', id: `b${level}`, title: 'b', children: [deep] };
  assert.throws(() => parseCourse(course(deep)), { code: 'invalid-course' });
});

test('in a package, what units start must be there', async () => {
  const text = JSON.stringify({ ...course(video), base: 'https://evil.example/', frame: 'https://evil.example/' });
  const read = await readPackage(makeZip({ 'course.json': text, 'a.mp4': 'x' }), { id: 'urn:mine' });
  assert.deepEqual([read.course.id, read.course.base, read.course.frame], ['urn:mine', undefined, undefined]);
  await assert.rejects(readPackage(makeZip({ 'course.json': text }), { id: ID }), { code: 'file-missing', field: 'v.sources[0].src' });
  await assert.rejects(readPackage(makeZip({ 'course.json': '{]' }), { id: ID }), { code: 'malformed-json', file: 'course.json' });
  await assert.rejects(readPackage(makeZip({ 'course.json': JSON.stringify(course()) }), { id: ID }), { code: 'no-launchable-item' });
});

test('the published JSON Schema knows the same kinds and fields', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/course.schema.json', import.meta.url), 'utf8')) as {
    $defs: Record<string, { properties: Record<string, unknown>; required?: string[] }>;
  };
  for (const [kind, { entries }] of Object.entries(unitSchemas)) {
    assert.deepEqual(Object.keys(schema.$defs[kind]!.properties).sort(), Object.keys(entries).sort(), kind);
    const required = Object.entries(entries).filter(([, entry]) => (entry as { type: string }).type !== 'optional').map(([name]) => name);
    assert.deepEqual([...(schema.$defs[kind]!.required ?? [])].sort(), required.sort(), kind);
  }
});

test('a picture says what it shows, and a document is of a known type', () => {
  const unit = { type: 'unit', kind: 'document', id: 'd', title: 'D', sources: [{ src: 'd.png', type: 'image/png' }] };
  const course = (more: object) => ({ id: 'https://c.example/1', title: 'C', children: [{ ...unit, ...more }] });
  const fault = (more: object): unknown => {
    try {
      parseCourse(course(more));
      return undefined;
    } catch (error) {
      return (error as { field?: unknown }).field;
    }
  };
  assert.equal(fault({}), 'children[0].alt');
  assert.equal(fault({ alt: { en: 'A lathe' }, caption: 'Lathe', download: true, completionThreshold: 0.5, minPageSeconds: 0 }), undefined);
  assert.equal(fault({ sources: [{ src: 'd.pdf', type: 'application/pdf' }] }), undefined);
  assert.equal(fault({ sources: [{ src: 'd.doc', type: 'application/msword' }] }), 'children[0].sources[0].type');
  assert.equal(fault({ alt: 'A', minPageSeconds: -1 }), 'children[0].minPageSeconds');
});

test('a quiz in the course is read whole, and its faults keep their place', () => {
  const question = { id: 'q', kind: 'single', prompt: '?', choices: [{ id: 'a', text: 'A', correct: true }, { id: 'b', text: 'B' }] };
  const quiz = (more: object) => course({ type: 'unit', kind: 'quiz', id: 'z', title: 'Z', ...more });
  const [unit] = listUnits(parseCourse(quiz({ quiz: { questions: [question] } })));
  assert.equal(unit?.kind === 'quiz' && unit.quiz?.sections[0]?.questions[0]?.points, 1);
  refused(quiz({ quiz: { questions: [question, { ...question, id: 'r', choices: [{ id: 'a', text: 3 }] }] } }), 'children[0].quiz.questions[1].choices');
  refused(quiz({ quiz: { questions: [question, { ...question, id: 'r', points: 'x' }] } }), 'children[0].quiz.questions[1].points');
  refused(quiz({}), 'children[0].quiz');
  refused(quiz({ src: 'quiz.json', quiz: { questions: [question] } }), 'children[0].quiz');
  refused(course({ ...page('p'), completion: { policy: 'scrolled', fraction: 2 } }), 'children[0].completion.fraction');
});

test('what comes before what is read, and what could never be opened is refused by its place', () => {
  const block = (id: string, children: unknown[], more: object = {}): object => ({ type: 'block', id, title: id, children, ...more });
  const sound = { ...course(page('a'), block('b', [page('c'), { ...page('d'), requires: ['a'] }], { order: 'forced' })), order: 'free' };
  assert.deepEqual(parseCourse(sound).children.map((node) => [node.id, (node as { order?: unknown }).order]), [['a', undefined], ['b', 'forced']]);
  refused(course({ ...page('a'), requires: ['nowhere'] }), 'children[0].requires[0]', 'reference-missing');
  refused(course(block('b', [{ ...page('a'), requires: ['__proto__'] }])), 'children[0].children[0].requires[0]', 'reference-missing');
  refused(course(page('x'), { ...page('a'), requires: ['x', 'b'] }, { ...page('b'), requires: ['a'] }), 'children[1].requires[1]');
  refused(course(block('b', [{ ...page('a'), requires: ['b'] }])), 'children[0].children[0].requires[0]');
  refused(course(block('b', [page('a')], { order: 'forward' })), 'children[0].order');
  for (const bad of ['a', [], ['a', 'a'], [7], [''], Array.from({ length: 201 }, (_, index) => `u${index}`)]) {
    assert.throws(() => parseCourse(course(page('x'), { ...page('b'), requires: bad })), (error: unknown) => error instanceof PackageError && /^children\[1\]\.requires/.test(error.field ?? ''), JSON.stringify(bad));
  }
  refused({ ...sound, format: 'scorm2004' }, 'format');
  refused({ ...sound, sequencing: {} }, 'sequencing');
});
