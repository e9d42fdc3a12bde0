import { OfflineCourse, type OfflineOptions } from './offline-course.js';
import { renderOffline } from './offline-view.js';
import { offlineStyles } from './offline.styles.js';

export { renderOffline, offlineStyles };

/** Watches what is kept of a course, and keeps it when the learner asks. */
export const openOffline = (options: OfflineOptions): OfflineCourse => new OfflineCourse(options);
