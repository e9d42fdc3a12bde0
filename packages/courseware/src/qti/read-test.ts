import { CoreError, parseQuiz, toQuizId, type Quiz } from '@lectern/core';
import { PackageError } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';
import { textIn } from './item-text.js';
import type { QtiFiles } from './qti-files.js';
import { attributeOf, childOf, childrenOf, descendantsOf, isQtiTest, nameOf } from './qti-names.js';
import { readItem } from './read-item.js';

const CLAUSE = 'QTI 3.0 ASI 2.3';
/** Sections nest, also through files. */
const MAX_DEPTH = 30;
/** What a quiz may have. */
const MAX_ITEMS = 1_000;
const MAX_SECTIONS = 100;

interface Reading {
  readonly files: QtiFiles;
  readonly ids: Set<string>;
  readonly sectionIds: Set<string>;
  readonly sections: object[];
  readonly title: string;
  /** Whether the test's own rules count weights. */
  readonly weighs: boolean;
  items: number;
}

/**
 * Reads a test of QTI 2 or 3 with its items as a quiz. Its sections, drawing, shuffling and time limit are kept. Items and sections that cannot be read are left out, each with a warning.
 * @throws PackageError `wrong-standard`, `value-invalid`, `element-missing` where nothing is left to be asked
 */
export async function readTest(test: XmlElement, file: string, files: QtiFiles): Promise<{ readonly title: string | undefined; readonly quiz: Quiz }> {
  if (!isQtiTest(test)) throw new PackageError('wrong-standard', `The file is no QTI test: its root is <${test.name.slice(0, 80)}>.`, { file, field: test.name.slice(0, 80), clause: CLAUSE });
  const title = attributeOf(test, 'title') ?? '';
  const weighs = descendantsOf(test, (name) => name === 'testvariables').some((each) => attributeOf(each, 'weightidentifier'));
  const reading: Reading = { files, ids: new Set(), sectionIds: new Set(), sections: [], title, weighs, items: 0 };
  const parts = childrenOf(test, 'testpart');
  for (const part of parts) {
    for (const section of part.children) await readSection(section, file, [file], reading);
  }
  if (reading.sections.length === 0) throw new PackageError('element-missing', 'The test has no item that can be asked.', { file, field: 'assessmentSection', clause: CLAUSE });
  const limit = childOf(test, 'timelimits') ?? (parts.length === 1 ? childOf(parts[0]!, 'timelimits') : undefined);
  const seconds = Number(limit && attributeOf(limit, 'maxtime'));
  const control = parts.length > 0 ? childOf(parts[0]!, 'itemsessioncontrol') : undefined;
  const atOnce = parts.every((part) => attributeOf(part, 'submissionmode') === 'individual') && /^(?:true|1)$/.test((control && attributeOf(control, 'showfeedback')) ?? '');
  return { title: title || undefined, quiz: toQuiz({ sections: reading.sections, ...(seconds >= 1 && seconds <= 31_536_000 ? { timeLimitSeconds: seconds } : {}), ...(atOnce ? { feedback: 'immediate' } : {}) }, file) };
}

/**
 * Items without a test, as a quiz.
 * @throws PackageError `value-invalid`, `element-missing` where nothing is left to be asked
 */
export async function readItems(items: readonly { readonly path: string; readonly root?: XmlElement; readonly from: string; readonly field: string }[], files: QtiFiles): Promise<Quiz> {
  const [first] = items;
  if (items.length > MAX_ITEMS) throw new PackageError('value-invalid', `There are more than ${MAX_ITEMS} items.`, { file: first!.from, field: first!.field });
  const ids = new Set<string>();
  const questions: object[] = [];
  for (const { path, root, from, field } of items) {
    try {
      questions.push(...(await itemOf(root ?? (await files.xml(path, from, field)), path, files, ids, 1)));
    } catch (error) {
      leaveOut(error, from, field, files);
    }
  }
  if (questions.length === 0) throw new PackageError('element-missing', `There is no item that a quiz can ask.${whyNot(files)}`, { file: first?.path ?? '', field: 'itemBody', clause: 'QTI 3.0 ASI 2.7' });
  return toQuiz({ questions: questions.slice(0, MAX_ITEMS) }, first!.path);
}

/** The one reason, where there is but one. */
const whyNot = ({ warnings }: QtiFiles): string => (warnings.length === 1 ? ` ${warnings[0]!.message}` : '');

function toQuiz(json: object, file: string): Quiz {
  try {
    return parseQuiz({ markup: 'markdown', ...json });
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    throw new PackageError('value-invalid', `It makes no quiz: ${error.message}`, { file, ...(error.field === undefined ? {} : { field: error.field }), cause: error });
  }
}

