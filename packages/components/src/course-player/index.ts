export { CoursePlayer } from './course-player.js';
export type { CoursePlayerState } from './player-view.js';
export { CourseProgressEvent, DeliveryEvent, DownloadEvent, UnitChangeEvent } from './course-player.events.js';
export { PlayerError, type PlayerErrorCode } from './player-error.js';
export { LearningStatementEvent } from '../internal/learning-statement-event.js';
export { LecternErrorEvent } from '../internal/lectern-error-event.js';
