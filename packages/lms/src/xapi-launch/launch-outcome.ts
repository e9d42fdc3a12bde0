import { formatDuration, newUuid, soundScore, VERBS, type OutcomeReport, type Receipt, type Result, type StateContent, type Statement, type Verb } from '@lectern/core';

/** Where what was said of the launched activity is kept. */
export const LAUNCH_STATE_ID = 'lectern.launch';

export interface LaunchOutcomeOptions {
  /** Of the launched activity: all but verb, result, id and time. */
  readonly about: Pick<Statement, 'actor' | 'object' | 'context'>;
  readonly kept: StateContent | undefined;
  now(): number;
  record(statement: Statement): Receipt;
  keep(content: StateContent): void;
}

/** Tells of the launched activity as a whole, which is what an LMS's gradebook looks at: `completed` once, `passed` and `failed` when they change. */
export class LaunchOutcome {
  readonly #options: LaunchOutcomeOptions;
  #completed: boolean;
  #verdict: unknown;

  constructor(options: LaunchOutcomeOptions) {
    this.#options = options;
    this.#completed = options.kept?.['completed'] === true;
    this.#verdict = options.kept?.['verdict'];
  }

  /** Resolves when the LRS has it. */
  async report({ completed, success, score, seconds }: OutcomeReport): Promise<void> {
    const sound = score && soundScore(score);
    const duration = formatDuration(seconds);
    const receipts: Receipt[] = [];
    const verdict = success && JSON.stringify([success, sound ?? null]);
    if (completed && !this.#completed) {
      this.#completed = true;
      receipts.push(this.#say(VERBS.completed, { completion: true, duration, ...(success ? { success: success === 'passed' } : {}), ...(sound ? { score: sound } : {}) }));
    }
    if (success && verdict !== this.#verdict) {
      this.#verdict = verdict;
      receipts.push(this.#say(VERBS[success], { success: success === 'passed', completion: completed, duration, ...(sound ? { score: sound } : {}) }));
    }
    if (receipts.length > 0) this.#options.keep({ completed: this.#completed, ...(typeof this.#verdict === 'string' ? { verdict: this.#verdict } : {}) });
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
  }

  #say(verb: Verb, result: Result): Receipt {
    const { about, now, record } = this.#options;
    return record({ id: newUuid(), ...about, verb, result, timestamp: new Date(now()).toISOString() });
  }
}
