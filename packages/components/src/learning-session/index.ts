export { LearningSession } from './learning-session.js';
export { LmsChosenEvent } from './learning-session.events.js';
export { SessionError, type SessionErrorCode } from './session-error.js';
export type { SessionConfig } from './host.js';
export { LecternErrorEvent } from '../internal/lectern-error-event.js';
