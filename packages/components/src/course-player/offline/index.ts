import type { CourseFiles } from '../sources/course-files.js';
import type { KeptCourse } from './kept-course.js';
import { OfflineCourse, type OfflinePlayer } from './offline-course.js';
import { renderOffline } from './offline-view.js';
import { offlineStyles } from './offline.styles.js';

export { renderOffline, offlineStyles };

/** Watches what is kept of a course, and keeps it when the learner asks. */
export const openOffline = (player: OfflinePlayer, loaded: KeptCourse, keepLaunch: (keep: boolean) => void, useFiles: (files: CourseFiles | undefined) => void): OfflineCourse => new OfflineCourse(player, loaded, keepLaunch, useFiles);
