export * from './frame-error.js';
export * from './open-frame.js';
export * from './protocol.js';
