import { CATEGORIES, EXTENSIONS, newUuid, scaledScore, soundScore, type Activity, type Agent, type Context, type Result, type Score, type Statement, type Verb } from '@lectern/core';
import type { Cmi5LaunchData } from './launch-data.js';
import type { Cmi5Launch } from './launch.js';

export interface AuStatements {
  /**
   * A cmi5-defined statement (cmi5 7.1.2): about the AU itself, with the category.
   * @param at epoch milliseconds
   */
  defined(verb: Verb, at: number, result?: Result): Statement;
  /** A cmi5-allowed statement (7.1.3) about the AU: no category, decides nothing. */
  allowed(verb: Verb, at: number, result?: Result): Statement;
  /** What the units' statements are made with: they are cmi5-allowed, whatever categories the LMS has in its template. */
  readonly template: Context;
}

const listed = (activities: unknown): readonly Activity[] => (activities === undefined || activities === null ? [] : Array.isArray(activities) ? (activities as Activity[]) : [activities as Activity]);
const OURS: readonly string[] = [CATEGORIES.cmi5, CATEGORIES.moveOn];

/** The statements of one AU session, by the template of its launch (cmi5 10.2.1). */
export function createAuStatements({ activityId, registration }: Cmi5Launch, { contextTemplate, masteryScore }: Cmi5LaunchData, actor: Agent): AuStatements {
  const { category, ...activities } = contextTemplate.contextActivities ?? {};
  const categories = listed(category).filter(({ id }) => !OURS.includes(id));
  const template: Context = { ...contextTemplate, contextActivities: { ...activities, ...(categories.length ? { category: categories } : {}) } };

  function make(verb: Verb, at: number, result: Result | undefined, own: readonly string[]): Statement {
    const added = own.map((id): Activity => ({ objectType: 'Activity', id }));
    const judged = masteryScore !== undefined && result?.success !== undefined;
    const all = [...categories, ...added];
    return {
      id: newUuid(),
      actor,
      verb,
      object: { objectType: 'Activity', id: activityId },
      ...(result ? { result } : {}),
      context: {
        ...template,
        registration,
        contextActivities: { ...activities, ...(all.length ? { category: all } : {}) },
        // cmi5 9.6.3.2
        extensions: { ...template.extensions, ...(judged ? { [EXTENSIONS.masteryScore]: masteryScore } : {}) },
      },
      timestamp: new Date(at).toISOString(),
    };
  }

  return {
    template,
    // cmi5 9.6.2.2: moveOn goes with success or completion, and with nothing else.
    defined: (verb, at, result) => make(verb, at, result, result?.success !== undefined || result?.completion !== undefined ? [CATEGORIES.cmi5, CATEGORIES.moveOn] : [CATEGORIES.cmi5]),
    allowed: (verb, at, result) => make(verb, at, result, []),
  };
}

/** A score as cmi5 9.5.1 wants it: scaled from 0 to 1, a raw one with its bounds. */
export function cmi5Score(score: Score | undefined): Score | undefined {
  const scaled = scaledScore(score);
  const { raw, min, max } = (score && soundScore(score)) ?? {};
  const given: Score = {
    ...(scaled === undefined ? {} : { scaled: Math.round(Math.max(0, scaled) * 1e4) / 1e4 }),
    ...(raw !== undefined && min !== undefined && max !== undefined ? { raw, min, max } : {}),
  };
  return Object.keys(given).length > 0 ? given : undefined;
}
