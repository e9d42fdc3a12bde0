import type { Localizer } from '../../internal/localize.js';
import { PlayerError, type PlayerErrorCode } from '../player-error.js';

/** What is wrong and what a learner can do. */
export interface Explanation {
  readonly title: string;
  readonly advice: string;
}

/** An error that brings its words: for what is rare, so that every page need not load them. */
export class ExplainedError extends PlayerError {
  readonly explain: (words: Localizer) => Explanation;

  constructor(code: PlayerErrorCode, message: string, explain: (words: Localizer) => Explanation, details: { readonly file?: string; readonly field?: string; readonly cause?: unknown } = {}) {
    super(code, message, details);
    this.explain = explain;
  }
}
