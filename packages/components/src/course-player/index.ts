export { CoursePlayer, type CoursePlayerState } from './course-player.js';
export { CourseProgressEvent, DeliveryEvent, UnitChangeEvent } from './course-player.events.js';
export { PlayerError, type PlayerErrorCode } from './player-error.js';
export { LearningStatementEvent } from '../internal/learning-statement-event.js';
export { LecternErrorEvent } from '../internal/lectern-error-event.js';
