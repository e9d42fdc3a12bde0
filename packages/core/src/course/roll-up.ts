import type { CourseNode, MoveOn } from './course.js';

/** What roll-up needs to know of a unit. */
export interface UnitOutcome {
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed' | undefined;
  /** Fraction done, 0 to 1. */
  readonly progress: number;
  /** Set by an administrator (cmi5 9.3.7): satisfied whatever was done. */
  readonly waived?: boolean;
}

/** Whether a unit's `moveOn` is met (cmi5 10.2.4). */
export function isSatisfied(moveOn: MoveOn, outcome: UnitOutcome | undefined): boolean {
  if (outcome?.waived) return true;
  const completed = outcome?.completed ?? false;
  const passed = outcome?.success === 'passed';
  switch (moveOn) {
    case 'NotApplicable':
      return true;
    case 'Passed':
      return passed;
    case 'Completed':
      return completed;
    case 'CompletedAndPassed':
      return completed && passed;
    case 'CompletedOrPassed':
      return completed || passed;
  }
}

export interface RollUp {
  /** Every unit below is satisfied. A tree without units is satisfied. */
  readonly satisfied: boolean;
  /** Mean of the units' progress, 0 to 1; a satisfied unit counts as 1, `NotApplicable` ones count by what was done. */
  readonly progress: number;
  readonly units: number;
  readonly satisfiedUnits: number;
}

/** Rolls the units' outcomes up the tree. */
export function rollUp(children: readonly CourseNode[], outcomeOf: (unitId: string) => UnitOutcome | undefined): RollUp {
  let units = 0;
  let satisfiedUnits = 0;
  let sum = 0;
  const stack: CourseNode[] = [...children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'block') {
      for (const child of node.children) stack.push(child); // not spread: a hostile block may have more children than a call takes arguments
      continue;
    }
    const outcome = outcomeOf(node.id);
    const satisfied = isSatisfied(node.moveOn, outcome);
    units += 1;
    if (satisfied) satisfiedUnits += 1;
    sum += satisfied && node.moveOn !== 'NotApplicable' ? 1 : (outcome?.progress ?? 0);
  }
  return { satisfied: satisfiedUnits === units, progress: units === 0 ? 1 : sum / units, units, satisfiedUnits };
}