/** A section, or a reference to one. Sections in sections stand after one another; what is drawn among sections is not drawn. */
async function readSection(element: XmlElement, file: string, trail: readonly string[], reading: Reading, before = ''): Promise<void> {
  const { files } = reading;
  if (trail.length > MAX_DEPTH) throw new PackageError('value-invalid', `Sections nest deeper than ${MAX_DEPTH}.`, { file, field: element.path, clause: CLAUSE });
  if (nameOf(element) === 'assessmentsectionref') return readSectionFile(element, file, trail, reading, before);
  if (nameOf(element) !== 'assessmentsection') return;
  const words = [before, ...childrenOf(element, 'rubricblock').filter((block) => /\bcandidate\b/.test(attributeOf(block, 'view') ?? 'candidate')).map((block) => textIn(block, files.resolveIn(file)))].filter(Boolean).join('\n\n');
  const questions: object[] = [];
  let refs = 0;
  let questionsOfRefs = 0;
  for (const ref of childrenOf(element, 'assessmentitemref')) {
    if (++reading.items > MAX_ITEMS) throw new PackageError('value-invalid', `The test has more than ${MAX_ITEMS} items.`, { file, field: ref.path, clause: CLAUSE });
    const asked = await readItemRef(ref, file, reading);
    questions.push(...asked);
    if (asked.length > 0) refs += 1;
    questionsOfRefs += asked.length;
  }
  if (questions.length > 0) {
    if (reading.sections.length >= MAX_SECTIONS) throw new PackageError('value-invalid', `The test has more than ${MAX_SECTIONS} sections.`, { file, field: element.path, clause: CLAUSE });
    const title = attributeOf(element, 'title') ?? '';
    const visible = !/^(?:false|0)$/.test(attributeOf(element, 'visible') ?? 'true');
    const selection = childOf(element, 'selection');
    const select = Number(selection && attributeOf(selection, 'select'));
    const drawn = Number.isInteger(select) && select > 0 && select < refs;
    if (drawn && questionsOfRefs !== refs) files.warn({ code: 'quiz-simplified', message: `The section "${title.slice(0, 80)}" draws some of its items; as some of them are several questions, all are asked.`, file, field: element.path });
    const ordering = childOf(element, 'ordering');
    reading.sections.push({
      id: toQuizId(attributeOf(element, 'identifier') ?? 'section', reading.sectionIds), questions, ...(title !== '' && visible && title !== reading.title ? { title: title.slice(0, 500) } : {}), ...(words === '' ? {} : { instructions: words.slice(0, 18_000) }),
      ...(drawn && questionsOfRefs === refs ? { select } : {}), ...(ordering && /^(?:true|1)$/.test(attributeOf(ordering, 'shuffle') ?? '') ? { shuffle: true } : {}),
    });
  }
  for (const child of element.children) await readSection(child, file, [...trail, file], reading, questions.length > 0 ? '' : words);
}

async function readSectionFile(ref: XmlElement, file: string, trail: readonly string[], reading: Reading, before: string): Promise<void> {
  const field = `${ref.path}/@href`;
  try {
    const path = reading.files.locate(attributeOf(ref, 'href') ?? '', file, field);
    // A section cannot be in itself.
    if (trail.includes(path)) throw new PackageError('value-invalid', `The sections lead round in a circle: "${path}".`, { file, field, clause: CLAUSE });
    await readSection(await reading.files.xml(path, file, field), path, [...trail, path], reading, before);
  } catch (error) {
    leaveOut(error, file, field, reading.files);
  }
}

async function readItemRef(ref: XmlElement, file: string, { files, ids, weighs }: Reading): Promise<object[]> {
  const field = `${ref.path}/@href`;
  const weight = weighs ? Number(childrenOf(ref, 'weight').map((each) => attributeOf(each, 'value'))[0] ?? 1) : 1;
  try {
    const href = attributeOf(ref, 'href');
    if (!href) throw new PackageError('reference-missing', 'A reference to an item says not to which.', { file, field, clause: CLAUSE });
    const path = files.locate(href, file, field);
    return await itemOf(await files.xml(path, file, field), path, files, ids, weight >= 0 && weight <= 1_000 ? weight : 1);
  } catch (error) {
    return leaveOut(error, file, field, files);
  }
}

/** An item with the text that it shares with others. */
async function itemOf(root: XmlElement, path: string, files: QtiFiles, ids: Set<string>, weight: number): Promise<object[]> {
  const texts: string[] = [];
  for (const ref of childrenOf(root, 'assessmentstimulusref').slice(0, 10)) {
    const field = `${ref.path}/@href`;
    try {
      const at = files.locate(attributeOf(ref, 'href') ?? '', path, field);
      const body = childOf(await files.xml(at, path, field), 'stimulusbody');
      if (body) texts.push(textIn(body, files.resolveIn(at)));
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      throw new PackageError(error.code, `the text that it is about cannot be read (${error.message})`, { file: error.file ?? path, field: error.field ?? field, cause: error });
    }
  }
  return readItem(root, { file: path, ids, weight, before: texts.filter(Boolean).join('\n\n'), resolve: files.resolveIn(path), warn: files.warn });
}

function leaveOut(error: unknown, file: string, field: string, files: QtiFiles): [] {
  if (!(error instanceof PackageError)) throw error;
  files.warn({ code: 'not-playable', message: `Something of the test was left out: ${error.message}`, file: error.file ?? file, field: error.field ?? field });
  return [];
}
