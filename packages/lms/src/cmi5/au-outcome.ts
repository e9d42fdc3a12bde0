import { createReceipt, formatDuration, scaledScore, VERBS, type OutcomeReport, type Receipt, type ReceiptControl, type Result, type Score, type StateContent, type Statement, type Verb } from '@lectern/core';
import { isObject } from '../outbox/record.js';
import { cmi5Score } from './au-statements.js';

/** Where what was said of the AU in the registration is kept, across its sessions. */
export const OUTCOME_STATE_ID = 'lectern.cmi5';

type Settling = 'completed' | 'passed';

interface Said {
  /** The statement. */
  readonly id: string;
  /** The LMS has it, or has refused it: either way it is not said again. */
  readonly settled: boolean;
  readonly score?: Score;
}

export interface AuOutcomeOptions {
  readonly masteryScore: number | undefined;
  /** What earlier sessions have kept. */
  readonly kept: StateContent | undefined;
  /** Records a defined statement. */
  say(verb: Verb, result: Result): { readonly statement: Statement; readonly receipt: Receipt };
  /** Records how far the learner has got (cmi5 9.5.5.1). */
  progress(percent: number): void;
  keep(content: StateContent): void;
  /** Whether the LMS has a statement of an earlier session; waits for what is on its way. */
  isThere(id: string): Promise<boolean>;
  /** Seconds of this session. */
  seconds(): number;
}

/**
 * What an AU says of itself, by cmi5's rules (9.3): `completed` and `passed` once in a registration, `passed` or `failed` in a session and not both, no `failed`
 * after `passed`, a verdict that agrees with the mastery score of the launch (9.5.1). A failure waits for the end of the session, since until then
 * the learner may still pass.
 */
export class AuOutcome {
  readonly #options: AuOutcomeOptions;
  readonly #said: { completed: Said | undefined; passed: Said | undefined };
  #failing: Score | true | undefined;
  #told: ReceiptControl | undefined;
  #tenths = 0;

  constructor(options: AuOutcomeOptions) {
    this.#options = options;
    const { completed, passed, failing } = options.kept ?? {};
    this.#said = { completed: readSaid(completed), passed: readSaid(passed) };
    this.#failing = failing === true ? true : isObject(failing) ? (failing as Score) : undefined;
  }

  /** What an earlier session said and may not have brought home. */
  async settle(): Promise<void> {
    for (const what of ['completed', 'passed'] as const) {
      const said = this.#said[what];
      if (!said || said.settled) continue;
      if (await this.#options.isThere(said.id)) this.#settled(what, said);
      else this.#say(what, said.score);
    }
  }

  /** @returns resolves when the LMS has it */
  async report(report: OutcomeReport): Promise<void> {
    const { completed, progress } = report;
    const receipts: Receipt[] = [];
    const tenths = Math.floor(progress * 10 + 1e-9);
    if (!completed && !this.#said.completed && tenths > this.#tenths) this.#options.progress(Math.min(100, Math.floor(progress * 100 + 1e-9)));
    this.#tenths = Math.max(this.#tenths, tenths);
    if (completed && !this.#said.completed) receipts.push(this.#say('completed'));
    const verdict = this.#verdictOf(report);
    if (verdict && !this.#said.passed) {
      const score = cmi5Score(report.score);
      if (verdict === 'passed') receipts.push(this.#say('passed', score));
      else receipts.push(this.#fail(score));
    }
    await Promise.all(receipts.map((receipt) => receipt.reached('stored')));
  }

  /** The session ends: what waited for that is said. */
  end(): void {
    if (!this.#failing || this.#said.passed) return;
    const score = this.#failing === true ? undefined : this.#failing;
    this.#failing = undefined;
    this.#options.keep({ failing: null });
    const { receipt } = this.#options.say(VERBS.failed, { success: false, duration: this.#duration, ...(score ? { score } : {}) });
    const told = this.#told;
    receipt.reached('stored').then(() => told?.advance('stored'), () => told?.advance('failed', receipt.error));
  }

  /** The LMS's mastery score decides where there is a score to hold against it, and something that was decided (cmi5 9.3.4, 9.3.5, 10.2.4). */
  #verdictOf({ completed, success, score }: OutcomeReport): 'passed' | 'failed' | undefined {
    const { masteryScore } = this.#options;
    const scaled = scaledScore(score);
    if (masteryScore === undefined || scaled === undefined || (success === undefined && !completed)) return success;
    return scaled >= masteryScore ? 'passed' : 'failed';
  }

  #say(what: Settling, score?: Score): Receipt {
    const verdict = what === 'passed';
    if (verdict) this.#failing = undefined;
    const result: Result = { ...(verdict ? { success: true } : { completion: true }), duration: this.#duration, ...(score ? { score } : {}) };
    const { statement, receipt } = this.#options.say(VERBS[what], result);
    const said: Said = { id: statement.id, settled: false, ...(score ? { score } : {}) };
    this.#said[what] = said;
    this.#options.keep({ [what]: said, ...(verdict ? { failing: null } : {}) });
    const settle = (): void => this.#settled(what, said);
    receipt.reached('stored').then(settle, settle);
    if (verdict) this.#told?.advance('stored');
    return receipt;
  }

  #fail(score: Score | undefined): Receipt {
    this.#failing = score ?? true;
    this.#options.keep({ failing: this.#failing });
    this.#told ??= createReceipt('failed');
    return this.#told.receipt;
  }

  #settled(what: Settling, said: Said): void {
    this.#said[what] = { ...said, settled: true };
    this.#options.keep({ [what]: this.#said[what] });
  }

  get #duration(): string {
    return formatDuration(this.#options.seconds());
  }
}

function readSaid(value: unknown): Said | undefined {
  if (!isObject(value) || typeof value['id'] !== 'string') return undefined;
  return { id: value['id'], settled: value['settled'] === true, ...(isObject(value['score']) ? { score: value['score'] as Score } : {}) };
}
