import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreQuestion, type Question, type QuizAnswer, type QuizUnit } from '@lectern/core';
import { PackageError, readPackage, type CoursePackage } from '../package/index.js';
import { ID, makeZip } from '../package/zip.fixture.js';

const NS = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"';
const template = (name: string): string => `<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/${name}.xml"/>`;
const declare = (cardinality: string, baseType: string, correct: readonly string[], more = '', identifier = 'RESPONSE'): string =>
  `<qti-response-declaration identifier="${identifier}" cardinality="${cardinality}" base-type="${baseType}">${correct.length > 0 ? `<qti-correct-response>${correct.map((value) => `<qti-value>${value}</qti-value>`).join('')}</qti-correct-response>` : ''}${more}</qti-response-declaration>`;
const map = (entries: Readonly<Record<string, number>>, attributes = ''): string => `<qti-mapping default-value="0" ${attributes}>${Object.entries(entries).map(([key, value]) => `<qti-map-entry map-key="${key}" mapped-value="${value}"/>`).join('')}</qti-mapping>`;
const item = (id: string, declarations: string, body: string, processing: string, more = '', attributes = ''): string =>
  `<?xml version="1.0"?><qti-assessment-item ${NS} identifier="${id}" title="Item ${id}" ${attributes}>${declarations}<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-item-body>${body}</qti-item-body>${processing}${more}</qti-assessment-item>`;
const choice = (id: string, text = id): string => `<qti-simple-choice identifier="${id}">${text}</qti-simple-choice>`;
const choose = (max: number, ...choices: string[]): string => `<qti-choice-interaction response-identifier="RESPONSE" max-choices="${max}" shuffle="true"><qti-prompt>Which?</qti-prompt>${choices.join('')}</qti-choice-interaction>`;
const plainItem = (id: string): string => item(id, declare('single', 'identifier', ['A']), choose(1, choice('A'), choice('B')), template('match_correct'));

const resource = (type: string, href: string, id: string = href.replace(/\W/g, '_')): string => `<resource identifier="${id}" type="imsqti_${type}" href="${href}"><file href="${href}"/></resource>`;
const manifest = (...resources: string[]): string => `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/><resources>${resources.join('')}</resources></manifest>`;

interface Read {
  readonly unit: QuizUnit;
  readonly questions: readonly Question[];
  readonly warnings: readonly string[];
}

const told = ({ course, warnings }: CoursePackage): Read => {
  const unit = course.children[0] as QuizUnit;
  return { unit, questions: unit.quiz!.sections.flatMap(({ questions }) => questions), warnings: warnings.map(({ code, file, field }) => `${code} ${file} ${field}`) };
};
const alone = async (xml: string): Promise<Read> => told(await readPackage(new TextEncoder().encode(xml), { id: ID }));
const packed = async (files: Readonly<Record<string, string>>): Promise<Read> => told(await readPackage(makeZip(files), { id: ID }));
const refused = (reading: Promise<unknown>): Promise<string> => reading.then(() => 'read', (error: unknown) => (error instanceof PackageError ? `${error.code} ${error.file} ${error.field}` : String(error)));
const verdict = (question: Question | undefined, answer: QuizAnswer): string => {
  const { points, verdict: how } = scoreQuestion(question!, answer);
  return `${how} ${points}`;
};

test('an item alone is a course: one choice of several, its words in their order, and what is told to whom', async () => {
  const body = `<p>A <b>hard</b> stone, <i>not</i> soft * here.</p>${choose(1, choice('A', 'Basalt<qti-feedback-inline outcome-identifier="FEEDBACK" identifier="A" show-hide="show">Yes, lava.</qti-feedback-inline>'), choice('B', 'Chalk'))}<qti-rubric-block view="scorer"><p>Secret</p></qti-rubric-block>`;
  const { unit, questions: [one], warnings } = await alone(item('q', declare('single', 'identifier', ['A']), body, template('match_correct'), '<qti-modal-feedback outcome-identifier="F" identifier="incorrect" show-hide="show"><p>Read again.</p></qti-modal-feedback>'));
  assert.deepEqual([unit.kind, unit.id, unit.title, unit.quiz!.markup], ['quiz', 'q', 'Item q', 'markdown']);
  assert.equal(one!.prompt, 'A **hard** stone, _not_ soft \\* here.\n\nWhich?');
  assert.ok(one?.kind === 'single' && one.shuffle);
  assert.deepEqual(one.choices.map(({ id, text, correct, feedback }) => [id, text, correct, feedback]), [['A', 'Basalt', true, 'Yes, lava.'], ['B', 'Chalk', false, undefined]]);
  assert.deepEqual(one.feedback, { incorrect: 'Read again.' });
  assert.deepEqual([verdict(one, 'A'), verdict(one, 'B')], ['right 1', 'wrong 0']);
  assert.deepEqual(warnings, []);
});

