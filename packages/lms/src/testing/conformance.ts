import { connectingRules } from './connecting-rules.js';
import { documentRules } from './document-rules.js';
import { endingRules } from './ending-rules.js';
import { faultRules } from './fault-rules.js';
import { outcomeRules } from './outcome-rules.js';
import { ConformanceError, type ConformanceOptions, type ConformanceReport, type ConformanceTest, type PlaceFault, type PlaceUnderTest } from './place.js';
import { recordingRules } from './recording-rules.js';
import { createVisits, type Visits } from './visit.js';

/** A rule, and what a place must be able to show for it. `state`: a plugin whose connections keep documents. */
export interface Rule {
  readonly area: ConformanceTest['area'];
  readonly name: string;
  readonly needs?: readonly ('statements' | 'outcome' | 'state' | PlaceFault)[];
  run(visits: Visits): Promise<void>;
}

const RULES: readonly Rule[] = [...connectingRules, ...recordingRules, ...documentRules, ...outcomeRules, ...endingRules, ...faultRules];

/**
 * What every LMS plugin owes its learners, as tests for whichever runner you have: `for (const { name, run } of conformanceTests({ place })) it(name, run)`.
 * Each makes a place of its own, so they may run in any order.
 */
export function conformanceTests({ place, patience = 10_000 }: ConformanceOptions): readonly ConformanceTest[] {
  return RULES.map(({ area, name, needs = [], run }) => ({
    area,
    name,
    async run() {
      const made = await place();
      const wrong = (message: string, cause?: unknown): ConformanceError => new ConformanceError(name, message, cause === undefined ? undefined : { cause });
      const visits = createVisits(made, patience, wrong);
      try {
        if (!(await canShow(made, needs, visits))) return 'skipped';
        await run(visits);
        return 'passed';
      } catch (error) {
        throw error instanceof ConformanceError ? error : wrong(error instanceof Error ? error.message : String(error), error);
      } finally {
        await visits.end();
      }
    },
  }));
}

/** Runs all of them, one after the other. Does not reject. */
export async function checkConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const passed: string[] = [];
  const skipped: string[] = [];
  const failed: ConformanceError[] = [];
  for (const { name, run } of conformanceTests(options)) {
    try {
      ((await run()) === 'passed' ? passed : skipped).push(name);
    } catch (error) {
      failed.push(error as ConformanceError);
    }
  }
  return { passed, skipped, failed };
}

async function canShow(place: PlaceUnderTest, needs: NonNullable<Rule['needs']>, { peek }: Visits): Promise<boolean> {
  for (const need of needs) {
    if (need === 'statements' || need === 'outcome') {
      if (!place[need]) return false;
    } else if (need === 'state') {
      if (!(await peek()).capabilities.state) return false;
    } else if (!place.fail || !place.faults?.includes(need)) return false;
  }
  return true;
}
