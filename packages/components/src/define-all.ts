/**
 * Registers the elements, for pages without a build step. The session and the player come at once, because people wait for them;
 * the others when the page has one (the player brings the viewer along by itself).
 */
import './learning-session/define.js';
import './course-player/define.js';
import { defineWhenUsed } from './internal/define-when-used.js';

defineWhenUsed({
  'credit-tracker': () => import('./credit-tracker/define.js'),
  'simulation-viewer': () => import('./simulation-viewer/define.js'),
  'statement-feed': () => import('./statement-feed/define.js'),
});
