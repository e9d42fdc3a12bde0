import {
  drawAttempt,
  isComplete,
  pickText,
  questionsIn,
  scoreAttempt,
  toInteraction,
  toQuizDocument,
  type Quiz,
  type QuizAnswer,
  type QuizAttempt,
  type QuizRecord,
  type QuizUnit,
  type Score,
  type StateContent,
} from '@lectern/core';
import { render } from 'lit';
import { base as baseStyles } from '../../../internal/base.styles.js';
import { str } from '../../../internal/localize.js';
import { createViewRoot } from '../../../internal/view-root.js';
import { showsUnitTitle, unitHeadingLevel } from '../heading-level.js';
import type { UnitContext, UnitView } from '../unit-view.js';
import { renderForm, renderIntro, renderResult, type QuizModel } from './quiz-pages.js';
import { createQuizTexts, type QuizTexts } from './quiz-text.js';
import { quizStyles } from './quiz.styles.js';

/** Milliseconds after the last keystroke until answers are kept. */
const SAVE_DELAY = 600;

/** Seconds before the end at which the time left is said aloud. */
const WARNINGS = [300, 60, 15];

/** A quiz's file often has its unit's title with other spaces or capitals. */
const bare = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();

export interface QuizViewOptions {
  readonly quiz: Quiz;
  /** Against which the URLs of its media resolve. */
  readonly base: string;
  readonly record: QuizRecord;
  readonly markup?: (text: string, base: string) => HTMLElement;
  save(document: StateContent): void;
}

/** One learner at one quiz: what comes before, the questions, and what came of them. */
export class QuizView implements UnitView {
  readonly #context: UnitContext<QuizUnit>;
  readonly #options: QuizViewOptions;
  readonly #root: ShadowRoot;
  readonly #texts: QuizTexts;
  #record: QuizRecord;
  #page: 'intro' | 'form' | 'result';
  /** The learner wanted to hand in, and something is missing. */
  #missing = false;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #secondsLeft: number | undefined;

  constructor(context: UnitContext<QuizUnit>, options: QuizViewOptions) {
    this.#context = context;
    this.#options = options;
    this.#record = options.record;
    this.#texts = createQuizTexts(context.languages, options.base, options.markup);
    this.#root = createViewRoot(context.host, [baseStyles, quizStyles]);
    context.host.setAttribute('exportparts', 'quiz, quiz-question, quiz-result');
    const { attempt } = this.#record;
    this.#page = attempt?.endedAt !== undefined ? 'result' : 'intro';
    if (attempt?.endedAt === undefined && attempt && this.#timeLeft(attempt) === 0) this.#end(attempt);
    this.#render();
  }

  close(): void {
    this.#stop();
    this.#save();
  }

  suspend(): void {
    this.#save();
  }

  resume(): void {
    this.#context.dispatch({ type: 'initialized' });
    this.#tick();
  }

  focus(): void {
    this.#root.querySelector<HTMLElement>('[tabindex="-1"]')?.focus();
  }

  /** From 0 to 1 at which an attempt is passed. */
  get #passMark(): number | undefined {
    return this.#context.unit.masteryScore ?? this.#options.quiz.passMark;
  }

  get #attemptsLeft(): number {
    const { attempts = Infinity } = this.#options.quiz;
    return attempts - (this.#record.attempt?.number ?? 0);
  }

  readonly #begin = (): void => {
    const { attempt } = this.#record;
    if (!attempt || attempt.endedAt !== undefined) {
      if (this.#attemptsLeft <= 0) return;
      this.#record = { ...this.#record, attempt: drawAttempt(this.#options.quiz, (attempt?.number ?? 0) + 1, Date.now()) };
      this.#save();
    }
    this.#page = 'form';
    this.#missing = false;
    this.#startClock();
    this.#render();
    this.#root.querySelector<HTMLElement>('.form-head')?.focus();
  };

