import { getUnit, pickText, unitStatus, type LearningEvent, type Session } from '@lectern/core';
import { str, type Localizer } from '../internal/localize.js';
import { statusWords } from './unit-words.js';

/** What to say aloud after an event that decided a unit. */
export function outcomeWords(session: Session, { type, unitId }: LearningEvent, words: Localizer): string | undefined {
  const state = session.getState().units[unitId];
  // Media completes on a tick.
  if (type !== 'completed' && type !== 'passed' && type !== 'failed' && !(type === 'ticked' && state?.completed)) return undefined;
  const title = pickText(getUnit(session.course, unitId).title, words.languages);
  const status = statusWords(unitStatus(state), words);
  return words.msg(str`${title}: ${status}`);
}
