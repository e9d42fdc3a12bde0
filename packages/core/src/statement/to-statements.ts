import type { Course } from '../course/course.js';
import { isMediaUnit, type Unit } from '../course/units.js';
import { unitActivityId } from '../course/tree.js';
import type { RuledEvent } from '../session/rules.js';
import { languageMap, languageTag } from './language.js';
import { childId, type StatementProfile, type StatementRule, type StatementSource } from './profile.js';
import { definedResult, isDefined } from './profiles/cmi5.js';
import { PROFILES } from './profiles/index.js';
import { soundScore } from './score.js';
import type { Activity, Agent, Context, ContextActivities, Result, Statement } from './statement.js';
import { ACTIVITY_TYPES, CATEGORIES, EXTENSIONS } from './vocabulary.js';

/** What is the same for all statements of a session. */
export interface StatementContext {
  readonly actor: Agent;
  readonly registration: string;
  readonly course: Course;
  /**
   * cmi5's `contextTemplate` (10.2.1): merged into every context, never overwritten. Where its categories name cmi5, the defined statements
   * (9.3) follow cmi5's rules to the letter, and no others carry that category (7.1.3).
   */
  readonly template?: Context | undefined;
  readonly newId: () => string;
  /** Turns epoch milliseconds into a timestamp that never goes back within the session. */
  readonly timestamp: (at: number) => string;
}

const PLATFORM = 'Lectern';

/** The activity of a unit, as its statements name it. */
export function unitActivity(course: Course, unit: Unit): Activity {
  const type = PROFILES[unit.kind]?.activityType;
  return {
    objectType: 'Activity',
    id: unitActivityId(course, unit),
    definition: {
      name: languageMap(unit.title, course.language),
      ...(unit.description ? { description: languageMap(unit.description, course.language) } : {}),
      ...(type ? { type } : {}),
    },
  };
}

/**
 * Turns a ruled event into its statement, by the table of the unit's kind.
 * @returns `undefined` where the profile says nothing of such an event
 */
export function toStatement(ruled: RuledEvent, unit: Unit, context: StatementContext): Statement | undefined {
  const profile = PROFILES[unit.kind];
  const rule = profile?.rules[ruled.event.type] as StatementRule | undefined;
  if (!profile || !rule) return undefined;
  const activity = unitActivity(context.course, unit);
  const source: StatementSource = { ...ruled, unit, course: context.course, activity };
  const underCmi5 = categoriesOf(context.template).some(({ id }) => id === CATEGORIES.cmi5);
  const defined = underCmi5 && !rule.object && isDefined(source);
  const result = resultOf(source, rule, defined);
  return {
    id: context.newId(),
    actor: context.actor,
    verb: rule.verb,
    object: rule.object?.(source) ?? activity,
    ...(result ? { result } : {}),
    context: buildContext(source, profile, rule, context, defined ? cmi5Categories(result) : []),
    timestamp: context.timestamp(ruled.event.at ?? ruled.session.seenAt),
  };
}

function resultOf(source: StatementSource, rule: StatementRule, defined: boolean): Result | undefined {
  const given = rule.result?.(source);
  if (!given) return undefined;
  const { score, ...rest } = given;
  const sound = score && soundScore(score);
  const result: Result = { ...rest, ...(sound ? { score: sound } : {}) };
  return defined ? definedResult(source, result) : result;
}

/** cmi5 9.6.2.1 and 9.6.2.2: the moveOn category goes with success or completion, and with nothing else. */
function cmi5Categories(result: Result | undefined): Activity[] {
  const decides = result?.success !== undefined || result?.completion !== undefined;
  return [CATEGORIES.cmi5, ...(decides ? [CATEGORIES.moveOn] : [])].map((id) => ({ objectType: 'Activity', id }));
}

function buildContext(
  source: StatementSource,
  profile: StatementProfile,
  rule: StatementRule,
  context: StatementContext,
  cmi5: readonly Activity[],
): Context {
  const { template, course } = context;
  const { category: _category, ...given } = template?.contextActivities ?? {};
  const courseActivity = courseActivityOf(course);
  const language = languageTag(course.language);
  const { event, session, unit } = source;
  const judged = event.type === 'passed' || event.type === 'failed';
  const category = distinct(
    categoriesOf(template).filter(({ id }) => id !== CATEGORIES.cmi5 && id !== CATEGORIES.moveOn),
    profile.category ? [{ objectType: 'Activity', id: profile.category, definition: { type: ACTIVITY_TYPES.profile } }] : [],
    cmi5,
  );
  return {
    platform: PLATFORM,
    ...(language ? { language } : {}),
    ...template,
    registration: context.registration,
    contextActivities: {
      ...given,
      parent: distinct(listed(given.parent), [rule.object ? { objectType: 'Activity', id: source.activity.id } : courseActivity]),
      grouping: distinct(listed(given.grouping), [courseActivity], profile.attempts ? [attemptOf(source)] : []),
      ...(category.length ? { category } : {}),
    },
    extensions: {
      [EXTENSIONS.sessionId]: session.id,
      ...(isMediaUnit(unit) ? { [EXTENSIONS.video.sessionId]: session.id } : {}),
      ...(unit.masteryScore !== undefined && judged ? { [EXTENSIONS.masteryScore]: unit.masteryScore } : {}), // cmi5 9.6.3.2
      ...rule.contextExtensions?.(source),
      ...template?.extensions,
    },
  };
}

function courseActivityOf(course: Course): Activity {
  return {
    objectType: 'Activity',
    id: course.id,
    definition: { type: ACTIVITY_TYPES.course, name: languageMap(course.title, course.language) },
  };
}

/** SCORM profile, 5.0: what an attempt did is found by the attempt's own activity. */
function attemptOf({ state, session, activity }: StatementSource): Activity {
  return {
    objectType: 'Activity',
    id: childId(activity.id, 'attempts', state.attempt ?? session.id),
    definition: { type: ACTIVITY_TYPES.attempt },
  };
}

/** A template from an LMS may hold a single activity where 1.0 has an array (xAPI Data 2.4.6.2). */
function listed(activities: ContextActivities[keyof ContextActivities]): readonly Activity[] {
  const value: unknown = activities ?? [];
  return Array.isArray(value) ? (value as readonly Activity[]) : [value as Activity];
}

const categoriesOf = (template: Context | undefined): readonly Activity[] => listed(template?.contextActivities?.category);

function distinct(...lists: readonly (readonly Activity[])[]): Activity[] {
  return [...new Map(lists.flat().reverse().map((activity) => [activity.id, activity])).values()].reverse();
}
