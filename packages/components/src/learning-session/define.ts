import { LearningSession } from './learning-session.js';

// Twice on a page, by two copies of the script or two frameworks, is no error: the first one stays.
if (!customElements.get('learning-session')) customElements.define('learning-session', LearningSession);
