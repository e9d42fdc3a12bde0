/** The elements as classes, their events and errors. Registering them is left to the `…/define` entries. */
export * from './course-player/index.js';
export * from './credit-tracker/index.js';
export * from './learning-session/index.js';
export * from './simulation-viewer/index.js';
export * from './statement-feed/index.js';
export { learningHostContext, type LearningHost } from './internal/session-context.js';
