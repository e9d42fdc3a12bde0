import { parseQuiz, toQuizId, type Quiz } from '@lectern/core';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { parseXml } from '../package/xml.js';
import type { XmlElement } from '../package/xml-element.js';
import { htmlToMarkdown } from './html-to-markdown.js';
import { caseMatters, scoreItem } from './item-scoring.js';

export interface Assessment {
  readonly title: string | undefined;
  readonly quiz: Quiz;
}

export interface AssessmentOptions {
  readonly file: string;
  /** A picture's or a link's address as the course has it. */
  resolve(url: string, picture: boolean): string | undefined;
  warn(warning: PackageWarning): void;
}

/** Rules of one question that are tried: each trial follows all of them. */
const MAX_RULES = 200;
/** Questions of one test. */
const MAX_ITEMS = 1_000;
const CLAUSE = 'Common Cartridge 1.3, 4.10 (QTI 1.2.1 profile)';
/** What is answered: a choice, words; the others are not in the profile. */
const RESPONSE = /^response_(?:lid|str|num|grp|xy)$/i;

/** What nobody would write: what it leads to is told to whoever is wrong. */
const NONSENSE = '\u2603 none of the answers \u2603';

/**
 * Reads a test of a Common Cartridge (QTI 1.2.1, the profile's question types) as a quiz. Each item's own rules are followed to find what is right, what it earns and what is told.
 * What a quiz cannot do is said in a warning, and the rest of it is there: an essay is asked and earns nothing, words that may stand anywhere in an answer have to be the answer.
 * @throws PackageError `wrong-standard`, `element-missing`, `value-invalid`, and what XML may be refused for
 */
export async function readAssessment(bytes: Uint8Array, options: AssessmentOptions): Promise<Assessment> {
  const { file } = options;
  const root = await parseXml(bytes, { file });
  const assessment = root.name === 'questestinterop' ? root.child('assessment') : undefined;
  if (!assessment) throw new PackageError('wrong-standard', `The file is no test: it has no <assessment> in <questestinterop>.`, { file, field: root.name, clause: CLAUSE });
  const metadata = metadataOf(assessment);
  const ids = new Set<string>();
  const sections: object[] = [];
  let count = 0;
  for (const section of sectionsOf(assessment, 0)) {
    const questions: object[] = [];
    for (const item of section.childrenNamed('item')) {
      if (++count > MAX_ITEMS) throw new PackageError('value-invalid', `The test has more than ${MAX_ITEMS} questions.`, { file, field: section.path, clause: CLAUSE });
      const question = readItem(item, ids, options);
      if (question) questions.push(question);
    }
    if (questions.length === 0) continue;
    const drawn = Number(section.child('selection_ordering')?.child('selection')?.textOf('selection_number') ?? NaN);
    const title = section.attribute('title') ?? '';
    sections.push({
      id: toQuizId(section.attribute('ident') ?? 'section', ids), ...(title === '' || title === assessment.attribute('title') ? {} : { title: title.slice(0, 500) }), questions,
      ...(Number.isInteger(drawn) && drawn > 0 && drawn < questions.length ? { select: drawn } : {}),
    });
  }
  if (sections.length === 0) throw new PackageError('element-missing', 'The test has no question that can be asked.', { file, field: 'assessment/section', clause: CLAUSE });
  const attempts = Number(metadata.get('cc_maxattempts'));
  const minutes = Number(metadata.get('qmd_timelimit'));
  const intro = [assessment.child('presentation_material'), assessment.child('rubric')].flatMap((holder) => (holder ? [textIn(holder, options)] : [])).filter(Boolean).join('\n\n');
  const tellsNothing = /^no$/i.test(metadata.get('qmd_feedbackpermitted') ?? '');
  return {
    title: assessment.attribute('title') || undefined,
    quiz: parseQuiz({
      markup: 'markdown',
      ...(intro === '' ? {} : { instructions: intro }),
      sections: sections.slice(0, 100),
      ...(Number.isInteger(attempts) && attempts > 0 && attempts <= 100 ? { attempts } : {}),
      ...(minutes > 0 && minutes <= 525_600 ? { timeLimitSeconds: minutes * 60 } : {}),
      ...(tellsNothing ? { feedback: 'none', answers: 'never' } : {}),
    }),
  };
}

/** Sections nest; one that has items counts. */
function sectionsOf(holder: XmlElement, depth: number): XmlElement[] {
  return depth > 20 ? [] : holder.childrenNamed('section').flatMap((section) => [section, ...sectionsOf(section, depth + 1)]);
}

function metadataOf(holder: XmlElement): ReadonlyMap<string, string> {
  const fields = (holder.child('itemmetadata') ?? holder).childrenNamed('qtimetadata').flatMap((metadata) => metadata.childrenNamed('qtimetadatafield'));
  return new Map(fields.map((field) => [field.textOf('fieldlabel') ?? '', field.textOf('fieldentry') ?? '']));
}

