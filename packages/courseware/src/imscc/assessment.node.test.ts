import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreQuestion, type Question, type Quiz, type QuizUnit } from '@lectern/core';
import { PackageError, readPackage, type CoursePackage } from '../package/index.js';
import { ID, makeZip } from '../package/zip.fixture.js';
import { readAssessment } from './assessment.js';
import { cartridge, filed, item } from './cartridge.fixture.js';
import { htmlToMarkdown } from './html-to-markdown.js';

const field = (label: string, entry: string): string => `<qtimetadatafield><fieldlabel>${label}</fieldlabel><fieldentry>${entry}</fieldentry></qtimetadatafield>`;
const html = (text: string): string => `<material><mattext texttype="text/html">${text.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</mattext></material>`;
const label = (ident: string, text: string): string => `<response_label ident="${ident}">${html(text)}</response_label>`;
const when = (test: string, score: string, more = '', go = 'No'): string => `<respcondition continue="${go}"><conditionvar>${test}</conditionvar>${score === '' ? '' : `<setvar action="Set" varname="SCORE">${score}</setvar>`}${more}</respcondition>`;
const told = (id: string): string => `<displayfeedback feedbacktype="Response" linkrefid="${id}"/>`;
const is = (text: string, more = ''): string => `<varequal respident="r"${more}>${text}</varequal>`;
const feedback = (id: string, text: string): string => `<itemfeedback ident="${id}"><flow_mat>${html(text)}</flow_mat></itemfeedback>`;
const question = (ident: string, profile: string, presentation: string, processing: string, more = '', weight = ''): string =>
  `<item ident="${ident}" title="${ident}"><itemmetadata><qtimetadata>${field('cc_profile', `cc.${profile}.v0p1`)}${weight === '' ? '' : field('cc_weighting', weight)}</qtimetadata></itemmetadata>
   <presentation>${presentation}</presentation><resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>${processing}</resprocessing>${more}</item>`;
