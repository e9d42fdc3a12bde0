import { isComplete, questionsIn, rightAnswer, scoreAttempt, type Question, type Quiz, type QuizAnswer, type QuizAttempt, type QuizRecord, type QuizSection, type QuestionVerdict } from '@lectern/core';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../../internal/icons.js';
import { str, type Localizer } from '../../../internal/localize.js';
import { answerLines } from './answer-words.js';
import { renderControls } from './question-form.js';
import type { QuizTexts } from './quiz-text.js';

export interface QuizModel {
  readonly quiz: Quiz;
  readonly record: QuizRecord;
  readonly texts: QuizTexts;
  readonly words: Localizer;
  readonly title: string;
  /** The title is above the quiz already. */
  readonly titled: boolean;
  /** Of the headings in the quiz, 1 to 6. */
  readonly level: number;
  /** BCP 47 tag of the content. */
  readonly language: string | undefined;
  /** 0 to 1. */
  readonly passMark: number | undefined;
  readonly attemptsLeft: number;
  readonly secondsLeft: number | undefined;
  /** The learner is told what has no answer yet. */
  readonly missing: boolean;
  begin(): void;
  answer(id: string, answer: QuizAnswer | undefined): void;
  check(id: string): void;
  handIn(anyway: boolean): void;
  /** Moves the focus to a question. */
  find(id: string): void;
  announce(message: string): void;
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** What there is to know before the first question. */
export function renderIntro(model: QuizModel): TemplateResult {
  const { quiz, record, texts, words, title, titled, level, passMark, attemptsLeft, begin, language } = model;
  const { msg } = words;
  const goesOn = record.attempt !== undefined && record.attempt.endedAt === undefined;
  const count = quiz.sections.reduce((sum, { select, questions }) => sum + (select ?? questions.length), 0);
  const fact = (name: string, value: string | undefined) => (value === undefined ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const minutes = quiz.timeLimitSeconds === undefined ? undefined : Math.max(1, Math.round(quiz.timeLimitSeconds / 60));
  return html`<div class="quiz intro" part="quiz" tabindex="-1" role="group" aria-label=${title}>
    ${titled ? nothing : html`<div class="title" role="heading" aria-level=${level} lang=${language ?? nothing} dir="auto">${title}</div>`}
    ${quiz.instructions === undefined ? nothing : html`<div lang=${language ?? nothing}>${texts.rich('instructions', quiz.instructions)}</div>`}
    <dl class="facts">
      ${fact(msg('Questions'), words.number(count))}
      ${fact(msg('To pass'), passMark === undefined ? undefined : words.percent(passMark))}
      ${fact(msg('Attempts left'), Number.isFinite(attemptsLeft) ? words.number(attemptsLeft + (goesOn ? 1 : 0)) : undefined)}
      ${fact(msg('Time'), minutes === undefined ? undefined : msg(str`${words.number(minutes)} min`))}
      ${fact(msg('Best so far'), record.best === undefined ? undefined : words.percent(record.best))}
    </dl>
    ${quiz.timeLimitSeconds !== undefined && !goesOn ? html`<p class="hint">${msg('The time runs from the first moment, also while this page is closed.')}</p>` : nothing}
    <button type="button" class="primary" @click=${begin}>${goesOn ? msg('Go on') : msg('Begin')}</button>
  </div>`;
}

/** The questions. */
export function renderForm(model: QuizModel): TemplateResult {
  const { quiz, record, words, title, secondsLeft, handIn, language } = model;
  const { msg } = words;
  const attempt = record.attempt!;
  const all = questionsIn(quiz, attempt);
  const open = all.filter(({ question, answer }) => !isComplete(question, answer));
  const done = words.number(all.length - open.length);
  const total = words.number(all.length);
  const submit = (event: Event): void => {
    event.preventDefault();
    handIn(false);
  };
  return html`<form class="quiz" part="quiz" novalidate @submit=${submit}>
    <div class="form-head" tabindex="-1" role="group" aria-label=${title}>
      <span>${msg(str`${done} of ${total} answered`)}</span>
      ${secondsLeft === undefined ? nothing : html`<span class="clock ${secondsLeft <= 60 ? 'late' : ''}" role="timer" aria-live="off">${icon('waiting')}${clock(secondsLeft)}<span class="unseen"> ${msg('left')}</span></span>`}
    </div>
    ${withSections(quiz, attempt, (number, section, head) => html`${head ? renderSectionHead(model, section) : nothing}${renderQuestion(model, number)}`)}
    ${model.missing ? renderMissing(model, open.map(({ question }) => question)) : nothing}
    <div class="actions" lang=${language ? words.locale : nothing}>
      <button type="submit" class="primary">${quiz.feedback === 'immediate' && attempt.checked.length === all.length ? msg('See the result') : msg('Hand in')}</button>
    </div>
  </form>`;
}

/** The questions of an attempt in their order, each with its section; `head` where one begins. */
function withSections(quiz: Quiz, { questions }: QuizAttempt, show: (number: number, section: QuizSection, head: boolean) => TemplateResult): TemplateResult[] {
  let before: QuizSection | undefined;
  return questions.map(({ id }, number) => {
    const section = quiz.sections.find(({ questions: pool }) => pool.some((question) => question.id === id))!;
    const head = section !== before && (section.title !== undefined || section.instructions !== undefined);
    before = section;
    return show(number, section, head);
  });
}

function renderSectionHead({ texts, language, level }: QuizModel, { id, title, instructions }: QuizSection): TemplateResult {
  return html`<div class="section" lang=${language ?? nothing}>
    ${title === undefined ? nothing : html`<div class="heading" role="heading" aria-level=${level}>${texts.rich(`section ${id}`, title)}</div>`}${texts.rich(`section ${id} instructions`, instructions)}
  </div>`;
}

function renderQuestion(model: QuizModel, number: number): TemplateResult {
  const { quiz, record, texts, words, language, missing, check } = model;
  const { msg } = words;
  const attempt = record.attempt!;
  const { question, drawn, answer, result } = questionsIn(quiz, attempt)[number]!;
  const { id } = question;
  const checked = attempt.checked.includes(id);
  const one = words.number(number + 1);
  const points = words.number(question.points);
  const promptId = `prompt-${number}`;
  return html`<div role=${question.kind === 'single' ? 'radiogroup' : 'group'} class="question ${missing && !isComplete(question, answer) ? 'open' : ''}" part="quiz-question" data-question=${id} aria-labelledby=${promptId}>
    <div class="prompt" tabindex="-1" id=${promptId}>
      <span class="number">${msg(str`Question ${one}`)}${question.points === 0 || question.points === 1 ? nothing : html` · ${msg(str`${points} points`)}`}</span>
      <span lang=${language ?? nothing}>${texts.rich(`${id} prompt`, question.prompt)}</span>
    </div>
    ${question.media ? html`<div lang=${language ?? nothing}>${texts.media(question.media)}</div>` : nothing}
    ${renderControls({ question, drawn, answer, locked: checked, texts, words, labelledBy: promptId, answerWith: (given) => model.answer(id, given), announce: model.announce })}
    ${quiz.feedback !== 'immediate'
      ? nothing
      : checked
        ? html`<div class="feedback" tabindex="-1">${renderVerdict(result.verdict, words)}${renderFeedback(model, question, result.feedback)}${quiz.answers === 'with-feedback' && result.verdict !== 'right' ? renderRight(model, question) : nothing}</div>`
        : html`<button type="button" class="check" aria-disabled=${isComplete(question, answer) ? nothing : 'true'} @click=${() => (isComplete(question, answer) ? check(id) : undefined)}>${msg('Check')}</button>`}
  </div>`;
}

function renderMissing({ words, handIn, find }: QuizModel, open: readonly Question[]): TemplateResult {
  const { msg } = words;
  const count = words.number(open.length);
  return html`<div class="missing" tabindex="-1" role="alert">
    <p>${open.length === 1 ? msg('One question is not answered yet.') : msg(str`${count} questions are not answered yet.`)}</p>
    <button type="button" @click=${() => find(open[0]!.id)}>${msg('Go to the first of them')}</button>
    <button type="button" class="plain" @click=${() => handIn(true)}>${msg('Hand in as it is')}</button>
  </div>`;
}

function renderVerdict(verdict: QuestionVerdict, { msg }: Localizer): TemplateResult | typeof nothing {
  switch (verdict) {
    case 'right':
      return html`<p class="verdict right">${icon('check')}${msg('Right')}</p>`;
    case 'partial':
      return html`<p class="verdict partial">${icon('check')}${msg('Partly right')}</p>`;
    case 'wrong':
      return html`<p class="verdict wrong">${icon('cross')}${msg('Not right')}</p>`;
    case 'unjudged':
      return nothing;
  }
}

const renderFeedback = ({ texts, language }: QuizModel, { id }: Question, feedback: readonly Parameters<QuizTexts['rich']>[1][]) =>
  feedback.map((text, place) => html`<div class="told" lang=${language ?? nothing}>${texts.rich(`${id} feedback ${place}`, text)}</div>`);

function renderRight({ texts, words, language }: QuizModel, question: Question): TemplateResult | typeof nothing {
  const lines = answerLines(question, rightAnswer(question), texts);
  return lines.length === 0 ? nothing : html`<p class="label">${words.msg('The right answer')}</p>${renderLines(lines, language)}`;
}

const renderLines = (lines: readonly string[], language: string | undefined): TemplateResult => html`<ul class="answer-lines" lang=${language ?? nothing}>${lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul>`;

/** What came of the last attempt. */
export function renderResult(model: QuizModel): TemplateResult {
  const { quiz, record, texts, words, level, passMark, attemptsLeft, begin, language } = model;
  const { msg } = words;
  const attempt = record.attempt!;
  const { raw, max, scaled } = scoreAttempt(quiz, attempt);
  const passed = passMark === undefined ? undefined : scaled >= passMark;
  const [reached, full] = [words.number(raw, { maximumFractionDigits: 2 }), words.number(max)];
  const showAnswers = quiz.answers === 'with-feedback' || (quiz.answers === 'after-last-attempt' && (passed === true || attemptsLeft <= 0));
  const heading = passed === undefined || max === 0 ? msg('Handed in') : passed ? msg('Passed') : msg('Not passed yet');
  return html`<div class="quiz result" part="quiz quiz-result">
    <div class="result-head ${passed === false ? 'bad' : 'good'}" tabindex="-1" role="group" aria-labelledby="result">
      <div class="title" id="result" role="heading" aria-level=${level}>${heading}</div>
      ${max === 0 || attempt.questions.length === 0 ? nothing : html`<p class="score"><strong>${words.percent(scaled)}</strong> ${msg(str`${reached} of ${full} points`)}</p>`}
      ${passed === undefined || max === 0 ? nothing : html`<p class="hint">${msg(str`To pass: ${words.percent(passMark!)}`)}</p>`}
      <div lang=${language ?? nothing}>${passed === undefined ? nothing : texts.rich('outcome', passed ? quiz.outcomes?.passed : quiz.outcomes?.failed)}</div>
      ${attemptsLeft > 0
        ? html`<button type="button" class=${passed === false ? 'primary' : ''} @click=${begin}>${msg('Try again')}</button>${Number.isFinite(attemptsLeft) ? html` <span class="hint">${attemptsLeft === 1 ? msg('One attempt left') : msg(str`${words.number(attemptsLeft)} attempts left`)}</span>` : nothing}`
        : html`<p class="hint">${msg('No attempts left')}</p>`}
    </div>
    ${quiz.feedback === 'none' && !showAnswers ? nothing : html`<ol class="review">${questionsIn(quiz, attempt).map((each, number) => renderReview(model, number, each, showAnswers))}</ol>`}
  </div>`;
}

type Judged = ReturnType<typeof questionsIn>[number];

function renderReview(model: QuizModel, number: number, { question, answer, result }: Judged, showAnswers: boolean): TemplateResult {
  const { quiz, texts, words, language } = model;
  const lines = answerLines(question, answer, texts);
  const one = words.number(number + 1);
  return html`<li class="question" part="quiz-question">
    <p class="number">${words.msg(str`Question ${one}`)}</p>
    <div lang=${language ?? nothing}>${texts.rich(`${question.id} prompt`, question.prompt)}</div>
    <p class="label">${words.msg('Your answer')}</p>
    ${lines.length === 0 ? html`<p class="hint">${words.msg('None')}</p>` : renderLines(lines, language)}
    ${quiz.feedback === 'none' ? nothing : html`${renderVerdict(result.verdict, words)}${renderFeedback(model, question, result.feedback)}`}
    ${showAnswers && result.verdict !== 'right' ? renderRight(model, question) : nothing}
  </li>`;
}