  #change(change: Partial<QuizAttempt>): void {
    const { attempt } = this.#record;
    if (!attempt || attempt.endedAt !== undefined) return;
    this.#record = { ...this.#record, attempt: { ...attempt, ...change } };
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), SAVE_DELAY);
  }

  readonly #answer = (id: string, answer: QuizAnswer | undefined): void => {
    const { attempt } = this.#record;
    if (!attempt || attempt.checked.includes(id)) return;
    const { [id]: _before, ...others } = attempt.answers;
    this.#change({ answers: answer === undefined ? others : { ...others, [id]: answer } });
    const { quiz } = this.#options;
    const all = questionsIn(quiz, this.#record.attempt!);
    this.#context.dispatch({ type: 'progressed', progress: all.filter(({ question, answer: given }) => isComplete(question, given)).length / all.length });
    this.#render();
  };

  /** Judges one question for good, and says at once what is right. */
  readonly #check = (id: string): void => {
    const { attempt } = this.#record;
    if (!attempt || attempt.checked.includes(id)) return;
    this.#change({ checked: [...attempt.checked, id] });
    this.#tell(id);
    this.#render();
    this.#root.querySelector<HTMLElement>(`[data-question="${CSS.escape(id)}"] .feedback`)?.focus();
  };

  readonly #handIn = (anyway: boolean): void => {
    const { attempt } = this.#record;
    if (!attempt) return;
    const missing = questionsIn(this.#options.quiz, attempt).filter(({ question, answer }) => !isComplete(question, answer));
    if (missing.length > 0 && !anyway) {
      this.#missing = true;
      this.#render();
      this.#root.querySelector<HTMLElement>('.missing')?.focus();
      return;
    }
    this.#end(attempt);
    this.#render();
    this.#root.querySelector<HTMLElement>('.result-head')?.focus();
  };

  #end(attempt: QuizAttempt): void {
    const { quiz } = this.#options;
    const { dispatch, announce, words } = this.#context;
    const ended = { ...attempt, endedAt: Date.now() };
    const { raw, max, scaled } = scoreAttempt(quiz, ended);
    for (const { question, answer } of questionsIn(quiz, ended)) if (answer !== undefined && !attempt.checked.includes(question.id)) this.#tell(question.id);
    this.#stop();
    this.#record = { attempt: ended, best: Math.max(this.#record.best ?? 0, scaled) };
    this.#page = 'result';
    this.#missing = false;
    this.#save();
    const mark = this.#passMark;
    if (max > 0) {
      const score: Score = { scaled, raw, min: 0, max };
      // One verdict of a kind a session (cmi5 9.3); what is refused is an attempt all the same.
      const verdict = mark === undefined ? undefined : dispatch({ type: scaled >= mark ? 'passed' : 'failed', score });
      if (!verdict || verdict.refusal !== undefined) dispatch({ type: 'scored', score });
    }
    dispatch({ type: 'completed' });
    announce(words.msg(str`Handed in. ${words.percent(scaled)} reached.`));
  }

  #tell(id: string): void {
    const found = questionsIn(this.#options.quiz, this.#record.attempt!).find(({ question }) => question.id === id);
    if (found) this.#context.dispatch({ type: 'answered', interaction: toInteraction(found.question, found.answer, found.result) });
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#options.save(toQuizDocument(this.#record));
  }

  #timeLeft({ startedAt }: QuizAttempt): number | undefined {
    const { timeLimitSeconds } = this.#options.quiz;
    return timeLimitSeconds === undefined ? undefined : Math.max(0, Math.ceil(timeLimitSeconds - (Date.now() - startedAt) / 1000));
  }

  #startClock(): void {
    clearInterval(this.#clock);
    if (this.#options.quiz.timeLimitSeconds === undefined) return;
    this.#clock = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  #tick(): void {
    const { attempt } = this.#record;
    if (this.#page !== 'form' || !attempt || attempt.endedAt !== undefined) return;
    const left = this.#timeLeft(attempt);
    if (left === undefined) return;
    const { announce, words } = this.#context;
    const before = this.#secondsLeft ?? Infinity;
    this.#secondsLeft = left;
    if (left === 0) {
      announce(words.msg('The time is up. What you have answered is handed in.'));
      this.#end(attempt);
      this.#render();
      this.#root.querySelector<HTMLElement>('.result-head')?.focus();
      return;
    }
    const passed = WARNINGS.find((seconds) => left <= seconds && before > seconds);
    if (passed !== undefined && before !== Infinity) announce(left >= 60 ? words.msg(str`${words.number(Math.round(left / 60))} min left`) : words.msg(str`${words.number(left)} s left`));
    this.#render();
  }

  #stop(): void {
    clearInterval(this.#clock);
    this.#secondsLeft = undefined;
  }

  #render(): void {
    const { quiz } = this.#options;
    const { words, languages, unit, course, announce, host } = this.#context;
    const title = pickText(quiz.title ?? unit.title, languages);
    const model: QuizModel = {
      quiz,
      record: this.#record,
      texts: this.#texts,
      words,
      title,
      titled: showsUnitTitle(host) && bare(title) === bare(pickText(unit.title, languages)),
      level: unitHeadingLevel(host),
      language: course.language,
      passMark: this.#passMark,
      attemptsLeft: this.#attemptsLeft,
      secondsLeft: this.#secondsLeft,
      missing: this.#missing,
      begin: this.#begin,
      answer: this.#answer,
      check: this.#check,
      handIn: this.#handIn,
      find: (id) => this.#root.querySelector<HTMLElement>(`[data-question="${CSS.escape(id)}"] .prompt`)?.focus(),
      announce,
    };
    render({ intro: renderIntro, form: renderForm, result: renderResult }[this.#page](model), this.#root);
  }
}