function readItem(item: XmlElement, ids: Set<string>, options: AssessmentOptions): object | undefined {
  const { file, warn } = options;
  const metadata = metadataOf(item);
  const profile = metadata.get('cc_profile') ?? '';
  const name = item.attribute('title') || item.attribute('ident') || 'question';
  const leaveOut = (why: string): undefined => warn({ code: 'not-playable', message: `The question "${name.slice(0, 80)}" was left out: ${why}.`, file, field: item.path }) as undefined;
  const presentation = item.child('presentation');
  const responses = presentation ? deep(presentation, RESPONSE) : [];
  const [response, another] = responses;
  if (!presentation || !response) return leaveOut('nothing is to be answered in it');
  if (another) return leaveOut('it has several things to answer');
  const prompt = textIn(presentation, options) || name;
  const weight = Number(metadata.get('cc_weighting'));
  const points = Number.isFinite(weight) && weight > 0 ? Math.min(1_000, weight) : 1;
  const id = toQuizId(item.attribute('ident') ?? name, ids);
  const base = { id, prompt, points };
  if (/^response_lid$/i.test(response.name)) return readChoices(item, response, base, options, leaveOut);
  if (/^response_str$/i.test(response.name)) return readWords(item, base, /essay/i.test(profile), name, options);
  return leaveOut(`a Common Cartridge has no <${response.name.slice(0, 40)}>`);
}

interface Base {
  readonly id: string;
  readonly prompt: string;
  readonly points: number;
}

function readChoices(item: XmlElement, response: XmlElement, base: Base, options: AssessmentOptions, leaveOut: (why: string) => undefined): object | undefined {
  const labels = deep(response, /^response_label$/i).filter((label) => label.attribute('ident'));
  if (labels.length < 2 || labels.length > 100) return leaveOut('it has not two to a hundred choices');
  const feedback = feedbackOf(item, options);
  const taken = new Set<string>();
  const isTrueFalse = /true_false/i.test(metadataOf(item).get('cc_profile') ?? '') && labels.length === 2;
  const choices = labels.map((label, index) => {
    const ident = label.attribute('ident')!;
    const text = textIn(label, options) || ident;
    return { ident, text, id: toQuizId(isTrueFalse ? (/^(?:true|t|对|正确|是|√)$/i.test(text.trim()) || (index === 0 && !/^(?:false|f|错|错误|否|×)$/i.test(text.trim())) ? 'true' : 'false') : ident, taken) };
  });
  const results = choices.map(({ ident }) => scoreItem(item, { picked: new Set([ident]) }));
  const general = common(results.map((result) => result.feedback));
  const tell = (index: number): object => {
    const told = feedback(results[index]!.feedback.filter((each) => !general.includes(each)));
    return told === undefined ? {} : { feedback: told };
  };
  const about = feedback(general);
  const rest = { ...base, shuffle: /^yes$/i.test(deep(response, /^render_choice$/i)[0]?.attribute('shuffle') ?? 'No'), ...(about === undefined ? {} : { feedback: { general: about } }) };
  if (!/^multiple$/i.test(response.attribute('rcardinality') ?? 'Single')) {
    const best = Math.max(...results.map(({ score }) => score));
    const judged = best > 0;
    // Parts of the points, where several choices earn different ones.
    const parts = judged && results.some(({ score }) => score > 0 && score < best);
    return {
      ...rest, kind: 'single', ...(judged ? {} : { points: 0 }),
      choices: choices.map(({ id, text }, index) => ({ id, text, correct: judged && results[index]!.score === best, ...(parts ? { points: results[index]!.score * base.points } : {}), ...tell(index) })),
    };
  }
  const wanted = rightSet(item, choices.map(({ ident }) => ident), results.map(({ score }) => score));
  if (!wanted) options.warn({ code: 'quiz-simplified', message: `What is right in "${base.prompt.slice(0, 80)}" cannot be found out: it is asked, and earns nothing.`, file: options.file, field: item.path });
  return { ...rest, kind: 'multiple', ...(wanted ? {} : { points: 0 }), choices: choices.map(({ id, ident, text }, index) => ({ id, text, correct: wanted?.has(ident) ?? false, ...(results[index]!.score > 0 || !wanted ? tell(index) : {}) })) };
}

