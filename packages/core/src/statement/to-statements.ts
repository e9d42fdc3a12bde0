import type { Course, Text, Unit } from '../course/course.js';
import { unitActivityId } from '../course/tree.js';
import type { LearningEvent } from '../session/events.js';
import type { RuledEvent } from '../session/rules.js';
import type { StatementProfile, StatementRule, StatementSource } from './profile.js';
import { PROFILES } from './profiles/index.js';
import type { Activity, Agent, Context, LanguageMap, Statement } from './statement.js';
import { ACTIVITY_TYPES, CATEGORIES, EXTENSIONS } from './vocabulary.js';

/** What is the same for all statements of a session. */
export interface StatementContext {
  readonly actor: Agent;
  readonly registration: string;
  readonly course: Course;
  /** cmi5's `contextTemplate` (10.2.1): merged into every context, never overwritten. */
  readonly template?: Context | undefined;
  readonly newId: () => string;
  /** Turns epoch milliseconds into a timestamp that never goes back within the session. */
  readonly timestamp: (at: number) => string;
}

const PLATFORM = 'Lectern';

function languageMap(text: Text, language: string | undefined): LanguageMap {
  return typeof text === 'string' ? { [language ?? 'und']: text } : text;
}

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
  const result = rule.result?.(source);
  return {
    id: context.newId(),
    actor: context.actor,
    verb: rule.verb,
    object: rule.object?.(source) ?? activity,
    ...(result ? { result } : {}),
    context: buildContext(source, profile, rule, context),
    timestamp: context.timestamp(ruled.event.at ?? ruled.session.seenAt),
  };
}

function buildContext(source: StatementSource, profile: StatementProfile, rule: StatementRule, context: StatementContext): Context {
  const { template, course } = context;
  const given = template?.contextActivities ?? {};
  const isUnit = !rule.object;
  const category: Activity[] = [...(given.category ?? [])];
  if (profile.category) category.push({ objectType: 'Activity', id: profile.category });
  if (category.some(({ id }) => id === CATEGORIES.cmi5) && isUnit && decides(source.event)) {
    category.push({ objectType: 'Activity', id: CATEGORIES.moveOn }); // cmi5 9.6.2.2
  }
  const courseActivity: Activity = {
    objectType: 'Activity',
    id: course.id,
    definition: { type: ACTIVITY_TYPES.course, name: languageMap(course.title, course.language) },
  };
  const video = source.unit.kind === 'video';
  return {
    ...template,
    registration: context.registration,
    platform: PLATFORM,
    ...(course.language ? { language: course.language } : {}),
    contextActivities: {
      ...given,
      parent: [...(given.parent ?? []), isUnit ? courseActivity : { objectType: 'Activity', id: source.activity.id }],
      grouping: [...(given.grouping ?? []), courseActivity],
      ...(category.length ? { category } : {}),
    },
    extensions: {
      ...template?.extensions,
      [EXTENSIONS.sessionId]: source.session.id,
      ...(video ? { [EXTENSIONS.video.sessionId]: source.session.id } : {}),
      ...(source.unit.masteryScore !== undefined && (source.event.type === 'passed' || source.event.type === 'failed')
        ? { [EXTENSIONS.masteryScore]: source.unit.masteryScore } // cmi5 9.6.3.2
        : {}),
      ...rule.contextExtensions?.(source),
    },
  };
}

const decides = (event: LearningEvent): boolean =>
  event.type === 'completed' || event.type === 'passed' || event.type === 'failed';
