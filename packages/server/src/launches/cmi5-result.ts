import type { Statement } from '@lectern/core';
import type { Cmi5Session, DefinedVerb, Refuse } from './cmi5-rules.js';
import { CMI5 } from './cmi5-terms.js';

/** 9.5: what the result of a cmi5-defined statement must and may hold, by its verb. */
export function checkResult(session: Pick<Cmi5Session, 'masteryScore'>, name: DefinedVerb, { result }: Statement, refuse: Refuse): void {
  const decides = name === 'passed' || name === 'failed';
  if (result?.score && !decides) refuse('result.score', '9.5.1', 'A score goes with passed and failed only.');
  if (decides ? result?.success !== (name === 'passed') : result?.success !== undefined) {
    refuse('result.success', '9.5.2', decides ? `"success" of ${name} is ${name === 'passed'}.` : '"success" goes with passed and failed only.');
  }
  if (name === 'completed' ? result?.completion !== true : result?.completion !== undefined) {
    refuse('result.completion', '9.5.3', name === 'completed' ? '"completion" of completed is true.' : '"completion" goes with completed only.');
  }
  if (name !== 'initialized' && result?.duration === undefined) refuse('result.duration', '9.5.4.1', `A duration goes with ${name}.`);
  const percent = result?.extensions?.[CMI5.progress];
  if (percent !== undefined && !(Number.isInteger(percent) && (percent as number) >= 0 && (percent as number) <= 100)) {
    refuse(`result.extensions["${CMI5.progress}"]`, '9.5.5.1', 'The progress is an integer from 0 to 100.');
  }
  if (result?.score) checkScore(session, name, result.score, refuse);
}

function checkScore({ masteryScore }: Pick<Cmi5Session, 'masteryScore'>, name: DefinedVerb, score: NonNullable<NonNullable<Statement['result']>['score']>, refuse: Refuse): void {
  const { scaled, raw, min, max } = score;
  if (scaled !== undefined && !(scaled >= 0 && scaled <= 1)) refuse('result.score.scaled', '9.5.1', 'A scaled score is from 0 to 1.');
  if (raw !== undefined && (min === undefined || max === undefined)) refuse(`result.score.${min === undefined ? 'min' : 'max'}`, '9.5.1', 'A raw score comes with its min and max.');
  if (scaled !== undefined && masteryScore !== undefined && (name === 'passed') !== scaled >= masteryScore) {
    refuse('result.score.scaled', name === 'passed' ? '9.3.4' : '9.3.5', `With a score of ${scaled} against a mastery score of ${masteryScore} the AU is ${name === 'passed' ? 'not passed' : 'passed'}.`);
  }
}