/** The choices that together earn most: those that the rules name as right, tried; else those that earn something alone. */
function rightSet(item: XmlElement, idents: readonly string[], alone: readonly number[]): ReadonlySet<string> | undefined {
  const candidates: Set<string>[] = (item.child('resprocessing')?.childrenNamed('respcondition') ?? []).slice(0, MAX_RULES).map((condition) => {
    const named = deep(condition, /^varequal$/i).filter((test) => !within(test, 'not', condition)).map((test) => test.text.trim());
    return new Set(named.filter((ident) => idents.includes(ident)));
  });
  candidates.push(new Set(idents.filter((_, index) => alone[index]! > 0)));
  let best: { readonly set: ReadonlySet<string>; readonly score: number } | undefined;
  for (const set of candidates) {
    if (set.size === 0) continue;
    const { score } = scoreItem(item, { picked: set });
    if (score > 0 && (!best || score > best.score || (score === best.score && set.size < best.set.size))) best = { set, score };
  }
  return best?.set;
}

function readWords(item: XmlElement, base: Base, essay: boolean, name: string, options: AssessmentOptions): object {
  const { file, warn } = options;
  const tests = deep(item.child('resprocessing') ?? item, /^var(?:equal|substring)$/i).filter((test) => !within(test, 'not', item));
  const texts = [...new Set(tests.map((test) => test.text.trim()).filter((text) => text !== ''))].slice(0, MAX_RULES);
  const scored = texts.map((text) => ({ text: text.slice(0, 1_000), score: scoreItem(item, { written: text }).score })).filter(({ score }) => score > 0).slice(0, 100);
  const feedback = feedbackOf(item, options);
  if (essay || scored.length === 0) {
    warn({ code: 'quiz-simplified', message: `"${name.slice(0, 80)}" needs somebody who reads the answers: it is asked, and earns nothing.`, file, field: item.path });
    const told = feedback(scoreItem(item, { written: NONSENSE }).feedback);
    return { ...base, kind: 'text', points: 0, multiline: essay, ...(told === undefined ? {} : { feedback: { general: told } }) };
  }
  if (tests.some(({ name: kind }) => /^varsubstring$/i.test(kind))) {
    warn({ code: 'quiz-simplified', message: `In "${name.slice(0, 80)}" words may stand anywhere in an answer; here they have to be the answer.`, file, field: item.path });
  }
  const [right, wrong] = [scoreItem(item, { written: scored[0]!.text }).feedback, scoreItem(item, { written: NONSENSE }).feedback];
  const general = common([right, wrong]);
  const told = Object.entries({ general, correct: right.filter((id) => !general.includes(id)), incorrect: wrong.filter((id) => !general.includes(id)) }).flatMap(([when, list]) => {
    const text = feedback(list);
    return text === undefined ? [] : [[when, text] as const];
  });
  const best = Math.max(...scored.map(({ score }) => score));
  return {
    ...base, kind: 'text', caseSensitive: tests.some(caseMatters),
    accepted: scored.map(({ text, score }) => (score === best ? text : { text, points: score * base.points })),
    ...(told.length === 0 ? {} : { feedback: Object.fromEntries(told) }),
  };
}

/** What an item's feedbacks say, by their ids. */
function feedbackOf(item: XmlElement, options: AssessmentOptions): (ids: readonly string[]) => string | undefined {
  const texts = new Map(item.childrenNamed('itemfeedback').map((feedback) => [feedback.attribute('ident') ?? '', textIn(feedback, options)]));
  return (ids) => [...new Set(ids)].map((id) => texts.get(id) ?? '').filter(Boolean).join('\n\n') || undefined;
}

const common = (lists: readonly (readonly string[])[]): string[] => (lists[0] ?? []).filter((id) => lists.every((list) => list.includes(id)));

function within(element: XmlElement, name: string, top: XmlElement): boolean {
  for (let at = element.parent; at && at !== top; at = at.parent) if (at.name === name) return true;
  return false;
}

/** All descendants of that name, in their order. */
function deep(element: XmlElement, name: RegExp): XmlElement[] {
  const found: XmlElement[] = [];
  const stack = [...element.children].reverse();
  for (let each = stack.pop(); each; each = stack.pop()) {
    if (name.test(each.name)) found.push(each);
    for (let i = each.children.length - 1; i >= 0; i--) stack.push(each.children[i]!);
  }
  return found;
}

/** What is to be read in an element, and not in the answers that it holds. */
function textIn(element: XmlElement, { resolve }: AssessmentOptions): string {
  const inAnswer = (text: XmlElement): boolean => {
    for (let at = text.parent; at && at !== element; at = at.parent) if (RESPONSE.test(at.name)) return true;
    return false;
  };
  return deep(element, /^mattext$/i).filter((text) => !inAnswer(text)).map((text) => {
    const isHtml = /html/i.test(text.attribute('texttype') ?? '') || /<[a-z/]/i.test(text.text);
    return htmlToMarkdown(isHtml ? text.text : text.text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>'), resolve);
  }).filter(Boolean).join('\n\n').slice(0, 18_000);
}
