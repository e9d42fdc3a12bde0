export { CoursePlayer } from './course-player.js';
export type { CoursePlayerState } from './player-view.js';
export type { CourseProgress } from './course-progress.js';
export type { PlayerSnapshot, StepSnapshot, UnitLock, UnitSnapshot } from './snapshot.js';
export { DeliveryEvent, DownloadEvent, ExitEvent, UnitChangeEvent } from './course-player.events.js';
export { CourseCompleteEvent, CourseProgressEvent, FullscreenEvent, PlayerChangeEvent, UnitStateEvent } from './surroundings.events.js';
export { PlayerError, type PlayerErrorCode } from './player-error.js';
export { LearningStatementEvent } from '../internal/learning-statement-event.js';
export { LecternErrorEvent } from '../internal/lectern-error-event.js';
