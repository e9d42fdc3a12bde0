import type { Text } from '../course/course.js';

/**
 * Questions to answer, how often, for how long, and how answers are scored. The JSON Schema is `schemas/quiz.schema.json`; {@link parseQuiz} reads
 * it. A quiz that runs in a browser is evidence, not an examination: whoever looks into what their browser has loaded finds the answers.
 */
export interface Quiz {
  readonly title?: Text;
  /** What learners read before they begin. */
  readonly instructions?: Text;
  /** How `prompt`, `instructions`, choices and feedback are written. Default `plain`: line breaks are kept, nothing else means anything. */
  readonly markup: 'plain' | 'markdown';
  /** In this order, each with its questions. 1 to 100. */
  readonly sections: readonly QuizSection[];
  /** Times the learner may try, 1 to 100. Absent: as often as they like. */
  readonly attempts?: number;
  /** Scaled score from 0 to 1 at which an attempt is passed; the unit's `masteryScore` goes before it. Absent in both: nobody passes or fails. */
  readonly passMark?: number;
  /** Seconds from the start of an attempt, however often the learner leaves meanwhile. */
  readonly timeLimitSeconds?: number;
  /** When learners hear what was right: after each question, which they cannot answer again then; at the end of the attempt; or not at all. */
  readonly feedback: 'immediate' | 'end' | 'none';
  /** When learners see the right answers: together with the feedback; once they have passed or have no attempt left; or not at all. */
  readonly answers: 'with-feedback' | 'after-last-attempt' | 'never';
  /** Words for those who pass, and for those who do not. */
  readonly outcomes?: { readonly passed?: Text; readonly failed?: Text };
}

/** Some questions, or a pool from which some are drawn for each attempt. */
export interface QuizSection {
  readonly id: string;
  readonly title?: Text;
  readonly instructions?: Text;
  readonly questions: readonly Question[];
  /** So many of the questions, drawn at random for each attempt. Absent: all. */
  readonly select?: number;
  /** In another order with each attempt. Drawn questions keep the pool's order where this is `false`. */
  readonly shuffle: boolean;
}

interface QuestionBase {
  /** Unique in the quiz. Becomes part of an activity's id. */
  readonly id: string;
  readonly prompt: Text;
  /** A picture, sound or film that belongs to the prompt. */
  readonly media?: QuizMedia;
  /** What a right answer is worth; 0 and more. 0: answered, but neither right nor wrong, as in a survey. Default 1. */
  readonly points: number;
  readonly feedback?: QuestionFeedback;
}

export interface QuizMedia {
  readonly type: 'image' | 'audio' | 'video';
  /** URL, against the URL of the description. Relative, `http:` or `https:`. */
  readonly src: string;
  /** What it shows or says, for those who do not see or hear it. */
  readonly alt: Text;
}

export interface QuestionFeedback {
  readonly correct?: Text;
  readonly incorrect?: Text;
  /** Where some of it is right. Absent: `incorrect`. */
  readonly partial?: Text;
  /** In any case: why it is so. */
  readonly general?: Text;
}

/** `all`: full points or none. `each`: every part that is right earns its share. */
export type QuizScoring = 'all' | 'each';

/** One of several. Where more than one is right, any of them will do. */
export interface SingleQuestion extends QuestionBase {
  readonly kind: 'single';
  /** 2 to 100. With the ids `true` and `false` it is reported as a true-false question. */
  readonly choices: readonly QuizChoice[];
  readonly shuffle: boolean;
}

/** Some of several. */
export interface MultipleQuestion extends QuestionBase {
  readonly kind: 'multiple';
  readonly choices: readonly QuizChoice[];
  readonly shuffle: boolean;
  /** `each`: a right choice earns its share, a wrong one costs as much; never below 0. Default `all`. */
  readonly scoring: QuizScoring;
  /** How many may be picked at most. Absent: all. */
  readonly maxChoices?: number;
}

export interface QuizChoice {
  readonly id: string;
  readonly text: Text;
  readonly media?: QuizMedia;
  readonly correct: boolean;
  /**
   * What picking it earns; may be negative. Where any choice of a question has points, the question's score is their sum over what was picked,
   * from 0 to its `points`, and it is right when that is full.
   */
  readonly points?: number;
  /** What to tell whoever picks it. */
  readonly feedback?: Text;
}

/** Put into order. Shown in another one. */
export interface OrderQuestion extends QuestionBase {
  readonly kind: 'order';
  /** In the right order. 2 to 50. */
  readonly items: readonly QuizItem[];
  /** `each`: every item in its right place earns its share. Default `all`. */
  readonly scoring: QuizScoring;
}

/** Find for each source the target that belongs to it. Targets may belong to several sources, or to none. */
export interface MatchQuestion extends QuestionBase {
  readonly kind: 'match';
  readonly sources: readonly (QuizItem & { /** Id of its target. */ readonly target: string })[];
  readonly targets: readonly QuizItem[];
  readonly shuffle: boolean;
  /** `each`: every right pair earns its share. Default `all`. */
  readonly scoring: QuizScoring;
}

export interface QuizItem {
  readonly id: string;
  readonly text: Text;
  readonly media?: QuizMedia;
}

/** Write words. Compared without regard to the width of characters (Unicode NFKC) and to spaces around and between words. */
export interface TextQuestion extends QuestionBase {
  readonly kind: 'text';
  /** Up to 100. Empty: nobody can tell right from wrong, so `points` is 0; a person may read it. */
  readonly accepted: readonly AcceptedText[];
  /** Capital and small letters differ. Default `false`. */
  readonly caseSensitive: boolean;
  /** Room for a paragraph. Default `false`. */
  readonly multiline: boolean;
  /** Characters, 1 to 20,000. Default 500, or 5,000 where there are several lines. */
  readonly maxLength: number;
}

export interface AcceptedText {
  readonly text: string;
  /** What it earns, above 0 up to the question's points. Absent: all of them. */
  readonly points?: number;
  readonly feedback?: Text;
}

/** Write a number; with a decimal comma, full-width digits or an exponent, as people do. */
export interface NumericQuestion extends QuestionBase {
  readonly kind: 'numeric';
  /** Up to 100; any of them will do. */
  readonly accepted: readonly AcceptedNumber[];
  /** What is counted, shown behind the field. */
  readonly unit?: Text;
}

/** From `min` to `max`, both included. For `value ± tolerance` see {@link parseQuiz}. Half open: one of the two is absent. */
export interface AcceptedNumber {
  readonly min?: number;
  readonly max?: number;
  readonly points?: number;
  readonly feedback?: Text;
}

export type Question = SingleQuestion | MultipleQuestion | OrderQuestion | MatchQuestion | TextQuestion | NumericQuestion;
export type QuestionKind = Question['kind'];

/** All questions, in the order of the description. */
export const questionsOf = (quiz: Quiz): readonly Question[] => quiz.sections.flatMap(({ questions }) => questions);

/**
 * Makes an id of a quiz out of another system's: what cannot be in one becomes `-`, what is too long is cut, what is taken gets a number. The same names
 * in the same order give the same ids.
 * @param taken the ids given so far; the new one is added
 */
export function toQuizId(name: string, taken: Set<string>): string {
  const stem = name.normalize('NFC').replace(/[^\p{L}\p{N}_.~-]+/gu, '-').replace(/^[.-]+/, '').slice(0, 80) || 'id';
  let id = stem;
  for (let count = 2; taken.has(id); count++) id = `${stem}-${count}`;
  taken.add(id);
  return id;
}
