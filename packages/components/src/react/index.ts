import { wrap, type LecternComponent } from './wrap.js';

export type { LecternComponent, LecternProps } from './wrap.js';

export const CoursePlayer: LecternComponent<'course-player'> = wrap('course-player');
export const CreditTracker: LecternComponent<'credit-tracker'> = wrap('credit-tracker');
export const LearningSession: LecternComponent<'learning-session'> = wrap('learning-session');
export const SimulationViewer: LecternComponent<'simulation-viewer'> = wrap('simulation-viewer');
export const StatementFeed: LecternComponent<'statement-feed'> = wrap('statement-feed');