test('several choices: all of the right ones, or points for each by a mapping with an upper bound', async () => {
  const choices = choose(0, choice('H'), choice('O'), choice('Cl'));
  const { questions: [all] } = await alone(item('q', declare('multiple', 'identifier', ['H', 'O']), choices, template('match_correct')));
  assert.deepEqual([verdict(all, ['H', 'O']), verdict(all, ['H']), verdict(all, ['H', 'O', 'Cl'])], ['right 1', 'wrong 0', 'wrong 0']);
  const { questions: [each] } = await alone(item('q', declare('multiple', 'identifier', ['H', 'O'], map({ H: 1, O: 1, Cl: -1 }, 'lower-bound="0" upper-bound="2"')), choices, template('map_response')));
  assert.deepEqual([verdict(each, ['H', 'O']), verdict(each, ['H']), verdict(each, ['H', 'O', 'Cl'])], ['right 2', 'partial 1', 'partial 1']);
});

test('order, match, gap match, hottext, inline choice, words, numbers, essays', async () => {
  const { questions: [order] } = await alone(item('q', declare('ordered', 'identifier', ['C', 'A', 'B']), `<qti-order-interaction response-identifier="RESPONSE">${['A', 'B', 'C'].map((id) => choice(id)).join('')}</qti-order-interaction>`, template('match_correct')));
  assert.deepEqual([verdict(order, ['C', 'A', 'B']), verdict(order, ['A', 'B', 'C'])], ['right 1', 'wrong 0']);

  const set = (...ids: string[]): string => `<qti-simple-match-set>${ids.map((id) => `<qti-simple-associable-choice identifier="${id}" match-max="4">${id}</qti-simple-associable-choice>`).join('')}</qti-simple-match-set>`;
  const { questions: [match] } = await alone(item('q', declare('multiple', 'directedPair', ['C R', 'D M', 'L M'], map({ 'C R': 1, 'D M': 0.5, 'L M': 0.5 })), `<qti-match-interaction response-identifier="RESPONSE">${set('C', 'D', 'L')}${set('M', 'R')}</qti-match-interaction>`, template('map_response')));
  assert.deepEqual([verdict(match, { C: 'R', D: 'M', L: 'M' }), match!.points], ['right 2', 2]);

  const gap = '<qti-gap-match-interaction response-identifier="RESPONSE"><qti-gap-text identifier="W" match-max="1">winter</qti-gap-text><qti-gap-text identifier="S" match-max="1">summer</qti-gap-text><p>Now is the <qti-gap identifier="G1"/> made glorious <qti-gap identifier="G2"/>.</p></qti-gap-match-interaction>';
  const { questions: [gaps] } = await alone(item('q', declare('multiple', 'directedPair', ['W G1', 'S G2']), gap, template('match_correct')));
  assert.equal(gaps!.prompt, 'Now is the \\_\\_\\_\\_ (1) made glorious \\_\\_\\_\\_ (2) .');
  assert.equal(verdict(gaps, { G1: 'W', G2: 'S' }), 'right 1');

  const { questions: [hot] } = await alone(item('q', declare('single', 'identifier', ['B']), '<qti-hottext-interaction response-identifier="RESPONSE" max-choices="1"><p>The <qti-hottext identifier="A">cat</qti-hottext> are <qti-hottext identifier="B">sleep</qti-hottext>.</p></qti-hottext-interaction>', template('match_correct')));
  assert.deepEqual([hot!.prompt, verdict(hot, 'B')], ['The cat are sleep.', 'right 1']);

  const { questions: [inline] } = await alone(item('q', declare('single', 'identifier', ['Y']), '<p>Now the <qti-inline-choice-interaction response-identifier="RESPONSE"><qti-inline-choice identifier="G">Gloucester</qti-inline-choice><qti-inline-choice identifier="Y">York</qti-inline-choice></qti-inline-choice-interaction> sun</p>', template('match_correct')));
  assert.deepEqual([inline!.prompt, verdict(inline, 'Y')], ['Now the \\_\\_\\_\\_ sun', 'right 1']);

  const entry = '<p>Sun of <qti-text-entry-interaction response-identifier="RESPONSE"/></p>';
  const { questions: [exact] } = await alone(item('q', declare('single', 'string', ['York']), entry, template('match_correct')));
  assert.deepEqual([verdict(exact, 'York'), verdict(exact, 'york')], ['right 1', 'wrong 0']);
  const { questions: [mapped] } = await alone(item('q', declare('single', 'string', ['York'], map({ York: 1, Yorke: 0.5 })), entry, template('map_response')));
  assert.deepEqual([verdict(mapped, 'york'), verdict(mapped, 'Yorke')], ['right 1', 'partial 0.5']);
  const { questions: [number] } = await alone(item('q', declare('single', 'float', ['2.50']), entry, template('match_correct')));
  assert.deepEqual([number!.kind, verdict(number, '2.5')], ['numeric', 'right 1']);

  const essay = await alone(item('q', declare('single', 'string', []), '<qti-extended-text-interaction response-identifier="RESPONSE"><qti-prompt>Why?</qti-prompt></qti-extended-text-interaction>', ''));
  const [asked] = essay.questions;
  assert.deepEqual([asked?.points, asked?.kind === 'text' && asked.multiline, essay.warnings], [0, true, ['quiz-simplified item.xml responseProcessing']]);
});

