import type { LearningEventBody, Score, StepRef } from '../session/events.js';
import { pickText } from '../course/tree.js';
import type { Text } from '../course/course.js';
import type { ProcedureState, StepState } from './procedure-state.js';
import type { Simulation } from './simulation.js';

/** A learning event that lacks only its unit. `at`: epoch milliseconds, if not now. */
export type ProcedureEvent = LearningEventBody & { readonly at?: number };

/**
 * What happened between two states of a procedure, as learning events in the order in which they happened.
 * Pass both arguments that {@link Procedure.subscribe} gives. A restart yields nothing: the next attempt begins with its `start`.
 *
 * @param languages BCP 47 tags for the titles, the preferred first
 */
export function procedureEvents(
  simulation: Simulation,
  before: ProcedureState,
  after: ProcedureState,
  languages: readonly string[],
): ProcedureEvent[] {
  if (after.attempt !== before.attempt) return [];
  const ref = (of: { readonly id: string; readonly title: Text }): StepRef => ({ id: of.id, title: pickText(of.title, languages) });
  const events: ProcedureEvent[] = [];
  const left = before.status === 'suspended' || before.status === 'paused';
  if (left && after.status === 'running') events.push({ type: 'resumed' });

  const part = simulation.parts.find((candidate) => candidate.id === after.judgement?.part);
  if (part && after.judgement !== before.judgement) events.push({ type: 'used', object: ref(part) });

  after.steps.forEach((step, index) => {
    const earlier = before.steps[index]!;
    const definition = simulation.steps[index]!;
    const at = (time: number | undefined) => (time === undefined ? {} : { at: time });
    if (step.startedAt !== undefined && earlier.startedAt === undefined) {
      events.push({ type: 'stepStarted', step: ref(definition) });
    }
    if (step.endedAt !== undefined && earlier.endedAt === undefined) {
      events.push({
        type: 'stepEnded',
        step: ref(definition),
        ...stepScore(step),
        seconds: step.elapsedMs / 1000,
        success: step.status === 'done',
        ...at(step.endedAt),
      });
    }
  });
  if (after.progress > before.progress) events.push({ type: 'progressed', progress: after.progress });
  if (after.status === 'finished' && before.status !== 'finished') {
    events.push({ type: after.passed ? 'passed' : 'failed', score: after.score });
    if (after.outcome === 'completed') events.push({ type: 'completed' });
  }
  if (after.status === 'suspended' && before.status !== 'suspended') events.push({ type: 'suspended' });
  return events;
}

/** A step that is worth nothing has no score: `max` must be above `min` (xAPI Data 2.4.5.1). */
function stepScore(step: StepState): { score?: Score } {
  if (step.maxScore === 0) return {};
  return { score: { raw: step.points, min: 0, max: step.maxScore, scaled: step.points / step.maxScore } };
}