const choices = (cardinality: string, ...labels: string[]): string => `<response_lid ident="r" rcardinality="${cardinality}"><render_choice shuffle="Yes">${labels.join('')}</render_choice></response_lid>`;
const words = '<response_str ident="r" rcardinality="Single"><render_fib/></response_str>';
const exam = (items: string, metadata = '', more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="e" title="Rocks test"><qtimetadata>${field('cc_profile', 'cc.exam.v0p1')}${metadata}</qtimetadata>${more}<section ident="root">${items}</section></assessment></questestinterop>`;

interface Read {
  readonly quiz: Quiz;
  readonly questions: readonly Question[];
  readonly warnings: readonly string[];
}

async function read(xml: string): Promise<Read> {
  const warnings: string[] = [];
  const { quiz } = await readAssessment(new TextEncoder().encode(xml), { file: 't.xml', resolve: (url, picture) => (picture ? `pics/${url}` : url), warn: ({ code, field: at }) => void warnings.push(`${code} ${at}`) });
  return { quiz, questions: quiz.sections.flatMap((section) => section.questions), warnings };
}

const verdict = (asked: Question | undefined, answer: string | readonly string[]): string => {
  const { points, verdict: how } = scoreQuestion(asked!, answer);
  return `${how} ${points}`;
};

test('one choice, with what is told to whom; true and false', async () => {
  const { questions, warnings } = await read(exam(
    question('q1', 'multiple_choice', html('<p>Which is <b>igneous</b>?</p>') + choices('Single', label('a', 'Basalt'), label('b', 'Chalk'), label('c', 'Slate')),
      when('<other/>', '', told('general'), 'Yes') + when(is('a'), '100', told('right')) + when(is('b'), '0', told('b')) + when('<other/>', '0', told('wrong')),
      feedback('general', 'Think of fire.') + feedback('right', 'Yes.') + feedback('b', 'Chalk was alive.') + feedback('wrong', 'No.'), '3')
    + question('q2', 'true_false', html('Granite floats.') + choices('Single', label('4711', 'True'), label('4712', 'False')), when(is('4712'), '100')),
  ));
  const [one, two] = questions;
  assert.deepEqual([one!.prompt, one!.points, one!.feedback], ['Which is **igneous**?', 3, { general: 'Think of fire.' }]);
  assert.deepEqual(one!.kind === 'single' && one!.choices.map(({ id, text, correct, feedback: says }) => [id, text, correct, says]), [['a', 'Basalt', true, 'Yes.'], ['b', 'Chalk', false, 'Chalk was alive.'], ['c', 'Slate', false, 'No.']]);
  assert.deepEqual([verdict(one, 'a'), verdict(one, 'c')], ['right 3', 'wrong 0']);
  assert.deepEqual(two!.kind === 'single' && two!.choices.map(({ id, correct }) => [id, correct]), [['true', false], ['false', true]]);
  assert.deepEqual(warnings, []);
});

test('several choices, by a rule of what must and must not be there, or by what each adds', async () => {
  const must = when(`<and>${is('a')}<not>${is('b')}</not>${is('c')}</and>`, '100');
  const adds = ['a', 'c'].map((each) => `<respcondition continue="Yes"><conditionvar>${is(each)}</conditionvar><setvar action="Add" varname="SCORE">50</setvar></respcondition>`).join('');
  const labels = [label('a', 'A'), label('b', 'B'), label('c', 'C')];
  const { questions } = await read(exam(question('q1', 'multiple_response', html('x') + choices('Multiple', ...labels), must) + question('q2', 'multiple_response', html('x') + choices('Multiple', ...labels), adds)));
  for (const asked of questions) assert.deepEqual([verdict(asked, ['a', 'c']), verdict(asked, ['a', 'b', 'c']), verdict(asked, ['a'])], ['right 1', 'wrong 0', 'wrong 0']);
});

test('words, in any case or not; with what is told; and what only a person can judge', async () => {
  const { questions, warnings } = await read(exam(
    question('q1', 'fib', html('Hardest?') + words, when(is('diamond', ' case="No"') + is('钻石'), '100', told('yes')) + when('<other/>', '0', told('no')), feedback('yes', 'Hard!') + feedback('no', 'Softer.'))
    + question('q2', 'fib', html('Symbol?') + words, when(is('Si', ' case="Yes"'), '100'))
    + question('q3', 'pattern_match', html('About?') + words, when('<varsubstring respident="r">lava</varsubstring>', '100'))
    + question('q4', 'essay', html('Why?') + words, '', feedback('solution', 'x')),
  ));
  const [hard, symbol, pattern, essay] = questions;
  assert.deepEqual([verdict(hard, ' Diamond'), verdict(hard, '钻石'), verdict(hard, 'chalk')], ['right 1', 'right 1', 'wrong 0']);
  assert.deepEqual(hard!.feedback, { correct: 'Hard!', incorrect: 'Softer.' });
  assert.deepEqual([verdict(symbol, 'Si'), verdict(symbol, 'si')], ['right 1', 'wrong 0']);
  assert.equal(verdict(pattern, 'lava'), 'right 1');
  assert.deepEqual([essay!.points, essay!.kind === 'text' && essay!.multiline], [0, true]);
  assert.deepEqual(warnings.map((warning) => warning.split(' ')[0]), ['quiz-simplified', 'quiz-simplified']);
});

test('what the test says of itself: attempts, time, feedback, words before', async () => {
  const one = question('q', 'true_false', html('x') + choices('Single', label('a', '对'), label('b', '错')), when(is('a'), '100'));
  const { quiz } = await read(exam(one, field('cc_maxattempts', '3') + field('qmd_timelimit', '20') + field('qmd_feedbackpermitted', 'No'), `<presentation_material><flow_mat>${html('<h2>Read</h2>first')}</flow_mat></presentation_material>`));
  assert.deepEqual([quiz.attempts, quiz.timeLimitSeconds, quiz.feedback, quiz.answers, quiz.instructions], [3, 1200, 'none', 'never', 'Read\n\nfirst']);
  assert.equal((await read(exam(one, field('cc_maxattempts', 'unlimited')))).quiz.attempts, undefined);
});

test('a cartridge’s test is a quiz, with the pictures that are there; one that cannot be read is left out by name', async () => {
  const picture = '<img src="$IMS-CC-FILEBASE$/pics/a%20b.png" alt="A rock"><img src="$IMS-CC-FILEBASE$/none.png" alt="Gone"><img src="javascript:alert(1)" alt="Bad">';
  const xml = exam(question('q', 'true_false', html(picture) + choices('Single', label('a', 'True'), label('b', 'False')), when(is('a'), '100')));
  const type = 'imsqti_xmlv1p2/imscc_xmlv1p1/assessment';
  const pack: CoursePackage = await readPackage(makeZip({ 'imsmanifest.xml': cartridge(item('i', 'ok', 'Check') + item('j', 'bad', 'Broken') + item('k', 'none', 'Empty'), filed('ok', type, 'q/quiz.xml') + filed('bad', type, 'bad.xml') + filed('none', type, 'none.xml')), 'q/quiz.xml': xml, 'bad.xml': '<x/>', 'none.xml': exam(''), 'web_resources/pics/a b.png': 'x' }), { id: ID });
  const [unit] = pack.course.children as QuizUnit[];
  assert.deepEqual([pack.course.children.length, unit!.kind, unit!.title, unit!.moveOn], [1, 'quiz', 'Check', 'Completed']);
  assert.equal(unit!.quiz?.sections[0]!.questions[0]!.prompt, '![A rock](<web_resources/pics/a%20b.png>)GoneBad');
  assert.deepEqual(pack.warnings.map(({ code, file }) => `${code} ${file}`), ['file-missing q/quiz.xml', 'file-missing q/quiz.xml', 'not-playable imsmanifest.xml', 'not-playable imsmanifest.xml']);
});

test('hostile tests are refused or read, by name and in no time', async () => {
  const refused = async (xml: string): Promise<string> => read(xml).then(() => 'read', (error: unknown) => (error instanceof PackageError ? `${error.code} ${error.file}` : String(error)));
  assert.equal(await refused('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><questestinterop/>'), 'doctype t.xml');
  assert.equal(await refused('<questestinterop/>'), 'wrong-standard t.xml');
  assert.equal(await refused(exam('')), 'element-missing t.xml');
  assert.match(await refused(exam(Array.from({ length: 1_001 }, (_, index) => question(`q${index}`, 'essay', html('x') + words, '')).join(''))), /value-invalid/);
  const deep = `${'<and>'.repeat(40)}${is('a')}${'</and>'.repeat(40)}`;
  const { questions } = await read(exam(question('q', 'multiple_choice', html('x') + choices('Single', label('a', 'A'), label('b', 'B')), when(deep, '100') + when(is('zzz'), 'lots'))));
  assert.equal(questions[0]!.points, 0);
  // Ids that are no ids, twice the same, and a question with nothing or too much to answer.
  const odd = await read(exam(question('../../ <x>', 'essay', html('a') + words, '') .replace('ident="../../ <x>" title="../../ <x>"', 'ident="../../" title="t"') + question('q', 'essay', html('a') + words, '') + question('q', 'essay', html('b') + words, '') + question('r', 'essay', html('c'), '') + question('s', 'essay', html('d') + words + words, '')));
  assert.deepEqual(odd.questions.map(({ id }) => id), ['id', 'q', 'q-2']);
  assert.equal(odd.warnings.filter((warning) => warning.startsWith('not-playable')).length, 2);
});

test('HTML becomes Markdown: words stay words, and nothing that runs is left', () => {
  const md = (text: string): string => htmlToMarkdown(text, (url, picture) => (/^https?:|^pics/.test(url) ? url : picture ? undefined : undefined));
  assert.equal(md('<p>a * b_c [d] &lt;e&gt; &#20013;</p><ul><li>one</li><li><i>two </i>!</li></ul>'), 'a \\* b\\_c \\[d\\] \\<e\\> 中\n\n- one\n- _two_ !');
  assert.equal(md('<script>alert(1)</script>x<style>y</style><a href="javascript:alert(1)">z</a><a href="https://a.example/?q= &lt;">w</a>'), 'x z[w](<https://a.example/?q=%20%3C>)');
  assert.equal(md('1. not a list<br>- nor this<img onerror=alert(1) src=x alt="an [image]">'), '1\\. not a list\\\n\\- nor thisan \\[image\\]');
  for (const slow of ['<'.repeat(200_000), '<a '.repeat(100_000), '<script>'.repeat(50_000), '<!--'.repeat(50_000), `<p ${'a="'.repeat(100_000)}`, '&#'.repeat(200_000)]) md(slow);
});
