export { ActivityTree, type Activity, type ActivityState, type ObjectiveState } from './activity.js';
export type { SequencingException } from './exceptions.js';
export type { GlobalObjectives } from './objectives.js';
export * from './sequencer.js';
export { readGlobals, readSnapshot } from './snapshot.js';
export * from './sequenced-navigation.js';
export { openCourseNavigation } from './open-navigation.js';