test('QTI 2 writes the same otherwise; rules that do what a template does are followed, others are not', async () => {
  const rules = (test: string, score: string): string => `<responseProcessing><responseCondition><responseIf>${test}<setOutcomeValue identifier="SCORE"><baseValue baseType="float">${score}</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`;
  const old = (processing: string): string => `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="old" title="Old" adaptive="false" timeDependent="false"><responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse></responseDeclaration><itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Old?</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction></itemBody>${processing}</assessmentItem>`;
  const followed = await alone(old(rules('<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>', '4')));
  assert.deepEqual([verdict(followed.questions[0], 'B'), followed.warnings], ['right 4', []]);
  const own = await alone(old(rules('<customOperator/>', '1')));
  assert.deepEqual([verdict(own.questions[0], 'B'), own.warnings], ['right 1', ['quiz-simplified item.xml responseProcessing']]);
});

test('a package’s test is a quiz with its sections, texts, pictures, weights and time; what cannot be asked is left out by name', async () => {
  const refs = (...hrefs: string[]): string => hrefs.map((href, index) => `<qti-assessment-item-ref identifier="r${index}" href="${href}">${index === 0 ? '<qti-weight identifier="W" value="3"/>' : ''}</qti-assessment-item-ref>`).join('');
  const exam = `<qti-assessment-test ${NS} identifier="t" title="Exam"><qti-time-limits max-time="600"/><qti-test-part identifier="p" navigation-mode="linear" submission-mode="individual"><qti-assessment-section identifier="s1" title="First" visible="true"><qti-selection select="1"/><qti-ordering shuffle="true"/><qti-rubric-block view="candidate"><p>Read.</p></qti-rubric-block>${refs('../items/a.xml', '../items/b.xml')}</qti-assessment-section><qti-assessment-section identifier="s2" title="Second" visible="false">${refs('../items/c.xml', '../items/hot.xml', '../items/none.xml')}<qti-assessment-section-ref identifier="x" href="more.xml"/></qti-assessment-section></qti-test-part><qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-sum><qti-test-variables variable-identifier="SCORE" weight-identifier="W"/></qti-sum></qti-set-outcome-value></qti-outcome-processing></qti-assessment-test>`;
  const withText = plainItem('c').replace('<qti-item-body>', '<qti-assessment-stimulus-ref identifier="st" href="../text.xml"/><qti-item-body><p><img src="../pics/a%20b.png" alt="A rock"/><img src="gone.png" alt="Gone"/></p>');
  const read = await packed({
    'imsmanifest.xml': manifest(resource('test_xmlv3p0', 'tests/exam.xml'), resource('item_xmlv3p0', 'items/a.xml')), 'tests/exam.xml': exam, 'items/a.xml': plainItem('a'), 'items/b.xml': plainItem('b'), 'items/c.xml': withText,
    'items/hot.xml': item('hot', declare('single', 'point', []), '<qti-select-point-interaction response-identifier="RESPONSE"/>', ''), 'text.xml': `<qti-assessment-stimulus ${NS} identifier="st" title="T"><qti-stimulus-body><p>Long ago.</p></qti-stimulus-body></qti-assessment-stimulus>`,
    'pics/a b.png': 'x', 'tests/more.xml': `<qti-assessment-section ${NS} identifier="s3" title="Third" visible="true">${refs('../items/a.xml')}<qti-assessment-section-ref identifier="y" href="more.xml"/></qti-assessment-section>`,
  });
  const { quiz } = read.unit;
  assert.deepEqual([read.unit.title, quiz!.timeLimitSeconds, quiz!.sections.map(({ id, title, select, shuffle, instructions }) => [id, title, select, shuffle, instructions])], ['Exam', 600, [['s1', 'First', 1, true, 'Read.'], ['s2', undefined, undefined, false, undefined], ['s3', 'Third', undefined, false, undefined]]]);
  assert.deepEqual(read.questions.map(({ id, points }) => [id, points]), [['a', 3], ['b', 1], ['c', 3], ['a-2', 3]]);
  assert.match(String(read.questions[2]!.prompt), /^Long ago\.\n\n!\[A rock\]\(<pics\/a%20b\.png>\)Gone\n\nWhich\?$/);
  assert.deepEqual(read.warnings, [
    'file-missing items/c.xml img', 'not-playable items/hot.xml qti-assessment-item', 'not-playable tests/exam.xml qti-test-part/qti-assessment-section[2]/qti-assessment-item-ref[3]/@href',
    'not-playable tests/more.xml qti-assessment-section-ref/@href',
  ]);
});

