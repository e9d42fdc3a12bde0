import type { Course } from '../course/course.js';
import { listUnits } from '../course/tree.js';
import type { OutcomeReport } from '../plugin/connection.js';
import { scaledScore } from './scaled-score.js';
import type { SessionState, UnitState } from './state.js';

/**
 * What a gradebook is told of a whole course. Of one unit it is that unit's outcome. Of several, the score is the mean of the scaled scores there are;
 * `passed` when the course is satisfied and something in it was passed; never `failed`, since a unit that was failed may be tried again.
 */
export function courseOutcome(course: Course, { units, rollUp }: SessionState): OutcomeReport {
  const states = Object.values<UnitState>(units);
  const seconds = states.reduce((sum, { seatSeconds }) => sum + seatSeconds, 0);
  const { satisfied: completed, progress } = rollUp;
  const [only, another] = listUnits(course);
  if (only && !another) {
    const { success, score } = units[only.id] ?? {};
    return { completed, progress, seconds, ...(success ? { success } : {}), ...(score ? { score } : {}) };
  }
  const scores = states.flatMap(({ score }) => scaledScore(score) ?? []);
  const passed = completed && states.some(({ success }) => success === 'passed');
  const mean = scores.reduce((sum, scaled) => sum + scaled, 0) / scores.length;
  return { completed, progress, seconds, ...(passed ? { success: 'passed' } : {}), ...(scores.length ? { score: { scaled: Math.round(mean * 1e4) / 1e4 } } : {}) };
}
