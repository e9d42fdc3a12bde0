import { CoursePlayer } from './course-player.js';

// Twice on a page, by two copies of the script or two frameworks, is no error: the first one stays.
if (!customElements.get('course-player')) customElements.define('course-player', CoursePlayer);
