import type { LmsPlugin, OutcomeReport } from '@lectern/core';

/**
 * What a place may do wrong.
 * - `down`: nothing answers.
 * - `busy`: it asks to come back later, and says no time.
 * - `refused`: whoever asks has to sign in again.
 * - `lost-answer`: it does what it is asked, and the answer is lost on its way.
 * - `silent`: it takes the question, and never answers.
 * - `garbage`: it answers what no such place would: a sign-in page of the network, numbers for strings.
 */
export type PlaceFault = 'down' | 'busy' | 'refused' | 'lost-answer' | 'silent' | 'garbage';

/** A platform for one test: empty, and gone afterwards. Most authors have one in memory; a real one on a test server does as well. */
export interface PlaceUnderTest {
  /** A plugin as a page makes it that is at home there. Called again, it is another visit of the same learner to the same course, in the same browser. */
  plugin(): LmsPlugin;
  /** The ids of the statements it has, in the order of storing, each as often as it is stored. Absent: it keeps no statements. */
  statements?(): readonly string[] | Promise<readonly string[]>;
  /** What its gradebook has of the course. Absent: it has none. A plugin may leave out what its gradebook has no place for. */
  outcome?(): Partial<OutcomeReport> | undefined | Promise<Partial<OutcomeReport> | undefined>;
  /** From now on it does that wrong; `undefined`: nothing any more. Absent: it cannot be told to. */
  fail?(fault: PlaceFault | undefined): void;
  /** Those that `fail` knows. */
  readonly faults?: readonly PlaceFault[];
  /** Takes it away. */
  end?(): void | Promise<void>;
}

export interface ConformanceOptions {
  /** A new place for each test. */
  readonly place: () => PlaceUnderTest | Promise<PlaceUnderTest>;
  /** Milliseconds that what has to happen may take. Default 10,000. */
  readonly patience?: number;
}

/** One test: give it to your runner, whichever that is. */
export interface ConformanceTest {
  /** The rule it holds the plugin to, in words. */
  readonly name: string;
  readonly area: 'connecting' | 'recording' | 'documents' | 'outcomes' | 'ending' | 'faults';
  /** Rejects with a {@link ConformanceError} that says what is wrong. Resolves to `skipped` where the place cannot show it. */
  run(): Promise<'passed' | 'skipped'>;
}

/** The plugin breaks a rule. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  /** The test. */
  readonly rule: string;

  constructor(rule: string, message: string, options?: ErrorOptions) {
    super(`${rule}: ${message}`, options);
    this.rule = rule;
  }
}

export interface ConformanceReport {
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly ConformanceError[];
}
