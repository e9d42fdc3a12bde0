import type { Score } from '@lectern/core';
import type { CmiTree, ScormVersion } from '../frame/protocol.js';
import { numberAt, treeAt, valueAt } from './cmi.js';
import { spanSeconds } from './time.js';

/** What a data model says of the unit, in the model's own words. */
export interface ScormOutcome {
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed';
  readonly score?: Score;
  /** Fraction, 0 to 1. */
  readonly progress?: number;
  /** It asks to be taken up again. */
  readonly suspends: boolean;
  /** Seconds of this session, as the SCO counted. */
  readonly seconds?: number;
}

export function readOutcome(cmi: CmiTree, version: ScormVersion): ScormOutcome {
  return version === '1.2' ? read12(cmi) : read2004(cmi);
}

/** SCORM 1.2 RTE 3.4.4, lesson_status: one word for two things. What passed is also complete; what failed is not. */
function read12(cmi: CmiTree): ScormOutcome {
  const status = valueAt(cmi, 'core', 'lesson_status');
  const score = scoreOf(treeAt(cmi, 'core', 'score'), 100);
  return {
    completed: status === 'completed' || status === 'passed',
    ...(status === 'passed' || status === 'failed' ? { success: status } : {}),
    ...(score ? { score } : {}),
    ...ending(valueAt(cmi, 'core', 'exit'), valueAt(cmi, 'core', 'session_time'), '1.2'),
  };
}

/** SCORM 2004 RTE 4.2.4.1 and 4.2.22.1: a threshold overrides what the SCO says of itself. */
function read2004(cmi: CmiTree): ScormOutcome {
  const progress = numberAt(cmi, 'progress_measure');
  const threshold = numberAt(cmi, 'completion_threshold');
  const passing = numberAt(cmi, 'scaled_passing_score');
  const score = scoreOf(treeAt(cmi, 'score'), undefined);
  const scaled = numberAt(cmi, 'score', 'scaled');
  const completed = threshold !== undefined && progress !== undefined ? progress >= threshold : valueAt(cmi, 'completion_status') === 'completed';
  const said = valueAt(cmi, 'success_status');
  const judged = passing !== undefined && scaled !== undefined ? (scaled >= passing ? 'passed' : 'failed') : said;
  return {
    completed,
    ...(judged === 'passed' || judged === 'failed' ? { success: judged } : {}),
    ...(score ? { score } : {}),
    ...(progress === undefined ? {} : { progress: Math.min(1, Math.max(0, progress)) }),
    ...ending(valueAt(cmi, 'exit'), valueAt(cmi, 'session_time'), '2004'),
  };
}

function ending(exit: string, sessionTime: string, version: ScormVersion): Pick<ScormOutcome, 'suspends' | 'seconds'> {
  const seconds = spanSeconds(sessionTime, version);
  return { suspends: exit === 'suspend' || exit === 'logout', ...(seconds ? { seconds } : {}) };
}

/**
 * A score fit for xAPI (4.1.5.1): `min` ≤ `raw` ≤ `max`, `scaled` from -1 to 1 against the true maximum (16 of 16 is 1, not 0.16).
 * @param maximum assumed where the SCO gives none; 1.2 scores are 0 to 100
 */
function scoreOf(tree: CmiTree | undefined, maximum: number | undefined): Score | undefined {
  const raw = numberAt(tree, 'raw');
  const max = numberAt(tree, 'max');
  const min = numberAt(tree, 'min');
  const given = numberAt(tree, 'scaled');
  if (raw === undefined && given === undefined) return undefined;
  const top = max ?? maximum;
  const bottom = min ?? 0;
  const ranged = raw !== undefined && top !== undefined && top > bottom && raw >= bottom && raw <= top;
  const scaled = given ?? (ranged ? Math.round(((raw - bottom) / (top - bottom)) * 10_000) / 10_000 : undefined);
  const keepMax = max !== undefined && (raw === undefined || raw <= max) && (min === undefined || max > min);
  const keepMin = min !== undefined && (raw === undefined || raw >= min) && (max === undefined || max > min);
  return {
    ...(scaled === undefined ? {} : { scaled: Math.min(1, Math.max(-1, scaled)) }),
    ...(raw === undefined ? {} : { raw }),
    ...(keepMin ? { min } : {}),
    ...(keepMax ? { max } : {}),
  };
}