test('items without a test are one quiz; several things to answer are several questions', async () => {
  const entry = (id: string): string => `<qti-text-entry-interaction response-identifier="${id}"/>`;
  const two = item('two', declare('single', 'string', ['x'], map({ x: 2 }), 'R1') + declare('single', 'string', ['y'], map({ y: 1 }), 'R2'), `<p>${entry('R1')} and ${entry('R2')}</p>`,
    '<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-sum><qti-map-response identifier="R1"/><qti-map-response identifier="R2"/></qti-sum></qti-set-outcome-value></qti-response-processing>');
  const { questions, unit } = await packed({ 'imsmanifest.xml': manifest(resource('item_xmlv3p0', 'one.xml'), resource('item_xmlv2p2', 'two.xml')), 'one.xml': plainItem('one'), 'two.xml': two });
  assert.deepEqual([unit.id, questions.map(({ id, points }) => [id, points])], ['items', [['one', 1], ['two.R1', 2], ['two.R2', 1]]]);
  assert.equal(questions[2]!.prompt, '\\_\\_\\_\\_ (1) and \\_\\_\\_\\_ (2)\n\n**(2)**');
});

test('hostile items, tests and packages are refused or left out, by file and field', async () => {
  assert.equal(await refused(alone(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><qti-assessment-item ${NS}/>`)), 'doctype undefined line 1');
  assert.equal(await refused(alone(`<qti-assessment-item ${NS} identifier="a">${'<p>'.repeat(200)}${'</p>'.repeat(200)}</qti-assessment-item>`)), 'xml-too-deep undefined line 1');
  assert.equal(await refused(alone(`<qti-assessment-item ${NS} identifier="a" title=""/>`)), 'element-missing item.xml itemBody');
  assert.equal(await refused(alone(`<qti-assessment-test ${NS} identifier="a" title=""/>`)), 'element-missing test.xml assessmentSection');
  // Without a package there is nothing to lead to.
  assert.equal(await refused(alone(`<qti-assessment-test ${NS} identifier="a" title="t"><qti-test-part><qti-assessment-section><qti-assessment-item-ref href="a.xml"/></qti-assessment-section></qti-test-part></qti-assessment-test>`)), 'element-missing test.xml assessmentSection');
  const crowd = Array.from({ length: 1_001 }, () => '<qti-assessment-item-ref href="none.xml"/>').join('');
  assert.match(await refused(packed({ 'imsmanifest.xml': manifest(resource('test_xmlv3p0', 't.xml')), 't.xml': `<qti-assessment-test ${NS}><qti-test-part><qti-assessment-section>${crowd}</qti-assessment-section></qti-test-part></qti-assessment-test>` })), /^value-invalid t\.xml qti-test-part/);
  assert.equal(await refused(packed({ 'imsmanifest.xml': manifest(resource('test_xmlv3p0', '../../etc/passwd', 'r')) })), 'path-traversal imsmanifest.xml resources/resource/@href');
  assert.equal(await refused(packed({ 'imsmanifest.xml': manifest(resource('test_xmlv3p0', 'none.xml', 'r')) })), 'file-missing imsmanifest.xml resources/resource/@href');
  assert.equal(await refused(packed({ 'imsmanifest.xml': manifest(resource('test_xmlv3p0', 'javascript:alert(1)', 'r')) })), 'unsafe-url imsmanifest.xml resources/resource/@href');
  assert.equal(await refused(packed({ 'imsmanifest.xml': manifest(resource('test_xmlv3p0', 't.xml', 'r')), 't.xml': plainItem('a') })), 'wrong-standard t.xml qti-assessment-item');

  // One bad item beside a good one.
  for (const bad of [
    '<x/>', '<a', item('b', '', choose(1, choice('A'), choice('B')), ''), item('b', declare('single', 'identifier', ['A']), choose(1, choice('A')), template('match_correct')),
    item('b', declare('single', 'identifier', ['A']), choose(1, choice('A'), choice('B')), template('match_correct'), '', 'adaptive="true"'), item('b', declare('ordered', 'identifier', ['A', 'A']), `<qti-order-interaction response-identifier="RESPONSE">${choice('A')}${choice('B')}</qti-order-interaction>`, template('match_correct')),
    item('b', '<qti-template-declaration identifier="T"/>', choose(1, choice('A'), choice('B')), ''), item('b', declare('single', 'identifier', ['A']), '<qti-portable-custom-interaction response-identifier="RESPONSE" module="evil"/>', ''),
  ]) {
    const { questions, warnings } = await packed({ 'imsmanifest.xml': manifest(resource('item_xmlv3p0', 'a.xml'), resource('item_xmlv3p0', 'b.xml')), 'a.xml': plainItem('a'), 'b.xml': bad });
    assert.deepEqual([questions.map(({ id }) => id), warnings.length, warnings[0]!.startsWith('not-playable b.xml')], [['a'], 1, true], bad);
  }

  // Numbers that are none, names of no kind, and what would run.
  const odd = await alone(item('../<b>'.replace(/[<>]/g, ''), declare('multiple', 'identifier', ['__proto__'], map({ __proto: 1e308, x: Number.NaN })), choose(-5, choice('__proto__', '<script>alert(1)</script><a href="javascript:alert(1)">z</a>'), choice('a,b[,]c', '')), template('map_response')));
  assert.deepEqual(odd.questions.map(({ id, kind }) => [id, kind]), [['b', 'multiple']]);
  const [strange] = odd.questions;
  assert.deepEqual(strange?.kind === 'multiple' && strange.choices.map(({ id, text }) => [id, text]), [['__proto__', 'z'], ['a-b-c', 'a,b[,]c']]);
});
