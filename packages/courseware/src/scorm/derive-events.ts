import type { Interaction, LearningEventBody, Score } from '@lectern/core';
import type { CmiTree, ScormVersion } from '../frame/protocol.js';
import { readInteractions } from './interactions.js';
import { readOutcome } from './outcome.js';

/**
 * What a SCO has done between two states of its data model, oldest first: answers that are new or changed, then progress, then the verdict.
 * Pure, and the same difference only once: what was in `before` is not told again.
 */
export function deriveEvents(before: CmiTree, after: CmiTree, version: ScormVersion): LearningEventBody[] {
  const was = readOutcome(before, version);
  const is = readOutcome(after, version);
  const events: LearningEventBody[] = newAnswers(before, after, version).map((interaction) => ({ type: 'answered', interaction }));
  if (is.progress !== undefined && is.progress > (was.progress ?? 0)) events.push({ type: 'progressed', progress: is.progress });
  if (is.completed && !was.completed) events.push({ type: 'completed' });
  const judged = is.success !== undefined && is.success !== was.success;
  if (judged) events.push({ type: is.success!, ...(is.score ? { score: is.score } : {}) });
  // A score without a verdict, or after it (openedx-scorm-xblock 56), is told by itself.
  else if (is.score && !sameScore(is.score, was.score)) events.push({ type: 'scored', score: is.score });
  return events;
}

/** How a session of the SCO ended. */
export function deriveEnd(cmi: CmiTree, version: ScormVersion): LearningEventBody[] {
  const { suspends, seconds } = readOutcome(cmi, version);
  const terminated: LearningEventBody = { type: 'terminated', ...(seconds === undefined ? {} : { seconds }) };
  return suspends ? [{ type: 'suspended' }, terminated] : [terminated];
}

function newAnswers(before: CmiTree, after: CmiTree, version: ScormVersion): Interaction[] {
  const told = new Set(readInteractions(before, version).map(signature));
  return readInteractions(after, version).filter((interaction) => {
    const mark = signature(interaction);
    if (told.has(mark)) return false;
    told.add(mark);
    return true;
  });
}

/** An answer is what was asked, what was said and how it was judged; the same again is no news. */
function signature({ id, type, response, success, latency }: Interaction): string {
  return JSON.stringify([id, type, response ?? null, success ?? null, latency ?? null]);
}

function sameScore(a: Score, b: Score | undefined): boolean {
  return b !== undefined && a.scaled === b.scaled && a.raw === b.raw && a.min === b.min && a.max === b.max;
}
