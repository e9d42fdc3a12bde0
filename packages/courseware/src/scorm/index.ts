export { FrameError, type FrameErrorCode } from '../frame/frame-error.js';
export { SCORM_STATE_ID } from './document.js';
export * from './open-scorm-unit.js';
